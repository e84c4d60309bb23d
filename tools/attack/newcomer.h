/// Somebody who wants to come in while an attack runs: asks for a page again and again, and keeps the longest that it
/// had to wait. No bound is kept for it: while more knock than the server takes, newcomers are among those that are
/// turned away, and ask again. On a thread of its own, since it waits.
#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace attack {

class Newcomer {
 public:
  explicit Newcomer(std::string base_url);
  ~Newcomer();
  Newcomer(const Newcomer&) = delete;
  Newcomer& operator=(const Newcomer&) = delete;

  void begin() {
    m_longest_us.store(0);
    m_asks.store(true);
  }
  /// The longest wait since `begin`, one that still lasts included.
  [[nodiscard]] double end_ms();

 private:
  void run();

  std::string m_base_url;
  std::atomic<bool> m_asks{false};
  std::atomic<bool> m_ending{false};
  std::atomic<std::int64_t> m_asked_us{0};  ///< 0: no answer is waited for
  std::atomic<std::int64_t> m_longest_us{0};
  std::thread m_thread;
};

}  // namespace attack
