/// Somebody who wants to come in while an attack runs, again and again, each time as another person from another
/// address, over WebSocket and over UDP in turns: all the way from the shop's ticket to the Welcome. Who is refused
/// asks again, and the wait counts until one is in. On a thread of its own, since it waits.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "tools/attack/guests.h"

namespace attack {

class Newcomer {
 public:
  explicit Newcomer(Door door);
  ~Newcomer();
  Newcomer(const Newcomer&) = delete;
  Newcomer& operator=(const Newcomer&) = delete;

  void begin() {
    ++m_round;
    m_longest_us.store(0);
    m_let_in.store(0);
    m_asks.store(true);
  }
  struct Wait {
    double longest_ms = 0;
    int let_in = 0;
  };
  /// Since `begin`, a wait that still lasts included.
  [[nodiscard]] Wait end();

 private:
  void run();
  [[nodiscard]] bool asks(int round) const { return m_asks.load() && m_round.load() == round; }
  /// True once that person has been in.
  [[nodiscard]] static bool come_in(Person& person, bool over_udp);

  Door m_door;
  std::atomic<bool> m_asks{false};
  std::atomic<int> m_round{0};  ///< who asked in an earlier one does not count in this
  std::atomic<bool> m_ending{false};
  std::atomic<std::int64_t> m_asked_us{0};  ///< 0: nobody waits
  std::atomic<std::int64_t> m_longest_us{0};
  std::atomic<int> m_let_in{0};
  std::thread m_thread;
};

}  // namespace attack
