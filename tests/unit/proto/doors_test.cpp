/// A closed door lets out and never in, whatever somebody does, and is nothing while it is open.
#include "client-proto/move/doors.h"

#include <catch2/catch.hpp>
#include <vector>

#include "client-proto/core/hash.h"
#include "client-proto/move/movement.h"
#include "client-proto/move/walk_check.h"

using namespace proto;

namespace {

constexpr float kTurnedRoom_rad = 0.7F;
constexpr Places kThisPlace = Places{1} << 5U;

/// A room of 8 x 8 m with one doorway of 1.6 m in the wall at z = 0, turned about the origin; outside lies at +z.
struct Room {
  float yaw_rad = 0;
  CollisionWorld world;

  explicit Room(float yaw = 0, bool has_door = true) : yaw_rad(yaw) {
    CollisionBuilder builder;
    REQUIRE(builder.add_box({{0, -0.5F, 0}, {40, 0.5F, 40}, 0}).ok());
    add(builder, {-2.4F, 1.5F, 0}, {1.6F, 1.5F, 0.07F});
    add(builder, {2.4F, 1.5F, 0}, {1.6F, 1.5F, 0.07F});
    add(builder, {-4.1F, 1.5F, -4}, {0.1F, 1.5F, 4});
    add(builder, {4.1F, 1.5F, -4}, {0.1F, 1.5F, 4});
    add(builder, {0, 1.5F, -8.1F}, {4, 1.5F, 0.1F});
    if (has_door) {
      const BoxCollider box{place({0, 1.5F, 0}), {0.8F, 1.5F, 0.07F}, yaw_rad};
      REQUIRE(builder.add_door({box, 5}).ok());
    }
    auto built = std::move(builder).build();
    REQUIRE(built.ok());
    world = std::move(built).value();
  }
  void add(CollisionBuilder& builder, Vec3 center, Vec3 half) const {
    REQUIRE(builder.add_box({place(center), half, yaw_rad}).ok());
  }
  /// From the room's own coordinates to the world's, and back.
  [[nodiscard]] Vec3 place(Vec3 own) const {
    const SinCos turn = sin_cos(yaw_rad);
    return {own.x * turn.cos + own.z * turn.sin, own.y, own.z * turn.cos - own.x * turn.sin};
  }
  [[nodiscard]] Vec3 own(Vec3 placed) const {
    const SinCos turn = sin_cos(yaw_rad);
    return {placed.x * turn.cos - placed.z * turn.sin, placed.y, placed.z * turn.cos + placed.x * turn.sin};
  }
  [[nodiscard]] bool is_inside(const MoveState& state) const {
    const Vec3 at = own(state.position);
    return magnitude(at.x) < 4 && at.z < 0 && at.z > -8;
  }
  [[nodiscard]] MoveState standing(Vec3 own_place) const {
    MoveState state;
    state.position = place(own_place);
    for (int i = 0; i < 20; ++i) state = step(world, state, {});
    REQUIRE(state.grounded);
    return state;
  }
  /// A wish to go along `way` in the room's own coordinates.
  [[nodiscard]] MoveInput towards(Vec3 way, std::uint8_t buttons = 0) const {
    const Vec3 placed = place(way);
    return {buttons, static_cast<std::int8_t>(placed.x * 127), static_cast<std::int8_t>(placed.z * 127), 0};
  }
  [[nodiscard]] MoveState walk(MoveState state, MoveInput input, int steps) const {
    for (int i = 0; i < steps; ++i) state = step(world, state, input);
    return state;
  }
};

constexpr Vec3 kIn{0, 0, -1};
constexpr Vec3 kOut{0, 0, 1};

}  // namespace

TEST_CASE("a door is closed and opened by its place and by no other") {
  for (const float yaw : {0.0F, kTurnedRoom_rad, -2.0F}) {
    Room room(yaw);
    const MoveState before = room.standing({0, 0.1F, 2});
    CHECK(room.is_inside(room.walk(before, room.towards(kIn), 60)));
    room.world.close(kThisPlace);
    CHECK(room.own(room.walk(before, room.towards(kIn), 60).position).z ==
          Approx(0.07F + kCapsuleRadius_m + kSkin_m).margin(0.02));
    room.world.close(~kThisPlace);
    CHECK(room.is_inside(room.walk(before, room.towards(kIn), 60)));
  }
}

TEST_CASE("an open door changes no bit of a walk") {
  Room with_door(kTurnedRoom_rad);
  const Room without(kTurnedRoom_rad, false);
  TestVisitor visitor(7);
  MoveState a = with_door.standing({0, 0.1F, 1});
  MoveState b = a;
  for (int i = 0; i < 2000; ++i) {
    const MoveInput input = visitor.next();
    a = step(with_door.world, a, input);
    b = step(without.world, b, input);
  }
  CHECK(a == b);
}

TEST_CASE("nobody runs or jumps through a closed door, comes past its edge, or falls through it") {
  Room room(kTurnedRoom_rad);
  room.world.close(kThisPlace);
  for (float aside = -1.2F; aside <= 1.2F; aside += 0.05F) {
    for (const std::uint8_t buttons : {std::uint8_t{0}, std::uint8_t{kButtonRun}, std::uint8_t{3}}) {
      MoveState state = room.standing({aside, 0.1F, 1.5F});
      for (int i = 0; i < 80; ++i) {
        // Slantwise, with a jump every second step, which is what holding and letting go comes to.
        const float slant = i % 40 < 20 ? 0.6F : -0.6F;
        MoveInput input = room.towards({slant, 0, -0.8F}, buttons);
        if (i % 2 == 0) input.buttons &= kButtonRun;
        state = step(room.world, state, input);
        REQUIRE_FALSE(room.is_inside(state));
      }
    }
    // As fast as a state can say, from so near that a step leads far beyond.
    MoveState hurled = room.standing({aside, 0.1F, 0.4F});
    const Vec3 velocity = room.place({0, 0, -kSpeedMax_mps});
    for (int i = 0; i < 20; ++i) {
      hurled.velocity = velocity;
      hurled.grounded = i % 2 == 0;
      hurled = step(room.world, hurled, room.towards(kIn, kButtonRun));
      REQUIRE_FALSE(room.is_inside(hurled));
    }
  }
}

TEST_CASE("whoever is inside when it closes, or in the doorway, comes out and not in again") {
  Room room(kTurnedRoom_rad);
  for (float z = -7.5F; z <= 0.36F; z += 0.11F) {
    room.world.close(0);
    const MoveState before = room.standing({z > -0.5F ? 0.2F : 1.5F, 0.1F, z});
    room.world.close(kThisPlace);
    // Nobody is pushed by a door that closes on them.
    const MoveState first = step(room.world, before, room.towards(kOut));
    CHECK(length(first.position - before.position) < 0.1F);
    // To the middle of the doorway, then out.
    MoveState state = room.walk(before, room.towards({room.own(before.position).x > 0.4F ? -1.0F : 0.0F, 0, 0}), 12);
    state = room.walk(state, room.towards(kOut), 120);
    INFO("from " << z);
    REQUIRE(room.own(state.position).z > 1);
    state = room.walk(state, room.towards(kIn, kButtonRun), 120);
    CHECK_FALSE(room.is_inside(state));
  }
}

TEST_CASE("random visitors never get in, and those who came out never back in") {
  int came_out = 0;
  Room room;
  room.world.close(kThisPlace);
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    TestVisitor visitor(seed);
    MoveState outside = room.standing({0, 0.1F, 1});
    MoveState inside = room.standing({0, 0.1F, -4});
    bool was_out = false;
    for (int i = 0; i < 1500; ++i) {
      MoveInput input = visitor.next();
      inside = step(room.world, inside, input);
      was_out = was_out || room.own(inside.position).z > 0.07F + kCapsuleRadius_m + kSkin_m;
      if (was_out) REQUIRE_FALSE(room.is_inside(inside));
      if (i % 3 == 0) input.move_z = -127;
      outside = step(room.world, outside, input);
      REQUIRE_FALSE(room.is_inside(outside));
    }
    came_out += was_out ? 1 : 0;
  }
  CHECK(came_out > 3);
}

TEST_CASE("a closed door stands in the way of rays that lead in and of places to stand, an open one does not") {
  Room room;
  CHECK_FALSE(room.world.ray({0, 1, 2}, {0, 0, -1}, 4).hit);
  CHECK(capsule_clearance(room.world, {0, 0.05F, 0}, kCapsuleRadius_m) > -0.01F);
  room.world.close(kThisPlace);
  const RayHit hit = room.world.ray({0, 1, 2}, {0, 0, -1}, 4);
  CHECK(hit.hit);
  CHECK(hit.distance_m == Approx(1.93F).margin(0.001));
  CHECK_FALSE(room.world.ray({0, 1, -2}, {0, 0, 1}, 4).hit);
  CHECK(capsule_clearance(room.world, {0, 0.05F, 0}, kCapsuleRadius_m) < -0.2F);
  CHECK(sweep_capsule(room.world, {0, 0.1F, 1}, {0, 0, -3}).hit);
  CHECK_FALSE(sweep_capsule(room.world, {0, 0.1F, -1}, {0, 0, 3}).hit);
}

TEST_CASE("doors travel in the scene's bytes, which of them are closed does not") {
  Room room(kTurnedRoom_rad);
  const std::vector<std::uint8_t> bytes = room.world.encode();
  room.world.close(kThisPlace);
  CHECK(room.world.encode() == bytes);
  auto back = CollisionWorld::decode(bytes);
  REQUIRE(back.ok());
  CHECK(back->hash() == room.world.hash());
  CHECK(back->encode() == bytes);
  CHECK(back->closed_doors().empty());
  back->close(kThisPlace);
  REQUIRE(back->closed_doors().size() == 1);
  CHECK(back->closed_doors()[0].a == room.world.closed_doors()[0].a);
  CHECK(bytes[4] == 2);
  CHECK(Room(0, false).world.encode()[4] == 1);

  for (std::size_t size = 0; size < bytes.size(); ++size) {
    REQUIRE(CollisionWorld::decode(std::span(bytes).first(size)).error() == CollisionStatus::kTruncated);
  }
  std::vector<std::uint8_t> bad = bytes;
  bad[bad.size() - 4] = 64;
  CHECK(CollisionWorld::decode(bad).error() == CollisionStatus::kBadPlace);
  bad = bytes;
  bad[16] = 0;
  CHECK(CollisionWorld::decode(bad).error() == CollisionStatus::kBadHeader);
  bad[16] = 255;
  bad[17] = 255;
  CHECK(CollisionWorld::decode(bad).error() == CollisionStatus::kTooManyShapes);
}
