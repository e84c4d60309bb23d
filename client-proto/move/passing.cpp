#include "client-proto/move/passing.h"

#include <optional>

#include "client-proto/move/movement.h"

namespace proto {

namespace {

/// People on another floor are not in the way.
constexpr float kSameFloor_m = 1.0F;
/// Who walks ahead hardly slower is not overtaken, and nobody looks farther into the future than this.
constexpr float kClosingMin_mps = 0.3F;
constexpr float kForesight_s = 1.2F;
constexpr float kTimeMin_s = 0.1F;
/// The left is taken when it is nearer by this much.
constexpr float kPreferRight_m = 0.3F;
/// In a crowd there is no room to step aside into: with so many so near one goes straight on.
constexpr float kCrowd_m = 0.5F;
constexpr int kCrowdPeople = 4;
constexpr float kStands_mps = 0.2F;
/// Where one would stand after stepping aside there must be a floor, no lower than this.
constexpr float kLookAhead_m = 0.6F;
constexpr float kDropMax_m = 0.6F;

/// Directions over ground, both of length 1.
struct Heading {
  Vec3 ahead;
  Vec3 right;
};

/// The sideways speeds (to the right) with which one would walk into somebody, and how soon.
struct Obstacle {
  float time_s = 0;
  float left_mps = 0;
  float right_mps = 0;
  bool walks = false;
};

std::optional<Obstacle> obstacle(const Heading& heading, float speed_mps, Vec3 from, const Passer& other) {
  const Vec3 way = other.position - from;
  const float forward = dot(way, heading.ahead);
  const float aside = dot(way, heading.right);
  const float reach = speed_mps > kWalkSpeed_mps ? kPassReach_m : kPassReachWalking_m;
  const bool is_near = forward * forward + aside * aside < reach * reach;
  if (!is_near || forward <= 0 || magnitude(way.y) > kSameFloor_m) return std::nullopt;
  const float closing = speed_mps - dot(other.velocity, heading.ahead);
  if (closing < kClosingMin_mps) return std::nullopt;
  const float time = larger(forward / closing, kTimeMin_s);
  if (time > kForesight_s) return std::nullopt;
  const float drift = dot(other.velocity, heading.right);
  const Obstacle found{time, (aside - kPassRoom_m) / time + drift, (aside + kPassRoom_m) / time + drift,
                       length(other.velocity) > kStands_mps};
  const bool is_in_the_way = found.left_mps < 0 && found.right_mps > 0;
  return is_in_the_way ? std::optional(found) : std::nullopt;
}

/// The sideways speed that leads past, on the nearer side.
float speed_aside(const Obstacle& past, float now_mps) {
  const bool left = past.right_mps - now_mps > now_mps - past.left_mps + 2 * kPreferRight_m / past.time_s;
  const float wanted = left ? past.left_mps : past.right_mps;
  return past.walks ? now_mps + (wanted - now_mps) / 2 : wanted;
}

bool has_floor(const CollisionWorld& world, Vec3 feet) {
  return world.ray(feet + Vec3{0, kStepHeight_m, 0}, {0, -1, 0}, kStepHeight_m + kDropMax_m).hit;
}

std::int8_t whole_units(float value) {
  return static_cast<std::int8_t>(clamp(value < 0 ? value - 0.5F : value + 0.5F, -127, 127));
}

}  // namespace

MoveInput passing(const CollisionWorld& world, const MoveState& self, const MoveInput& wish,
                  std::span<const Passer> others) {
  const Vec3 wished{static_cast<float>(wish.move_x), 0, static_cast<float>(wish.move_z)};
  const float size = length(wished);
  if (size < 1 || !self.grounded || others.empty()) return wish;
  const Vec3 ahead = wished * (1 / size);
  const Heading heading{ahead, {-ahead.z, 0, ahead.x}};
  // A longer wish counts as 127.
  const float push = smaller(size, 127);
  const float speed = push / 127 * ((wish.buttons & kButtonRun) != 0 ? kRunSpeed_mps : kWalkSpeed_mps);
  std::optional<Obstacle> first;
  int close = 0;
  for (const Passer& other : others) {
    if (!finite(other.position) || !finite(other.velocity)) continue;
    if (length(other.position - self.position) < kCrowd_m) ++close;
    const std::optional<Obstacle> found = obstacle(heading, speed, self.position, other);
    if (found && (!first || found->time_s < first->time_s)) first = found;
  }
  if (!first || close >= kCrowdPeople) return wish;
  const float aside = speed_aside(*first, dot(self.velocity, heading.right));
  const float bend = clamp(aside / speed, -kPassBendMax, kPassBendMax);
  const Vec3 bent = heading.ahead + heading.right * bend;
  const Vec3 way = bent * (1 / length(bent));
  if (!has_floor(world, self.position + way * kLookAhead_m)) return wish;
  MoveInput polite = wish;
  polite.move_x = whole_units(way.x * push);
  polite.move_z = whole_units(way.z * push);
  return polite;
}

}  // namespace proto
