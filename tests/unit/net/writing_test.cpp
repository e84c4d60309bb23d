/// What leaves over WebSockets: how it is put into frames, what a reader gets who stalls, and how connections end while
/// there is still something to write.
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <thread>

#include "client-proto/wire/messages.h"
#include "tests/unit/net/harness.h"

using namespace net_test;
using namespace std::chrono_literals;
using proto::GoodbyeReason;

namespace {

constexpr int kSmallBufferBytes = 4096;

/// A large state message that says which one it is.
Bytes numbered_state(int number, int part) {
  Bytes state(1000, 0);
  state[0] = static_cast<std::uint8_t>(proto::Opcode::kSnapshot);
  state[1] = static_cast<std::uint8_t>(number);
  state[2] = static_cast<std::uint8_t>(number >> 8);
  state[3] = static_cast<std::uint8_t>(part);
  return state;
}

int number_of(const Bytes& state) { return state[1] | state[2] << 8; }

/// A reliable message that says which it is, to the last byte.
Bytes numbered_message(int number) {
  Bytes message(1500, static_cast<std::uint8_t>(number));
  message[0] = static_cast<std::uint8_t>(proto::Opcode::kAppearance);
  return message;
}

bool suspended(TestServer& server) {
  const auto command = server.next_command();
  return command && std::holds_alternative<world::Suspend>(*command);
}

}  // namespace

TEST_CASE("a reader that stalls gets the newest state, not a queue of old ones") {
  TestServer server;
  RawWebSocket slow(server.port(), "", "/ws", proto::kSubprotocol, kSmallBufferBytes);
  const proto::AvatarId avatar = join(server, slow, server.ticket(1));
  constexpr int kStates = 20'000;
  for (int i = 1; i <= kStates; ++i) server.say(avatar, proto::Lane::kState, numbered_state(i, 0));
  std::this_thread::sleep_for(300ms);
  int received = 0;
  int newest = 0;
  int out_of_order = 0;
  for (Frame frame = slow.receive(500); frame.opcode == 2; frame = slow.receive(500)) {
    const int number = number_of(frame.payload);
    if (number < newest) ++out_of_order;
    newest = number;
    ++received;
  }
  // A second of it would be 20: what the kernel holds is bounded in bytes, whatever it would like to hold.
  CHECK(received < 60);
  CHECK(newest == kStates);
  CHECK(out_of_order == 0);
  server.stop();
  CHECK(server.net().counters().transports[0].states_replaced > kStates - 60);
}

TEST_CASE("the states of one tick stay together: none replaces another of them, a later tick replaces them all") {
  TestServer server;
  RawWebSocket slow(server.port(), "", "/ws", proto::kSubprotocol, kSmallBufferBytes);
  const proto::AvatarId avatar = join(server, slow, server.ticket(1));
  constexpr int kTicks = 8'000;
  for (int tick = 1; tick <= kTicks; ++tick) {
    server.say_in_one_tick(avatar, proto::Lane::kState,
                           {numbered_state(tick, 0), numbered_state(tick, 1), numbered_state(tick, 2)});
  }
  std::this_thread::sleep_for(300ms);
  std::map<int, std::vector<int>> parts_of;
  for (Frame frame = slow.receive(500); frame.opcode == 2; frame = slow.receive(500)) {
    parts_of[number_of(frame.payload)].push_back(frame.payload[3]);
  }
  REQUIRE(parts_of.size() > 1);
  CHECK(parts_of.size() < kTicks / 2);
  CHECK(parts_of.rbegin()->first == kTicks);
  CHECK(parts_of.rbegin()->second == std::vector<int>{0, 1, 2});
  // While the reader kept up, whole ticks came.
  CHECK(parts_of.begin()->second == std::vector<int>{0, 1, 2});
}

TEST_CASE("what a tick has for a shopper goes in one frame") {
  TestServer server;
  RawWebSocket socket(server.port());
  const proto::AvatarId avatar = join(server, socket, server.ticket(1));
  const std::size_t before = socket.frames();
  server.say_in_one_tick(avatar, proto::Lane::kState,
                         {numbered_state(1, 0), numbered_state(1, 1), numbered_state(1, 2)});
  for (std::uint8_t part = 0; part < 3; ++part) {
    const Frame frame = socket.receive();
    REQUIRE(frame.payload.size() > 3);
    CHECK(frame.payload[3] == part);
  }
  CHECK(socket.frames() == before + 1);
  const Bytes gone = proto::encode(proto::Gone{avatar});
  server.say_in_one_tick(avatar, proto::Lane::kReliable, {gone, gone});
  CHECK(socket.receive().payload == gone);
  CHECK(socket.receive().payload == gone);
  CHECK(socket.frames() == before + 2);
}

TEST_CASE("frames that the kernel takes only in part arrive whole and in order, and behind them the newest state") {
  TestServer server;
  RawWebSocket slow(server.port(), "", "/ws", proto::kSubprotocol, kSmallBufferBytes);
  const proto::AvatarId avatar = join(server, slow, server.ticket(1));
  constexpr int kMessages = 120;
  for (int i = 1; i <= kMessages; ++i) {
    server.say(avatar, proto::Lane::kState, numbered_state(i, 0));
    server.say(avatar, proto::Lane::kReliable, numbered_message(i));
  }
  std::this_thread::sleep_for(300ms);
  int messages = 0;
  int newest = 0;
  for (Frame frame = slow.receive(500); frame.opcode == 2; frame = slow.receive(500)) {
    if (frame.payload[0] == static_cast<std::uint8_t>(proto::Opcode::kSnapshot)) {
      newest = number_of(frame.payload);
      continue;
    }
    CHECK(frame.payload == numbered_message(++messages));
  }
  CHECK(messages == kMessages);
  CHECK(newest == kMessages);
}

TEST_CASE("what one frame does not hold goes in the next at once") {
  TestServer server;
  RawWebSocket socket(server.port());
  const proto::AvatarId avatar = join(server, socket, server.ticket(1));
  constexpr int kMessages = 30;
  std::vector<Bytes> messages;
  for (int i = 1; i <= kMessages; ++i) messages.push_back(numbered_message(i));
  const std::size_t before = socket.frames();
  server.say_in_one_tick(avatar, proto::Lane::kReliable, messages);
  for (const Bytes& message : messages) REQUIRE(socket.receive().payload == message);
  CHECK(socket.frames() == before + 3);  // of up to 16 KiB
}

TEST_CASE("who is sent away in the middle of a frame still reads it, the reason and the closing frame") {
  TestServer server;
  RawWebSocket slow(server.port(), "", "/ws", proto::kSubprotocol, kSmallBufferBytes);
  const proto::AvatarId avatar = join(server, slow, server.ticket(1));
  constexpr int kMessages = 120;
  for (int i = 1; i <= kMessages; ++i) server.say(avatar, proto::Lane::kReliable, numbered_message(i));
  server.say(avatar, proto::Lane::kState, numbered_state(1, 0));
  world::TickOutput output;
  output.kicks.push_back({avatar, world::KickReason::kSlotInvalid});
  const bool taken = server.ports().from_world.push(std::move(output));
  REQUIRE(taken);
  server.net().wake();
  std::this_thread::sleep_for(300ms);
  server.say(avatar, proto::Lane::kState, numbered_state(2, 0));  // of no interest to whoever has been sent away
  for (int i = 1; i <= kMessages; ++i) REQUIRE(slow.receive().payload == numbered_message(i));
  CHECK(slow.goodbye().value().reason == GoodbyeReason::kKicked);
  CHECK(slow.receive().opcode == 8);
  CHECK(slow.receive(300).opcode == -1);
}

TEST_CASE("after its own closing frame a client gets the server's, and nothing more of the world") {
  TestServer server;
  RawWebSocket socket(server.port());
  const proto::AvatarId avatar = join(server, socket, server.ticket(1));
  socket.send({0x03, 0xe8}, 8);  // close, code 1000
  for (int i = 1; i <= 200; ++i) server.say(avatar, proto::Lane::kState, numbered_state(i, 0));
  Frame frame = socket.receive();
  while (frame.opcode == 2) frame = socket.receive();  // what was said before the server read it
  CHECK(frame.opcode == 8);
  CHECK(socket.receive(300).opcode == -1);
}

TEST_CASE("after the server's closing frame nothing more of the world comes") {
  TestServer server;
  RawWebSocket socket(server.port());
  const proto::AvatarId avatar = join(server, socket, server.ticket(1));
  socket.send(Bytes(2100, 2));  // more than a message may have
  CHECK(socket.receive().opcode == 8);
  for (int i = 1; i <= 20; ++i) server.say(avatar, proto::Lane::kReliable, numbered_message(i));
  CHECK(socket.receive(300).opcode == -1);
}

TEST_CASE("connections that break while the world speaks to them harm nobody else") {
  TestServer server([](world::net::NetConfig& config) { config.session.clients_max = 32; });
  RawWebSocket stays(server.port());
  const proto::AvatarId staying = join(server, stays, server.ticket(1));
  for (std::uint8_t shopper = 2; shopper < 22; ++shopper) {
    proto::AvatarId leaving;
    {
      RawWebSocket breaks(server.port(), "", "/ws", proto::kSubprotocol, kSmallBufferBytes);
      leaving = join(server, breaks, server.ticket(shopper));
      for (int i = 1; i <= 100; ++i) server.say(leaving, proto::Lane::kReliable, numbered_message(i));
      constexpr linger kReset{1, 0};
      ::setsockopt(breaks.client().fd(), SOL_SOCKET, SO_LINGER, &kReset, sizeof(kReset));
    }
    for (int i = 1; i <= 20; ++i) {
      server.say(leaving, proto::Lane::kReliable, numbered_message(i));
      server.say(staying, proto::Lane::kReliable, numbered_message(i));
    }
    for (int i = 1; i <= 20; ++i) REQUIRE(stays.receive().payload == numbered_message(i));
    REQUIRE(suspended(server));
  }
}

TEST_CASE("a laggard that does not take what must arrive is closed") {
  TestServer server;
  RawWebSocket slow(server.port(), "", "/ws", proto::kSubprotocol, kSmallBufferBytes);
  const proto::AvatarId avatar = join(server, slow, server.ticket(1));
  Bytes message(150, 0);
  message[0] = static_cast<std::uint8_t>(proto::Opcode::kAppearance);
  for (int i = 0; i < 60'000; ++i) server.say(avatar, proto::Lane::kReliable, message);
  CHECK(suspended(server));
}
