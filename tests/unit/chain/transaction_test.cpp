#include "chain-bridge/eth/transaction.h"

#include <catch2/catch.hpp>

#include "chain-bridge/eth/keccak.h"
#include "chain-bridge/eth/rlp.h"
#include "tests/unit/chain/vectors.h"

// EIP-155's published example pins RLP, hashing and signing of a whole transaction; type 2 uses the same pieces.
TEST_CASE("the pieces sign the standard's example transaction to the bit") {
  const auto vectors = published_vectors("eip.json");
  if (!vectors) {
    WARN("skipped: the published EIP vectors are not on this machine");
    return;
  }
  const auto& example = (*vectors)["eip155"];
  const auto to = chain::Address::parse(example["tx"]["to"].get<std::string>()).value();
  std::vector<chain::Bytes> fields{chain::rlp::encode(std::uint64_t{9}),
                                   chain::rlp::encode(std::uint64_t{20'000'000'000}),
                                   chain::rlp::encode(std::uint64_t{21'000}),
                                   chain::rlp::encode(chain::ByteView(to.bytes)),
                                   chain::rlp::encode(std::uint64_t{1'000'000'000'000'000'000}),
                                   chain::rlp::encode(chain::ByteView())};
  std::vector<chain::Bytes> to_sign = fields;
  for (const std::uint64_t tail : {1U, 0U, 0U}) to_sign.push_back(chain::rlp::encode(tail));
  const chain::Bytes signing_data = chain::rlp::encode_list(to_sign);
  const chain::Word hash = chain::keccak256(signing_data);
  const auto key = chain::SecretKey::from(chain::Word::parse(example["privateKey"].get<std::string>()).value());
  const auto signature = key->sign(hash);
  fields.push_back(chain::rlp::encode(std::uint64_t{37} + (signature.y_parity ? 1U : 0U)));
  fields.push_back(chain::rlp::encode(signature.r));
  fields.push_back(chain::rlp::encode(signature.s));

  CHECK(chain::hex_data(signing_data) == example["signingData"].get<std::string>());
  CHECK(hash.hex() == example["signingHash"].get<std::string>());
  CHECK(chain::hex_data(chain::rlp::encode_list(fields)) == example["signed"].get<std::string>());
}

TEST_CASE("a fee-market transaction begins with its type and recovers to its signer") {
  const auto key = chain::SecretKey::from(chain::keccak256("relayer"));
  chain::Transaction tx;
  tx.chain_id = 31337;
  tx.nonce = 3;
  tx.tip_wei_max = 1;
  tx.fee_wei_max = 2;
  tx.gas_max = 21'000;
  tx.to = key->address();
  const auto signed_tx = chain::sign(tx, *key);
  CHECK(signed_tx.raw[0] == 0x02);
  CHECK(signed_tx.hash == chain::keccak256(signed_tx.raw));
  CHECK(chain::recover(chain::signing_hash(tx), key->sign(chain::signing_hash(tx))) == key->address());
  tx.nonce = 4;
  CHECK(chain::sign(tx, *key).hash != signed_tx.hash);
}
