#include "client-proto/native/link.h"

#include <utility>

#include "client-proto/wire/bundle.h"

namespace proto {

namespace {

// ENet's intercept hook carries no pointer of ours; a host is serviced by one thread at a time.
thread_local NativeLink* t_servicing = nullptr;

constexpr int kEventsPerServiceMax = 256;

bool enet_ready() {
  static const bool ready = enet_initialize() == 0;
  return ready;
}

}  // namespace

Result<std::unique_ptr<NativeLink>, NativeStatus> NativeLink::open(const std::string& address, std::uint16_t port,
                                                                   const Ticket& ticket, const CookieNonce& nonce,
                                                                   TimeUs now, OnMessage on_message) {
  if (!enet_ready()) return fail(NativeStatus::kNoEnet);
  ENetAddress server{};
  if (enet_address_set_host(&server, address.c_str()) != 0) return fail(NativeStatus::kBadAddress);
  server.port = port;
  ENetHost* host = enet_host_create(nullptr, 1, kEnetChannels, 0, 0);
  if (host == nullptr) return fail(NativeStatus::kNoSocket);
  return std::unique_ptr<NativeLink>(new NativeLink(host, server, ticket, nonce, now, std::move(on_message)));
}

NativeLink::NativeLink(ENetHost* host, const ENetAddress& server, const Ticket& ticket, const CookieNonce& nonce,
                       TimeUs now, OnMessage on_message)
    : m_host(host),
      m_server(server),
      m_ticket(ticket),
      m_began(now),
      m_sealer(derive_keys(ticket).to_server),
      m_opener(derive_keys(ticket).to_client),
      m_on_message(std::move(on_message)) {
  m_host->mtu = kEnetMtu_bytes;
  m_host->peers[0].mtu = kEnetMtu_bytes;  // made with ENet's default, which its CONNECT would name
  m_host->maximumPacketSize = 16 * 1024;
  m_host->maximumWaitingData = 256 * 1024;
  m_host->intercept = &NativeLink::intercept;
  m_host->checksum = &enet_crc32;
  m_cookie.nonce = nonce;
  // ENet numbers its connections from here, and its checksums are taken with that number: who cannot hear this
  // connection must not guess it.
  for (std::size_t i = 0; i < sizeof(m_host->randomSeed); ++i) {
    m_host->randomSeed = m_host->randomSeed << 8U | nonce[i];
  }
  send_cookie_datagram(now);
}

NativeLink::~NativeLink() { enet_host_destroy(m_host); }

// --- before ENet ---

void NativeLink::send_cookie_datagram(TimeUs now) {
  CookieBytes bytes = make_cookie_datagram(m_cookie);
  ENetBuffer buffer{};
  buffer.data = bytes.bytes.data();
  buffer.dataLength = bytes.size;
  enet_socket_send(m_host->socket, &m_server, &buffer, 1);
  m_asked = now;
}

int NativeLink::intercept(ENetHost* host, ENetEvent* /*event*/) {
  if (t_servicing == nullptr) return 1;
  return t_servicing->intercepted({host->receivedData, host->receivedDataLength}) ? 1 : 0;
}

bool NativeLink::intercepted(std::span<const std::uint8_t> datagram) {
  const ENetAddress& from = m_host->receivedAddress;
  if (from.host != m_server.host || from.port != m_server.port) return true;
  if (state_connection(datagram)) {
    take(m_opener.open_state(datagram));
    return true;
  }
  const std::optional<CookieDatagram> reply = parse_cookie_datagram(datagram);
  if (!reply) return false;
  const bool wanted = reply->kind == CookieKind::kReply && reply->nonce == m_cookie.nonce;
  if (wanted && m_phase == NativePhase::kAsking) {
    m_cookie.kind = CookieKind::kEcho;
    m_cookie.cookie = reply->cookie;
    m_cookie.ticket_id = m_ticket.id;
  }
  return true;
}

void NativeLink::connect() {
  m_peer = enet_host_connect(m_host, &m_server, kEnetChannels, kProtocolVersion);
  if (m_peer == nullptr) return close();
  m_phase = NativePhase::kConnecting;
}

void NativeLink::knock(TimeUs now) {
  if (now - m_began > kConnectTimeout) return close();
  const bool has_cookie = m_cookie.kind == CookieKind::kEcho;
  if (m_phase == NativePhase::kAsking && has_cookie) {
    // The echo goes first, so that the server knows the address when the connect arrives; both are repeated if lost.
    send_cookie_datagram(now);
    connect();
  } else if (now - m_asked > kCookieRepeat) {
    send_cookie_datagram(now);
  }
}

// --- the connection ---

void NativeLink::service(TimeUs now) {
  if (m_phase == NativePhase::kClosed) return;
  t_servicing = this;
  m_now = now;
  ENetEvent event{};
  int more = enet_host_service(m_host, &event, 0);
  for (int i = 0; more > 0 && i < kEventsPerServiceMax; ++i) {
    handle(event);
    more = m_phase == NativePhase::kClosed ? 0 : enet_host_check_events(m_host, &event);
  }
  t_servicing = nullptr;
  if (m_phase == NativePhase::kAsking || m_phase == NativePhase::kConnecting) knock(now);
  flush();
}

void NativeLink::flush() {
  if (m_peer != nullptr) enet_host_flush(m_host);
}

void NativeLink::handle(const ENetEvent& event) {
  switch (event.type) {
    case ENET_EVENT_TYPE_CONNECT:
      // ENet takes its number from the answer as it stands, which somebody on the path can forge.
      if (m_peer->outgoingPeerID >= kConnectionsMax) return close();
      m_phase = NativePhase::kConnected;
      break;
    case ENET_EVENT_TYPE_DISCONNECT:
      m_refused_because = goodbye_of(event.data);
      close();
      break;
    case ENET_EVENT_TYPE_RECEIVE:
      take_bundle(m_opener.open_reliable({event.packet->data, event.packet->dataLength}));
      enet_packet_destroy(event.packet);
      break;
    case ENET_EVENT_TYPE_NONE:
      break;
  }
}

void NativeLink::take(const Result<std::vector<std::uint8_t>, OpenStatus>& opened) {
  if (opened) {
    m_on_message(*opened, m_now);
  } else {
    ++m_refused;
  }
}

void NativeLink::take_bundle(const Result<std::vector<std::uint8_t>, OpenStatus>& opened) {
  if (!opened) {
    ++m_refused;
    return;
  }
  std::span<const std::uint8_t> rest(*opened);
  while (!rest.empty() && m_phase != NativePhase::kClosed) {
    const auto message = take_bundled(rest);
    if (!message) {
      ++m_refused;
      return;
    }
    m_on_message(*message, m_now);
  }
}

bool NativeLink::send_state(std::span<const std::uint8_t> packet) {
  m_datagram.clear();
  if (!m_sealer.seal_state(m_peer->outgoingPeerID, packet, m_datagram)) return false;
  ENetBuffer buffer{};
  buffer.data = m_datagram.data();
  buffer.dataLength = m_datagram.size();
  // What the socket does not take is lost, as on the way.
  const int sent = enet_socket_send(m_host->socket, &m_server, &buffer, 1);
  if (sent > 0) m_state_bytes_sent += static_cast<std::uint64_t>(sent);
  return true;
}

bool NativeLink::send(Lane lane, std::span<const std::uint8_t> message) {
  if (m_phase != NativePhase::kConnected) return false;
  if (lane == Lane::kState) return send_state(message);
  const auto envelope = m_opened ? m_sealer.seal_reliable(message) : m_sealer.seal_opening(m_ticket, message);
  if (!envelope) return false;
  m_opened = true;
  ENetPacket* packet = enet_packet_create(envelope->data(), envelope->size(), ENET_PACKET_FLAG_RELIABLE);
  if (packet == nullptr) return false;
  if (enet_peer_send(m_peer, kReliableChannel, packet) == 0) return true;
  enet_packet_destroy(packet);
  return false;
}

void NativeLink::leave() {
  if (m_peer != nullptr) {
    enet_peer_disconnect_now(m_peer, kEnetLeaving);
    m_peer = nullptr;
  }
  m_phase = NativePhase::kClosed;
}

void NativeLink::close() {
  if (m_peer != nullptr) enet_peer_reset(m_peer);
  m_peer = nullptr;
  m_phase = NativePhase::kClosed;
}

}  // namespace proto
