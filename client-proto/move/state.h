/// What moves, and by what: the input of one step and the state after it. Both live on grids (a state is snapped at the
/// end of each step), so that a state travels exactly in few bits and a client predicts the very bits of the server.
#pragma once

#include <cstdint>

#include "client-proto/move/vec.h"

namespace proto {

constexpr int kStepHz = 20;
constexpr std::int64_t kStepUs = 1'000'000 / kStepHz;
constexpr float kStepSeconds = 0.05F;

/// The world reaches this far from the origin along each axis.
constexpr float kWorldReach_m = 256.0F;
/// Grid of a state's position (per metre) and velocity (per metre a second).
constexpr int kStateUnitsPerMetre = 1024;
constexpr float kSpeedMax_mps = 15.9F;

/// Yaw travels as a count of 1/4096 turns: yaw_rad = yaw * 2 pi / 4096, forward = (sin yaw, 0, cos yaw).
constexpr int kYawUnitsPerTurn = 4096;

enum Button : std::uint8_t { kButtonRun = 1, kButtonJump = 2 };
constexpr std::uint8_t kButtonsMask = 3;

/// One step's wish. The direction is in world axes, 127 is full speed; a longer vector than 127 counts as 127.
struct MoveInput {
  std::uint8_t buttons = 0;
  std::int8_t move_x = 0;  ///< -127..127
  std::int8_t move_z = 0;  ///< -127..127
  std::uint16_t yaw = 0;   ///< 0..4095, where the avatar faces
  bool operator==(const MoveInput&) const = default;
};

enum class Stance : std::uint8_t {
  kOnFoot = 0,
  kSittingDown = 1,  ///< until the wish that led here is let go
  kSits = 2,
};
constexpr int kStances = 3;
/// Sitting down takes no more steps than this, so that they fit into five bits.
constexpr int kSitStepsMax = 31;

struct MoveState {
  Vec3 position;  ///< metres, between the feet
  Vec3 velocity;  ///< metres a second
  std::uint16_t yaw = 0;
  bool grounded = false;
  bool jump_held = false;  ///< the jump button was down in the last step; a jump needs a fresh press
  /// Who sits is at the middle of the seat's surface, grounded and without velocity (move/sitting.h).
  Stance stance = Stance::kOnFoot;
  /// Of who sits down: steps in which no wish is heard yet. 0 in every other stance.
  std::uint8_t sit_steps = 0;
  bool operator==(const MoveState&) const = default;
};

/// Rounds to the grid that states live on and clamps to the world's reach. Everything that makes a MoveState from other
/// numbers (spawns, teleports) passes it through here.
[[nodiscard]] MoveState snapped(MoveState state);

/// One number for comparing states between builds; recorded walks chain it: h = mix(h, state).
[[nodiscard]] std::uint64_t state_hash(const MoveState& state, std::uint64_t seed = 0);

}  // namespace proto
