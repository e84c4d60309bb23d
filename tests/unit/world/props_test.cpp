#include "world-server/world/props.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "tests/unit/world/support.h"

using namespace world;

namespace {

constexpr std::uint32_t kAvatarsMax = 8;

void settle(PropPhysics& props) {
  for (int i = 0; i < 200 && !props.state(0).at_rest; ++i) props.step({});
  REQUIRE(props.state(0).at_rest);
}

/// An avatar walks from `z_from` towards -Z through x = 0.
void walk_through(PropPhysics& props, float z_from, int ticks) {
  for (int i = 0; i < ticks; ++i) {
    const std::vector<Pusher> pushers{{3, {0, 0, z_from - 0.1F * static_cast<float>(i)}}};
    props.step(pushers);
  }
}

}  // namespace

TEST_CASE("a ball that nobody touches stays where the mall put it") {
  PropPhysics props(test::small_mall(), {}, {}, kAvatarsMax);
  settle(props);
  const Vec3 before = props.state(0).position;
  CHECK(before.y == Approx(0.3F).margin(0.03));

  for (int i = 0; i < 100; ++i) props.step({});

  CHECK(props.state(0).position == before);
}

TEST_CASE("an avatar that walks into a ball pushes it on") {
  PropPhysics props(test::small_mall(), {}, {}, kAvatarsMax);
  settle(props);
  const Vec3 before = props.state(0).position;

  walk_through(props, -3, 40);

  const Vec3 after = props.state(0).position;
  CHECK(after.z < before.z - 1);
  CHECK(after.y > 0.2F);
}

TEST_CASE("an avatar that is placed behind a ball does not shoot it away") {
  PropPhysics props(test::small_mall(), {}, {}, kAvatarsMax);
  settle(props);
  const Vec3 before = props.state(0).position;

  props.step(std::vector<Pusher>{{3, {0, 0, -2}}});
  props.step(std::vector<Pusher>{{3, {0, 0, -8}}});
  for (int i = 0; i < 20; ++i) props.step(std::vector<Pusher>{{3, {0, 0, -8}}});

  CHECK(std::abs(props.state(0).position.z - before.z) < 0.05F);
}

TEST_CASE("a wall stops a ball") {
  PropPhysics props(test::small_mall(), {}, {}, kAvatarsMax);
  settle(props);

  walk_through(props, -3, 400);

  CHECK(props.state(0).position.z > -30);
}

TEST_CASE("a ball that leaves the mall is brought back to its place") {
  Mall mall = test::small_mall();
  mall.boxes.erase(mall.boxes.begin());  // the floor
  PropPhysics props(mall, {}, {}, kAvatarsMax);
  float lowest = 1;

  for (int i = 0; i < 200; ++i) {
    props.step({});
    lowest = std::min(lowest, props.state(0).position.y);
  }

  CHECK(lowest < 0);
  CHECK(lowest > mall.bounds.min.y - 1);
}

TEST_CASE("the same steps give the same ball") {
  Mall mall = test::small_mall();
  PropPhysics one(mall, {}, {}, kAvatarsMax);
  PropPhysics other(mall, {}, {}, kAvatarsMax);

  walk_through(one, -3, 100);
  walk_through(other, -3, 100);

  CHECK(one.state(0).position == other.state(0).position);
}

TEST_CASE("a box that a shop puts down stops a ball, and makes room when it is taken away") {
  PropPhysics props(test::small_mall(), {}, {}, kAvatarsMax);
  settle(props);
  const std::vector<Box> shelf{{{0, 1, -8}, {2, 1, 0.25F}, 0}};
  props.set_extra_boxes(shelf);

  walk_through(props, -3, 40);
  CHECK(props.state(0).position.z > -8);

  props.set_extra_boxes({});
  walk_through(props, -3, 100);
  CHECK(props.state(0).position.z < -8);
}

TEST_CASE("more avatars than can push are let through without harm") {
  PropPhysics props(test::small_mall(), {}, {}, kPushersMax + 8);
  std::vector<Pusher> crowd;
  for (std::uint32_t i = 0; i < kPushersMax + 8; ++i) {
    crowd.push_back({i, {0.01F * static_cast<float>(i), 0, -4}});
  }

  for (int i = 0; i < 20; ++i) props.step(crowd);
  props.step({});

  CHECK(std::isfinite(props.state(0).position.x));
}

TEST_CASE("near means within a step's reach of a prop") {
  PropPhysics props(test::small_mall(), {}, {}, kAvatarsMax);
  CHECK(props.is_near({0, 0, -4}));
  CHECK_FALSE(props.is_near({0, 0, -1}));
  CHECK_FALSE(props.is_near({0, 6, -5}));
}
