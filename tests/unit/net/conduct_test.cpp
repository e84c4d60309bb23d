/// Sending people away, over real WebSockets: by staff in the world and by order of the shop.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "client-proto/wire/social.h"
#include "tests/unit/net/harness.h"

using namespace net_test;
using namespace std::chrono_literals;
using proto::GoodbyeReason;
using proto::ModerateAction;

namespace {

proto::AccountId shopper_account(std::uint8_t shopper) {
  proto::AccountId account;
  account.bytes[0] = shopper;
  return account;
}

proto::Ticket ticket_of(TestServer& server, const world::Passenger& passenger) {
  proto::Ticket ticket;
  fill_random(ticket.id);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  REQUIRE(
      server.tickets().issue(ticket, passenger, {std::chrono::duration_cast<std::chrono::microseconds>(now).count()}));
  return ticket;
}

proto::Ticket staff_ticket(TestServer& server, std::uint8_t shopper) {
  world::Passenger passenger{shopper_account(shopper), "Ines"};
  passenger.is_staff = true;
  return ticket_of(server, passenger);
}

/// The next note of this kind; others are passed over.
template <class T>
std::optional<T> next_note(TestServer& server) {
  while (auto note = server.ports().people_notes.wait_pop(1s)) {
    if (const T* found = std::get_if<T>(&*note)) return *found;
  }
  return std::nullopt;
}

template <class T>
T next_of(TestServer& server) {
  const auto command = server.next_command();
  REQUIRE(command.has_value());
  const T* found = std::get_if<T>(&*command);
  REQUIRE(found != nullptr);
  return *found;
}

void order(TestServer& server, const world::DoorOrder& what) {
  const bool taken = server.ports().door_orders.push(world::DoorOrder(what));
  REQUIRE(taken);
  server.net().wake();
}

void moderate(RawWebSocket& socket, proto::AvatarId avatar, ModerateAction action, std::uint32_t minutes) {
  socket.send(proto::encode(proto::Moderate{avatar, action, minutes}));
}

}  // namespace

TEST_CASE("the shop is told who is here, and when they go") {
  TestServer server;
  RawWebSocket socket(server.port());
  join(server, socket, server.ticket(1, "Ada"));
  const auto came = next_note<world::Came>(server);
  REQUIRE(came);
  CHECK(came->account == shopper_account(1));
  CHECK(came->name == "Ada");
  CHECK(came->address == "127.0.0.1");
  socket.send({0x03, 0xe8}, 8);
  const auto went = next_note<world::Went>(server);
  REQUIRE(went);
  CHECK(went->account == shopper_account(1));
}

TEST_CASE("staff send somebody away: a goodbye, no way back with a ticket in hand, and a note for the shop") {
  TestServer server;
  RawWebSocket ines(server.port());
  join(server, ines, staff_ticket(server, 1));
  RawWebSocket eve(server.port());
  const proto::AvatarId eve_avatar = join(server, eve, server.ticket(2));
  const proto::Ticket in_hand = server.ticket(2);
  moderate(ines, eve_avatar, ModerateAction::kBan, 60);
  const auto goodbye = eve.goodbye();
  REQUIRE(goodbye);
  CHECK(goodbye->reason == GoodbyeReason::kKicked);
  CHECK_FALSE(goodbye->retryable);
  CHECK(goodbye->retry_after_ms == 65'535);
  const auto left = server.next_command();
  REQUIRE((left && std::holds_alternative<world::Leave>(*left)));
  const auto note = next_note<world::SentAway>(server);
  REQUIRE(note);
  CHECK(note->account == shopper_account(2));
  CHECK(note->by == shopper_account(1));
  CHECK_FALSE(note->is_kick);
  CHECK(note->minutes == 60);
  RawWebSocket again(server.port());
  again.send(proto::encode(proto::Hello{proto::kProtocolVersion, in_hand}));
  CHECK(again.goodbye().value().reason == GoodbyeReason::kKicked);
  RawWebSocket other(server.port());
  join(server, other, server.ticket(3));
}

TEST_CASE("who is kicked for no time may come back at once") {
  TestServer server;
  RawWebSocket ines(server.port());
  join(server, ines, staff_ticket(server, 1));
  RawWebSocket eve(server.port());
  const proto::AvatarId eve_avatar = join(server, eve, server.ticket(2));
  moderate(ines, eve_avatar, ModerateAction::kKick, 0);
  const auto goodbye = eve.goodbye();
  REQUIRE(goodbye);
  CHECK(goodbye->reason == GoodbyeReason::kKicked);
  CHECK_FALSE(goodbye->retryable);
  CHECK(goodbye->retry_after_ms == 0);
  REQUIRE(server.next_command());
  RawWebSocket again(server.port());
  join(server, again, server.ticket(2));
}

TEST_CASE("nobody but staff sends anybody away, and staff neither colleagues nor themselves nor who is gone") {
  TestServer server;
  RawWebSocket ines(server.port());
  const proto::AvatarId ines_avatar = join(server, ines, staff_ticket(server, 1));
  RawWebSocket max(server.port());
  const proto::AvatarId max_avatar = join(server, max, staff_ticket(server, 2));
  RawWebSocket eve(server.port());
  const proto::AvatarId eve_avatar = join(server, eve, server.ticket(3));
  moderate(eve, ines_avatar, ModerateAction::kKick, 0);
  moderate(ines, max_avatar, ModerateAction::kKick, 0);
  moderate(ines, ines_avatar, ModerateAction::kKick, 0);
  const auto successor = static_cast<std::uint16_t>(eve_avatar.generation + 1);
  moderate(ines, {eve_avatar.index, successor}, ModerateAction::kKick, 0);
  moderate(ines, {4000, 1}, ModerateAction::kKick, 0);
  CHECK_FALSE(server.ports().to_world.wait_pop(300ms).has_value());
}

TEST_CASE("who is made staff while being here may act at once, and who is not any more may not") {
  TestServer server;
  RawWebSocket ada(server.port());
  join(server, ada, server.ticket(1));
  RawWebSocket eve(server.port());
  const proto::AvatarId eve_avatar = join(server, eve, server.ticket(2));
  order(server, world::SetStaff{shopper_account(1), true});
  order(server, world::SetStaff{shopper_account(1), false});
  CHECK(next_of<world::Rank>(server).keeps_order);
  CHECK_FALSE(next_of<world::Rank>(server).keeps_order);
  moderate(ada, eve_avatar, ModerateAction::kKick, 0);
  CHECK_FALSE(server.ports().to_world.wait_pop(300ms).has_value());
  order(server, world::SetStaff{shopper_account(1), true});
  std::this_thread::sleep_for(50ms);
  moderate(ada, eve_avatar, ModerateAction::kKick, 0);
  CHECK(eve.goodbye().value().reason == GoodbyeReason::kKicked);
}

TEST_CASE("the operator turns out whoever is inside, waits at the door, or has lost the connection") {
  TestServer server([](world::net::NetConfig& config) { config.session.clients_max = 2; });
  RawWebSocket ada(server.port());
  join(server, ada, server.ticket(1));
  {
    RawWebSocket bob(server.port());
    join(server, bob, server.ticket(2));
  }
  const auto suspended = server.next_command();
  REQUIRE((suspended && std::holds_alternative<world::Suspend>(*suspended)));
  RawWebSocket eve(server.port());
  eve.send(proto::encode(proto::Hello{proto::kProtocolVersion, server.ticket(3)}));
  REQUIRE(eve.expect(proto::Opcode::kQueuePlace));
  for (std::uint8_t shopper = 1; shopper <= 4; ++shopper) order(server, world::TurnOut{shopper_account(shopper), 5});
  CHECK(ada.goodbye().value().reason == GoodbyeReason::kKicked);
  CHECK(eve.goodbye().value().reason == GoodbyeReason::kKicked);
  for (int i = 0; i < 2; ++i) {
    const auto left = server.next_command();
    REQUIRE(left);
    CHECK(std::holds_alternative<world::Leave>(*left));
  }
  CHECK_FALSE(server.ports().to_world.wait_pop(400ms).has_value());  // nobody was let in for them
}

TEST_CASE("a block of somebody of the staff is taken as a mute, and taking it back takes that back") {
  TestServer server;
  RawWebSocket ines(server.port());
  const proto::AvatarId ines_avatar = join(server, ines, staff_ticket(server, 1));
  RawWebSocket eve(server.port());
  join(server, eve, server.ticket(2));
  eve.send(proto::encode(proto::Relate{ines_avatar, proto::RelateAction::kBlock}));
  CHECK(next_of<world::Relate>(server).flags == world::kMuted);
  CHECK(next_note<world::Related>(server).value().flags == world::kMuted);
  eve.send(proto::encode(proto::Relate{ines_avatar, proto::RelateAction::kUnblock}));
  CHECK(next_of<world::Relate>(server).flags == 0);
}

TEST_CASE("who is made staff is seen again by everybody who had blocked them, inside and with a ticket in hand") {
  TestServer server;
  RawWebSocket ines(server.port());
  ines.send(proto::encode(proto::Hello{proto::kProtocolVersion, server.ticket(1)}));
  const auto ines_joined = next_of<world::Join>(server);
  RawWebSocket eve(server.port());
  const proto::AvatarId eve_avatar = join(server, eve, server.ticket(2));
  eve.send(proto::encode(proto::Relate{ines_joined.avatar, proto::RelateAction::kBlock}));
  REQUIRE(next_of<world::Relate>(server).flags == world::kBlocked);
  world::Passenger later{shopper_account(3), "Mallory"};
  later.bonds.set(shopper_account(1), world::kBlocked);
  const proto::Ticket in_hand = ticket_of(server, later);
  order(server, world::SetStaff{shopper_account(1), true});
  const auto rank = next_of<world::Rank>(server);
  CHECK(rank.avatar == ines_joined.avatar);
  CHECK(rank.keeps_order);
  const auto seen = next_of<world::Relate>(server);
  CHECK(seen.avatar == eve_avatar);
  CHECK(seen.person == ines_joined.person);
  CHECK(seen.flags == world::kMuted);
  RawWebSocket mallory(server.port());
  mallory.send(proto::encode(proto::Hello{proto::kProtocolVersion, in_hand}));
  CHECK(next_of<world::Join>(server).bonds.flags(ines_joined.person) == world::kMuted);
}

TEST_CASE("the world is told who keeps order: with the ticket, and when the operator names or no longer names them") {
  TestServer server;
  RawWebSocket ines(server.port());
  ines.send(proto::encode(proto::Hello{proto::kProtocolVersion, staff_ticket(server, 1)}));
  const auto joined = next_of<world::Join>(server);
  CHECK(joined.keeps_order);
  order(server, world::SetStaff{shopper_account(1), false});
  const auto rank = next_of<world::Rank>(server);
  CHECK(rank.avatar == joined.avatar);
  CHECK_FALSE(rank.keeps_order);
  RawWebSocket eve(server.port());
  eve.send(proto::encode(proto::Hello{proto::kProtocolVersion, server.ticket(2)}));
  CHECK_FALSE(next_of<world::Join>(server).keeps_order);
}

TEST_CASE("who is staff no more is none with an older ticket either") {
  TestServer server;
  const proto::Ticket in_hand = staff_ticket(server, 1);
  order(server, world::SetStaff{shopper_account(1), false});
  std::this_thread::sleep_for(50ms);
  RawWebSocket ines(server.port());
  join(server, ines, in_hand);
  RawWebSocket eve(server.port());
  const proto::AvatarId eve_avatar = join(server, eve, server.ticket(2));
  moderate(ines, eve_avatar, ModerateAction::kKick, 0);
  CHECK_FALSE(server.ports().to_world.wait_pop(300ms).has_value());
}

TEST_CASE("a guest who has logged in is sent for a new ticket, from inside and with an old one in hand") {
  TestServer server;
  RawWebSocket guest(server.port());
  join(server, guest, server.ticket(1));
  const proto::Ticket in_hand = server.ticket(1);
  order(server, world::MovedOn{shopper_account(1)});
  const auto goodbye = guest.goodbye();
  REQUIRE(goodbye);
  CHECK(goodbye->reason == GoodbyeReason::kBadTicket);
  CHECK(goodbye->retryable);
  next_of<world::Leave>(server);
  RawWebSocket again(server.port());
  again.send(proto::encode(proto::Hello{proto::kProtocolVersion, in_hand}));
  const auto refused = again.goodbye();
  REQUIRE(refused);
  CHECK(refused->reason == GoodbyeReason::kBadTicket);
  CHECK(refused->retryable);
  RawWebSocket account(server.port());
  join(server, account, server.ticket(2));
}

TEST_CASE("who takes a block back by HTTP sees the other again in the running world, and only that one") {
  TestServer server;
  world::Passenger passenger{shopper_account(1), "Ada"};
  passenger.bonds.set(shopper_account(2), world::kBlocked);
  passenger.bonds.set(shopper_account(3), world::kMuted);
  RawWebSocket socket(server.port());
  socket.send(proto::encode(proto::Hello{proto::kProtocolVersion, ticket_of(server, passenger)}));
  const auto joined = next_of<world::Join>(server);
  order(server, world::Reconciled{shopper_account(1), shopper_account(2)});
  const auto told = next_of<world::Relate>(server);
  CHECK(told.avatar == joined.avatar);
  CHECK(told.flags == 0);
  CHECK(joined.bonds.flags(told.person) == world::kBlocked);
  // Once is enough, and who is not here has nothing to be told of.
  order(server, world::Reconciled{shopper_account(1), shopper_account(2)});
  order(server, world::Reconciled{shopper_account(9), shopper_account(1)});
  CHECK_FALSE(server.ports().to_world.wait_pop(200ms).has_value());
}
