/// Networks as they are, inside one process and in virtual time, the same way for the same seed; tests and measuring
/// programs put them between a client and a server.
///
/// `LossyLink` is a path of datagrams: packets are delayed, jittered, lost, doubled and reordered, each by a parameter
/// of its own. The reliable lane arrives once and in order, late by a retransmission where a packet would have been
/// lost.
///
/// `StallingLink` is a stream, as under a WebSocket: nothing is lost and nothing overtakes, but now and then nothing
/// moves for a while. What the sender's system takes meanwhile arrives in a heap afterwards; beyond that, reliable
/// packets wait and a state that could not be sent is replaced by the next.
#pragma once

#include <cstdint>
#include <vector>

#include "client-proto/core/time.h"
#include "client-proto/move/walk_check.h"
#include "client-proto/wire/opcodes.h"

namespace proto {

using LinkPacket = std::vector<std::uint8_t>;

/// Packets on their way, handed out in the order of their arrival.
class PacketsUnderWay {
 public:
  void put(std::int64_t due_us, LinkPacket packet);
  [[nodiscard]] std::vector<LinkPacket> take(TimeUs now);

 private:
  struct Packet {
    std::int64_t due_us = 0;
    std::uint64_t number = 0;
    LinkPacket bytes;
  };
  std::vector<Packet> m_packets;
  std::uint64_t m_sent = 0;
};

struct LinkManners {
  std::int64_t delay_us = 0;   ///< the shortest way
  std::int64_t jitter_us = 0;  ///< up to this much is added, evenly spread
  std::uint32_t loss_percent = 0;
  std::uint32_t double_percent = 0;
  std::uint32_t reorder_percent = 0;  ///< these are held back and overtaken by later ones
  std::int64_t reorder_us = 0;        ///< for how long
};

class LossyLink {
 public:
  LossyLink(LinkManners manners, std::uint64_t seed) : m_manners(manners), m_numbers(seed) {}

  /// From now on it behaves like this; what is under way is not touched.
  void become(LinkManners manners) { m_manners = manners; }
  void send(Lane lane, LinkPacket packet, TimeUs now);
  [[nodiscard]] std::vector<LinkPacket> arrived(TimeUs now) { return m_under_way.take(now); }

 private:
  [[nodiscard]] bool chance(std::uint32_t percent) { return m_numbers.below(100) < percent; }
  [[nodiscard]] std::int64_t travel_us();

  LinkManners m_manners;
  TestNumbers m_numbers;
  PacketsUnderWay m_under_way;
  std::int64_t m_reliable_due_us = 0;
};

struct StallManners {
  std::int64_t delay_us = 0;
  std::int64_t period_us = 0;  ///< from stall to stall; 0: it never stalls
  std::int64_t stall_us = 0;   ///< how long nothing moves
  std::int64_t phase_us = 0;   ///< when the first stall begins
  std::size_t room_bytes = 0;  ///< what the sender's system takes while nothing moves
};

class StallingLink {
 public:
  explicit StallingLink(StallManners manners) : m_manners(manners) {}

  /// State packets sent at one time belong together: those of a later time replace them all.
  void send(Lane lane, LinkPacket packet, TimeUs now);
  [[nodiscard]] std::vector<LinkPacket> arrived(TimeUs now);

 private:
  [[nodiscard]] bool stalls_at(std::int64_t us) const;
  /// The end of the stall at this time, or the time itself.
  [[nodiscard]] std::int64_t free_at(std::int64_t us) const;
  void put(LinkPacket packet, std::int64_t sent_us);
  void flush(TimeUs now);

  StallManners m_manners;
  PacketsUnderWay m_under_way;
  std::int64_t m_last_due_us = 0;
  std::size_t m_taken_bytes = 0;  ///< while it stalls
  std::vector<LinkPacket> m_reliable;
  std::vector<LinkPacket> m_state;
  std::int64_t m_waiting_since_us = 0;  ///< when the waiting state was sent
  std::int64_t m_flush_us = 0;          ///< when what waits may go
};

}  // namespace proto
