/// Words, gestures, and who does not want to hear whom.
#include <catch2/catch.hpp>

#include "tests/unit/world/client.h"
#include "tests/unit/world/support.h"

using namespace world;
using proto::EventKind;
using world::test::Scene;
using world::test::TestClient;

namespace {

void say(Scene& scene, const TestClient& speaker, const std::string& text) {
  scene.say(NetToWorld{Say{speaker.id(), proto::SpeechLane::kNear, text}});
}

std::size_t count(const TestClient& client, EventKind kind, AvatarId of) {
  std::size_t found = 0;
  for (const proto::Event& event : client.events) found += event.kind == kind && event.avatar == of ? 1 : 0;
  return found;
}

void relate(Scene& scene, const TestClient& who, std::uint16_t whom, std::uint8_t flags) {
  scene.say(NetToWorld{Relate{who.id(), Scene::person(whom), flags}});
}

/// Ada and Bob side by side where people arrive; both have seen each other.
struct Pair {
  Scene scene{test::small_mall()};
  TestClient& ada = scene.join(0);
  TestClient& bob = scene.join(1);
  Pair() { scene.step(10); }
};

}  // namespace

TEST_CASE("what is said reaches who is near, with its speaker and its tick, and the speaker as well") {
  Pair p;
  say(p.scene, p.ada, "Is this linen?");
  p.scene.step(1);
  REQUIRE(p.bob.said.size() == 1);
  CHECK(p.bob.said[0].avatar == p.ada.id());
  CHECK(p.bob.said[0].text == "Is this linen?");
  CHECK(p.bob.said[0].lane == proto::SpeechLane::kNear);
  CHECK(p.bob.said[0].tick == p.scene.world->current_tick());
  CHECK(p.ada.said == p.bob.said);
}

TEST_CASE("words do not carry further than their reach, gestures do") {
  Pair p;
  p.scene.walk_to(1, 20, 12);
  const float distance_m = proto::length(p.scene.position(0) - p.scene.position(1));
  REQUIRE(distance_m > kSpeechReach_m);
  REQUIRE(distance_m < kGestureReach_m);
  say(p.scene, p.ada, "Can you hear me?");
  p.scene.say(NetToWorld{Emote{p.ada.id(), proto::EmoteKind::kPoint}});
  p.scene.step(2);
  CHECK(p.bob.said.empty());
  CHECK(p.ada.said.size() == 1);
  REQUIRE(count(p.bob, EventKind::kEmote, p.ada.id()) == 1);
  CHECK(p.bob.events.back().value == static_cast<std::uint32_t>(proto::EmoteKind::kPoint));
}

TEST_CASE("nobody speaks faster than the world allows, however often net lets it through") {
  Pair p;
  p.scene.step(static_cast<int>(kSpeechFill_ticks * kSpeechBurst));
  for (int i = 0; i < 200; ++i) {
    say(p.scene, p.ada, "Buy!");
    p.scene.step(1);
  }
  CHECK(p.bob.said.size() == kSpeechBurst + 199 / kSpeechFill_ticks);
}

TEST_CASE("coming in again gives nobody more to say") {
  Scene scene(test::small_mall());
  TestClient& bob = scene.join(1);
  std::size_t visits = 0;
  for (std::uint16_t generation = 20; generation < 40; ++generation, ++visits) {
    Join join;
    join.avatar = {0, generation};
    join.name = "Spam";
    scene.say(NetToWorld{join});
    scene.step(6);
    for (int i = 0; i < 5; ++i) scene.say(NetToWorld{Say{join.avatar, proto::SpeechLane::kNear, "Buy!"}});
    scene.step(2);
    scene.say(NetToWorld{Leave{join.avatar}});
    scene.step(2);
  }
  CHECK(bob.said.size() == visits);
}

TEST_CASE("who is muted is not heard by the one who muted, but by others, and may be heard again") {
  Pair p;
  TestClient& eve = p.scene.join(2);
  p.scene.step(200);
  relate(p.scene, p.ada, 2, kMuted);
  say(p.scene, eve, "Hello?");
  p.scene.say(NetToWorld{Emote{eve.id(), proto::EmoteKind::kNod}});
  p.scene.say(NetToWorld{Wave{eve.id(), p.ada.id()}});
  p.scene.step(2);
  CHECK(p.ada.said.empty());
  CHECK(p.bob.said.size() == 1);
  CHECK(count(p.ada, EventKind::kEmote, eve.id()) == 1);   // a gesture to nobody is seen
  CHECK(count(p.ada, EventKind::kWaveAt, eve.id()) == 0);  // one at her is not
  CHECK(count(p.bob, EventKind::kWaveAt, eve.id()) == 1);
  CHECK_FALSE(p.scene.world->people().is_hidden_between(0, 2));

  say(p.scene, p.ada, "I still speak");
  relate(p.scene, p.ada, 2, 0);
  say(p.scene, eve, "Thank you");
  p.scene.step(2);
  CHECK(eve.said.size() == 3);  // her own two and Ada's
  CHECK(p.ada.said.size() == 2);
}

TEST_CASE("who is blocked goes out of sight, both ways, and comes back when the block ends") {
  Pair p;
  TestClient& eve = p.scene.join(2);
  p.scene.step(20);
  REQUIRE(p.ada.others.count(eve.id()) == 1);
  REQUIRE(eve.others.count(p.ada.id()) == 1);

  relate(p.scene, p.ada, 2, kBlocked);
  p.scene.step(10);
  CHECK(p.ada.gone.count(eve.id()) == 1);
  CHECK(p.ada.others.count(eve.id()) == 0);
  CHECK(eve.others.count(p.ada.id()) == 0);
  CHECK(p.bob.others.count(eve.id()) == 1);

  relate(p.scene, p.ada, 2, 0);
  p.scene.step(10);
  REQUIRE(p.ada.others.count(eve.id()) == 1);
  CHECK(p.ada.others.at(eve.id()).record);
  CHECK(p.ada.others.at(eve.id()).appearance);
  CHECK(eve.others.count(p.ada.id()) == 1);
}

TEST_CASE("a block makes two people silent and hidden to each other, whichever of them wished so") {
  Pair p;
  TestClient& eve = p.scene.join(2);
  p.scene.step(200);
  relate(p.scene, p.ada, 2, kBlocked);
  p.scene.step(1);
  const People& people = p.scene.world->people();
  CHECK(people.is_hidden_between(0, 2));
  CHECK(people.is_hidden_between(2, 0));
  CHECK_FALSE(people.is_hidden_between(0, 1));
  CHECK_FALSE(people.is_hidden_between(1, 2));

  say(p.scene, eve, "Hello?");
  say(p.scene, p.ada, "Lovely coat");
  for (const TestClient* who : {&eve, &p.ada}) {
    p.scene.say(NetToWorld{Wave{who->id()}});
    p.scene.say(NetToWorld{Emote{who->id(), proto::EmoteKind::kLaugh}});
  }
  p.scene.step(2);
  CHECK(p.ada.said.size() == 1);
  CHECK(eve.said.size() == 1);
  CHECK(p.bob.said.size() == 2);
  for (const EventKind kind : {EventKind::kWave, EventKind::kEmote}) {
    CHECK(count(p.ada, kind, eve.id()) == 0);
    CHECK(count(eve, kind, p.ada.id()) == 0);
    CHECK(count(p.bob, kind, eve.id()) == 1);
  }

  relate(p.scene, p.ada, 2, 0);
  p.scene.step(1);
  CHECK_FALSE(people.is_hidden_between(0, 2));
}

TEST_CASE("whom somebody has blocked comes with them, and survives a lost connection") {
  Scene scene(test::small_mall());
  TestClient& eve = scene.join(2);
  Join join;
  join.avatar = {0, 7};
  join.name = "Ada";
  join.person = Scene::person(0);
  join.bonds.set(Scene::person(2), kBlocked);
  scene.say(NetToWorld{join});
  scene.step(10);
  CHECK(scene.world->people().is_hidden_between(0, 2));
  scene.say(NetToWorld{Suspend{join.avatar}});
  scene.step(3);
  Resume resume;
  resume.avatar = join.avatar;
  scene.say(NetToWorld{resume});
  scene.step(3);
  CHECK(scene.world->people().is_hidden_between(0, 2));
  scene.say(NetToWorld{Leave{join.avatar}});
  join.avatar.generation = 8;
  join.person = 555;
  join.bonds = {};
  scene.say(NetToWorld{join});
  scene.step(3);
  CHECK_FALSE(scene.world->people().is_hidden_between(0, 2));  // somebody else has the place now
  CHECK(eve.unreadable == 0);
}

TEST_CASE("a wave at somebody is seen by both and those around, once a second, and names whom it is for") {
  Pair p;
  TestClient& eve = p.scene.join(2);
  p.scene.step(30);
  for (int i = 0; i < 10; ++i) {
    p.scene.say(NetToWorld{Wave{p.ada.id(), p.bob.id()}});
    p.scene.step(1);
  }
  for (const TestClient* client : {&p.ada, &p.bob, &eve}) {
    REQUIRE(count(*client, EventKind::kWaveAt, p.ada.id()) == 1);
    CHECK(client->events.back().value == p.bob.id().packed());
  }
}

TEST_CASE("gestures, words and wishes of or about somebody who is gone change nothing") {
  Pair p;
  const AvatarId old{1, 6};
  p.scene.step(60);
  p.scene.say(NetToWorld{Wave{p.ada.id(), old}});
  p.scene.say(NetToWorld{Wave{p.ada.id(), p.ada.id()}});
  p.scene.say(NetToWorld{Wave{old}});
  p.scene.say(NetToWorld{Emote{old, proto::EmoteKind::kNod}});
  p.scene.say(NetToWorld{Say{old, proto::SpeechLane::kNear, "I was here"}});
  p.scene.say(NetToWorld{Relate{old, Scene::person(0), kBlocked}});
  p.scene.step(2);
  CHECK(p.ada.events.empty());
  CHECK(p.bob.events.empty());
  CHECK(p.ada.said.empty());
  CHECK_FALSE(p.scene.world->people().is_hidden_between(0, 1));
}

TEST_CASE("a crowd that talks stops neither the world nor the smallest budget") {
  Scene scene(test::small_mall());
  TestClient& ada = scene.join(0, 0, kBytesPerSecondMin);
  for (std::uint16_t i = 1; i < 40; ++i) scene.join(i);
  scene.step(200);
  const std::uint64_t before = ada.bytes;
  const std::string longest(proto::kSpeechBytesMax / 2, 'x');
  constexpr int kTicks = 200;
  int stale = 0;
  int stale_longest = 0;
  for (int tick = 0; tick < kTicks; ++tick) {
    for (std::uint16_t i = 1; i < 40; ++i) say(scene, scene.client(i), longest);
    scene.wish(0, test::go(0, tick % 40 < 20 ? -127 : 127));
    scene.step(1);
    const bool knows_own = ada.own && ada.own->state == scene.world->people().state[0];
    stale = knows_own ? 0 : stale + 1;
    stale_longest = std::max(stale_longest, stale);
  }
  CHECK(ada.said.size() > 50);
  CHECK(ada.bytes - before <= (kTicks + kBudgetBurst_ticks) * kBytesPerSecondMin / kTicksPerSecond);
  CHECK(stale_longest <= 2);  // her own way is told of all the same
}

TEST_CASE("a list of wishes is bounded, and the newest holds") {
  Bonds<Person> bonds;
  for (Person other = 1; other <= kBondsMax + 10; ++other) bonds.set(other, kMuted);
  CHECK(bonds.all().size() == kBondsMax);
  CHECK(bonds.flags(1) == 0);
  CHECK(bonds.flags(kBondsMax + 10) == kMuted);
  CHECK_FALSE(bonds.has_blocked_anybody());
  bonds.set(50, kBlocked);
  CHECK(bonds.has_blocked_anybody());
  CHECK(bonds.all().size() == kBondsMax);
  bonds.set(50, 0);
  CHECK_FALSE(bonds.has_blocked_anybody());
}

TEST_CASE(
    "who has muted somebody is told which avatar it is when it comes into sight, and of each change; nobody else") {
  Scene scene(test::small_mall());
  scene.join(0);
  scene.step(3);
  Bonds<Person> bonds;
  bonds.set(Scene::person(0), kMuted);
  Join join{Scene::id(1), "Bob", {}, kBytesPerSecondDefault, {}, 0, Scene::person(1), bonds};
  scene.say(NetToWorld{join});
  TestClient bob(Scene::id(1));
  const auto told = [&bob] {
    std::vector<std::uint32_t> values;
    for (const proto::Event& event : bob.events) {
      if (event.kind == EventKind::kBond && event.avatar == Scene::id(0)) values.push_back(event.value);
    }
    return values;
  };
  const auto live = [&](int ticks) {
    for (int i = 0; i < ticks; ++i) {
      scene.step(1);
      bob.receive(scene.output);
    }
  };
  live(10);
  CHECK(told() == std::vector<std::uint32_t>{1});
  scene.say(NetToWorld{Relate{Scene::id(1), Scene::person(0), 0}});
  live(5);
  CHECK(told() == std::vector<std::uint32_t>{1, 0});
  // Who is hidden by the other's block is not told of.
  scene.say(NetToWorld{Relate{Scene::id(0), Scene::person(1), kBlocked}});
  live(5);
  scene.say(NetToWorld{Relate{Scene::id(1), Scene::person(0), kMuted}});
  live(5);
  CHECK(told().size() == 2);
  CHECK(count(scene.client(0), EventKind::kBond, Scene::id(1)) == 0);
}

TEST_CASE("who keeps order is marked for everybody who sees them, from the moment on and until it ends") {
  Scene scene(test::small_mall());
  scene.join(0);
  scene.join(1);
  scene.step(10);
  const auto is_marked = [&scene](std::uint16_t viewer) {
    return scene.client(viewer).others.at(Scene::id(1)).appearance->keeps_order;
  };
  CHECK_FALSE(is_marked(0));
  scene.say(NetToWorld{Rank{Scene::id(1), true}});
  scene.step(5);
  CHECK(is_marked(0));
  CHECK(scene.client(1).own_appearance->keeps_order);
  CHECK_FALSE(scene.client(0).own_appearance->keeps_order);
  scene.say(NetToWorld{Rank{Scene::id(1), false}});
  scene.step(5);
  CHECK_FALSE(is_marked(0));
  // Whoever has the slot next does not inherit it.
  scene.say(NetToWorld{Rank{Scene::id(1), true}});
  scene.say(NetToWorld{Leave{Scene::id(1)}});
  scene.step(2);
  scene.join(1);
  scene.step(10);
  CHECK_FALSE(scene.client(1).own_appearance->keeps_order);
}
