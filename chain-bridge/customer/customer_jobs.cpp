#include "chain-bridge/customer/customer_jobs.h"

#include <nlohmann/json.hpp>

#include "chain-bridge/eth/abi.h"
#include "chain-bridge/eth/keccak.h"
#include "client-proto/core/check.h"

namespace chain {

using nlohmann::json;

namespace {

constexpr std::size_t kCallBytesMax = 16U << 10U;
/// What the registries refuse is refused for good, except where another job has to come first.
constexpr proto::SpanUs kGiveUpAfter = proto::hours(1);

}  // namespace

/// The event that shows the effect is named by its first topic and one argument; a zero topic says that there is none
/// to look for, and that the contract itself takes the call only once.
void CustomerJobs::add(const char* kind, const Address& to, const Bytes& data, const Word& topic, const Word& argument,
                       proto::TimeUs now) {
  const json payload{{"to", to.text()}, {"data", hex_data(data)}, {"topic", topic.hex()}, {"argument", argument.hex()}};
  m_store.add({keccak256(data), kind, payload.dump(), "", 0}, now);
}

void CustomerJobs::grant(const ConsentGrant& grant, const Bytes& signature, proto::TimeUs now) {
  add("grant", m_deployment.consents, grant_call(grant, signature),
      abi::event_topic("ConsentGranted(bytes32,bytes32,bytes32,uint64,bytes32)"), grant.consent_id, now);
}

void CustomerJobs::set_reader(const ReaderGrant& grant, const Bytes& signature, proto::TimeUs now) {
  // Readers come and go under one consent, so an event of an earlier change must not be taken for this one's.
  add("reader", m_deployment.consents, reader_call(grant, signature), Word{}, grant.consent_id, now);
}

void CustomerJobs::withdraw(const Word& consent_id, const Bytes& signature, proto::TimeUs now) {
  add("withdraw", m_deployment.consents, withdraw_call(consent_id, signature),
      abi::event_topic("ConsentWithdrawn(bytes32)"), consent_id, now);
}

void CustomerJobs::erased(const Word& consent_id, const Word& receipt_hash, proto::TimeUs now) {
  add("erased", m_deployment.consents, erased_call(consent_id, receipt_hash),
      abi::event_topic("Erased(bytes32,bytes32)"), consent_id, now);
}

void CustomerJobs::add_purpose(const Word& purpose_id, const Word& notice_hash, std::uint64_t retention_s,
                               std::string_view term, proto::TimeUs now) {
  add("purpose", m_deployment.purposes, add_purpose_call(purpose_id, notice_hash, retention_s, term),
      abi::event_topic("PurposeAdded(bytes32,bytes32,uint64,string)"), purpose_id, now);
}

void CustomerJobs::anchor(const Word& purpose_id, const Word& root, std::uint32_t count, proto::TimeUs now) {
  // The root is no topic of the event.
  add("anchor", m_deployment.anchors, anchor_call(purpose_id, root, count), Word{}, root, now);
}

Call CustomerJobs::call(const Job& job, proto::TimeUs) const {
  const json payload = json::parse(job.intent.payload);
  const auto to = Address::parse(payload.at("to").get<std::string>());
  auto data = parse_data(payload.at("data").get<std::string>(), kCallBytesMax);
  GALLERIA_CHECK(to.has_value() && data.has_value());
  return {*to, std::move(*data)};
}

std::optional<Settled> CustomerJobs::settled(Node& node, const Job& job) const {
  const json payload = json::parse(job.intent.payload);
  const auto topic = Word::parse(payload.at("topic").get<std::string>());
  const auto argument = Word::parse(payload.at("argument").get<std::string>());
  const auto to = Address::parse(payload.at("to").get<std::string>());
  GALLERIA_CHECK(topic.has_value() && argument.has_value() && to.has_value());
  if (topic->is_zero()) return std::nullopt;
  const auto logs = node.logs(*to, *topic, *argument, m_deployment.first_block);
  if (!logs || logs->empty()) return std::nullopt;
  const auto receipt = node.receipt(logs->back().transaction_hash);
  if (!receipt || !receipt->has_value()) return std::nullopt;
  return Settled{logs->back().transaction_hash, **receipt};
}

std::optional<std::string> CustomerJobs::too_late(const Job&, proto::TimeUs) const { return std::nullopt; }

Judgement CustomerJobs::judge(const Job& job, const Bytes& revert_data, proto::TimeUs now) const {
  const std::string reason = revert_data.size() < 4 ? "no reason" : hex_data(ByteView(revert_data).first(4));
  return {"the registry refuses " + job.intent.kind + ": " + reason, now - job.created > kGiveUpAfter};
}

}  // namespace chain
