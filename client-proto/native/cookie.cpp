#include "client-proto/native/cookie.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <vector>

#include "client-proto/core/check.h"

namespace proto {

namespace {

constexpr std::array<std::uint8_t, 7> kMagic{0xff, 0xff, 'G', 'A', 'L', 'L', 1};
constexpr std::size_t kHeadBytes = 8;
constexpr std::size_t kMacBytes = 24;

std::size_t size_of(CookieKind kind) {
  switch (kind) {
    case CookieKind::kRequest:
      return kCookieRequestBytes;
    case CookieKind::kReply:
      return kCookieReplyBytes;
    case CookieKind::kEcho:
      return kCookieEchoBytes;
  }
  return 0;
}

std::array<std::uint8_t, kMacBytes> mac(const CookieSecret& secret, std::span<const std::uint8_t> made,
                                        std::span<const std::uint8_t> address) {
  std::vector<std::uint8_t> text(made.begin(), made.end());
  text.insert(text.end(), address.begin(), address.end());
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const auto* good = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), text.data(), text.size(),
                          digest.data(), &size);
  GALLERIA_CHECK(good != nullptr && size >= kMacBytes);
  std::array<std::uint8_t, kMacBytes> result{};
  std::copy_n(digest.begin(), kMacBytes, result.begin());
  return result;
}

}  // namespace

std::optional<CookieDatagram> parse_cookie_datagram(std::span<const std::uint8_t> datagram) {
  if (datagram.size() < kHeadBytes || !std::equal(kMagic.begin(), kMagic.end(), datagram.begin())) return std::nullopt;
  if (datagram[7] < 1 || datagram[7] > 3) return std::nullopt;
  CookieDatagram parsed;
  parsed.kind = static_cast<CookieKind>(datagram[7]);
  if (datagram.size() != size_of(parsed.kind)) return std::nullopt;
  auto rest = datagram.subspan(kHeadBytes);
  std::copy_n(rest.begin(), parsed.nonce.size(), parsed.nonce.begin());
  rest = rest.subspan(parsed.nonce.size());
  if (parsed.kind == CookieKind::kRequest) {
    const bool padded = std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; });
    return padded ? std::optional(parsed) : std::nullopt;
  }
  std::copy_n(rest.begin(), parsed.cookie.size(), parsed.cookie.begin());
  rest = rest.subspan(parsed.cookie.size());
  if (parsed.kind == CookieKind::kEcho) std::copy_n(rest.begin(), parsed.ticket_id.size(), parsed.ticket_id.begin());
  return parsed;
}

CookieBytes make_cookie_datagram(const CookieDatagram& datagram) {
  CookieBytes out;
  out.size = size_of(datagram.kind);
  auto at = std::copy(kMagic.begin(), kMagic.end(), out.bytes.begin());
  *at++ = static_cast<std::uint8_t>(datagram.kind);
  at = std::copy(datagram.nonce.begin(), datagram.nonce.end(), at);
  if (datagram.kind == CookieKind::kRequest) return out;
  at = std::copy(datagram.cookie.begin(), datagram.cookie.end(), at);
  if (datagram.kind == CookieKind::kEcho) std::copy(datagram.ticket_id.begin(), datagram.ticket_id.end(), at);
  return out;
}

Cookie make_cookie(const CookieSecret& secret, std::span<const std::uint8_t> address, TimeUs now) {
  Cookie cookie{};
  for (unsigned i = 0; i < 8; ++i) cookie[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(now.us) >> (8 * i));
  const auto proof = mac(secret, std::span(cookie).first(8), address);
  std::copy(proof.begin(), proof.end(), cookie.begin() + 8);
  return cookie;
}

bool check_cookie(const CookieSecret& secret, std::span<const std::uint8_t> address, const Cookie& cookie, TimeUs now) {
  std::uint64_t made_us = 0;
  for (unsigned i = 0; i < 8; ++i) made_us |= std::uint64_t{cookie[i]} << (8 * i);
  const auto proof = mac(secret, std::span(cookie).first(8), address);
  if (CRYPTO_memcmp(proof.data(), cookie.data() + 8, kMacBytes) != 0) return false;
  const SpanUs age = now - TimeUs{static_cast<std::int64_t>(made_us)};
  return age.us >= 0 && age <= kCookieLife;
}

bool is_enet_connect(std::span<const std::uint8_t> datagram) {
  return datagram.size() >= 2 && (datagram[0] & 0x0fU) == 0x0f && datagram[1] == 0xff;
}

}  // namespace proto
