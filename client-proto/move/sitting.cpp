#include "client-proto/move/sitting.h"

#include "client-proto/move/movement.h"

namespace proto {

namespace {

/// Turns against the seat's front, in the order in which they are tried.
constexpr std::uint16_t kEighth = kYawUnitsPerTurn / 8;
constexpr std::uint16_t kTurns[] = {0, kEighth, 7 * kEighth, 2 * kEighth, 6 * kEighth, 4 * kEighth};
constexpr float kRadPerYawUnit = 6.2831853F / static_cast<float>(kYawUnitsPerTurn);
/// A floor is looked for from a hand above the seat to this far below.
constexpr float kAboveSeat_m = 0.1F;
constexpr float kBelowSeat_m = 0.9F;
/// Nothing may stand between the chest of who sits and the place to stand.
constexpr float kChest_m = 0.5F;
constexpr float kWalkedPerStep_m = kWalkSpeed_mps * kStepSeconds;

}  // namespace

MoveState seated(Vec3 seat, std::uint16_t yaw, float way_m) {
  MoveState state;
  state.position = seat;
  state.yaw = yaw;
  state.grounded = true;
  state.stance = Stance::kSittingDown;
  const float steps = way_m / kWalkedPerStep_m;
  const auto whole = static_cast<std::uint8_t>(clamp(steps, 0, static_cast<float>(kSitStepsMax - 1)));
  state.sit_steps = static_cast<std::uint8_t>(whole + (static_cast<float>(whole) < steps ? 1 : 0));
  return snapped(state);
}

std::optional<Vec3> place_to_stand(const CollisionWorld& world, Vec3 seat, std::uint16_t yaw) {
  for (const std::uint16_t turn : kTurns) {
    const SinCos way = sin_cos(static_cast<float>((yaw + turn) % kYawUnitsPerTurn) * kRadPerYawUnit);
    const Vec3 aside{way.sin, 0, way.cos};
    if (world.ray(seat + Vec3{0, kChest_m, 0}, aside, kStandUp_m).hit) continue;
    const Vec3 above = seat + aside * kStandUp_m + Vec3{0, kAboveSeat_m, 0};
    const RayHit floor = world.ray(above, {0, -1, 0}, kAboveSeat_m + kBelowSeat_m);
    if (!floor.hit) continue;
    const Vec3 feet = above - Vec3{0, floor.distance_m - 2 * kSkin_m, 0};
    if (capsule_clearance(world, feet, kCapsuleRadius_m) >= 0) return feet;
  }
  return std::nullopt;
}

MoveState step_seated(const CollisionWorld& world, const MoveState& state, const MoveInput& input) {
  MoveState next = state;
  next.jump_held = (input.buttons & kButtonJump) != 0;
  const bool walks = input.move_x != 0 || input.move_z != 0;
  if (state.stance == Stance::kSittingDown) {
    if (state.sit_steps > 0) {
      --next.sit_steps;
    } else if (!walks && !next.jump_held) {
      next.stance = Stance::kSits;
    }
    return next;
  }
  if (!walks && !(next.jump_held && !state.jump_held)) return next;
  const std::optional<Vec3> place = place_to_stand(world, state.position, state.yaw);
  next.stance = Stance::kOnFoot;
  next.position = place.value_or(state.position);
  // Without a place the rule pushes one out of whatever is there.
  next.grounded = place.has_value();
  return snapped(next);
}

}  // namespace proto
