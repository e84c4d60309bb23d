/// The shop thread: the API with its database and the consent desk with its vault, which nobody else touches. It
/// answers calls in the order in which they came, tells the world what can be worn and what stands on the floor
/// whenever the catalogue changes, and composes the collision world that browsers download from the same parts as the
/// world does.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "chain-bridge/customer/consent_desk.h"
#include "world-server/api/api.h"
#include "world-server/app/world_thread.h"
#include "world-server/net/ports.h"
#include "world-server/world/mall.h"

namespace world::app {

class ShopThread {
 public:
  /// `desk` may be null: then nothing can be shared.
  ShopThread(std::unique_ptr<chain::ConsentDesk> desk, std::unique_ptr<Api> api, Mall mall, net::Ports& ports,
             ShopToWorldQueue& to_world, std::function<void()> wake_net);
  ~ShopThread() { stop(); }
  ShopThread(const ShopThread&) = delete;
  ShopThread& operator=(const ShopThread&) = delete;

  /// Publishes the catalogue as it is, then starts answering.
  void start();
  /// Ends after the call that runs; what still waits is not answered.
  void stop();

 private:
  void run();
  void answer(const net::ShopCall& call);
  void order_at_door();
  void publish_catalogue();

  std::unique_ptr<chain::ConsentDesk> m_desk;  ///< outlives the API, which knows it
  std::unique_ptr<Api> m_api;
  Mall m_mall;
  net::Ports& m_ports;
  ShopToWorldQueue& m_to_world;
  std::function<void()> m_wake_net;
  std::uint64_t m_published_version = 0;
  std::atomic<bool> m_stopping{false};
  std::thread m_thread;
};

}  // namespace world::app
