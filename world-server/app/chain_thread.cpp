#include "world-server/app/chain_thread.h"

#include <chrono>
#include <exception>

#include "client-proto/core/log.h"
#include "world-server/net/clock.h"

namespace world::app {

namespace {
/// Blocks come once a second or slower; asking more often than this would only load the node.
constexpr auto kPause = std::chrono::milliseconds(250);
}  // namespace

void ChainThread::start() {
  m_thread = std::thread([this] { run(); });
}

void ChainThread::stop() {
  m_stopping.store(true);
  if (m_thread.joinable()) m_thread.join();
}

void ChainThread::run() {
  while (!m_stopping.load()) {
    try {
      tell(m_worker->step(net::now_utc()));
    } catch (const std::exception& error) {
      // The database throws (disk full); the round is tried again, and nothing was sent that is not stored.
      proto::log(proto::LogLevel::kError, "chain", error.what());
    }
    std::this_thread::sleep_for(kPause);
  }
}

/// Says it once when the chain's state changes, not at every round.
void ChainThread::tell(const chain::ChainHealth& health) {
  if (health.message == m_told) return;
  m_told = health.message;
  const bool working = health.kind == chain::ChainHealth::Kind::kWorking;
  proto::log(working ? proto::LogLevel::kInfo : proto::LogLevel::kError, "chain", health.message);
}

}  // namespace world::app
