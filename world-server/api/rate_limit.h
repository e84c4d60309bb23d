/// How often one peer may do one thing: a fixed window for each key, in a table with a limit. A full table forgets the
/// windows that are over; if none is, newcomers are refused, which costs an attacker more than it costs the shop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "client-proto/core/time.h"

namespace world {

class RateLimits {
 public:
  static constexpr std::size_t kKeysMax = 20'000;

  /// True if `key` has been seen fewer than `calls_max` times in its current window of length `window`.
  [[nodiscard]] bool take(const std::string& key, std::uint32_t calls_max, proto::SpanUs window, proto::TimeUs now);

 private:
  struct Window {
    proto::TimeUs ends;
    std::uint32_t calls = 0;
  };
  std::unordered_map<std::string, Window> m_windows;
};

}  // namespace world
