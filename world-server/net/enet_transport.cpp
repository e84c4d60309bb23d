#include "world-server/net/enet_transport.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "client-proto/native/last_word.h"
#include "client-proto/wire/bundle.h"
#include "world-server/net/limits.h"
#include "world-server/world/postage.h"

namespace world::net {

namespace {

// ENet's intercept hook has no place for a pointer of ours; each host is serviced by one thread only.
thread_local EnetTransport* t_servicing = nullptr;

std::string text_of(const ENetAddress& address) {
  std::array<char, 64> text{};
  if (enet_address_get_host_ip(&address, text.data(), text.size()) != 0) return "unknown";
  return text.data();
}

std::uint64_t key_of(const ENetAddress& address) {
  return static_cast<std::uint64_t>(address.host) << 16U | address.port;
}

std::array<std::uint8_t, 6> bytes_of(const ENetAddress& address) {
  std::array<std::uint8_t, 6> bytes{};
  std::memcpy(bytes.data(), &address.host, 4);
  std::memcpy(bytes.data() + 4, &address.port, 2);
  return bytes;
}

bool initialize_enet() {
  static const bool ready = enet_initialize() == 0;
  return ready;
}

}  // namespace

void EnetLink::set_keys(const proto::SealKeys& keys) {
  m_sealer.emplace(keys.to_client);
  m_opener.emplace(keys.to_server);
}

void EnetLink::send_reliable(std::span<const std::uint8_t> payload) {
  if (m_closing || !m_sealer) return;
  if (m_bundle.size() + payload.size() > kEnetBundleMaxBytes) send_bundle();
  if (m_bundle.empty()) m_to_send.push_back(m_peer);
  proto::append_bundled(m_bundle, payload);
  ++m_counters.of(kind()).messages_out;
}

void EnetLink::send_bundle() {
  if (m_bundle.empty()) return;
  const auto envelope = m_sealer->seal_reliable(m_bundle);
  m_bundle.clear();
  if (!envelope) return close();  // sequence numbers are used up: the client resumes with fresh keys
  if (enet_list_size(&m_peer->outgoingCommands) > kEnetOutgoingCommandsMax) {
    m_closing = true;
    enet_peer_disconnect(m_peer, 0);  // a laggard, as on WebSocket
    return;
  }
  ENetPacket* packet = enet_packet_create(envelope->data(), envelope->size(), ENET_PACKET_FLAG_RELIABLE);
  if (packet == nullptr) return;
  if (enet_peer_send(m_peer, proto::kReliableChannel, packet) != 0) return enet_packet_destroy(packet);
  m_counters.of(kind()).bytes_out += envelope->size();
}

void EnetLink::send_state(std::uint32_t /*tick*/, std::span<const std::uint8_t> payload) {
  if (m_closing || !m_sealer) return;
  const std::size_t before = m_batch.bytes().size();
  if (!m_sealer->seal_state(m_peer->incomingPeerID, payload, m_batch.bytes())) return close();
  TransportCounters& counters = m_counters.of(kind());
  ++counters.messages_out;
  counters.bytes_out += m_batch.bytes().size() - before;
  m_batch.add(m_peer->address.host, m_peer->address.port);
}

void EnetLink::send_voice(std::span<const std::uint8_t> payload, proto::TimeUs /*now*/) { send_state(0, payload); }

std::uint32_t EnetLink::voice_cost_bytes(std::size_t size_bytes) const {
  return Postage(Carriage::kDatagrams).cost_bytes(Lane::kState, size_bytes);
}

void EnetLink::close() {
  if (m_closing) return;
  send_bundle();
  m_closing = true;
  enet_peer_disconnect_later(m_peer, 0);
}

/// ENet reports nothing of it; the peer is somebody else's from here on, and `sweep` takes the link away.
void EnetLink::refuse(const proto::Goodbye& why) {
  m_closing = true;
  m_refused = true;
  m_peer->data = nullptr;
  enet_peer_disconnect_now(m_peer, proto::last_word(why));
}

proto::Result<std::unique_ptr<EnetTransport>, std::string> EnetTransport::open(EnetConfig config,
                                                                               LinkListener& listener,
                                                                               Counters& counters) {
  if (!initialize_enet()) return proto::fail(std::string("ENet cannot be initialised"));
  ENetAddress address{};
  address.port = config.port;
  if (enet_address_set_host_ip(&address, config.bind.c_str()) != 0) {
    return proto::fail("ENet speaks IPv4 only and cannot listen on " + config.bind);
  }
  const std::size_t peers = std::min(config.clients_max + kEnetSparePeers, kEnetPeersMax);
  ENetHost* host = enet_host_create(&address, peers, proto::kEnetChannels, 0, 0);
  if (host == nullptr) {
    return proto::fail("UDP port " + std::to_string(config.port) + " on " + config.bind + " cannot be bound");
  }
  return std::unique_ptr<EnetTransport>(new EnetTransport(std::move(config), host, listener, counters));
}

EnetTransport::EnetTransport(EnetConfig config, ENetHost* host, LinkListener& listener, Counters& counters)
    : m_config(std::move(config)),
      m_host(host),
      m_listener(listener),
      m_counters(counters),
      m_echoes(m_config.echoes),
      m_batch(host->socket) {
  m_config.random(m_cookie_secret);
  // More than the system allows is cut down to that.
  enet_socket_set_option(m_host->socket, ENET_SOCKOPT_RCVBUF, kSocketBufferBytes);
  enet_socket_set_option(m_host->socket, ENET_SOCKOPT_SNDBUF, kSocketBufferBytes);
  m_host->mtu = kEnetMtuBytes;
  for (std::size_t i = 0; i < m_host->peerCount; ++i) m_host->peers[i].mtu = kEnetMtuBytes;  // made with the default
  m_host->maximumPacketSize = kEnetPacketMaxBytes;
  m_host->maximumWaitingData = kEnetWaitingMaxBytes;
  m_host->duplicatePeers = m_config.peers_per_address_max;
  m_host->intercept = &EnetTransport::intercept;
  // Taken with the connection's own number, which the client draws at random: a forged datagram in somebody's name,
  // made by who does not hear that connection, goes nowhere.
  m_host->checksum = &enet_crc32;
  enet_socket_get_address(m_host->socket, &m_host->address);
}

EnetTransport::~EnetTransport() { enet_host_destroy(m_host); }

int EnetTransport::intercept(ENetHost* host, ENetEvent* /*event*/) {
  if (t_servicing == nullptr) return 1;
  return t_servicing->intercepted({host->receivedData, host->receivedDataLength}) ? 1 : 0;
}

bool EnetTransport::intercepted(std::span<const std::uint8_t> datagram) {
  ++m_datagrams;
  if (const auto connection = proto::state_connection(datagram)) {
    on_state(*connection, datagram);
    return true;
  }
  if (const auto cookie = proto::parse_cookie_datagram(datagram)) {
    answer_cookie(*cookie);
    return true;
  }
  return proto::is_enet_connect(datagram) && !admitted();
}

void EnetTransport::answer_cookie(const proto::CookieDatagram& datagram) {
  const ENetAddress& from = m_host->receivedAddress;
  const auto address = bytes_of(from);
  if (datagram.kind == proto::CookieKind::kRequest) {
    proto::CookieDatagram reply;
    reply.kind = proto::CookieKind::kReply;
    reply.nonce = datagram.nonce;
    reply.cookie = proto::make_cookie(m_cookie_secret, address, m_now);
    proto::CookieBytes bytes = proto::make_cookie_datagram(reply);
    ENetBuffer buffer{bytes.bytes.data(), bytes.size};
    enet_socket_send(m_host->socket, &from, &buffer, 1);
    return;
  }
  if (datagram.kind != proto::CookieKind::kEcho) return;
  if (!proto::check_cookie(m_cookie_secret, address, datagram.cookie, m_now)) return;
  // Counted only now: a request costs an answer smaller than itself and may come from anywhere, and whoever forges
  // senders must neither fill the table nor use up what the forged ones may ask.
  if (!m_echoes.request(text_of(from), m_now)) return;
  if (!m_config.secret_of(datagram.ticket_id, m_now)) return;
  if (m_admissions.size() >= kAdmissionsMax && m_admissions.count(key_of(from)) == 0) return;
  m_admissions[key_of(from)] = {m_now + proto::kCookieLife, kConnectsPerAdmission};
}

bool EnetTransport::admitted() {
  const auto found = m_admissions.find(key_of(m_host->receivedAddress));
  const bool good = found != m_admissions.end() && found->second.expires > m_now && found->second.connects_left > 0;
  if (good) {
    --found->second.connects_left;
  } else {
    ++m_counters.of(TransportKind::kEnet).connects_refused;
  }
  return good;
}

void EnetTransport::service(proto::TimeUs now) {
  m_now = now;
  t_servicing = this;
  for (std::size_t round = 0; round < kEnetRoundsPerServiceMax; ++round) {
    m_datagrams = 0;
    ENetEvent event{};
    int more = enet_host_service(m_host, &event, 0);
    for (std::size_t i = 0; more > 0 && i < kEnetEventsPerServiceMax; ++i) {
      handle(event);
      more = enet_host_check_events(m_host, &event);
    }
    if (m_datagrams < kEnetDatagramsPerRound) break;
  }
  t_servicing = nullptr;
}

void EnetTransport::send_bundles() {
  for (ENetPeer* peer : m_to_send) {
    if (const auto found = m_links.find(peer); found != m_links.end()) found->second->send_bundle();
  }
  m_to_send.clear();
}

void EnetTransport::flush_waiting() {
  send_bundles();
  if (m_batch.has_some()) m_batch.send();
}

void EnetTransport::flush() {
  send_bundles();
  m_batch.send();
  m_counters.of(TransportKind::kEnet).states_lost = m_batch.lost();
  enet_host_flush(m_host);
}

void EnetTransport::handle(const ENetEvent& event) {
  const auto found = m_links.find(event.peer);
  switch (event.type) {
    case ENET_EVENT_TYPE_CONNECT:
      on_connect(event);
      break;
    case ENET_EVENT_TYPE_RECEIVE:
      if (found != m_links.end()) on_receive(*found->second, event);
      enet_packet_destroy(event.packet);
      break;
    case ENET_EVENT_TYPE_DISCONNECT:
      if (found == m_links.end()) break;
      event.peer->data = nullptr;
      m_listener.link_lost(found->second->session, event.data == kEnetLeaving, m_now);
      m_links.erase(found);
      break;
    case ENET_EVENT_TYPE_NONE:
      break;
  }
}

void EnetTransport::on_connect(const ENetEvent& event) {
  auto link = std::make_unique<EnetLink>(event.peer, text_of(event.peer->address), m_batch, m_to_send, m_counters);
  const bool speaks_as_we_do = event.data == proto::kProtocolVersion;
  const auto session = speaks_as_we_do ? m_listener.link_opened(*link, m_now) : std::nullopt;
  if (!session) {
    ++m_counters.of(TransportKind::kEnet).connects_refused;
    return link->refuse(speaks_as_we_do ? kNoRoom : proto::Goodbye{proto::GoodbyeReason::kWrongVersion, false, 0});
  }
  // ENet takes the size of datagrams from the client's word, and its own default when the host's was set too late.
  event.peer->mtu = std::min<enet_uint32>(event.peer->mtu, kEnetMtuBytes);
  enet_peer_timeout(event.peer, ENET_PEER_TIMEOUT_LIMIT, kEnetTimeoutMinMs, kEnetTimeoutMaxMs);
  link->session = *session;
  event.peer->data = link.get();
  m_links[event.peer] = std::move(link);
}

void EnetTransport::on_receive(EnetLink& link, const ENetEvent& event) {
  const std::span<const std::uint8_t> envelope(event.packet->data, event.packet->dataLength);
  TransportCounters& counters = m_counters.of(TransportKind::kEnet);
  ++counters.messages_in;
  counters.bytes_in += envelope.size();
  if (!link.has_keys() && !open_session(link, envelope)) {
    ++counters.refused;
    return;
  }
  // What does not open was forged or repeated by a stranger: it must not harm the shopper whose address it borrows.
  auto packet = link.opener().open_reliable(envelope);
  if (!packet) {
    ++counters.refused;
    return;
  }
  m_listener.link_received(link.session, packet.value(), m_now);
}

void EnetTransport::on_state(std::uint16_t connection, std::span<const std::uint8_t> datagram) {
  TransportCounters& counters = m_counters.of(TransportKind::kEnet);
  ++counters.messages_in;
  counters.bytes_in += datagram.size();
  const ENetAddress& from = m_host->receivedAddress;
  const ENetPeer* peer = connection < m_host->peerCount ? &m_host->peers[connection] : nullptr;
  const bool known =
      peer != nullptr && peer->data != nullptr && peer->address.host == from.host && peer->address.port == from.port;
  auto* link = known ? static_cast<EnetLink*>(peer->data) : nullptr;
  if (link == nullptr || !link->has_keys()) {
    ++counters.refused;
    return;
  }
  auto packet = link->opener().open_state(datagram);
  if (!packet) {
    ++counters.refused;
    return;
  }
  m_listener.link_received(link->session, packet.value(), m_now);
}

bool EnetTransport::open_session(EnetLink& link, std::span<const std::uint8_t> envelope) {
  const auto id = proto::opening_ticket_id(envelope);
  const auto secret = id ? m_config.secret_of(*id, m_now) : std::nullopt;
  if (!secret) return false;
  const proto::SealKeys keys = proto::derive_keys({*id, *secret});
  proto::Opener probe(keys.to_server);
  if (!probe.open_reliable(envelope)) return false;
  link.set_keys(keys);
  m_listener.link_keyed(link.session, {*id, *secret}, m_now);
  return true;
}

void EnetTransport::sweep(proto::TimeUs now) {
  std::erase_if(m_admissions, [now](const auto& entry) { return entry.second.expires <= now; });
  m_echoes.sweep(now);
  std::erase_if(m_links, [](const auto& entry) { return entry.second->refused(); });
}

}  // namespace world::net
