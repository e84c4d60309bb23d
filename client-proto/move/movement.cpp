#include "client-proto/move/movement.h"

#include <array>
#include <optional>

#include "client-proto/move/capsule.h"
#include "client-proto/move/doors.h"
#include "client-proto/move/sitting.h"

namespace proto {

namespace {

constexpr float kFallSpeedMax_mps = 15.0F;
constexpr float kGroundAcceleration_mps2 = 20.0F;
constexpr float kAirAcceleration_mps2 = 4.0F;

/// A sweep has arrived when the gap is this small.
constexpr float kTouch_m = 1e-5F;
/// A collider that the rest of the way would approach by less than this is passed by: whoever slides along flush walls
/// must not be caught at their seams. The skin is far thicker, and the next step restores it.
constexpr float kGraze_m = 0.002F;
/// Closer than the skin by this much: pushed out.
constexpr float kTooClose_m = 0.001F;
/// The capsule's round end may hang over an edge until its contact is this steep.
constexpr float kEdgeCosine = 0.3F;
/// How far down the ground is looked for while walking (down a step), and while falling.
constexpr float kFollowGround_m = kStepHeight_m + 0.02F;
constexpr float kFindGround_m = 2 * kSkin_m;

constexpr int kSweepIterations = 32;
constexpr int kSlideIterations = 4;
constexpr int kPushIterations = 4;
constexpr float kPushMax_m = 0.5F;
/// More colliders than this within an arm's length of an avatar: it stands still rather than walking through some of
/// them.
constexpr std::size_t kNearMax = 512;

struct Near {
  std::array<const Shape*, kNearMax> shapes;
  std::size_t count = 0;
  bool complete = true;

  Near(const CollisionWorld& world, Vec3 low, Vec3 high) {
    const std::size_t found = world.gather(low, high, shapes);
    complete = found <= kNearMax;
    count = complete ? found : kNearMax;
  }
  void add(const Shape& shape) {
    complete = count < kNearMax;
    if (complete) shapes[count++] = &shape;
  }
  [[nodiscard]] std::span<const Shape* const> all() const { return {shapes.data(), count}; }
};

constexpr Vec3 kCapsuleLow{-kCapsuleRadius_m - kSkin_m, -kSkin_m, -kCapsuleRadius_m - kSkin_m};
constexpr Vec3 kCapsuleHigh{kCapsuleRadius_m + kSkin_m, kCapsuleHeight_m + kSkin_m, kCapsuleRadius_m + kSkin_m};

struct Bounds {
  Vec3 low, high;
  [[nodiscard]] bool touches(const Shape& shape) const {
    return shape.low.x <= high.x && shape.high.x >= low.x && shape.low.y <= high.y && shape.high.y >= low.y &&
           shape.low.z <= high.z && shape.high.z >= low.z;
  }
};

Bounds swept_bounds(Vec3 from, Vec3 delta) {
  const Vec3 back{smaller(delta.x, 0), smaller(delta.y, 0), smaller(delta.z, 0)};
  const Vec3 ahead{larger(delta.x, 0), larger(delta.y, 0), larger(delta.z, 0)};
  return {from + kCapsuleLow + back, from + kCapsuleHigh + ahead};
}

/// What is in the way of somebody who sets out from `feet`: the scene, and the doors that are shut for them.
Near near_of(const CollisionWorld& world, Vec3 feet, const Bounds& bounds) {
  Near near(world, bounds.low, bounds.high);
  for (const Shape& door : world.closed_doors()) {
    if (near.complete && bounds.touches(door) && is_shut_for(door, feet)) near.add(door);
  }
  return near;
}

/// How far along `direction` the capsule gets before it touches `shape`; nothing if it does not within `reach`.
/// Everything convex lies behind the plane through its nearest point, so the way to that plane is always free: walk it,
/// look again.
struct Touch {
  float way = 0;
  Separation at;
};
std::optional<Touch> first_touch(const Shape& shape, Vec3 from, Vec3 direction, float reach) {
  float way = 0;
  for (int i = 0; i < kSweepIterations; ++i) {
    const Separation now = separation(shape, from + direction * way);
    const float gap = now.distance_m - kSkin_m;
    const float closing = -dot(direction, now.normal);
    if (closing * (reach - way) <= larger(gap, 0) + 1e-7F) return std::nullopt;
    if (gap <= kTouch_m) {
      if (closing * (reach - way) <= kGraze_m) return std::nullopt;
      return Touch{way, now};
    }
    way += gap / closing;
  }
  return std::nullopt;
}

SweepHit sweep(const Near& near, Vec3 from, Vec3 delta) {
  SweepHit hit;
  const float reach = length(delta);
  if (reach < 1e-6F) return hit;
  const Vec3 direction = delta * (1 / reach);
  const Bounds bounds = swept_bounds(from, delta);
  float best = reach;
  for (const Shape* shape : near.all()) {
    if (!bounds.touches(*shape)) continue;
    const std::optional<Touch> touch = first_touch(*shape, from, direction, best);
    if (!touch) continue;
    // Where two surfaces meet, the more level one decides whether this is a floor.
    const bool tie = hit.hit && touch->way > best - kTouch_m && hit.floor_cosine >= touch->at.floor_cosine;
    if (tie) continue;
    best = touch->way;
    hit = {true, best / reach, touch->at.normal, touch->at.floor_cosine};
  }
  return hit;
}

bool is_floor(const SweepHit& hit) {
  return hit.hit && hit.floor_cosine >= kWalkableCosine && hit.normal.y >= kEdgeCosine;
}

/// Takes from `delta` what runs into any of the planes; along the crease where two meet; nothing where three do.
Vec3 along_planes(Vec3 delta, std::span<const Vec3> planes) {
  const Vec3 newest = planes.back();
  const Vec3 clipped = delta - newest * dot(delta, newest);
  for (std::size_t i = 0; i + 1 < planes.size(); ++i) {
    if (dot(clipped, planes[i]) >= -1e-6F) continue;
    const Vec3 crease = cross(newest, planes[i]);
    const float size = dot(crease, crease);
    if (size < 1e-6F) return {};
    const Vec3 along = crease * (dot(delta, crease) / size);
    for (std::size_t k = 0; k + 1 < planes.size(); ++k) {
      if (k != i && dot(along, planes[k]) < -1e-6F) return {};
    }
    return along;
  }
  return clipped;
}

struct Slide {
  Vec3 position;
  bool hit_anything = false;
  bool blocked = false;  ///< by something steeper than a floor
};

/// What may lift somebody who slides along it: in the air everything; on foot what is level enough to walk on, the rest
/// counts as a wall; while stepping over something nothing does, or a step would be higher than the step height.
enum class Lift : std::uint8_t { kAnything, kFloors, kNothing };

/// Moves by `delta`, sliding along what is in the way.
Slide slide(const Near& near, Vec3 position, Vec3 delta, Lift lift) {
  Slide result{position, false, false};
  const Vec3 wish = delta;
  std::array<Vec3, kSlideIterations> planes;
  for (std::size_t i = 0; i < kSlideIterations; ++i) {
    const SweepHit hit = sweep(near, result.position, delta);
    result.position = result.position + delta * hit.fraction;
    if (!hit.hit) break;
    result.hit_anything = true;
    if (hit.normal.y < kWalkableCosine) result.blocked = true;
    planes[i] = hit.normal;
    const bool may_lift = lift == Lift::kAnything || (lift == Lift::kFloors && hit.floor_cosine >= kWalkableCosine);
    if (!may_lift && hit.normal.y > 0) {
      const Vec3 upright{hit.normal.x, 0, hit.normal.z};
      const float size = length(upright);
      if (size > 0.01F) planes[i] = upright * (1 / size);
    }
    delta = along_planes(delta * (1 - hit.fraction), std::span(planes).first(i + 1));
    if (dot(delta, wish) <= 0) break;
  }
  return result;
}

/// Out of whatever the capsule overlaps or nearly touches: the deepest first.
Vec3 pushed_out(const Near& near, Vec3 position) {
  for (int i = 0; i < kPushIterations; ++i) {
    const Bounds bounds = swept_bounds(position, {});
    Separation deepest;
    deepest.distance_m = kSkin_m - kTooClose_m;
    for (const Shape* shape : near.all()) {
      if (!bounds.touches(*shape)) continue;
      const Separation now = separation(*shape, position);
      if (now.distance_m < deepest.distance_m) deepest = now;
    }
    if (deepest.normal == Vec3{}) break;
    position = position + deepest.normal * smaller(kSkin_m - deepest.distance_m, kPushMax_m);
  }
  return position;
}

float plan_distance_squared(Vec3 a, Vec3 b) { return (a.x - b.x) * (a.x - b.x) + (a.z - b.z) * (a.z - b.z); }

/// Over what blocks the way, if it is no higher than a step: up, along, down onto a floor.
std::optional<Vec3> step_over(const Near& near, Vec3 position, Vec3 delta, Vec3 without) {
  const Vec3 up{0, kStepHeight_m, 0};
  const float raised = kStepHeight_m * sweep(near, position, up).fraction;
  if (raised < kSkin_m) return std::nullopt;
  const Slide over = slide(near, position + Vec3{0, raised, 0}, delta, Lift::kNothing);
  if (plan_distance_squared(over.position, position) <= plan_distance_squared(without, position) + 1e-6F)
    return std::nullopt;
  const Vec3 down{0, -raised, 0};
  const SweepHit floor = sweep(near, over.position, down);
  if (!is_floor(floor)) return std::nullopt;
  const Vec3 landed = over.position + down * floor.fraction;
  // The round end can rest on an edge that lies higher than the feet: it is the edge that must not be higher than a
  // step.
  const float edge = landed.y + kCapsuleRadius_m - floor.normal.y * (kCapsuleRadius_m + kSkin_m);
  if (edge - position.y > kStepHeight_m) return std::nullopt;
  return landed;
}

struct Moved {
  Vec3 position;
  Vec3 velocity;
  bool grounded = false;
};

Moved walk(const Near& near, Vec3 position, Vec3 velocity) {
  const Vec3 delta = Vec3{velocity.x, 0, velocity.z} * kStepSeconds;
  const Slide level = slide(near, position, delta, Lift::kFloors);
  Vec3 reached = level.position;
  if (level.blocked) reached = step_over(near, position, delta, reached).value_or(reached);
  Moved moved;
  moved.velocity = (reached - position) * (1 / kStepSeconds);
  moved.velocity.y = 0;
  const Vec3 down{0, -kFollowGround_m, 0};
  const SweepHit floor = sweep(near, reached, down);
  moved.grounded = is_floor(floor);
  moved.position = moved.grounded ? reached + down * floor.fraction : reached;
  return moved;
}

Moved fly(const Near& near, Vec3 position, Vec3 velocity) {
  const Slide way = slide(near, position, velocity * kStepSeconds, Lift::kAnything);
  Moved moved{way.position, velocity, false};
  if (way.hit_anything) moved.velocity = (way.position - position) * (1 / kStepSeconds);
  if (velocity.y > 0) return moved;
  const Vec3 down{0, -kFindGround_m, 0};
  const SweepHit floor = sweep(near, way.position, down);
  // Wedged between steep surfaces: falling, but not getting anywhere. That is a stand, too, or nobody would get out
  // again.
  const bool wedged = way.hit_anything && velocity.y < -1 && magnitude(way.position.y - position.y) < 0.001F;
  moved.grounded = is_floor(floor) || wedged;
  if (is_floor(floor)) moved.position = way.position + down * floor.fraction;
  if (moved.grounded) moved.velocity.y = 0;
  return moved;
}

/// The wish of the input in metres a second, level.
Vec3 wished_velocity(const MoveInput& input) {
  Vec3 wish{static_cast<float>(input.move_x) / 127, 0, static_cast<float>(input.move_z) / 127};
  const float size = length(wish);
  if (size > 1) wish = wish * (1 / size);
  return wish * ((input.buttons & kButtonRun) != 0 ? kRunSpeed_mps : kWalkSpeed_mps);
}

Vec3 approach(Vec3 velocity, Vec3 wish, float change_max) {
  const Vec3 way{wish.x - velocity.x, 0, wish.z - velocity.z};
  const float size = length(way);
  if (size <= change_max) return {wish.x, velocity.y, wish.z};
  return velocity + way * (change_max / size);
}

}  // namespace

MoveState step(const CollisionWorld& world, const MoveState& state, const MoveInput& input) {
  if (state.stance != Stance::kOnFoot) return step_seated(world, state, input);
  MoveState next = state;
  next.yaw = input.yaw;
  next.jump_held = (input.buttons & kButtonJump) != 0;
  const bool jumps = state.grounded && next.jump_held && !state.jump_held;
  const Vec3 wish = wished_velocity(input);
  // Standing costs nothing.
  if (state.grounded && !jumps && state.velocity == Vec3{} && wish == Vec3{}) return snapped(next);

  Vec3 velocity = state.velocity;
  bool on_foot = state.grounded;
  if (jumps) {
    velocity.y = kJumpSpeed_mps;
    on_foot = false;
  } else if (!on_foot) {
    velocity.y = larger(velocity.y - kGravity_mps2 * kStepSeconds, -kFallSpeedMax_mps);
  }
  velocity = approach(velocity, wish, (on_foot ? kGroundAcceleration_mps2 : kAirAcceleration_mps2) * kStepSeconds);

  // Everything this step may touch: as far as it moves, a step up and down, and a push.
  const float aside = (larger(magnitude(velocity.x), magnitude(velocity.z)) + 1) * kStepSeconds + kSkin_m;
  const float upright = magnitude(velocity.y) * kStepSeconds + kFollowGround_m + kSkin_m;
  const Vec3 reach{aside, upright, aside};
  const Bounds bounds{state.position + kCapsuleLow - reach, state.position + kCapsuleHigh + reach};
  const Near near = near_of(world, state.position, bounds);
  if (!near.complete) {
    next.velocity = {};
    return snapped(next);
  }
  const Vec3 start = pushed_out(near, state.position);
  const Moved moved = on_foot ? walk(near, start, velocity) : fly(near, start, velocity);
  next.position = moved.position;
  next.velocity = moved.velocity;
  next.grounded = moved.grounded;
  return snapped(next);
}

SweepHit sweep_capsule(const CollisionWorld& world, Vec3 from, Vec3 delta) {
  const Near near = near_of(world, from, swept_bounds(from, delta));
  if (!near.complete) return {true, 0, {0, 1, 0}, 0};
  return sweep(near, from, delta);
}

float capsule_clearance(const CollisionWorld& world, Vec3 feet, float reach_m) {
  const Vec3 reach{reach_m, reach_m, reach_m};
  const Near near(world, feet + kCapsuleLow - reach, feet + kCapsuleHigh + reach);
  float clearance = near.complete ? reach_m : -kCapsuleRadius_m;
  for (const Shape* shape : near.all()) clearance = smaller(clearance, separation(*shape, feet).distance_m);
  for (const Shape& door : world.closed_doors()) clearance = smaller(clearance, separation(door, feet).distance_m);
  return clearance;
}

}  // namespace proto
