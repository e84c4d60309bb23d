/// The movement rule: an upright capsule walks, runs, jumps, slides along walls, climbs steps and slopes among static
/// colliders. One step is 50 ms and a pure function of scene, state and input, with the same bits in every build.
/// Server and client run this same function; the client's word about its position is never asked. Avatars do not block
/// each other.
#pragma once

#include "client-proto/move/collision_world.h"
#include "client-proto/move/state.h"

namespace proto {

constexpr float kCapsuleRadius_m = 0.28F;
constexpr float kCapsuleHeight_m = 1.75F;
constexpr float kWalkSpeed_mps = 2.0F;
constexpr float kRunSpeed_mps = 4.2F;
constexpr float kGravity_mps2 = 9.81F;
/// Of a jump's first step; gravity begins with the second.
constexpr float kJumpSpeed_mps = 4.0F;
constexpr float kStepHeight_m = 0.3F;
/// The steepest floor: cosine of 45 degrees, with a little room for rounding.
constexpr float kWalkableCosine = 0.7065F;
/// The gap kept between the capsule and what it touches.
constexpr float kSkin_m = 0.01F;

[[nodiscard]] MoveState step(const CollisionWorld& world, const MoveState& state, const MoveInput& input);

/// Where the capsule stops when pushed from `from` (its feet) along `delta`.
struct SweepHit {
  bool hit = false;
  float fraction = 1;      ///< of delta
  Vec3 normal;             ///< from the collider to the capsule
  float floor_cosine = 0;  ///< how level the touched surface is: 1 a floor, 0 a wall, negative a ceiling
};
[[nodiscard]] SweepHit sweep_capsule(const CollisionWorld& world, Vec3 from, Vec3 delta);

/// Distance of the nearest collider to the capsule standing at `feet`, at most `reach_m`; negative inside a collider.
/// Closed doors count from both sides.
[[nodiscard]] float capsule_clearance(const CollisionWorld& world, Vec3 feet, float reach_m);

}  // namespace proto
