/// The few shapes that everything on an Ethereum chain is made of: bytes, 32-byte words, 20-byte addresses. A word is
/// kept big-endian, as it travels.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chain {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// A 256-bit word, big-endian: a hash, an unsigned integer, a token id.
struct Word {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const Word&) const = default;
  static Word of(std::uint64_t value);
  /// Nothing if the value does not fit into 64 bits.
  [[nodiscard]] std::optional<std::uint64_t> to_u64() const;
  [[nodiscard]] bool is_zero() const { return *this == Word{}; }
  /// "0x" and 64 lower-case digits.
  [[nodiscard]] std::string hex() const;
  /// "0x" and exactly 64 digits, either case; nothing otherwise.
  static std::optional<Word> parse(std::string_view text);
};

/// An account or contract address.
struct Address {
  std::array<std::uint8_t, 20> bytes{};
  auto operator<=>(const Address&) const = default;
  [[nodiscard]] bool is_zero() const { return *this == Address{}; }
  /// "0x" and 40 digits with the checksum in their case (EIP-55).
  [[nodiscard]] std::string text() const;
  /// "0x" and 40 digits, all of one case or with a right EIP-55 checksum; nothing otherwise.
  static std::optional<Address> parse(std::string_view text);
  /// Left-padded to a word, as the ABI wants it.
  [[nodiscard]] Word word() const;
  /// Nothing if the upper twelve bytes are not zero.
  static std::optional<Address> from_word(const Word& word);
};

/// "0x" and two lower-case digits a byte.
[[nodiscard]] std::string hex_data(ByteView bytes);
/// The reverse of hex_data, either case; nothing if malformed or longer than `bytes_max`.
[[nodiscard]] std::optional<Bytes> parse_data(std::string_view text, std::size_t bytes_max);
/// "0x" and digits without leading zeros, as JSON-RPC writes quantities ("0x0" for zero).
[[nodiscard]] std::string hex_quantity(std::uint64_t value);
/// The reverse; nothing if malformed or above 64 bits.
[[nodiscard]] std::optional<std::uint64_t> parse_quantity(std::string_view text);

}  // namespace chain
