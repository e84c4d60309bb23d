/// Consents as the contracts of the customer chain know them (contracts/src/customer/): what a customer's browser
/// signs, and the calls that note it. Pure functions of their arguments. Nothing personal appears here: random ids,
/// salted commitments, dates.
#pragma once

#include <map>
#include <string>

#include "chain-bridge/eth/signature.h"
#include "client-proto/core/result.h"

namespace chain {

/// What was deployed on the customer chain; tools/chain writes it once per data folder.
struct CustomerDeployment {
  std::uint64_t chain_id = 0;
  std::uint64_t first_block = 0;
  Address brands;
  Address purposes;
  Address consents;
  Address anchors;
  std::map<std::string, Address> members;  ///< brands whose keys this house keeps, with the address of the key
  static proto::Result<CustomerDeployment, std::string> parse(const std::string& json_text);
};

/// Mirrors ConsentRegistry.Grant.
struct ConsentGrant {
  Word consent_id;
  Word brand_id;
  Word purpose_id;
  std::uint64_t not_after_s = 0;
  Word commitment;
  auto operator<=>(const ConsentGrant&) const = default;
};

/// Lets another brand read until `not_after_s`; zero stops it.
struct ReaderGrant {
  Word consent_id;
  Word reader_id;
  std::uint64_t not_after_s = 0;
  std::uint64_t sequence = 0;
};

/// A brand or purpose as the registries name it.
[[nodiscard]] Word registry_id(std::string_view name);

/// What the key of one consent signs (EIP-712).
[[nodiscard]] Word grant_digest(const CustomerDeployment& deployment, const ConsentGrant& grant);
[[nodiscard]] Word withdraw_digest(const CustomerDeployment& deployment, const Word& consent_id);
[[nodiscard]] Word reader_digest(const CustomerDeployment& deployment, const ReaderGrant& grant);
/// Not known to any contract: the customer asks the keeper to destroy what was noted under a consent.
[[nodiscard]] Word erase_digest(const CustomerDeployment& deployment, const Word& consent_id);

[[nodiscard]] Bytes grant_call(const ConsentGrant& grant, const Bytes& signature);
[[nodiscard]] Bytes withdraw_call(const Word& consent_id, const Bytes& signature);
[[nodiscard]] Bytes reader_call(const ReaderGrant& grant, const Bytes& signature);
[[nodiscard]] Bytes erased_call(const Word& consent_id, const Word& receipt_hash);
[[nodiscard]] Bytes add_purpose_call(const Word& purpose_id, const Word& notice_hash, std::uint64_t retention_s,
                                     std::string_view term);
[[nodiscard]] Bytes anchor_call(const Word& purpose_id, const Word& root, std::uint32_t count);

/// keccak256(tag || salt || payload): what goes on chain instead of the payload. Without the salt it says nothing, so
/// destroying the salt is what erases it.
[[nodiscard]] Word commitment(std::string_view tag, const Word& salt, std::string_view payload);

}  // namespace chain
