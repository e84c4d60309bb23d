/// Sessions over real WebSockets: the way in, what is refused and in which words, and resuming.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "client-proto/wire/messages.h"
#include "tests/unit/net/harness.h"

using namespace net_test;
using namespace std::chrono_literals;
using proto::GoodbyeReason;

namespace {

Bytes hello(const proto::Ticket& ticket) { return proto::encode(proto::Hello{proto::kProtocolVersion, ticket}); }

Bytes inputs(std::uint16_t newest) {
  proto::Inputs message;
  message.newest = newest;
  message.inputs.resize(1);
  return proto::encode(message);
}

template <class T>
bool is(const std::optional<world::NetToWorld>& command) {
  return command && std::holds_alternative<T>(*command);
}

}  // namespace

TEST_CASE("a shopper with a ticket joins, moves and leaves") {
  TestServer server;
  {
    RawWebSocket socket(server.port());
    CHECK(socket.handshake().headers.at("sec-websocket-protocol") == proto::kSubprotocol);
    const proto::AvatarId avatar = join(server, socket, server.ticket(1));
    socket.send(inputs(7));
    const auto moved = server.ports().to_world.wait_pop(2s);
    REQUIRE(is<world::Inputs>(moved));
    CHECK(std::get<world::Inputs>(*moved).avatar == avatar);
    CHECK(std::get<world::Inputs>(*moved).message.newest == 7);
    socket.send(proto::encode(proto::TryOn{42}));
    const auto tried = server.next_command();
    REQUIRE(is<world::TryOn>(tried));
    CHECK(std::get<world::TryOn>(*tried).variant_id == 42);
    socket.send({0x03, 0xe8}, 8);  // close, code 1000
    CHECK(is<world::Leave>(server.next_command()));
  }
}

TEST_CASE("a WebSocket of a foreign page is refused, the server's own and a program's are not") {
  TestServer server;
  CHECK(RawWebSocket(server.port(), "Origin: http://evil.test\r\n").handshake().status == 403);
  CHECK(RawWebSocket(server.port(), "Origin: null\r\n").handshake().status == 403);
  CHECK(RawWebSocket(server.port(), "Origin: http://mall.test\r\n").open());
  CHECK(RawWebSocket(server.port()).open());
  CHECK_FALSE(RawWebSocket(server.port(), "", "/other").open());
  CHECK_FALSE(RawWebSocket(server.port(), "", "/ws", "chat").open());
  CHECK_FALSE(RawWebSocket(server.port(), "", "/ws", "").open());
}

TEST_CASE("a ticket lets in once") {
  TestServer server;
  const proto::Ticket ticket = server.ticket(1);
  RawWebSocket first(server.port());
  join(server, first, ticket);
  RawWebSocket second(server.port());
  second.send(hello(ticket));
  const auto goodbye = second.goodbye();
  REQUIRE(goodbye.has_value());
  CHECK(goodbye->reason == GoodbyeReason::kBadTicket);
  CHECK_FALSE(goodbye->retryable);
  CHECK(second.receive().opcode == 8);
}

TEST_CASE("an unknown ticket, a wrong secret and another version are told apart from each other") {
  TestServer server;
  proto::Ticket ticket = server.ticket(1);
  ticket.secret[0] ^= 1;
  RawWebSocket forged(server.port());
  forged.send(hello(ticket));
  CHECK(forged.goodbye().value().reason == GoodbyeReason::kBadTicket);
  RawWebSocket old(server.port());
  old.send(proto::encode(proto::Hello{proto::kProtocolVersion + 1, server.ticket(2)}));
  CHECK(old.goodbye().value().reason == GoodbyeReason::kWrongVersion);
  ticket.secret[0] ^= 1;  // the attempt has not spent it: whoever made it knew the id alone
  RawWebSocket honest(server.port());
  join(server, honest, ticket);
}

TEST_CASE("a ticket is spent by a Hello of another version too") {
  TestServer server;
  const proto::Ticket ticket = server.ticket(1);
  RawWebSocket old(server.port());
  old.send(proto::encode(proto::Hello{proto::kProtocolVersion + 1, ticket}));
  CHECK(old.goodbye().value().reason == GoodbyeReason::kWrongVersion);
  RawWebSocket again(server.port());
  again.send(hello(ticket));
  CHECK(again.goodbye().value().reason == GoodbyeReason::kBadTicket);
}

TEST_CASE("a resume ticket is spent by a Hello of another version too") {
  TestServer server;
  proto::Ticket resume;
  {
    RawWebSocket socket(server.port());
    socket.send(hello(server.ticket(1)));
    const auto joined = server.next_command();
    REQUIRE(is<world::Join>(joined));
    resume = std::get<world::Join>(*joined).resume;
  }
  REQUIRE(is<world::Suspend>(server.next_command()));
  RawWebSocket old(server.port());
  old.send(proto::encode(proto::Hello{proto::kProtocolVersion + 1, resume}));
  CHECK(old.goodbye().value().reason == GoodbyeReason::kWrongVersion);
  RawWebSocket again(server.port());
  again.send(hello(resume));
  CHECK(again.goodbye().value().reason == GoodbyeReason::kBadTicket);
}

TEST_CASE("a ticket expires") {
  world::TicketBook book;
  const proto::TimeUs now{1'000'000};
  proto::Ticket ticket;
  REQUIRE(book.issue(ticket, {}, now));
  CHECK_FALSE(book.issue(ticket, {}, now));
  CHECK_FALSE(book.redeem(ticket, now + world::kTicketLife).has_value());
  CHECK_FALSE(book.redeem(ticket, now).has_value());  // and asking too late has torn it
  world::TicketBook small(1);
  REQUIRE(small.issue(ticket, {}, now));
  proto::Ticket other;
  other.id[0] = 1;
  CHECK_FALSE(small.issue(other, {}, now));
  CHECK(small.issue(other, {}, now + world::kTicketLife));  // the expired one gives way
}

TEST_CASE("what no honest client says ends the session with a reason") {
  TestServer server;
  const auto refused = [&](const Bytes& packet) {
    RawWebSocket socket(server.port());
    join(server, socket, server.ticket(1));
    socket.send(packet);
    const auto goodbye = socket.goodbye();
    CHECK(is<world::Leave>(server.next_command()));
    std::this_thread::sleep_for(200ms);  // the slot rests before it is used again
    return goodbye && goodbye->reason == GoodbyeReason::kBadMessage;
  };
  Bytes long_inputs = inputs(1);
  long_inputs.push_back(0);
  CHECK(refused({0}));
  CHECK(refused({77}));
  CHECK(refused({static_cast<std::uint8_t>(proto::Opcode::kSnapshot), 0, 0}));
  CHECK(refused({static_cast<std::uint8_t>(proto::Opcode::kTryOn), 1}));
  CHECK(refused(long_inputs));
  CHECK(refused(Bytes(1500, 2)));
  CHECK(refused(hello(server.ticket(9))));
}

TEST_CASE("a message before its state is refused") {
  TestServer server;
  RawWebSocket early(server.port());
  early.send(inputs(1));
  CHECK(early.goodbye().value().reason == GoodbyeReason::kBadMessage);
  RawWebSocket eager(server.port());
  eager.send(hello(server.ticket(1)));
  REQUIRE(is<world::Join>(server.next_command()));
  eager.send(proto::encode(proto::Wave{}));  // greeted, but not welcomed yet
  CHECK(eager.goodbye().value().reason == GoodbyeReason::kBadMessage);
}

TEST_CASE("oversized and textual frames close the connection") {
  TestServer server;
  RawWebSocket large(server.port());
  large.send(Bytes(100'000, 1));
  Frame frame = large.receive();
  CHECK((frame.opcode == 8 || frame.opcode == -1));
  RawWebSocket text(server.port());
  text.send(hello(server.ticket(1)), 1);
  frame = text.receive();
  CHECK((frame.opcode == 8 || frame.opcode == -1));
  RawWebSocket honest(server.port());
  join(server, honest, server.ticket(2));
}

TEST_CASE("messages over their rate are dropped, and a flood ends the session") {
  TestServer server;
  RawWebSocket socket(server.port());
  join(server, socket, server.ticket(1));
  for (int i = 0; i < 20; ++i) socket.send(proto::encode(proto::Wave{}));
  int waves = 0;
  while (server.ports().to_world.wait_pop(300ms)) ++waves;
  CHECK(waves >= 4);
  CHECK(waves <= 6);
  for (int i = 0; i < 400; ++i) socket.send(inputs(static_cast<std::uint16_t>(i)));
  const auto goodbye = socket.goodbye();
  REQUIRE(goodbye.has_value());
  CHECK(goodbye->reason == GoodbyeReason::kFlooding);
  CHECK(goodbye->retryable);
}

TEST_CASE("twenty inputs a second with a hitch are within the rate") {
  TestServer server;
  RawWebSocket socket(server.port());
  join(server, socket, server.ticket(1));
  for (int i = 0; i < 20; ++i) socket.send(inputs(static_cast<std::uint16_t>(i)));  // one second at once
  for (int i = 20; i < 40; ++i) {
    std::this_thread::sleep_for(50ms);
    socket.send(inputs(static_cast<std::uint16_t>(i)));
  }
  int received = 0;
  while (server.ports().to_world.wait_pop(200ms)) ++received;
  CHECK(received == 40);
}

TEST_CASE("a lost connection keeps the avatar, and a resume ticket brings it back once") {
  TestServer server;
  proto::Ticket resume;
  proto::AvatarId avatar;
  {
    RawWebSocket socket(server.port());
    socket.send(hello(server.ticket(1)));
    const auto joined = server.next_command();
    REQUIRE(is<world::Join>(joined));
    avatar = std::get<world::Join>(*joined).avatar;
    resume = std::get<world::Join>(*joined).resume;
    CHECK(std::get<world::Join>(*joined).resume_s == 30);
  }
  REQUIRE(is<world::Suspend>(server.next_command()));
  RawWebSocket back(server.port());
  back.send(hello(resume));
  const auto resumed = server.next_command();
  REQUIRE(is<world::Resume>(resumed));
  CHECK(std::get<world::Resume>(*resumed).avatar == avatar);
  CHECK_FALSE(std::get<world::Resume>(*resumed).resume == resume);
  // What the world still had for the connection before is not for this one.
  server.say(avatar, proto::Lane::kState, {static_cast<std::uint8_t>(proto::Opcode::kSnapshot), 1});
  server.say(avatar, proto::Lane::kReliable, welcome_for(*resumed));
  const Frame first = back.receive();
  REQUIRE_FALSE(first.payload.empty());
  CHECK(first.payload[0] == static_cast<std::uint8_t>(proto::Opcode::kWelcome));
  RawWebSocket again(server.port());
  again.send(hello(resume));
  CHECK(again.goodbye().value().reason == GoodbyeReason::kBadTicket);
}

TEST_CASE("an avatar whose shopper does not come back is gone") {
  TestServer server([](world::net::NetConfig& config) { config.session.resume_window_ms = 300; });
  {
    RawWebSocket socket(server.port());
    join(server, socket, server.ticket(1));
  }
  REQUIRE(is<world::Suspend>(server.next_command()));
  CHECK(is<world::Leave>(server.next_command()));
}

TEST_CASE("who comes in again elsewhere takes the avatar over") {
  TestServer server;
  RawWebSocket older(server.port());
  const proto::AvatarId avatar = join(server, older, server.ticket(1));
  RawWebSocket newer(server.port());
  newer.send(hello(server.ticket(1)));
  const auto resumed = server.next_command();
  REQUIRE(is<world::Resume>(resumed));
  CHECK(std::get<world::Resume>(*resumed).avatar == avatar);
  const auto goodbye = older.goodbye();
  REQUIRE(goodbye.has_value());
  CHECK(goodbye->reason == GoodbyeReason::kReplaced);
  server.say(avatar, proto::Lane::kReliable, welcome_for(*resumed));
  CHECK(newer.expect(proto::Opcode::kWelcome).has_value());
  CHECK_FALSE(server.ports().to_world.wait_pop(200ms).has_value());  // the older one's end moves nobody
}

TEST_CASE("a freed slot carries a new generation") {
  TestServer server([](world::net::NetConfig& config) { config.session.clients_max = 1; });
  auto first = std::make_unique<RawWebSocket>(server.port());
  const proto::AvatarId before = join(server, *first, server.ticket(1));
  first->send({0x03, 0xe8}, 8);
  REQUIRE(is<world::Leave>(server.next_command()));
  RawWebSocket third(server.port());
  const proto::AvatarId after = join(server, third, server.ticket(3));
  CHECK(after.index == before.index);
  CHECK(after.generation != before.generation);
  // A message of the world for the former holder reaches nobody.
  server.say(before, proto::Lane::kReliable, proto::encode(proto::Gone{before}));
  CHECK_FALSE(third.expect(proto::Opcode::kGone, 300).has_value());
}

TEST_CASE("who never says Hello is sent away, and cannot starve others") {
  TestServer server([](world::net::NetConfig& config) {
    config.session.greet_timeout_ms = 400;
    config.session.pending_per_address_max = 4;
  });
  std::vector<std::unique_ptr<RawWebSocket>> silent;
  for (int i = 0; i < 4; ++i) silent.push_back(std::make_unique<RawWebSocket>(server.port()));
  RawWebSocket fifth(server.port());
  const auto no_room = fifth.goodbye();  // at once: no place without a Hello
  REQUIRE(no_room);
  CHECK(*no_room == proto::Goodbye{GoodbyeReason::kFull, true, 1000});
  CHECK(fifth.client().closed());
  CHECK(silent[0]->goodbye().value().reason == GoodbyeReason::kIdle);
  std::this_thread::sleep_for(300ms);
  RawWebSocket honest(server.port());
  join(server, honest, server.ticket(1));
}

TEST_CASE("a kick of the world ends the session") {
  TestServer server;
  RawWebSocket socket(server.port());
  const proto::AvatarId avatar = join(server, socket, server.ticket(1));
  world::TickOutput output;
  output.kicks.push_back({avatar, world::KickReason::kSlotInvalid});
  const bool taken = server.ports().from_world.push(std::move(output));
  REQUIRE(taken);
  server.net().wake();
  CHECK(socket.goodbye().value().reason == GoodbyeReason::kKicked);
}

TEST_CASE("stopping says goodbye to everybody and lets an answer finish") {
  TestServer server({}, [](const world::HttpRequest&) {
    std::this_thread::sleep_for(300ms);
    return world::HttpResponse{};
  });
  RawWebSocket socket(server.port());
  join(server, socket, server.ticket(1));
  RawClient client(server.port());
  client.send("GET /api/slow HTTP/1.1\r\nHost: mall.test\r\n\r\n");
  std::this_thread::sleep_for(100ms);
  server.net().stop();
  const auto goodbye = socket.goodbye();
  REQUIRE(goodbye.has_value());
  CHECK(goodbye->reason == GoodbyeReason::kServerClosing);
  CHECK(goodbye->retryable);
  CHECK(client.response().status == 200);
  const auto before = std::chrono::steady_clock::now();
  server.stop();
  CHECK(std::chrono::steady_clock::now() - before < 2s);
}

TEST_CASE("the loop sleeps until something happens") {
  TestServer server;
  std::this_thread::sleep_for(200ms);
  const std::uint64_t before = server.net().wakeups();
  std::this_thread::sleep_for(1s);
  const std::uint64_t idle = server.net().wakeups() - before;
  CHECK(idle < 120);  // ENet's idle timer is 50 a second, the sweep 4
  CHECK(idle >= 10);
  const auto asked = std::chrono::steady_clock::now();
  server.net().wake();
  RawClient client(server.port());
  CHECK(client.get("/metrics").status == 200);
  CHECK(std::chrono::steady_clock::now() - asked < 500ms);
}
