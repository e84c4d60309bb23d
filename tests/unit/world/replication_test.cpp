/// What clients are told, how much of it and how soon: budgets, staleness, loss, interest.
#include <catch2/catch.hpp>
#include <cmath>
#include <deque>
#include <functional>
#include <map>

#include "tests/unit/world/client.h"
#include "tests/unit/world/support.h"

using namespace world;
using world::test::go;
using world::test::Scene;
using world::test::TestClient;

namespace {

/// A bare hall; nothing but people moves in it.
Mall hall(float half_x_m, float half_z_m) {
  Mall mall;
  mall.name = "Hall";
  mall.bounds = {{-half_x_m, -1, -half_z_m}, {half_x_m, 5, half_z_m}};
  mall.boxes.push_back({{0, -0.5F, 0}, {half_x_m, 0.5F, half_z_m}, 0});
  for (const float side : {-1.0F, 1.0F}) {
    mall.boxes.push_back({{side * half_x_m, 2, 0}, {0.5F, 2, half_z_m}, 0});
    mall.boxes.push_back({{0, 2, side * half_z_m}, {half_x_m, 2, 0.5F}, 0});
  }
  for (int x = -4; x <= 4; ++x) {
    for (int z = -4; z <= 4; ++z) mall.spawns.push_back({{static_cast<float>(2 * x), 0, static_cast<float>(2 * z)}, 0});
  }
  return mall;
}

/// Everybody walks about, each on dice of its own.
class Crowd {
 public:
  explicit Crowd(std::uint16_t count) : m_count(count) {}
  void wander(Scene& scene, int ticks) {
    for (int i = 0; i < ticks; ++i) {
      for (std::uint16_t index = 0; index < m_count; ++index) {
        if (m_dice.between(0, 30) != 0 && m_started) continue;
        // One draw after the other: the order in which arguments are evaluated is the compiler's choice.
        const int x = static_cast<int>(m_dice.between(0, 254)) - 127;
        const int z = static_cast<int>(m_dice.between(0, 254)) - 127;
        scene.wish(index, go(x, z));
      }
      m_started = true;
      scene.step();
      if (after_step) after_step();
    }
  }
  std::function<void()> after_step;

 private:
  std::uint16_t m_count;
  Dice m_dice{42};
  bool m_started = false;
};

struct Staleness {
  std::uint32_t worst_near_ticks = 0;
  std::uint32_t worst_seen_ticks = 0;
};

/// How long ago each avatar in view, whose true state the viewer does not have, was last told of; `near` are the twenty
/// nearest.
void measure(const Scene& scene, const TestClient& viewer, Staleness& worst) {
  const People& people = scene.world->people();
  const std::uint32_t tick = scene.world->current_tick();
  std::vector<std::pair<float, std::uint32_t>> ages;
  for (std::size_t row = 0; row < people.rows(); ++row) {
    if (people.kind[row] != Kind::kShopper || people.id[row] == viewer.id()) continue;
    const float distance = proto::length(people.state[row].position - people.state[viewer.id().index].position);
    if (distance > kViewDefault_m) continue;
    const auto other = viewer.others.find(people.id[row]);
    const bool known = other != viewer.others.end() && other->second.record;
    const bool exact = known && *other->second.record == people.records.now(row);
    ages.emplace_back(distance, exact ? 0U : known ? tick - other->second.heard_tick : 1'000U);
  }
  std::sort(ages.begin(), ages.end());
  for (std::size_t i = 0; i < ages.size(); ++i) {
    if (i < 20) worst.worst_near_ticks = std::max(worst.worst_near_ticks, ages[i].second);
    worst.worst_seen_ticks = std::max(worst.worst_seen_ticks, ages[i].second);
  }
}

/// The first in the middle, everybody else around it, each a little farther away than the one before.
void place_in_spiral(People& people, float first_m, float step_m) {
  for (std::size_t row = 0; row < people.rows(); ++row) {
    people.kind[row] = Kind::kShopper;
    people.id[row] = {static_cast<std::uint16_t>(row), 1};
    const float turn = static_cast<float>(row) * 0.7F;
    const float distance_m = first_m + static_cast<float>(row) * step_m;
    if (row > 0) people.state[row].position = {distance_m * std::sin(turn), 0, distance_m * std::cos(turn)};
  }
}

/// Everybody in it is introduced.
View view_of_the_first(const People& people, float reach_m, std::uint32_t tick, ViewScratch& scratch) {
  InterestGrid grid({{-40, 0, -40}, {40, 1, 40}}, 8);
  grid.fill(people.x, people.z, people.present);
  View view;
  view.reset(reach_m);
  view.refresh(0, people, grid, tick, scratch);
  for (Acquaintance& known : view.seen().known) known.introduced = true;
  view.refresh(0, people, grid, tick, scratch);
  return view;
}

}  // namespace

TEST_CASE(
    "with 250 people everybody in view is fresh within a second and the nearest twenty within 100 ms, on budget") {
  constexpr std::uint16_t kPeople = 250;
  // Once spread over a mall, once in one dense crowd.
  const float half_m = GENERATE(30.0F, 10.0F);
  Scene scene(hall(half_m, half_m), {kPeople, 1});
  for (std::uint16_t i = 0; i < kPeople; ++i) scene.join(i);
  Crowd crowd(kPeople);
  crowd.wander(scene, 60);
  std::vector<std::uint64_t> bytes_before;
  for (std::uint16_t i = 0; i < kPeople; ++i) bytes_before.push_back(scene.client(i).bytes);

  Staleness worst;
  crowd.after_step = [&] {
    for (std::uint16_t i = 0; i < kPeople; i = static_cast<std::uint16_t>(i + 25)) {
      measure(scene, scene.client(i), worst);
    }
  };
  constexpr int kTicks = 100;
  crowd.wander(scene, kTicks);

  CHECK(worst.worst_near_ticks <= 2);
  CHECK(worst.worst_seen_ticks <= kTicksPerSecond);
  for (std::uint16_t i = 0; i < kPeople; ++i) {
    const std::uint64_t spent = scene.client(i).bytes - bytes_before[i];
    CHECK(spent <= kBytesPerSecondDefault * kTicks / kTicksPerSecond + 2 * kBytesPerSecondDefault / kTicksPerSecond);
    CHECK(scene.client(i).unreadable == 0);
    CHECK(scene.client(i).largest_state_bytes <= proto::kSnapshotBytesMax);
  }
}

TEST_CASE("a client is never sent more than its budget, however small, in any window") {
  constexpr std::uint16_t kPeople = 120;
  const std::uint32_t budget = GENERATE(kBytesPerSecondMin, 8'000U, 32'000U);
  Scene scene(hall(10, 10), {kPeople, 1});
  for (std::uint16_t i = 0; i < kPeople; ++i) scene.join(i, 0, budget);
  Crowd crowd(kPeople);
  std::deque<std::uint64_t> window;
  std::uint64_t most = 0;
  crowd.after_step = [&] {
    window.push_back(scene.client(0).bytes);
    if (window.size() > kTicksPerSecond) {
      most = std::max(most, window.back() - window.front());
      window.pop_front();
    }
  };

  crowd.wander(scene, 200);

  CHECK(most <= budget + kBudgetBurst_ticks * budget / kTicksPerSecond);
  // The small ones are used: a client that is sent nothing would pass the line above as well.
  CHECK(most > std::min(budget, 8'000U) / 2);
  CHECK(scene.client(0).unreadable == 0);
}

TEST_CASE("a client on a link that loses packets ends up with the server's state") {
  const std::uint32_t loss_percent = GENERATE(10U, 40U);
  constexpr std::uint16_t kPeople = 30;
  Scene scene(hall(20, 20), {kPeople, 1});
  for (std::uint16_t i = 0; i < kPeople; ++i) scene.join(i, loss_percent);
  Crowd crowd(kPeople);
  crowd.wander(scene, 200);
  for (std::uint16_t i = 0; i < kPeople; ++i) scene.wish(i, go(0, 0));
  scene.step(80);

  const People& people = scene.world->people();
  for (std::uint16_t viewer = 0; viewer < kPeople; ++viewer) {
    const TestClient& client = scene.client(viewer);
    CHECK(client.unreadable == 0);
    REQUIRE(client.own);
    CHECK(client.own->state == people.state[viewer]);
    for (std::uint16_t row = 0; row < kPeople; ++row) {
      if (row == viewer) continue;
      INFO("avatar " << row << " seen by " << viewer);
      REQUIRE(client.others.count(people.id[row]) == 1);
      const auto& other = client.others.at(people.id[row]);
      REQUIRE(other.record);
      CHECK(*other.record == people.records.now(row));
    }
  }
}

TEST_CASE("who stands still costs nothing but the heartbeat") {
  constexpr std::uint16_t kPeople = 40;
  Scene scene(hall(20, 20), {kPeople, 1});
  for (std::uint16_t i = 0; i < kPeople; ++i) scene.join(i);
  for (std::uint16_t i = 0; i < kPeople; ++i) scene.wish(i, go(0, 0));
  scene.step(80);
  const std::uint64_t before = scene.client(0).bytes;

  scene.step(100);

  // An own state per tick, because inputs are acknowledged, and nothing else.
  CHECK(scene.client(0).bytes - before < 100 * Postage().cost_bytes(Lane::kState, 30));
}

TEST_CASE("interest begins at its inner border, ends at its outer one and does not flicker between") {
  Scene scene(hall(20, 120), {4, 1});
  TestClient& ada = scene.join(0);
  scene.join(1);
  scene.step(5);
  const AvatarId bob = scene.client(1).id();
  REQUIRE(ada.others.count(bob) == 1);
  scene.walk_to(0, 0, -50);

  // Walk away to between the borders: still seen.
  scene.walk_to(1, 0, -50 + 63, 2'000);
  scene.step(10);
  CHECK(ada.others.count(bob) == 1);
  // Beyond: gone.
  scene.walk_to(1, 0, -50 + 69, 2'000);
  scene.step(10);
  CHECK(ada.others.count(bob) == 0);
  // Back between the borders: not seen.
  scene.walk_to(1, 0, -50 + 63, 2'000);
  scene.step(10);
  CHECK(ada.others.count(bob) == 0);
  // And inside of the inner one: seen again.
  scene.walk_to(1, 0, -50 + 57, 2'000);
  scene.step(10);
  REQUIRE(ada.others.count(bob) == 1);
  CHECK(ada.others.at(bob).appearance);
  CHECK(ada.others.at(bob).record);
  CHECK(ada.unreadable == 0);
}

TEST_CASE("an avatar that stood still for longer than sequence numbers last is told of rightly when it moves") {
  Scene scene(hall(20, 20), {4, 1});
  TestClient& ada = scene.join(0);
  scene.join(1);
  scene.wish(0, go(0, 0));
  scene.wish(1, go(127, 0));
  scene.step(20);
  scene.wish(1, go(0, 0));
  // One datagram a tick: after a full circle of 65,536 sequence numbers the old baseline looks like one of a moment
  // ago.
  scene.step(65'600);
  scene.wish(1, go(0, 127));
  scene.step(20);
  scene.wish(1, go(0, 0));
  scene.step(20);

  CHECK(ada.unreadable == 0);
  CHECK(*ada.others.at(scene.client(1).id()).record == scene.world->people().records.now(1));
}

TEST_CASE(
    "with too few bytes the focus comes first, nobody is left out, and whoever tried something on is in the focus") {
  constexpr std::size_t kRows = 141;
  constexpr std::size_t kDressedFrom = 125;
  constexpr std::size_t kRoom = 72;  // the focus, the dressed, and a dozen others
  People people(kRows);
  place_in_spiral(people, 5, 0.05F);
  for (std::size_t row = kDressedFrom; row < kRows; ++row) people.outfit_tick[row] = 1;
  people.publish(1);
  ViewScratch scratch;
  View view = view_of_the_first(people, 40, 1, scratch);
  REQUIRE(view.seen().size() == kRows - 1);

  double focus_updates = 0;
  double dressed_updates = 0;
  std::map<std::size_t, int> plain_updates;
  constexpr std::uint32_t kTicks = 88;
  for (std::uint32_t tick = 2; tick < 2 + kTicks; ++tick) {
    for (std::size_t row = 0; row < kRows; ++row) people.state[row].position.y = static_cast<float>(tick) * 0.1F;
    people.publish(tick);
    view.choose(people, tick, kRoom, scratch);
    REQUIRE(scratch.due.size() <= kRoom);
    for (const auto& due : scratch.due) {
      view.seen().told[due.position].sent_tick = tick;
      const std::size_t row = view.seen().id[due.position].index;
      if (row <= kFocus) {
        ++focus_updates;
      } else if (row >= kDressedFrom) {
        ++dressed_updates;
      } else {
        ++plain_updates[row];
      }
    }
  }

  CHECK(focus_updates / kFocus > 0.9 * kTicks);
  CHECK(dressed_updates / (kRows - kDressedFrom) > 0.9 * kTicks);
  REQUIRE(plain_updates.size() == kRows - 1 - kFocus - (kRows - kDressedFrom));
  for (const auto& [row, updates] : plain_updates) {
    INFO(row);
    CHECK(updates > static_cast<int>(kTicks / kTicksPerSecond));
  }
}

TEST_CASE("with room for the focus and a sixteenth of the others, everybody has a turn in sixteen ticks") {
  constexpr std::size_t kRows = 401;
  People people(kRows);
  place_in_spiral(people, 1, 0.05F);
  people.publish(1);
  ViewScratch scratch;
  View view = view_of_the_first(people, 40, 1, scratch);
  const Need need = view.need();
  REQUIRE(need.focus >= kFocus);
  REQUIRE(need.focus + need.others == kRows - 1);
  const std::size_t needed = need.focus + (need.others + kTurn_ticks - 1) / kTurn_ticks;
  struct Case {
    std::size_t room;
    std::uint32_t focus_ticks, others_ticks;
  };
  // With half of what is needed all wait about twice as long, the focus as well, and nobody for ever.
  const auto [room, focus_ticks, others_ticks] = GENERATE_COPY(
      Case{needed, 1, kTurn_ticks}, Case{needed + 10, 1, kTurn_ticks}, Case{needed / 2, 3, 2 * kTurn_ticks + 2});
  CAPTURE(room);

  std::vector<std::uint32_t> told(kRows, 1);
  std::uint32_t oldest_focus = 0;
  std::uint32_t oldest_other = 0;
  for (std::uint32_t tick = 2; tick < 200; ++tick) {
    for (std::size_t row = 0; row < kRows; ++row) people.state[row].position.y = static_cast<float>(tick) * 0.1F;
    people.publish(tick);
    view.choose(people, tick, room, scratch);
    REQUIRE(scratch.due.size() <= room);
    for (const auto& due : scratch.due) {
      view.seen().told[due.position].sent_tick = tick;
      told[view.seen().id[due.position].index] = tick;
    }
    for (std::size_t i = 0; i < view.seen().size(); ++i) {
      const std::uint32_t age = tick - told[view.seen().id[i].index];
      std::uint32_t& oldest = view.seen().known[i].in_focus ? oldest_focus : oldest_other;
      oldest = std::max(oldest, age);
    }
  }

  CHECK(oldest_focus < focus_ticks);
  CHECK(oldest_other < others_ticks);
}

TEST_CASE("however many try something on, no more than a few of them come before the nearest") {
  constexpr std::size_t kRows = 201;
  People people(kRows);
  place_in_spiral(people, 1, 0.05F);
  for (std::size_t row = 101; row < kRows; ++row) people.outfit_tick[row] = 1;
  people.publish(1);
  ViewScratch scratch;

  View view = view_of_the_first(people, 40, 2, scratch);

  std::size_t in_focus = 0;
  for (const Acquaintance& known : view.seen().known) in_focus += known.in_focus ? 1U : 0U;
  CHECK(in_focus >= kFocus + kSpecialMax);
  CHECK(in_focus <= kFocus + kSpecialMax + 8);  // a band of distance belongs to one rank as a whole
}

TEST_CASE("those one came with are told of in every tick, however far away in the crowd") {
  constexpr std::size_t kRows = 300;
  constexpr std::size_t kFriend = 290;
  People people(kRows);
  place_in_spiral(people, 2, 0.1F);
  people.party[0] = 7;
  people.party[kFriend] = 7;
  people.party[kFriend + 1] = 8;
  people.publish(1);
  ViewScratch scratch;

  View view = view_of_the_first(people, 60, 1, scratch);

  REQUIRE(view.seen().size() == kRows - 1);
  CHECK(view.seen().interval_ticks[kFriend - 1] == kFocusInterval_ticks);  // one row less: oneself is not seen
  CHECK(view.seen().interval_ticks[kFriend] == kFarInterval_ticks);
}
