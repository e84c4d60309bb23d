#include "client-proto/native/client.h"

namespace proto {

namespace {

// ENet's intercept hook carries no pointer of ours; a host is serviced by one thread at a time.
thread_local NativeClient* t_servicing = nullptr;

constexpr int kEventsPerServiceMax = 256;

bool enet_ready() {
  static const bool ready = enet_initialize() == 0;
  return ready;
}

}  // namespace

Result<std::unique_ptr<NativeClient>, NativeStatus> NativeClient::open(const std::string& address, std::uint16_t port,
                                                                       const Ticket& ticket, const CookieNonce& nonce,
                                                                       TimeUs now) {
  if (!enet_ready()) return fail(NativeStatus::kNoEnet);
  ENetAddress server{};
  if (enet_address_set_host(&server, address.c_str()) != 0) return fail(NativeStatus::kBadAddress);
  server.port = port;
  ENetHost* host = enet_host_create(nullptr, 1, kSealChannels, 0, 0);
  if (host == nullptr) return fail(NativeStatus::kNoSocket);
  return std::unique_ptr<NativeClient>(new NativeClient(host, server, ticket, nonce, now));
}

NativeClient::NativeClient(ENetHost* host, const ENetAddress& server, const Ticket& ticket, const CookieNonce& nonce,
                           TimeUs now)
    : m_host(host),
      m_server(server),
      m_ticket(ticket),
      m_began(now),
      m_sealer(derive_keys(ticket).to_server),
      m_opener(derive_keys(ticket).to_client) {
  m_host->mtu = kEnetMtu_bytes;
  m_host->peers[0].mtu = kEnetMtu_bytes;  // made with ENet's default, which its CONNECT would name
  m_host->maximumPacketSize = 16 * 1024;
  m_host->maximumWaitingData = 256 * 1024;
  m_host->intercept = &NativeClient::intercept;
  m_cookie.nonce = nonce;
  m_brain.hello(ticket);
  send_cookie_datagram(now);
}

NativeClient::~NativeClient() { enet_host_destroy(m_host); }

// --- before ENet ---

void NativeClient::send_cookie_datagram(TimeUs now) {
  CookieBytes bytes = make_cookie_datagram(m_cookie);
  ENetBuffer buffer{};
  buffer.data = bytes.bytes.data();
  buffer.dataLength = bytes.size;
  enet_socket_send(m_host->socket, &m_server, &buffer, 1);
  m_asked = now;
}

int NativeClient::intercept(ENetHost* host, ENetEvent* /*event*/) {
  if (t_servicing == nullptr) return 1;
  return t_servicing->intercepted({host->receivedData, host->receivedDataLength}) ? 1 : 0;
}

bool NativeClient::intercepted(std::span<const std::uint8_t> datagram) {
  const ENetAddress& from = m_host->receivedAddress;
  if (from.host != m_server.host || from.port != m_server.port) return true;
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

void NativeClient::connect() {
  m_peer = enet_host_connect(m_host, &m_server, kSealChannels, kProtocolVersion);
  if (m_peer == nullptr) return close();
  m_phase = NativePhase::kConnecting;
}

// --- the connection ---

void NativeClient::service(TimeUs now) {
  if (m_phase == NativePhase::kClosed) return;
  t_servicing = this;
  ENetEvent event{};
  int more = enet_host_service(m_host, &event, 0);
  for (int i = 0; more > 0 && i < kEventsPerServiceMax; ++i) {
    handle(event, now);
    more = m_phase == NativePhase::kClosed ? 0 : enet_host_check_events(m_host, &event);
  }
  t_servicing = nullptr;
  if (m_phase == NativePhase::kClosed) return;

  const bool has_cookie = m_cookie.kind == CookieKind::kEcho;
  const bool knocking = m_phase == NativePhase::kAsking || m_phase == NativePhase::kConnecting;
  if (knocking && now - m_began > kConnectTimeout) return close();
  if (m_phase == NativePhase::kAsking && has_cookie) {
    // The echo goes first, so that the server knows the address when the connect arrives; both are repeated if lost.
    send_cookie_datagram(now);
    connect();
  } else if (knocking && now - m_asked > kCookieRepeat) {
    send_cookie_datagram(now);
  }
  if (m_phase == NativePhase::kConnected) send_pending();
  if (m_peer != nullptr) enet_host_flush(m_host);
}

void NativeClient::handle(const ENetEvent& event, TimeUs now) {
  switch (event.type) {
    case ENET_EVENT_TYPE_CONNECT:
      m_phase = NativePhase::kConnected;
      // The server has a byte budget for every client; ENet's own throttle would only lose snapshots on top of it. Only
      // now: a peer without a slot may send nothing but its CONNECT.
      enet_peer_throttle_configure(m_peer, ENET_PEER_PACKET_THROTTLE_INTERVAL, ENET_PEER_PACKET_THROTTLE_SCALE, 0);
      break;
    case ENET_EVENT_TYPE_DISCONNECT:
      close();
      break;
    case ENET_EVENT_TYPE_RECEIVE: {
      const std::span<const std::uint8_t> envelope(event.packet->data, event.packet->dataLength);
      const bool known_channel = event.channelID < kSealChannels;
      if (known_channel) {
        const auto packet = m_opener.open(static_cast<Lane>(event.channelID), envelope);
        if (packet) {
          (void)m_brain.on_message(*packet, now);  // what is refused is counted by the brain
        } else {
          ++m_refused;
        }
      }
      enet_packet_destroy(event.packet);
      break;
    }
    case ENET_EVENT_TYPE_NONE:
      break;
  }
}

void NativeClient::send_pending() {
  while (const std::optional<OutgoingMessage> message = m_brain.poll()) {
    if (!send(*message)) return close();
  }
}

bool NativeClient::send(const OutgoingMessage& message) {
  const auto envelope =
      m_opened ? m_sealer.seal(message.lane, message.packet) : m_sealer.seal_opening(m_ticket, message.packet);
  if (!envelope) return false;
  m_opened = true;
  const enet_uint32 flags = message.lane == Lane::kReliable ? static_cast<enet_uint32>(ENET_PACKET_FLAG_RELIABLE) : 0U;
  ENetPacket* packet = enet_packet_create(envelope->data(), envelope->size(), flags);
  if (packet == nullptr) return false;
  if (enet_peer_send(m_peer, static_cast<enet_uint8>(message.lane), packet) == 0) return true;
  enet_packet_destroy(packet);
  return false;
}

void NativeClient::leave() {
  if (m_peer != nullptr) {
    enet_peer_disconnect_now(m_peer, kEnetLeaving);
    m_peer = nullptr;
  }
  m_phase = NativePhase::kClosed;
  m_brain.on_closed();
}

void NativeClient::close() {
  if (m_peer != nullptr) enet_peer_reset(m_peer);
  m_peer = nullptr;
  m_phase = NativePhase::kClosed;
  m_brain.on_closed();
}

}  // namespace proto
