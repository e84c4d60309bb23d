/// Snapshots against a history: the input is a list of datagrams, each with its size, and how far its number and its
/// tick are from the one before, so that baselines are found. What is accepted is in range and ascends, can be written
/// again without baselines, and then reads as the same.
#include <algorithm>
#include <vector>

#include "client-proto/core/check.h"
#include "client-proto/wire/snapshot.h"

namespace {

constexpr std::uint32_t kFirstTick = 0xfffffff0;  // the number of the tick runs over on the way
constexpr std::size_t kStampAt = 1;
constexpr std::size_t kStampBytes = 6;

bool in_reach(std::int32_t units) { return units >= -proto::kWireReach && units < proto::kWireReach; }

void check_ranges(const proto::Snapshot& snapshot) {
  int index = -1;
  for (const proto::AvatarRecord& record : snapshot.avatars) {
    GALLERIA_CHECK(record.id.index > index && record.id.index <= proto::kAvatarIndexMax);
    GALLERIA_CHECK(in_reach(record.x) && in_reach(record.y) && in_reach(record.z));
    index = record.id.index;
  }
  index = -1;
  for (const proto::PropRecord& record : snapshot.props) {
    GALLERIA_CHECK(record.index > index && record.index <= proto::kPropIndexMax);
    GALLERIA_CHECK(in_reach(record.x) && in_reach(record.y) && in_reach(record.z));
    index = record.index;
  }
}

/// Absolute records are larger than differences, so not all may fit; those that do must read as they were.
void check_again(const proto::Snapshot& snapshot) {
  proto::SnapshotWriter writer(snapshot.header);
  proto::Snapshot kept{snapshot.header, {}, {}};
  for (const proto::AvatarRecord& record : snapshot.avatars) {
    if (writer.add(proto::AvatarUpdate{record, {}, 0})) kept.avatars.push_back(record);
  }
  for (const proto::PropRecord& record : snapshot.props) {
    if (writer.add(proto::PropUpdate{record, {}, 0})) kept.props.push_back(record);
  }
  const auto again = proto::decode_snapshot(writer.finish(), {});
  GALLERIA_CHECK(again.ok() && again.value() == kept);
}

void stamp(std::vector<std::uint8_t>& packet, std::uint16_t sequence, std::uint32_t tick) {
  packet[0] = static_cast<std::uint8_t>(proto::Opcode::kSnapshot);
  for (unsigned i = 0; i < 2; ++i) packet[kStampAt + i] = static_cast<std::uint8_t>(sequence >> 8 * i);
  for (unsigned i = 0; i < 4; ++i) packet[kStampAt + 2 + i] = static_cast<std::uint8_t>(tick >> 8 * i);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  proto::SnapshotHistory history;
  std::span<const std::uint8_t> rest(data, size);
  std::uint16_t sequence = 0xfffe;
  std::uint32_t tick = kFirstTick;
  while (rest.size() >= 3) {
    const std::size_t wanted = rest[0] | (rest[1] & 3U) << 8U;
    sequence = static_cast<std::uint16_t>(sequence + (rest[1] >> 2U));
    tick += static_cast<std::uint32_t>(static_cast<std::int8_t>(rest[2]));
    rest = rest.subspan(3);
    const auto body = rest.first(std::min(wanted, rest.size()));
    rest = rest.subspan(body.size());
    std::vector<std::uint8_t> packet(kStampAt + kStampBytes);
    packet.insert(packet.end(), body.begin(), body.end());
    stamp(packet, sequence, tick);
    const auto snapshot = proto::decode_snapshot(packet, history);
    const auto header = proto::peek_header(packet);
    if (!snapshot) continue;
    GALLERIA_CHECK(header == snapshot.value().header);
    check_ranges(snapshot.value());
    check_again(snapshot.value());
    if (history.is_news(header->stamp())) history.store(snapshot.value());
    GALLERIA_CHECK(!history.is_news(header->stamp()));
  }
  return 0;
}
