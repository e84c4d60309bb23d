#include "chain-bridge/eth/keccak.h"

#include <catch2/catch.hpp>
#include <string>

// The digests of "" and "abc" are the published ones of the Keccak team; the last lies across two blocks.
TEST_CASE("keccak256 gives the published digests") {
  CHECK(chain::keccak256("").hex() == "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  CHECK(chain::keccak256("abc").hex() == "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
}

TEST_CASE("keccak256 pads a full block with a block of its own") {
  const std::string one_short(135, 'a');
  const std::string full(136, 'a');
  CHECK(chain::keccak256(one_short) != chain::keccak256(full));
  CHECK(chain::keccak256(full).hex() == "0xa6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e");
}
