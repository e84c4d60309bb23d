#include "world-server/api/token_text.h"

#include <cstdint>

namespace world {
namespace {

constexpr std::size_t kHexDigits = 64;
constexpr std::size_t kDecimalDigitsMax = 78;

}  // namespace

std::optional<proto::TokenId> token_of_text(std::string_view text) {
  if (text.starts_with("0x")) return proto::TokenId::parse(text.substr(2));
  // A decimal id of exactly 64 digits is a random id below 2^213, which nobody will ever draw.
  if (text.size() == kHexDigits) return proto::TokenId::parse(text);
  if (text.empty() || text.size() > kDecimalDigitsMax) return std::nullopt;
  proto::TokenId token;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    std::uint32_t carry = static_cast<std::uint32_t>(digit - '0');
    for (std::size_t i = token.bytes.size(); i-- > 0;) {
      carry += token.bytes[i] * 10U;
      token.bytes[i] = static_cast<std::uint8_t>(carry & 0xffU);
      carry >>= 8U;
    }
    if (carry != 0) return std::nullopt;
  }
  return token;
}

}  // namespace world
