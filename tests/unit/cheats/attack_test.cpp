/// Attacks of strangers on a hall in which honest people walk, each for a moment: what counts is that nobody is lost,
/// that what was sent is refused and counted, and that nothing piles up. How fast the server is meanwhile is measured
/// by tools/bench attack.
#include <arpa/inet.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/cheats/arena.h"
#include "tools/attack/datagrams.h"
#include "tools/attack/sockets.h"
#include "world-server/net/limits.h"

using namespace cheats;

namespace {

constexpr std::uint8_t kWalkers = 50;
constexpr unsigned kPeers = 128;  ///< more than the server's ENet has
constexpr unsigned kSessions = 4;

std::uint16_t port_of(int descriptor) {
  sockaddr_in own = {};
  socklen_t size = sizeof(own);
  REQUIRE(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &size) == 0);
  return ntohs(own.sin_port);
}

/// Both ends of a thousand connections are in this process.
void allow_descriptors() {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

struct Hall : Arena {
  Hall() : Arena(kWalkers + 10) {
    for (std::uint8_t i = 0; i < kWalkers; ++i)
      begin_to_enter(i % 10 == 0 ? Transport::kWebSocket : Transport::kEnet, i);
    REQUIRE(live_until([this] {
      return std::all_of(players().begin(), players().end(), [](const auto& player) { return !player->own.empty(); });
    }));
    for (const auto& player : players()) player->act = act_honestly;
  }
  /// Everybody is still in, and told of what happens.
  void check_nobody_lost() {
    live(10);
    const std::uint32_t tick = players().front()->tick();
    CHECK(live_until([this, tick] {
      return std::all_of(players().begin(), players().end(), [tick](const auto& p) { return p->tick() >= tick; });
    }));
    for (const auto& player : players()) CHECK_FALSE(player->goodbye.has_value());
  }
  [[nodiscard]] std::vector<std::uint16_t> udp_ports() const {
    std::vector<std::uint16_t> ports;
    for (const auto& player : players()) {
      if (player->has_link()) ports.push_back(port_of(player->link().descriptor()));
    }
    return ports;
  }
};

}  // namespace

TEST_CASE("attack: noise, forged and mangled datagrams lose nobody") {
  Hall hall;
  attack::Barrage barrage(hall.server().udp_port());
  std::mt19937 dice(1);
  for (std::uint32_t round = 0; round < 20; ++round) {
    for (std::uint32_t i = 0; i < 500; ++i) {
      const std::uint32_t from = i % 4 == 0 ? INADDR_LOOPBACK : attack::stranger(i);
      barrage.add(from, i % 2 == 0 ? attack::noise(dice, dice() % 1200)
                                   : attack::forged_state(dice, static_cast<std::uint16_t>(i % kPeers)));
    }
    barrage.send();
    hall.live(1);
  }
  hall.check_nobody_lost();
  CHECK(hall.counters_at_end(Transport::kEnet).refused > barrage.sent() / 8);  // those that looked like states
}

TEST_CASE("attack: thousands who ask for a cookie, bring back none or connect without one take nobody's place") {
  Hall hall;
  attack::Barrage barrage(hall.server().udp_port());
  for (std::uint32_t i = 0; i < attack::kStrangers; ++i) {
    proto::CookieDatagram cookie;
    if (i % 3 == 1) cookie.kind = proto::CookieKind::kEcho;
    const attack::Bytes question = attack::as_bytes(proto::make_cookie_datagram(cookie));
    barrage.add(attack::stranger(i), i % 3 == 2 ? attack::enet_connect(i) : question);
    if (i % 500 == 0) hall.live(1);
  }
  barrage.send();
  hall.enter(Transport::kEnet, 200);  // an honest newcomer is let in
  hall.check_nobody_lost();
  const auto& counters = hall.counters_at_end(Transport::kEnet);
  CHECK(counters.connects_refused > attack::kStrangers / 6);
  CHECK(counters.clients <= kWalkers + 1);
}

TEST_CASE("attack: connections that stall before, in or after a request keep nobody out") {
  constexpr std::uint32_t kStalled = 1000;
  static_assert(kStalled > world::net::kIdleConnectionsMax);
  allow_descriptors();
  Hall hall;
  const std::uint16_t port = hall.server().port();
  std::vector<int> stalled;
  for (std::uint32_t i = 0; i < kStalled; ++i) {
    stalled.push_back(attack::connect_from(attack::stranger(i), port));
    REQUIRE(stalled.back() >= 0);
    if (i % 50 != 49) continue;
    hall.live(1);
    for (std::uint32_t k = i - 49; k <= i; ++k) {
      if (k % 3 == 1) attack::send_some(stalled[k], "GET /healthz HTTP/1.1\r\nHost: mall.test\r\nX-Slow: ");
      if (k % 3 == 2) {
        attack::send_some(stalled[k], "POST /api/x HTTP/1.1\r\nHost: mall.test\r\nContent-Length: 900\r\n\r\nhalf");
      }
    }
  }
  net_test::RawClient newcomer(port);
  CHECK(newcomer.get("/metrics").status == 200);
  hall.enter(Transport::kWebSocket, 200);
  hall.check_nobody_lost();
  (void)hall.counters_at_end(Transport::kEnet);
  CHECK(hall.server().net().counters().connections_given_up > 0);
  for (const int fd : stalled) ::close(fd);
}

TEST_CASE("attack: who takes an answer slowly does not give way to thousands who ask nothing to the end") {
  constexpr std::uint32_t kStalled = 1000;
  constexpr std::size_t kMoreThanSocketsTake_bytes = 20'000'000;
  static_assert(kStalled > world::net::kIdleConnectionsMax);
  allow_descriptors();
  Hall hall;
  const std::uint16_t port = hall.server().port();
  hall.server().folder().write("content/big.bin", std::string(kMoreThanSocketsTake_bytes, 'x'));
  net_test::RawClient reader(port, false, {}, 4096);
  REQUIRE(reader.send("GET /content/big.bin HTTP/1.1\r\nHost: mall.test\r\n\r\n"));
  REQUIRE_FALSE(reader.receive(100).empty());
  std::vector<int> stalled;
  for (std::uint32_t i = 0; i < kStalled; ++i) {
    stalled.push_back(attack::connect_from(attack::stranger(i), port));
    if (i % 50 == 49) hall.live(1);
  }
  std::size_t received = 0;
  for (std::string more = reader.receive(1 << 20); !more.empty(); more = reader.receive(1 << 20, 500)) {
    received += more.size();
  }
  CHECK(received > kMoreThanSocketsTake_bytes);
  (void)hall.counters_at_end(Transport::kEnet);
  CHECK(hall.server().net().counters().connections_given_up > 0);
  for (const int fd : stalled) ::close(fd);
}

TEST_CASE("attack: addresses that upgrade and say nothing do not hold the door, and are told why they must go") {
  constexpr std::uint32_t kAddresses = 2 * world::net::kPendingLinksMax / world::net::kPendingLinksPerAddressMax;
  allow_descriptors();
  Hall hall;
  const std::uint16_t port = hall.server().port();
  std::vector<int> silent;
  for (std::uint32_t i = 0; i < kAddresses * world::net::kPendingLinksPerAddressMax; ++i) {
    silent.push_back(attack::connect_from(attack::stranger(i % kAddresses), port));
    if (i % kAddresses != kAddresses - 1) continue;
    hall.live(1);
    for (std::size_t k = silent.size() - kAddresses; k < silent.size(); ++k)
      attack::send_some(silent[k], attack::kUpgrade);
  }
  hall.enter(Transport::kWebSocket, 200);
  hall.check_nobody_lost();
  const auto goodbye = proto::encode(proto::Goodbye{proto::GoodbyeReason::kFull, true, 1000});
  const std::string word(goodbye.begin(), goodbye.end());
  std::size_t told = 0;
  std::array<char, 2048> bytes{};
  for (const int fd : silent) {
    const ssize_t size = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size > 0)
      told += std::string_view(bytes.data(), static_cast<std::size_t>(size)).find(word) != std::string_view::npos;
    ::close(fd);
  }
  CHECK(told > world::net::kPendingLinksMax / 2);
}

TEST_CASE("attack: forged disconnects and connects, from strangers and in the walkers' own names, lose nobody") {
  Hall hall;
  attack::Barrage barrage(hall.server().udp_port());
  attack::Forger forger;  // in their names as far as this machine lets us
  std::mt19937 dice(1);
  const std::vector<std::uint16_t> victims = hall.udp_ports();
  for (unsigned number = 0; number < kPeers * kSessions; ++number) {
    const attack::Bytes forged =
        attack::enet_disconnect(number % kPeers, number / kPeers, static_cast<std::uint32_t>(dice()));
    barrage.add(attack::stranger(number), forged);
    for (std::size_t i = 0; forger.open() && i < victims.size(); i += 8) {
      forger.datagram(victims[i], hall.server().udp_port(), forged);
    }
    if (number % 32 == 0) hall.live(1);
  }
  barrage.send();
  hall.check_nobody_lost();
}

TEST_CASE("attack: frames announced huge, messages of single bytes and of none are cut off") {
  Hall hall;
  const std::uint16_t port = hall.server().port();
  const Bytes byte(1, 2);
  constexpr std::uint64_t kHuge = std::uint64_t{1} << 40U;
  constexpr int kPieces = 200'000;
  net_test::RawWebSocket huge(port);
  huge.client().send(attack::frame(2, true, byte, kHuge));
  huge.client().send(std::string(2 * world::net::kMessageMaxBytes, 'x'));
  CHECK(huge.receive().opcode == 8);  // close
  net_test::RawWebSocket drips(port);
  drips.client().send(attack::frame(2, false, byte));
  bool cut_off = false;
  for (int i = 0; i < kPieces && !cut_off; ++i) cut_off = !drips.client().send(attack::frame(0, false, byte));
  CHECK(cut_off);
  hall.check_nobody_lost();
}
