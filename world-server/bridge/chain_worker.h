/// The chain thread's body: the relayer's database, keys and the node's RPC belong to it alone. `step` does one bounded
/// round; the thread around it sleeps in between. It can run as a process of its own with another pair of queues.
#pragma once

#include <memory>
#include <string>

#include "world-server/bridge/chain_port.h"

namespace world {

struct ChainConfig {
  std::string rpc_url;
  std::string data_dir;  ///< relayer.db and keys/ live here
  chain::Deployment deployment;
  chain::CheckoutLimits checkout_limits;
  chain::QueueLimits queue_limits;
};

class ChainWorker {
 public:
  /// Opens the database and the keys. The error is a sentence for the operator.
  static proto::Result<std::unique_ptr<ChainWorker>, std::string> open(ChainConfig config, ChainPort& port);

  void step(proto::TimeUs now);

 private:
  /// The store's signing key and the key that pays the gas are two.
  struct Keys {
    chain::SecretKey store_signer;
    chain::SecretKey sender;
  };
  static proto::Result<Keys, std::string> load_keys(const ChainConfig& config);
  ChainWorker(ChainConfig config, std::unique_ptr<chain::JobStore> store, Keys keys, ChainPort& port);
  void take(const ChainTask& task, proto::TimeUs now);
  void tell_health(const chain::ChainHealth& health);

  ChainConfig m_config;
  std::unique_ptr<chain::JobStore> m_store;
  Keys m_keys;
  std::unique_ptr<chain::Rpc> m_rpc;
  chain::Node m_node;
  chain::CheckoutJobs m_jobs;
  chain::TransactionQueue m_queue;
  ChainPort& m_port;
  std::string m_told_health;
};

}  // namespace world
