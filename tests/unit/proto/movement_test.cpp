#include "client-proto/move/movement.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "client-proto/move/sitting.h"
#include "client-proto/move/walk_check.h"

using namespace proto;

namespace {

CollisionWorld scene(const std::vector<BoxCollider>& boxes, const std::vector<std::vector<Vec3>>& hulls = {}) {
  CollisionBuilder builder;
  REQUIRE(builder.add_box({{0, -0.5F, 0}, {40, 0.5F, 40}, 0}).ok());
  for (const BoxCollider& box : boxes) REQUIRE(builder.add_box(box).ok());
  for (const auto& hull : hulls) REQUIRE(builder.add_hull(hull).ok());
  auto world = std::move(builder).build();
  REQUIRE(world.ok());
  return std::move(world).value();
}

MoveState standing_at(const CollisionWorld& world, Vec3 position) {
  MoveState state;
  state.position = position;
  for (int i = 0; i < 60 && !state.grounded; ++i) state = step(world, state, {});
  REQUIRE(state.grounded);
  return state;
}

MoveState walk(const CollisionWorld& world, MoveState state, MoveInput input, int steps) {
  for (int i = 0; i < steps; ++i) state = step(world, state, input);
  return state;
}

constexpr MoveInput kWalkX{0, 127, 0, 1024};
constexpr MoveInput kRunX{kButtonRun, 127, 0, 1024};

/// A wedge that rises along +x from x = 2 with the given slope.
std::vector<Vec3> ramp(float rise, float run) {
  return {{2, 0, -2}, {2, 0, 2}, {2 + run, 0, -2}, {2 + run, 0, 2}, {2 + run, rise, -2}, {2 + run, rise, 2}};
}

}  // namespace

TEST_CASE("on level ground one walks and runs at the named speeds and stops soon") {
  const CollisionWorld world = scene({});
  MoveState state = standing_at(world, {0, 0.5F, 0});
  CHECK(state.position.y == Approx(kSkin_m).margin(0.002));
  state = walk(world, state, kWalkX, 20);
  CHECK(state.velocity.x == Approx(kWalkSpeed_mps).margin(0.01));
  state = walk(world, state, kRunX, 20);
  CHECK(state.velocity.x == Approx(kRunSpeed_mps).margin(0.03));
  CHECK(state.yaw == 1024);
  const float x = state.position.x;
  state = walk(world, state, {}, 20);
  CHECK(state.velocity == Vec3{});
  CHECK(state.position.x - x < 0.6F);
}

TEST_CASE("a diagonal is no faster, and a longer wish than full is full") {
  const CollisionWorld world = scene({});
  const MoveState state = walk(world, standing_at(world, {0, 0.1F, 0}), {0, 127, 127, 0}, 20);
  CHECK(length(state.velocity) == Approx(kWalkSpeed_mps).margin(0.03));
}

TEST_CASE("a wall stops, and along it one slides") {
  const CollisionWorld world = scene({{{3, 1.5F, 0}, {0.1F, 1.5F, 10}, 0}});
  const float reach = 2.9F - kCapsuleRadius_m - kSkin_m;
  MoveState state = walk(world, standing_at(world, {0, 0.1F, 0}), kRunX, 60);
  CHECK(state.position.x == Approx(reach).margin(0.004));
  CHECK(magnitude(state.velocity.x) < 0.05F);
  state = walk(world, state, {kButtonRun, 127, 127, 0}, 40);
  CHECK(state.position.x == Approx(reach).margin(0.004));
  CHECK(state.position.z > 4);
}

TEST_CASE("nobody slips through where two walls meet") {
  const CollisionWorld world = scene({{{3, 1.5F, 0}, {0.05F, 1.5F, 5}, 0.6F}, {{3, 1.5F, 0}, {0.05F, 1.5F, 5}, -0.6F}});
  for (int direction = 0; direction < 16; ++direction) {
    const SinCos way = sin_cos(static_cast<float>(direction) * 0.392699F);
    const MoveInput input{kButtonRun, static_cast<std::int8_t>(way.cos * 120), static_cast<std::int8_t>(way.sin * 120),
                          0};
    MoveState state = walk(world, standing_at(world, {1, 0.1F, 0}), kRunX, 40);
    for (int i = 0; i < 60; ++i) {
      state = step(world, state, input);
      REQUIRE(capsule_clearance(world, state.position, 0.1F) > 0.003F);
    }
  }
}

TEST_CASE("a seam in a wall of several boxes does not catch") {
  std::vector<BoxCollider> wall;
  for (int i = 0; i < 20; ++i) wall.push_back({{3, 1.5F, static_cast<float>(i)}, {0.1F, 1.5F, 0.5F}, 0});
  const CollisionWorld world = scene(wall);
  const MoveState start = walk(world, standing_at(world, {2, 0.1F, 1}), kWalkX, 40);
  const MoveState end = walk(world, start, {kButtonRun, 90, 90, 0}, 40);
  // Half of full speed goes along the wall; 40 steps of it, less the time to get going.
  CHECK(end.position.z - start.position.z > 5.3F);
}

TEST_CASE("steps up to the step height are climbed and walked down, higher ones are walls") {
  for (const float height : {0.05F, 0.15F, 0.25F, 0.3F}) {
    INFO(height);
    const CollisionWorld world = scene({{{4, height / 2, 0}, {2, height / 2, 2}, 0}});
    MoveState state = walk(world, standing_at(world, {0, 0.1F, 0}), kWalkX, 60);
    CHECK(state.position.y == Approx(height + kSkin_m).margin(0.004));
    int airborne = 0;
    for (int i = 0; i < 60; ++i) {
      state = step(world, state, kWalkX);
      airborne += state.grounded ? 0 : 1;
    }
    CHECK(state.position.x > 6.5F);
    CHECK(state.position.y == Approx(kSkin_m).margin(0.004));
    // A step higher than the capsule's round end is dropped from, not rolled down.
    CHECK(airborne <= (height > kCapsuleRadius_m ? 5 : 0));
  }
  const CollisionWorld world = scene({{{4, 0.2F, 0}, {2, 0.2F, 2}, 0}});
  const MoveState state = walk(world, standing_at(world, {0, 0.1F, 0}), kRunX, 60);
  CHECK(state.position.y < 0.05F);
  CHECK(state.position.x < 2);
}

TEST_CASE("slopes to 45 degrees are walked, steeper ones are not climbed and let nobody stand") {
  for (const float rise : {1.0F, 2.0F, 2.95F}) {
    INFO(rise);
    const CollisionWorld world = scene({}, {ramp(rise, 3)});
    MoveState state = standing_at(world, {0, 0.1F, 0});
    float highest = 0;
    for (int i = 0; i < 120; ++i) {
      state = step(world, state, kWalkX);
      highest = larger(highest, state.position.y);
    }
    CHECK(highest > rise * 0.95F);
  }
  const CollisionWorld steep = scene({}, {ramp(3, 2)});
  const MoveState below = walk(steep, standing_at(steep, {0, 0.1F, 0}), kRunX, 120);
  CHECK(below.position.y < 0.2F);
  MoveState slides;
  slides.position = {3.5F, 4, 0};
  slides = walk(steep, slides, {}, 60);
  CHECK(slides.grounded);
  CHECK(slides.position.x < 2);
}

TEST_CASE("a jump needs the ground and a fresh press, and carries about 0.9 m high") {
  const CollisionWorld world = scene({});
  MoveState state = standing_at(world, {0, 0.1F, 0});
  constexpr MoveInput kJump{kButtonJump, 0, 0, 0};
  float highest = 0;
  int landings = 0;
  for (int i = 0; i < 60; ++i) {
    const bool flew = !state.grounded;
    state = step(world, state, kJump);
    highest = larger(highest, state.position.y);
    landings += flew && state.grounded ? 1 : 0;
  }
  CHECK(highest == Approx(0.92F).margin(0.03));
  CHECK(landings == 1);  // the button stayed down
}

TEST_CASE("a ceiling ends a jump") {
  const CollisionWorld world = scene({{{0, 2.5F, 0}, {5, 0.5F, 5}, 0}});
  MoveState state = standing_at(world, {0, 0.1F, 0});
  state = step(world, state, {kButtonJump, 0, 0, 0});
  float highest = 0;
  for (int i = 0; i < 30; ++i) {
    state = step(world, state, {});
    highest = larger(highest, state.position.y);
  }
  CHECK(highest <= 2.0F - kCapsuleHeight_m - kSkin_m + 0.002F);
  CHECK(state.grounded);
}

TEST_CASE("a door as wide as a person is passed, a narrower one is not") {
  const auto with_gap = [](float gap) {
    const float half = 2;
    return scene(
        {{{3, 1.5F, gap / 2 + half}, {0.1F, 1.5F, half}, 0}, {{3, 1.5F, -gap / 2 - half}, {0.1F, 1.5F, half}, 0}});
  };
  const CollisionWorld wide = with_gap(2 * (kCapsuleRadius_m + kSkin_m) + 0.02F);
  CHECK(walk(wide, standing_at(wide, {0, 0.1F, 0}), kWalkX, 60).position.x > 4);
  const CollisionWorld narrow = with_gap(2 * kCapsuleRadius_m - 0.02F);
  CHECK(walk(narrow, standing_at(narrow, {0, 0.1F, 0}), kWalkX, 60).position.x < 3);
}

TEST_CASE("who is put into a box comes out of it") {
  const CollisionWorld world = scene({{{0, 1, 0}, {0.6F, 1, 0.6F}, 0.4F}});
  MoveState state;
  state.position = {0.2F, 0.1F, 0.1F};
  state = walk(world, state, {}, 10);
  CHECK(capsule_clearance(world, state.position, 0.1F) > 0);
}

TEST_CASE("nothing in a crowded scene is ever entered, and a state always lies on its grid") {
  const CollisionWorld world = walk_scene(7, 400);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    TestVisitor visitor(seed);
    MoveState state;
    state.position = {static_cast<float>(seed) * 2 - 20, 3, 5};
    for (int i = 0; i < 1000; ++i) {
      const MoveState before = state;
      state = step(world, state, visitor.next());
      REQUIRE(snapped(state) == state);
      // A second in the scene is enough to be pushed out of wherever one began.
      if (i < 20) continue;
      REQUIRE(capsule_clearance(world, state.position, 0.02F) > 0);
      REQUIRE(length(state.position - before.position) < 1.0F);
      REQUIRE(state.position.y > -0.01F);
    }
  }
}

TEST_CASE("more colliders than can be looked at leave one standing rather than walking through") {
  std::vector<BoxCollider> crowd;
  for (int i = 0; i < 600; ++i) crowd.push_back({{1, 1, static_cast<float>(i) * 0.0002F}, {0.05F, 1, 0.05F}, 0});
  const CollisionWorld world = scene(crowd);
  MoveState state;
  state.position = {0.5F, kSkin_m, 0};
  state.grounded = true;
  const float reached = walk(world, snapped(state), kRunX, 20).position.x;
  CHECK(reached >= 0.5F);
  CHECK(reached < 0.65F);  // short of the touch at 0.66
}

TEST_CASE("sine and cosine are good to a millionth") {
  for (int i = -2000; i <= 2000; ++i) {
    const float angle = static_cast<float>(i) * 0.05F;
    const SinCos own = sin_cos(angle);
    REQUIRE(std::abs(static_cast<double>(own.sin) - std::sin(static_cast<double>(angle))) <
            1e-6 + std::abs(angle) * 1e-7);
    REQUIRE(std::abs(static_cast<double>(own.cos) - std::cos(static_cast<double>(angle))) <
            1e-6 + std::abs(angle) * 1e-7);
  }
}

TEST_CASE("who sits stays where the seat is until there is a fresh wish, and gets up in front of it") {
  const BoxCollider bench{{0, 0.225F, 0}, {0.3F, 0.225F, 1}, 0};
  const CollisionWorld world = scene({bench});
  constexpr std::uint16_t kFacingX = kYawUnitsPerTurn / 4;
  MoveState state = seated({0, 0.45F, 0}, kFacingX, 0);
  const MoveState first = state;

  state = walk(world, state, kRunX, 10);  // still held from walking there
  CHECK(state == first);
  state = walk(world, state, MoveInput{0, 0, 0, 77}, 10);
  CHECK(state.stance == Stance::kSits);
  CHECK(state.position == first.position);
  CHECK(state.yaw == kFacingX);

  state = step(world, state, kWalkX);
  CHECK(state.stance == Stance::kOnFoot);
  CHECK(state.position.x == Approx(kStandUp_m).margin(0.002));
  CHECK(state.position.y < 0.05F);
  state = walk(world, state, kWalkX, 20);
  CHECK(state.position.x > 2);
}

TEST_CASE("who sits down hears no wish for as long as walking to the seat would have taken") {
  const CollisionWorld world = scene({{{0, 0.225F, 0}, {0.3F, 0.225F, 1}, 0}});
  const float way_m = GENERATE(0.7F, 1.21F, 1.7F, 100.0F);
  const MoveInput wish = GENERATE(MoveInput{}, kRunX, MoveInput{kButtonJump, 0, 0, 0});
  MoveState state = seated({0, 0.45F, 0}, 0, way_m);
  const Vec3 seat = state.position;
  const int needed = static_cast<int>(std::ceil(std::min(way_m, 3.1F) / (kWalkSpeed_mps * kStepSeconds) - 0.001F));

  state = walk(world, state, wish, needed);
  CHECK(state.stance == Stance::kSittingDown);
  CHECK(state.sit_steps == 0);
  CHECK(state.position == seat);
  state = walk(world, state, {}, 1);
  CHECK(state.stance == Stance::kSits);
  state = walk(world, state, kWalkX, 1);
  CHECK(state.stance == Stance::kOnFoot);
}

TEST_CASE("who cannot get up to the front gets up to the side or the back, and somehow from a seat that is built in") {
  const BoxCollider bench{{0, 0.225F, 0}, {0.3F, 0.225F, 0.3F}, 0};
  const BoxCollider front{{1.2F, 1, 0}, {0.7F, 1, 3}, 0};
  const BoxCollider left{{0, 1, 1.2F}, {3, 1, 0.7F}, 0};
  const BoxCollider right{{0, 1, -1.2F}, {3, 1, 0.7F}, 0};
  const BoxCollider back{{-1.2F, 1, 0}, {0.7F, 1, 3}, 0};
  const Vec3 seat{0, 0.45F, 0};
  constexpr std::uint16_t kFacingX = kYawUnitsPerTurn / 4;
  const auto place = [&](const std::vector<BoxCollider>& boxes) {
    return place_to_stand(scene(boxes), seat, kFacingX);
  };

  const auto aside = place({bench, front});
  REQUIRE(aside);
  CHECK(magnitude(aside->z) > 0.6F);
  const auto behind = place({bench, front, left, right});
  REQUIRE(behind);
  CHECK(behind->x < -0.6F);
  CHECK_FALSE(place({bench, front, left, right, back}));

  const CollisionWorld closed = scene({bench, front, left, right, back});
  MoveState state = walk(closed, seated(seat, kFacingX, 0), {}, 2);
  state = walk(closed, state, kWalkX, 40);
  CHECK(state.stance == Stance::kOnFoot);
  CHECK(finite(state.position));
}
