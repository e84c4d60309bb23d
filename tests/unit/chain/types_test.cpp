#include "chain-bridge/eth/types.h"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/unit/chain/vectors.h"

using chain::Address;

TEST_CASE("an address shows the published checksums") {
  const auto vectors = published_vectors("eip.json");
  if (!vectors) {
    WARN("skipped: the published EIP vectors are not on this machine");
    return;
  }
  for (const auto& text : (*vectors)["eip55"]["addresses"]) {
    const auto address = Address::parse(text.get<std::string>());
    REQUIRE(address);
    CHECK(address->text() == text.get<std::string>());
  }
}

TEST_CASE("an address with one letter in the wrong case is refused") {
  CHECK(Address::parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
  CHECK_FALSE(Address::parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed"));
  CHECK(Address::parse("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"));
}

TEST_CASE("malformed hexadecimal is refused") {
  CHECK_FALSE(Address::parse("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"));
  CHECK_FALSE(Address::parse("0x5aaeb6"));
  CHECK_FALSE(chain::Word::parse("0x01"));
  CHECK_FALSE(chain::parse_data("0x123", 10));
  CHECK_FALSE(chain::parse_data("0x112233", 2));
  CHECK_FALSE(chain::parse_quantity("0x"));
  CHECK_FALSE(chain::parse_quantity("0x11223344556677889"));
  CHECK_FALSE(chain::parse_quantity("0x1g"));
}

TEST_CASE("quantities survive their text form") {
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{1} << 40U,
                                    std::numeric_limits<std::uint64_t>::max()}) {
    CHECK(chain::parse_quantity(chain::hex_quantity(value)) == value);
    CHECK(chain::Word::of(value).to_u64() == value);
  }
  CHECK(chain::hex_quantity(0) == "0x0");
  CHECK(chain::hex_quantity(1024) == "0x400");
}
