#include "client-proto/move/collision_world.h"

#include <catch2/catch.hpp>
#include <limits>

#include "client-proto/move/hull.h"
#include "client-proto/move/movement.h"
#include "client-proto/move/walk_check.h"

using namespace proto;

TEST_CASE("a scene survives its bytes: same hash, same walk") {
  const CollisionWorld world = walk_scene(3, 200);
  const auto bytes = world.encode();
  const auto back = CollisionWorld::decode(bytes);
  REQUIRE(back.ok());
  CHECK(back.value().hash() == world.hash());
  CHECK(back.value().encode() == bytes);
  TestVisitor visitor(1);
  MoveState here;
  here.position = {0, 2, 0};
  MoveState there = here;
  for (int i = 0; i < 2000; ++i) {
    const MoveInput input = visitor.next();
    here = step(world, here, input);
    there = step(back.value(), there, input);
    REQUIRE(here == there);
  }
}

TEST_CASE("cut, lengthened and bent scene files are refused by name") {
  const auto bytes = walk_scene(3, 5).encode();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    REQUIRE(CollisionWorld::decode(std::span(bytes).first(size)).error() == CollisionStatus::kTruncated);
  }
  auto longer = bytes;
  longer.push_back(0);
  CHECK(CollisionWorld::decode(longer).error() == CollisionStatus::kTrailingBytes);
  auto bad = bytes;
  bad[0] = 'X';
  CHECK(CollisionWorld::decode(bad).error() == CollisionStatus::kBadHeader);
  bad = bytes;
  bad[11] = 0xff;
  CHECK(CollisionWorld::decode(bad).error() == CollisionStatus::kTooManyShapes);
  bad = bytes;
  bad[18] = 0xc0;
  bad[19] = 0x7f;  // the first box's x becomes a NaN
  CHECK(CollisionWorld::decode(bad).error() == CollisionStatus::kNotFinite);
}

TEST_CASE("a builder refuses what is not a collider") {
  CollisionBuilder builder;
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  CHECK(builder.add_box({{kNaN, 0, 0}, {1, 1, 1}, 0}).error() == CollisionStatus::kNotFinite);
  CHECK(builder.add_box({{0, 0, 0}, {1, kInfinity, 1}, 0}).error() == CollisionStatus::kNotFinite);
  CHECK(builder.add_box({{0, 0, 0}, {1, 0, 1}, 0}).error() == CollisionStatus::kDegenerate);
  CHECK(builder.add_box({{0, 0, 0}, {1, -1, 1}, 0}).error() == CollisionStatus::kDegenerate);
  CHECK(builder.add_box({{256, 0, 0}, {1, 1, 1}, 0}).error() == CollisionStatus::kOutsideWorld);
  CHECK(builder.add_triangle({{0, 0, 0}, {1, 1, 1}, {2, 2, 2}}).error() == CollisionStatus::kDegenerate);
  CHECK(builder.add_hull(std::vector<Vec3>{{0, 0, 0}, {1, 0, 0}, {0, 0, 1}, {1, 0, 1}}).error() ==
        CollisionStatus::kDegenerate);
  CHECK(builder.add_hull(std::vector<Vec3>(65)).error() == CollisionStatus::kTooManyHullPoints);
}

TEST_CASE("a scene that covers too many cells is refused") {
  CollisionBuilder builder;
  for (int i = 0; i < 40; ++i) REQUIRE(builder.add_box({{0, 0, 0}, {255, 1, 255}, 0}).ok());
  const auto built = std::move(builder).build();
  CHECK(built.error() == CollisionStatus::kTooDense);
}

TEST_CASE("the hull of a cube with points inside and on its faces is its twelve triangles") {
  std::vector<Vec3> points;
  for (const float x : {0.0F, 1.0F}) {
    for (const float y : {0.0F, 1.0F}) {
      for (const float z : {0.0F, 1.0F}) points.push_back({x, y, z});
    }
  }
  points.push_back({0.5F, 0.5F, 0.5F});
  points.push_back({0.5F, 1, 0.5F});
  points.push_back({0.5F, 0, 0});
  const auto surface = hull_surface(points);
  CHECK(surface.size() == 12);
  float area = 0;
  for (const TriangleCollider& t : surface) {
    const Vec3 normal = cross(t.b - t.a, t.c - t.a);
    area += length(normal) / 2;
    CHECK(dot(normal, (t.a + t.b + t.c) * (1.0F / 3) - Vec3{0.5F, 0.5F, 0.5F}) > 0);  // outward
  }
  CHECK(area == Approx(6));
}

TEST_CASE("a ray finds the first thing in its way") {
  CollisionBuilder builder;
  REQUIRE(builder.add_box({{10, 1, 0}, {1, 1, 1}, 0}).ok());
  REQUIRE(builder.add_box({{20, 1, 0}, {1, 1, 1}, 0.785398F}).ok());
  REQUIRE(builder.add_triangle({{-5, 0, -5}, {-5, 0, 5}, {-5, 5, 0}}).ok());
  const auto world = std::move(builder).build();
  REQUIRE(world.ok());
  const RayHit hit = world->ray({0, 1, 0}, {2, 0, 0}, 100);
  REQUIRE(hit.hit);
  CHECK(hit.distance_m == Approx(9));
  CHECK(hit.normal.x == Approx(-1));
  CHECK_FALSE(world->ray({0, 1, 0}, {1, 0, 0}, 8.9F).hit);
  CHECK_FALSE(world->ray({0, 3, 0}, {1, 0, 0}, 100).hit);
  const RayHit corner = world->ray({30, 1, 0}, {-1, 0, 0}, 100);
  REQUIRE(corner.hit);
  CHECK(corner.distance_m == Approx(10 - 1.41421F).margin(0.001));
  const RayHit triangle = world->ray({0, 1, 0}, {-1, 0, 0}, 100);
  REQUIRE(triangle.hit);
  CHECK(triangle.distance_m == Approx(5));
  CHECK(triangle.normal.x == Approx(1));
  CHECK_FALSE(world->ray({0, 1, 0}, {0, 0, 0}, 100).hit);
  CHECK_FALSE(CollisionWorld().ray({0, 1, 0}, {1, 0, 0}, 100).hit);
}

TEST_CASE("a ray through the grid finds what a ray through everything finds") {
  const CollisionWorld world = walk_scene(5, 300);
  TestNumbers numbers(3);
  int hits = 0;
  for (int i = 0; i < 3000; ++i) {
    const Vec3 from{numbers.between(-28, 28), numbers.between(0.2F, 3), numbers.between(-28, 28)};
    const Vec3 way{numbers.between(-1, 1), numbers.between(-0.3F, 0.3F), numbers.between(-1, 1)};
    if (length(way) < 0.1F) continue;
    const RayHit through_grid = world.ray(from, way, 60);
    // One shape at a time, each in a scene of its own, would be slow; a start just before the hit must hit the same.
    if (!through_grid.hit) continue;
    ++hits;
    const Vec3 unit = way * (1 / length(way));
    const RayHit again = world.ray(from + unit * (through_grid.distance_m * 0.5F), way, 60);
    REQUIRE(again.hit);
    CHECK(again.distance_m == Approx(through_grid.distance_m * 0.5F).margin(0.002));
  }
  CHECK(hits > 1000);
}
