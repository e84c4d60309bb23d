#include "world-server/app/chain_thread.h"

#include <chrono>
#include <exception>
#include <utility>

#include "client-proto/core/log.h"
#include "world-server/net/clock.h"

namespace world::app {

namespace {
/// Blocks come once a second or slower; asking more often than this would only load the node.
constexpr auto kPause = std::chrono::milliseconds(250);

net::ChainState state_of(chain::ChainHealth::Kind kind) {
  switch (kind) {
    case chain::ChainHealth::Kind::kWorking:
      return net::ChainState::kWorking;
    case chain::ChainHealth::Kind::kUnreachable:
      return net::ChainState::kUnreachable;
    case chain::ChainHealth::Kind::kWrongChain:
      return net::ChainState::kWrongChain;
    case chain::ChainHealth::Kind::kForgotten:
      break;
  }
  return net::ChainState::kForgotten;
}

}  // namespace

ChainThread::ChainThread(std::string name, Round round, std::atomic<net::ChainState>& state)
    : m_name(std::move(name)), m_round(std::move(round)), m_state(state) {
  m_state.store(net::ChainState::kWorking);
}

void ChainThread::start() {
  m_thread = std::thread([this] { run(); });
}

void ChainThread::stop() {
  finish();
  if (m_thread.joinable()) m_thread.join();
}

void ChainThread::run() {
  while (!m_stopping.load()) {
    try {
      tell(m_round(net::now_utc()));
    } catch (const std::exception& error) {
      // The database throws (disk full); the round is tried again, and nothing was sent that is not stored.
      proto::log(proto::LogLevel::kError, m_name, error.what());
    }
    std::this_thread::sleep_for(kPause);
  }
}

/// Says it once when the chain's state changes, not at every round.
void ChainThread::tell(const chain::ChainHealth& health) {
  m_state.store(state_of(health.kind));
  if (health.message == m_told) return;
  m_told = health.message;
  const bool working = health.kind == chain::ChainHealth::Kind::kWorking;
  proto::log(working ? proto::LogLevel::kInfo : proto::LogLevel::kError, m_name, health.message);
}

}  // namespace world::app
