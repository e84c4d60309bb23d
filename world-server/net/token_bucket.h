/// A token bucket: `rate` tokens a second up to `burst`. A strict minimum interval would punish honest clients for the
/// network's jitter; a bucket forgives a burst and still bounds the average.
#pragma once

#include <algorithm>

#include "client-proto/core/time.h"

namespace world::net {

class TokenBucket {
 public:
  TokenBucket() = default;
  TokenBucket(double rate_per_s, double burst) : m_rate_per_s(rate_per_s), m_burst(burst), m_tokens(burst) {}

  /// Takes `cost` tokens if they are there and `left` would remain. Time may not run backwards by more than it matters:
  /// it is clamped.
  [[nodiscard]] bool take(proto::TimeUs now, double cost = 1.0, double left = 0.0) {
    if (m_filled_at.us != 0 && now > m_filled_at) {
      const double elapsed_s = static_cast<double>((now - m_filled_at).us) * 1e-6;
      m_tokens = std::min(m_burst, m_tokens + elapsed_s * m_rate_per_s);
    }
    m_filled_at = std::max(m_filled_at, now);
    if (m_tokens < cost + left) return false;
    m_tokens -= cost;
    return true;
  }

  /// Another rate and burst from here on; what is in it stays, as far as it has room.
  void become(double rate_per_s, double burst) {
    m_rate_per_s = rate_per_s;
    m_burst = burst;
    m_tokens = std::min(m_tokens, burst);
  }
  /// One that was taken for nothing.
  void give_back() { m_tokens = std::min(m_burst, m_tokens + 1.0); }

  /// True once nothing distinguishes the bucket from a new one, so that its owner may forget it.
  [[nodiscard]] bool full_at(proto::TimeUs now) const { return missing_at(now) <= 0.0; }
  /// How many tokens were taken that have not come back yet.
  [[nodiscard]] double missing_at(proto::TimeUs now) const {
    const double elapsed_s = static_cast<double>(std::max<std::int64_t>(0, (now - m_filled_at).us)) * 1e-6;
    return std::max(0.0, m_burst - (m_tokens + elapsed_s * m_rate_per_s));
  }

 private:
  double m_rate_per_s = 0.0;
  double m_burst = 0.0;
  double m_tokens = 0.0;
  proto::TimeUs m_filled_at{};
};

}  // namespace world::net
