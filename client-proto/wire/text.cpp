#include "client-proto/wire/text.h"

#include <cstdint>

namespace proto {

namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size_bytes = 0;  ///< zero: not UTF-8
};

CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
  std::uint32_t value = lead & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {};
    value = value << 6U | (byte(i) & 0x3fU);
  }
  constexpr std::uint32_t kSmallest[5] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
  return {value, size};
}

/// Control characters, line and paragraph separators, bidirectional overrides, zero-width characters other than the
/// joiners that emoji and some scripts need, byte-order marks and what is not a character.
bool is_forbidden(std::uint32_t c) {
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;
  if (c == 0x200b || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e)) return true;
  if (c >= 0x2060 && c <= 0x206f) return true;
  if (c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb)) return true;
  return (c & 0xfffeU) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

}  // namespace

bool is_plain_text(std::string_view text, std::size_t code_points_max) {
  std::size_t code_points = 0;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    if (next.size_bytes == 0 || is_forbidden(next.value)) return false;
    if (++code_points > code_points_max) return false;
    text.remove_prefix(next.size_bytes);
  }
  return true;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.front() != ' ' && text.back() != ' ' && is_plain_text(text, kNameCodePointsMax);
}

}  // namespace proto
