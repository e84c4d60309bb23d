/// Which avatars and props each datagram to one client carried, until the client says which ones arrived. A bounded
/// memory: the newest kSentAvatarsMax records of the newest kSentDatagramsMax datagrams are kept, older ones can no
/// longer be acknowledged, which costs some bytes (a difference from an older state, or from none) and never
/// correctness.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "client-proto/wire/snapshot.h"

namespace world {

/// An acknowledgement reaches 33 datagrams back.
inline constexpr std::size_t kSentDatagramsMax = 64;
inline constexpr std::size_t kSentAvatarsMax = 4096;
inline constexpr std::size_t kSentPropsMax = 512;

/// The newest records in one piece of memory each, addressed by a number that only grows.
template <class Record>
class RecordRing {
 public:
  explicit RecordRing(std::size_t records_max) : m_records(records_max) {}

  /// Keeps a copy; more records than fit at all are cut off.
  std::uint64_t push(std::span<const Record> records) {
    const std::size_t count = std::min(records.size(), m_records.size());
    const std::size_t at = m_head % m_records.size();
    if (at + count > m_records.size()) m_head += m_records.size() - at;
    const std::uint64_t begin = m_head;
    std::copy_n(records.begin(), count, m_records.begin() + static_cast<std::ptrdiff_t>(begin % m_records.size()));
    m_head += count;
    return begin;
  }
  /// Empty once overwritten.
  [[nodiscard]] std::span<const Record> get(std::uint64_t begin, std::size_t count) const {
    if (count == 0 || count > m_records.size() || m_head - begin > m_records.size()) return {};
    return std::span(m_records).subspan(begin % m_records.size(), count);
  }

 private:
  std::vector<Record> m_records;
  std::uint64_t m_head = 0;
};

class SentRing {
 public:
  void remember(proto::SnapshotStamp stamp, std::span<const proto::AvatarId> avatars,
                std::span<const std::uint8_t> props) {
    m_datagrams[stamp.sequence % kSentDatagramsMax] = {
        true, stamp, m_avatars.push(avatars), avatars.size(), m_props.push(props), props.size()};
  }

  /// Calls `learn(tick, avatars, props)` for each datagram that `ack` names for the first time, oldest first.
  template <class Learn>
  void acknowledge(const proto::SnapshotAck& ack, Learn learn) {
    if (!ack.any) return;
    for (unsigned back = 33; back-- > 0;) {
      if (back > 0 && (ack.earlier >> (back - 1) & 1U) == 0) continue;
      const auto sequence = static_cast<std::uint16_t>(ack.newest - back);
      Datagram& datagram = m_datagrams[sequence % kSentDatagramsMax];
      if (!datagram.waiting || datagram.stamp.sequence != sequence) continue;
      datagram.waiting = false;
      learn(datagram.stamp.tick, m_avatars.get(datagram.avatars_begin, datagram.avatars_count),
            m_props.get(datagram.props_begin, datagram.props_count));
    }
  }

  /// For a new connection: nothing that was sent before counts any more.
  void forget() {
    for (Datagram& datagram : m_datagrams) datagram.waiting = false;
  }

 private:
  struct Datagram {
    bool waiting = false;
    proto::SnapshotStamp stamp;
    std::uint64_t avatars_begin = 0;
    std::size_t avatars_count = 0;
    std::uint64_t props_begin = 0;
    std::size_t props_count = 0;
  };
  std::array<Datagram, kSentDatagramsMax> m_datagrams{};
  RecordRing<proto::AvatarId> m_avatars{kSentAvatarsMax};
  RecordRing<std::uint8_t> m_props{kSentPropsMax};  ///< their indices
};

}  // namespace world
