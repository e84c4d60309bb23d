/// What a brand notes on the customer chain, as jobs of a transaction queue. The payload of a job is the call, made
/// when it was added; nothing here is private.
#pragma once

#include "chain-bridge/customer/chain_note.h"
#include "chain-bridge/customer/terms.h"
#include "chain-bridge/relayer/transaction_queue.h"

namespace chain {

class CustomerJobs final : public Calls {
 public:
  /// `brand` is the one whose key sends them.
  CustomerJobs(JobStore& store, const CustomerDeployment& deployment, std::string_view brand)
      : m_store(store), m_deployment(deployment), m_brand_id(registry_id(brand)) {}

  /// Takes a note on; its job has the key `note_key(note)`. One that is known already is left as it is.
  void add(const ChainNote& note, proto::TimeUs now);
  /// Tells the registry of a purpose.
  void add(const Purpose& purpose, proto::TimeUs now);

  [[nodiscard]] Call call(const Job& job, proto::TimeUs now) const override;
  [[nodiscard]] NodeResult<std::optional<Settled>> settled(Node& node, const Job& job) const override;
  [[nodiscard]] std::optional<std::string> too_late(const Job& job, std::uint64_t chain_time_s) const override;
  [[nodiscard]] std::optional<std::uint64_t> ends_s(const Job& job, const Attempt& last) const override;
  [[nodiscard]] Judgement judge(const Job& job, const Bytes& revert_data, proto::TimeUs now) const override;

 private:
  JobStore& m_store;
  const CustomerDeployment& m_deployment;
  Word m_brand_id;
};

}  // namespace chain
