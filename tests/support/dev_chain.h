/// A real local EVM node with our contracts deployed, for tests: a child process with its state in a folder of its own.
/// It can be killed and started again, with or without its memory.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>

#include "chain-bridge/customer/consent_call.h"
#include "chain-bridge/relayer/checkout_call.h"
#include "chain-bridge/rpc/node.h"
#include "client-proto/core/time.h"

namespace test {

/// Chains live by the real clock, and so do their tests.
[[nodiscard]] proto::TimeUs now_utc();

/// An account that every development node knows; it deployed the contracts and is their admin and guardian.
constexpr const char* kRichAccount = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

class DevChain {
 public:
  /// Starts the node and deploys the contracts for the two keys; nothing if Node or the EVM node are not installed.
  static std::unique_ptr<DevChain> start(const chain::Address& store_signer, const chain::Address& sender,
                                         const chain::Address& keeper);
  /// The same with the registries of the customer chain, founded by these brands with their keys.
  static std::unique_ptr<DevChain> start_customer(const std::map<std::string, chain::Address>& members);
  ~DevChain();
  DevChain(const DevChain&) = delete;
  DevChain& operator=(const DevChain&) = delete;

  void kill();
  /// Starts the node again after `kill`.
  void revive();
  /// The same; false when it does not come up.
  [[nodiscard]] bool try_revive();
  /// As `revive`, but its state is gone.
  void revive_without_memory();
  /// Makes no blocks until `thaw`; the node goes on answering and taking transactions.
  void freeze();
  void thaw();

  /// Where the node keeps its chain.
  [[nodiscard]] std::string state_file() const { return m_folder + "/state.json"; }
  [[nodiscard]] chain::Rpc& rpc() { return *m_rpc; }
  [[nodiscard]] std::string url() const;
  /// The JSON text that the deployment wrote.
  [[nodiscard]] std::string deployment_file() const { return m_folder + "/deployment.json"; }
  [[nodiscard]] const chain::Deployment& deployment() const { return m_deployment; }
  [[nodiscard]] const chain::CustomerDeployment& customer_deployment() const { return m_customer; }
  /// Gives test money, in the currency's smallest units.
  void give_money(const chain::Address& to, std::uint64_t amount);
  [[nodiscard]] std::uint64_t money_of(const chain::Address& account);
  /// Zero address if the token does not exist.
  [[nodiscard]] chain::Address owner_of(const chain::Address& twin, const chain::Word& token_id);

 private:
  DevChain() = default;
  static std::unique_ptr<DevChain> start_empty();
  /// What the deployment wrote, or nothing if it failed.
  [[nodiscard]] std::optional<std::string> deploy(const std::string& arguments);
  void launch();
  /// False when it has ended instead.
  bool wait_until_ready();

  std::string m_folder;
  int m_port = 0;
  pid_t m_pid = -1;
  std::unique_ptr<chain::Rpc> m_rpc;
  chain::Deployment m_deployment;
  chain::CustomerDeployment m_customer;
};

}  // namespace test

/// Ends the test where nothing is installed; tests/support/catch_main.cpp counts that as failed unless it was allowed.
#define REQUIRE_CHAIN(chain)                                               \
  if (!(chain)) {                                                          \
    WARN("skipped: the EVM node or the compiled contracts are not there"); \
    return;                                                                \
  }
