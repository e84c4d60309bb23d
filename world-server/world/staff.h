/// The mall's own assistants. Each walks up and down its path with pauses, stops for a shopper who stands near and
/// turns to look, and waves back. An assistant decides only what to wish for: it is moved by the same rule as
/// everybody, from inputs, and drawn from its own dice, so a recording replays. What blocks its way (a shopper never
/// does, a new shelf may) makes it turn round.
#pragma once

#include <cstdint>
#include <optional>

#include "client-proto/move/state.h"
#include "world-server/world/mall.h"
#include "world-server/world/random.h"

namespace world {

/// Somebody worth looking at.
struct Visitor {
  Vec3 position;
  float distance_m = 0;
};

/// The direction from one point to another in the units of a yaw; no libm, so the same in every build.
[[nodiscard]] std::uint16_t yaw_units_of(float dx, float dz);

class StaffMember {
 public:
  StaffMember(const StaffPlan& plan, std::uint64_t seed);

  /// Where it begins, at the first point of its path.
  [[nodiscard]] proto::MoveState first_state() const;
  /// What it wishes in this tick; `nearest` is the nearest shopper, if any is within sight.
  [[nodiscard]] proto::MoveInput think(const proto::MoveState& state, const std::optional<Visitor>& nearest,
                                       std::uint32_t tick);
  /// A shopper near by waved.
  void notice_wave(std::uint32_t tick);
  /// True once, when it is time to wave back.
  [[nodiscard]] bool waves_back(std::uint32_t tick);

 private:
  enum class Mood : std::uint8_t { kPause, kWalk, kAttend };

  void pause(std::uint32_t tick);
  void set_out(std::uint32_t tick);
  void turn_back();
  [[nodiscard]] proto::MoveInput walk(const proto::MoveState& state, std::uint32_t tick);

  std::vector<Vec3> m_path;
  Dice m_dice;
  Mood m_mood = Mood::kPause;
  std::size_t m_goal = 0;
  bool m_forward = true;
  std::uint32_t m_until_tick = 0;        ///< of the pause, or of attending to a shopper
  std::uint32_t m_attend_from_tick = 0;  ///< shoppers who stay are not stared at without end
  float m_best_m = 0;                    ///< nearest that this walk came to its goal
  std::uint32_t m_best_tick = 0;
  std::uint32_t m_wave_tick = 0;  ///< 0: no wave to return
  std::uint32_t m_wave_ready_tick = 0;
  std::uint16_t m_look_yaw = 0;
};

}  // namespace world
