/// Orders on their way through the checkout contract: what the relayer takes on, the calls it makes, and what the shop
/// is told. The rules of the shop are checked here a second time, because this side holds the keys.
#pragma once

#include "chain-bridge/relayer/checkout_call.h"
#include "chain-bridge/relayer/transaction_queue.h"

namespace chain {

/// What the shop asks for. A purchase carries the buyer's signature and a fixed end; an issue is signed anew for each
/// try, because it was paid elsewhere and only has to happen.
struct MintRequest {
  CheckoutOrder order;
  Bytes buyer_signature;  ///< empty: issue on the store's word
  [[nodiscard]] bool is_purchase() const { return !buyer_signature.empty(); }
};

struct CheckoutLimits {
  proto::SpanUs issue_life = proto::minutes(60);  ///< validBefore of an order that was paid elsewhere
  proto::SpanUs issue_give_up_after = proto::hours(24);
  std::uint64_t order_amount_max = 50'000'000'000;  ///< in the currency's smallest units
  std::uint64_t day_amount_max = 500'000'000'000;
  std::uint64_t day_issues_max = 10'000;
};

/// What the shop has to hear about an order; told until the shop has stored it.
struct Report {
  MintRequest request;
  JobState state = JobState::kSeen;  ///< kSeen, kFinal or kFailed
  Word transaction;
  std::uint64_t block_number = 0;
  std::string reason;
};

class CheckoutJobs final : public Calls {
 public:
  /// The store's signing key is not the key that pays the gas.
  CheckoutJobs(JobStore& store, const Deployment& deployment, const SecretKey& store_signer, CheckoutLimits limits)
      : m_store(store), m_deployment(deployment), m_store_signer(store_signer), m_limits(limits) {}

  /// Takes a request on, checked against the deployment and the caps once more. One that breaks a rule is kept as
  /// failed, with the rule as its reason, and reported like any other. Taking the same order twice is the same as once.
  void accept(const MintRequest& request, proto::TimeUs now);
  /// Keeps an order that cannot even be asked for as failed.
  void refuse(const Word& order_id, const std::string& reason, proto::TimeUs now);
  /// What the shop has to be told, at most `rows_max`; repeated until `told`.
  [[nodiscard]] std::vector<Report> reports(int rows_max);
  void told(const Report& report) { m_store.told(report.request.order.order_id, report.state); }

  [[nodiscard]] Call call(const Job& job, proto::TimeUs now) const override;
  [[nodiscard]] NodeResult<std::optional<Settled>> settled(Node& node, const Job& job) const override;
  [[nodiscard]] std::optional<std::string> too_late(const Job& job, std::uint64_t chain_time_s) const override;
  [[nodiscard]] std::optional<std::uint64_t> ends_s(const Job& job, const Attempt& last) const override;
  [[nodiscard]] Judgement judge(const Job& job, const Bytes& revert_data, proto::TimeUs now) const override;

 private:
  /// Until when an order that was paid elsewhere may be settled if it is signed now.
  [[nodiscard]] std::uint64_t issue_end_s(proto::TimeUs signed_at) const;
  [[nodiscard]] std::optional<std::string> broken_rule(const MintRequest& request, proto::TimeUs now);

  JobStore& m_store;
  const Deployment& m_deployment;
  const SecretKey& m_store_signer;
  CheckoutLimits m_limits;
};

}  // namespace chain
