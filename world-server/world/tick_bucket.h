/// A token bucket that counts in ticks: one token every `fill_ticks`, `burst` at most. Who is new begins with one, so
/// that coming in again and again gives nobody more to say.
#pragma once

#include <algorithm>
#include <cstdint>

namespace world {

class TickBucket {
 public:
  TickBucket(std::uint32_t fill_ticks, std::uint32_t burst) : m_fill_ticks(fill_ticks), m_burst(burst) {}

  [[nodiscard]] bool take(std::uint32_t tick) {
    const std::uint32_t filled = (tick - m_since_tick) / m_fill_ticks;
    m_since_tick += filled * m_fill_ticks;
    m_tokens = std::min(m_burst, m_tokens + filled);
    if (m_tokens == 0) return false;
    --m_tokens;
    return true;
  }
  void begin(std::uint32_t tick) {
    m_since_tick = tick;
    m_tokens = 1;
  }

 private:
  std::uint32_t m_fill_ticks;
  std::uint32_t m_burst;
  std::uint32_t m_tokens = 1;
  std::uint32_t m_since_tick = 0;
};

}  // namespace world
