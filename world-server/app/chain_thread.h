/// A thread for one chain: its keys, the databases of its queues and its node's RPC, which nobody else touches. It
/// works in short rounds and sleeps in between; what it hears and says goes through a port. Each chain has a thread of
/// its own, so that a node that does not answer holds up nobody but those who wait for it.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "chain-bridge/relayer/transaction_queue.h"
#include "world-server/net/ports.h"

namespace world::app {

class ChainThread {
 public:
  /// One bounded round; tells how the chain is.
  using Round = std::function<chain::ChainHealth(proto::TimeUs now)>;

  /// `name` stands in the log; `state` is what /healthz shows.
  ChainThread(std::string name, Round round, std::atomic<net::ChainState>& state);
  ~ChainThread() { stop(); }
  ChainThread(const ChainThread&) = delete;
  ChainThread& operator=(const ChainThread&) = delete;

  void start();
  /// Says that the round that runs is the last; does not wait for it.
  void finish() { m_stopping.store(true); }
  /// Ends after the round that runs; what is not done is in its database.
  void stop();

 private:
  void run();
  void tell(const chain::ChainHealth& health);

  std::string m_name;
  Round m_round;
  std::atomic<net::ChainState>& m_state;
  std::string m_told;
  std::atomic<bool> m_stopping{false};
  std::thread m_thread;
};

}  // namespace world::app
