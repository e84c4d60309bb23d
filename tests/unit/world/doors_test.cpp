/// A boutique that is closed, in the world: nobody comes in, whoever is inside comes out, what it lent goes back, and
/// everybody is told.
#include <catch2/catch.hpp>

#include "tests/unit/world/client.h"
#include "tests/unit/world/support.h"
#include "world-server/world/arrival.h"
#include "world-server/world/recording.h"

using namespace world;
using proto::PartyAction;
using world::test::go;
using world::test::Scene;

namespace {

constexpr std::uint64_t kOak = 2;  ///< bit of the second boutique
constexpr std::uint32_t kVase = 13;
constexpr float kFront_z = -10;

Mall mall_with_door() {
  auto mall = parse_mall(test::mall_json_with_door());
  if (!mall.ok()) FAIL(mall.error().pointer << ": " << mall.error().reason);
  return std::move(mall).value();
}

void close_oak(Scene& scene, bool closed = true) {
  ClosedBoutiques message;
  if (closed) message.ids = {"oak-and-linen", "a boutique that has moved out"};
  scene.say(ShopToWorld{message});
  scene.step(1);
}

bool is_inside(const Scene& scene, std::uint16_t index) { return scene.position(index).z < kFront_z; }

/// Guest 0 stands in the boutique, guest 1 before its door.
Scene one_inside_one_outside() {
  Scene scene(mall_with_door());
  scene.join(0);
  scene.join(1);
  scene.say(ShopToWorld{Wearables{{{kVase, Slot::kHead, "oak-and-linen", "vase"}}}});
  for (std::uint16_t i = 0; i < 2; ++i) {
    scene.walk_to(i, i == 0 ? 8.0F : 5.0F, 8);
    scene.walk_to(i, 15, -8);
    if (i == 0) scene.walk_to(i, 15, -14);
    scene.wish(i, go(0, 0));
  }
  scene.step(10);
  REQUIRE(is_inside(scene, 0));
  REQUIRE_FALSE(is_inside(scene, 1));
  return scene;
}

}  // namespace

TEST_CASE("a closed boutique is walked out of and not into, and opens again") {
  Scene scene = one_inside_one_outside();
  close_oak(scene);
  scene.wish(1, go(0, -127, proto::kButtonRun | proto::kButtonJump));
  scene.step(60);
  CHECK_FALSE(is_inside(scene, 1));
  scene.wish(0, go(0, 127));
  scene.step(80);
  CHECK_FALSE(is_inside(scene, 0));
  scene.wish(0, go(0, -127));
  scene.step(100);
  CHECK_FALSE(is_inside(scene, 0));
  close_oak(scene, false);
  scene.step(60);
  CHECK(is_inside(scene, 0));
  CHECK(is_inside(scene, 1));
}

TEST_CASE("everybody is told which boutiques are closed, at once and when they come in") {
  Scene scene = one_inside_one_outside();
  CHECK(scene.client(0).doors.empty());
  close_oak(scene);
  const std::uint32_t tick = scene.world->current_tick();
  scene.step(1);
  for (std::uint16_t i = 0; i < 2; ++i) {
    REQUIRE(scene.client(i).doors.size() == 1);
    CHECK(scene.client(i).doors[0] == proto::Doors{tick, kOak});
  }
  close_oak(scene);
  scene.join(2);
  scene.step(2);
  CHECK(scene.client(0).doors.size() == 1);
  REQUIRE(scene.client(2).doors.size() == 1);
  CHECK(scene.client(2).doors[0].closed == kOak);
  scene.say(NetToWorld{Suspend{Scene::id(2)}});
  scene.step(2);
  scene.client(2).reconnect();
  scene.say(NetToWorld{Resume{Scene::id(2), kBytesPerSecondDefault, {}, 0}});
  scene.step(2);
  REQUIRE(scene.client(2).doors.size() == 1);
  close_oak(scene, false);
  scene.step(1);
  CHECK(scene.client(2).doors.back().closed == 0);
}

TEST_CASE("a boutique without an entrance stays open") {
  Scene scene(mall_with_door());
  scene.say(ShopToWorld{ClosedBoutiques{{"maison-lune"}}});
  scene.step(1);
  CHECK(scene.world->collision().closed() == 0);
}

TEST_CASE("what a boutique has lent goes back when it closes, and it lends no more") {
  Scene scene = one_inside_one_outside();
  const auto worn = [&] { return scene.world->people().outfit[0][0].variant_id; };
  scene.say(NetToWorld{TryOn{Scene::id(0), kVase}});
  scene.step(2);
  REQUIRE(worn() == kVase);
  close_oak(scene);
  scene.step(1);
  CHECK(worn() == 0);
  REQUIRE(scene.client(0).events.size() == 1);
  CHECK(scene.client(0).events[0].kind == proto::EventKind::kTryOnExpired);
  scene.say(NetToWorld{TryOn{Scene::id(0), kVase}});
  scene.step(2);
  CHECK(worn() == 0);
  REQUIRE(scene.client(0).events.size() == 2);
  CHECK(scene.client(0).events[1].kind == proto::EventKind::kTryOnRefused);
}

TEST_CASE(
    "who comes to a friend in a closed boutique stands before its door, who is inside as well beside the friend") {
  Scene scene = one_inside_one_outside();
  scene.join(2);
  scene.step(20);
  const auto act = [&scene](std::uint16_t who, PartyAction action, std::uint16_t other) {
    scene.say(NetToWorld{Party{Scene::id(who), action, Scene::id(other)}});
    scene.step(1);
  };
  for (std::uint16_t guest = 1; guest <= 2; ++guest) {
    if (guest == 2) scene.walk_to(2, 15, -6);
    scene.step(60);
    act(0, PartyAction::kInvite, guest);
    act(guest, PartyAction::kAccept, 0);
  }
  // Guest 1 is let in first and is inside when it closes.
  scene.walk_to(1, 13, -8);
  scene.walk_to(1, 15, -9);
  scene.walk_to(1, 15, -12);
  close_oak(scene);
  act(1, PartyAction::kCome, 0);
  CHECK(is_inside(scene, 1));
  CHECK(proto::length(scene.position(1) - scene.position(0)) < 2);
  scene.walk_to(2, 5, 5);
  act(2, PartyAction::kCome, 0);
  CHECK(scene.position(2).z == Approx(kFront_z + 1.2F).margin(0.1));
  CHECK(scene.position(2).x == Approx(15).margin(1));
  // From the doorway nobody is brought in either.
  scene.walk_to(0, 15, -10);
  REQUIRE(scene.world->people().state[0].position.z < kFront_z + 0.35F);
  scene.walk_to(2, 5, 5);
  scene.step(static_cast<int>(kTicksPerSecond) * 11);
  act(2, PartyAction::kCome, 0);
  CHECK_FALSE(is_inside(scene, 2));
  CHECK(scene.position(2).z < -5);
}

TEST_CASE("who would arrive in a closed boutique arrives before its door") {
  std::string text = test::mall_json_with_door();
  const std::string spawns = R"([{"position": [0, 0, 20], "yaw_rad": 3.14159}, {"position": [2, 0, 20])";
  text.replace(text.find(spawns), spawns.size(),
               R"([{"position": [15, 0, -15], "yaw_rad": 3.14159}, {"position": [16, 0, -14])");
  auto mall = parse_mall(text);
  REQUIRE(mall.ok());
  Scene scene(std::move(mall).value());
  scene.join(0);
  scene.step(2);
  CHECK(is_inside(scene, 0));
  close_oak(scene);
  for (std::uint16_t i = 1; i < 12; ++i) scene.join(i);
  scene.step(2);
  for (std::uint16_t i = 1; i < 12; ++i) {
    INFO(i);
    CHECK_FALSE(is_inside(scene, i));
  }
  CHECK(is_inside(scene, 0));
}

TEST_CASE("what can be pushed bumps into a closed door") {
  std::string text = test::mall_json_with_door();
  const std::string ball = R"("position": [0, 0.3, -5])";
  text.replace(text.find(ball), ball.size(), R"("position": [15, 0.3, -9])");
  for (const bool closed : {false, true}) {
    auto mall = parse_mall(text);
    REQUIRE(mall.ok());
    Scene scene(std::move(mall).value());
    scene.join(0);
    scene.walk_to(0, 8, 8);
    scene.walk_to(0, 15, -7);
    if (closed) close_oak(scene);
    scene.wish(0, go(0, -127, proto::kButtonRun));
    scene.step(80);
    CHECK((scene.world->props().state(0).position.z < kFront_z) == !closed);
  }
}

TEST_CASE("a recording of a boutique that closes and opens replays to the same state") {
  Scene scene(mall_with_door());
  scene.recording.emplace();
  record_header({1, 256, test::mall_json_with_door()}, *scene.recording);
  scene.join(0);
  scene.walk_to(0, 8, 8);
  scene.walk_to(0, 15, -8);
  close_oak(scene);
  scene.wish(0, go(20, -127));
  scene.step(60);
  REQUIRE_FALSE(is_inside(scene, 0));
  const auto closed = replay(*scene.recording);
  REQUIRE(closed.ok());
  CHECK(closed->state_hash == scene.world->state_hash());
  close_oak(scene, false);
  scene.walk_to(0, 15, -14);
  const auto opened = replay(*scene.recording);
  REQUIRE(opened.ok());
  CHECK(opened->state_hash == scene.world->state_hash());
  CHECK(opened->state_hash != closed->state_hash);
}

TEST_CASE("the state of a world counts which boutiques are closed") {
  Scene open(mall_with_door());
  Scene closed(mall_with_door());
  closed.say(ShopToWorld{ClosedBoutiques{{"oak-and-linen"}}});
  open.step(1);
  closed.step(1);
  CHECK(open.world->state_hash() != closed.world->state_hash());
}

TEST_CASE("entrances that no door could stand in are refused by name") {
  const auto refused = [](const std::string& from, const std::string& to) {
    std::string text = test::mall_json_with_door();
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    const auto mall = parse_mall(text.replace(at, from.size(), to));
    REQUIRE_FALSE(mall.ok());
    return mall.error().pointer;
  };
  const std::string list = "/boutiques/1/entrances";
  CHECK(refused(R"("position": [15, 0, -10], "width_m")", R"("position": [15, 0, -9.5], "width_m")") ==
        list + "/0/position");
  CHECK(refused(R"("height_m": 3, "yaw_rad": 0)", R"("height_m": 3, "yaw_rad": 3.14)") == list + "/0/yaw_rad");
  CHECK(refused(R"("width_m": 1.6)", R"("width_m": 0.1)") == list + "/0/width_m");
  CHECK(refused(R"("height_m": 3)", R"("height_m": 1)") == list + "/0/height_m");
  CHECK(refused(R"("entrances": [{)", R"("entrances": {"a": 1}, "others": [{)") == list);
}
