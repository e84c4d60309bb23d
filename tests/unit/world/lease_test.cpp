/// Trying on as a lease, in the world: who sees it, how it ends, and what it outlives.
#include <catch2/catch.hpp>

#include "tests/unit/world/client.h"
#include "tests/unit/world/support.h"
#include "world-server/world/recording.h"

using namespace world;
using proto::EventKind;
using proto::PartyAction;
using world::test::go;
using world::test::Scene;
using world::test::TestClient;

namespace {

constexpr std::uint32_t kOwnTee = 10;
constexpr std::uint32_t kLentJacket = 11;
constexpr std::uint32_t kLentHat = 12;
constexpr std::uint32_t kOtherVase = 13;
constexpr std::uint32_t kLentCoat = 14;
constexpr std::uint32_t kLentShirt = 15;
constexpr int kLease = static_cast<int>(kTryOnLease_ticks);

proto::Appearance look(const TestClient& client) { return client.own_appearance.value_or(proto::Appearance{}); }

std::uint32_t worn(const Scene& scene, std::uint16_t index, Slot slot) {
  return scene.world->people().outfit[index][static_cast<std::size_t>(slot)].variant_id;
}

std::vector<std::uint32_t> taken_back(const TestClient& client) {
  std::vector<std::uint32_t> variants;
  for (const proto::Event& event : client.events) {
    if (event.kind == EventKind::kTryOnExpired) variants.push_back(event.value);
  }
  return variants;
}

void stock(Scene& scene) {
  scene.say(ShopToWorld{Wearables{{{kOwnTee, Slot::kTop, "maison-lune", "tee"},
                                   {kLentJacket, Slot::kOuter, "maison-lune", "jacket"},
                                   {kLentCoat, Slot::kOuter, "maison-lune", "coat"},
                                   {kLentShirt, Slot::kTop, "maison-lune", "shirt"},
                                   {kLentHat, Slot::kHead, "maison-lune", "hat"},
                                   {kOtherVase, Slot::kHead, "oak-and-linen", "vase"}}}});
}

void try_on(Scene& scene, std::uint16_t index, std::uint32_t variant) {
  scene.say(NetToWorld{TryOn{Scene::id(index), variant}});
  scene.step(1);
}

/// Ada (0) stands in the boutique in her own tee, Bob (1) in the hall; both are awake.
Scene ada_in_the_boutique() {
  Scene scene(test::small_mall());
  scene.join(0);
  scene.join(1);
  scene.wish(1, go(0, 0));
  stock(scene);
  scene.step(2);
  scene.walk_to(0, -7, 12);
  scene.walk_to(0, -15, -12);
  return scene;
}

}  // namespace

TEST_CASE("a garment is tried on in its boutique only, and seen near by at once") {
  Scene scene(test::small_mall());
  TestClient& ada = scene.join(0);
  TestClient& bob = scene.join(1);
  scene.wish(1, go(0, 0));
  stock(scene);
  scene.say(NetToWorld{TryOn{ada.id(), kLentJacket}});
  scene.step(2);
  REQUIRE(ada.events.size() == 1);
  CHECK(ada.events[0].kind == EventKind::kTryOnRefused);
  CHECK(ada.events[0].value == kLentJacket);
  CHECK(look(ada).outfit[2] == 0);

  scene.walk_to(0, -7, 12);
  scene.walk_to(0, -15, -11);
  try_on(scene, 0, kLentJacket);
  try_on(scene, 0, kOtherVase);
  scene.step(4);
  CHECK(look(ada).outfit == std::array<std::uint32_t, 5>{0, kOwnTee, kLentJacket, 0, 0});
  CHECK(bob.others.at(ada.id()).appearance->outfit[2] == kLentJacket);
  CHECK(ada.events.back().kind == EventKind::kTryOnRefused);
  CHECK(ada.events.back().value == kOtherVase);
}

TEST_CASE("a garment that is taken off is seen to be off") {
  Scene scene = ada_in_the_boutique();
  try_on(scene, 0, kLentJacket);
  scene.step(4);
  REQUIRE(scene.client(1).others.at(Scene::id(0)).appearance->outfit[2] == kLentJacket);

  scene.say(NetToWorld{TakeOff{Scene::id(0), Slot::kOuter}});
  scene.step(4);

  CHECK(look(scene.client(0)).outfit[2] == 0);
  CHECK(scene.client(1).others.at(Scene::id(0)).appearance->outfit[2] == 0);
  CHECK(taken_back(scene.client(0)).empty());
}

TEST_CASE("who leaves the boutique wears at once what was worn before, however much was tried on, and is told") {
  Scene scene = ada_in_the_boutique();
  const Outfit before = scene.world->people().outfit[0];
  for (const std::uint32_t variant : {kLentJacket, kLentShirt, kLentCoat, kLentHat, kOwnTee, kLentShirt, kLentJacket})
    try_on(scene, 0, variant);
  scene.step(4);
  REQUIRE(look(scene.client(0)).outfit == std::array<std::uint32_t, 5>{kLentHat, kLentShirt, kLentJacket, 0, 0});

  scene.walk_to(0, -15, -8);

  CHECK(look(scene.client(0)).outfit == std::array<std::uint32_t, 5>{0, kOwnTee, 0, 0, 0});
  CHECK(scene.client(1).others.at(Scene::id(0)).appearance->outfit == look(scene.client(0)).outfit);
  CHECK(taken_back(scene.client(0)) == std::vector<std::uint32_t>{kLentHat, kLentShirt, kLentJacket});
  CHECK(taken_back(scene.client(1)).empty());
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    CHECK(scene.world->people().outfit[0][slot].variant_id == before[slot].variant_id);
    CHECK(scene.world->people().outfit[0][slot].return_tick == before[slot].return_tick);
  }
}

TEST_CASE("who stays gives back each garment when its own ten minutes are over, and is told") {
  Scene scene = ada_in_the_boutique();
  scene.wish(0, go(0, 0));
  try_on(scene, 0, kLentJacket);
  scene.step(99);
  try_on(scene, 0, kLentShirt);

  scene.step(kLease - 101);
  CHECK(worn(scene, 0, Slot::kOuter) == kLentJacket);
  scene.step(1);
  CHECK(worn(scene, 0, Slot::kOuter) == 0);
  CHECK(worn(scene, 0, Slot::kTop) == kLentShirt);
  scene.step(99);
  CHECK(worn(scene, 0, Slot::kTop) == kLentShirt);
  scene.step(1);
  CHECK(worn(scene, 0, Slot::kTop) == kOwnTee);
  CHECK(taken_back(scene.client(0)) == std::vector<std::uint32_t>{kLentJacket, kLentShirt});
}

TEST_CASE("what is tried on goes back at once after being brought to a friend outside, and stays beside one inside") {
  Scene scene = ada_in_the_boutique();
  const bool inside = GENERATE(false, true);
  if (inside) {
    scene.walk_to(1, -7, 12);
    scene.walk_to(1, -12, -13);
  }
  for (const auto& [who, action, other] :
       {std::tuple{0, PartyAction::kInvite, 1}, std::tuple{1, PartyAction::kAccept, 0}}) {
    const auto index = static_cast<std::uint16_t>(who);
    scene.say(NetToWorld{Party{Scene::id(index), action, Scene::id(static_cast<std::uint16_t>(other))}});
    scene.step(1);
  }
  REQUIRE(scene.world->people().party[0] != 0);
  try_on(scene, 0, kLentJacket);
  REQUIRE(worn(scene, 0, Slot::kOuter) == kLentJacket);
  const Vec3 from = scene.position(0);

  scene.say(NetToWorld{Party{Scene::id(0), PartyAction::kCome, Scene::id(1)}});
  scene.step(1);

  REQUIRE(proto::length(scene.position(0) - from) > 0.5F);
  CHECK(worn(scene, 0, Slot::kOuter) == (inside ? kLentJacket : 0));
  scene.step(2);
  CHECK(taken_back(scene.client(0)).size() == (inside ? 0U : 1U));
}

TEST_CASE("a lost connection changes neither what is tried on nor the time that is left") {
  Scene scene = ada_in_the_boutique();
  scene.wish(0, go(0, 0));
  try_on(scene, 0, kLentJacket);
  scene.step(199);
  scene.silence(0);
  scene.say(NetToWorld{Suspend{Scene::id(0)}});
  scene.step(29 * static_cast<int>(kTicksPerSecond));
  CHECK(scene.client(1).others.at(Scene::id(0)).appearance->outfit[2] == kLentJacket);
  scene.client(0).reconnect();
  scene.say(NetToWorld{Resume{Scene::id(0), kBytesPerSecondDefault, {}, 30}});
  scene.step(4);
  CHECK(look(scene.client(0)).outfit == std::array<std::uint32_t, 5>{0, kOwnTee, kLentJacket, 0, 0});

  scene.step(kLease - 200 - 29 * static_cast<int>(kTicksPerSecond) - 4);
  CHECK(worn(scene, 0, Slot::kOuter) == kLentJacket);
  scene.step(1);
  CHECK(worn(scene, 0, Slot::kOuter) == 0);
  scene.step(1);
  CHECK(taken_back(scene.client(0)) == std::vector<std::uint32_t>{kLentJacket});
}

TEST_CASE("who is sent away, or leaves, comes back in their own clothes") {
  Scene scene = ada_in_the_boutique();
  try_on(scene, 0, kLentJacket);
  try_on(scene, 0, kLentHat);

  scene.say(NetToWorld{Leave{Scene::id(0)}});
  scene.step(20);
  CHECK(scene.client(1).gone.contains(Scene::id(0)));
  scene.join(0);
  scene.step(2);

  CHECK(look(scene.client(0)).outfit == std::array<std::uint32_t, 5>{0, kOwnTee, 0, 0, 0});
}

TEST_CASE("a replay ends every lease as it ended, and how long one has left is part of the state") {
  Scene scene(test::small_mall());
  scene.recording.emplace();
  record_header({WorldOptions{}.seed, WorldOptions{}.clients_max, test::mall_json()}, *scene.recording);
  scene.join(0);
  stock(scene);
  scene.step(2);
  scene.walk_to(0, -7, 12);
  scene.walk_to(0, -15, -12);
  const std::uint64_t before = scene.world->state_hash();
  try_on(scene, 0, kLentJacket);
  scene.wish(0, go(0, 0));
  scene.step(kLease / 2);
  const auto check_replay = [&scene] {
    const auto replayed = replay(*scene.recording);
    REQUIRE(replayed.ok());
    CHECK(replayed->tick == scene.world->current_tick());
    CHECK(replayed->state_hash == scene.world->state_hash());
  };
  CHECK(scene.world->state_hash() != before);
  check_replay();
  scene.step(kLease / 2 + 10);
  REQUIRE(worn(scene, 0, Slot::kOuter) == 0);
  check_replay();

  // The same walk, but asked once more a little later: worn alike, and yet another state.
  Scene once = ada_in_the_boutique();
  Scene again = ada_in_the_boutique();
  try_on(once, 0, kLentJacket);
  try_on(again, 0, kLentJacket);
  REQUIRE(once.world->state_hash() == again.world->state_hash());
  once.step(1);
  try_on(again, 0, kLentJacket);
  CHECK(worn(once, 0, Slot::kOuter) == worn(again, 0, Slot::kOuter));
  CHECK(once.world->state_hash() != again.world->state_hash());
}
