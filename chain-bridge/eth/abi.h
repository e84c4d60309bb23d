/// The contract ABI, as far as our contracts use it: calls with static words, dynamic byte strings and nested tuples on
/// the way out; words and byte strings on the way back. Source: Solidity documentation, "Contract ABI Specification".
#pragma once

#include <variant>

#include "chain-bridge/eth/types.h"

namespace chain::abi {

/// First four bytes of the hash of a signature such as "used(bytes32)".
using Selector = std::array<std::uint8_t, 4>;
[[nodiscard]] Selector selector(std::string_view signature);
/// Topic 0 of an event such as "Transfer(address,address,uint256)".
[[nodiscard]] Word event_topic(std::string_view signature);

/// One argument: a static word, a dynamic byte string, or a list of arguments that is itself a dynamic tuple.
struct Value {
  std::variant<Word, Bytes, std::vector<Value>> item;
  Value(const Word& word) : item(word) {}                      // NOLINT: implicit on purpose, arguments read as a list
  Value(const Address& address) : item(address.word()) {}      // NOLINT
  Value(std::uint64_t number) : item(Word::of(number)) {}      // NOLINT
  Value(Bytes bytes) : item(std::move(bytes)) {}               // NOLINT
  Value(std::vector<Value> tuple) : item(std::move(tuple)) {}  // NOLINT
  static Value text(std::string_view text) { return Bytes(text.begin(), text.end()); }
};

/// Arguments without a selector.
[[nodiscard]] Bytes encode(std::span<const Value> arguments);
/// A call: selector and arguments.
[[nodiscard]] Bytes encode_call(std::string_view signature, std::span<const Value> arguments);

/// Reads what a call returned. Every read is checked; nothing means that the data is too short or malformed.
class Reader {
 public:
  explicit Reader(ByteView data) : m_data(data) {}
  [[nodiscard]] std::optional<Word> word(std::size_t index) const;
  [[nodiscard]] std::optional<bool> boolean(std::size_t index) const;
  [[nodiscard]] std::optional<Address> address(std::size_t index) const;
  /// The dynamic byte string (or text) whose offset stands at `index`; at most `bytes_max` long.
  [[nodiscard]] std::optional<Bytes> bytes(std::size_t index, std::size_t bytes_max) const;

 private:
  ByteView m_data;
};

}  // namespace chain::abi
