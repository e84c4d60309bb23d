/// The chain thread's body: the queue's database, the keys and the node's RPC belong to it alone. It takes tasks from
/// the shop's outbox port (shop/outbox_port.h), sees them through, and tells the shop until the shop says that it has
/// heard. `step` does one bounded round; the thread around it sleeps in between. With another pair of queues it can be
/// a process of its own, so that a public server holds no keys.
#pragma once

#include <memory>
#include <string>

#include "chain-bridge/relayer/checkout_jobs.h"
#include "shop/outbox_port.h"

namespace chain {

struct WorkerConfig {
  std::string rpc_url;
  std::string data_dir;  ///< relayer.db and keys/ live here
  Deployment deployment;
  CheckoutLimits checkout_limits;
  QueueLimits queue_limits;
};

class Worker {
 public:
  /// Opens the database and the keys. The error is a sentence for the operator.
  static proto::Result<std::unique_ptr<Worker>, std::string> open(WorkerConfig config, shop::ChainPort& port);

  ChainHealth step(proto::TimeUs now);

 private:
  /// The store's signing key and the key that pays the gas are two.
  struct Keys {
    SecretKey store_signer;
    SecretKey sender;
  };
  Worker(WorkerConfig config, std::unique_ptr<JobStore> store, Keys keys, shop::ChainPort& port);
  static proto::Result<Keys, std::string> load_keys(const WorkerConfig& config);
  void take(const shop::ChainTask& task, proto::TimeUs now);
  void take(const shop::ChainHeard& heard, proto::TimeUs now);
  [[nodiscard]] shop::ChainNews news_of(const Report& report) const;

  WorkerConfig m_config;
  std::unique_ptr<JobStore> m_store;
  Keys m_keys;
  std::unique_ptr<Rpc> m_rpc;
  Node m_node;
  CheckoutJobs m_jobs;
  TransactionQueue m_queue;
  shop::ChainPort& m_port;
};

/// The contract's order for a task; nothing if the brand is not deployed, the currency is another, the amount does not
/// fit or the wallet's authorisation cannot be read.
[[nodiscard]] std::optional<MintRequest> mint_request(const Deployment& deployment, const shop::ChainTask& task);

}  // namespace chain
