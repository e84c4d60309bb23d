#include "client-proto/brain/render_clock.h"

#include <algorithm>

#include "client-proto/move/state.h"

namespace proto {

namespace {
/// Two ticks: a single lost snapshot is bridged.
constexpr std::int64_t kDelayMin_us = 2 * kStepUs;
constexpr std::int64_t kDelayMax_us = 10 * kStepUs;
constexpr double kSlew = 0.03;
/// Farther off than this, the drawn time does jump: the connection stood still.
constexpr double kJump_us = 500'000;
}  // namespace

void RenderClock::on_snapshot(std::uint32_t tick, TimeUs now) {
  m_offsets_us[m_next] = now.us - static_cast<std::int64_t>(tick) * kStepUs;
  m_next = (m_next + 1) % kSamples;
  m_count = std::min(m_count + 1, kSamples);
  std::array<std::int64_t, kSamples> sorted = m_offsets_us;
  const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(m_count);
  std::sort(sorted.begin(), end);
  m_jitter_us = sorted[(m_count - 1) * 19 / 20] - sorted[0];
  m_delay_us = std::clamp(kStepUs + m_jitter_us + kStepUs / 2, kDelayMin_us, kDelayMax_us);
  m_target_us = sorted[0] + m_delay_us;
}

double RenderClock::render_tick(TimeUs now) {
  if (m_count == 0) return 0;
  const auto target = static_cast<double>(m_target_us);
  const double wrong = target - m_offset_us;
  if (!m_started || wrong > kJump_us || wrong < -kJump_us) {
    m_offset_us = target;
    m_started = true;
  } else {
    const double most = kSlew * static_cast<double>(std::max<std::int64_t>((now - m_last).us, 0));
    m_offset_us += std::clamp(wrong, -most, most);
  }
  m_last = now;
  return std::max(0.0, (static_cast<double>(now.us) - m_offset_us) / static_cast<double>(kStepUs));
}

}  // namespace proto
