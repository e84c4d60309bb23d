#include "chain-bridge/customer/customer_jobs.h"

#include <nlohmann/json.hpp>

#include "chain-bridge/eth/abi.h"
#include "chain-bridge/eth/keccak.h"
#include "client-proto/core/check.h"

namespace chain {

using nlohmann::json;

namespace {

constexpr std::size_t kCallBytesMax = 16U << 10U;
/// With the queue's waiting in between that is more than a day.
constexpr std::int64_t kRefusalsMax = 400;

/// What shows on the chain that a job is done, whoever sent it: word `index` of the answer to `question`, which is
/// `wanted` or, being a number, at least that; and an event of `contract` whose first argument is `argument`. The
/// newest such event may belong to a later job; once that is deep enough, so is this one.
struct Evidence {
  Address contract;
  std::string event;
  Word argument;
  Bytes question;
  std::size_t index = 0;
  Word wanted;
  bool or_more = false;
};

Bytes ask(std::string_view signature, const Word& argument) {
  const std::array<abi::Value, 1> arguments{argument};
  return abi::encode_call(signature, arguments);
}

/// Anybody may relay what a customer signed, so an event alone does not tell that it was this customer's.
Evidence evidence(const CustomerDeployment& deployment, const GrantNote& note) {
  const auto signature = Signature::parse(note.signature);
  const auto key = signature ? recover(grant_digest(deployment, note.grant), *signature) : std::nullopt;
  constexpr std::size_t kKeyOfConsent = 2;
  return {deployment.consents,   "ConsentGranted(bytes32,bytes32,bytes32,uint64,bytes32)",
          note.grant.consent_id, ask("consentOf(bytes32)", note.grant.consent_id),
          kKeyOfConsent,         key.value_or(Address{}).word()};
}
Evidence evidence(const CustomerDeployment& deployment, const ReaderNote& note) {
  return {deployment.consents,
          note.grant.not_after_s == 0 ? "ReaderRevoked(bytes32,bytes32)" : "ReaderGranted(bytes32,bytes32,uint64)",
          note.grant.consent_id,
          ask("readerSequence(bytes32)", note.grant.consent_id),
          0,
          Word::of(note.grant.sequence),
          true};
}
Evidence evidence(const CustomerDeployment& deployment, const WithdrawNote& note) {
  constexpr std::size_t kWithdrawnOfConsent = 4;
  return {deployment.consents, "ConsentWithdrawn(bytes32)",
          note.consent_id,     ask("consentOf(bytes32)", note.consent_id),
          kWithdrawnOfConsent, Word::of(1)};
}
Evidence evidence(const CustomerDeployment& deployment, const ErasedNote& note) {
  constexpr std::size_t kErasedOfConsent = 5;
  return {deployment.consents, "Erased(bytes32,bytes32)",
          note.consent_id,     ask("consentOf(bytes32)", note.consent_id),
          kErasedOfConsent,    Word::of(1)};
}
/// The moment of anchoring is not known before, only that it is not zero.
Evidence evidence(const CustomerDeployment& deployment, const AnchorNote& note) {
  return {deployment.anchors,
          "BatchAnchored(bytes32,bytes32,bytes32,uint32)",
          {},
          ask("anchoredAt(bytes32)", note.root),
          0,
          Word::of(1),
          true};
}
Evidence evidence(const CustomerDeployment& deployment, const Purpose& purpose) {
  const Word id = registry_id(purpose.name);
  return {deployment.purposes, "PurposeAdded(bytes32,bytes32,uint64,string)", id, ask("known(bytes32)", id), 0,
          Word::of(1)};
}

json payload_of(const Evidence& evidence, const Bytes& data) {
  return {{"to", evidence.contract.text()},
          {"data", hex_data(data)},
          {"event", evidence.event},
          {"argument", evidence.argument.hex()},
          {"question", hex_data(evidence.question)},
          {"index", evidence.index},
          {"wanted", evidence.wanted.hex()},
          {"or_more", evidence.or_more}};
}

Evidence evidence_in(const json& payload) {
  const auto to = Address::parse(payload.at("to").get<std::string>());
  const auto argument = Word::parse(payload.at("argument").get<std::string>());
  const auto question = parse_data(payload.at("question").get<std::string>(), kCallBytesMax);
  const auto wanted = Word::parse(payload.at("wanted").get<std::string>());
  GALLERIA_CHECK(to && argument && question && wanted);
  return {*to,     payload.at("event").get<std::string>(), *argument, *question, payload.at("index").get<std::size_t>(),
          *wanted, payload.at("or_more").get<bool>()};
}

/// What the registries refuse for good; everything else may pass when another job, a member or an operator has acted.
std::optional<std::string_view> lasting_refusal(ByteView revert_data) {
  constexpr std::array<std::string_view, 5> kLasting{"ConsentExists(bytes32)", "WrongEnd(uint64)", "WrongSignature()",
                                                     "WrongBatch(bytes32,uint32)", "WrongPurpose(bytes32)"};
  for (const std::string_view error : kLasting) {
    const abi::Selector selector = abi::selector(error);
    if (revert_data.size() >= selector.size() && std::equal(selector.begin(), selector.end(), revert_data.begin()))
      return error;
  }
  return std::nullopt;
}

}  // namespace

void CustomerJobs::add(const ChainNote& note, proto::TimeUs now) {
  Evidence shown = std::visit([this](const auto& n) { return evidence(m_deployment, n); }, note);
  if (std::holds_alternative<AnchorNote>(note)) shown.argument = m_brand_id;
  const json payload = payload_of(shown, call_of(note));
  m_store.add({note_key(note), std::string(kind_of(note)), payload.dump(), "", 0}, now);
}

void CustomerJobs::add(const Purpose& purpose, proto::TimeUs now) {
  const Bytes data =
      add_purpose_call(registry_id(purpose.name), notice_hash(purpose), purpose.retention_s, purpose.term);
  m_store.add({keccak256(data), "purpose", payload_of(evidence(m_deployment, purpose), data).dump(), "", 0}, now);
}

Call CustomerJobs::call(const Job& job, proto::TimeUs) const {
  const json payload = json::parse(job.intent.payload);
  const auto to = Address::parse(payload.at("to").get<std::string>());
  auto data = parse_data(payload.at("data").get<std::string>(), kCallBytesMax);
  GALLERIA_CHECK(to.has_value() && data.has_value());
  return {*to, std::move(*data)};
}

NodeResult<std::optional<Settled>> CustomerJobs::settled(Node& node, const Job& job) const {
  const RpcError unclear{RpcError::Kind::kMalformed, 0, "the registry does not show what became of the call", {}};
  const Evidence shown = evidence_in(json::parse(job.intent.payload));
  const auto answer = node.call(shown.contract, shown.contract, shown.question);
  if (!answer) return proto::fail(answer.error());
  const auto word = abi::Reader(*answer).word(shown.index);
  if (!word) return proto::fail(unclear);
  if (shown.or_more ? *word < shown.wanted : *word != shown.wanted) return std::optional<Settled>();
  const auto logs = node.logs(shown.contract, abi::event_topic(shown.event), shown.argument, m_deployment.first_block);
  if (!logs) return proto::fail(logs.error());
  if (logs->empty()) return proto::fail(unclear);
  const auto receipt = node.receipt(logs->back().transaction_hash);
  if (!receipt) return proto::fail(receipt.error());
  if (!receipt->has_value()) return proto::fail(unclear);
  return std::optional<Settled>({logs->back().transaction_hash, **receipt});
}

std::optional<std::string> CustomerJobs::too_late(const Job&, std::uint64_t) const { return std::nullopt; }

std::optional<std::uint64_t> CustomerJobs::ends_s(const Job&, const Attempt&) const { return std::nullopt; }

Judgement CustomerJobs::judge(const Job& job, const Bytes& revert_data, proto::TimeUs) const {
  if (const auto error = lasting_refusal(revert_data))
    return {"the registry refuses this " + job.intent.kind + ": " + std::string(*error), true};
  const std::string reason = revert_data.size() < 4 ? "no reason" : hex_data(ByteView(revert_data).first(4));
  return {"the registry refuses this " + job.intent.kind + ": " + reason, job.tries >= kRefusalsMax};
}

}  // namespace chain
