/// The customer chain's half of the chain side. It takes notes from the consent desk's port, sends each with the key of
/// its brand, and tells the desk until the desk says that it has heard. Each brand key has a queue and a database of
/// its own (customer-<brand>.db), because nonces belong to a key. `step` does one bounded round.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chain-bridge/customer/customer_jobs.h"
#include "chain-bridge/customer/customer_port.h"

namespace chain {

struct CustomerWorkerConfig {
  std::string rpc_url;
  std::string data_dir;           ///< customer-<brand>.db and keys/brand-<brand>.key live here
  CustomerDeployment deployment;  ///< its members are the brands whose notes are sent
  QueueLimits queue_limits;
};

class CustomerWorker {
 public:
  /// Opens the databases and the keys, which must be those that were admitted. The error is a sentence for the
  /// operator.
  static proto::Result<std::unique_ptr<CustomerWorker>, std::string> open(CustomerWorkerConfig config,
                                                                          CustomerPort& port);

  /// The health is the first brand's that is not well, or of all.
  ChainHealth step(proto::TimeUs now);

 private:
  /// One brand: its key and everything that hangs on it.
  struct Lane {
    Lane(std::string name, std::unique_ptr<JobStore> jobs_store, SecretKey key, Node& node,
         const CustomerWorkerConfig& config);
    std::string brand;
    std::unique_ptr<JobStore> store;
    SecretKey sender;
    CustomerJobs jobs;
    TransactionQueue queue;
  };
  CustomerWorker(CustomerWorkerConfig config, CustomerPort& port);
  proto::Status<std::string> add_lane(const std::string& brand, const Address& admitted);
  void take(const CustomerTask& task, proto::TimeUs now);
  void take(const CustomerHeard& heard, proto::TimeUs now);
  void add_missing_purpose(proto::TimeUs now);
  void tell_desk(Lane& lane);

  CustomerWorkerConfig m_config;
  std::unique_ptr<Rpc> m_rpc;
  Node m_node;
  CustomerPort& m_port;
  std::vector<std::unique_ptr<Lane>> m_lanes;
  bool m_purpose_is_known = false;
};

}  // namespace chain
