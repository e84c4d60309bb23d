#include "chain-bridge/eth/rlp.h"

#include <algorithm>

namespace chain::rlp {

namespace {

constexpr std::size_t kShortMax = 55;

ByteView without_leading_zeros(const Word& value) {
  const auto first = std::find_if(value.bytes.begin(), value.bytes.end(), [](std::uint8_t b) { return b != 0; });
  return {first, value.bytes.end()};
}

/// Prefix of a payload: `base` is 0x80 for strings and 0xc0 for lists.
Bytes prefix(std::uint8_t base, std::size_t size) {
  if (size <= kShortMax) return {static_cast<std::uint8_t>(base + size)};
  const Word word = Word::of(size);
  const ByteView digits = without_leading_zeros(word);
  Bytes out{static_cast<std::uint8_t>(base + kShortMax + digits.size())};
  out.insert(out.end(), digits.begin(), digits.end());
  return out;
}

}  // namespace

Bytes encode(ByteView bytes) {
  if (bytes.size() == 1 && bytes[0] < 0x80) return {bytes[0]};
  Bytes out = prefix(0x80, bytes.size());
  out.insert(out.end(), bytes.begin(), bytes.end());
  return out;
}

Bytes encode(std::uint64_t value) { return encode(Word::of(value)); }

Bytes encode(const Word& value) { return encode(without_leading_zeros(value)); }

Bytes encode_list(std::span<const Bytes> items) {
  std::size_t size = 0;
  for (const Bytes& item : items) size += item.size();
  Bytes out = prefix(0xc0, size);
  for (const Bytes& item : items) out.insert(out.end(), item.begin(), item.end());
  return out;
}

}  // namespace chain::rlp
