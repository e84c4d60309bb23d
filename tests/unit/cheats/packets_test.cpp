/// Cheats with packets that were overheard: the cheat sits on the path of a player over UDP and sends to the server
/// what it likes, from the very address of the player. (A WebSocket's packets are inside TLS.)
#include <enet/enet.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>

#include "client-proto/native/cookie.h"
#include "client-proto/native/seal.h"
#include "tests/unit/cheats/arena.h"
#include "tests/unit/cheats/wiretap.h"

using namespace cheats;

namespace {

constexpr std::uint32_t kRun_ticks = 60;

bool is_state(const Bytes& datagram) { return proto::state_connection(datagram).has_value(); }

struct Outcome {
  std::vector<Player::Sighting> way;  ///< of the player whose packets were meddled with
  std::uint64_t refused = 0;
};

/// A player runs ahead honestly while somebody meddles with each of its state datagrams.
Outcome run_while(std::function<std::vector<Bytes>(const Bytes&)> meddler) {
  Arena arena;
  Wiretap tap(arena.server().udp_port());
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& player = arena.enter(Transport::kEnet, 2, tap.port());
  arena.live(10);
  player.act = act_honestly;
  tap.meddle([meddler = std::move(meddler)](const Bytes& datagram) {
    return is_state(datagram) ? meddler(datagram) : std::vector<Bytes>{datagram};
  });
  arena.live(kRun_ticks);
  REQUIRE_FALSE(player.goodbye.has_value());
  return {witness.seen[player.id()], arena.counters_at_end(Transport::kEnet).refused};
}

/// The first reliable command of an ENet datagram that carries an envelope as large as this one: where its sequence
/// number stands. ENet's headers are in the clear.
std::optional<std::size_t> sequence_at(const Bytes& datagram, std::size_t envelope_bytes) {
  constexpr std::size_t kHeaderBytes = 8;  // peer, time and checksum
  constexpr std::size_t kReliableBytes = sizeof(ENetProtocolSendReliable);
  for (std::size_t at = kHeaderBytes; at + kReliableBytes <= datagram.size();) {
    const int command = datagram[at] & ENET_PROTOCOL_COMMAND_MASK;
    const std::size_t data_bytes = static_cast<std::size_t>(datagram[at + 4]) << 8U | datagram[at + 5];
    if (command == ENET_PROTOCOL_COMMAND_SEND_RELIABLE && data_bytes == envelope_bytes) return at + 2;
    if (command == ENET_PROTOCOL_COMMAND_ACKNOWLEDGE) {
      at += sizeof(ENetProtocolAcknowledge);
    } else if (command == ENET_PROTOCOL_COMMAND_PING) {
      at += sizeof(ENetProtocolPing);
    } else if (command == ENET_PROTOCOL_COMMAND_SEND_RELIABLE) {
      at += kReliableBytes + data_bytes;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

/// As somebody can who has heard the connection begin: ENet's checksum is taken with its number, in the checksum's
/// place.
void renew_checksum(Bytes& datagram, enet_uint32 connection) {
  constexpr std::ptrdiff_t kChecksumAt = 4;
  const auto put = [&datagram](enet_uint32 word) {
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&word), sizeof(word), datagram.begin() + kChecksumAt);
  };
  put(connection);
  const ENetBuffer whole{datagram.data(), datagram.size()};
  put(enet_crc32(&whole, 1));
}

/// From ENet's CONNECT: the number of the connection.
std::optional<enet_uint32> connection_in(const std::vector<Bytes>& heard) {
  for (const Bytes& datagram : heard) {
    if (!proto::is_enet_connect(datagram) || proto::parse_cookie_datagram(datagram)) continue;
    enet_uint32 number = 0;
    // The last field but one of the command, which the datagram ends with.
    std::copy_n(datagram.end() - 2 * std::ptrdiff_t{sizeof(number)}, sizeof(number),
                reinterpret_cast<std::uint8_t*>(&number));
    return number;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("replayed: datagrams that come five times, and again a second later, count once") {
  std::vector<Bytes> kept;
  std::uint64_t repeats = 0;
  const Outcome outcome = run_while([&](const Bytes& datagram) {
    kept.push_back(datagram);
    std::vector<Bytes> onward(5, datagram);
    if (kept.size() > 20) onward.push_back(kept[kept.size() - 20]);
    repeats += onward.size() - 1;
    return onward;
  });
  REQUIRE(repeats > 4 * kRun_ticks / 2);
  CHECK(outcome.refused >= repeats * 9 / 10);  // all but what was still on its way at the end
  CHECK(ahead_of_rules_m(outcome.way) <= 0.1F);
  CHECK(covered_m(outcome.way) > 1);
}

TEST_CASE("reordered: datagrams in any order move nobody further, and none of them is lost for it") {
  std::vector<Bytes> held;
  std::uint64_t sent = 0;
  const Outcome outcome = run_while([&](const Bytes& datagram) {
    held.push_back(datagram);
    if (held.size() < 4) return std::vector<Bytes>{};
    std::reverse(held.begin(), held.end());
    sent += held.size();
    return std::exchange(held, {});
  });
  REQUIRE(sent >= kRun_ticks / 2);
  CHECK(outcome.refused == 0);  // each is genuine and new
  CHECK(ahead_of_rules_m(outcome.way) <= 0.1F);
  CHECK(covered_m(outcome.way) > 1);
}

TEST_CASE("resealed: what was altered, or sealed with keys of one's own, is opened for nobody") {
  const proto::SealKeys own_keys = proto::derive_keys(proto::Ticket{});
  proto::Sealer own_sealer(own_keys.to_server);
  const Bytes wish = proto::encode(proto::Inputs{{}, 60'000, {run_ahead(127, 0)}});
  std::uint64_t forged = 0;
  const Outcome outcome = run_while([&](const Bytes& datagram) {
    std::vector<Bytes> onward(6, datagram);
    onward[1][2] ^= 0x40U;                  // another number
    onward[2][onward[2].size() / 2] ^= 1U;  // another content
    onward[3].back() ^= 0x80U;              // another seal
    onward[4].erase(onward[4].end() - 1);   // a byte less
    onward[5].clear();                      // sealed by the cheat, for this connection
    REQUIRE(own_sealer.seal_state(*proto::state_connection(datagram), wish, onward[5]));
    forged += onward.size() - 1;
    std::rotate(onward.begin(), onward.begin() + 1, onward.end());  // the forged ones come first
    return onward;
  });
  REQUIRE(forged > 5 * kRun_ticks / 2);
  CHECK(outcome.refused >= forged * 9 / 10);
  CHECK(ahead_of_rules_m(outcome.way) <= 0.1F);
  CHECK(covered_m(outcome.way) > 1);  // the genuine ones still count
  for (const Player::Sighting& sighting : outcome.way) {
    CHECK(std::abs(sighting.position.x - outcome.way.front().position.x) < 0.1F);  // nobody went aside
  }
}

TEST_CASE("another's avatar: a datagram under another's connection number moves neither") {
  Arena arena;
  Wiretap tap(arena.server().udp_port());
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& victim = arena.enter(Transport::kEnet, 2);
  Player& cheater = arena.enter(Transport::kEnet, 3, tap.port());
  arena.live(10);
  std::atomic<std::uint64_t> sent = 0;
  tap.meddle([&sent](const Bytes& datagram) {
    std::vector<Bytes> onward;
    for (std::uint16_t other = 0; is_state(datagram) && other < 16; ++other) {
      if (other == proto::state_connection(datagram)) continue;
      onward.push_back(datagram);
      onward.back()[1] = static_cast<std::uint8_t>(other);
      ++sent;
    }
    return is_state(datagram) ? onward : std::vector<Bytes>{datagram};
  });
  cheater.act = act_honestly;
  arena.live(30);
  CHECK(covered_m(witness.seen[victim.id()]) < 0.01F);
  CHECK(covered_m(witness.seen[cheater.id()]) < 0.01F);
  CHECK_FALSE(victim.goodbye.has_value());
  CHECK(arena.counters_at_end(Transport::kEnet).refused >= sent.load() * 9 / 10);
}

TEST_CASE("replayed: a reliable message that was made to look new to ENet is heard once") {
  Arena arena;
  Wiretap tap(arena.server().udp_port());
  Player& witness = arena.enter(Transport::kEnet, 1);
  Player& player = arena.enter(Transport::kEnet, 2, tap.port());
  arena.live(10);
  const std::size_t before = tap.heard().size();
  const Bytes wave = proto::encode(proto::Wave{});
  player.send(proto::Lane::kReliable, wave);
  REQUIRE(arena.live_until([&] { return !witness.events.empty(); }));
  arena.live(2 * proto::kStepHz);  // the next wave would be let through
  const std::vector<Bytes> heard = tap.heard();
  std::optional<Bytes> found;
  std::size_t at = 0;
  for (std::size_t i = before; i < heard.size(); ++i) {
    if (const auto here = sequence_at(heard[i], wave.size() + proto::kSealedOverheadBytes)) {
      found = heard[i];
      at = *here;
    }
  }
  REQUIRE(found.has_value());
  const enet_uint32 connection = connection_in(heard).value();
  for (int i = 0; i < 3; ++i) {
    found->at(at + 1) = static_cast<std::uint8_t>(found->at(at + 1) + 1);  // ENet's next number
    renew_checksum(*found, connection);
    tap.inject(*found);
    arena.live(2 * proto::kStepHz);
  }
  CHECK(witness.events.size() == 1);
  CHECK(arena.counters_at_end(Transport::kEnet).refused >= 3);
}
