/// Who hears whom. Those who speak are heard by the nearest who want to hear, see the speaker and have not muted or
/// blocked them; nobody hears more than a few at once, the nearest again. Somebody who is heard stays so until another
/// is clearly nearer, so that two who stand alike do not take turns within a word.
///
/// The world only says who hears whom, in every tick; net passes the frames on as they come, without waiting for a
/// tick. What a voice takes is set aside from the client's budget as long as it is heard, so both together keep to it:
///
///     budget 32,000 bytes a second = 4 voices of 6,000 + 8,000 that always belong to where everybody is
///
/// With a smaller budget fewer voices are heard, with less than 14,000 none. What gives way to a voice is news of those
/// who are not among the nearest, who are told of more rarely then; the nearest twenty are as fresh as without it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "world-server/world/grid.h"
#include "world-server/world/people.h"
#include "world-server/world/port.h"

namespace world {

/// Words said aloud carry this far; whoever was heard already, a little further.
inline constexpr float kVoiceReach_m = 12;
inline constexpr float kVoiceExit_m = 13.5F;
/// Another must be nearer by this much to be heard instead.
inline constexpr float kVoiceKeep_m = 1.5F;
inline constexpr std::size_t kListenersMax = 16;  ///< of one speaker
inline constexpr std::uint32_t kVoicesMax = 4;    ///< to one listener
/// For the choice a speaker's nearest are looked at, more than can hear, since some hear others that are nearer.
inline constexpr std::size_t kListenersLookedAt = 3 * kListenersMax;
/// What one voice takes of a client's budget at most, with IP, UDP and seal; net lets through no more of it.
inline constexpr std::uint32_t kVoiceBytesPerSecond = 6'000;
/// What voices leave of it.
inline constexpr std::uint32_t kVoicesLeave_bytes_per_s = 8'000;

[[nodiscard]] constexpr std::uint32_t voices_max(std::uint32_t bytes_per_s) {
  if (bytes_per_s <= kVoicesLeave_bytes_per_s) return 0;
  const std::uint32_t voices = (bytes_per_s - kVoicesLeave_bytes_per_s) / kVoiceBytesPerSecond;
  return voices < kVoicesMax ? voices : kVoicesMax;
}
static_assert(voices_max(kBytesPerSecondDefault) == kVoicesMax && voices_max(kBytesPerSecondMin) == 0);

class Hearing {
 public:
  explicit Hearing(std::size_t rows)
      : m_is_speaking(rows, 0), m_voices_max(rows, 0), m_voices(rows, 0), m_listeners(rows, 0) {}

  void speak(std::size_t row, bool is_speaking) { m_is_speaking[row] = is_speaking ? 1 : 0; }
  /// 0: wants to hear nobody.
  void hear(std::size_t row, std::uint32_t voices) { m_voices_max[row] = static_cast<std::uint8_t>(voices); }
  void forget(std::size_t row) {
    speak(row, false);
    hear(row, 0);
  }

  /// Says in `output` who hears whom now; everybody who speaks is named there, heard or not.
  /// `may_hear(listener, speaker)`: what else than distance has to hold between two rows.
  template <class MayHear>
  void choose(const People& people, const InterestGrid& grid, MayHear may_hear, TickOutput& output) {
    m_pairs.clear();
    std::fill(m_voices.begin(), m_voices.end(), std::uint8_t{0});
    for (std::size_t speaker = 0; speaker < m_is_speaking.size(); ++speaker) {
      if (m_is_speaking[speaker] == 0) continue;
      const std::size_t first = m_pairs.size();
      const Vec3 at = people.state[speaker].position;
      grid.visit_near(at.x, at.z, kVoiceExit_m, [&](std::uint32_t row) {
        if (row >= m_voices_max.size() || row == speaker || m_voices_max[row] == 0) return;
        consider(speaker, row, proto::length(people.state[row].position - at), may_hear);
      });
      keep_nearest(first);
    }
    settle(people, output);
  }

  /// How many this row hears now.
  [[nodiscard]] std::uint32_t voices(std::size_t row) const { return m_voices[row]; }

 private:
  struct Pair {
    float distance_m = 0;  ///< less what those have in advance who are heard already
    std::uint16_t speaker = 0;
    std::uint16_t listener = 0;
    [[nodiscard]] std::uint32_t key() const { return std::uint32_t{speaker} << 16U | listener; }
  };
  [[nodiscard]] bool was_heard(std::uint32_t key) const;
  template <class MayHear>
  void consider(std::size_t speaker, std::size_t listener, float distance_m, MayHear& may_hear) {
    Pair pair{distance_m, static_cast<std::uint16_t>(speaker), static_cast<std::uint16_t>(listener)};
    const bool was = distance_m <= kVoiceExit_m && was_heard(pair.key());
    if ((!was && distance_m > kVoiceReach_m) || !may_hear(listener, speaker)) return;
    if (was) pair.distance_m -= kVoiceKeep_m;
    m_pairs.push_back(pair);
  }
  void keep_nearest(std::size_t first);
  void settle(const People& people, TickOutput& output);

  std::vector<std::uint8_t> m_is_speaking;
  std::vector<std::uint8_t> m_voices_max;  ///< that a row wants and its budget allows
  std::vector<std::uint8_t> m_voices;      ///< that it hears
  std::vector<std::uint8_t> m_listeners;   ///< that hear it
  std::vector<Pair> m_pairs;
  std::vector<std::uint32_t> m_heard;  ///< keys of the pairs of the last tick, ascending
};

}  // namespace world
