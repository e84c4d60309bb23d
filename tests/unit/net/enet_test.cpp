/// The world over ENet, with the project's own native client where honesty is meant and with bare datagrams where not.
#include <arpa/inet.h>
#include <enet/enet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "client-proto/native/client.h"
#include "client-proto/native/cookie.h"
#include "tests/unit/net/harness.h"
#include "world-server/net/clock.h"

using namespace net_test;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<proto::NativeClient> native(TestServer& server, const proto::Ticket& ticket) {
  proto::CookieNonce nonce{};
  fill_random(nonce);
  auto client = proto::NativeClient::open("127.0.0.1", server.udp_port(), ticket, nonce, world::net::now_steady());
  REQUIRE(client.ok());
  return std::move(client).value();
}

template <class Done>
bool serve_until(proto::NativeClient& client, Done done, std::chrono::milliseconds limit = 5000ms) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < end) {
    client.service(world::net::now_steady());
    if (done()) return true;
    std::this_thread::sleep_for(2ms);
  }
  return false;
}

/// Plays the world's part for a native client that is coming in.
proto::AvatarId join_native(TestServer& server, proto::NativeClient& client) {
  std::optional<world::NetToWorld> command;
  REQUIRE(serve_until(client, [&] {
    command = server.ports().to_world.wait_pop(0ms);
    return command && std::holds_alternative<world::Join>(*command);
  }));
  const proto::AvatarId avatar = std::get<world::Join>(*command).avatar;
  server.say(avatar, proto::Lane::kReliable, welcome_for(*command));
  REQUIRE(serve_until(client, [&] { return client.brain().state() == proto::BrainState::kJoined; }));
  return avatar;
}

/// A UDP socket of a stranger, from its own port and any loopback address.
class Stranger {
 public:
  explicit Stranger(std::uint16_t port, std::uint32_t own_address = INADDR_LOOPBACK) {
    m_fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in own = {};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(own_address);
    REQUIRE(::bind(m_fd, reinterpret_cast<const sockaddr*>(&own), sizeof(own)) == 0);
    sockaddr_in server = {};
    server.sin_family = AF_INET;
    server.sin_port = htons(port);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(m_fd, reinterpret_cast<const sockaddr*>(&server), sizeof(server)) == 0);
  }
  ~Stranger() { ::close(m_fd); }
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

  void send(std::span<const std::uint8_t> bytes) { (void)::send(m_fd, bytes.data(), bytes.size(), MSG_DONTWAIT); }
  Bytes receive(int timeout_ms) {
    pollfd waiting{m_fd, POLLIN, 0};
    if (::poll(&waiting, 1, timeout_ms) <= 0) return {};
    Bytes bytes(2048);
    const auto got = ::recv(m_fd, bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }

 private:
  int m_fd = -1;
};

/// ENet 1.3's CONNECT, as its client would send it.
Bytes forged_connect(std::uint32_t connect_id) {
  ENetProtocolHeader header = {};
  header.peerID =
      htons(static_cast<std::uint16_t>(int{ENET_PROTOCOL_MAXIMUM_PEER_ID} | int{ENET_PROTOCOL_HEADER_FLAG_SENT_TIME}));
  ENetProtocolConnect connect = {};
  connect.header.command =
      static_cast<enet_uint8>(int{ENET_PROTOCOL_COMMAND_CONNECT} | int{ENET_PROTOCOL_COMMAND_FLAG_ACKNOWLEDGE});
  connect.header.channelID = 0xff;
  connect.header.reliableSequenceNumber = htons(1);
  connect.mtu = htonl(proto::kEnetMtu_bytes);
  connect.windowSize = htonl(65536);
  connect.channelCount = htonl(2);
  connect.packetThrottleInterval = htonl(5000);
  connect.packetThrottleAcceleration = htonl(2);
  connect.packetThrottleDeceleration = htonl(2);
  connect.connectID = connect_id;
  connect.data = htonl(proto::kProtocolVersion);
  enet_uint32 checksum = 0;  // of a connect it is taken with no connection's number
  Bytes bytes(sizeof(header) + sizeof(checksum) + sizeof(connect));
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&header), sizeof(header), bytes.begin());
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&connect), sizeof(connect),
              bytes.begin() + static_cast<std::ptrdiff_t>(sizeof(header) + sizeof(checksum)));
  const ENetBuffer whole{bytes.data(), bytes.size()};
  checksum = enet_crc32(&whole, 1);
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&checksum), sizeof(checksum), bytes.begin() + sizeof(header));
  return bytes;
}

proto::CookieBytes request() {
  proto::CookieDatagram datagram;
  datagram.kind = proto::CookieKind::kRequest;
  return proto::make_cookie_datagram(datagram);
}

}  // namespace

TEST_CASE("server and client agree on the size of a datagram") {
  CHECK(world::net::kEnetMtuBytes == proto::kEnetMtu_bytes);
  CHECK(world::net::kEnetLeaving == proto::kEnetLeaving);
}

TEST_CASE("a native client joins, moves, receives and leaves") {
  TestServer server;
  auto client = native(server, server.ticket(1));
  const proto::AvatarId avatar = join_native(server, *client);
  CHECK(client->brain().self() == avatar);
  REQUIRE(client->brain().wave());
  std::optional<world::NetToWorld> command;
  CHECK(serve_until(*client, [&] {
    command = server.ports().to_world.wait_pop(0ms);
    return command && std::holds_alternative<world::Wave>(*command);
  }));
  client->leave();
  CHECK(serve_until(*client, [&] {
    command = server.ports().to_world.wait_pop(0ms);
    return command && std::holds_alternative<world::Leave>(*command);
  }));
  server.stop();
  const auto& counters = server.net().counters().transports[1];
  CHECK(counters.messages_in >= 2);
  CHECK(counters.clients == 0);
}

TEST_CASE("a native client that falls silent keeps its avatar and resumes with fresh keys") {
  TestServer server;
  const proto::Ticket first = server.ticket(1);
  auto client = native(server, first);
  const proto::AvatarId avatar = join_native(server, *client);
  const auto resume = client->brain().take_resume_ticket();
  REQUIRE(resume.has_value());
  auto back = native(server, *resume);  // the older connection still lives: it is taken over
  std::optional<world::NetToWorld> command;
  REQUIRE(serve_until(*back, [&] {
    command = server.ports().to_world.wait_pop(0ms);
    return command && std::holds_alternative<world::Resume>(*command);
  }));
  CHECK(std::get<world::Resume>(*command).avatar == avatar);
  server.say(avatar, proto::Lane::kReliable, welcome_for(*command));
  CHECK(serve_until(*back, [&] { return back->brain().state() == proto::BrainState::kJoined; }));
  CHECK(serve_until(*client, [&] { return client->brain().goodbye().has_value(); }));
  CHECK(client->brain().goodbye()->reason == proto::GoodbyeReason::kReplaced);
}

TEST_CASE("keys that opened one connection open no other, even when its Hello named another ticket") {
  TestServer server;
  const proto::Ticket keys = server.ticket(1);
  const proto::Ticket other = server.ticket(2);
  auto liar = native(server, keys);
  liar->brain().hello(other);  // sealed with the keys of the one, naming the other
  REQUIRE(serve_until(*liar, [&] { return liar->brain().goodbye().has_value(); }));
  CHECK(liar->brain().goodbye()->reason == proto::GoodbyeReason::kBadTicket);
  // A second answer under these keys would reuse the nonce of the first: they are spent.
  auto again = native(server, keys);
  CHECK_FALSE(serve_until(
      *again,
      [&] { return again->link().phase() == proto::NativePhase::kConnected || server.ports().to_world.size() > 0; },
      1000ms));
  auto honest = native(server, other);  // which nobody has shown to know: it is still good
  join_native(server, *honest);
}

TEST_CASE("cookies asked for in the name of others use up nothing of anybody's") {
  TestServer server([](world::net::NetConfig& config) {
    config.http.quota.addresses_max = 2;
    config.http.quota.requests_per_s = 0.01;
    config.http.quota.requests_burst = 8;
  });
  for (std::uint32_t i = 1; i <= 20; ++i) {
    Stranger forged(server.udp_port(), INADDR_LOOPBACK + i);
    for (int n = 0; n < 20; ++n) forged.send(request().span());
  }
  auto honest = native(server, server.ticket(1));
  join_native(server, *honest);
}

TEST_CASE("a forged connect without a cookie takes no slot and gets no answer") {
  TestServer server([](world::net::NetConfig& config) { config.session.clients_max = 1; });
  Stranger stranger(server.udp_port());
  for (std::uint32_t i = 0; i < 500; ++i) stranger.send(forged_connect(i + 1));
  CHECK(stranger.receive(300).empty());
  auto honest = native(server, server.ticket(1));
  join_native(server, *honest);
  server.stop();
  CHECK(server.net().counters().transports[1].connects_refused >= 400);
}

TEST_CASE("a cookie goes to the address that asked, smaller than the question, and opens nothing alone") {
  TestServer server;
  Stranger stranger(server.udp_port());
  stranger.send(request().span());
  const Bytes answer = stranger.receive(2000);
  REQUIRE(answer.size() == proto::kCookieReplyBytes);
  CHECK(answer.size() < request().size);
  auto cookie = proto::parse_cookie_datagram(answer);
  REQUIRE(cookie.has_value());
  cookie->kind = proto::CookieKind::kEcho;  // with a ticket that nobody was given
  stranger.send(proto::make_cookie_datagram(*cookie).span());
  stranger.send(forged_connect(7));
  CHECK(stranger.receive(300).empty());
  // The right ticket, but the cookie of another port.
  cookie->ticket_id = server.ticket(1).id;
  Stranger other(server.udp_port());
  other.send(proto::make_cookie_datagram(*cookie).span());
  other.send(forged_connect(8));
  CHECK(other.receive(300).empty());
  // Both right: now ENet answers.
  stranger.send(proto::make_cookie_datagram(*cookie).span());
  stranger.send(forged_connect(9));
  CHECK_FALSE(stranger.receive(2000).empty());
}

TEST_CASE("who finds no room over UDP is told so before there are keys, and may come again") {
  TestServer server([](world::net::NetConfig& config) { config.session.pending_per_address_max = 0; });
  auto client = native(server, server.ticket(1));
  REQUIRE(serve_until(*client, [&] { return client->link().phase() == proto::NativePhase::kClosed; }));
  REQUIRE(client->link().refused_because());
  CHECK(*client->link().refused_because() == proto::Goodbye{proto::GoodbyeReason::kFull, true, 1000});
}

TEST_CASE("a last word says what a goodbye says, and no other word does") {
  for (int reason = 0; reason < proto::kGoodbyeReasons; ++reason) {
    const proto::Goodbye goodbye{static_cast<proto::GoodbyeReason>(reason), reason % 2 == 0, 0xfedc};
    CHECK(proto::goodbye_of(proto::last_word(goodbye)) == goodbye);
  }
  CHECK_FALSE(proto::goodbye_of(0));
  CHECK_FALSE(proto::goodbye_of(proto::kEnetLeaving));
  CHECK_FALSE(proto::goodbye_of(0x80000000U | static_cast<std::uint32_t>(proto::kGoodbyeReasons)));
}

TEST_CASE("half-open connections of one address do not starve others") {
  TestServer server([](world::net::NetConfig& config) {
    config.session.clients_max = 4;
    config.http.quota.connections_max = 8;
  });
  constexpr std::uint32_t kOtherLoopback = INADDR_LOOPBACK + 1;
  std::vector<std::unique_ptr<Stranger>> strangers;
  const proto::Ticket ticket = server.ticket(9);
  for (std::uint32_t i = 0; i < 100; ++i) {
    auto stranger = std::make_unique<Stranger>(server.udp_port(), kOtherLoopback);
    stranger->send(request().span());
    auto cookie = proto::parse_cookie_datagram(stranger->receive(1000));
    REQUIRE(cookie.has_value());
    cookie->kind = proto::CookieKind::kEcho;
    cookie->ticket_id = ticket.id;
    stranger->send(proto::make_cookie_datagram(*cookie).span());
    stranger->send(forged_connect(i + 1));
    strangers.push_back(std::move(stranger));
  }
  int answered = 0;
  for (auto& stranger : strangers) answered += stranger->receive(20).empty() ? 0 : 1;
  CHECK(answered <= 9);
  auto honest = native(server, server.ticket(1));
  join_native(server, *honest);
}

TEST_CASE("noise at the UDP port harms nobody") {
  TestServer server;
  auto client = native(server, server.ticket(1));
  const proto::AvatarId avatar = join_native(server, *client);
  Stranger stranger(server.udp_port());
  Bytes noise(1400);
  for (int i = 0; i < 2000; ++i) {
    fill_random(noise);
    noise[0] = static_cast<std::uint8_t>(i & 1);  // half of it names the peer of the honest client
    noise[1] = 0;
    stranger.send(std::span(noise).first(static_cast<std::size_t>(1 + i % 1400)));
  }
  server.say(avatar, proto::Lane::kReliable, proto::encode(proto::Event{1, proto::EventKind::kWave, avatar, 0}));
  CHECK(serve_until(*client, [&] { return !client->brain().frame(world::net::now_steady()).events.empty(); }));
}
