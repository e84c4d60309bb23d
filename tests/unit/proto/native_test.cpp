/// The native client against a server made of ENet, the cookie and the seal, over loopback.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "client-proto/native/client.h"
#include "client-proto/wire/bundle.h"
#include "tests/unit/proto/small_server.h"

using namespace proto;

namespace {

constexpr SpanUs kWaitMax = seconds(20);

TimeUs clock_now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

Ticket known_ticket() {
  Ticket ticket;
  ticket.id.fill(7);
  ticket.secret.fill(9);
  return ticket;
}

/// One peer; drops the first datagrams it is told to, as a network would.
class EnetHostOfOne {
 public:
  explicit EnetHostOfOne(int datagrams_lost) : m_lost(datagrams_lost), m_server(walk_scene(4, 50), 4) {
    ENetAddress address{};
    enet_address_set_host(&address, "127.0.0.1");
    m_host = enet_host_create(&address, 4, kEnetChannels, 0, 0);
    REQUIRE(m_host != nullptr);
    m_host->intercept = &EnetHostOfOne::intercept;
    m_host->checksum = &enet_crc32;
    s_self = this;
  }
  ~EnetHostOfOne() { enet_host_destroy(m_host); }
  EnetHostOfOne(const EnetHostOfOne&) = delete;
  EnetHostOfOne& operator=(const EnetHostOfOne&) = delete;

  void service(TimeUs now) {
    m_now = now;
    ENetEvent event{};
    for (int more = enet_host_service(m_host, &event, 0); more > 0; more = enet_host_check_events(m_host, &event)) {
      if (event.type == ENET_EVENT_TYPE_CONNECT) m_peer = event.peer;
      if (event.type == ENET_EVENT_TYPE_DISCONNECT) {
        left = event.data == kEnetLeaving;
        m_peer = nullptr;
      }
      if (event.type == ENET_EVENT_TYPE_RECEIVE) receive(event);
    }
    if (m_peer == nullptr || now.us < m_next_tick_us) return;
    m_next_tick_us = now.us + kStepUs;
    m_server.tick();
    for (const OutgoingMessage& message : m_server.take_outgoing()) send(message);
    enet_host_flush(m_host);
  }

  void send_reliable(std::span<const std::uint8_t> bundle) {
    const auto envelope = m_sealer.seal_reliable(bundle);
    REQUIRE(envelope.has_value());
    enet_peer_send(m_peer, kReliableChannel,
                   enet_packet_create(envelope->data(), envelope->size(), ENET_PACKET_FLAG_RELIABLE));
  }

  [[nodiscard]] SmallServer& server() { return m_server; }
  [[nodiscard]] bool connected() const { return m_peer != nullptr; }
  [[nodiscard]] std::uint16_t port() const { return m_host->address.port; }
  bool left = false;
  int connects_refused = 0;

 private:
  static int intercept(ENetHost* host, ENetEvent* /*event*/) {
    return s_self->intercepted({host->receivedData, host->receivedDataLength}, host->receivedAddress) ? 1 : 0;
  }

  bool intercepted(std::span<const std::uint8_t> datagram, const ENetAddress& from) {
    if (m_lost > 0) {
      --m_lost;
      return true;
    }
    if (state_connection(datagram)) {
      const auto packet = m_opener.open_state(datagram);
      if (packet) m_server.receive(*packet);
      return true;
    }
    const std::array<std::uint8_t, 2> address{static_cast<std::uint8_t>(from.port),
                                              static_cast<std::uint8_t>(from.port >> 8U)};
    const auto cookie = parse_cookie_datagram(datagram);
    if (!cookie) {
      const bool refused = is_enet_connect(datagram) && !m_admitted;
      connects_refused += refused ? 1 : 0;
      return refused;
    }
    if (cookie->kind == CookieKind::kRequest) {
      CookieDatagram reply{CookieKind::kReply, cookie->nonce, make_cookie(m_secret, address, m_now), {}};
      CookieBytes bytes = make_cookie_datagram(reply);
      ENetBuffer buffer{};
      buffer.data = bytes.bytes.data();
      buffer.dataLength = bytes.size;
      enet_socket_send(m_host->socket, &from, &buffer, 1);
    }
    const bool good = cookie->kind == CookieKind::kEcho && check_cookie(m_secret, address, cookie->cookie, m_now);
    if (good && cookie->ticket_id == known_ticket().id) m_admitted = true;
    return true;
  }

  void receive(const ENetEvent& event) {
    const std::span<const std::uint8_t> envelope(event.packet->data, event.packet->dataLength);
    const auto packet = m_opener.open_reliable(envelope);
    if (packet) m_server.receive(*packet);
    enet_packet_destroy(event.packet);
  }

  void send(const OutgoingMessage& message) {
    if (message.lane == Lane::kState) {
      std::vector<std::uint8_t> datagram;
      REQUIRE(m_sealer.seal_state(m_peer->incomingPeerID, message.packet, datagram));
      ENetBuffer buffer{};
      buffer.data = datagram.data();
      buffer.dataLength = datagram.size();
      enet_socket_send(m_host->socket, &m_peer->address, &buffer, 1);
      return;
    }
    std::vector<std::uint8_t> bundle;
    append_bundled(bundle, message.packet);
    send_reliable(bundle);
  }

  static inline EnetHostOfOne* s_self = nullptr;
  int m_lost;
  ENetHost* m_host = nullptr;
  ENetPeer* m_peer = nullptr;
  CookieSecret m_secret{1, 2, 3};
  bool m_admitted = false;
  Sealer m_sealer{derive_keys(known_ticket()).to_client};
  Opener m_opener{derive_keys(known_ticket()).to_server};
  SmallServer m_server;
  TimeUs m_now;
  std::int64_t m_next_tick_us = 0;
};

std::unique_ptr<NativeClient> open_client(std::uint16_t port, const Ticket& ticket) {
  auto client = NativeClient::open("127.0.0.1", port, ticket, CookieNonce{4, 5, 6}, clock_now());
  REQUIRE(client.ok());
  return std::move(client).value();
}

/// Runs both until `done`, the client walking.
template <class Done>
void run(EnetHostOfOne& host, NativeClient& client, Done done) {
  const TimeUs end = clock_now() + kWaitMax;
  while (!done() && clock_now() < end) {
    const TimeUs now = clock_now();
    host.service(now);
    client.brain().input({kButtonRun, 0.6F, 0.8F, 1}, now);
    client.service(now);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

TEST_CASE("the native client joins through cookie and seal, walks, and leaves") {
  REQUIRE(enet_initialize() == 0);
  EnetHostOfOne host(1);  // the first request is lost and repeated
  const auto client = open_client(host.port(), known_ticket());
  client->brain().set_collision(host.server().world());
  const auto walked_m = [&host] { return length(host.server().own().position - Vec3{0, 1, 0}); };
  run(host, *client, [&] {
    return client->brain().state() == BrainState::kJoined && client->brain().frame(clock_now()).avatars.size() == 4 &&
           host.server().acked() > 5 && walked_m() > 0.5F;
  });
  CHECK(client->link().phase() == NativePhase::kConnected);
  CHECK(client->brain().state() == BrainState::kJoined);
  CHECK(client->link().refused() == 0);
  CHECK(host.connects_refused == 0);
  CHECK(client->brain().frame(clock_now()).avatars.size() == 4);
  CHECK(host.server().acked() > 5);
  CHECK(walked_m() > 0.5F);
  client->leave();
  const TimeUs end = clock_now() + kWaitMax;
  while (!host.left && clock_now() < end) host.service(clock_now());
  CHECK(host.left);
}

TEST_CASE("without a ticket that the server knows nobody gets a slot") {
  REQUIRE(enet_initialize() == 0);
  EnetHostOfOne host(0);
  Ticket unknown = known_ticket();
  unknown.id[0] = 8;
  const auto client = open_client(host.port(), unknown);
  run(host, *client, [&host] { return host.connects_refused > 2; });
  CHECK(client->link().phase() != NativePhase::kConnected);
  CHECK(host.connects_refused > 2);
}

TEST_CASE("a reliable packet brings several messages in order, and what is no bundle ends where it breaks") {
  REQUIRE(enet_initialize() == 0);
  EnetHostOfOne host(0);
  using Bytes = std::vector<std::uint8_t>;
  std::vector<Bytes> arrived;
  auto link = NativeLink::open("127.0.0.1", host.port(), known_ticket(), CookieNonce{4, 5, 6}, clock_now(),
                               [&](std::span<const std::uint8_t> packet, TimeUs /*now*/) {
                                 if (packet[0] > 200) arrived.emplace_back(packet.begin(), packet.end());
                               });
  REQUIRE(link.ok());
  const auto run_until = [&](auto done) {
    const TimeUs end = clock_now() + kWaitMax;
    while (!done() && clock_now() < end) {
      link.value()->service(clock_now());
      host.service(clock_now());
    }
  };
  run_until([&] { return host.connected() && link.value()->phase() == NativePhase::kConnected; });
  REQUIRE(host.connected());

  Bytes bundle;
  const std::vector<Bytes> whole{{201, 1}, {202}, Bytes(300, 203)};
  for (const Bytes& message : whole) append_bundled(bundle, message);
  host.send_reliable(bundle);
  run_until([&] { return arrived.size() >= 3; });
  CHECK(arrived == whole);
  CHECK(link.value()->refused() == 0);

  host.send_reliable(Bytes{2, 204, 1, 9, 205});  // the second says nine bytes and has one
  run_until([&] { return link.value()->refused() > 0; });
  CHECK(link.value()->refused() == 1);
  CHECK(arrived.size() == 4);
  CHECK(arrived.back() == Bytes{204, 1});
}
