#include "world-server/api/rate_limit.h"

namespace world {

bool RateLimits::take(const std::string& key, std::uint32_t calls_max, proto::SpanUs window, proto::TimeUs now) {
  if (m_windows.size() >= kKeysMax && !m_windows.contains(key)) {
    std::erase_if(m_windows, [now](const auto& entry) { return entry.second.ends <= now; });
    if (m_windows.size() >= kKeysMax) return false;
  }
  Window& entry = m_windows[key];
  if (entry.ends <= now) entry = {now + window, 0};
  return ++entry.calls <= calls_max;
}

}  // namespace world
