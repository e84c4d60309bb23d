/// Fee-market transactions (EIP-1559, type 2): 0x02 || rlp([chain, nonce, tip, max, gas, to, value, data, access list,
/// y parity, r, s]); the first nine are what is signed.
#pragma once

#include "chain-bridge/eth/signature.h"

namespace chain {

struct Transaction {
  std::uint64_t chain_id = 0;
  std::uint64_t nonce = 0;
  std::uint64_t tip_wei_max = 0;  ///< a unit of gas
  std::uint64_t fee_wei_max = 0;  ///< a unit of gas, tip included
  std::uint64_t gas_max = 0;
  std::optional<Address> to;  ///< nothing: creates a contract
  Word value_wei;
  Bytes data;
};

struct SignedTransaction {
  Bytes raw;  ///< what eth_sendRawTransaction takes
  Word hash;  ///< keccak256(raw)
};

[[nodiscard]] Word signing_hash(const Transaction& transaction);
[[nodiscard]] SignedTransaction sign(const Transaction& transaction, const SecretKey& key);

}  // namespace chain
