#include "chain-bridge/eth/transaction.h"

#include "chain-bridge/eth/keccak.h"
#include "chain-bridge/eth/rlp.h"

namespace chain {

namespace {

constexpr std::uint8_t kFeeMarketType = 0x02;

std::vector<Bytes> unsigned_fields(const Transaction& tx) {
  const ByteView to = tx.to ? ByteView(tx.to->bytes) : ByteView();
  return {rlp::encode(tx.chain_id),    rlp::encode(tx.nonce),          rlp::encode(tx.tip_wei_max),
          rlp::encode(tx.fee_wei_max), rlp::encode(tx.gas_max),        rlp::encode(to),
          rlp::encode(tx.value_wei),   rlp::encode(ByteView(tx.data)), rlp::encode_list({})};
}

Bytes typed(std::span<const Bytes> fields) {
  Bytes out = rlp::encode_list(fields);
  out.insert(out.begin(), kFeeMarketType);
  return out;
}

}  // namespace

Word signing_hash(const Transaction& transaction) { return keccak256(typed(unsigned_fields(transaction))); }

SignedTransaction sign(const Transaction& transaction, const SecretKey& key) {
  const Signature signature = key.sign(signing_hash(transaction));
  std::vector<Bytes> fields = unsigned_fields(transaction);
  fields.push_back(rlp::encode(std::uint64_t{signature.y_parity}));
  fields.push_back(rlp::encode(signature.r));
  fields.push_back(rlp::encode(signature.s));
  SignedTransaction out;
  out.raw = typed(fields);
  out.hash = keccak256(out.raw);
  return out;
}

}  // namespace chain
