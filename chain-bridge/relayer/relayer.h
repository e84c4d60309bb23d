/// Takes jobs to the chain and sees them through: it never loses one, never pays twice, and says plainly why one waits.
/// `tick` does one bounded round of work and blocks for no longer than a few calls to the node; everything it decides
/// is in the database before the node hears of it, so the process may die at any moment.
#pragma once

#include "chain-bridge/relayer/job_store.h"
#include "chain-bridge/rpc/node.h"

namespace chain {

struct RelayerLimits {
  std::uint64_t finality_blocks = 2;  ///< how deep a block must be before it counts as final
  std::int64_t in_flight_jobs_max = 16;
  std::uint64_t gas_max = 600'000;              ///< of one settling transaction
  std::uint64_t fee_wei_max = 500'000'000'000;  ///< a unit of gas; reaching it is an alarm
  proto::SpanUs resend_after = proto::seconds(5);
  proto::SpanUs replace_after = proto::seconds(30);
  proto::SpanUs issue_life = proto::minutes(60);  ///< validBefore of an order that was paid elsewhere
  proto::SpanUs issue_give_up_after = proto::hours(24);
  std::uint64_t order_amount_max = 50'000'000'000;  ///< in the currency's smallest units
  std::uint64_t day_amount_max = 500'000'000'000;
  std::uint64_t day_issues_max = 10'000;
};

/// Whether the chain can be worked with, in words for operators.
struct ChainHealth {
  enum class Kind : std::uint8_t {
    kWorking,
    kUnreachable,  ///< orders wait and go on when it is back
    kWrongChain,   ///< another chain id than the one deployed on
    kForgotten,    ///< the node has lost blocks that the relayer knew: stopped until somebody looks
  };
  Kind kind = Kind::kUnreachable;
  std::string message;
  Block head;
};

/// The store's signing key and the key that pays the gas are two.
struct RelayerKeys {
  SecretKey store_signer;
  SecretKey sender;
};

class Relayer {
 public:
  Relayer(Node& node, JobStore& store, const Deployment& deployment, const RelayerKeys& keys, RelayerLimits limits)
      : m_node(node), m_store(store), m_deployment(deployment), m_keys(keys), m_limits(limits) {}

  /// Takes a request on, checked against the deployment and the caps once more; the error names the rule. Taking the
  /// same order twice is the same as once.
  [[nodiscard]] proto::Status<std::string> accept(const MintRequest& request, proto::TimeUs now);

  ChainHealth tick(proto::TimeUs now);

  /// What the shop has to be told, at most `rows_max`; repeated until `told`.
  [[nodiscard]] std::vector<Report> reports(int rows_max);
  void told(const Report& report) { m_store.told(report.order_id, report.state); }

 private:
  ChainHealth check_chain();
  ChainHealth forgotten(const std::string& what) const;
  void start(Job job, proto::TimeUs now);
  void follow(Job job, proto::TimeUs now);
  void confirm(Job job, const Block& head);
  /// True when the contract says that the order was settled and the job could be moved to seen.
  bool adopt_settled(Job& job);
  void refuse(Job job, const RpcError& error, proto::TimeUs now);
  void postpone(Job job, std::string trouble, proto::TimeUs now);
  void fail(Job job, std::string reason);
  void see(Job job, const Word& transaction, const Receipt& receipt);
  void broadcast(Job job, const Attempt& attempt, proto::TimeUs now);
  void replace(const Job& job, const Attempt& last, proto::TimeUs now);
  [[nodiscard]] CheckoutOrder order_for_chain(const Job& job, proto::TimeUs now) const;
  [[nodiscard]] Bytes call_data(const Job& job, const CheckoutOrder& order) const;
  [[nodiscard]] Attempt sign(const Bytes& data, std::uint64_t nonce, std::uint64_t tip_wei, std::uint64_t fee_wei,
                             proto::TimeUs now) const;

  Node& m_node;
  JobStore& m_store;
  const Deployment& m_deployment;
  const RelayerKeys& m_keys;
  RelayerLimits m_limits;
};

}  // namespace chain
