/// Whom one client sees, and who comes first when bytes are short.
///
/// Interest: whoever comes nearer than the view's reach is seen, until further away than kExitShare of it; with more
/// than kSeenMax the nearest. Attention is bounded, however many there are: the nearest kFocus are told of in every
/// tick, and so are those one came with and, near by, staff and whoever tried something on; the next kClose in every
/// second tick; the others more rarely the more there are before them. So the nearest twenty are never older than two
/// ticks, for nobody gets from behind the close ones to the front before interest is looked at anew.
///
/// When not all fit whose time has come, a tick's room goes to the focus; then to the sixteenth part of the others,
/// those who have waited longest; then to whoever is most overdue by the own interval. So everybody is told of within
/// sixteen ticks as long as there is room for the focus and that sixteenth part in every tick, and this is what `need`
/// says and the budget keeps for them. With less room both shrink alike: nobody is left out.
///
/// An avatar whose last state is known to have arrived is not sent again until it changes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "client-proto/wire/snapshot.h"
#include "world-server/world/grid.h"
#include "world-server/world/people.h"

namespace world {

inline constexpr float kExitShare = 1.1F;
inline constexpr std::size_t kSeenMax = 512;
inline constexpr std::size_t kFocus = 24;
inline constexpr std::size_t kClose = 80;
inline constexpr std::size_t kMiddle = 128;
inline constexpr std::uint8_t kFocusInterval_ticks = 1;
inline constexpr std::uint8_t kCloseInterval_ticks = 2;
inline constexpr std::uint8_t kMiddleInterval_ticks = 5;
/// One state may be lost, and the next is still not a second late.
inline constexpr std::uint8_t kFarInterval_ticks = 8;
/// In so many ticks everybody has had a turn, however little room there is: a fifth less than a second, in which the
/// introduction of who has just come into view and the look at who is near must find their place.
inline constexpr std::uint32_t kTurn_ticks = 16;
/// Interest is looked at anew this often; clients take turns.
inline constexpr std::uint32_t kInterest_ticks = 4;
/// Staff and people who try something on are told of in every tick when they are this near, and so many of them at
/// most; those one came with always.
inline constexpr float kSpecialReach_m = 15;
inline constexpr std::size_t kSpecialMax = 16;
/// How long somebody who put something on is of special interest.
inline constexpr std::uint32_t kTryOnBonus_ticks = 5 * kTicksPerSecond;
static_assert(kFarInterval_ticks < kTurn_ticks && kTurn_ticks + kInterest_ticks <= kTicksPerSecond);
static_assert(static_cast<int>(kTurn_ticks) < proto::kBaselineAgeMax);

/// How many whose looks are known must be told of so that everything in view is fresh enough.
struct Need {
  std::size_t focus = 0;   ///< in every tick
  std::size_t others = 0;  ///< once in kTurn_ticks
};

/// Of one avatar in a client's view what is not asked in every tick.
struct Acquaintance {
  float distance_m = 0;
  std::uint16_t appearance_version = 0;  ///< the newest that was sent
  bool introduced = false;               ///< its appearance was sent at all
  bool in_focus = false;
};

/// Everybody in a client's view, ascending by index, as columns: thousands of clients see hundreds each, and every tick
/// walks through all of them.
struct SeenColumns {
  std::vector<AvatarId> id;
  std::vector<Told> told;
  std::vector<std::uint8_t> interval_ticks;
  std::vector<Acquaintance> known;

  [[nodiscard]] std::size_t size() const { return id.size(); }
  void clear() {
    id.clear();
    told.clear();
    interval_ticks.clear();
    known.clear();
  }
};

/// Memory that all views share while they take turns, so that no tick allocates.
struct ViewScratch {
  struct Due {
    float urgency;           ///< more for who comes first; only when not all fit
    std::uint32_t position;  ///< in View::seen()
  };
  static constexpr std::size_t kBands = 128;
  std::vector<std::uint64_t> near;  ///< one bit for each row
  std::size_t near_count = 0;
  std::vector<float> distance2_m2;  ///< by row, of those that `near` marks
  std::vector<float> distances;
  std::array<std::uint16_t, kBands> bands{};
  SeenColumns seen;
  std::vector<std::uint32_t> timely;
  std::vector<Due> due;
  std::vector<AvatarId> gone;
};

class View {
 public:
  /// For a new connection; whoever is nearer than `reach_m` will be seen.
  void reset(float reach_m) {
    m_reach_m = reach_m;
    m_seen.clear();
    m_need = {};
    m_has_newcomers = false;
  }

  /// Looks anew at who is near. `scratch.gone` holds afterwards whom the client knew and no longer sees.
  void refresh(std::size_t own_row, const People& people, const InterestGrid& grid, std::uint32_t tick,
               ViewScratch& scratch);

  /// Leaves in `scratch.due` who should be told of in this tick: at most `count_max`, the most urgent, ascending by
  /// index. True when there were more.
  bool choose(const People& people, std::uint32_t tick, std::size_t count_max, ViewScratch& scratch) const;

  /// The client has the states that these avatars, ascending by index, had at this tick.
  void learn(std::uint32_t tick, std::span<const AvatarId> avatars);

  /// Ascending by index.
  [[nodiscard]] SeenColumns& seen() { return m_seen; }
  [[nodiscard]] const SeenColumns& seen() const { return m_seen; }
  /// As of the last look at who is near.
  [[nodiscard]] Need need() const { return m_need; }
  /// Whether the client knows how this avatar looks.
  [[nodiscard]] bool is_introduced(AvatarId id) const;
  /// Whether anybody may be in sight whose appearance was never sent. The caller takes it back.
  [[nodiscard]] bool has_newcomers() const { return m_has_newcomers; }
  void no_newcomers() { m_has_newcomers = false; }

 private:
  void find_near(std::size_t own_row, const People& people, const InterestGrid& grid, ViewScratch& scratch) const;
  void keep_nearest(ViewScratch& scratch) const;
  void merge(const People& people, ViewScratch& scratch);
  void rank(std::size_t own_row, const People& people, std::uint32_t tick, ViewScratch& scratch);
  void find_due(const People& people, std::uint32_t tick, ViewScratch& scratch) const;
  void take_turns(std::uint32_t tick, std::size_t count_max, ViewScratch& scratch) const;

  float m_reach_m = 0;
  bool m_has_newcomers = false;
  Need m_need;
  SeenColumns m_seen;
};

}  // namespace world
