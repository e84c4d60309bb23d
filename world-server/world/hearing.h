/// Who hears whom. Those who speak are heard by the nearest who want to hear, see the speaker and have not muted or
/// blocked them; nobody hears more than a few at once, the nearest again. Somebody who is heard stays so until another
/// is clearly nearer, so that two who stand alike do not take turns within a word.
///
/// The world only says who hears whom, in every tick; net passes the frames on as they come, without waiting for a
/// tick. What the voices take is set aside from the client's budget as long as they are heard, so both together keep to
/// it. Where everybody is comes first: of a budget, voices are given what is left of it when everything in view is told
/// of within a second and letters have their tenth (Replica::voices_max), so in a denser crowd fewer are heard.
///
/// The work of a tick is bounded: each listener looks at no more than kSpeakersLookedAt of those who speak, those in
/// the own square first, and at whom it hears already, however many speak at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
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
/// By one listener in one tick; in a crowd where more speak in the same squares, others are looked at a second later.
inline constexpr std::size_t kSpeakersLookedAt = 64;
/// Of these the nearest come into question: more than can be heard, since some have their listeners already.
inline constexpr std::size_t kSpeakersKept = 8;
inline constexpr float kHearingCell_m = 4.5F;  ///< three squares reach as far as a voice does

class Hearing {
 public:
  Hearing(const Zone& bounds, std::size_t rows)
      : m_grid(bounds, kHearingCell_m),
        m_is_speaking(rows, 0),
        m_wants(rows, 0),
        m_voices_max(rows, 0),
        m_voices(rows, 0),
        m_listeners(rows, 0) {}

  void speak(std::size_t row, bool is_speaking) { m_is_speaking[row] = is_speaking ? 1 : 0; }
  void hear(std::size_t row, bool wanted) { m_wants[row] = wanted ? 1 : 0; }
  void forget(std::size_t row) {
    speak(row, false);
    hear(row, false);
  }
  [[nodiscard]] bool wants(std::size_t row) const { return m_wants[row] != 0; }
  /// As many voices as its budget bears, for whoever wants to hear.
  void allow(std::size_t row, std::uint32_t voices) { m_voices_max[row] = static_cast<std::uint8_t>(voices); }

  /// Says in `output` who hears whom now; everybody who speaks is named there, heard or not.
  /// `may_hear(listener, speaker)`: what else than distance has to hold between two rows.
  template <class MayHear>
  void choose(const People& people, std::uint32_t tick, MayHear may_hear, TickOutput& output) {
    m_pairs.clear();
    m_looks = 0;
    m_grid.fill(people.x, people.z, m_is_speaking);
    const bool anybody = std::find(m_is_speaking.begin(), m_is_speaking.end(), 1) != m_is_speaking.end();
    for (std::size_t row = 0; anybody && row < m_wants.size(); ++row) {
      if (m_wants[row] != 0 && m_voices_max[row] > 0) listen(people, row, tick, may_hear);
    }
    settle(people, output);
  }

  /// How many this row hears now.
  [[nodiscard]] std::uint32_t voices(std::size_t row) const { return m_voices[row]; }
  /// Pairs looked at in the last tick.
  [[nodiscard]] std::size_t looks() const { return m_looks; }

 private:
  struct Pair {
    float distance_m = 0;  ///< less what those have in advance who are heard already
    std::uint16_t speaker = 0;
    std::uint16_t listener = 0;
    [[nodiscard]] std::uint32_t by_listener() const { return std::uint32_t{listener} << 16U | speaker; }
    [[nodiscard]] std::uint32_t by_speaker() const { return std::uint32_t{speaker} << 16U | listener; }
  };
  /// The nearest of those who came into question for one listener, nearest first.
  struct Nearest {
    std::array<Pair, kSpeakersKept> pairs;
    std::size_t count = 0;
    [[nodiscard]] bool has_room_for(const Pair& pair) const;
    void insert(const Pair& pair);
  };
  [[nodiscard]] std::span<const std::uint32_t> heard_by(std::size_t listener) const;
  template <class MayHear>
  void listen(const People& people, std::size_t listener, std::uint32_t tick, MayHear& may_hear) {
    Nearest nearest;
    const Vec3 at = people.state[listener].position;
    const auto heard = heard_by(listener);
    const auto consider = [&](std::size_t speaker, float reach_m, float ahead_m) {
      ++m_looks;
      const float distance_m = proto::length(people.state[speaker].position - at);
      const Pair pair{distance_m - ahead_m, static_cast<std::uint16_t>(speaker), static_cast<std::uint16_t>(listener)};
      if (distance_m > reach_m || speaker == listener || !nearest.has_room_for(pair)) return;
      if (may_hear(listener, speaker)) nearest.insert(pair);
    };
    for (const std::uint32_t key : heard) {
      const std::size_t speaker = key & 0xffffU;
      if (m_is_speaking[speaker] != 0) consider(speaker, kVoiceExit_m, kVoiceKeep_m);
    }
    // Who is first in a crowded square changes with the listener and the time.
    const std::size_t turn = listener + tick / kTicksPerSecond;
    m_grid.visit_nearest_cells({at.x, at.z, kVoiceReach_m}, turn, kSpeakersLookedAt, [&](std::uint32_t speaker) {
      const std::uint32_t key =
          Pair{0, static_cast<std::uint16_t>(speaker), static_cast<std::uint16_t>(listener)}.by_listener();
      if (!std::binary_search(heard.begin(), heard.end(), key)) consider(speaker, kVoiceReach_m, 0);
    });
    m_pairs.insert(m_pairs.end(), nearest.pairs.begin(),
                   nearest.pairs.begin() + static_cast<std::ptrdiff_t>(nearest.count));
  }
  void settle(const People& people, TickOutput& output);
  void name_listeners(const People& people, TickOutput& output);

  InterestGrid m_grid;  ///< of those who speak
  std::vector<std::uint8_t> m_is_speaking;
  std::vector<std::uint8_t> m_wants;
  std::vector<std::uint8_t> m_voices_max;
  std::vector<std::uint8_t> m_voices;     ///< that it hears
  std::vector<std::uint8_t> m_listeners;  ///< that hear it
  std::vector<Pair> m_pairs;
  std::vector<std::uint32_t> m_heard;   ///< the pairs of the last tick, ascending by listener
  std::vector<std::uint32_t> m_routes;  ///< the same, ascending by speaker
  std::size_t m_looks = 0;
};

}  // namespace world
