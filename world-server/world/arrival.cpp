#include "world-server/world/arrival.h"

#include <algorithm>
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
constexpr float kBeforeDoor_m = 1.2F;
constexpr float kHalfTurn_rad = 3.14159265F;
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

bool is_in_doorway(const Entrance& entrance, Vec3 feet) {
  const proto::SinCos out = proto::sin_cos(entrance.yaw_rad);
  const Vec3 way = feet - entrance.position;
  const float outwards = proto::magnitude(way.x * out.sin + way.z * out.cos);
  const float aside = proto::magnitude(way.x * out.cos - way.z * out.sin);
  return outwards <= kDoorHalf_m + proto::kCapsuleRadius_m && aside <= entrance.width_m / 2 && way.y >= -1 &&
         way.y <= entrance.height_m;
}

/// Where one stands before an entrance, and looks at it.
Spawn before_door(const Entrance& entrance) {
  const proto::SinCos out = proto::sin_cos(entrance.yaw_rad);
  return {entrance.position + Vec3{out.sin, 0, out.cos} * kBeforeDoor_m, entrance.yaw_rad + kHalfTurn_rad};
}

/// The spawn, or the front of the closed boutique that it lies in.
Spawn open_spawn(const Mall& mall, const proto::CollisionWorld& collision, const Spawn& spawn) {
  const auto closed = closed_boutique_at(mall, collision, spawn.position);
  return closed ? before_door(mall.boutiques[*closed].entrances.front()) : spawn;
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

std::optional<std::size_t> closed_boutique_at(const Mall& mall, const proto::CollisionWorld& collision, Vec3 feet) {
  for (std::size_t place = 0; place < mall.boutiques.size(); ++place) {
    if (!collision.is_closed(place)) continue;
    const Boutique& boutique = mall.boutiques[place];
    const auto is_here = [feet](const Entrance& entrance) { return is_in_doorway(entrance, feet); };
    if (boutique.zone.contains(feet) || std::any_of(boutique.entrances.begin(), boutique.entrances.end(), is_here)) {
      return place;
    }
  }
  return std::nullopt;
}

proto::MoveState choose_arrival(const Mall& mall, const proto::CollisionWorld& collision, const People& people,
                                std::uint32_t turn) {
  const std::size_t spawns = mall.spawns.size();
  GALLERIA_CHECK(spawns > 0);
  for (const Offset offset : kOffsets) {
    for (std::size_t i = 0; i < spawns; ++i) {
      const Spawn spawn = open_spawn(mall, collision, mall.spawns[(turn + i) % spawns]);
      const Vec3 feet = spawn.position + Vec3{offset.x, 0, offset.z};
      if (has_elbow_room(people, feet) && can_stand(collision, spawn.position, feet)) {
        return standing(feet, spawn.yaw_rad);
      }
    }
  }
  const Spawn crowded = open_spawn(mall, collision, mall.spawns[turn % spawns]);
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

std::optional<proto::MoveState> choose_before_door(const Boutique& boutique, const proto::CollisionWorld& collision,
                                                   const People& people) {
  for (const Entrance& entrance : boutique.entrances) {
    const Spawn front = before_door(entrance);
    auto place = choose_beside(collision, people, front.position);
    if (!place) continue;
    place->yaw = yaw_units_of_angle(front.yaw_rad);
    return place;
  }
  return std::nullopt;
}

bool is_buried(const proto::CollisionWorld& collision, Vec3 feet) {
  return proto::capsule_clearance(collision, feet + Vec3{0, kLift_m, 0}, proto::kCapsuleRadius_m) < -kBuried_m;
}

}  // namespace world
