/// When is it, on the server? Every snapshot says its tick, and so tells when that tick and all that were skipped since
/// the one before were to be had here. The drawn time lies so far in the past that all but the latest few ticks of the
/// last 20 seconds would have been there in time: one stall makes it later at once, and only when that stall is long
/// past does it come nearer again.
///
/// The drawn time never jumps while the connection lives: it runs a little slower or faster until it is right, slower
/// by 15 % at most (what is missing must be waited for soon), faster by 2 % (nobody should see that).
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
  [[nodiscard]] std::uint32_t newest_tick() const { return m_newest_tick; }
  /// Between the quickest tick of late and the latest that is waited for.
  [[nodiscard]] double jitter_ms() const { return static_cast<double>(m_jitter_us) / 1000; }
  /// What is waited beyond the quickest way, once the drawn time is right.
  [[nodiscard]] double delay_ms() const { return static_cast<double>(m_delay_us) / 1000; }

 private:
  static constexpr std::size_t kWindow_ticks = 400;
  static constexpr std::size_t kRecent_ticks = 64;
  void note(std::int64_t offset_us);
  void aim();

  /// Arrival less the tick's time by the server's clock, for each of the last ticks.
  std::array<std::int64_t, kWindow_ticks> m_offsets_us{};
  std::size_t m_count = 0;
  std::size_t m_next = 0;
  std::uint32_t m_newest_tick = 0;
  std::int64_t m_target_us = 0;
  std::int64_t m_jitter_us = 0;
  std::int64_t m_delay_us = 0;
  double m_offset_us = 0;
  bool m_started = false;
  TimeUs m_last;
};

}  // namespace proto
