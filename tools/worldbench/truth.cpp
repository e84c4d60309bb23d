#include "tools/worldbench/truth.h"

#include <algorithm>
#include <bit>

namespace worldbench {

Truth::Truth(std::size_t walkers) : m_rows(walkers) {}

void Truth::own_state(std::uint16_t index, std::uint32_t tick, const proto::MoveState& state) {
  Row& row = m_rows[index];
  if (tick <= row.tick) return;
  const proto::AvatarRecord record = proto::avatar_record({index, 0}, state, false);
  if (row.tick == 0) row.first_tick = tick;
  const std::uint32_t ahead = tick - row.tick;
  row.changed = ahead < 64 ? row.changed << ahead : 0;
  if (record != row.record) {
    row.changed |= 1U;
    row.changed_tick = tick;
  }
  row.tick = tick;
  row.record = record;
  row.x = state.position.x;
  row.z = state.position.z;
  row.places[tick % kTicksRemembered] = {tick, row.x, row.z};
  m_newest_tick = std::max(m_newest_tick, tick);
}

float Truth::age_ms(std::uint32_t tick, proto::TimeUs now) const {
  const std::int64_t happened_us = m_zero.us + static_cast<std::int64_t>(tick) * proto::kStepUs;
  return static_cast<float>(now.us - happened_us) * 1e-3F;
}

std::uint32_t Truth::true_until(std::uint16_t index, std::uint32_t tick) const {
  const Row& row = m_rows[index];
  if (tick >= row.tick) return tick;
  if (row.changed_tick <= tick) return row.tick;
  // The bits 0 to since - 1 are the ticks after `tick`, the highest one set the first change. Whoever moved before the
  // ticks that are remembered has a bit set early in them as well, or stood until then.
  const std::uint32_t since = row.tick - tick;
  const std::uint64_t after = since < 64 ? row.changed & ((std::uint64_t{1} << since) - 1) : row.changed;
  return row.tick - static_cast<std::uint32_t>(std::bit_width(after));
}

std::uint32_t Truth::ticks_near(std::uint16_t a, std::uint16_t b, float radius_m) const {
  const std::uint32_t both_since = std::max(m_rows[a].first_tick, m_rows[b].first_tick);
  std::uint32_t count = 0;
  for (; count < kTicksRemembered; ++count) {
    const std::uint32_t tick = m_newest_tick - 1 - count;
    if (tick < both_since) break;
    const Place& one = m_rows[a].places[tick % kTicksRemembered];
    const Place& other = m_rows[b].places[tick % kTicksRemembered];
    // Of a tick of which one of them was told nothing, nothing is known, and a starved walker must not look well fed.
    if (one.tick != tick || other.tick != tick) continue;
    const float dx = one.x - other.x;
    const float dz = one.z - other.z;
    if (dx * dx + dz * dz > radius_m * radius_m) break;
  }
  return count;
}

}  // namespace worldbench
