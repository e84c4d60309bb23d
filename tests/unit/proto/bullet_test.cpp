/// The movement rule's geometry against Bullet's convex sweep, on scenes made by RapidCheck: the same capsule, thrown
/// the same way among the same boxes, hulls and triangles, must stop at the same place.
#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <memory>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <btBulletCollisionCommon.h>
#pragma GCC diagnostic pop

#include "client-proto/move/movement.h"
#include "client-proto/move/walk_check.h"

using namespace proto;

namespace {

/// How far the two stopping places may lie apart along the way: Bullet's own margin of error in a sweep.
constexpr float kTolerance_m = 0.005F;

btVector3 bt(Vec3 v) { return {v.x, v.y, v.z}; }

class BulletScene {
 public:
  BulletScene() : m_dispatcher(&m_configuration), m_world(&m_dispatcher, &m_broadphase, &m_configuration) {}

  void add_box(const BoxCollider& box) {
    auto shape = std::make_unique<btBoxShape>(bt(box.half));
    shape->setMargin(0.001F);
    add(std::move(shape), bt(box.center), btQuaternion(btVector3(0, 1, 0), box.yaw_rad));
  }
  void add_points(std::span<const Vec3> points) {
    auto shape = std::make_unique<btConvexHullShape>();
    for (const Vec3 point : points) shape->addPoint(bt(point));
    shape->setMargin(0);
    add(std::move(shape), {0, 0, 0}, btQuaternion::getIdentity());
  }

  /// The fraction of `delta` that the capsule, thickened by the skin, may go.
  float sweep(Vec3 feet, Vec3 delta) {
    btCapsuleShape capsule(kCapsuleRadius_m + kSkin_m, kCapsuleHeight_m - 2 * kCapsuleRadius_m);
    const btVector3 from = bt(feet + Vec3{0, kCapsuleHeight_m / 2, 0});
    const btVector3 to = from + bt(delta);
    btCollisionWorld::ClosestConvexResultCallback result(from, to);
    m_world.updateAabbs();
    m_world.convexSweepTest(&capsule, btTransform(btQuaternion::getIdentity(), from),
                            btTransform(btQuaternion::getIdentity(), to), result, 0);
    return result.hasHit() ? static_cast<float>(result.m_closestHitFraction) : 1;
  }

 private:
  void add(std::unique_ptr<btCollisionShape> shape, btVector3 at, btQuaternion rotation) {
    auto object = std::make_unique<btCollisionObject>();
    object->setCollisionShape(shape.get());
    object->setWorldTransform(btTransform(rotation, at));
    m_world.addCollisionObject(object.get());
    m_shapes.push_back(std::move(shape));
    m_objects.push_back(std::move(object));
  }

  btDefaultCollisionConfiguration m_configuration;
  btCollisionDispatcher m_dispatcher;
  btDbvtBroadphase m_broadphase;
  std::vector<std::unique_ptr<btCollisionShape>> m_shapes;
  std::vector<std::unique_ptr<btCollisionObject>> m_objects;
  btCollisionWorld m_world;
};

/// A handful of colliders in a room of 8 m, the same for both.
CollisionWorld make_scene(TestNumbers& numbers, BulletScene& bullet) {
  CollisionBuilder builder;
  const auto place = [&] { return Vec3{numbers.between(-4, 4), numbers.between(0, 2.5F), numbers.between(-4, 4)}; };
  const auto near = [&](Vec3 center) {
    return center + Vec3{numbers.between(-1, 1), numbers.between(-1, 1), numbers.between(-1, 1)};
  };
  for (int i = 0; i < 10; ++i) {
    BoxCollider box;
    box.center = place();
    box.half = {numbers.between(0.1F, 1), numbers.between(0.1F, 1), numbers.between(0.1F, 1)};
    box.yaw_rad = numbers.between(-3, 3);
    if (builder.add_box(box)) bullet.add_box(box);

    const Vec3 center = place();
    std::vector<Vec3> points;
    for (int k = 0; k < 8; ++k) points.push_back(near(center));
    if (builder.add_hull(points)) bullet.add_points(points);

    const std::array<Vec3, 3> corners{near(center), near(center), near(center)};
    if (length(cross(corners[1] - corners[0], corners[2] - corners[0])) < 0.2F)
      continue;  // Bullet is vague about slivers
    if (builder.add_triangle({corners[0], corners[1], corners[2]})) bullet.add_points(corners);
  }
  auto world = std::move(builder).build();
  RC_ASSERT(world.ok());
  return std::move(world).value();
}

int g_hits = 0;

void agrees_on_one_scene() {
  TestNumbers numbers(*rc::gen::arbitrary<std::uint64_t>());
  BulletScene bullet;
  const CollisionWorld world = make_scene(numbers, bullet);
  for (int i = 0; i < 40; ++i) {
    const Vec3 from{numbers.between(-5, 5), numbers.between(-1, 3), numbers.between(-5, 5)};
    const Vec3 delta{numbers.between(-3, 3), numbers.between(-3, 3), numbers.between(-3, 3)};
    // Both must begin clear of everything; what overlaps is not a question for a sweep.
    if (capsule_clearance(world, from, 0.1F) < 0.05F || length(delta) < 0.5F) continue;
    const float ours = sweep_capsule(world, from, delta).fraction;
    const float theirs = bullet.sweep(from, delta);
    g_hits += theirs < 1 ? 1 : 0;
    // A touch in passing is a hit for one and a miss for the other within the tolerance: the closest approach decides.
    const float between = magnitude(ours - theirs) * length(delta);
    if (between <= kTolerance_m) continue;
    const float later = larger(ours, theirs);
    const float earlier = smaller(ours, theirs);
    float deepest = 1;
    for (int k = 0; k <= 50; ++k) {
      const float at = earlier + (later - earlier) * static_cast<float>(k) / 50;
      deepest = smaller(deepest, capsule_clearance(world, from + delta * at, 0.1F));
    }
    RC_ASSERT(magnitude(deepest - kSkin_m) < kTolerance_m);
  }
}

}  // namespace

TEST_CASE("a thrown capsule stops where Bullet's stops, within 5 mm") {
  g_hits = 0;
  CHECK(rc::check("agrees with Bullet", agrees_on_one_scene));
  CHECK(g_hits > 500);
}
