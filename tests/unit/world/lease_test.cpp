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

constexpr std::uint32_t kTee = 10;
constexpr std::uint32_t kJacket = 11;
constexpr std::uint32_t kHat = 12;
constexpr std::uint32_t kVase = 13;
constexpr std::uint32_t kCoat = 14;
constexpr std::uint32_t kShirt = 15;
constexpr int kTicks = static_cast<int>(kTryOnLease_ticks);

AvatarId id_of(std::uint16_t index) { return {index, 7}; }

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
  scene.say(ShopToWorld{Wearables{{{kTee, Slot::kTop, "maison-lune", "tee"},
                                   {kJacket, Slot::kOuter, "maison-lune", "jacket"},
                                   {kCoat, Slot::kOuter, "maison-lune", "coat"},
                                   {kShirt, Slot::kTop, "maison-lune", "shirt"},
                                   {kHat, Slot::kHead, "maison-lune", "hat"},
                                   {kVase, Slot::kHead, "oak-and-linen", "vase"}}}});
}

void try_on(Scene& scene, std::uint16_t index, std::uint32_t variant) {
  scene.say(NetToWorld{TryOn{id_of(index), variant}});
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
  scene.say(NetToWorld{TryOn{ada.id(), kJacket}});
  scene.step(2);
  REQUIRE(ada.events.size() == 1);
  CHECK(ada.events[0].kind == EventKind::kTryOnRefused);
  CHECK(ada.events[0].value == kJacket);
  CHECK(look(ada).outfit[2] == 0);

  scene.walk_to(0, -7, 12);
  scene.walk_to(0, -15, -11);
  try_on(scene, 0, kJacket);
  try_on(scene, 0, kVase);
  scene.step(4);
  CHECK(look(ada).outfit == std::array<std::uint32_t, 5>{0, kTee, kJacket, 0, 0});
  CHECK(bob.others.at(ada.id()).appearance->outfit[2] == kJacket);
  CHECK(ada.events.back().kind == EventKind::kTryOnRefused);
  CHECK(ada.events.back().value == kVase);
}

TEST_CASE("a garment that is taken off is seen to be off") {
  Scene scene = ada_in_the_boutique();
  try_on(scene, 0, kJacket);
  scene.step(4);
  REQUIRE(scene.client(1).others.at(id_of(0)).appearance->outfit[2] == kJacket);

  scene.say(NetToWorld{TakeOff{id_of(0), Slot::kOuter}});
  scene.step(4);

  CHECK(look(scene.client(0)).outfit[2] == 0);
  CHECK(scene.client(1).others.at(id_of(0)).appearance->outfit[2] == 0);
  CHECK(taken_back(scene.client(0)).empty());
}

TEST_CASE("who leaves the boutique wears at once what was worn before, however much was tried on, and is told") {
  Scene scene = ada_in_the_boutique();
  const Outfit before = scene.world->people().outfit[0];
  for (const std::uint32_t variant : {kJacket, kShirt, kCoat, kHat, kTee, kShirt, kJacket}) try_on(scene, 0, variant);
  scene.step(4);
  REQUIRE(look(scene.client(0)).outfit == std::array<std::uint32_t, 5>{kHat, kShirt, kJacket, 0, 0});

  scene.walk_to(0, -15, -8);

  CHECK(look(scene.client(0)).outfit == std::array<std::uint32_t, 5>{0, kTee, 0, 0, 0});
  CHECK(scene.client(1).others.at(id_of(0)).appearance->outfit == look(scene.client(0)).outfit);
  CHECK(taken_back(scene.client(0)) == std::vector<std::uint32_t>{kHat, kShirt, kJacket});
  CHECK(taken_back(scene.client(1)).empty());
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    CHECK(scene.world->people().outfit[0][slot].variant_id == before[slot].variant_id);
    CHECK(scene.world->people().outfit[0][slot].return_tick == before[slot].return_tick);
  }
}

TEST_CASE("who stays gives back each garment when its own ten minutes are over, and is told") {
  Scene scene = ada_in_the_boutique();
  scene.wish(0, go(0, 0));
  try_on(scene, 0, kJacket);
  scene.step(99);
  try_on(scene, 0, kShirt);

  scene.step(kTicks - 101);
  CHECK(worn(scene, 0, Slot::kOuter) == kJacket);
  scene.step(1);
  CHECK(worn(scene, 0, Slot::kOuter) == 0);
  CHECK(worn(scene, 0, Slot::kTop) == kShirt);
  scene.step(99);
  CHECK(worn(scene, 0, Slot::kTop) == kShirt);
  scene.step(1);
  CHECK(worn(scene, 0, Slot::kTop) == kTee);
  CHECK(taken_back(scene.client(0)) == std::vector<std::uint32_t>{kJacket, kShirt});
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
    scene.say(NetToWorld{Party{id_of(index), action, id_of(static_cast<std::uint16_t>(other))}});
    scene.step(1);
  }
  REQUIRE(scene.world->people().party[0] != 0);
  try_on(scene, 0, kJacket);
  REQUIRE(worn(scene, 0, Slot::kOuter) == kJacket);
  const Vec3 from = scene.position(0);

  scene.say(NetToWorld{Party{id_of(0), PartyAction::kCome, id_of(1)}});
  scene.step(1);

  REQUIRE(proto::length(scene.position(0) - from) > 0.5F);
  CHECK(worn(scene, 0, Slot::kOuter) == (inside ? kJacket : 0));
  scene.step(2);
  CHECK(taken_back(scene.client(0)).size() == (inside ? 0U : 1U));
}

TEST_CASE("a lost connection changes neither what is tried on nor the time that is left") {
  Scene scene = ada_in_the_boutique();
  scene.wish(0, go(0, 0));
  try_on(scene, 0, kJacket);
  scene.step(199);
  scene.silence(0);
  scene.say(NetToWorld{Suspend{id_of(0)}});
  scene.step(29 * static_cast<int>(kTicksPerSecond));
  CHECK(scene.client(1).others.at(id_of(0)).appearance->outfit[2] == kJacket);
  scene.client(0).reconnect();
  scene.say(NetToWorld{Resume{id_of(0), kBytesPerSecondDefault, {}, 30}});
  scene.step(4);
  CHECK(look(scene.client(0)).outfit == std::array<std::uint32_t, 5>{0, kTee, kJacket, 0, 0});

  scene.step(kTicks - 200 - 29 * static_cast<int>(kTicksPerSecond) - 4);
  CHECK(worn(scene, 0, Slot::kOuter) == kJacket);
  scene.step(1);
  CHECK(worn(scene, 0, Slot::kOuter) == 0);
  scene.step(1);
  CHECK(taken_back(scene.client(0)) == std::vector<std::uint32_t>{kJacket});
}

TEST_CASE("who is sent away, or leaves, comes back in their own clothes") {
  Scene scene = ada_in_the_boutique();
  try_on(scene, 0, kJacket);
  try_on(scene, 0, kHat);

  scene.say(NetToWorld{Leave{id_of(0)}});
  scene.step(20);
  CHECK(scene.client(1).gone.contains(id_of(0)));
  scene.join(0);
  scene.step(2);

  CHECK(look(scene.client(0)).outfit == std::array<std::uint32_t, 5>{0, kTee, 0, 0, 0});
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
  try_on(scene, 0, kJacket);
  scene.wish(0, go(0, 0));
  scene.step(kTicks / 2);
  const auto check_replay = [&scene] {
    const auto replayed = replay(*scene.recording);
    REQUIRE(replayed.ok());
    CHECK(replayed->tick == scene.world->current_tick());
    CHECK(replayed->state_hash == scene.world->state_hash());
  };
  CHECK(scene.world->state_hash() != before);
  check_replay();
  scene.step(kTicks / 2 + 10);
  REQUIRE(worn(scene, 0, Slot::kOuter) == 0);
  check_replay();

  // The same walk, but asked once more a little later: worn alike, and yet another state.
  Scene once = ada_in_the_boutique();
  Scene again = ada_in_the_boutique();
  try_on(once, 0, kJacket);
  try_on(again, 0, kJacket);
  REQUIRE(once.world->state_hash() == again.world->state_hash());
  once.step(1);
  try_on(again, 0, kJacket);
  CHECK(worn(once, 0, Slot::kOuter) == worn(again, 0, Slot::kOuter));
  CHECK(once.world->state_hash() != again.world->state_hash());
}
