#include "tests/unit/cheats/arena.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <thread>

#include "client-proto/move/movement.h"
#include "world-server/net/clock.h"

namespace cheats {

using namespace std::chrono_literals;

namespace {

/// A bench along the way behind those who arrive, and one seat behind a wall of its own, as boxes and seats.
constexpr const char* kBenches = R"(
      {"center": [-18, 0.225, -25.1], "half": [13, 0.225, 0.35], "yaw_rad": 0},
      {"center": [-34, 0.225, -23.4], "half": [0.4, 0.225, 0.35], "yaw_rad": 0},
      {"center": [-34, 1, -22.1], "half": [1.5, 1, 0.1], "yaw_rad": 0})";

std::vector<world::SeatPlan> seats() {
  std::vector<world::SeatPlan> seats;
  for (std::uint16_t i = 0; i < kBenchSeats; ++i) seats.push_back({bench_seat(i), 0});
  seats.push_back({kSeatBehindWall, 0});
  return seats;
}

/// 80 x 80 m, everybody arrives in a row 28 m before the wall.
world::Mall hall() {
  const std::string document = R"({
  "format": "galleria.mall/1", "name": "Hall of cheats",
  "bounds": {"min": [-40, -1, -40], "max": [40, 12, 40]},
  "spawns": [{"position": [-30, 0, -20], "yaw_rad": 0}, {"position": [-24, 0, -20], "yaw_rad": 0},
             {"position": [-18, 0, -20], "yaw_rad": 0}, {"position": [-12, 0, -20], "yaw_rad": 0},
             {"position": [-6, 0, -20], "yaw_rad": 0}, {"position": [0, 0, -20], "yaw_rad": 0}],
  "colliders": {
    "boxes": [
      {"center": [0, -0.5, 0], "half": [40, 0.5, 40], "yaw_rad": 0},
      {"center": [-40, 2, 0], "half": [0.25, 2, 40], "yaw_rad": 0},
      {"center": [40, 2, 0], "half": [0.25, 2, 40], "yaw_rad": 0},
      {"center": [0, 2, -40], "half": [40, 2, 0.25], "yaw_rad": 0},
      {"center": [0, 2, 40], "half": [40, 2, 0.25], "yaw_rad": 0},
      {"center": [0, 2, 8.1], "half": [40, 2, 0.1], "yaw_rad": 0},)" +
                               std::string(kBenches) + R"(],
    "hulls": [], "triangles": []},
  "boutiques": [
    {"id": "behind", "name": "Behind", "kind": "fashion",
     "zone": {"min": [-38, -1, 25], "max": [38, 5, 38]}, "door": [0, 0, 25]},
    {"id": "here", "name": "Here", "kind": "fashion",
     "zone": {"min": [-38, -1, -30], "max": [38, 5, -15]}, "door": [0, 0, -15]}],
  "displays": [], "props": [], "staff": []})";
  auto mall = world::parse_mall(document);
  REQUIRE(mall.ok());
  mall->seats = seats();
  return std::move(mall).value();
}

proto::Vec3 place_of(const proto::AvatarRecord& record) {
  return {proto::metres(record.x), proto::metres(record.y), proto::metres(record.z)};
}

float distance_m(const Player::Sighting& a, const Player::Sighting& b) {
  return std::hypot(b.position.x - a.position.x, b.position.z - a.position.z);
}

}  // namespace

Player::Player(Transport transport, std::uint16_t port, const proto::Ticket& ticket)
    : m_hello(proto::encode(proto::Hello{proto::kProtocolVersion, ticket})) {
  if (transport == Transport::kWebSocket) {
    m_web = std::make_unique<net_test::RawWebSocket>(port);
    REQUIRE(m_web->open());
    return;
  }
  proto::CookieNonce nonce{};
  net_test::fill_random(nonce);
  auto link = proto::NativeLink::open("127.0.0.1", port, ticket, nonce, world::net::now_steady(),
                                      [this](std::span<const std::uint8_t> packet, proto::TimeUs) { take(packet); });
  REQUIRE(link.ok());
  m_link = std::move(link).value();
}

void Player::service() {
  const bool is_open = m_web != nullptr || m_link->phase() == proto::NativePhase::kConnected;
  if (is_open && !m_hello.empty()) {
    send(proto::Lane::kReliable, m_hello);
    m_hello.clear();
  }
  if (m_link != nullptr) return m_link->service(world::net::now_steady());
  for (net_test::Frame frame = m_web->receive(0); frame.opcode == 2; frame = m_web->receive(0)) take(frame.payload);
}

void Player::send(proto::Lane lane, const Bytes& packet) {
  if (m_web != nullptr) return m_web->send(packet);
  (void)m_link->send(lane, packet);
}

void Player::send_inputs(std::span<const proto::MoveInput> more) {
  for (const proto::MoveInput& input : more) m_wishes.push_back(input);
  newest_input = static_cast<std::uint16_t>(newest_input + more.size());
  if (m_wishes.size() > proto::kInputsPerPacketMax) {
    m_wishes.erase(m_wishes.begin(), m_wishes.end() - proto::kInputsPerPacketMax);
  }
  send(proto::Lane::kState, proto::encode(proto::Inputs{m_history.ack(), newest_input, m_wishes}));
}

void Player::leave() {
  if (m_web != nullptr) return m_web->send({0x03, 0xe8}, 8);  // close, code 1000
  if (m_link->phase() == proto::NativePhase::kConnected) m_link->leave();
}

void Player::take(std::span<const std::uint8_t> packet) {
  if (const auto told = proto::decode<proto::Welcome>(packet)) welcome = told.value();
  if (const auto told = proto::decode<proto::Goodbye>(packet)) goodbye = told.value();
  if (const auto told = proto::decode<proto::Appearance>(packet)) looks[told.value().avatar] = told.value();
  if (const auto told = proto::decode<proto::Event>(packet)) events.push_back(told.value());
  if (const auto told = proto::decode<proto::Said>(packet)) said.push_back(told.value());
  if (const auto told = proto::decode<proto::PartyState>(packet)) party = told.value();
  if (packet[0] == static_cast<std::uint8_t>(proto::Opcode::kSnapshot)) take_snapshot(packet);
}

void Player::take_snapshot(std::span<const std::uint8_t> packet) {
  const auto snapshot = proto::decode_snapshot(packet, m_history);
  if (!snapshot || !m_history.is_news(snapshot.value().header.stamp())) return;
  m_history.store(snapshot.value());
  const proto::SnapshotHeader& header = snapshot.value().header;
  for (const proto::AvatarRecord& record : snapshot.value().avatars) {
    const bool parity = (record.flags & proto::kAvatarTeleportParity) != 0;
    seen[record.id].push_back({header.tick, place_of(record), parity});
  }
  if (header.own) own.push_back({header.tick, header.own->acked_input, header.own->state});
  const std::uint32_t before = m_tick == 0 ? header.tick : m_tick;
  m_tick = std::max(m_tick, header.tick);
  for (std::uint32_t tick = before; tick < m_tick && act; ++tick) act(*this);
}

Arena::Arena(std::uint16_t avatars) : Arena(avatars, hall()) {}

Arena::Arena(std::uint16_t avatars, world::Mall mall)
    : m_server([avatars](world::net::NetConfig& config) {
        config.session.clients_max = avatars;
        config.session.pending_per_address_max = avatars;
        config.http.quota = world::net::QuotaRules::for_connections(1000);
      }) {
  auto world = world::World::make(std::move(mall), {avatars, 1});
  REQUIRE(world.ok());
  m_world = std::make_unique<world::app::WorldThread>(
      std::move(world).value(), m_server.ports(), m_from_shop, [this] { m_server.net().wake(); }, nullptr);
  world::Wearables offers{
      {{kGarmentBehindWall, world::Slot::kTop, "behind", "tee"}, {kGarmentHere, world::Slot::kTop, "here", "shirt"}}};
  REQUIRE(m_from_shop.push(std::move(offers)));
  m_world->start();
}

Arena::~Arena() {
  end_server();
  m_world->stop();
}

void Arena::close(std::vector<std::string> boutiques) {
  REQUIRE(m_from_shop.push(world::ClosedBoutiques{std::move(boutiques)}));
}

Player& Arena::begin_to_enter(Transport transport, std::uint8_t shopper, std::uint16_t through) {
  const std::uint16_t own_port = transport == Transport::kEnet ? m_server.udp_port() : m_server.port();
  const std::uint16_t port = through != 0 ? through : own_port;
  m_players.push_back(std::make_unique<Player>(transport, port, m_server.ticket(shopper)));
  return *m_players.back();
}

Player& Arena::enter(Transport transport, std::uint8_t shopper, std::uint16_t through) {
  Player& player = begin_to_enter(transport, shopper, through);
  REQUIRE(live_until([&player] { return !player.own.empty(); }));
  return player;
}

void Arena::live_once() {
  for (const auto& player : m_players) player->service();
  std::this_thread::sleep_for(1ms);
}

bool Arena::live_until(const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    live_once();
  }
  return true;
}

void Arena::live(std::uint32_t ticks) {
  const Player& first = *m_players.front();
  const std::uint32_t until = first.tick() + ticks;
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (first.tick() < until) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    live_once();
  }
}

const world::net::TransportCounters& Arena::counters_at_end(Transport transport) {
  end_server();
  const auto kind =
      transport == Transport::kEnet ? world::net::TransportKind::kEnet : world::net::TransportKind::kWebSocket;
  return m_server.net().counters().transports[static_cast<std::size_t>(kind)];
}

/// Everybody leaves first, since the server waits a while for those who do not.
void Arena::end_server() {
  for (const auto& player : m_players) player->leave();
  m_server.stop();
}

proto::MoveInput run_ahead(int x, int z, unsigned buttons) {
  proto::MoveInput input;
  input.buttons = static_cast<std::uint8_t>(buttons);
  input.move_x = static_cast<std::int8_t>(x);
  input.move_z = static_cast<std::int8_t>(z);
  return input;
}

void act_honestly(Player& player) { player.walk(run_ahead()); }

float covered_m(std::span<const Player::Sighting> way) { return way.empty() ? 0 : distance_m(way.front(), way.back()); }

float ahead_of_rules_m(std::span<const Player::Sighting> way) {
  float most = -1000;
  for (std::size_t from = 0; from < way.size(); ++from) {
    for (std::size_t to = from + 1; to < way.size(); ++to) {
      const std::uint32_t ticks = way[to].tick - way[from].tick;
      const float allowed_m = kStep_m * static_cast<float>(ticks + world::kStepTokensMax_ticks);
      most = std::max(most, distance_m(way[from], way[to]) - allowed_m);
    }
  }
  return most;
}

}  // namespace cheats
