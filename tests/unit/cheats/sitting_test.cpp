/// Cheats about seats: a seat takes one over a short way at once, which must be no way to get about.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "client-proto/move/movement.h"
#include "client-proto/move/sitting.h"
#include "tests/unit/cheats/arena.h"
#include "world-server/world/seats.h"

using namespace cheats;
using proto::Stance;
using proto::Vec3;

namespace {

constexpr float kNear_m = 0.12F;

Vec3 before(Vec3 seat) { return {seat.x, 0, seat.z + proto::kStandUp_m}; }

float plan_distance_m(Vec3 a, Vec3 b) { return std::hypot(a.x - b.x, a.z - b.z); }

const proto::MoveState& state_of(const Player& player) { return player.own.back().state; }
bool sits(const Player& player) { return state_of(player).stance != Stance::kOnFoot; }

/// At full speed, and slower for the last metre.
proto::MoveInput towards(Vec3 from, Vec3 goal) {
  const float way_m = plan_distance_m(from, goal);
  if (way_m < kNear_m) return run_ahead(0, 0, 0);
  const float part = 127 * std::min(1.0F, way_m) / way_m;
  const auto along = [part](float way) { return static_cast<int>(std::lround(part * way)); };
  return run_ahead(along(goal.x - from.x), along(goal.z - from.z), way_m > 1 ? unsigned{proto::kButtonRun} : 0U);
}

void walk_to(Arena& arena, Player& player, Vec3 goal) {
  player.act = [goal](Player& self) { self.walk(towards(state_of(self).position, goal)); };
  REQUIRE(arena.live_until([&] {
    return plan_distance_m(state_of(player).position, goal) < kNear_m && state_of(player).velocity == Vec3{};
  }));
}

/// Asks for the seat until an answer has come; true when it was given.
bool may_sit(Arena& arena, Player& player, std::uint16_t seat) {
  const auto refused = [&player] {
    return std::count_if(player.events.begin(), player.events.end(),
                         [](const proto::Event& event) { return event.kind == proto::EventKind::kSitRefused; });
  };
  const auto refused_before = refused();
  const Vec3 stood = state_of(player).position;
  player.send(proto::Lane::kReliable, proto::encode(proto::Sit{seat}));
  REQUIRE(arena.live_until(
      [&] { return refused() > refused_before || plan_distance_m(state_of(player).position, stood) > kNear_m; }));
  return refused() == refused_before;
}

}  // namespace

TEST_CASE("sitting: a seat is not taken from afar, through a wall, from who has it, nor by who sits on another") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  Arena arena;
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& owner = arena.enter(transport, 2);
  Player& cheater = arena.enter(transport, 3);
  arena.live(10);
  CHECK_FALSE(may_sit(arena, cheater, 0));
  CHECK(covered_m(witness.seen[cheater.id()]) < 0.01F);

  walk_to(arena, cheater, {kSeatBehindWall.x, 0, kSeatBehindWall.z + proto::kStandUp_m + 0.95F});
  REQUIRE(plan_distance_m(state_of(cheater).position, before(kSeatBehindWall)) < world::kSitReach_m);
  CHECK_FALSE(may_sit(arena, cheater, kSeatBehindWallNumber));

  walk_to(arena, owner, before(bench_seat(4)));
  REQUIRE(may_sit(arena, owner, 4));
  const Vec3 owners = state_of(owner).position;
  walk_to(arena, cheater, before(bench_seat(4)));
  CHECK_FALSE(may_sit(arena, cheater, 4));
  CHECK_FALSE(sits(cheater));
  CHECK(may_sit(arena, cheater, 5));
  CHECK_FALSE(may_sit(arena, cheater, 6));
  CHECK(plan_distance_m(state_of(cheater).position, bench_seat(5)) < 0.01F);
  CHECK(sits(owner));
  CHECK(state_of(owner).position == owners);
}

TEST_CASE("sitting: who is brought to a seat, and up from it, is marked as having jumped for everybody") {
  Arena arena;
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& sitter = arena.enter(Transport::kWebSocket, 2);
  walk_to(arena, sitter, before(bench_seat(9)));
  arena.live(5);
  const auto& way = witness.seen[sitter.id()];
  const bool parity = way.back().teleport_parity;
  REQUIRE(may_sit(arena, sitter, 9));
  sitter.act = [](Player& self) { self.walk(run_ahead(0, 0, 0)); };
  REQUIRE(arena.live_until([&] { return state_of(sitter).stance == Stance::kSits; }));
  CHECK(way.back().teleport_parity != parity);
  sitter.act = act_honestly;
  REQUIRE(arena.live_until([&] { return !sits(sitter); }));
  arena.live(5);
  CHECK(way.back().teleport_parity == parity);
  for (std::size_t i = 1; i < way.size(); ++i) {
    if (way[i].teleport_parity != way[i - 1].teleport_parity) continue;
    const auto ticks = static_cast<float>(way[i].tick - way[i - 1].tick + 1);
    CHECK(plan_distance_m(way[i].position, way[i - 1].position) <= kStep_m * ticks);
  }
}

TEST_CASE(
    "sitting: whoever runs along a bench and takes each seat that can be reached on the way gets nowhere sooner") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  constexpr std::uint32_t kRun_ticks = 100;
  constexpr std::uint32_t kAsk_ticks = 11;  // as often as the server listens to it
  Arena arena;
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& cheater = arena.enter(transport, 2);
  walk_to(arena, cheater, before(bench_seat(0)));
  arena.live(5);
  witness.seen[cheater.id()].clear();
  std::uint32_t heard = 0;
  std::uint32_t asked = 0;
  std::uint32_t seats_had = 0;
  cheater.act = [&](Player& self) {
    ++heard;
    const proto::MoveState& state = state_of(self);
    if (state.stance == Stance::kSittingDown) return self.walk(run_ahead(0, 0, 0));
    const auto ahead = static_cast<std::uint16_t>(std::floor((state.position.x + 31.2F) / 0.7F));
    if (state.stance == Stance::kOnFoot && heard >= asked + kAsk_ticks && ahead < kBenchSeats) {
      asked = heard;
      self.send(proto::Lane::kReliable, proto::encode(proto::Sit{ahead}));
    }
    if (state.stance == Stance::kSits) ++seats_had;
    self.walk(run_ahead(127, 0));
  };
  arena.live(kRun_ticks);
  CHECK(seats_had > 2);
  const auto& way = witness.seen[cheater.id()];
  const auto ticks = static_cast<float>(way.back().tick - way.front().tick);
  CHECK(covered_m(way) <= kStep_m * ticks);
  CHECK(ahead_of_rules_m(way) <= world::kSitReach_m + proto::kStandUp_m);
}
