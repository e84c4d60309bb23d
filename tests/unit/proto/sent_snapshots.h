/// The server's side of the baselines, one per client: which states each datagram carried, and the newest state of
/// every avatar and prop that the client is known to have.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "client-proto/wire/snapshot.h"

namespace proto {

class SentSnapshots {
 public:
  /// Remembers what a datagram carried until it is acknowledged or kSentKept later ones have gone out.
  void sent(SnapshotStamp stamp, std::vector<AvatarRecord> avatars, std::vector<PropRecord> props);
  void acknowledge(const SnapshotAck& ack);

  /// The update that takes the client to `now` in a datagram of this tick.
  [[nodiscard]] AvatarUpdate update(const AvatarRecord& now, std::uint32_t tick) const;
  [[nodiscard]] PropUpdate update(const PropRecord& now, std::uint32_t tick) const;
  /// Whether the client is known to have exactly this state, so that nothing need be sent.
  [[nodiscard]] bool has(const AvatarRecord& now) const;
  [[nodiscard]] bool has(const PropRecord& now) const;

  /// The avatar left the client's sight.
  void forget_avatar(std::uint16_t index) { m_avatars.erase(index); }

 private:
  /// More than an acknowledgement reaches back (33).
  static constexpr std::size_t kSentKept = 64;
  struct Datagram {
    SnapshotStamp stamp;
    bool waiting = false;
    std::vector<AvatarRecord> avatars;
    std::vector<PropRecord> props;
  };
  template <class Record>
  struct Known {
    Record record;
    std::uint32_t tick = 0;
  };
  void acknowledge_one(std::uint16_t sequence);

  std::array<Datagram, kSentKept> m_sent;
  std::unordered_map<std::uint16_t, Known<AvatarRecord>> m_avatars;
  std::unordered_map<std::uint16_t, Known<PropRecord>> m_props;
};

}  // namespace proto
