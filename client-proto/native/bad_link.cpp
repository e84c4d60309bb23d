#include "client-proto/native/bad_link.h"

#include <algorithm>
#include <utility>

namespace proto {

namespace {
/// Added to a round trip before the reliable lane tries again.
constexpr std::int64_t kRetry_us = 50'000;
}  // namespace

void PacketsUnderWay::put(std::int64_t due_us, LinkPacket packet) {
  m_packets.push_back({due_us, m_sent++, std::move(packet)});
}

std::vector<LinkPacket> PacketsUnderWay::take(TimeUs now) {
  std::sort(m_packets.begin(), m_packets.end(), [](const Packet& a, const Packet& b) {
    return a.due_us != b.due_us ? a.due_us < b.due_us : a.number < b.number;
  });
  std::vector<LinkPacket> out;
  auto packet = m_packets.begin();
  for (; packet != m_packets.end() && packet->due_us <= now.us; ++packet) out.push_back(std::move(packet->bytes));
  m_packets.erase(m_packets.begin(), packet);
  return out;
}

std::int64_t LossyLink::travel_us() {
  const auto jitter = static_cast<std::uint32_t>(m_manners.jitter_us);
  std::int64_t travel = m_manners.delay_us + (jitter == 0 ? 0 : static_cast<std::int64_t>(m_numbers.below(jitter)));
  if (chance(m_manners.reorder_percent)) travel += m_manners.reorder_us;
  return travel;
}

void LossyLink::send(Lane lane, LinkPacket packet, TimeUs now) {
  if (lane == Lane::kReliable) {
    std::int64_t due = now.us + travel_us();
    while (chance(m_manners.loss_percent)) due += 2 * m_manners.delay_us + kRetry_us;
    m_reliable_due_us = std::max(m_reliable_due_us, due);
    m_under_way.put(m_reliable_due_us, std::move(packet));
    return;
  }
  if (chance(m_manners.loss_percent)) return;
  if (chance(m_manners.double_percent)) m_under_way.put(now.us + travel_us(), packet);
  m_under_way.put(now.us + travel_us(), std::move(packet));
}

bool StallingLink::stalls_at(std::int64_t us) const {
  if (m_manners.period_us == 0 || us < m_manners.phase_us) return false;
  return (us - m_manners.phase_us) % m_manners.period_us < m_manners.stall_us;
}

std::int64_t StallingLink::free_at(std::int64_t us) const {
  if (!stalls_at(us)) return us;
  return us - (us - m_manners.phase_us) % m_manners.period_us + m_manners.stall_us;
}

void StallingLink::put(LinkPacket packet, std::int64_t sent_us) {
  m_last_due_us = std::max(m_last_due_us, free_at(sent_us + m_manners.delay_us));
  m_under_way.put(m_last_due_us, std::move(packet));
}

void StallingLink::send(Lane lane, LinkPacket packet, TimeUs now) {
  flush(now);
  if (!stalls_at(now.us)) {
    m_taken_bytes = 0;
    put(std::move(packet), now.us);
    return;
  }
  m_flush_us = free_at(now.us);
  if (m_taken_bytes + packet.size() <= m_manners.room_bytes) {
    m_taken_bytes += packet.size();
    put(std::move(packet), now.us);
  } else if (lane == Lane::kReliable) {
    m_reliable.push_back(std::move(packet));
  } else {
    if (m_waiting_since_us != now.us) m_state.clear();
    m_waiting_since_us = now.us;
    m_state.push_back(std::move(packet));
  }
}

/// What waited goes as soon as something moves again, the reliable packets first.
void StallingLink::flush(TimeUs now) {
  if (now.us < m_flush_us) return;
  for (LinkPacket& packet : std::exchange(m_reliable, {})) put(std::move(packet), m_flush_us);
  for (LinkPacket& packet : std::exchange(m_state, {})) put(std::move(packet), m_flush_us);
}

std::vector<LinkPacket> StallingLink::arrived(TimeUs now) {
  flush(now);
  return m_under_way.take(now);
}

}  // namespace proto
