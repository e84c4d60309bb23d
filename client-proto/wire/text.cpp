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

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};
/// What is drawn onto the letter before it, or joins it to the next, or is not drawn at all. Not every mark of Unicode:
/// those that stack, and those that hide.
constexpr Range kMarks[] = {
    {0x0300, 0x036f},   {0x0483, 0x0489},   {0x0591, 0x05bd},   {0x05bf, 0x05c7},  {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0670, 0x0670},   {0x06d6, 0x06ed},   {0x0711, 0x0711},   {0x0730, 0x074a},  {0x07a6, 0x07b0}, {0x07eb, 0x07f3},
    {0x0816, 0x082d},   {0x0859, 0x085b},   {0x0898, 0x0903},   {0x093a, 0x094f},  {0x0951, 0x0957}, {0x0e31, 0x0e31},
    {0x0e34, 0x0e3a},   {0x0e47, 0x0e4e},   {0x0eb1, 0x0eb1},   {0x0eb4, 0x0ebc},  {0x0ec8, 0x0ece}, {0x0f18, 0x0f19},
    {0x0f35, 0x0f39},   {0x0f71, 0x0f84},   {0x0f86, 0x0fbc},   {0x135d, 0x135f},  {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
    {0x200c, 0x200d},   {0x20d0, 0x20ff},   {0x2cef, 0x2cf1},   {0x2de0, 0x2dff},  {0x302a, 0x302f}, {0x3099, 0x309a},
    {0xa66f, 0xa672},   {0xa674, 0xa67d},   {0xa8e0, 0xa8f1},   {0xfe00, 0xfe0f},  {0xfe20, 0xfe2f}, {0x1d165, 0x1d169},
    {0x1d16d, 0x1d172}, {0x1d17b, 0x1d182}, {0x1d185, 0x1d18b}, {0xe0000, 0xe01ef}};

bool is_mark(std::uint32_t c) {
  for (const Range& range : kMarks) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

/// The text is plain already.
bool has_heaped_marks(std::string_view text) {
  std::size_t marks = kMarksPerLetterMax;  // nothing stands before the first letter that could carry one
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    marks = is_mark(next.value) ? marks + 1 : 0;
    if (marks > kMarksPerLetterMax) return true;
    text.remove_prefix(next.size_bytes);
  }
  return false;
}

bool has_outer_space(std::string_view text) { return text.front() == ' ' || text.back() == ' '; }

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
  return !text.empty() && !has_outer_space(text) && is_plain_text(text, kNameCodePointsMax);
}

bool is_speech(std::string_view text) {
  if (text.empty() || text.size() > kSpeechBytesMax || has_outer_space(text)) return false;
  return is_plain_text(text, kSpeechCodePointsMax) && !has_heaped_marks(text);
}

}  // namespace proto
