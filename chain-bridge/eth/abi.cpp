#include "chain-bridge/eth/abi.h"

#include <algorithm>

#include "chain-bridge/eth/keccak.h"

namespace chain::abi {

namespace {

constexpr std::size_t kWordBytes = 32;

bool is_dynamic(const Value& value) { return !std::holds_alternative<Word>(value.item); }

void append(Bytes& out, const Word& word) { out.insert(out.end(), word.bytes.begin(), word.bytes.end()); }

Bytes encode_tail(const Value& value) {
  if (const auto* tuple = std::get_if<std::vector<Value>>(&value.item)) return encode(*tuple);
  const Bytes& bytes = std::get<Bytes>(value.item);
  Bytes out;
  append(out, Word::of(bytes.size()));
  out.insert(out.end(), bytes.begin(), bytes.end());
  out.resize((out.size() + kWordBytes - 1) / kWordBytes * kWordBytes, 0);
  return out;
}

}  // namespace

Selector selector(std::string_view signature) {
  const Word hash = keccak256(signature);
  return {hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3]};
}

Word event_topic(std::string_view signature) { return keccak256(signature); }

Bytes encode(std::span<const Value> arguments) {
  Bytes head;
  Bytes tail;
  for (const Value& argument : arguments) {
    if (!is_dynamic(argument)) {
      append(head, std::get<Word>(argument.item));
      continue;
    }
    append(head, Word::of(arguments.size() * kWordBytes + tail.size()));
    const Bytes encoded = encode_tail(argument);
    tail.insert(tail.end(), encoded.begin(), encoded.end());
  }
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

Bytes encode_call(std::string_view signature, std::span<const Value> arguments) {
  const Selector id = selector(signature);
  Bytes out(id.begin(), id.end());
  const Bytes encoded = encode(arguments);
  out.insert(out.end(), encoded.begin(), encoded.end());
  return out;
}

std::optional<Word> Reader::word(std::size_t index) const {
  if (index >= m_data.size() / kWordBytes) return std::nullopt;
  Word word;
  std::copy_n(m_data.begin() + static_cast<std::ptrdiff_t>(index * kWordBytes), kWordBytes, word.bytes.begin());
  return word;
}

std::optional<bool> Reader::boolean(std::size_t index) const {
  const auto value = word(index);
  if (!value || *value > Word::of(1)) return std::nullopt;
  return *value == Word::of(1);
}

std::optional<Address> Reader::address(std::size_t index) const {
  const auto value = word(index);
  return value ? Address::from_word(*value) : std::nullopt;
}

std::optional<Bytes> Reader::bytes(std::size_t index, std::size_t bytes_max) const {
  const auto head = word(index);
  const auto offset = head ? head->to_u64() : std::nullopt;
  if (!offset || *offset % kWordBytes != 0 || *offset > m_data.size()) return std::nullopt;
  const auto length_word = word(static_cast<std::size_t>(*offset) / kWordBytes);
  const auto length = length_word ? length_word->to_u64() : std::nullopt;
  const std::size_t start = static_cast<std::size_t>(*offset) + kWordBytes;
  if (!length || *length > bytes_max || *length > m_data.size() - start) return std::nullopt;
  const ByteView content = m_data.subspan(start, static_cast<std::size_t>(*length));
  return Bytes(content.begin(), content.end());
}

}  // namespace chain::abi
