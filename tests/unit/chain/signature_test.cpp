#include "chain-bridge/eth/signature.h"

#include <catch2/catch.hpp>

#include "chain-bridge/eth/keccak.h"

using chain::keccak256;
using chain::Signature;
using chain::Word;

namespace {

/// n - s: the second form of a signature (SEC 2, the order n of secp256k1).
Word negate_s(const Word& s) {
  const Word order = Word::parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141").value();
  Word out;
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int value = order.bytes[i] - s.bytes[i] - borrow;
    borrow = value < 0 ? 1 : 0;
    out.bytes[i] = static_cast<std::uint8_t>(value & 0xff);
  }
  return out;
}

}  // namespace

TEST_CASE("who signed is recovered from the signature") {
  const auto key = chain::SecretKey::from(keccak256("shop"));
  REQUIRE(key);
  const Word hash = keccak256("order");
  const Signature signature = key->sign(hash);
  CHECK(chain::recover(hash, signature) == key->address());
  CHECK(chain::recover(keccak256("another order"), signature) != key->address());
  CHECK(Signature::parse(signature.bytes()) == signature);
}

TEST_CASE("the second form of a signature is refused") {
  const auto key = chain::SecretKey::from(keccak256("shop"));
  const Word hash = keccak256("order");
  Signature mirrored = key->sign(hash);
  mirrored.s = negate_s(mirrored.s);
  mirrored.y_parity = !mirrored.y_parity;
  CHECK_FALSE(chain::recover(hash, mirrored));
}

TEST_CASE("malformed signatures and keys are refused") {
  const Word hash = keccak256("order");
  CHECK_FALSE(chain::recover(hash, Signature{}));
  CHECK_FALSE(Signature::parse(chain::Bytes(64, 1)));
  CHECK_FALSE(Signature::parse(chain::Bytes(65, 5)));
  CHECK_FALSE(chain::SecretKey::from(Word{}));
  CHECK_FALSE(chain::SecretKey::from(
      Word::parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141").value()));
}
