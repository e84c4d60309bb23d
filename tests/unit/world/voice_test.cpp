/// Who hears whom, what that takes of a client's budget, and that it leaves no trace in a recording.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/unit/world/client.h"
#include "tests/unit/world/support.h"
#include "world-server/world/recording.h"

using namespace world;
using world::test::go;
using world::test::Scene;
using world::test::TestClient;

namespace {

void hear(Scene& scene, std::uint16_t index, bool wanted = true) {
  scene.say(NetToWorld{Hear{scene.client(index).id(), wanted}});
}
void speak(Scene& scene, std::uint16_t index, bool is_speaking = true) {
  scene.say(NetToWorld{Speak{scene.client(index).id(), is_speaking}});
}

/// By speaker's index, the listeners' indices.
using Heard = std::map<std::uint16_t, std::set<std::uint16_t>>;

Heard heard(const TickOutput& output) {
  Heard found;
  for (const VoiceRoute& route : output.voices) {
    std::set<std::uint16_t>& listeners = found[route.speaker.index];
    for (const AvatarId listener : output.listeners_of(route)) CHECK(listeners.insert(listener.index).second);
  }
  return found;
}

struct Duo {
  Scene scene{test::small_mall()};
  TestClient& ada = scene.join(0);
  TestClient& bob = scene.join(1);
  Duo() { scene.step(10); }
  Heard next(int ticks = 1) {
    scene.step(ticks);
    return heard(scene.output);
  }
};

/// A floor without walls, on which people stand in a row a metre and more apart.
Mall row_of_places(int places, float pitch_m) {
  Mall mall;
  mall.name = "Row";
  mall.bounds = {{-100, -1, -100}, {100, 5, 100}};
  mall.boxes.push_back({{0, -0.5F, 0}, {100, 0.5F, 100}, 0});
  for (int i = 0; i < places; ++i) mall.spawns.push_back({{static_cast<float>(i) * pitch_m, 0, 0}, 0});
  return mall;
}

/// In the row: who stands nearest to the first, by distance.
std::vector<std::uint16_t> by_distance(const Scene& scene, std::uint16_t from, std::uint16_t count) {
  std::vector<std::uint16_t> order;
  for (std::uint16_t i = 0; i < count; ++i) {
    if (i != from) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::uint16_t a, std::uint16_t b) {
    return proto::length(scene.position(a) - scene.position(from)) <
           proto::length(scene.position(b) - scene.position(from));
  });
  return order;
}

}  // namespace

TEST_CASE("nobody is sent a voice who did not ask, and who asked hears who is near as long as both want it") {
  Duo p;
  speak(p.scene, 0);
  CHECK(p.next() == Heard{{0, {}}});
  hear(p.scene, 1);
  CHECK(p.next() == Heard{{0, {1}}});
  CHECK(p.next(5) == Heard{{0, {1}}});
  hear(p.scene, 1, false);
  CHECK(p.next() == Heard{{0, {}}});
  hear(p.scene, 1);
  hear(p.scene, 0);
  CHECK(p.next() == Heard{{0, {1}}});  // nobody hears themselves
  speak(p.scene, 0, false);
  CHECK(p.next().empty());
}

TEST_CASE("who is muted is not heard by the one who muted; a block holds both ways") {
  Duo p;
  hear(p.scene, 0);
  hear(p.scene, 1);
  speak(p.scene, 0);
  speak(p.scene, 1);
  CHECK(p.next() == Heard{{0, {1}}, {1, {0}}});
  p.scene.say(NetToWorld{Relate{p.bob.id(), Scene::person(0), kMuted}});
  CHECK(p.next() == Heard{{0, {}}, {1, {0}}});
  p.scene.say(NetToWorld{Relate{p.bob.id(), Scene::person(0), 0}});
  CHECK(p.next() == Heard{{0, {1}}, {1, {0}}});
  p.scene.say(NetToWorld{Relate{p.bob.id(), Scene::person(0), kBlocked}});
  CHECK(p.next() == Heard{{0, {}}, {1, {}}});
}

TEST_CASE("a voice carries twelve metres, and whoever heard it a little further") {
  Scene scene(row_of_places(2, 4), {4, 1});
  scene.join(0);
  scene.join(1);
  scene.step(10);
  hear(scene, 1);
  speak(scene, 0);
  const Vec3 ada = scene.position(0);
  scene.walk_to(1, ada.x + 12.8F, ada.z);
  CHECK(heard(scene.output) == Heard{{0, {1}}});
  scene.walk_to(1, ada.x + 15, ada.z);
  CHECK(heard(scene.output) == Heard{{0, {}}});
  scene.walk_to(1, ada.x + 12.8F, ada.z);
  CHECK(heard(scene.output) == Heard{{0, {}}});
  scene.walk_to(1, ada.x + 11, ada.z);
  CHECK(heard(scene.output) == Heard{{0, {1}}});
}

TEST_CASE("of many listeners the nearest hear, of many speakers the nearest are heard") {
  constexpr std::uint16_t kPeople = 30;
  Scene scene(row_of_places(kPeople, 0.5F), {kPeople, 1});
  for (std::uint16_t i = 0; i < kPeople; ++i) scene.join(i);
  scene.step(30);
  for (std::uint16_t i = 0; i < kPeople; ++i) hear(scene, i);
  SECTION("one speaks, all listen") {
    speak(scene, 0);
    scene.step();
    const auto order = by_distance(scene, 0, kPeople);
    CHECK(heard(scene.output)[0] == std::set<std::uint16_t>(order.begin(), order.begin() + kListenersMax));
  }
  SECTION("all speak, all listen") {
    for (std::uint16_t i = 0; i < kPeople; ++i) speak(scene, i);
    scene.step();
    std::map<std::uint16_t, std::set<std::uint16_t>> speakers_of;
    for (const auto& [speaker, listeners] : heard(scene.output)) {
      CHECK(listeners.size() <= kListenersMax);
      for (const std::uint16_t listener : listeners) speakers_of[listener].insert(speaker);
    }
    REQUIRE(speakers_of.size() == kPeople);
    for (const auto& [listener, speakers] : speakers_of) {
      const auto order = by_distance(scene, listener, kPeople);
      CHECK(speakers.size() == kVoicesMax);
      // Two may stand equally far away.
      const auto distance_m = [&, at = listener](std::uint16_t to) {
        return proto::length(scene.position(to) - scene.position(at));
      };
      for (const std::uint16_t speaker : speakers)
        CHECK(distance_m(speaker) <= distance_m(order[kVoicesMax - 1]) + 0.01F);
    }
  }
}

TEST_CASE("somebody who is heard gives way only to who is clearly nearer") {
  // A listener at 0; speakers at 2, 4, 6, 8 and 10 m.
  Scene scene(row_of_places(6, 2), {6, 1});
  for (std::uint16_t i = 0; i < 6; ++i) scene.join(i);
  scene.step(10);
  std::vector<std::uint16_t> order = by_distance(scene, 0, 6);
  std::uint16_t listener = 0;
  for (std::uint16_t i = 0; i < 6; ++i) {
    if (scene.position(i).x < scene.position(listener).x) listener = i;
  }
  order = by_distance(scene, listener, 6);
  hear(scene, listener);
  for (std::uint16_t i = 0; i < 4; ++i) speak(scene, order[i]);
  speak(scene, order[4]);
  scene.step();
  const auto hears = [&](std::uint16_t speaker) { return heard(scene.output)[speaker].count(listener) == 1; };
  CHECK(hears(order[3]));
  CHECK_FALSE(hears(order[4]));
  const Vec3 at = scene.position(listener);
  // A little nearer than the fourth is not enough.
  scene.walk_to(order[4], at.x + 7.4F, at.z + 1);
  CHECK(hears(order[3]));
  CHECK_FALSE(hears(order[4]));
  scene.walk_to(order[4], at.x + 5, at.z + 2);
  CHECK_FALSE(hears(order[3]));
  CHECK(hears(order[4]));
  // And back, likewise.
  scene.walk_to(order[4], at.x + 8.2F, at.z + 2);
  CHECK(hears(order[4]));
}

TEST_CASE("who is on a new connection hears nobody and is heard by nobody until they say so again") {
  Duo p;
  hear(p.scene, 0);
  hear(p.scene, 1);
  speak(p.scene, 0);
  speak(p.scene, 1);
  CHECK(p.next().size() == 2);
  p.scene.say(NetToWorld{Suspend{p.ada.id()}});
  CHECK(p.next() == Heard{{1, {}}});
  p.ada.reconnect();
  p.scene.say(NetToWorld{Resume{p.ada.id(), kBytesPerSecondDefault, {}, 0}});
  CHECK(p.next(10) == Heard{{1, {}}});
  hear(p.scene, 0);
  CHECK(p.next() == Heard{{1, {0}}});
  p.scene.say(NetToWorld{Leave{p.bob.id()}});
  CHECK(p.next().empty());
  p.scene.say(NetToWorld{Hear{p.bob.id(), true}});
  p.scene.say(NetToWorld{Speak{{7, 9}, true}});
  CHECK(p.next().empty());
}

TEST_CASE("with a small budget fewer voices are heard, and then none") {
  CHECK(voices_max(kBytesPerSecondMax) == 4);
  CHECK(voices_max(26'000) == 3);
  CHECK(voices_max(14'000) == 1);
  CHECK(voices_max(13'999) == 0);
  const std::uint32_t budget = GENERATE(13'999U, 14'000U, 20'000U);
  Scene scene(row_of_places(6, 0.8F), {6, 1});
  scene.join(0, 0, budget);
  for (std::uint16_t i = 1; i < 6; ++i) scene.join(i);
  scene.step(20);
  hear(scene, 0);
  for (std::uint16_t i = 1; i < 6; ++i) speak(scene, i);
  scene.step();
  std::size_t voices = 0;
  for (const auto& [speaker, listeners] : heard(scene.output)) voices += listeners.count(0);
  CHECK(voices == voices_max(budget));
}

TEST_CASE("with four voices everybody keeps to the budget, and the nearest twenty are told of within 100 ms") {
  constexpr std::uint16_t kPeople = 250;
  constexpr std::uint32_t kAside_bytes_per_s = kVoicesMax * kVoiceBytesPerSecond;
  const float half_m = GENERATE(30.0F, 10.0F);
  Mall mall = row_of_places(0, 0);
  mall.boxes.clear();
  mall.bounds = {{-half_m, -1, -half_m}, {half_m, 5, half_m}};
  mall.boxes.push_back({{0, -0.5F, 0}, {half_m, 0.5F, half_m}, 0});
  for (const float side : {-1.0F, 1.0F}) {
    mall.boxes.push_back({{side * half_m, 2, 0}, {0.5F, 2, half_m}, 0});
    mall.boxes.push_back({{0, 2, side * half_m}, {half_m, 2, 0.5F}, 0});
  }
  for (int x = -4; x <= 4; ++x) {
    for (int z = -4; z <= 4; ++z) mall.spawns.push_back({{static_cast<float>(2 * x), 0, static_cast<float>(2 * z)}, 0});
  }
  Scene scene(std::move(mall), {kPeople, 1});
  for (std::uint16_t i = 0; i < kPeople; ++i) scene.join(i);
  Dice dice(42);
  const auto wander = [&] {
    for (std::uint16_t i = 0; i < kPeople; ++i) {
      if (scene.world->current_tick() > 0 && dice.between(0, 30) != 0) continue;
      const int x = static_cast<int>(dice.between(0, 254)) - 127;
      const int z = static_cast<int>(dice.between(0, 254)) - 127;
      scene.wish(i, go(x, z));
    }
    scene.step();
  };
  for (int i = 0; i < 60; ++i) wander();
  for (std::uint16_t i = 0; i < kPeople; ++i) {
    hear(scene, i);
    speak(scene, i);
  }
  for (int i = 0; i < 10; ++i) wander();

  std::vector<std::uint64_t> before;
  for (std::uint16_t i = 0; i < kPeople; ++i) before.push_back(scene.client(i).bytes);
  std::vector<std::uint32_t> voices(kPeople, 0);  // counted tick by tick
  std::uint32_t worst_near_ticks = 0;
  std::uint32_t worst_seen_ticks = 0;
  constexpr int kTicks = 100;
  for (int tick = 0; tick < kTicks; ++tick) {
    wander();
    for (const auto& [speaker, listeners] : heard(scene.output)) {
      for (const std::uint16_t listener : listeners) ++voices[listener];
    }
    const People& people = scene.world->people();
    for (std::uint16_t viewer = 0; viewer < kPeople; viewer = static_cast<std::uint16_t>(viewer + 25)) {
      const auto order = by_distance(scene, viewer, kPeople);
      for (std::size_t i = 0; i < order.size(); ++i) {
        const std::uint16_t row = order[i];
        const float distance_m = proto::length(scene.position(row) - scene.position(viewer));
        if (distance_m > kViewDefault_m) break;
        const auto& other = scene.client(viewer).others[people.id[row]];
        const bool exact = other.record && *other.record == people.records.now(row);
        const std::uint32_t age = exact ? 0 : scene.world->current_tick() - other.heard_tick;
        if (i < 20) worst_near_ticks = std::max(worst_near_ticks, age);
        worst_seen_ticks = std::max(worst_seen_ticks, age);
      }
    }
  }

  CHECK(worst_near_ticks <= 2);
  CHECK(worst_seen_ticks <= 2 * kTicksPerSecond);  // this is what gives way
  std::uint32_t all_voices = 0;
  for (std::uint16_t i = 0; i < kPeople; ++i) {
    CHECK(scene.client(i).unreadable == 0);
    all_voices += voices[i];
    // What net may send of the voices that the client heard, and what the world sent.
    const std::uint64_t voice_bytes = std::uint64_t{voices[i]} * (kVoiceBytesPerSecond / kTicksPerSecond);
    const std::uint64_t world_bytes = scene.client(i).bytes - before[i];
    CHECK(world_bytes + voice_bytes <=
          kBytesPerSecondDefault * kTicks / kTicksPerSecond + 2 * kBytesPerSecondDefault / kTicksPerSecond);
  }
  CHECK(all_voices > kPeople * kTicks * 3);  // nearly everybody heard four all the time
  static_assert(kAside_bytes_per_s + kVoicesLeave_bytes_per_s == kBytesPerSecondDefault);
}

TEST_CASE("a recording knows nothing of voices, and the world is the same with them") {
  Scene silent(test::small_mall());
  Scene loud(test::small_mall());
  for (Scene* scene : {&silent, &loud}) {
    scene->join(0);
    scene->join(1);
    scene->step(5);
  }
  hear(loud, 1);
  speak(loud, 0);
  for (Scene* scene : {&silent, &loud}) {
    scene->wish(1, go(100, 20));
    scene->step(50);
  }
  CHECK(heard(loud.output).size() == 1);
  CHECK(silent.world->state_hash() == loud.world->state_hash());

  const std::vector<NetToWorld> quiet{Wave{{1, 1}}};
  const std::vector<NetToWorld> noisy{Speak{{1, 1}, true}, Wave{{1, 1}}, Hear{{2, 1}, true}};
  std::vector<std::uint8_t> quiet_bytes;
  std::vector<std::uint8_t> noisy_bytes;
  record_tick(1, {}, quiet, quiet_bytes);
  record_tick(1, {}, noisy, noisy_bytes);
  CHECK(quiet_bytes == noisy_bytes);
}
