/// Typed data that a person or the store signs (EIP-712): a domain, a type, and the hash that the signature covers.
#pragma once

#include <string>

#include "chain-bridge/eth/types.h"

namespace chain::eip712 {

/// The four members that our contracts use.
struct Domain {
  std::string name;
  std::string version;
  std::uint64_t chain_id = 0;
  Address verifying_contract;
};

[[nodiscard]] Word domain_separator(const Domain& domain);
/// hashStruct: `type` is the full type string with referenced types appended, `members` are the encoded members in
/// order (dynamic ones already hashed).
[[nodiscard]] Word struct_hash(std::string_view type, std::span<const Word> members);
/// The hash that is signed: keccak256(0x1901 || separator || struct hash).
[[nodiscard]] Word signing_hash(const Word& separator, const Word& struct_hash);

}  // namespace chain::eip712
