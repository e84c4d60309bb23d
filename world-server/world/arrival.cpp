#include "world-server/world/arrival.h"

#include <array>
#include <cmath>

#include "client-proto/core/check.h"
#include "client-proto/move/movement.h"
#include "world-server/world/staff.h"

namespace world {
namespace {

constexpr float kElbowRoom_m = 0.7F;
constexpr float kFloorReach_m = 0.6F;
constexpr float kLift_m = 0.05F;
constexpr float kBuried_m = 0.05F;
constexpr float kRadPerYawUnit = 6.2831853F / static_cast<float>(proto::kYawUnitsPerTurn);

/// The spawn itself, then two rings of eight around it.
struct Offset {
  float x, z;
};
constexpr float kNear_m = 0.9F;
constexpr float kFar_m = 1.8F;
constexpr float kHalf = 0.70710678F;
constexpr std::array<Offset, 17> kOffsets{{{0, 0},
                                           {kNear_m, 0},
                                           {-kNear_m, 0},
                                           {0, kNear_m},
                                           {0, -kNear_m},
                                           {kNear_m * kHalf, kNear_m* kHalf},
                                           {-kNear_m * kHalf, kNear_m* kHalf},
                                           {kNear_m * kHalf, -kNear_m* kHalf},
                                           {-kNear_m * kHalf, -kNear_m* kHalf},
                                           {kFar_m, 0},
                                           {-kFar_m, 0},
                                           {0, kFar_m},
                                           {0, -kFar_m},
                                           {kFar_m * kHalf, kFar_m* kHalf},
                                           {-kFar_m * kHalf, kFar_m* kHalf},
                                           {kFar_m * kHalf, -kFar_m* kHalf},
                                           {-kFar_m * kHalf, -kFar_m* kHalf}}};

bool has_elbow_room(const People& people, Vec3 feet) {
  for (std::size_t row = 0; row < people.rows(); ++row) {
    if (people.kind[row] == Kind::kNobody) continue;
    const float dx = people.state[row].position.x - feet.x;
    const float dz = people.state[row].position.z - feet.z;
    if (dx * dx + dz * dz < kElbowRoom_m * kElbowRoom_m) return false;
  }
  return true;
}

/// A floor below, nothing inside, and nothing between here and the spawn, so that nobody arrives behind a wall.
bool can_stand(const proto::CollisionWorld& collision, Vec3 spawn, Vec3 feet) {
  const Vec3 lift{0, kLift_m, 0};
  if (!collision.ray(feet + lift, {0, -1, 0}, kFloorReach_m).hit) return false;
  if (proto::capsule_clearance(collision, feet + lift, proto::kCapsuleRadius_m) < 0) return false;
  return !proto::sweep_capsule(collision, spawn + lift, feet - spawn).hit;
}

proto::MoveState standing(Vec3 feet, float yaw_rad) {
  proto::MoveState state;
  state.position = feet;
  state.yaw = yaw_units_of_angle(yaw_rad);
  return proto::snapped(state);
}

}  // namespace

std::uint16_t yaw_units_of_angle(float yaw_rad) {
  constexpr float kTurn_rad = 6.2831853F;
  float yaw = yaw_rad;
  while (yaw < 0) yaw += kTurn_rad;
  const auto units = std::lround(yaw / kRadPerYawUnit);
  return static_cast<std::uint16_t>(static_cast<std::uint32_t>(units) % proto::kYawUnitsPerTurn);
}

proto::MoveState choose_arrival(const Mall& mall, const proto::CollisionWorld& collision, const People& people,
                                std::uint32_t turn) {
  const std::size_t spawns = mall.spawns.size();
  GALLERIA_CHECK(spawns > 0);
  for (const Offset offset : kOffsets) {
    for (std::size_t i = 0; i < spawns; ++i) {
      const Spawn& spawn = mall.spawns[(turn + i) % spawns];
      const Vec3 feet = spawn.position + Vec3{offset.x, 0, offset.z};
      if (has_elbow_room(people, feet) && can_stand(collision, spawn.position, feet)) {
        return standing(feet, spawn.yaw_rad);
      }
    }
  }
  const Spawn& crowded = mall.spawns[turn % spawns];
  return standing(crowded.position, crowded.yaw_rad);
}

std::optional<proto::MoveState> choose_beside(const proto::CollisionWorld& collision, const People& people,
                                              Vec3 friend_feet) {
  for (const Offset offset : kOffsets) {
    const Vec3 feet = friend_feet + Vec3{offset.x, 0, offset.z};
    if (!has_elbow_room(people, feet) || !can_stand(collision, friend_feet, feet)) continue;
    proto::MoveState state = standing(feet, 0);
    state.yaw = yaw_units_of(-offset.x, -offset.z);
    return proto::snapped(state);
  }
  return std::nullopt;
}

bool is_buried(const proto::CollisionWorld& collision, Vec3 feet) {
  return proto::capsule_clearance(collision, feet + Vec3{0, kLift_m, 0}, proto::kCapsuleRadius_m) < -kBuried_m;
}

}  // namespace world
