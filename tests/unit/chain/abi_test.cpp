#include "chain-bridge/eth/abi.h"

#include <array>
#include <catch2/catch.hpp>

using chain::Bytes;
using chain::Word;
using chain::abi::Value;

TEST_CASE("selectors and topics are those that every token has") {
  CHECK(chain::hex_data(chain::abi::selector("transfer(address,uint256)")) == "0xa9059cbb");
  CHECK(chain::abi::event_topic("Transfer(address,address,uint256)").hex() ==
        "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
}

// The example "sam(bytes,bool,uint256[])" of the ABI specification; its last argument, a dynamic array of three words,
// is written here as the byte string it is on the wire apart from its length.
TEST_CASE("dynamic arguments follow the head with their offsets") {
  const std::array<Value, 3> arguments{Value::text("dave"), Value(Word::of(1)),
                                       Value::text("a text of more than thirty-two bytes")};
  const Bytes data = chain::abi::encode(arguments);
  const chain::abi::Reader reader(data);
  CHECK(data.size() == 7 * 32U + 32U);
  CHECK(reader.word(0) == Word::of(0x60));
  CHECK(reader.boolean(1) == true);
  CHECK(reader.word(2) == Word::of(0xa0));
  CHECK(reader.bytes(0, 100) == Bytes{'d', 'a', 'v', 'e'});
  CHECK(reader.bytes(2, 100)->size() == 36);
}

TEST_CASE("a nested tuple is encoded with offsets of its own") {
  const std::array<Value, 1> arguments{Value(std::vector<Value>{Value(std::uint64_t{7}), Value(Bytes{0xff})})};
  CHECK(chain::hex_data(chain::abi::encode(arguments)) ==
        "0x0000000000000000000000000000000000000000000000000000000000000020"
        "0000000000000000000000000000000000000000000000000000000000000007"
        "0000000000000000000000000000000000000000000000000000000000000040"
        "0000000000000000000000000000000000000000000000000000000000000001"
        "ff00000000000000000000000000000000000000000000000000000000000000");
}

TEST_CASE("a reader refuses what a node could make up") {
  const chain::abi::Reader empty({});
  CHECK_FALSE(empty.word(0));
  CHECK_FALSE(empty.bytes(0, 10));
  Bytes two = Bytes(32, 0xff);
  CHECK_FALSE(chain::abi::Reader(two).boolean(0));
  CHECK_FALSE(chain::abi::Reader(two).address(0));
  CHECK_FALSE(chain::abi::Reader(two).bytes(0, 10));
  const std::array<Value, 1> arguments{Value::text("eleven byte")};
  const Bytes data = chain::abi::encode(arguments);
  CHECK_FALSE(chain::abi::Reader(data).bytes(0, 10));
  CHECK_FALSE(chain::abi::Reader(chain::ByteView(data).first(64)).bytes(0, 100));
}
