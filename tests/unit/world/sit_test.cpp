/// Sitting: who gets a seat, who is told, how one gets up again, and what it outlives.
#include <catch2/catch.hpp>

#include "client-proto/move/movement.h"
#include "client-proto/move/sitting.h"
#include "tests/unit/world/client.h"
#include "tests/unit/world/support.h"
#include "world-server/world/recording.h"
#include "world-server/world/seats.h"

using namespace world;
using proto::EventKind;
using proto::PartyAction;
using proto::Stance;
using world::test::go;
using world::test::Scene;
using world::test::TestClient;

namespace {

// The bench of the test mall stands at x = 16 and looks along +x; its seats are at z = 5 and 5.7.
constexpr Vec3 kFirstSeat{16, 0.45F, 5};
constexpr Vec3 kBeforeFirst{16.7F, 0, 5};

proto::MoveState state_of(const Scene& scene, std::uint16_t index) { return scene.world->people().state[index]; }
bool sits(const Scene& scene, std::uint16_t index) { return state_of(scene, index).stance != Stance::kOnFoot; }

void sit(Scene& scene, std::uint16_t index, std::uint16_t seat) {
  scene.say(NetToWorld{Sit{Scene::id(index), seat}});
  scene.step(2);
}

/// Until a wish is heard again; all send inputs.
void settle(Scene& scene) { scene.step(proto::kSitStepsMax); }

std::size_t refusals(const TestClient& client) {
  std::size_t count = 0;
  for (const proto::Event& event : client.events) count += event.kind == EventKind::kSitRefused ? 1 : 0;
  return count;
}

/// Guests 0 .. count-1 stand before the bench; all send inputs.
Scene before_the_bench(std::uint16_t count) {
  Scene scene(test::small_mall());
  for (std::uint16_t i = 0; i < count; ++i) {
    scene.join(i);
    scene.wish(i, go(0, 0));
  }
  scene.step(3);
  for (std::uint16_t i = 0; i < count; ++i) {
    scene.walk_to(i, 18, 8);
    scene.walk_to(i, kBeforeFirst.x, kBeforeFirst.z);
  }
  scene.step(40);
  return scene;
}

}  // namespace

TEST_CASE("who asks for a free seat sits on it, looks where it looks, and everybody sees it, also who comes later") {
  Scene scene = before_the_bench(2);
  sit(scene, 0, 0);
  settle(scene);

  CHECK(state_of(scene, 0).stance == Stance::kSits);
  CHECK(proto::length(scene.position(0) - kFirstSeat) < 0.01F);
  CHECK(state_of(scene, 0).yaw == 1024);
  CHECK(scene.client(0).own->state == state_of(scene, 0));
  const auto sees = [&scene](std::uint16_t viewer) {
    const auto& record = scene.client(viewer).others.at(Scene::id(0)).record;
    return record && (record->flags & proto::kAvatarSeated) != 0;
  };
  CHECK(sees(1));
  scene.join(2);
  scene.wish(2, go(0, 0));
  scene.step(20);
  CHECK(sees(2));
  CHECK(refusals(scene.client(0)) == 0);
}

TEST_CASE("two never share a seat, and who was too late is told") {
  Scene scene = before_the_bench(3);
  scene.say(NetToWorld{Sit{Scene::id(0), 0}});
  scene.say(NetToWorld{Sit{Scene::id(1), 0}});
  scene.step(3);
  CHECK(sits(scene, 0));
  CHECK_FALSE(sits(scene, 1));
  CHECK(refusals(scene.client(1)) == 1);
  sit(scene, 1, 1);
  CHECK(sits(scene, 1));
  sit(scene, 2, 0);
  sit(scene, 2, 1);
  scene.step(2);
  CHECK_FALSE(sits(scene, 2));
  CHECK(refusals(scene.client(2)) == 2);
}

TEST_CASE("a seat is not taken from afar, in the air, by who sits already, or where there is none") {
  Scene scene = before_the_bench(1);
  sit(scene, 0, 2);
  sit(scene, 0, 1023);
  CHECK_FALSE(sits(scene, 0));
  scene.walk_to(0, 18.5F, 5);
  sit(scene, 0, 0);
  CHECK_FALSE(sits(scene, 0));
  scene.walk_to(0, kBeforeFirst.x + 1.2F, 5);
  sit(scene, 0, 0);
  CHECK_FALSE(sits(scene, 0));
  scene.walk_to(0, kBeforeFirst.x, kBeforeFirst.z);
  scene.wish(0, go(0, 0, proto::kButtonJump));
  scene.step(4);
  REQUIRE_FALSE(state_of(scene, 0).grounded);
  sit(scene, 0, 0);
  CHECK_FALSE(sits(scene, 0));
  scene.wish(0, go(0, 0));
  scene.step(20);
  sit(scene, 0, 0);
  CHECK(sits(scene, 0));
  sit(scene, 0, 1);
  CHECK(proto::length(scene.position(0) - kFirstSeat) < 0.01F);
  scene.step(2);
  CHECK(refusals(scene.client(0)) == 6);
}

TEST_CASE("a seat is not taken from behind a rail that one sees over and under but cannot pass") {
  Mall mall = test::small_mall();
  mall.boxes.push_back({{17.3F, 0.75F, 5}, {0.05F, 0.1F, 2}, 0});
  Scene scene(std::move(mall));
  scene.join(0);
  scene.wish(0, go(0, 0));
  scene.step(3);
  scene.walk_to(0, 18, 8);
  scene.walk_to(0, 17.65F, 5);
  REQUIRE(proto::length(scene.position(0) - kBeforeFirst) < kSitReach_m);
  sit(scene, 0, 0);
  CHECK_FALSE(sits(scene, 0));
  scene.walk_to(0, 18, 8);
  scene.walk_to(0, 16.8F, 8);
  scene.walk_to(0, 16.8F, 5.3F);
  sit(scene, 0, 0);
  CHECK(sits(scene, 0));
}

TEST_CASE("any wish to walk or jump stands up to free floor, and the seat is free again") {
  const auto wish = GENERATE(go(0, 127), go(-127, 0), go(1, 0), go(0, 0, proto::kButtonJump));
  Scene scene = before_the_bench(2);
  sit(scene, 0, 0);
  settle(scene);
  REQUIRE(state_of(scene, 0).stance == Stance::kSits);

  scene.wish(0, wish);
  scene.step(1);
  CHECK_FALSE(sits(scene, 0));
  CHECK(proto::capsule_clearance(scene.world->collision(), scene.position(0), 1) >= 0);
  CHECK(scene.position(0).y < 0.1F);
  CHECK(proto::length(scene.position(0) - kFirstSeat) < 1);
  scene.wish(0, go(0, 0));
  scene.step(5);
  CHECK(state_of(scene, 0).grounded);
  sit(scene, 1, 0);
  CHECK(sits(scene, 1));
}

TEST_CASE("the keys that are still held from walking there do not end the sitting") {
  Scene scene = before_the_bench(1);
  scene.wish(0, go(0, 40));
  scene.say(NetToWorld{Sit{Scene::id(0), 0}});
  settle(scene);
  CHECK(state_of(scene, 0).stance == Stance::kSittingDown);
  CHECK(state_of(scene, 0).sit_steps == 0);
  scene.wish(0, go(0, 0));
  scene.step(2);
  CHECK(state_of(scene, 0).stance == Stance::kSits);
}

TEST_CASE("sitting down takes as long as walking there, and whoever sees it sees a jump, there and up again") {
  Scene scene = before_the_bench(2);
  scene.walk_to(0, kBeforeFirst.x + 0.6F, kBeforeFirst.z + 0.6F);
  const auto parity = [&scene] {
    return scene.client(1).others.at(Scene::id(0)).record->flags & proto::kAvatarTeleportParity;
  };
  scene.step(2);
  const int before = parity();
  const float way_m = proto::length(scene.position(0) - kBeforeFirst) + proto::kStandUp_m;
  scene.say(NetToWorld{Sit{Scene::id(0), 0}});
  scene.step(1);
  const float a_step_m = proto::kWalkSpeed_mps * proto::kStepSeconds;
  CHECK(static_cast<float>(state_of(scene, 0).sit_steps + 1) >= way_m / a_step_m);
  scene.wish(0, go(0, 127));
  scene.step(state_of(scene, 0).sit_steps);
  scene.wish(0, go(0, 0));
  CHECK(sits(scene, 0));
  scene.step(2);
  CHECK(state_of(scene, 0).stance == Stance::kSits);
  CHECK(parity() != before);
  scene.wish(0, go(0, 127));
  scene.step(3);
  CHECK_FALSE(sits(scene, 0));
  CHECK(parity() == before);
}

TEST_CASE("who loses the connection keeps the seat and the state; who goes, or is sent away, frees it") {
  Scene scene = before_the_bench(2);
  sit(scene, 0, 0);
  settle(scene);
  const proto::MoveState before = state_of(scene, 0);
  scene.silence(0);
  scene.say(NetToWorld{Suspend{Scene::id(0)}});
  scene.step(29 * static_cast<int>(kTicksPerSecond));
  sit(scene, 1, 0);
  CHECK_FALSE(sits(scene, 1));
  scene.client(0).reconnect();
  scene.say(NetToWorld{Resume{Scene::id(0), kBytesPerSecondDefault, {}, 30}});
  scene.step(3);
  CHECK(scene.client(0).own->state == before);

  scene.say(NetToWorld{Leave{Scene::id(0)}});
  scene.step(1);
  sit(scene, 1, 0);
  CHECK(sits(scene, 1));
  // Whoever has the slot next stands.
  scene.join(0);
  scene.step(2);
  CHECK_FALSE(sits(scene, 0));
  CHECK(sits(scene, 1));
}

TEST_CASE("who is brought to a friend stands up and frees the seat, and beside who sits there is a place to stand") {
  Scene scene = before_the_bench(2);
  for (const auto& [who, action] : {std::pair{0, PartyAction::kInvite}, std::pair{1, PartyAction::kAccept}}) {
    const auto index = static_cast<std::uint16_t>(who);
    scene.say(NetToWorld{Party{Scene::id(index), action, Scene::id(static_cast<std::uint16_t>(1 - who))}});
    scene.step(1);
  }
  sit(scene, 0, 0);
  scene.walk_to(1, 18, 8);
  scene.walk_to(1, 0, 20);
  SECTION("who sits comes") {
    const auto parity = scene.world->people().teleport_parity[0];
    scene.say(NetToWorld{Party{Scene::id(0), PartyAction::kCome, Scene::id(1)}});
    scene.step(1);
    CHECK_FALSE(sits(scene, 0));
    CHECK(scene.world->people().teleport_parity[0] != parity);
    CHECK(proto::length(scene.position(0) - scene.position(1)) < 2);
    scene.walk_to(1, 18, 8);
    scene.walk_to(1, kBeforeFirst.x, kBeforeFirst.z);
    sit(scene, 1, 0);
    CHECK(sits(scene, 1));
  }
  SECTION("the other comes") {
    scene.say(NetToWorld{Party{Scene::id(1), PartyAction::kCome, Scene::id(0)}});
    scene.step(5);
    CHECK(sits(scene, 0));
    CHECK(proto::length(scene.position(1) - kBeforeFirst) < 2);
    CHECK(scene.position(1).y < 0.1F);
    CHECK(proto::capsule_clearance(scene.world->collision(), scene.position(1), 1) >= 0);
  }
}

TEST_CASE("a replay sits where people sat") {
  Scene scene(test::small_mall());
  scene.recording.emplace();
  record_header({WorldOptions{}.seed, WorldOptions{}.clients_max, test::mall_json()}, *scene.recording);
  scene.join(0);
  scene.step(3);
  scene.walk_to(0, 18, 8);
  scene.walk_to(0, kBeforeFirst.x, kBeforeFirst.z);
  const std::uint64_t standing = scene.world->state_hash();
  sit(scene, 0, 1);
  REQUIRE(sits(scene, 0));
  CHECK(scene.world->state_hash() != standing);

  const auto replayed = replay(*scene.recording);

  REQUIRE(replayed.ok());
  CHECK(replayed->state_hash == scene.world->state_hash());
}

TEST_CASE("a mall with a seat that nobody could use is refused with its place") {
  const std::string seat = R"({"position": [16, 0.45, 5], "yaw_rad": 1.570796})";
  const auto refusal = [&seat](const std::string& with) {
    auto mall = parse_mall(test::mall_json_with(seat, with));
    if (!mall.ok()) return mall.error().pointer + " " + mall.error().reason;
    const auto made = World::make(std::move(mall).value(), {});
    return made.ok() ? std::string() : made.error().pointer + " " + made.error().reason;
  };
  CHECK(refusal(seat).empty());
  CHECK(refusal(R"({"position": [16, 0.45, 400], "yaw_rad": 0})").find("/seats/0/position/2 must be between") == 0);
  CHECK(refusal(R"({"position": [16, 0.45, 40], "yaw_rad": 0})") == "/seats/0/position lies outside of \"bounds\"");
  CHECK(refusal(R"({"position": [16, 0.45, 5.6], "yaw_rad": 0})") ==
        "/seats/1/position lies nearer than 0.4 m to /seats/0");
  CHECK(refusal(R"({"position": [16, 0.45, 5]})") == "/seats/0 member \"yaw_rad\" is missing");
  CHECK(refusal(R"({"position": [16, 5, 12], "yaw_rad": 0})") == "/seats/0 has no free floor around it to stand up to");
}
