/// The datagrams that come before ENet (PROTOCOL.md, "Before ENet"): a client proves that it receives at the address it
/// sends from, and names its ticket, before the server spends a slot on it. The server keeps nothing for the first two
/// of them. Both sides see them in ENet's intercept hook; they begin with bytes that no ENet datagram of ours begins
/// with.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "client-proto/core/time.h"

namespace proto {

using CookieNonce = std::array<std::uint8_t, 8>;
using Cookie = std::array<std::uint8_t, 32>;  ///< when it was made (8 bytes, microseconds, little-endian), then 24
                                              ///< bytes of HMAC-SHA256
using CookieSecret = std::array<std::uint8_t, 32>;
using TicketId = std::array<std::uint8_t, 16>;

/// A cookie is good for this long.
constexpr SpanUs kCookieLife = seconds(10);

enum class CookieKind : std::uint8_t { kRequest = 1, kReply = 2, kEcho = 3 };

constexpr std::size_t kCookieRequestBytes = 64;  ///< padded: a reply is never larger than what asked for it
constexpr std::size_t kCookieReplyBytes = 48;
constexpr std::size_t kCookieEchoBytes = 64;

struct CookieDatagram {
  CookieKind kind = CookieKind::kRequest;
  CookieNonce nonce{};   ///< chosen by the client, repeated by the server
  Cookie cookie{};       ///< in a reply and an echo
  TicketId ticket_id{};  ///< in an echo
  bool operator==(const CookieDatagram&) const = default;
};

/// Nothing for anything that is not exactly one of the three.
[[nodiscard]] std::optional<CookieDatagram> parse_cookie_datagram(std::span<const std::uint8_t> datagram);
struct CookieBytes {
  std::array<std::uint8_t, 64> bytes{};
  std::size_t size = 0;
  [[nodiscard]] std::span<const std::uint8_t> span() const { return std::span(bytes).first(size); }
};
[[nodiscard]] CookieBytes make_cookie_datagram(const CookieDatagram& datagram);

/// `address` is any unambiguous form of the sender's IP and port; the same form must be given when checking.
[[nodiscard]] Cookie make_cookie(const CookieSecret& secret, std::span<const std::uint8_t> address, TimeUs now);
[[nodiscard]] bool check_cookie(const CookieSecret& secret, std::span<const std::uint8_t> address, const Cookie& cookie,
                                TimeUs now);

/// Whether this is an ENet datagram from somebody without a slot (ENet's CONNECT): let it through for admitted
/// addresses only.
[[nodiscard]] bool is_enet_connect(std::span<const std::uint8_t> datagram);

}  // namespace proto
