/// What people do with each other, over real WebSockets: what net hands to the world, and what it notes for the shop.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "client-proto/wire/social.h"
#include "tests/unit/net/harness.h"

using namespace net_test;
using namespace std::chrono_literals;
using proto::RelateAction;

namespace {

template <class T>
T next(TestServer& server) {
  const auto command = server.next_command();
  REQUIRE(command.has_value());
  const T* found = std::get_if<T>(&*command);
  REQUIRE(found != nullptr);
  return *found;
}

proto::AccountId account_of(std::uint8_t shopper) {
  proto::AccountId account;
  account.bytes[0] = shopper;
  return account;
}

}  // namespace

TEST_CASE("words and gestures reach the world as they were meant") {
  TestServer server;
  RawWebSocket socket(server.port());
  const proto::AvatarId ada = join(server, socket, server.ticket(1));
  socket.send(proto::encode(proto::Say{proto::SpeechLane::kParty, "Over here"}));
  const auto said = next<world::Say>(server);
  CHECK(said.avatar == ada);
  CHECK(said.lane == proto::SpeechLane::kParty);
  CHECK(said.text == "Over here");
  socket.send(proto::encode(proto::Emote{proto::EmoteKind::kBow}));
  CHECK(next<world::Emote>(server).kind == proto::EmoteKind::kBow);
  socket.send(proto::encode(proto::Wave{proto::AvatarId{5, 9}}));
  CHECK(next<world::Wave>(server).at == proto::AvatarId{5, 9});
}

TEST_CASE("what somebody wants of a party reaches the world, and nonsense ends the session") {
  TestServer server;
  RawWebSocket socket(server.port());
  const proto::AvatarId ada = join(server, socket, server.ticket(1));
  socket.send(proto::encode(proto::Party{proto::PartyAction::kInvite, {5, 9}}));
  const auto invited = next<world::Party>(server);
  CHECK(invited.avatar == ada);
  CHECK(invited.action == proto::PartyAction::kInvite);
  CHECK(invited.other == proto::AvatarId{5, 9});
  socket.send({static_cast<std::uint8_t>(proto::Opcode::kParty), 7});
  CHECK(socket.goodbye().value().reason == proto::GoodbyeReason::kBadMessage);
}

TEST_CASE("a sentence with something hidden in it ends the session") {
  TestServer server;
  RawWebSocket socket(server.port());
  join(server, socket, server.ticket(1));
  Bytes packet = proto::encode(proto::Say{proto::SpeechLane::kNear, "abc"});
  packet[3] = packet[4] = 0;
  socket.send(packet);
  CHECK(socket.goodbye().value().reason == proto::GoodbyeReason::kBadMessage);
}

TEST_CASE("who talks without end is slowed down and then sent away") {
  TestServer server;
  RawWebSocket socket(server.port());
  join(server, socket, server.ticket(1));
  for (int i = 0; i < 200; ++i) socket.send(proto::encode(proto::Say{proto::SpeechLane::kNear, "Buy!"}));
  CHECK(socket.goodbye().value().reason == proto::GoodbyeReason::kFlooding);
  int said = 0;
  while (auto command = server.ports().to_world.wait_pop(200ms)) {
    said += std::holds_alternative<world::Say>(*command) ? 1 : 0;
  }
  CHECK(said >= 6);
  CHECK(said <= 8);
}

TEST_CASE("a block belongs to the account: world and shop are told, and the next visit begins with it") {
  TestServer server;
  RawWebSocket ada_socket(server.port());
  const proto::AvatarId ada = join(server, ada_socket, server.ticket(1));
  world::Person bob_person = 0;
  proto::AvatarId bob;
  RawWebSocket bob_socket(server.port());
  {
    bob_socket.send(proto::encode(proto::Hello{proto::kProtocolVersion, server.ticket(2)}));
    const auto joined = next<world::Join>(server);
    CHECK(joined.bonds.all().empty());
    bob = joined.avatar;
    bob_person = joined.person;
  }
  ada_socket.send(proto::encode(proto::Relate{bob, RelateAction::kBlock}));
  const auto told = next<world::Relate>(server);
  CHECK(told.avatar == ada);
  CHECK(told.person == bob_person);
  CHECK(told.flags == world::kBlocked);
  std::optional<world::PeopleNote> note;
  do {
    note = server.ports().people_notes.wait_pop(1s);
    REQUIRE(note.has_value());
  } while (!std::holds_alternative<world::Related>(*note));
  const auto& related = std::get<world::Related>(*note);
  CHECK(related.account == account_of(1));
  CHECK(related.other == account_of(2));
  CHECK(related.flags == world::kBlocked);
  CHECK(related.name == "Ada");

  ada_socket.send(proto::encode(proto::Relate{bob, RelateAction::kMute}));
  CHECK(next<world::Relate>(server).flags == (world::kMuted | world::kBlocked));
  ada_socket.send(proto::encode(proto::Relate{bob, RelateAction::kUnblock}));
  CHECK(next<world::Relate>(server).flags == world::kMuted);
  // The same wish again, one about oneself and one about somebody who is gone are no news.
  ada_socket.send(proto::encode(proto::Relate{bob, RelateAction::kUnblock}));
  ada_socket.send(proto::encode(proto::Relate{ada, RelateAction::kBlock}));
  ada_socket.send(
      proto::encode(proto::Relate{{bob.index, static_cast<std::uint16_t>(bob.generation + 1)}, RelateAction::kBlock}));
  ada_socket.send(proto::encode(proto::Relate{{4000, 1}, RelateAction::kBlock}));
  CHECK_FALSE(server.ports().to_world.wait_pop(200ms).has_value());
}

TEST_CASE("a block that was made after a ticket was given holds for who comes in with that ticket") {
  TestServer server;
  RawWebSocket ada_socket(server.port());
  join(server, ada_socket, server.ticket(1));
  RawWebSocket bob_socket(server.port());
  bob_socket.send(proto::encode(proto::Hello{proto::kProtocolVersion, server.ticket(2)}));
  const auto bob = next<world::Join>(server);
  // With another name, so that the avatar is a new one and begins with what the ticket says.
  const proto::Ticket in_hand = server.ticket(1, "Ada in a hat");
  ada_socket.send(proto::encode(proto::Relate{bob.avatar, RelateAction::kBlock}));
  REQUIRE(next<world::Relate>(server).flags == world::kBlocked);

  RawWebSocket again(server.port());
  again.send(proto::encode(proto::Hello{proto::kProtocolVersion, in_hand}));
  CHECK(ada_socket.goodbye().value().reason == proto::GoodbyeReason::kReplaced);
  next<world::Leave>(server);
  CHECK(next<world::Join>(server).bonds.flags(bob.person) == world::kBlocked);
}

TEST_CASE("what a ticket says about others is told to the world under the same numbers") {
  TestServer server;
  RawWebSocket bob(server.port());
  bob.send(proto::encode(proto::Hello{proto::kProtocolVersion, server.ticket(2)}));
  const world::Person bob_person = next<world::Join>(server).person;
  proto::Ticket ticket;
  fill_random(ticket.id);
  world::Passenger passenger{account_of(1), "Ada"};
  passenger.bonds.set(account_of(2), world::kMuted);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  REQUIRE(
      server.tickets().issue(ticket, passenger, {std::chrono::duration_cast<std::chrono::microseconds>(now).count()}));
  RawWebSocket ada(server.port());
  ada.send(proto::encode(proto::Hello{proto::kProtocolVersion, ticket}));
  const auto joined = next<world::Join>(server);
  CHECK(joined.bonds.flags(bob_person) == world::kMuted);
  CHECK(joined.person != bob_person);
}
