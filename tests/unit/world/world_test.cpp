#include "world-server/world/world.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "client-proto/move/movement.h"
#include "tests/unit/world/client.h"
#include "tests/unit/world/support.h"

using namespace world;
using world::test::go;
using world::test::Scene;
using world::test::TestClient;

namespace {

float distance_m(Vec3 a, Vec3 b) { return proto::length(a - b); }

/// A client's picture of another avatar, compared with the truth.
void check_sees(const TestClient& viewer, const World& world, std::uint16_t index) {
  const AvatarId id = world.people().id[index];
  INFO("avatar " << index << " seen by " << viewer.id().index);
  REQUIRE(viewer.others.count(id) == 1);
  const TestClient::Other& other = viewer.others.at(id);
  REQUIRE(other.record);
  CHECK(*other.record == world.people().records.now(index));
  REQUIRE(other.appearance);
  CHECK(other.appearance->name == world.people().name[index]);
}

}  // namespace

TEST_CASE("a shopper who joins is welcomed with the hash of the floor, and stands on a spawn") {
  Scene scene(test::small_mall());
  TestClient& ada = scene.join(3);
  REQUIRE_FALSE(ada.welcome);

  scene.step(5);

  REQUIRE(ada.welcome);
  CHECK(ada.welcome->self == ada.id());
  CHECK(ada.welcome->collision_hash == scene.world->collision_hash());
  CHECK(ada.welcome->bytes_per_s_max == kBytesPerSecondDefault);
  REQUIRE(ada.own_appearance);
  CHECK(ada.own_appearance->name == "Guest 3");
  REQUIRE(ada.own);
  CHECK(distance_m(ada.own->state.position, {0, 0, 20}) < 3);
  CHECK(scene.output.shoppers == 1);
}

TEST_CASE("two shoppers see each other walk, dressed and named") {
  Scene scene(test::small_mall());
  TestClient& ada = scene.join(0);
  TestClient& bob = scene.join(1);
  scene.step(5);
  const Vec3 before = scene.position(0);

  scene.wish(0, go(0, -127));
  scene.wish(1, go(0, 0));
  scene.step(40);
  scene.wish(0, go(0, 0));
  scene.step(10);

  CHECK(scene.position(0).z < before.z - 3);
  check_sees(bob, *scene.world, 0);
  check_sees(ada, *scene.world, 1);
  REQUIRE(ada.own);
  CHECK(ada.own->state == scene.world->people().state[0]);
}

TEST_CASE("a wall stops an avatar, and a gap lets it through") {
  Scene scene(test::small_mall());
  scene.join(0);
  scene.step(2);
  scene.walk_to(0, 0, 14);

  scene.wish(0, go(0, -127));
  scene.step(100);
  CHECK(scene.position(0).z > 10.25F + proto::kCapsuleRadius_m - 0.01F);
  CHECK(scene.position(0).z < 11);

  scene.walk_to(0, 5, 12);
  scene.walk_to(0, 5, 5);
  CHECK(scene.position(0).z < 6);
}

TEST_CASE("a client that floods inputs moves no faster than one that does not") {
  Scene scene(test::small_mall());
  scene.join(0);
  scene.join(1);
  scene.wish(0, go(127, 0));
  scene.wish(1, go(127, 0));
  scene.step(2);
  const Vec3 honest_from = scene.position(0);
  const Vec3 flooding_from = scene.position(1);
  scene.silence(1);
  std::uint16_t sequence = 100;

  constexpr int kTicks = 100;
  for (int i = 0; i < kTicks; ++i) {
    for (int batch = 0; batch < 20; ++batch) {
      Inputs inputs;
      inputs.avatar = scene.client(1).id();
      inputs.message.inputs.assign(proto::kInputsPerPacketMax, go(127, 0));
      sequence = static_cast<std::uint16_t>(sequence + proto::kInputsPerPacketMax);
      inputs.message.newest = sequence;
      scene.say(NetToWorld{inputs});
    }
    scene.step();
  }

  const float honest_m = scene.position(0).x - honest_from.x;
  const float flooding_m = scene.position(1).x - flooding_from.x;
  const float one_step_m = proto::kWalkSpeed_mps / static_cast<float>(kTicksPerSecond);
  CHECK(honest_m > 8);
  CHECK(flooding_m <= honest_m + one_step_m * static_cast<float>(kStepTokensMax_ticks));
}

TEST_CASE("a client that was held up by the network catches up, but not beyond what it saved") {
  Scene scene(test::small_mall());
  scene.join(0);
  scene.wish(0, go(127, 0));
  scene.step(20);
  const Vec3 before = scene.position(0);

  scene.silence(0);
  scene.step(5);
  scene.wish(0, go(127, 0));
  for (int i = 0; i < 5; ++i) (void)scene.client(0).send(go(127, 0));
  scene.step(10);

  const float full_m = 15 * proto::kWalkSpeed_mps / static_cast<float>(kTicksPerSecond);
  CHECK(scene.position(0).x - before.x == Approx(full_m).margin(0.11));
}

TEST_CASE("an avatar whose client fell silent comes to rest") {
  Scene scene(test::small_mall());
  scene.join(0);
  scene.wish(0, go(127, 0, proto::kButtonJump));
  scene.step(24);
  scene.silence(0);
  REQUIRE(scene.world->people().state[0].velocity != Vec3{});

  scene.step(60);

  CHECK(scene.world->people().state[0].velocity == Vec3{});
  CHECK(scene.world->people().state[0].grounded);
}

TEST_CASE("inputs out of range are refused whole") {
  Scene scene(test::small_mall());
  scene.join(0);
  scene.step(3);
  const proto::MoveState before = scene.world->people().state[0];
  const auto say = [&scene](proto::MoveInput input) {
    Inputs inputs;
    inputs.avatar = scene.client(0).id();
    inputs.message.newest = 500;
    inputs.message.inputs = {go(127, 0), input};
    scene.say(NetToWorld{inputs});
  };

  proto::MoveInput beyond = go(0, 0);
  beyond.move_x = -128;
  say(beyond);
  beyond = go(0, 0);
  beyond.yaw = proto::kYawUnitsPerTurn;
  say(beyond);
  beyond = go(0, 0);
  beyond.buttons = 0x80;
  say(beyond);
  scene.step(3);
  CHECK(scene.world->people().state[0] == before);

  Inputs empty;
  empty.avatar = scene.client(0).id();
  scene.say(NetToWorld{empty});
  Inputs too_many;
  too_many.avatar = scene.client(0).id();
  too_many.message.inputs.assign(proto::kInputsPerPacketMax + 1, go(127, 0));
  scene.say(NetToWorld{too_many});
  scene.step(3);
  CHECK(scene.world->people().state[0] == before);
}

TEST_CASE("an id with an old generation moves nobody, dresses nobody and removes nobody") {
  Scene scene(test::small_mall());
  scene.join(0);
  scene.step(3);
  const std::uint64_t version = scene.world->people().appearance_version[0];
  const Vec3 before = scene.position(0);
  for (const AvatarId stale : {AvatarId{0, 6}, AvatarId{0, 8}, AvatarId{9, 7}, AvatarId{65'535, 7}, AvatarId{256, 1}}) {
    Inputs inputs;
    inputs.avatar = stale;
    inputs.message.newest = 5;
    inputs.message.inputs = {go(127, 0)};
    scene.say(NetToWorld{inputs});
    scene.say(NetToWorld{TryOn{stale, 1}});
    scene.say(NetToWorld{TakeOff{stale, Slot::kHead}});
    scene.say(NetToWorld{Wave{stale}});
    scene.say(NetToWorld{Suspend{stale}});
    scene.say(NetToWorld{Leave{stale}});
  }

  scene.step(5);

  CHECK(scene.world->people().kind[0] == Kind::kShopper);
  CHECK(scene.world->people().kind[256] == Kind::kStaff);
  CHECK(scene.position(0) == before);
  CHECK(scene.world->people().appearance_version[0] == version);
  CHECK(scene.client(0).events.empty());
}

TEST_CASE("a join for a taken slot, beyond the slots or with a name that is none is kicked and changes nobody") {
  Scene scene(test::small_mall(), {4, 1});
  scene.join(0);
  scene.step(3);
  Join join;
  join.name = "Eve";
  join.avatar = {0, 8};
  scene.say(NetToWorld{join});
  join.avatar = {4, 1};
  scene.say(NetToWorld{join});
  join.avatar = {2, 1};
  join.name = "\xff";
  scene.say(NetToWorld{join});
  join.name = "Eve";
  join.look.shape = 3;
  scene.say(NetToWorld{join});
  scene.say(NetToWorld{Resume{{3, 1}, kBytesPerSecondDefault, {}, 0}});

  scene.step();

  REQUIRE(scene.output.kicks.size() == 5);
  CHECK(scene.output.kicks[0].avatar == AvatarId{0, 8});
  CHECK(scene.output.shoppers == 1);
  CHECK(scene.world->people().name[0] == "Guest 0");
}

TEST_CASE("who leaves is gone for the others, and a successor in the slot is somebody else") {
  Scene scene(test::small_mall());
  TestClient& ada = scene.join(0);
  scene.join(1);
  scene.wish(0, go(0, 0));
  scene.step(10);
  const AvatarId before = scene.client(1).id();
  REQUIRE(ada.others.count(before) == 1);

  scene.say(NetToWorld{Leave{before}});
  scene.step(5);
  CHECK(ada.others.count(before) == 0);
  CHECK(ada.gone.count(before) == 1);

  Join join;
  join.avatar = {1, 8};
  join.name = "Successor";
  scene.say(NetToWorld{join});
  scene.step(10);
  REQUIRE(ada.others.count({1, 8}) == 1);
  CHECK(ada.others.at({1, 8}).appearance->name == "Successor");
  CHECK(ada.others.count(before) == 0);
  CHECK(ada.unreadable == 0);
}

TEST_CASE("a successor who takes the slot in the same tick is told apart") {
  Scene scene(test::small_mall());
  TestClient& ada = scene.join(0);
  scene.join(1);
  scene.wish(0, go(0, 0));
  scene.step(20);
  const AvatarId before = scene.client(1).id();

  scene.say(NetToWorld{Leave{before}});
  Join join;
  join.avatar = {1, 8};
  join.name = "Successor";
  scene.say(NetToWorld{join});
  scene.step(10);

  CHECK(ada.gone.count(before) == 1);
  REQUIRE(ada.others.count({1, 8}) == 1);
  CHECK(ada.others.at({1, 8}).record->id == AvatarId{1, 8});
  CHECK(ada.unreadable == 0);
}

TEST_CASE("a shopper who comes back after a lost connection has the same place and the same outfit") {
  Scene scene(test::small_mall());
  TestClient& ada = scene.join(0);
  TestClient& bob = scene.join(1);
  scene.wish(1, go(0, 0));
  scene.say(ShopToWorld{Wearables{{{11, Slot::kOuter, "maison-lune", "jacket"}}}});
  scene.step(2);
  scene.walk_to(0, -7, 12);
  scene.walk_to(0, -15, -15);
  scene.say(NetToWorld{TryOn{ada.id(), 11}});
  scene.step(2);
  const Vec3 before = scene.position(0);
  REQUIRE(ada.own_appearance->outfit[2] == 11);

  scene.say(NetToWorld{Suspend{ada.id()}});
  scene.silence(0);
  scene.step(1);
  CHECK(std::none_of(scene.output.outgoing.begin(), scene.output.outgoing.end(),
                     [&](const Outgoing& message) { return message.to == ada.id(); }));
  scene.step(20);
  ada.reconnect();
  proto::Ticket ticket;
  ticket.id[0] = 9;
  scene.say(NetToWorld{Resume{ada.id(), 20'000, ticket, 30}});
  scene.step(10);

  REQUIRE(ada.welcome);
  CHECK(ada.welcome->resume == ticket);
  CHECK(ada.welcome->bytes_per_s_max == 20'000);
  REQUIRE(ada.own);
  CHECK(distance_m(ada.own->state.position, before) < 0.5F);
  REQUIRE(ada.own_appearance);
  CHECK(ada.own_appearance->outfit[2] == 11);
  check_sees(ada, *scene.world, 1);
  check_sees(bob, *scene.world, 0);
  CHECK(ada.unreadable == 0);

  // Inputs count from one again on the new connection.
  scene.wish(0, go(127, 0));
  scene.step(20);
  CHECK(scene.position(0).x > before.x + 1);
}

TEST_CASE("a wave reaches who is near, once a second at most") {
  Scene scene(test::small_mall());
  TestClient& ada = scene.join(0);
  TestClient& bob = scene.join(1);
  scene.step(10);

  for (int i = 0; i < 10; ++i) {
    scene.say(NetToWorld{Wave{ada.id()}});
    scene.step();
  }
  CHECK(bob.events.size() == 1);
  CHECK(ada.events.size() == 1);
  REQUIRE_FALSE(bob.events.empty());
  CHECK(bob.events[0].kind == proto::EventKind::kWave);
  CHECK(bob.events[0].avatar == ada.id());

  scene.step(20);
  scene.say(NetToWorld{Wave{ada.id()}});
  scene.step(2);
  CHECK(bob.events.size() == 2);
}

TEST_CASE("a ball that is kicked is seen to move, and everybody sees it where it is") {
  Scene scene(test::small_mall());
  scene.join(0);
  TestClient& bob = scene.join(1);
  scene.wish(1, go(0, 0));
  scene.step(40);
  REQUIRE(bob.props.count(0) == 1);
  const proto::PropRecord before = bob.props.at(0);
  scene.walk_to(0, 5, 12);
  scene.walk_to(0, 0, 0);

  scene.wish(0, go(0, -127));
  scene.step(80);
  scene.wish(0, go(127, 0));
  scene.step(60);

  const proto::PropRecord after = bob.props.at(0);
  CHECK(after.z < before.z - proto::kWireUnitsPerMetre);
  CHECK(after.x == proto::wire_units(scene.world->props().state(0).position.x));
  CHECK(after.z == proto::wire_units(scene.world->props().state(0).position.z));
}

TEST_CASE("a piece of furniture on the floor stops an avatar, and clients learn that the floor changed") {
  Scene scene(test::small_mall());
  TestClient& ada = scene.join(0);
  scene.step(3);
  const std::uint64_t before = ada.welcome->collision_hash;
  scene.walk_to(0, 10, 15);
  DisplayBoxes sofa;
  sofa.boxes.push_back({{10, 0.5F, 10}, {1, 0.5F, 1}, 0});

  scene.say(ShopToWorld{sofa});
  scene.step(3);
  CHECK(ada.welcome->collision_hash != before);
  CHECK(ada.welcome->collision_hash == scene.world->collision_hash());
  const auto composed = compose_collision(test::small_mall(), sofa.boxes);
  REQUIRE(composed.ok());
  CHECK(composed->hash() == scene.world->collision_hash());

  scene.wish(0, go(0, -127));
  scene.step(120);
  CHECK(scene.position(0).z > 11 + proto::kCapsuleRadius_m - 0.02F);
}

TEST_CASE("whoever stands where a shelf is put down is placed anew, not buried") {
  Scene scene(test::small_mall());
  scene.join(0);
  scene.step(3);
  scene.walk_to(0, 10, 15);
  const std::uint8_t parity = scene.world->people().teleport_parity[0];
  DisplayBoxes shelf;
  shelf.boxes.push_back({{10, 1, 15}, {2, 1, 2}, 0});

  scene.say(ShopToWorld{shelf});
  scene.step(2);

  CHECK(distance_m(scene.position(0), {1, 0, 20}) < 4);
  CHECK(scene.world->people().teleport_parity[0] != parity);
}

TEST_CASE("display boxes that the collision world refuses change nothing") {
  Scene scene(test::small_mall());
  scene.join(0);
  scene.step(3);
  const std::uint64_t before = scene.world->collision_hash();
  DisplayBoxes broken;
  broken.boxes.push_back({{10, 1, 15}, {-1, 1, 1}, 0});

  scene.say(ShopToWorld{broken});
  scene.step(2);

  CHECK(scene.world->collision_hash() == before);
}
