/// The world thread: one World at a fixed step on a steady clock. When the machine falls behind, lost time is dropped
/// and counted rather than made up for, since a burst of ticks would only deepen the delay.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "client-proto/core/bounded_queue.h"
#include "world-server/app/recorder.h"
#include "world-server/net/ports.h"
#include "world-server/world/port.h"
#include "world-server/world/world.h"

namespace world::app {

constexpr std::size_t kShopToWorldMax = 16;
using ShopToWorldQueue = proto::BoundedQueue<ShopToWorld>;

class WorldThread {
 public:
  /// `wake_net` is called after each tick.
  /// `recorder` may be null.
  WorldThread(std::unique_ptr<World> world, net::Ports& ports, ShopToWorldQueue& from_shop,
              std::function<void()> wake_net, std::unique_ptr<Recorder> recorder);
  ~WorldThread() { stop(); }
  WorldThread(const WorldThread&) = delete;
  WorldThread& operator=(const WorldThread&) = delete;

  void start();
  /// Ends after the tick that runs.
  void stop();

 private:
  void run();
  void tick_once();

  std::unique_ptr<World> m_world;
  proto::TimeUs m_stage_began;
  net::Ports& m_ports;
  ShopToWorldQueue& m_from_shop;
  std::function<void()> m_wake_net;
  std::unique_ptr<Recorder> m_recorder;
  std::atomic<bool> m_stopping{false};
  std::thread m_thread;
};

}  // namespace world::app
