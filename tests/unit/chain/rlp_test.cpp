#include "chain-bridge/eth/rlp.h"

#include <catch2/catch.hpp>

#include "tests/unit/chain/vectors.h"

using chain::Bytes;
using nlohmann::json;

namespace {

chain::Word word_of_decimal(const std::string& digits) {
  chain::Word word;
  for (const char digit : digits) {
    unsigned carry = static_cast<unsigned>(digit - '0');
    for (std::size_t i = 32; i-- > 0;) {
      const unsigned value = word.bytes[i] * 10U + carry;
      word.bytes[i] = static_cast<std::uint8_t>(value & 0xffU);
      carry = value >> 8U;
    }
  }
  return word;
}

Bytes encode_json(const json& value) {
  if (value.is_array()) {
    std::vector<Bytes> items;
    for (const json& item : value) items.push_back(encode_json(item));
    return chain::rlp::encode_list(items);
  }
  if (value.is_number_unsigned()) return chain::rlp::encode(value.get<std::uint64_t>());
  const auto text = value.get<std::string>();
  if (!text.empty() && text[0] == '#') return chain::rlp::encode(word_of_decimal(text.substr(1)));
  return chain::rlp::encode(Bytes(text.begin(), text.end()));
}

}  // namespace

TEST_CASE("RLP gives the published encodings") {
  const auto vectors = published_vectors("rlp/rlptest.json");
  if (!vectors) {
    WARN("skipped: the published RLP vectors are not on this machine");
    return;
  }
  REQUIRE(vectors->size() > 20);
  for (const auto& [name, vector] : vectors->items()) {
    if (name == "bigint") continue;  // 2^256: one bit more than a word of the chain has
    INFO(name);
    CHECK(chain::hex_data(encode_json(vector["in"])) == vector["out"].get<std::string>());
  }
}

TEST_CASE("RLP switches to a long prefix after 55 bytes") {
  CHECK(chain::hex_data(chain::rlp::encode(Bytes(55, 0xaa))).substr(0, 6) == "0xb7aa");
  CHECK(chain::hex_data(chain::rlp::encode(Bytes(56, 0xaa))).substr(0, 8) == "0xb838aa");
  CHECK(chain::hex_data(chain::rlp::encode(std::uint64_t{0})) == "0x80");
}
