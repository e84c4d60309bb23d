#include "chain-bridge/eth/eip712.h"

#include "chain-bridge/eth/keccak.h"

namespace chain::eip712 {

Word struct_hash(std::string_view type, std::span<const Word> members) {
  Bytes encoded;
  encoded.reserve(32 * (members.size() + 1));
  const Word type_hash = keccak256(type);
  encoded.insert(encoded.end(), type_hash.bytes.begin(), type_hash.bytes.end());
  for (const Word& member : members) encoded.insert(encoded.end(), member.bytes.begin(), member.bytes.end());
  return keccak256(encoded);
}

Word domain_separator(const Domain& domain) {
  const std::array<Word, 4> members{keccak256(domain.name), keccak256(domain.version), Word::of(domain.chain_id),
                                    domain.verifying_contract.word()};
  return struct_hash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)", members);
}

Word signing_hash(const Word& separator, const Word& struct_hash) {
  Bytes encoded{0x19, 0x01};
  encoded.insert(encoded.end(), separator.bytes.begin(), separator.bytes.end());
  encoded.insert(encoded.end(), struct_hash.bytes.begin(), struct_hash.bytes.end());
  return keccak256(encoded);
}

}  // namespace chain::eip712
