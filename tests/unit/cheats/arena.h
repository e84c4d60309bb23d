/// Where cheats are tried: the real server with a real world that ticks, in a hall with a wall across it, and players
/// who come in over real sockets and then send whatever a test wants. What a cheat achieves is judged by what another
/// player, the witness, is told of it, and by the exact state that the server tells the cheat itself.
///
/// Nothing here depends on how fast the machine is: players act once for each tick that they hear of, and how far
/// somebody may have come is counted in ticks of the server.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client-proto/native/link.h"
#include "client-proto/wire/messages.h"
#include "client-proto/wire/snapshot.h"
#include "client-proto/wire/social.h"
#include "tests/unit/net/harness.h"
#include "world-server/app/world_thread.h"

namespace cheats {

using net_test::Bytes;

/// The wall across the hall: nobody can get beyond its near side.
constexpr float kWall_z_m = 8;
/// The boutique around the place where everybody arrives, and one behind the wall, each with a garment to try on.
constexpr std::uint32_t kGarmentHere = 8;
constexpr std::uint32_t kGarmentBehindWall = 7;

/// A bench of so many seats in a row along x, each looking along z, and one seat that stands behind a wall.
constexpr std::uint16_t kBenchSeats = 36;
[[nodiscard]] constexpr proto::Vec3 bench_seat(std::uint16_t seat) {
  return {-30 + 0.7F * static_cast<float>(seat), 0.45F, -25};
}
constexpr std::uint16_t kSeatBehindWallNumber = kBenchSeats;
constexpr proto::Vec3 kSeatBehindWall{-34, 0.45F, -23.3F};

enum class Transport { kEnet, kWebSocket };

/// One connection, and everything that it was told.
class Player {
 public:
  /// Over ENet when `port` is the server's UDP port.
  Player(Transport transport, std::uint16_t port, const proto::Ticket& ticket);

  void service();
  void send(proto::Lane lane, const Bytes& packet);
  /// Appends to what was wished so far and sends the newest inputs, as an honest client repeats them.
  void send_inputs(std::span<const proto::MoveInput> more);
  /// The same for one more input.
  void walk(const proto::MoveInput& input) { send_inputs({&input, 1}); }
  /// For good, at once.
  void leave();

  [[nodiscard]] proto::AvatarId id() const { return welcome->self; }
  [[nodiscard]] bool has_link() const { return m_link != nullptr; }
  [[nodiscard]] proto::NativeLink& link() { return *m_link; }
  [[nodiscard]] std::uint32_t tick() const { return m_tick; }

  struct Sighting {
    std::uint32_t tick = 0;
    proto::Vec3 position;
    bool teleport_parity = false;
  };
  struct Own {
    std::uint32_t tick = 0;
    std::uint16_t acked_input = 0;
    proto::MoveState state;
  };
  std::optional<proto::Welcome> welcome;
  std::optional<proto::Goodbye> goodbye;
  std::map<proto::AvatarId, std::vector<Sighting>> seen;
  std::map<proto::AvatarId, proto::Appearance> looks;
  std::vector<Own> own;
  std::vector<proto::Event> events;
  std::vector<proto::Said> said;
  std::optional<proto::PartyState> party;
  std::function<void(Player&)> act;  ///< for each tick that it hears of
  std::uint16_t newest_input = 0;

 private:
  void take(std::span<const std::uint8_t> packet);
  void take_snapshot(std::span<const std::uint8_t> packet);

  std::unique_ptr<proto::NativeLink> m_link;
  std::unique_ptr<net_test::RawWebSocket> m_web;
  Bytes m_hello;  ///< until it is sent
  proto::SnapshotHistory m_history;
  std::vector<proto::MoveInput> m_wishes;
  std::uint32_t m_tick = 0;
};

class Arena {
 public:
  explicit Arena(std::uint16_t avatars = 8);
  Arena(std::uint16_t avatars, world::Mall mall);
  ~Arena();

  /// Does not wait until it stands there.
  Player& begin_to_enter(Transport transport, std::uint8_t shopper, std::uint16_t through = 0);

  /// Comes in and waits until it stands in the hall. `through`: another port than the server's own, for ENet.
  Player& enter(Transport transport, std::uint8_t shopper, std::uint16_t through = 0);
  /// As the shop says it.
  void close(std::vector<std::string> boutiques);
  /// Everybody lives, until the first who came in has heard of so many more ticks.
  void live(std::uint32_t ticks);
  /// The same until `done`; false after ten seconds.
  [[nodiscard]] bool live_until(const std::function<bool()>& done);
  /// Ends the server, so that its counters can be read.
  [[nodiscard]] const world::net::TransportCounters& counters_at_end(Transport transport);

  [[nodiscard]] net_test::TestServer& server() { return m_server; }
  [[nodiscard]] const std::vector<std::unique_ptr<Player>>& players() const { return m_players; }

 private:
  void live_once();
  void end_server();

  net_test::TestServer m_server;
  world::app::ShopToWorldQueue m_from_shop{world::app::kShopToWorldMax};
  std::unique_ptr<world::app::WorldThread> m_world;
  std::vector<std::unique_ptr<Player>> m_players;
};

/// Full speed along the hall, towards the wall.
[[nodiscard]] proto::MoveInput run_ahead(int x = 0, int z = 127, unsigned buttons = proto::kButtonRun);
/// Runs ahead, one input for each tick.
void act_honestly(Player& player);

/// Over the ground, from the first sighting to the last.
[[nodiscard]] float covered_m(std::span<const Player::Sighting> way);
/// By how much anybody was ever further from an earlier sighting than the ticks in between and the saved steps allow;
/// negative for who kept to the rules.
[[nodiscard]] float ahead_of_rules_m(std::span<const Player::Sighting> way);
/// What can be gained on a walker who was always in time: the steps that may be saved and those that may wait.
constexpr float kStep_m = 4.2F * 0.05F;
constexpr float kQueueMayHold_m = kStep_m * static_cast<float>(world::kStepTokensMax_ticks + world::kInputsQueuedMax);

}  // namespace cheats
