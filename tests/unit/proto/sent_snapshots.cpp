#include "tests/unit/proto/sent_snapshots.h"

namespace proto {

namespace {

template <class Map, class Record>
Update<Record> update_from(const Map& known, std::uint16_t index, const Record& now, std::uint32_t tick) {
  Update<Record> update;
  update.now = now;
  const auto at = known.find(index);
  if (at == known.end()) return update;
  if constexpr (std::is_same_v<Record, AvatarRecord>) {
    if (at->second.record.id != now.id) return update;  // a recycled slot
  }
  const std::uint32_t age = tick - at->second.tick;
  if (age < 1 || age > kBaselineAgeMax) return update;
  update.before = at->second.record;
  update.age = static_cast<std::uint8_t>(age);
  return update;
}

template <class Map, class Record>
bool has_in(const Map& known, std::uint16_t index, const Record& now) {
  const auto at = known.find(index);
  return at != known.end() && at->second.record == now;
}

template <class Map, class Record>
void learn(Map& known, std::uint16_t index, const Record& record, std::uint32_t tick) {
  const auto [at, is_new] = known.try_emplace(index);
  if (!is_new && static_cast<std::int32_t>(tick - at->second.tick) < 0) return;
  at->second.record = record;
  at->second.tick = tick;
}

}  // namespace

void SentSnapshots::sent(SnapshotStamp stamp, std::vector<AvatarRecord> avatars, std::vector<PropRecord> props) {
  m_sent[stamp.sequence % kSentKept] = {stamp, true, std::move(avatars), std::move(props)};
}

void SentSnapshots::acknowledge(const SnapshotAck& ack) {
  if (!ack.any) return;
  for (unsigned i = 32; i-- > 0;) {
    if ((ack.earlier >> i & 1U) != 0) acknowledge_one(static_cast<std::uint16_t>(ack.newest - 1U - i));
  }
  acknowledge_one(ack.newest);
}

void SentSnapshots::acknowledge_one(std::uint16_t sequence) {
  Datagram& datagram = m_sent[sequence % kSentKept];
  if (!datagram.waiting || datagram.stamp.sequence != sequence) return;
  datagram.waiting = false;
  for (const AvatarRecord& record : datagram.avatars) learn(m_avatars, record.id.index, record, datagram.stamp.tick);
  for (const PropRecord& record : datagram.props) learn(m_props, record.index, record, datagram.stamp.tick);
}

AvatarUpdate SentSnapshots::update(const AvatarRecord& now, std::uint32_t tick) const {
  return update_from(m_avatars, now.id.index, now, tick);
}

PropUpdate SentSnapshots::update(const PropRecord& now, std::uint32_t tick) const {
  return update_from(m_props, now.index, now, tick);
}

bool SentSnapshots::has(const AvatarRecord& now) const { return has_in(m_avatars, now.id.index, now); }
bool SentSnapshots::has(const PropRecord& now) const { return has_in(m_props, now.index, now); }

}  // namespace proto
