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

namespace {

/// A bare hall with walls, in which people come in near the middle.
Mall hall(float half_m) {
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
  return mall;
}

std::vector<std::uint32_t> voices_of(const TickOutput& output, std::uint16_t people) {
  std::vector<std::uint32_t> voices(people, 0);
  for (const AvatarId listener : output.listeners) ++voices[listener.index];
  return voices;
}

/// A crowd that wanders, speaks, hears, writes and waves, all at once and all the time.
class Bustle {
 public:
  Bustle(Scene& scene, std::uint16_t people) : m_scene(scene), m_people(people) {}
  void wander() {
    for (std::uint16_t i = 0; i < m_people; ++i) {
      if (m_started && m_dice.between(0, 30) != 0) continue;
      // One draw after the other: the order in which arguments are evaluated is the compiler's choice.
      const int x = static_cast<int>(m_dice.between(0, 254)) - 127;
      const int z = static_cast<int>(m_dice.between(0, 254)) - 127;
      m_scene.wish(i, go(x, z));
    }
    m_started = true;
    m_scene.step();
  }
  void talk() {
    for (std::uint16_t i = 0; i < m_people; ++i) {
      if (m_dice.between(0, 29) == 0) {
        const auto size = static_cast<std::size_t>(m_dice.between(10, 160));
        m_scene.say(NetToWorld{Say{Scene::id(i), proto::SpeechLane::kNear, std::string(size, 'a')}});
      }
      if (m_dice.between(0, 59) == 0) m_scene.say(NetToWorld{Emote{Scene::id(i), proto::EmoteKind::kClap}});
    }
  }

 private:
  Scene& m_scene;
  std::uint16_t m_people;
  Dice m_dice{42};
  bool m_started = false;
};

struct Oldest {
  std::uint32_t near_ticks = 0;
  std::uint32_t seen_ticks = 0;
};

void look(Scene& scene, std::uint16_t viewer, std::uint16_t count, Oldest& oldest) {
  const People& people = scene.world->people();
  const auto order = by_distance(scene, viewer, count);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::uint16_t row = order[i];
    if (proto::length(scene.position(row) - scene.position(viewer)) > kViewDefault_m) break;
    const auto& other = scene.client(viewer).others[people.id[row]];
    const bool exact = other.record && *other.record == people.records.now(row);
    const std::uint32_t age = exact ? 0 : scene.world->current_tick() - other.heard_tick;
    if (i < 20) oldest.near_ticks = std::max(oldest.near_ticks, age);
    oldest.seen_ticks = std::max(oldest.seen_ticks, age);
  }
}

}  // namespace

TEST_CASE("with a small budget fewer voices are heard, and then none") {
  struct Case {
    std::uint32_t bytes_per_s;
    std::uint32_t voices;
  };
  // Six people in view need 2,100 bytes a second and words a tenth, each voice some 5,700, and there must be 1,000
  // left.
  const auto [budget, voices] =
      GENERATE(Case{9'000, 0}, Case{10'000, 1}, Case{20'000, 2}, Case{32'000, 4}, Case{kBytesPerSecondMax, 4});
  Scene scene(row_of_places(6, 0.8F), {6, 1});
  scene.join(0, 0, budget);
  for (std::uint16_t i = 1; i < 6; ++i) scene.join(i);
  scene.step(40);
  hear(scene, 0);
  for (std::uint16_t i = 1; i < 6; ++i) speak(scene, i);
  scene.step();
  CHECK(voices_of(scene.output, 6)[0] == voices);
}

TEST_CASE("what a voice takes is set aside by how it travels") {
  CHECK(voices_bytes_per_s(Carriage::kDatagrams, 0) == 0);
  CHECK(voices_bytes_per_s(Carriage::kStream, 0) == 0);
  // 52 frames of 52 bytes and a bit, with 8 of our own and 50 around each datagram.
  CHECK(voices_bytes_per_s(Carriage::kDatagrams, 1) == 2'700 + 52 * (8 + 50));
  CHECK(voices_bytes_per_s(Carriage::kDatagrams, 4) == 4 * voices_bytes_per_s(Carriage::kDatagrams, 1));
  // On a stream a write costs 85, and there are 100 a second however many are heard.
  CHECK(voices_bytes_per_s(Carriage::kStream, 1) == 2'700 + 52 * (8 + 2 + 85));
  CHECK(voices_bytes_per_s(Carriage::kStream, 4) == 4 * (2'700 + 52 * (8 + 2)) + 100 * 85);
}

TEST_CASE(
    "in a crowd that walks, speaks and writes all at once, the nearest are fresh within 100 ms and all within 1 s") {
  struct Case {
    std::uint16_t people;
    float half_m;
    std::uint32_t voices_least;  ///< that everybody hears
  };
  // The last: everybody within 25 m of everybody.
  const auto [people, half_m, voices_least] = GENERATE(Case{250, 30.0F, 3}, Case{250, 10.0F, 3}, Case{400, 12.0F, 2});
  const Carriage carriage = GENERATE(Carriage::kDatagrams, Carriage::kStream);
  CAPTURE(people, half_m, static_cast<int>(carriage));
  Scene scene(hall(half_m), {people, 1});
  for (std::uint16_t i = 0; i < people; ++i) scene.join(i, 0, kBytesPerSecondDefault, carriage);
  Bustle crowd(scene, people);
  for (int i = 0; i < 60; ++i) crowd.wander();
  for (std::uint16_t i = 0; i < people; ++i) {
    hear(scene, i);
    speak(scene, i);
  }
  for (int i = 0; i < 10; ++i) crowd.wander();

  std::vector<std::uint64_t> before;
  for (std::uint16_t i = 0; i < people; ++i) before.push_back(scene.client(i).bytes);
  std::vector<std::uint64_t> voice_bytes(people, 0);
  std::size_t said_before = scene.client(0).said.size();
  std::uint32_t fewest = kVoicesMax;
  Oldest oldest;
  constexpr int kTicks = 60;
  for (int tick = 0; tick < kTicks; ++tick) {
    crowd.talk();
    crowd.wander();
    const auto voices = voices_of(scene.output, people);
    for (std::uint16_t i = 0; i < people; ++i) {
      voice_bytes[i] += voices_bytes_per_s(carriage, voices[i]) / kTicksPerSecond;
      fewest = std::min(fewest, voices[i]);
    }
    for (std::uint16_t viewer = 0; viewer < people; viewer = static_cast<std::uint16_t>(viewer + people / 10)) {
      look(scene, viewer, people, oldest);
    }
  }

  CHECK(oldest.near_ticks <= 2);
  CHECK(oldest.seen_ticks <= kTicksPerSecond);
  CHECK(fewest >= voices_least);
  // Words come all the while: those that a tenth of the budget carries at least.
  CHECK(scene.client(0).said.size() - said_before >= std::size_t{kTicks} / kTicksPerSecond * 8);
  for (std::uint16_t i = 0; i < people; ++i) {
    CHECK(scene.client(i).unreadable == 0);
    // What net may send of the voices that the client heard, and what the world sent.
    CHECK(scene.client(i).bytes - before[i] + voice_bytes[i] <=
          kBytesPerSecondDefault / kTicksPerSecond * (kTicks + kBudgetBurst_ticks));
  }
}

TEST_CASE("when the crowd grows denser, voices give way to the view, and they come back when it leaves") {
  constexpr std::uint16_t kPeople = 400;
  Scene scene(hall(12), {kPeople, 1});
  constexpr std::uint16_t kTalkers = 6;
  for (std::uint16_t i = 0; i < kTalkers; ++i) scene.join(i);
  scene.step(20);
  hear(scene, 0);
  for (std::uint16_t i = 1; i < kTalkers; ++i) speak(scene, i);
  scene.step(5);
  CHECK(voices_of(scene.output, kPeople)[0] == 4);
  for (std::uint16_t i = kTalkers; i < kPeople; ++i) scene.join(i);
  scene.step(20);
  const std::uint32_t in_the_crowd = voices_of(scene.output, kPeople)[0];
  CHECK(in_the_crowd >= 2);
  CHECK(in_the_crowd < 4);
  for (std::uint16_t i = kTalkers; i < kPeople; ++i) scene.say(NetToWorld{Leave{Scene::id(i)}});
  scene.step(20);
  CHECK(voices_of(scene.output, kPeople)[0] == 4);
}

TEST_CASE("however many speak at once, each listener looks at no more than a few of them") {
  constexpr std::uint16_t kPeople = 1'000;
  People people(kPeople);
  for (std::uint16_t row = 0; row < kPeople; ++row) {
    people.kind[row] = Kind::kShopper;
    people.id[row] = {row, 1};
    people.state[row].position = {static_cast<float>(row % 32) * 0.25F, 0, static_cast<float>(row / 32) * 0.25F};
  }
  people.publish(1);
  Hearing hearing({{-20, -1, -20}, {20, 5, 20}}, kPeople);
  for (std::uint16_t row = 0; row < kPeople; ++row) {
    hearing.hear(row, true);
    hearing.allow(row, kVoicesMax);
    hearing.speak(row, true);
  }
  const auto everybody = [](std::size_t, std::size_t) { return true; };
  TickOutput output;
  for (std::uint32_t tick = 1; tick < 5; ++tick) {
    output.clear();
    hearing.choose(people, tick, everybody, output);
    // Whom it hears already, and so many others; without a bound it would be a million.
    CHECK(hearing.looks() <= std::size_t{kPeople} * (kVoicesMax + kSpeakersLookedAt));
    CHECK(hearing.looks() >= std::size_t{kPeople} * kSpeakersLookedAt / 2);
  }
  const auto voices = voices_of(output, kPeople);
  // Nobody is left without a voice, and those heard are near: in the own square of 4.5 m or the next.
  CHECK(*std::min_element(voices.begin(), voices.end()) >= 3);
  for (const VoiceRoute& route : output.voices) {
    for (const AvatarId listener : output.listeners_of(route)) {
      const Vec3 way = people.state[listener.index].position - people.state[route.speaker.index].position;
      CHECK(proto::length(way) < 2 * kHearingCell_m);
    }
  }
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
