/// Manners: what the bending of a wish may do, for anybody and any crowd, and what it must never do.
#include "client-proto/move/passing.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <vector>

#include "client-proto/move/movement.h"
#include "tests/unit/proto/generators.h"

using namespace proto;

namespace {

/// Of rounding the wish to whole units.
constexpr float kRounding_units = 1.5F;

CollisionWorld floor_of(float half_m) {
  CollisionBuilder builder;
  REQUIRE(builder.add_box({{0, -0.5F, 0}, {half_m, 0.5F, half_m}, 0}).ok());
  auto world = std::move(builder).build();
  REQUIRE(world.ok());
  return std::move(world).value();
}

MoveState standing_at(Vec3 feet, Vec3 velocity = {}) {
  MoveState state;
  state.position = feet;
  state.velocity = velocity;
  state.grounded = true;
  return snapped(state);
}

Vec3 direction(const MoveInput& input) {
  return {static_cast<float>(input.move_x), 0, static_cast<float>(input.move_z)};
}

MoveInput towards(int x, int z, std::uint8_t buttons = 0) {
  return {buttons, static_cast<std::int8_t>(x), static_cast<std::int8_t>(z), 100};
}

/// Anywhere near the origin, walking anyhow; now and then nonsense.
Passer somebody() {
  const auto number = [](int reach) { return static_cast<float>(*rc::gen::inRange(-reach, reach + 1)) / 100; };
  Passer passer{{number(250), number(30), number(250)}, {number(420), 0, number(420)}};
  if (*rc::gen::inRange(0, 20) == 0) passer.position.x = 1e38F * 10;
  if (*rc::gen::inRange(0, 20) == 0) passer.velocity.z = 1e30F;
  return passer;
}

std::vector<Passer> people() {
  std::vector<Passer> all;
  const auto count = *rc::gen::inRange<std::size_t>(0, kPassersMax + 1);
  for (std::size_t i = 0; i < count; ++i) all.push_back(somebody());
  return all;
}

/// One person walks along +z from z = -4, the other stands or comes; both by the rule. Returns how near they came.
struct Pass {
  float nearest_m = 10;
  int steps = 0;
};
Pass pass(Vec3 other_at, MoveInput other_wish, std::uint8_t buttons) {
  const CollisionWorld world = floor_of(20);
  const MoveInput wish = towards(0, 127, buttons);
  MoveState self = standing_at({0, 0.01F, -4});
  MoveState other = standing_at(other_at);
  Pass result;
  while (self.position.z < 4 && result.steps < 200) {
    const Passer about_self{self.position, self.velocity};
    const Passer about_other{other.position, other.velocity};
    self = step(world, self, passing(world, self, wish, {&about_other, 1}));
    other = step(world, other, passing(world, other, other_wish, {&about_self, 1}));
    result.nearest_m = smaller(result.nearest_m, length(self.position - other.position));
    ++result.steps;
  }
  return result;
}

}  // namespace

TEST_CASE("whatever people do, a bent wish stays within its bounds") {
  const CollisionWorld world = floor_of(50);
  const float least = 1 / square_root(1 + kPassBendMax * kPassBendMax);
  CHECK(rc::check("a bend turns the wish by 31 degrees at most and keeps its length and everything else", [&] {
    const MoveInput wish = arbitrary::move_input();
    const MoveState self = standing_at({0, 0.01F, 0}, somebody().velocity);
    const MoveInput bent = passing(world, self, wish, people());
    RC_ASSERT(bent.buttons == wish.buttons);
    RC_ASSERT(bent.yaw == wish.yaw);
    RC_ASSERT(bent.move_x >= -127 && bent.move_z >= -127);
    const float size = smaller(length(direction(wish)), 127);
    if (bent != wish) RC_ASSERT(magnitude(length(direction(bent)) - size) <= kRounding_units);
    if (size > 0)
      RC_ASSERT(dot(direction(bent), direction(wish)) >= (least * size - kRounding_units) * length(direction(wish)));
  }));
}

TEST_CASE("nobody can be held up, surrounded or driven by others, whatever they do") {
  const CollisionWorld world = floor_of(100);
  CHECK(rc::check("who walks on gets forward at 5/6 of the speed, and who stands stays", [&] {
    MoveState walks = standing_at({0, 0.01F, 0});
    MoveState stands = walks;
    constexpr int kSteps = 60;
    for (int i = 0; i < kSteps; ++i) {
      std::vector<Passer> around = people();
      std::vector<Passer> about = around;
      for (Passer& each : around) each.position = each.position + walks.position;
      walks = step(world, walks, passing(world, walks, towards(127, 0), around));
      stands = step(world, stands, passing(world, stands, towards(0, 0), about));
    }
    const float unhindered_m = kWalkSpeed_mps * kStepSeconds * (kSteps - 2);
    RC_ASSERT(walks.position.x > unhindered_m * 5 / 6);
    RC_ASSERT(stands.position.x == 0.0F && stands.position.z == 0.0F);
  }));
}

TEST_CASE("a wish stays as it is when nobody is in the way") {
  const CollisionWorld world = floor_of(20);
  const MoveState self = standing_at({0, 0.01F, 0});
  const MoveInput wish = towards(0, 127);
  const auto with = [&](Passer other, const MoveState& state) { return passing(world, state, wish, {&other, 1}); };

  CHECK(passing(world, self, wish, {}) == wish);
  CHECK(with({{0, 0, -0.5F}, {}}, self) == wish);                     // behind
  CHECK(with({{0.9F, 0, 0.5F}, {}}, self) == wish);                   // beside
  CHECK(with({{0, 0, kPassReach_m + 0.1F}, {}}, self) == wish);       // far
  CHECK(with({{0, 3, 0.8F}, {}}, self) == wish);                      // upstairs
  CHECK(with({{0, 0, 0.8F}, {0, 0, kWalkSpeed_mps}}, self) == wish);  // walks ahead
  MoveState flies = self;
  flies.grounded = false;
  CHECK(with({{0, 0, 0.8F}, {}}, flies) == wish);
  const std::vector<Passer> crowd(5, Passer{{0, 0, 0.3F}, {}});
  CHECK(passing(world, self, wish, crowd) == wish);
  CHECK_FALSE(with({{0, 0, 0.8F}, {}}, self) == wish);
}

TEST_CASE("one keeps to the right, unless the left is clearly nearer") {
  const CollisionWorld world = floor_of(20);
  const MoveState self = standing_at({0, 0.01F, 0});
  const auto side = [&](float x) {
    const Passer other{{x, 0, 1}, {}};
    return passing(world, self, towards(0, 127), {&other, 1}).move_x;
  };
  // Facing +z, the right hand is at -x.
  CHECK(side(0) < 0);
  CHECK(side(0.2F) < 0);
  CHECK(side(-0.1F) < 0);
  CHECK(side(-0.4F) > 0);
}

TEST_CASE("nobody is led over an edge") {
  const CollisionWorld world = floor_of(5);
  const Passer other{{-4.6F, 0, 1}, {}};
  const MoveInput wish = towards(0, 127);
  CHECK(passing(world, standing_at({-4.6F, 0.01F, 0}), wish, {&other, 1}) != wish);
  CHECK(passing(world, standing_at({-4.8F, 0.01F, 0}), wish, {&other, 1}) == wish);
}

TEST_CASE("two who meet, and one who passes somebody standing, keep a shoulder's breadth and hardly slow down") {
  const auto buttons = GENERATE(std::uint8_t{0}, std::uint8_t{kButtonRun});
  const float speed = buttons == 0 ? kWalkSpeed_mps : kRunSpeed_mps;
  const auto offset = GENERATE(0.0F, 0.1F, -0.1F, 0.25F, -0.25F, 0.45F);
  INFO("buttons " << int{buttons} << ", offset " << offset);
  const auto longest = static_cast<int>(8 / speed / kStepSeconds * 1.1F) + 2;

  const Pass met = pass({offset, 0.01F, 4}, towards(0, -127, buttons), buttons);
  CHECK(met.nearest_m > 0.5F);
  CHECK(met.steps < longest);

  const Pass stood = pass({offset, 0.01F, 0}, {}, buttons);
  CHECK(stood.nearest_m > 0.5F);
  CHECK(stood.steps < longest);
}
