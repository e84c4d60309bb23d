/// When is it, on the server? Every snapshot says its tick; the ones that travelled fastest tell how the two clocks lie
/// to each other, the spread of the others tells how long one must wait so that the next snapshot has usually arrived.
/// What is drawn lies that far in the past. The drawn time never jumps: it runs up to 3 % faster or slower until it is
/// right.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "client-proto/core/time.h"

namespace proto {

class RenderClock {
 public:
  void on_snapshot(std::uint32_t tick, TimeUs now);
  /// The tick to draw, with its fraction; zero before the first snapshot. Call with rising times.
  [[nodiscard]] double render_tick(TimeUs now);
  void reset() { *this = RenderClock(); }

  [[nodiscard]] bool running() const { return m_count > 0; }
  [[nodiscard]] double jitter_ms() const { return static_cast<double>(m_jitter_us) / 1000; }
  [[nodiscard]] double delay_ms() const { return static_cast<double>(m_delay_us) / 1000; }

 private:
  static constexpr std::size_t kSamples = 64;
  std::array<std::int64_t, kSamples> m_offsets_us{};  ///< arrival less tick time, the last ones
  std::size_t m_count = 0;
  std::size_t m_next = 0;
  std::int64_t m_target_us = 0;
  std::int64_t m_jitter_us = 0;
  std::int64_t m_delay_us = 0;
  double m_offset_us = 0;
  bool m_started = false;
  TimeUs m_last;
};

}  // namespace proto
