/// The world over WebSocket: what waits for a client when there is room goes as one bundle (wire/bundle.h) in one
/// binary frame. It is written at the end of the round of the loop in which it came. Only when the kernel has not taken
/// the frame before it whole is libwebsockets asked to call when there is room again; so at most the rest of one frame
/// waits where it cannot be taken back, and little in the kernel (kUnsentMaxBytes).
///
/// TCP cannot lose, so the state lane is emulated: of the state messages that wait for room a client has those of one
/// tick, and a later tick's take their place. Reliable messages wait in a bounded ring and go first; whoever lets it
/// overflow is closed. Voice has a short queue of its own, and what has waited there for too long is dropped, the
/// oldest first. A write costs a client more than the frame of a voice in it, so several voices share one: after a
/// write that had some, the next frames wait for kVoicePauseMs unless there is something else to write.
#pragma once

#include <libwebsockets.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "world-server/net/link.h"

namespace world::net {

class WebSocketLink;
/// Links that have something to write at the end of this round.
using Writers = std::vector<WebSocketLink*>;

class WebSocketLink final : public Link {
 public:
  /// `paused` is where it leaves itself when its voices wait for their pause to end.
  WebSocketLink(lws* wsi, std::string address, Counters& counters, Writers& writers, Writers& paused)
      : m_wsi(wsi), m_address(std::move(address)), m_counters(counters), m_writers(writers), m_paused(paused) {}

  void send_reliable(std::span<const std::uint8_t> payload) override;
  void send_state(std::uint32_t tick, std::span<const std::uint8_t> payload) override;
  void send_voice(std::span<const std::uint8_t> payload, proto::TimeUs now) override;
  [[nodiscard]] std::uint32_t voice_cost_bytes(std::size_t size_bytes) const override;
  /// Asks to write when the pause is over; false while it is not.
  [[nodiscard]] bool end_pause(proto::TimeUs now);
  void close() override;
  void refuse(const proto::Goodbye& why) override;
  [[nodiscard]] TransportKind kind() const override { return TransportKind::kWebSocket; }
  [[nodiscard]] const std::string& address() const override { return m_address; }

  /// Collects the pieces of a fragmented message; false when it grows beyond a message's limit or is not binary.
  [[nodiscard]] bool collect(std::string_view piece, bool first, bool binary);
  [[nodiscard]] std::vector<std::uint8_t>& collected() { return m_incoming; }
  /// The end of a round: writes what waits, or has libwebsockets call when that will be possible. `framed` is memory to
  /// do so in. True: there is room for the next frame at once.
  [[nodiscard]] bool flush(std::vector<std::uint8_t>& framed, proto::TimeUs now);
  /// libwebsockets calls: writes a frame of what waits. False: the connection must be closed now.
  [[nodiscard]] bool continue_writing(std::vector<std::uint8_t>& framed, proto::TimeUs now);
  [[nodiscard]] bool has_more() const { return has_messages() || m_closing; }
  [[nodiscard]] bool closing() const { return m_closing; }
  [[nodiscard]] bool refused() const { return m_refused; }
  /// The connection's end has begun: nothing may be written any more.
  void end() { m_ended = true; }

  SessionId session;
  bool leaving = false;

 private:
  struct QueuedVoice {
    proto::TimeUs since;
    std::vector<std::uint8_t> payload;
  };
  [[nodiscard]] bool has_messages() const { return !m_reliable.empty() || !m_voices.empty() || !m_states.empty(); }
  [[nodiscard]] bool takes_more() const { return !m_closing && !m_ended; }
  void ask_to_write();
  void kill();
  [[nodiscard]] bool write(std::vector<std::uint8_t>& framed, proto::TimeUs now);
  void fill(std::vector<std::uint8_t>& framed);
  void drop_late_voices(proto::TimeUs now);

  lws* m_wsi;
  std::string m_address;
  Counters& m_counters;
  Writers& m_writers;
  bool m_asked_to_write = false;  ///< is among them
  Writers& m_paused;
  bool m_is_paused = false;
  proto::TimeUs m_voice_written{};
  std::deque<std::vector<std::uint8_t>> m_reliable;
  std::size_t m_reliable_bytes = 0;
  std::vector<std::uint8_t> m_states;  ///< of one tick, bundled
  std::size_t m_states_waiting = 0;
  std::uint32_t m_states_tick = 0;
  std::deque<QueuedVoice> m_voices;
  std::vector<std::uint8_t> m_incoming;
  bool m_closing = false;
  bool m_ended = false;
  bool m_refused = false;
};

class WebSocketTransport {
 public:
  WebSocketTransport(LinkListener& listener, Counters& counters) : m_listener(listener), m_counters(counters) {}

  // What libwebsockets reports; the results are what its callback must return. `link` is what libwebsockets keeps with
  // the connection for us: null before it is open and once it is closed.
  int on_open(WebSocketLink*& link, lws* wsi, std::string address, proto::TimeUs now);
  int on_receive(WebSocketLink* link, lws* wsi, std::string_view piece, proto::TimeUs now);
  int on_writeable(WebSocketLink* link, lws* wsi, proto::TimeUs now);
  /// The client closes; `for_good` when with code 1000: its avatar goes too.
  void on_leaving(WebSocketLink* link, bool for_good);
  void on_close(WebSocketLink*& link, proto::TimeUs now);

  /// Lets those write whose voices have waited for long enough. To be called every few milliseconds ...
  void end_pauses(proto::TimeUs now);
  /// ... while this is true: somebody was sent a voice of late.
  [[nodiscard]] bool is_talking(proto::TimeUs now) const { return now - m_paused_last < kTalking; }
  /// Writes what has come to wait in this round. Never inside of a callback.
  void flush(proto::TimeUs now);

  /// Whether somebody had more than one frame to write since this was last asked.
  [[nodiscard]] bool take_unfinished() { return std::exchange(m_unfinished, false); }

 private:
  LinkListener& m_listener;
  Counters& m_counters;
  static constexpr proto::SpanUs kTalking = proto::seconds(1);

  bool m_unfinished = false;
  Writers m_paused;
  proto::TimeUs m_paused_last{};
  std::vector<std::uint8_t> m_framed;
  Writers m_writers;
  std::unordered_map<const WebSocketLink*, std::unique_ptr<WebSocketLink>> m_links;
};

}  // namespace world::net
