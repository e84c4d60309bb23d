/// The shop's side of the bridge: lives on the shop thread, turns outbox rows into tasks for the chain thread and news
/// from there into commands for the shop. It decides nothing; `shop::apply` does.
#pragma once

#include <string>

#include "chain-bridge/relayer/checkout_call.h"
#include "shop/store.h"
#include "world-server/bridge/chain_port.h"

namespace world {

class ChainDoor {
 public:
  ChainDoor(shop::Store& store, const chain::Deployment& deployment, ChainPort& port)
      : m_store(store), m_deployment(deployment), m_port(port) {}

  /// Several times a second.
  void tick(proto::TimeUs now);

  /// How the chain is, as last heard.
  [[nodiscard]] const HealthChanged& health() const { return m_health; }

 private:
  void hand_over(const char* kind, proto::TimeUs now);
  [[nodiscard]] proto::Result<chain::MintRequest, std::string> request_for(const shop::OutboxRow& row);
  void hear(const MintTaken& news, proto::TimeUs now);
  void hear(const MintRefused& news, proto::TimeUs now);
  void hear(const Progress& news, proto::TimeUs now);
  void hear(const HealthChanged& news, proto::TimeUs now);
  void execute(shop::Action action, proto::TimeUs now);
  void refuse(std::int64_t row, const proto::OrderId& order, const std::string& reason, proto::TimeUs now);

  shop::Store& m_store;
  const chain::Deployment& m_deployment;
  ChainPort& m_port;
  HealthChanged m_health{chain::ChainHealth::Kind::kUnreachable, "starting"};
};

}  // namespace world
