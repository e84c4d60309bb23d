/// Parties: invitations, who comes along, what members know of each other, and being brought to a friend.
#include <catch2/catch.hpp>
#include <set>

#include "client-proto/move/movement.h"
#include "tests/unit/world/client.h"
#include "tests/unit/world/support.h"
#include "world-server/world/arrival.h"

using namespace world;
using proto::EventKind;
using proto::PartyAction;
using proto::PartyRefusal;
using world::test::Scene;
using world::test::TestClient;

namespace {

void act(Scene& scene, std::uint16_t who, PartyAction action, std::uint16_t other = 0) {
  scene.say(NetToWorld{Party{Scene::id(who), action, Scene::id(other)}});
  scene.step(1);
}

void unite(Scene& scene, std::uint16_t host, std::uint16_t guest) {
  act(scene, host, PartyAction::kInvite, guest);
  act(scene, guest, PartyAction::kAccept, host);
}

std::vector<std::uint32_t> values(const TestClient& client, EventKind kind) {
  std::vector<std::uint32_t> found;
  for (const proto::Event& event : client.events) {
    if (event.kind == kind) found.push_back(event.value);
  }
  return found;
}

std::set<std::string> names(const TestClient& client) {
  std::set<std::string> found;
  if (client.party) {
    for (const proto::PartyMember& member : client.party->members) found.insert(member.name);
  }
  return found;
}

std::uint16_t party(const Scene& scene, std::uint16_t index) { return scene.world->people().party[index]; }

/// Guests 0 .. count-1 where people arrive, all of whom see each other.
Scene crowd(std::uint16_t count) {
  Scene scene(test::small_mall());
  for (std::uint16_t i = 0; i < count; ++i) scene.join(i);
  scene.step(40);
  return scene;
}

}  // namespace

TEST_CASE("who accepts an invitation goes with the inviter, and both know each other's name and place") {
  Scene scene = crowd(3);
  act(scene, 0, PartyAction::kInvite, 1);
  CHECK(values(scene.client(1), EventKind::kInvited) == std::vector<std::uint32_t>{60});
  CHECK(values(scene.client(2), EventKind::kInvited).empty());
  CHECK(party(scene, 0) == 0);
  act(scene, 1, PartyAction::kAccept, 0);
  CHECK(party(scene, 0) != 0);
  CHECK(party(scene, 0) == party(scene, 1));
  CHECK(party(scene, 2) == 0);
  for (std::uint16_t i = 0; i < 2; ++i) {
    CHECK(names(scene.client(i)) == std::set<std::string>{"Guest 0", "Guest 1"});
    const proto::PartyMember& first = scene.client(i).party->members.at(0);
    CHECK(first.avatar == Scene::id(0));
    CHECK(first.here);
    CHECK(first.place == 0);
    CHECK(first.z_m == 20);
  }
  CHECK_FALSE(scene.client(2).party);
}

TEST_CASE("an invitation can be declined once, and not be repeated within its minute") {
  Scene scene = crowd(2);
  act(scene, 0, PartyAction::kInvite, 1);
  act(scene, 1, PartyAction::kDecline, 0);
  CHECK(values(scene.client(0), EventKind::kPartyRefused) ==
        std::vector{static_cast<std::uint32_t>(PartyRefusal::kDeclined)});
  act(scene, 1, PartyAction::kAccept, 0);
  CHECK(party(scene, 1) == 0);
  for (int i = 0; i < 5; ++i) act(scene, 0, PartyAction::kInvite, 1);
  CHECK(values(scene.client(1), EventKind::kInvited).size() == 1);
  scene.step(kInvitationLife_ticks);
  act(scene, 0, PartyAction::kInvite, 1);
  CHECK(values(scene.client(1), EventKind::kInvited).size() == 2);
}

TEST_CASE("an invitation ends after a minute, and the inviter is told") {
  Scene scene = crowd(2);
  act(scene, 0, PartyAction::kInvite, 1);
  scene.step(kInvitationLife_ticks - 1);
  CHECK(values(scene.client(0), EventKind::kPartyRefused).empty());
  scene.step(2);
  const std::vector expired{static_cast<std::uint32_t>(PartyRefusal::kExpired)};
  CHECK(values(scene.client(0), EventKind::kPartyRefused) == expired);
  act(scene, 1, PartyAction::kAccept, 0);
  CHECK(party(scene, 1) == 0);
  CHECK(values(scene.client(1), EventKind::kPartyRefused) == expired);
}

TEST_CASE("a party holds eight, invitations that wait included, and each learns all names within the budget") {
  Scene scene = crowd(10);
  for (std::uint16_t i = 1; i < 8; ++i) act(scene, 0, PartyAction::kInvite, i);
  act(scene, 0, PartyAction::kInvite, 8);
  CHECK(values(scene.client(8), EventKind::kInvited).empty());
  CHECK(values(scene.client(0), EventKind::kPartyRefused) ==
        std::vector{static_cast<std::uint32_t>(PartyRefusal::kFull)});
  for (std::uint16_t i = 1; i < 8; ++i) act(scene, i, PartyAction::kAccept, 0);
  act(scene, 3, PartyAction::kInvite, 9);
  CHECK(party(scene, 9) == 0);
  CHECK(values(scene.client(9), EventKind::kInvited).empty());
  scene.step(10);
  for (std::uint16_t i = 0; i < 8; ++i) {
    CHECK(party(scene, i) == party(scene, 0));
    CHECK(names(scene.client(i)).size() == 8);
    CHECK(names(scene.client(i)).count("") == 0);
    CHECK(Postage().cost_bytes(Lane::kReliable, scene.client(i).largest_reliable_bytes) <=
          kBytesPerSecondMin / kTicksPerSecond * kBudgetBurst_ticks);
  }
}

TEST_CASE("one person is not buried under invitations, and strangers out of sight are not invited") {
  Scene scene = crowd(8);
  for (std::uint16_t i = 1; i < 8; ++i) act(scene, i, PartyAction::kInvite, 0);
  CHECK(values(scene.client(0), EventKind::kInvited).size() == kInvitationsPerTargetMax);
  scene.walk_to(1, 0, 27);
  scene.walk_to(1, 28, 28);
  scene.walk_to(2, -28, 20);
  scene.walk_to(2, -28, -28);
  REQUIRE(proto::length(scene.position(1) - scene.position(2)) > kInviteReach_m);
  act(scene, 1, PartyAction::kInvite, 2);
  CHECK(values(scene.client(2), EventKind::kInvited).empty());
  scene.walk_to(2, -28, 20);
  REQUIRE(proto::length(scene.position(1) - scene.position(2)) < kInviteReach_m);
  act(scene, 1, PartyAction::kInvite, 2);
  CHECK(values(scene.client(2), EventKind::kInvited).size() == 1);
}

TEST_CASE("who is muted or blocked cannot invite, and does not learn why") {
  for (const std::uint8_t flags : {kMuted, kBlocked}) {
    Scene scene = crowd(2);
    scene.say(NetToWorld{Relate{Scene::id(1), Scene::person(0), flags}});
    act(scene, 0, PartyAction::kInvite, 1);
    CHECK(values(scene.client(1), EventKind::kInvited).empty());
    CHECK(values(scene.client(0), EventKind::kPartyRefused).empty());
    act(scene, 1, PartyAction::kAccept, 0);
    CHECK(party(scene, 1) == 0);
    scene.step(kInvitationLife_ticks);
    // Who is muted seems to be ignored, who is blocked has nobody there to ask.
    const auto told = values(scene.client(0), EventKind::kPartyRefused);
    CHECK(told.size() == (flags == kMuted ? 1U : 0U));
    for (const std::uint32_t why : told) CHECK(why == static_cast<std::uint32_t>(PartyRefusal::kExpired));
  }
}

TEST_CASE("nobody comes into a party with somebody who has blocked them, and who blocks a member goes out") {
  Scene scene = crowd(3);
  unite(scene, 0, 1);
  scene.say(NetToWorld{Relate{Scene::id(1), Scene::person(2), kBlocked}});
  act(scene, 0, PartyAction::kInvite, 2);
  act(scene, 2, PartyAction::kAccept, 0);
  CHECK(party(scene, 2) == 0);
  scene.say(NetToWorld{Relate{Scene::id(1), Scene::person(2), 0}});
  scene.step(kInvitationLife_ticks + 1);
  unite(scene, 0, 2);
  CHECK(party(scene, 2) == party(scene, 1));
  scene.say(NetToWorld{Relate{Scene::id(1), Scene::person(2), kBlocked}});
  scene.step(2);
  CHECK(party(scene, 1) == 0);
  CHECK(party(scene, 2) == party(scene, 0));
  CHECK(scene.client(1).party->members.empty());
  CHECK(scene.client(0).party->members.size() == 2);
}

TEST_CASE("a party of two ends when one leaves, and who accepts elsewhere leaves the first") {
  Scene scene = crowd(4);
  unite(scene, 0, 1);
  unite(scene, 2, 3);
  CHECK(party(scene, 0) != party(scene, 2));
  unite(scene, 0, 3);
  CHECK(party(scene, 3) == party(scene, 0));
  CHECK(party(scene, 2) == 0);
  scene.step(1);
  CHECK(scene.client(2).party->members.empty());
  CHECK(names(scene.client(3)) == std::set<std::string>{"Guest 0", "Guest 1", "Guest 3"});
  act(scene, 3, PartyAction::kLeave);
  act(scene, 0, PartyAction::kLeave);
  for (std::uint16_t i = 0; i < 4; ++i) {
    CHECK(party(scene, i) == 0);
    CHECK(scene.client(i).party->members.empty());
  }
}

TEST_CASE("a lost connection keeps the party for as long as the avatar waits") {
  Scene scene = crowd(2);
  unite(scene, 0, 1);
  scene.say(NetToWorld{Suspend{Scene::id(1)}});
  scene.step(kPartyNews_ticks + 1);
  CHECK_FALSE(scene.client(0).party->members.at(1).here);
  scene.client(1).reconnect();
  Resume resume;
  resume.avatar = Scene::id(1);
  scene.say(NetToWorld{resume});
  scene.step(kPartyNews_ticks + 1);
  CHECK(scene.client(0).party->members.at(1).here);
  CHECK(names(scene.client(1)) == std::set<std::string>{"Guest 0", "Guest 1"});
  scene.say(NetToWorld{Suspend{Scene::id(1)}});
  scene.say(NetToWorld{Leave{Scene::id(1)}});
  scene.step(2);
  CHECK(scene.client(0).party->members.empty());
  CHECK(party(scene, 0) == 0);
}

TEST_CASE("what is said to the party reaches its members wherever they are, and nobody else") {
  Scene scene = crowd(4);
  unite(scene, 0, 1);
  unite(scene, 0, 2);
  scene.walk_to(1, 15, -15);
  scene.say(NetToWorld{Relate{Scene::id(2), Scene::person(0), kMuted}});
  scene.say(NetToWorld{Say{Scene::id(0), proto::SpeechLane::kParty, "Where are you?"}});
  scene.say(NetToWorld{Wave{Scene::id(0), Scene::id(1)}});
  scene.step(2);
  REQUIRE(scene.client(1).said.size() == 1);
  CHECK(scene.client(1).said[0].lane == proto::SpeechLane::kParty);
  CHECK(values(scene.client(1), EventKind::kWaveAt) == std::vector{Scene::id(1).packed()});
  CHECK(scene.client(2).said.empty());  // has muted the speaker
  CHECK(scene.client(3).said.empty());
  scene.say(NetToWorld{Say{Scene::id(3), proto::SpeechLane::kParty, "Hello?"}});
  scene.step(2);
  CHECK(scene.client(3).said.empty());  // is in none
}

TEST_CASE("a party is told once a second at most where its members are, and in which boutique") {
  Scene scene = crowd(2);
  unite(scene, 0, 1);
  scene.step(60);
  const std::size_t before = scene.client(0).party_messages;
  scene.step(100);
  CHECK(scene.client(0).party_messages == before);  // nobody has moved
  const std::uint32_t began = scene.world->current_tick();
  scene.walk_to(1, 15, -15);
  const std::uint32_t seconds = (scene.world->current_tick() - began) / kTicksPerSecond;
  const std::size_t told = scene.client(0).party_messages - before;
  CHECK(told >= seconds - 2);
  CHECK(told <= seconds + 1);
  scene.step(kPartyNews_ticks + 1);
  const proto::PartyMember& friend_there = scene.client(0).party->members.at(1);
  CHECK(friend_there.place == 2);
  CHECK(friend_there.x_m == 15);
  CHECK(friend_there.z_m == -15);
}

TEST_CASE("one is brought to a friend, on the floor beside them, now and then, and drawn there at once") {
  Scene scene = crowd(3);
  unite(scene, 0, 1);
  scene.walk_to(1, 15, -15);
  const std::uint8_t parity = scene.world->people().teleport_parity[0];
  act(scene, 0, PartyAction::kCome, 1);
  const float distance_m = proto::length(scene.position(0) - scene.position(1));
  CHECK(distance_m < 2.5F);
  CHECK(distance_m > 0.6F);
  CHECK(scene.world->people().teleport_parity[0] != parity);
  CHECK_FALSE(is_buried(scene.world->collision(), scene.position(0)));

  scene.walk_to(1, 8, 15);
  scene.step(kComeAgain_ticks);
  act(scene, 0, PartyAction::kCome, 1);
  CHECK(proto::length(scene.position(0) - scene.position(1)) < 3);
  scene.walk_to(1, 5, 15);
  act(scene, 0, PartyAction::kCome, 1);
  CHECK(values(scene.client(0), EventKind::kPartyRefused).back() == static_cast<std::uint32_t>(PartyRefusal::kTooSoon));
  act(scene, 2, PartyAction::kCome, 1);  // no friend of theirs
  CHECK(values(scene.client(2), EventKind::kPartyRefused) ==
        std::vector{static_cast<std::uint32_t>(PartyRefusal::kNotPossible)});
}

TEST_CASE("who is brought to a friend ends up behind no wall, and nowhere when there is no floor") {
  Scene scene = crowd(2);
  const proto::CollisionWorld& collision = scene.world->collision();
  // Against the wall across the hall (z 10 +- 0.25): every place found is on this side.
  const auto beside = choose_beside(collision, scene.world->people(), {0, 0, 10.75F});
  REQUIRE(beside);
  CHECK(beside->position.z > 10.25F + proto::kCapsuleRadius_m - 0.01F);
  CHECK_FALSE(choose_beside(collision, scene.world->people(), {0, 5, 0}));
}

TEST_CASE("a party is part of the state that a recording ends in, and wishes of strangers change nothing") {
  Scene with = crowd(3);
  Scene without = crowd(3);
  unite(with, 0, 1);
  without.step(2);
  CHECK(with.world->state_hash() != without.world->state_hash());
  for (const PartyAction action :
       {PartyAction::kAccept, PartyAction::kDecline, PartyAction::kCome, PartyAction::kLeave, PartyAction::kInvite}) {
    without.say(NetToWorld{Party{Scene::id(0), action, {1, 6}}});        // somebody who has left
    without.say(NetToWorld{Party{Scene::id(0), action, Scene::id(0)}});  // oneself
    without.say(NetToWorld{Party{Scene::id(0), action, {4095, 1}}});     // nobody
    without.say(NetToWorld{Party{{1, 6}, action, Scene::id(0)}});
  }
  without.step(1);
  CHECK(party(without, 0) == 0);
  CHECK(values(without.client(0), EventKind::kPartyRefused).empty());
}

TEST_CASE("an invitation leads nowhere once either has blocked the other, and stays so when the block is taken back") {
  for (const std::uint16_t blocker : {std::uint16_t{0}, std::uint16_t{1}}) {
    const auto blocked = static_cast<std::uint16_t>(1 - blocker);
    Scene scene = crowd(2);
    act(scene, 0, PartyAction::kInvite, 1);
    REQUIRE(values(scene.client(1), EventKind::kInvited).size() == 1);
    scene.say(NetToWorld{Relate{Scene::id(blocker), Scene::person(blocked), kBlocked}});
    act(scene, 1, PartyAction::kAccept, 0);
    CHECK(party(scene, 0) == 0);
    CHECK(party(scene, 1) == 0);
    scene.say(NetToWorld{Relate{Scene::id(blocker), Scene::person(blocked), 0}});
    act(scene, 1, PartyAction::kAccept, 0);
    CHECK(party(scene, 1) == 0);
    CHECK(values(scene.client(0), EventKind::kPartyRefused).empty());  // does not learn of it
    scene.step(kInvitationLife_ticks);
    CHECK(values(scene.client(0), EventKind::kPartyRefused) ==
          std::vector{static_cast<std::uint32_t>(PartyRefusal::kExpired)});
  }
}

TEST_CASE("who found no room beside a friend asks again after a second") {
  Scene scene = crowd(2);
  unite(scene, 0, 1);
  scene.walk_to(1, 15, -15);
  constexpr float kNoFloorBelow_m = 0.75F;
  scene.wish(1, test::go(0, 0, proto::kButtonJump));
  for (int i = 0; i < 20 && scene.position(1).y < kNoFloorBelow_m; ++i) scene.step(1);
  REQUIRE(scene.position(1).y >= kNoFloorBelow_m);
  const Vec3 before = scene.position(0);
  act(scene, 0, PartyAction::kCome, 1);
  act(scene, 0, PartyAction::kCome, 1);
  const std::vector refused{static_cast<std::uint32_t>(PartyRefusal::kNoRoom),
                            static_cast<std::uint32_t>(PartyRefusal::kTooSoon)};
  scene.step(1);
  CHECK(values(scene.client(0), EventKind::kPartyRefused) == refused);
  CHECK(scene.position(0).z == before.z);
  scene.step(kComeRetry_ticks);
  act(scene, 0, PartyAction::kCome, 1);
  CHECK(proto::length(scene.position(0) - scene.position(1)) < 3);
}
