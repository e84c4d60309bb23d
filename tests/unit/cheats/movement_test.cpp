/// Cheats about moving. Each runs beside an honest walker in the same hall and the same ticks, over ENet and over
/// WebSocket, and a third player watches both.
#include <algorithm>
#include <catch2/catch.hpp>

#include "client-proto/move/movement.h"
#include "tests/unit/cheats/arena.h"

using namespace cheats;

namespace {

constexpr std::uint32_t kRace_ticks = 80;
/// What an honest walker may miss of the race before it says nothing about the rules, only about the machine.
constexpr float kHonestMisses_m = 8 * kStep_m;
constexpr int kRacesMax = 5;

struct Race {
  float honest_m = 0;
  float cheat_m = 0;
  float cheat_ahead_m = 0;  ///< of what the ticks allow, at the worst moment
  float highest_m = 0;      ///< the cheat's feet
  float nearest_wall_z_m = 0;
  std::vector<Player::Own> own;  ///< what the server told the cheat of itself
  std::optional<proto::Goodbye> goodbye;
};

Race run_race(Transport transport, const std::function<void(Player&)>& cheat) {
  Arena arena;
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& honest = arena.enter(transport, 2);
  Player& cheater = arena.enter(transport, 3);
  arena.live(10);  // until the witness knows both
  honest.act = act_honestly;
  cheater.act = cheat;
  arena.live(kRace_ticks);
  Race race;
  race.honest_m = covered_m(witness.seen[honest.id()]);
  const std::vector<Player::Sighting>& way = witness.seen[cheater.id()];
  race.cheat_m = covered_m(way);
  race.cheat_ahead_m = ahead_of_rules_m(way);
  race.own = cheater.own;
  race.goodbye = cheater.goodbye;
  for (const Player::Sighting& sighting : way) {
    race.highest_m = std::max(race.highest_m, sighting.position.y);
    race.nearest_wall_z_m = std::max(race.nearest_wall_z_m, sighting.position.z);
  }
  return race;
}

/// A race in which the machine held up the honest walker says nothing about how far both came and is run again, with
/// `cheat` as it was at the start. What the server's ticks allow holds in every race.
Race race_against(Transport transport, const std::function<void(Player&)>& cheat) {
  constexpr float kHonestLeast_m = kStep_m * static_cast<float>(kRace_ticks) - kHonestMisses_m;
  Race race;
  for (int i = 0; i < kRacesMax && race.honest_m < kHonestLeast_m; ++i) {
    race = run_race(transport, cheat);
    CHECK(race.cheat_ahead_m <= 0.1F);
  }
  REQUIRE(race.honest_m >= kHonestLeast_m);
  return race;
}

/// A boutique behind z = 0 with one door, before which everybody arrives.
world::Mall boutique_ahead() {
  auto mall = world::parse_mall(R"({
  "format": "galleria.mall/1", "name": "Hall with a door",
  "bounds": {"min": [-20, -1, -20], "max": [20, 12, 20]},
  "spawns": [{"position": [0, 0, -2], "yaw_rad": 0}, {"position": [1, 0, -4], "yaw_rad": 0}],
  "colliders": {
    "boxes": [
      {"center": [0, -0.5, 0], "half": [20, 0.5, 20], "yaw_rad": 0},
      {"center": [-10.4, 2, 0], "half": [9.6, 2, 0.07], "yaw_rad": 0},
      {"center": [10.4, 2, 0], "half": [9.6, 2, 0.07], "yaw_rad": 0}],
    "hulls": [], "triangles": []},
  "boutiques": [
    {"id": "behind", "name": "Behind", "kind": "fashion", "zone": {"min": [-10, -1, 0], "max": [10, 5, 12]},
     "door": [0, 0, 0], "entrances": [{"position": [0, 0, 0], "width_m": 1.6, "height_m": 3, "yaw_rad": 3.14159}]}],
  "seats": [{"position": [0, 0.45, 0.6], "yaw_rad": 1.57}],
  "displays": [], "props": [], "staff": []})");
  REQUIRE(mall.ok());
  return std::move(mall).value();
}

void check_no_faster(const Race& race) {
  CHECK(race.cheat_m <= race.honest_m + kQueueMayHold_m);
  CHECK(race.highest_m <= 0.05F);
}

}  // namespace

TEST_CASE("speed by more inputs: three in every packet take nobody further") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  const Race race = race_against(transport, [](Player& player) {
    const std::vector<proto::MoveInput> three(3, run_ahead());
    player.send_inputs(three);
  });
  check_no_faster(race);
  CHECK(race.cheat_m > race.honest_m / 2);  // it is held to the pace, not thrown out
}

TEST_CASE("speed by more packets: three in every tick take nobody further, and end as flooding") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  const Race race = race_against(transport, [](Player& player) {
    for (int i = 0; i < 3; ++i) player.walk(run_ahead());
  });
  check_no_faster(race);
  REQUIRE(race.goodbye.has_value());
  CHECK(race.goodbye->reason == proto::GoodbyeReason::kFlooding);
}

TEST_CASE("speed by late bursts: steps kept back and sent at once are no more than time has passed") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  // Short of the silence after which nothing is saved, and long beyond it.
  const std::uint32_t silence_ticks = GENERATE(9U, 40U);
  const Race race = race_against(transport, [heard = 0U, silence_ticks](Player& player) mutable {
    if (++heard % silence_ticks < silence_ticks / 2 && silence_ticks > 10) return player.walk(run_ahead());
    if (heard % silence_ticks != 0) return;
    const std::vector<proto::MoveInput> heap(proto::kInputsPerPacketMax, run_ahead());
    for (int i = 0; i < 4; ++i) player.send_inputs(heap);
  });
  check_no_faster(race);
}

TEST_CASE("speed by larger steps: a stick pushed into the corner is no faster than one pushed ahead") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  const Race race = race_against(transport, [](Player& player) { player.walk(run_ahead(127, 127)); });
  check_no_faster(race);
  CHECK(race.cheat_m <= race.honest_m + kHonestMisses_m);
}

TEST_CASE("speed by larger steps: a step beyond what can be wished for is no message") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  Arena arena;
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& cheater = arena.enter(transport, 2);
  arena.live(10);
  Bytes packet = proto::encode(proto::Inputs{{}, 1, {run_ahead(127, 127)}});
  constexpr std::size_t kMoveX = 4;  // after 24 bits of flags and numbers
  REQUIRE(packet[kMoveX] == 254);
  packet[kMoveX] = 255;
  cheater.send(proto::Lane::kState, packet);
  REQUIRE(arena.live_until([&] { return cheater.goodbye.has_value(); }));
  CHECK(cheater.goodbye->reason == proto::GoodbyeReason::kBadMessage);
  CHECK(covered_m(witness.seen[cheater.id()]) < 0.01F);
}

TEST_CASE("teleport: numbers of inputs that jump ahead, or back, bring nobody anywhere") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  const Race race = race_against(transport, [heard = 0U](Player& player) mutable {
    player.newest_input = static_cast<std::uint16_t>(player.newest_input + (++heard % 2 == 0 ? 12'345 : -7'001));
    const std::vector<proto::MoveInput> heap(proto::kInputsPerPacketMax, run_ahead());
    player.send_inputs(heap);
  });
  check_no_faster(race);
}

TEST_CASE("teleport: nobody is brought to a stranger, nor by an invitation that was never made") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  Arena arena;
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& cheater = arena.enter(transport, 2);
  arena.live(10);
  for (const auto action : {proto::PartyAction::kCome, proto::PartyAction::kAccept, proto::PartyAction::kCome}) {
    cheater.send(proto::Lane::kReliable, proto::encode(proto::Party{action, witness.id()}));
    arena.live(5);
  }
  REQUIRE(arena.live_until([&] { return cheater.events.size() >= 3; }));  // each is refused in words
  for (const proto::Event& event : cheater.events) CHECK(event.kind == proto::EventKind::kPartyRefused);
  CHECK(covered_m(witness.seen[cheater.id()]) < 0.01F);
  CHECK_FALSE(witness.seen[cheater.id()].back().teleport_parity);
  CHECK_FALSE(witness.party.has_value());
}

TEST_CASE("flying: jumping in the air lifts nobody, and who falls silent in the air comes down") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  const bool goes_silent = GENERATE(false, true);
  constexpr unsigned kJumpAndRun = proto::kButtonRun | proto::kButtonJump;
  const Race race = race_against(transport, [heard = 0U, goes_silent](Player& player) mutable {
    // Pressed and let go in turn, since a button that is held jumps once.
    if (++heard > 43 && goes_silent) return;
    player.walk(run_ahead(0, 127, heard % 2 == 0 ? unsigned{proto::kButtonRun} : kJumpAndRun));
  });
  constexpr float kHighest_m = proto::kJumpSpeed_mps * proto::kJumpSpeed_mps / (2 * proto::kGravity_mps2) + 0.25F;
  CHECK(race.highest_m > 0.3F);  // the jump itself is real
  CHECK(race.highest_m <= kHighest_m);
  if (goes_silent) CHECK(race.own.back().state.position.y < 0.05F);
}

TEST_CASE("walls: running and jumping at one, from any side, leads nobody through or over it") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  Arena arena;
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& cheater = arena.enter(transport, 2);
  std::uint32_t heard = 0;
  cheater.act = [&heard](Player& player) {
    ++heard;
    const int aslant = heard % 40 < 20 ? 90 : -90;
    player.walk(run_ahead(heard > 150 ? aslant : 0, 127, heard % 3 == 0 ? 3U : unsigned{proto::kButtonRun}));
  };
  arena.live(210);  // 28 m to the wall, and some seconds at it
  constexpr float kNearest_z_m = kWall_z_m - proto::kCapsuleRadius_m;
  CHECK(cheater.own.back().state.position.z > kNearest_z_m - 1);  // it got there
  for (const Player::Own& own : cheater.own) CHECK(own.state.position.z <= kNearest_z_m + 0.01F);
  for (const Player::Sighting& sighting : witness.seen[cheater.id()]) {
    CHECK(sighting.position.z <= kNearest_z_m + 0.02F);
  }
}

TEST_CASE("closed doors: neither runs, jumps, bursts, forged numbers, seats nor try-ons behind it lead in") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  const bool is_closed = GENERATE(true, false);
  Arena arena(4, boutique_ahead());
  if (is_closed) arena.close({"behind"});
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& cheater = arena.enter(transport, 2);
  arena.live(5);
  std::uint32_t heard = 0;
  cheater.act = [&heard](Player& player) {
    ++heard;
    if (heard % 31 == 0) player.newest_input = static_cast<std::uint16_t>(player.newest_input + 9'999);
    if (heard % 20 == 0) player.send(proto::Lane::kReliable, proto::encode(proto::Sit{0}));
    if (heard % 25 == 0) player.send(proto::Lane::kReliable, proto::encode(proto::TryOn{kGarmentBehindWall}));
    const std::vector<proto::MoveInput> burst(
        heard % 4 == 0 ? 4 : 1,
        run_ahead(heard % 16 < 8 ? 30 : -30, 127, heard % 3 == 0 ? 3U : unsigned{proto::kButtonRun}));
    player.send_inputs(burst);
  };
  arena.live(100);
  float farthest_z_m = -20;
  for (const Player::Own& own : cheater.own) farthest_z_m = std::max(farthest_z_m, own.state.position.z);
  for (const Player::Sighting& sighting : witness.seen[cheater.id()]) {
    farthest_z_m = std::max(farthest_z_m, sighting.position.z);
  }
  // The same without the door shut shows that it is the door which holds.
  if (!is_closed) {
    CHECK(farthest_z_m > 0.3F);
    return;
  }
  CHECK(farthest_z_m < -proto::kCapsuleRadius_m);
  CHECK(farthest_z_m > -1);
  CHECK(witness.looks[cheater.id()].outfit[1] == 0);
}
