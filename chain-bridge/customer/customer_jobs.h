/// What a brand notes on the customer chain, as jobs of a transaction queue: consents, readers, withdrawals, erasures,
/// anchors and the purposes themselves. The payload of a job is the call, made when it was added; nothing here is
/// private.
#pragma once

#include "chain-bridge/customer/consent_call.h"
#include "chain-bridge/relayer/transaction_queue.h"

namespace chain {

class CustomerJobs final : public Calls {
 public:
  CustomerJobs(JobStore& store, const CustomerDeployment& deployment) : m_store(store), m_deployment(deployment) {}

  void grant(const ConsentGrant& grant, const Bytes& signature, proto::TimeUs now);
  void set_reader(const ReaderGrant& grant, const Bytes& signature, proto::TimeUs now);
  void withdraw(const Word& consent_id, const Bytes& signature, proto::TimeUs now);
  void erased(const Word& consent_id, const Word& receipt_hash, proto::TimeUs now);
  void add_purpose(const Word& purpose_id, const Word& notice_hash, std::uint64_t retention_s, std::string_view term,
                   proto::TimeUs now);
  void anchor(const Word& purpose_id, const Word& root, std::uint32_t count, proto::TimeUs now);

  [[nodiscard]] Call call(const Job& job, proto::TimeUs now) const override;
  [[nodiscard]] std::optional<Settled> settled(Node& node, const Job& job) const override;
  [[nodiscard]] std::optional<std::string> too_late(const Job& job, proto::TimeUs now) const override;
  [[nodiscard]] Judgement judge(const Job& job, const Bytes& revert_data, proto::TimeUs now) const override;

 private:
  void add(const char* kind, const Address& to, const Bytes& data, const Word& topic, const Word& argument,
           proto::TimeUs now);

  JobStore& m_store;
  const CustomerDeployment& m_deployment;
};

}  // namespace chain
