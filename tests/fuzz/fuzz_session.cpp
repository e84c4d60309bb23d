/// Everything behind a transport: two clients who are let in and then say what the fuzzer wants, sessions, handlers and
/// the world that ticks. The input is a list of acts: who and what, and for a message its size and bytes. Whatever they
/// say, they stay on the floor and within its walls, nobody moves faster than running allows, no seat has two, and what
/// the world tells can be read.
#include <array>
#include <memory>

#include "client-proto/core/check.h"
#include "client-proto/move/movement.h"
#include "client-proto/wire/snapshot.h"
#include "world-server/net/session.h"
#include "world-server/world/world.h"

namespace {

constexpr const char* kMall = R"({"format": "galleria.mall/1", "name": "Hall",
  "bounds": {"min": [-10, -1, -10], "max": [10, 12, 10]}, "spawns": [{"position": [0, 0, 0], "yaw_rad": 3}],
  "colliders": {"boxes": [{"center": [0, -0.5, 0], "half": [10, 0.5, 10], "yaw_rad": 0},
    {"center": [-10, 2, 0], "half": [0.5, 2, 10], "yaw_rad": 0}, {"center": [10, 2, 0], "half": [0.5, 2, 10], "yaw_rad": 0},
    {"center": [0, 2, -10], "half": [10, 2, 0.5], "yaw_rad": 0}, {"center": [0, 2, 10], "half": [10, 2, 0.5], "yaw_rad": 0},
    {"center": [0.35, 0.225, 1.4], "half": [0.8, 0.225, 0.35], "yaw_rad": 0}],
    "hulls": [], "triangles": []},
  "seats": [{"position": [0, 0.45, 1.3], "yaw_rad": 3.14159}, {"position": [0.7, 0.45, 1.3], "yaw_rad": 3.14159}],
  "boutiques": [{"id": "lune", "name": "Lune", "kind": "fashion", "zone": {"min": [-5, -1, -5], "max": [5, 5, 5]},
    "door": [0, 0, 0]}], "displays": [], "props": [], "staff": []})";
constexpr float kWall_m = 9.5F;
constexpr proto::SpanUs kStep = proto::milliseconds(50);
constexpr std::size_t kClients = 2;
/// Two steps at running speed and what a step over a corner may add.
constexpr float kPerTickMax_m = 2 * proto::kRunSpeed_mps * 0.05F + 0.05F;

class Line final : public world::net::Link {
 public:
  void send_reliable(std::span<const std::uint8_t> payload) override {
    GALLERIA_CHECK(proto::peek(payload, proto::Direction::kToClient).status == proto::WireStatus::kOk);
  }
  void send_state(std::uint32_t /*tick*/, std::span<const std::uint8_t> payload) override {
    const auto snapshot = proto::decode_snapshot(payload, m_history);
    // A client that acknowledges what it never got cannot read what is built on it; that harms nobody else.
    if (snapshot && m_history.is_news(snapshot.value().header.stamp())) m_history.store(snapshot.value());
  }
  void send_voice(std::span<const std::uint8_t> payload, proto::TimeUs /*now*/) override {
    GALLERIA_CHECK(proto::peek(payload, proto::Direction::kToClient).status == proto::WireStatus::kOk);
  }
  [[nodiscard]] std::uint32_t voice_cost_bytes(std::size_t size_bytes) const override {
    return static_cast<std::uint32_t>(size_bytes);
  }
  void close() override { closed = true; }
  [[nodiscard]] world::net::TransportKind kind() const override { return world::net::TransportKind::kWebSocket; }
  [[nodiscard]] const std::string& address() const override { return m_address; }
  bool closed = false;

 private:
  std::string m_address = "127.0.0.1";
  proto::SnapshotHistory m_history;
};

class House {
 public:
  House() : m_world(world::World::make(world::parse_mall(kMall).value(), {kClients, 1}).value()) {
    m_world->tick(std::array<world::ShopToWorld, 1>{world::Wearables{{{7, world::Slot::kTop, "lune", "tee"}}}}, {},
                  m_output);
    for (std::size_t i = 0; i < kClients; ++i) come_in(i);
  }

  void come_in(std::size_t i) {
    if (m_lines[i]) m_sessions.link_lost(m_ids[i], true, m_now);
    m_lines[i] = std::make_unique<Line>();
    const auto id = m_sessions.link_opened(*m_lines[i], m_now);
    if (!id) return;
    m_ids[i] = *id;
    proto::Ticket ticket;
    ticket.id[0] = static_cast<std::uint8_t>(++m_tickets_given);
    ticket.id[1] = static_cast<std::uint8_t>(m_tickets_given >> 8U);
    world::Passenger passenger;
    passenger.account.bytes[0] = static_cast<std::uint8_t>(i + 1);
    passenger.name = "Ada";
    passenger.is_staff = i == 1;
    GALLERIA_CHECK(m_book.issue(ticket, passenger, m_now));
    m_sessions.link_received(*id, proto::encode(proto::Hello{proto::kProtocolVersion, ticket}), m_now);
    tick();
  }

  void say(std::size_t i, std::span<const std::uint8_t> packet) {
    if (m_lines[i]->closed) return come_in(i);
    m_sessions.link_received(m_ids[i], packet, m_now);
  }

  void tick() {
    m_now = m_now + kStep;
    const auto before = places();
    m_world->tick({}, m_ports.to_world.take_all(), m_output);
    for (std::size_t i = 0; i < kClients; ++i) check_place(i, before[i]);
    check_seats();
    m_sessions.deliver(m_output, m_now);
    m_sessions.sweep(m_now);
    (void)m_ports.people_notes.take_all();
  }

 private:
  struct Place {
    proto::AvatarId id;
    proto::Vec3 position;
    std::uint8_t parity = 0;
  };
  [[nodiscard]] std::array<Place, kClients> places() const {
    const world::People& people = m_world->people();
    std::array<Place, kClients> all;
    for (std::size_t i = 0; i < kClients; ++i) {
      all[i] = {people.id[i], people.state[i].position, people.teleport_parity[i]};
    }
    return all;
  }
  void check_place(std::size_t i, const Place& before) const {
    const Place now = places()[i];
    if (m_world->people().kind[i] == world::Kind::kNobody) return;
    GALLERIA_CHECK(now.position.x > -kWall_m && now.position.x < kWall_m);
    GALLERIA_CHECK(now.position.z > -kWall_m && now.position.z < kWall_m);
    GALLERIA_CHECK(now.position.y > -0.05F && now.position.y < 2);
    const bool same = now.id == before.id && now.parity == before.parity;
    const proto::Vec3 moved = now.position - before.position;
    GALLERIA_CHECK(!same || moved.x * moved.x + moved.z * moved.z <= kPerTickMax_m * kPerTickMax_m);
  }
  void check_seats() const {
    const world::People& people = m_world->people();
    const auto sits = [&people](std::size_t i) {
      return people.kind[i] != world::Kind::kNobody && people.state[i].stance != proto::Stance::kOnFoot;
    };
    GALLERIA_CHECK(!sits(0) || !sits(1) || people.state[0].position.x != people.state[1].position.x);
  }
  static world::net::SessionConfig config() {
    world::net::SessionConfig config;
    config.clients_max = kClients;
    config.waiting_max = kClients;
    config.random = [](std::span<std::uint8_t> bytes) {
      static std::uint8_t next = 0;
      for (std::uint8_t& byte : bytes) byte = ++next;
    };
    return config;
  }

  proto::TimeUs m_now{1'000'000};
  world::net::Ports m_ports;
  world::net::Counters m_counters;
  world::TicketBook m_book;
  world::net::Sessions m_sessions{config(), m_ports, m_book, m_counters};
  std::unique_ptr<world::World> m_world;
  world::TickOutput m_output;
  std::array<std::unique_ptr<Line>, kClients> m_lines;
  std::array<world::net::SessionId, kClients> m_ids{};
  unsigned m_tickets_given = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  House house;
  std::span<const std::uint8_t> rest(data, size);
  while (!rest.empty()) {
    const std::size_t who = rest[0] & 1U;
    const unsigned act = rest[0] >> 1U & 7U;
    rest = rest.subspan(1);
    if (act == 0) {
      house.come_in(who);
    } else if (act <= 3) {
      house.tick();
    } else if (!rest.empty()) {
      const auto packet = rest.subspan(1, std::min<std::size_t>(rest[0], rest.size() - 1));
      house.say(who, packet);
      rest = rest.subspan(1 + packet.size());
    }
  }
  return 0;
}
