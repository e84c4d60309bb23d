#include "client-proto/brain/render_clock.h"

#include <algorithm>

#include "client-proto/move/state.h"

namespace proto {

namespace {
/// One tick in this many may come too late.
constexpr std::size_t kLateOneIn = 128;
/// Between two ticks one draws only when the second is there; and a frame comes a little after its packets.
constexpr std::int64_t kBetween_us = kStepUs + kStepUs / 4;
/// While little is known yet, a lost snapshot is reckoned with.
constexpr std::size_t kLittle_ticks = 40;
constexpr std::int64_t kDelayMinFirst_us = 2 * kStepUs;
constexpr std::int64_t kDelayMax_us = 12 * kStepUs;
constexpr double kSlower = 0.15;
constexpr double kFaster = 0.02;
/// A difference is made good within about this time, if the bounds allow.
constexpr double kSettle_us = 300'000;
/// Farther off than this, the drawn time does jump: the connection stood still.
constexpr double kJump_us = 800'000;
}  // namespace

void RenderClock::note(std::int64_t offset_us) {
  m_offsets_us[m_next] = offset_us;
  m_next = (m_next + 1) % kWindow_ticks;
  m_count = std::min(m_count + 1, kWindow_ticks);
}

void RenderClock::on_snapshot(std::uint32_t tick, TimeUs now) {
  const bool first = m_count == 0;
  const std::int64_t ahead = first ? 1 : std::int64_t{tick} - m_newest_tick;
  if (ahead <= 0) return;
  const std::int64_t skipped = std::min<std::int64_t>(ahead, kWindow_ticks) - 1;
  for (std::int64_t back = skipped; back >= 0; --back) note(now.us - (std::int64_t{tick} - back) * kStepUs);
  m_newest_tick = tick;
  aim();
}

void RenderClock::aim() {
  std::array<std::int64_t, kWindow_ticks> sorted = m_offsets_us;
  const auto wanted = static_cast<std::ptrdiff_t>(m_count - 1 - m_count / kLateOneIn);
  std::nth_element(sorted.begin(), sorted.begin() + wanted, sorted.begin() + static_cast<std::ptrdiff_t>(m_count));
  std::int64_t quickest_us = sorted[static_cast<std::size_t>(wanted)];
  for (std::size_t back = 1; back <= std::min(m_count, kRecent_ticks); ++back)
    quickest_us = std::min(quickest_us, m_offsets_us[(m_next + kWindow_ticks - back) % kWindow_ticks]);
  m_jitter_us = sorted[static_cast<std::size_t>(wanted)] - quickest_us;
  const std::int64_t least_us = m_count < kLittle_ticks ? kDelayMinFirst_us : kBetween_us;
  m_delay_us = std::clamp(m_jitter_us + kBetween_us, least_us, kDelayMax_us);
  m_target_us = quickest_us + m_delay_us;
}

double RenderClock::render_tick(TimeUs now) {
  if (m_count == 0) return 0;
  const auto target = static_cast<double>(m_target_us);
  const double wrong = target - m_offset_us;
  if (!m_started || wrong > kJump_us || wrong < -kJump_us) {
    m_offset_us = target;
    m_started = true;
  } else {
    const double elapsed_us = std::clamp(static_cast<double>((now - m_last).us), 0.0, kSettle_us);
    m_offset_us += elapsed_us * std::clamp(wrong / kSettle_us, -kFaster, kSlower);
  }
  m_last = now;
  return std::max(0.0, (static_cast<double>(now.us) - m_offset_us) / static_cast<double>(kStepUs));
}

}  // namespace proto
