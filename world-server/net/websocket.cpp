#include "world-server/net/websocket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "client-proto/wire/bundle.h"
#include "world-server/net/limits.h"
#include "world-server/world/postage.h"

namespace world::net {

void WebSocketLink::send_reliable(std::span<const std::uint8_t> payload) {
  if (!takes_more() || payload.empty()) return;
  if (m_reliable.size() >= kReliableRingMaxMessages || m_reliable_bytes + payload.size() > kReliableRingMaxBytes) {
    return kill();  // a laggard: it could not be told apart from one who reads no more
  }
  m_reliable_bytes += payload.size();
  m_reliable.emplace_back(payload.begin(), payload.end());
  ask_to_write();
}

void WebSocketLink::send_state(std::uint32_t tick, std::span<const std::uint8_t> payload) {
  if (!takes_more() || payload.empty()) return;
  if (tick != m_states_tick) {
    m_counters.of(kind()).states_replaced += m_states_waiting;  // not sent in time: of no use any more
    m_states.clear();
    m_states_waiting = 0;
    m_states_tick = tick;
  }
  if (m_states_waiting >= kStatesPerTickMax) return;
  proto::append_bundled(m_states, payload);
  ++m_states_waiting;
  ask_to_write();
}

void WebSocketLink::send_voice(std::span<const std::uint8_t> payload, proto::TimeUs now) {
  if (!takes_more() || payload.empty()) return;
  drop_late_voices(now);
  if (m_voices.size() >= kVoiceQueueMaxMessages) {
    m_voices.pop_front();
    ++m_counters.of(kind()).voices_dropped;
  }
  m_voices.push_back({now, {payload.begin(), payload.end()}});
  if (m_is_paused || end_pause(now)) return;
  m_is_paused = true;
  m_paused.push_back(this);
}

bool WebSocketLink::end_pause(proto::TimeUs now) {
  if (now - m_voice_written < proto::milliseconds(kVoicePauseMs) && now >= m_voice_written) return false;
  m_is_paused = false;
  if (!m_voices.empty()) ask_to_write();
  return true;
}

std::uint32_t WebSocketLink::voice_cost_bytes(std::size_t size_bytes) const {
  // The first that waits opens what the others share.
  const std::uint32_t opening = m_voices.empty() ? kFrame_bytes + kIpTcp_bytes : 0;
  return static_cast<std::uint32_t>(size_bytes) + kBundled_bytes + opening;
}

void WebSocketLink::drop_late_voices(proto::TimeUs now) {
  while (!m_voices.empty() && now - m_voices.front().since > proto::milliseconds(kVoiceQueuedMaxMs)) {
    m_voices.pop_front();
    ++m_counters.of(kind()).voices_dropped;
  }
}

void WebSocketLink::ask_to_write() {
  if (!std::exchange(m_asked_to_write, true)) m_writers.push_back(this);
}

void WebSocketLink::kill() {
  end();
  lws_set_timeout(m_wsi, PENDING_TIMEOUT_LAGGING, LWS_TO_KILL_ASYNC);
}

void WebSocketLink::close() {
  m_closing = true;
  m_states.clear();
  m_states_waiting = 0;
  m_voices.clear();
  ask_to_write();
  lws_set_timeout(m_wsi, PENDING_TIMEOUT_CLOSE_SEND, kCloseGraceS);
}

void WebSocketLink::refuse(const proto::Goodbye& why) {
  send_reliable(proto::encode(why));
  close();
  m_refused = true;
}

bool WebSocketLink::collect(std::string_view piece, bool first, bool binary) {
  if (first) m_incoming.clear();
  if (!binary || m_incoming.size() + piece.size() > kMessageMaxBytes) return false;
  m_incoming.insert(m_incoming.end(), piece.begin(), piece.end());
  return true;
}

/// Reliable messages, as many as one frame takes, then voices and states if none is left.
void WebSocketLink::fill(std::vector<std::uint8_t>& framed) {
  TransportCounters& counters = m_counters.of(kind());
  framed.resize(LWS_PRE);
  while (!m_reliable.empty() && framed.size() + m_reliable.front().size() <= LWS_PRE + kReliablePerFrameMaxBytes) {
    proto::append_bundled(framed, m_reliable.front());
    m_reliable_bytes -= m_reliable.front().size();
    m_reliable.pop_front();
    ++counters.messages_out;
  }
  if (!m_reliable.empty()) return;
  for (const QueuedVoice& voice : m_voices) proto::append_bundled(framed, voice.payload);
  counters.messages_out += m_voices.size();
  m_voices.clear();
  framed.insert(framed.end(), m_states.begin(), m_states.end());
  counters.messages_out += m_states_waiting;
  m_states.clear();
  m_states_waiting = 0;
}

bool WebSocketLink::write(std::vector<std::uint8_t>& framed, proto::TimeUs now) {
  if (!m_voices.empty()) m_voice_written = now;
  fill(framed);
  const std::size_t size = framed.size() - LWS_PRE;
  if (lws_write(m_wsi, framed.data() + LWS_PRE, size, LWS_WRITE_BINARY) < static_cast<int>(size)) return false;
  m_counters.of(kind()).bytes_out += size;
  return true;
}

bool WebSocketLink::flush(std::vector<std::uint8_t>& framed, proto::TimeUs now) {
  m_asked_to_write = false;
  if (m_ended) return false;
  drop_late_voices(now);
  const bool room = lws_partial_buffered(m_wsi) == 0;
  if (room && has_messages() && !write(framed, now)) {
    kill();
    return false;
  }
  // Frames after this one, and the end of a connection, are for a callback.
  if (has_more()) lws_callback_on_writable(m_wsi);
  return room && has_more();
}

bool WebSocketLink::continue_writing(std::vector<std::uint8_t>& framed, proto::TimeUs now) {
  drop_late_voices(now);
  if (m_ended || !has_messages()) return !m_closing;
  if (!write(framed, now)) return false;
  if (has_more()) lws_callback_on_writable(m_wsi);
  return true;
}

int WebSocketTransport::on_open(WebSocketLink*& link, lws* wsi, std::string address, proto::TimeUs now) {
  auto opened = std::make_unique<WebSocketLink>(wsi, std::move(address), m_counters, m_writers, m_paused);
  const auto session = m_listener.link_opened(*opened, now);
  if (session) {
    opened->session = *session;
  } else {
    ++m_counters.of(TransportKind::kWebSocket).connects_refused;
    opened->refuse(kNoRoom);
  }
  ::setsockopt(lws_get_socket_fd(wsi), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentMaxBytes, sizeof(kUnsentMaxBytes));
  link = opened.get();
  m_links[link] = std::move(opened);
  return 0;
}

int WebSocketTransport::on_receive(WebSocketLink* link, lws* wsi, std::string_view piece, proto::TimeUs now) {
  if (link == nullptr) return -1;
  if (link->closing()) return 0;  // it has been told why; what it still sends is of no interest
  if (!link->collect(piece, lws_is_first_fragment(wsi) != 0, lws_frame_is_binary(wsi) != 0)) {
    ++m_counters.of(TransportKind::kWebSocket).refused;
    link->end();
    lws_close_reason(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, nullptr, 0);
    return -1;
  }
  if (lws_is_final_fragment(wsi) == 0 || lws_remaining_packet_payload(wsi) != 0) return 0;
  TransportCounters& counters = m_counters.of(TransportKind::kWebSocket);
  ++counters.messages_in;
  counters.bytes_in += link->collected().size();
  m_listener.link_received(link->session, link->collected(), now);
  return 0;
}

int WebSocketTransport::on_writeable(WebSocketLink* link, lws* wsi, proto::TimeUs now) {
  if (link == nullptr) return -1;
  if (link->continue_writing(m_framed, now)) {
    m_unfinished = m_unfinished || link->has_more();
    return 0;
  }
  link->end();
  if (link->refused()) {
    ::shutdown(lws_get_socket_fd(wsi), SHUT_RDWR);  // an orderly end would wait for the other side
    return 0;
  }
  lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, nullptr, 0);
  return -1;
}

void WebSocketTransport::on_leaving(WebSocketLink* link, bool for_good) {
  if (link == nullptr) return;
  link->leaving = for_good;
  link->end();
}

void WebSocketTransport::flush(proto::TimeUs now) {
  for (WebSocketLink* link : m_writers) {
    if (link->flush(m_framed, now)) m_unfinished = true;
  }
  m_writers.clear();
}

void WebSocketTransport::on_close(WebSocketLink*& link, proto::TimeUs now) {
  if (link == nullptr) return;
  if (!link->refused()) m_listener.link_lost(link->session, link->leaving, now);
  std::erase(m_writers, link);
  std::erase(m_paused, link);
  m_links.erase(std::exchange(link, nullptr));
}

void WebSocketTransport::end_pauses(proto::TimeUs now) {
  if (!m_paused.empty()) m_paused_last = now;
  std::erase_if(m_paused, [now](WebSocketLink* link) { return link->end_pause(now); });
}

}  // namespace world::net
