/// Cheats about what one may have and who one is: garments that are not on offer here, and words in another's name.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/cheats/arena.h"

using namespace cheats;

namespace {

/// What the witness was told that somebody wears on the upper body.
std::uint32_t top_of(Player& witness, proto::AvatarId who) {
  return witness.looks[who].outfit[static_cast<std::size_t>(world::Slot::kTop)];
}

std::size_t refusals(const Player& player) {
  return static_cast<std::size_t>(std::count_if(player.events.begin(), player.events.end(), [](const auto& event) {
    return event.kind == proto::EventKind::kTryOnRefused;
  }));
}

}  // namespace

TEST_CASE("wearing: only what this boutique offers is put on, and nobody else sees anything else") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  Arena arena;
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& cheater = arena.enter(transport, 2);
  arena.live(10);
  constexpr std::uint32_t kNobodyOffers = 4711;
  cheater.send(proto::Lane::kReliable, proto::encode(proto::TryOn{kGarmentBehindWall}));
  cheater.send(proto::Lane::kReliable, proto::encode(proto::TryOn{kNobodyOffers}));
  REQUIRE(arena.live_until([&] { return refusals(cheater) == 2; }));
  arena.live(10);
  CHECK(top_of(witness, cheater.id()) == 0);
  CHECK(cheater.looks[cheater.id()].outfit == std::array<std::uint32_t, proto::kSlots>{});
  // The same words about what is on offer here do put it on: the test above would see it.
  cheater.send(proto::Lane::kReliable, proto::encode(proto::TryOn{kGarmentHere}));
  CHECK(arena.live_until([&] { return top_of(witness, cheater.id()) == kGarmentHere; }));
}

TEST_CASE("another's avatar: no message of a stranger moves it, dresses it, speaks for it or sends it away") {
  const Transport transport = GENERATE(Transport::kEnet, Transport::kWebSocket);
  Arena arena;
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& victim = arena.enter(transport, 2);
  Player& cheater = arena.enter(transport, 3);
  arena.live(10);
  const auto send = [&](const Bytes& packet) { cheater.send(proto::Lane::kReliable, packet); };
  // All that a message can say about somebody else. The rest names nobody and is about the sender.
  send(proto::encode(proto::Moderate{victim.id(), proto::ModerateAction::kKick, 1}));
  send(proto::encode(proto::Moderate{victim.id(), proto::ModerateAction::kBan, 1}));
  send(proto::encode(proto::Party{proto::PartyAction::kAccept, victim.id()}));
  send(proto::encode(proto::Party{proto::PartyAction::kDecline, victim.id()}));
  send(proto::encode(proto::Wave{victim.id()}));
  send(proto::encode(proto::TryOn{kGarmentHere}));
  send(proto::encode(proto::Say{proto::SpeechLane::kNear, "I am somebody else"}));
  for (std::uint16_t i = 0; i < 20; ++i) {
    cheater.walk(run_ahead());
    arena.live(1);
  }
  REQUIRE(arena.live_until([&] { return !witness.said.empty() && !witness.events.empty(); }));
  CHECK_FALSE(victim.goodbye.has_value());
  CHECK_FALSE(victim.party.has_value());
  CHECK(covered_m(witness.seen[victim.id()]) < 0.01F);
  CHECK(top_of(witness, victim.id()) == 0);
  CHECK(witness.said.front().avatar == cheater.id());
  for (const proto::Event& event : witness.events) CHECK(event.avatar == cheater.id());
  CHECK(covered_m(witness.seen[cheater.id()]) > 1);  // what it said was heard, as its own
}

TEST_CASE("another's avatar: a ticket that was seen on its way lets nobody in, nor a second Hello") {
  Arena arena;
  Player& victim = arena.enter(Transport::kWebSocket, 1);
  const proto::Ticket spent = arena.server().ticket(2);
  net_test::RawWebSocket first(arena.server().port());
  first.send(proto::encode(proto::Hello{proto::kProtocolVersion, spent}));
  REQUIRE(first.expect(proto::Opcode::kWelcome).has_value());
  net_test::RawWebSocket thief(arena.server().port());
  thief.send(proto::encode(proto::Hello{proto::kProtocolVersion, spent}));
  CHECK(thief.goodbye().value().reason == proto::GoodbyeReason::kBadTicket);
  // The id alone, as it can be read off the wire of ENet, with a secret that is guessed.
  proto::Ticket guessed = victim.welcome->resume;
  guessed.secret[0] ^= 1;
  net_test::RawWebSocket guesser(arena.server().port());
  guesser.send(proto::encode(proto::Hello{proto::kProtocolVersion, guessed}));
  CHECK(guesser.goodbye().value().reason == proto::GoodbyeReason::kBadTicket);
  // Inside already, under another ticket: it is not asked twice.
  first.send(proto::encode(proto::Hello{proto::kProtocolVersion, victim.welcome->resume}));
  CHECK(first.goodbye().value().reason == proto::GoodbyeReason::kBadMessage);
  arena.live(5);
  CHECK_FALSE(victim.goodbye.has_value());
}
