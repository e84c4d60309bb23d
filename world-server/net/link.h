/// The outer edge of a session: a transport that carries payloads both ways. Lane `state` may lose, the newest wins;
/// lane `reliable` arrives once and in order or the connection is closed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "client-proto/wire/messages.h"
#include "world-server/net/metrics.h"
#include "world-server/world/port.h"

namespace world::net {

[[nodiscard]] constexpr Carriage carriage_of(TransportKind kind) {
  return kind == TransportKind::kEnet ? Carriage::kDatagrams : Carriage::kStream;
}

class Link {
 public:
  virtual ~Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  virtual void send_reliable(std::span<const std::uint8_t> payload) = 0;
  /// The messages of one tick belong together: none of them is given up for another, all of them for a later tick's.
  virtual void send_state(std::uint32_t tick, std::span<const std::uint8_t> payload) = 0;
  /// A frame of somebody's voice: none takes the place of another, and one that would be late is not sent at all.
  virtual void send_voice(std::span<const std::uint8_t> payload, proto::TimeUs now) = 0;
  /// What such a frame would take of the client's line now, with what is around it.
  [[nodiscard]] virtual std::uint32_t voice_cost_bytes(std::size_t size_bytes) const = 0;
  /// Closes once what was sent reliably has left, or has had its time to leave.
  virtual void close() = 0;
  /// Says why, in the transport's own words where the other side has no keys yet, and closes without waiting for the
  /// other side's part in it: of those there may be thousands. Nothing is sent after it, and nothing heard.
  virtual void refuse(const proto::Goodbye& why) = 0;
  [[nodiscard]] virtual TransportKind kind() const = 0;
  [[nodiscard]] virtual const std::string& address() const = 0;

 protected:
  Link() = default;
};

constexpr std::uint16_t kRetryAfterMs = 1000;
/// For who found no place, or gave up the one before a Hello to somebody else.
constexpr proto::Goodbye kNoRoom{proto::GoodbyeReason::kFull, true, kRetryAfterMs};

/// Names a session for its transport; a stale one is recognised by its generation.
using SessionId = proto::SlotId<struct SessionTag>;

/// What a transport tells about its connections.
class LinkListener {
 public:
  virtual ~LinkListener() = default;
  /// The link must stay valid until `link_lost`. Nothing when there is no room, which the transport then says by
  /// `refuse`. Another link may be refused to make room for this one.
  [[nodiscard]] virtual std::optional<SessionId> link_opened(Link& link, proto::TimeUs now) = 0;
  /// A sealed link goes by this ticket's keys, and the client has shown that it knows them. From here on no other link
  /// may, whatever follows: keys that answered twice would have sealed two messages under one nonce.
  virtual void link_keyed(SessionId id, const proto::Ticket& ticket, proto::TimeUs now) = 0;
  virtual void link_received(SessionId id, std::span<const std::uint8_t> packet, proto::TimeUs now) = 0;
  /// `leaving`: the client said that it goes; otherwise it may come back.
  virtual void link_lost(SessionId id, bool leaving, proto::TimeUs now) = 0;
};

}  // namespace world::net
