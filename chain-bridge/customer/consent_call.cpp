#include "chain-bridge/customer/consent_call.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "chain-bridge/eth/abi.h"
#include "chain-bridge/eth/eip712.h"
#include "chain-bridge/eth/keccak.h"

namespace chain {

using nlohmann::json;

namespace {

constexpr const char* kGrantType =
    "Grant(bytes32 consentId,bytes32 brandId,bytes32 purposeId,uint64 notAfter,bytes32 commitment)";
constexpr const char* kWithdrawType = "Withdraw(bytes32 consentId)";
constexpr const char* kReaderType = "Reader(bytes32 consentId,bytes32 readerId,uint64 notAfter,uint64 sequence)";
constexpr const char* kEraseType = "Erase(bytes32 consentId)";

std::array<Word, 5> words_of(const ConsentGrant& grant) {
  return {grant.consent_id, grant.brand_id, grant.purpose_id, Word::of(grant.not_after_s), grant.commitment};
}

std::array<Word, 4> words_of(const ReaderGrant& grant) {
  return {grant.consent_id, grant.reader_id, Word::of(grant.not_after_s), Word::of(grant.sequence)};
}

Word digest(const CustomerDeployment& deployment, std::string_view type, std::span<const Word> members) {
  const Word separator = eip712::domain_separator({"Galleria Consents", "1", deployment.chain_id, deployment.consents});
  return eip712::signing_hash(separator, eip712::struct_hash(type, members));
}

bool is_brand_name(std::string_view name) {
  constexpr std::size_t kNameCharactersMax = 64;
  return !name.empty() && name.size() <= kNameCharactersMax && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Bytes call(std::string_view signature, std::vector<abi::Value> arguments) {
  return abi::encode_call(signature, arguments);
}

}  // namespace

proto::Result<CustomerDeployment, std::string> CustomerDeployment::parse(const std::string& json_text) {
  const json document = json::parse(json_text, nullptr, false);
  if (!document.is_object()) return proto::fail(std::string("the customer chain's deployment is not a JSON object"));
  CustomerDeployment out;
  const auto read = [&document](const char* key, Address& into) {
    const auto found = document.find(key);
    const auto address =
        found != document.end() && found->is_string() ? Address::parse(found->get<std::string>()) : std::nullopt;
    if (address) into = *address;
    return address.has_value();
  };
  const auto id = document.find("chain_id");
  const auto first = document.find("first_block");
  if (id == document.end() || !id->is_number_unsigned() || first == document.end() || !first->is_number_unsigned()) {
    return proto::fail(std::string("the customer chain's deployment lacks chain_id or first_block"));
  }
  out.chain_id = id->get<std::uint64_t>();
  out.first_block = first->get<std::uint64_t>();
  if (!read("brands", out.brands) || !read("purposes", out.purposes) || !read("consents", out.consents) ||
      !read("anchors", out.anchors)) {
    return proto::fail(std::string("the customer chain's deployment lacks the address of a registry"));
  }
  const auto members = document.find("members");
  if (members == document.end() || !members->is_object() || members->empty())
    return proto::fail(std::string("the customer chain's deployment lacks its members"));
  for (const auto& [brand, key] : members->items()) {
    const auto address = key.is_string() ? Address::parse(key.get<std::string>()) : std::nullopt;
    // The name becomes part of file names.
    if (!address || !is_brand_name(brand))
      return proto::fail("the customer chain's deployment has a malformed member: " + brand);
    out.members[brand] = *address;
  }
  return out;
}

Word registry_id(std::string_view name) { return keccak256(name); }

Word grant_digest(const CustomerDeployment& deployment, const ConsentGrant& grant) {
  return digest(deployment, kGrantType, words_of(grant));
}

Word withdraw_digest(const CustomerDeployment& deployment, const Word& consent_id) {
  return digest(deployment, kWithdrawType, std::array{consent_id});
}

Word reader_digest(const CustomerDeployment& deployment, const ReaderGrant& grant) {
  return digest(deployment, kReaderType, words_of(grant));
}

Word erase_digest(const CustomerDeployment& deployment, const Word& consent_id) {
  return digest(deployment, kEraseType, std::array{consent_id});
}

Bytes grant_call(const ConsentGrant& grant, const Bytes& signature) {
  std::vector<abi::Value> arguments;
  for (const Word& word : words_of(grant)) arguments.emplace_back(word);
  arguments.emplace_back(signature);
  return call("grant((bytes32,bytes32,bytes32,uint64,bytes32),bytes)", std::move(arguments));
}

Bytes withdraw_call(const Word& consent_id, const Bytes& signature) {
  return call("withdraw(bytes32,bytes)", {consent_id, signature});
}

Bytes reader_call(const ReaderGrant& grant, const Bytes& signature) {
  std::vector<abi::Value> arguments;
  for (const Word& word : words_of(grant)) arguments.emplace_back(word);
  arguments.emplace_back(signature);
  return call("setReader(bytes32,bytes32,uint64,uint64,bytes)", std::move(arguments));
}

Bytes erased_call(const Word& consent_id, const Word& receipt_hash) {
  return call("erased(bytes32,bytes32)", {consent_id, receipt_hash});
}

Bytes add_purpose_call(const Word& purpose_id, const Word& notice_hash, std::uint64_t retention_s,
                       std::string_view term) {
  return call("add(bytes32,bytes32,uint64,string)", {purpose_id, notice_hash, retention_s, abi::Value::text(term)});
}

Bytes anchor_call(const Word& purpose_id, const Word& root, std::uint32_t count) {
  return call("anchor(bytes32,bytes32,uint32)", {purpose_id, root, std::uint64_t{count}});
}

Word commitment(std::string_view tag, const Word& salt, std::string_view payload) {
  Bytes text(tag.begin(), tag.end());
  text.insert(text.end(), salt.bytes.begin(), salt.bytes.end());
  text.insert(text.end(), payload.begin(), payload.end());
  return keccak256(text);
}

}  // namespace chain
