#include "world-server/net/websocket.h"

#include <algorithm>
#include <utility>

#include "world-server/net/limits.h"

namespace world::net {

namespace {

void fill(std::vector<std::uint8_t>& framed, std::span<const std::uint8_t> payload) {
  framed.resize(LWS_PRE + payload.size());
  std::copy(payload.begin(), payload.end(), framed.begin() + LWS_PRE);
}

}  // namespace

void WebSocketLink::send_reliable(std::span<const std::uint8_t> payload) {
  if (m_closing || m_overflowed || payload.empty()) return;
  if (m_reliable.size() >= kReliableRingMaxMessages || m_reliable_bytes + payload.size() > kReliableRingMaxBytes) {
    m_overflowed = true;  // a laggard: it could not be told apart from one who reads no more
    lws_set_timeout(m_wsi, PENDING_TIMEOUT_LAGGING, LWS_TO_KILL_ASYNC);
    return;
  }
  Framed framed;
  fill(framed, payload);
  m_reliable_bytes += payload.size();
  m_reliable.push_back(std::move(framed));
  lws_callback_on_writable(m_wsi);
}

void WebSocketLink::send_state(std::uint32_t tick, std::span<const std::uint8_t> payload) {
  if (m_closing || m_overflowed || payload.empty()) return;
  if (tick != m_states_tick) drop_states();
  m_states_tick = tick;
  if (m_states.size() >= kStatesPerTickMax) return;
  m_states.push_back(new_framed(payload));
  lws_callback_on_writable(m_wsi);
}

void WebSocketLink::send_voice(std::span<const std::uint8_t> payload, proto::TimeUs now) {
  if (m_closing || m_overflowed || payload.empty()) return;
  drop_late_voices(now);
  if (m_voices.size() >= kVoiceQueueMaxMessages) {
    m_voices.pop_front();
    ++m_counters.of(kind()).voices_dropped;
  }
  m_voices.push_back({now, new_framed(payload)});
  lws_callback_on_writable(m_wsi);
}

void WebSocketLink::drop_late_voices(proto::TimeUs now) {
  while (!m_voices.empty() && now - m_voices.front().since > proto::milliseconds(kVoiceQueuedMaxMs)) {
    keep_spare(std::move(m_voices.front().framed));
    m_voices.pop_front();
    ++m_counters.of(kind()).voices_dropped;
  }
}

WebSocketLink::Framed WebSocketLink::new_framed(std::span<const std::uint8_t> payload) {
  Framed framed;
  if (!m_spare.empty()) {
    framed = std::move(m_spare.back());
    m_spare.pop_back();
  }
  fill(framed, payload);
  return framed;
}

/// What was not sent in time is of no use any more.
void WebSocketLink::drop_states() {
  m_counters.of(kind()).states_replaced += m_states.size();
  for (Framed& framed : m_states) keep_spare(std::move(framed));
  m_states.clear();
}

void WebSocketLink::keep_spare(Framed framed) {
  if (m_spare.size() < kStatesPerTickMax) m_spare.push_back(std::move(framed));
}

void WebSocketLink::close() {
  m_closing = true;
  m_states.clear();
  m_voices.clear();
  lws_callback_on_writable(m_wsi);
  lws_set_timeout(m_wsi, PENDING_TIMEOUT_CLOSE_SEND, kCloseGraceS);
}

bool WebSocketLink::collect(std::string_view piece, bool first, bool binary) {
  if (first) m_incoming.clear();
  if (!binary || m_incoming.size() + piece.size() > kMessageMaxBytes) return false;
  m_incoming.insert(m_incoming.end(), piece.begin(), piece.end());
  return true;
}

WebSocketLink::Framed WebSocketLink::take_next(proto::TimeUs now) {
  Framed framed;
  drop_late_voices(now);
  const bool is_voice = m_reliable.empty() && !m_voices.empty() && (m_states.empty() || !m_was_voice);
  if (!m_reliable.empty()) {
    framed = std::move(m_reliable.front());
    m_reliable.pop_front();
    m_reliable_bytes -= framed.size() - LWS_PRE;
  } else if (is_voice) {
    framed = std::move(m_voices.front().framed);
    m_voices.pop_front();
  } else if (!m_states.empty()) {
    framed = std::move(m_states.front());
    m_states.pop_front();
  }
  m_was_voice = is_voice;
  return framed;
}

bool WebSocketLink::write_one(proto::TimeUs now) {
  Framed framed = take_next(now);
  if (framed.empty()) return !m_closing;
  const std::size_t size = framed.size() - LWS_PRE;
  if (lws_write(m_wsi, framed.data() + LWS_PRE, size, LWS_WRITE_BINARY) < static_cast<int>(size)) return false;
  TransportCounters& counters = m_counters.of(kind());
  ++counters.messages_out;
  counters.bytes_out += size;
  keep_spare(std::move(framed));
  if (has_more()) lws_callback_on_writable(m_wsi);
  return true;
}

int WebSocketTransport::on_open(lws* wsi, std::string address, proto::TimeUs now) {
  auto link = std::make_unique<WebSocketLink>(wsi, std::move(address), m_counters);
  const auto session = m_listener.link_opened(*link, now);
  if (!session) {
    ++m_counters.of(TransportKind::kWebSocket).connects_refused;
    return -1;
  }
  link->session = *session;
  m_links[wsi] = std::move(link);
  return 0;
}

int WebSocketTransport::on_receive(lws* wsi, std::string_view piece, proto::TimeUs now) {
  const auto found = m_links.find(wsi);
  if (found == m_links.end()) return -1;
  WebSocketLink& link = *found->second;
  if (link.closing()) return 0;  // it has been told why; what it still sends is of no interest
  if (!link.collect(piece, lws_is_first_fragment(wsi) != 0, lws_frame_is_binary(wsi) != 0)) {
    ++m_counters.of(TransportKind::kWebSocket).refused;
    lws_close_reason(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, nullptr, 0);
    return -1;
  }
  if (lws_is_final_fragment(wsi) == 0 || lws_remaining_packet_payload(wsi) != 0) return 0;
  TransportCounters& counters = m_counters.of(TransportKind::kWebSocket);
  ++counters.messages_in;
  counters.bytes_in += link.collected().size();
  m_listener.link_received(link.session, link.collected(), now);
  return 0;
}

int WebSocketTransport::on_writeable(lws* wsi, proto::TimeUs now) {
  const auto found = m_links.find(wsi);
  if (found == m_links.end()) return -1;
  if (found->second->write_one(now)) {
    m_unfinished = m_unfinished || found->second->has_more();
    return 0;
  }
  lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, nullptr, 0);
  return -1;
}

void WebSocketTransport::on_leaving(lws* wsi) {
  const auto found = m_links.find(wsi);
  if (found != m_links.end()) found->second->leaving = true;
}

void WebSocketTransport::on_close(lws* wsi, proto::TimeUs now) {
  const auto found = m_links.find(wsi);
  if (found == m_links.end()) return;
  m_listener.link_lost(found->second->session, found->second->leaving, now);
  m_links.erase(wsi);
}

}  // namespace world::net
