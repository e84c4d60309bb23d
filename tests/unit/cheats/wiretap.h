/// Somebody on the path of one client over UDP: hears every datagram, and decides what reaches the server instead, all
/// of it from the address that the server knows as the client's.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "tests/unit/net/harness.h"

namespace cheats {

using net_test::Bytes;

class Wiretap {
 public:
  explicit Wiretap(std::uint16_t server_port);
  ~Wiretap();
  Wiretap(const Wiretap&) = delete;
  Wiretap& operator=(const Wiretap&) = delete;

  /// Where the client must connect to.
  [[nodiscard]] std::uint16_t port() const { return m_port; }
  /// Called on the tap's own thread with each datagram of the client; what it returns is sent on.
  void meddle(std::function<std::vector<Bytes>(const Bytes&)> meddler);
  /// What the client has sent so far.
  [[nodiscard]] std::vector<Bytes> heard() const;
  /// To the server, as if the client had sent it.
  void inject(std::span<const std::uint8_t> datagram);

 private:
  void run();

  int m_near = -1;  ///< towards the client
  int m_far = -1;   ///< towards the server
  std::uint16_t m_port = 0;
  mutable std::mutex m_mutex;
  std::function<std::vector<Bytes>(const Bytes&)> m_meddler;
  std::vector<Bytes> m_heard;
  std::atomic<bool> m_ending{false};
  std::thread m_thread;
};

}  // namespace cheats
