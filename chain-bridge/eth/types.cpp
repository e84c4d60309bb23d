#include "chain-bridge/eth/types.h"

#include <algorithm>

#include "chain-bridge/eth/keccak.h"
#include "client-proto/core/hex.h"

namespace chain {

namespace {

bool has_prefix(std::string_view text) { return text.size() >= 2 && text[0] == '0' && text[1] == 'x'; }

bool is_letter(char c) { return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_upper(char c) { return c >= 'A' && c <= 'F'; }

/// EIP-55: a letter is upper case where the matching digit of the hash of the lower-case text is 8 or more.
std::string checksum_case(std::string digits) {
  const Word hash = keccak256({reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size()});
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::uint8_t byte = hash.bytes[i / 2];
    const unsigned nibble = i % 2 == 0 ? byte >> 4U : byte & 15U;
    if (is_letter(digits[i]) && nibble >= 8) digits[i] = static_cast<char>(digits[i] - 'a' + 'A');
  }
  return digits;
}

}  // namespace

Word Word::of(std::uint64_t value) {
  Word word;
  for (std::size_t i = 0; i < 8; ++i) word.bytes[31 - i] = static_cast<std::uint8_t>(value >> (8 * i));
  return word;
}

std::optional<std::uint64_t> Word::to_u64() const {
  if (std::any_of(bytes.begin(), bytes.begin() + 24, [](std::uint8_t b) { return b != 0; })) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 24; i < 32; ++i) value = value << 8U | bytes[i];
  return value;
}

std::string Word::hex() const { return hex_data(bytes); }

std::optional<Word> Word::parse(std::string_view text) {
  Word word;
  if (!has_prefix(text) || !proto::from_hex(text.substr(2), word.bytes)) return std::nullopt;
  return word;
}

std::string Address::text() const { return "0x" + checksum_case(proto::to_hex(bytes)); }

std::optional<Address> Address::parse(std::string_view text) {
  Address address;
  if (!has_prefix(text) || !proto::from_hex(text.substr(2), address.bytes)) return std::nullopt;
  const std::string_view digits = text.substr(2);
  const bool upper = std::any_of(digits.begin(), digits.end(), is_upper);
  const bool lower = std::any_of(digits.begin(), digits.end(), [](char c) { return is_letter(c) && !is_upper(c); });
  if (upper && lower && address.text() != text) return std::nullopt;
  return address;
}

Word Address::word() const {
  Word word;
  std::copy(bytes.begin(), bytes.end(), word.bytes.begin() + 12);
  return word;
}

std::optional<Address> Address::from_word(const Word& word) {
  if (std::any_of(word.bytes.begin(), word.bytes.begin() + 12, [](std::uint8_t b) { return b != 0; }))
    return std::nullopt;
  Address address;
  std::copy(word.bytes.begin() + 12, word.bytes.end(), address.bytes.begin());
  return address;
}

std::string hex_data(ByteView bytes) { return "0x" + proto::to_hex(bytes); }

std::optional<Bytes> parse_data(std::string_view text, std::size_t bytes_max) {
  if (!has_prefix(text) || text.size() % 2 != 0 || text.size() / 2 - 1 > bytes_max) return std::nullopt;
  Bytes bytes(text.size() / 2 - 1);
  if (!proto::from_hex(text.substr(2), bytes)) return std::nullopt;
  return bytes;
}

std::string hex_quantity(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  do {
    digits.insert(digits.begin(), kDigits[value & 15U]);
    value >>= 4U;
  } while (value != 0);
  return "0x" + digits;
}

std::optional<std::uint64_t> parse_quantity(std::string_view text) {
  if (!has_prefix(text) || text.size() < 3 || text.size() > 18) return std::nullopt;
  std::string padded(16 - (text.size() - 2), '0');
  padded.append(text.substr(2));
  std::array<std::uint8_t, 8> bytes{};
  if (!proto::from_hex(padded, bytes)) return std::nullopt;
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8U | byte;
  return value;
}

}  // namespace chain
