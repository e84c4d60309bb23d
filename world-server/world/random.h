/// The world's own dice: SplitMix64 (Steele, Lea, Flood 2014), 64 bits of state, the same numbers from the same seed in
/// every build. Nothing that needs to be secret is drawn from it.
#pragma once

#include <cstdint>

namespace world {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : m_state(seed) {}

  [[nodiscard]] std::uint64_t next() {
    m_state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = m_state;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  /// A whole number from `low` to `high`, both included.
  [[nodiscard]] std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(next() % (std::uint64_t{high} - low + 1));
  }

 private:
  std::uint64_t m_state;
};

}  // namespace world
