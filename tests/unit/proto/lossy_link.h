/// A link that behaves like a bad network, the same way for the same seed: packets are delayed, jittered, lost, doubled
/// and reordered. The reliable lane arrives once and in order, late by a retransmission where a packet would have been
/// lost.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "client-proto/core/time.h"
#include "client-proto/move/walk_check.h"
#include "client-proto/wire/opcodes.h"

namespace proto {

struct LinkManners {
  std::int64_t delay_us = 0;
  std::int64_t jitter_us = 0;
  std::uint32_t loss_percent = 0;
  std::uint32_t double_percent = 0;
};

class LossyLink {
 public:
  LossyLink(LinkManners manners, std::uint64_t seed) : m_manners(manners), m_numbers(seed) {}

  void send(Lane lane, std::vector<std::uint8_t> packet, TimeUs now) {
    if (lane == Lane::kReliable) {
      std::int64_t due = now.us + travel_us();
      while (chance(m_manners.loss_percent)) due += 2 * m_manners.delay_us + 50'000;
      m_reliable_due = std::max(m_reliable_due, due);
      m_packets.push_back({m_reliable_due, m_sent++, std::move(packet)});
      return;
    }
    if (chance(m_manners.loss_percent)) return;
    if (chance(m_manners.double_percent)) m_packets.push_back({now.us + travel_us(), m_sent++, packet});
    m_packets.push_back({now.us + travel_us(), m_sent++, std::move(packet)});
  }

  /// What has arrived by now, in the order of arrival.
  std::vector<std::vector<std::uint8_t>> arrived(TimeUs now) {
    std::sort(m_packets.begin(), m_packets.end(),
              [](const Packet& a, const Packet& b) { return a.due != b.due ? a.due < b.due : a.number < b.number; });
    std::vector<std::vector<std::uint8_t>> out;
    std::size_t taken = 0;
    for (; taken < m_packets.size() && m_packets[taken].due <= now.us; ++taken)
      out.push_back(std::move(m_packets[taken].bytes));
    m_packets.erase(m_packets.begin(), m_packets.begin() + static_cast<std::ptrdiff_t>(taken));
    return out;
  }

 private:
  struct Packet {
    std::int64_t due = 0;
    std::uint64_t number = 0;
    std::vector<std::uint8_t> bytes;
  };
  bool chance(std::uint32_t percent) { return m_numbers.below(100) < percent; }
  std::int64_t travel_us() {
    const auto jitter = static_cast<std::uint32_t>(m_manners.jitter_us);
    return m_manners.delay_us + (jitter == 0 ? 0 : static_cast<std::int64_t>(m_numbers.below(jitter)));
  }

  LinkManners m_manners;
  TestNumbers m_numbers;
  std::vector<Packet> m_packets;
  std::uint64_t m_sent = 0;
  std::int64_t m_reliable_due = 0;
};

}  // namespace proto
