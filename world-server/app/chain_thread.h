/// The chain thread: keys, the relayer's database and the node's RPC, which nobody else touches. It works in short
/// rounds and sleeps in between; what it hears and says goes through the shop's outbox port.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "chain-bridge/worker/worker.h"

namespace world::app {

class ChainThread {
 public:
  explicit ChainThread(std::unique_ptr<chain::Worker> worker) : m_worker(std::move(worker)) {}
  ~ChainThread() { stop(); }
  ChainThread(const ChainThread&) = delete;
  ChainThread& operator=(const ChainThread&) = delete;

  void start();
  /// Ends after the round that runs; what is not done is in its database.
  void stop();

 private:
  void run();
  void tell(const chain::ChainHealth& health);

  std::unique_ptr<chain::Worker> m_worker;
  std::string m_told;
  std::atomic<bool> m_stopping{false};
  std::thread m_thread;
};

}  // namespace world::app
