#include "client-proto/move/state.h"

#include <bit>

#include "client-proto/core/hash.h"

namespace proto {

namespace {

constexpr float kUnits = static_cast<float>(kStateUnitsPerMetre);

float on_grid(float value, float reach) {
  const float bounded = clamp(value, -reach, reach) * kUnits;
  const auto units = static_cast<std::int32_t>(bounded < 0 ? bounded - 0.5F : bounded + 0.5F);
  return static_cast<float>(units) / kUnits;
}

Vec3 on_grid(Vec3 value, float reach) {
  return {on_grid(value.x, reach), on_grid(value.y, reach), on_grid(value.z, reach)};
}

void add(Hash64& hash, Vec3 value) {
  hash.add_u32(std::bit_cast<std::uint32_t>(value.x));
  hash.add_u32(std::bit_cast<std::uint32_t>(value.y));
  hash.add_u32(std::bit_cast<std::uint32_t>(value.z));
}

}  // namespace

SinCos sin_cos(float angle_rad) {
  // Quarter turns are taken off in two parts, so that the remainder keeps its bits; then the Taylor series on [-pi/4,
  // pi/4].
  const float turns = angle_rad * 0.636619772F;
  const auto quarter = static_cast<std::int32_t>(turns < 0 ? turns - 0.5F : turns + 0.5F);
  const float r =
      (angle_rad - static_cast<float>(quarter) * 1.5703125F) - static_cast<float>(quarter) * 4.83826794897e-4F;
  const float r2 = r * r;
  const float sin = r * (1 - r2 / 6 * (1 - r2 / 20 * (1 - r2 / 42 * (1 - r2 / 72))));
  const float cos = 1 - r2 / 2 * (1 - r2 / 12 * (1 - r2 / 30 * (1 - r2 / 56)));
  switch (static_cast<std::uint32_t>(quarter) & 3U) {
    case 0:
      return {sin, cos};
    case 1:
      return {cos, -sin};
    case 2:
      return {-sin, -cos};
    default:
      return {-cos, sin};
  }
}

MoveState snapped(MoveState state) {
  state.position = on_grid(state.position, kWorldReach_m - 1);
  state.velocity = on_grid(state.velocity, kSpeedMax_mps);
  state.yaw = static_cast<std::uint16_t>(state.yaw % kYawUnitsPerTurn);
  return state;
}

std::uint64_t state_hash(const MoveState& state, std::uint64_t seed) {
  Hash64 hash;
  hash.add_u32(static_cast<std::uint32_t>(seed));
  hash.add_u32(static_cast<std::uint32_t>(seed >> 32U));
  add(hash, state.position);
  add(hash, state.velocity);
  hash.add_u32(static_cast<std::uint32_t>(state.yaw) | (state.grounded ? 1U << 16U : 0U) |
               (state.jump_held ? 1U << 17U : 0U) | static_cast<std::uint32_t>(state.stance) << 18U |
               std::uint32_t{state.sit_steps} << 20U);
  return hash.value();
}

}  // namespace proto
