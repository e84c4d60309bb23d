/// Whom one client sees, and who comes first when bytes are short.
///
/// Interest: whoever comes nearer than kEnter_m is seen, until further away than kExit_m; with more than kSeenMax the
/// nearest. The nearest kFocus of them are the focus: told of every tick. Everybody else has an interval that grows
/// with the distance. Who has waited longest, measured in its own intervals, comes first; staff, and whoever tried
/// something on a moment ago, wait half as long. Nobody who moves waits longer than kStale_ticks while the budget can
/// carry it.
///
/// An avatar whose last state is known to have arrived is not sent again until it changes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "client-proto/wire/snapshot.h"
#include "world-server/world/grid.h"
#include "world-server/world/people.h"

namespace world {

inline constexpr float kEnter_m = 60;
inline constexpr float kExit_m = 66;
inline constexpr std::size_t kSeenMax = 512;
inline constexpr std::size_t kFocus = 24;
inline constexpr std::uint32_t kStale_ticks = 14;
/// Interest is looked at anew this often; clients take turns.
inline constexpr std::uint32_t kInterest_ticks = 4;
/// How long somebody who put something on is of special interest.
inline constexpr std::uint32_t kTryOnBonus_ticks = 5 * kTicksPerSecond;
/// An older baseline is not used, whatever its sequence number says.
inline constexpr std::uint32_t kBaselineAgeMax_ticks = 200;
/// A state that was not acknowledged after this long is sent again.
inline constexpr std::uint32_t kResend_ticks = 6;

/// One avatar in a client's view.
struct Seen {
  AvatarId id;
  std::uint16_t appearance_version = 0;  ///< the newest that was sent
  bool introduced = false;               ///< its appearance was sent at all
  bool has_baseline = false;
  bool was_sent = false;
  std::uint8_t interval_ticks = 1;
  bool in_focus = false;
  std::uint16_t baseline_sequence = 0;
  std::uint16_t sent_sequence = 0;
  std::uint32_t baseline_tick = 0;  ///< when it was acknowledged; sequences alone come round again
  std::uint32_t sent_tick = 0;
  float distance_m = 0;
  proto::AvatarRecord baseline;  ///< acknowledged
  proto::AvatarRecord sent;      ///< the newest, perhaps lost

  /// The update in a datagram with this sequence.
  [[nodiscard]] proto::AvatarUpdate update(const proto::AvatarRecord& now, std::uint16_t sequence,
                                           std::uint32_t tick) const;
};

/// Memory that all views share while they take turns, so that no tick allocates.
struct ViewScratch {
  struct Near {
    std::uint32_t row;
    float distance2_m2;
  };
  struct Due {
    float priority;
    std::uint32_t position;  ///< in View::seen()
  };
  std::vector<Near> near;
  std::vector<float> distances;
  std::vector<Seen> seen;
  std::vector<Due> due;
  std::vector<AvatarId> gone;
};

class View {
 public:
  void reset() { m_seen.clear(); }

  /// Looks anew at who is near. `scratch.gone` holds afterwards whom the client knew and no longer sees.
  void refresh(std::size_t own_row, const People& people, const InterestGrid& grid, ViewScratch& scratch);

  /// Leaves in `scratch.due` who should be told of in this tick: at most `count_max`, the most urgent, ascending by
  /// index.
  void choose(const People& people, std::uint32_t tick, std::size_t count_max, ViewScratch& scratch) const;

  /// The client has these states.
  void learn(std::uint16_t sequence, std::uint32_t tick, std::span<const proto::AvatarRecord> records);

  /// Ascending by index.
  [[nodiscard]] std::span<Seen> seen() { return m_seen; }
  [[nodiscard]] std::span<const Seen> seen() const { return m_seen; }
  /// Null when the avatar is not seen.
  [[nodiscard]] const Seen* find(AvatarId id) const;

 private:
  void merge(const People& people, ViewScratch& scratch);
  void rank(ViewScratch& scratch);

  std::vector<Seen> m_seen;
};

}  // namespace world
