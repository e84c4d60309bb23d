#include "client-proto/wire/snapshot.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "tests/unit/proto/generators.h"
#include "tests/unit/proto/sent_snapshots.h"

using namespace proto;

namespace {

template <class Law>
void holds(const std::string& name, Law law) {
  INFO(name);
  CHECK(rc::check(name, law));
}

std::vector<std::uint16_t> ascending_indices(int bound, std::size_t count_max) {
  const auto set = *rc::gen::container<std::set<std::uint16_t>>(
      rc::gen::inRange<std::uint16_t>(0, static_cast<std::uint16_t>(bound + 1)));
  std::vector<std::uint16_t> indices(set.begin(), set.end());
  if (indices.size() > count_max) indices.resize(count_max);
  return indices;
}

/// Writes what fits of `wanted`, against what the client is known to have; remembers it as sent.
std::vector<std::uint8_t> write(const Snapshot& wanted, SentSnapshots& sent, Snapshot& written) {
  SnapshotWriter writer(wanted.header);
  written.header = wanted.header;
  for (const AvatarRecord& record : wanted.avatars) {
    if (!writer.add(sent.update(record, wanted.header.tick))) break;
    written.avatars.push_back(record);
  }
  for (const PropRecord& record : wanted.props) {
    if (!writer.add(sent.update(record, wanted.header.tick))) break;
    written.props.push_back(record);
  }
  sent.sent({wanted.header.sequence, wanted.header.tick}, written.avatars, written.props);
  const auto packet = writer.finish();
  return {packet.begin(), packet.end()};
}

Snapshot arbitrary_snapshot() {
  Snapshot snapshot;
  snapshot.header = arbitrary::snapshot_header();
  for (const std::uint16_t index : ascending_indices(kAvatarIndexMax, 60)) {
    snapshot.avatars.push_back(arbitrary::avatar_record(index));
  }
  for (const std::uint16_t index : ascending_indices(kPropIndexMax, 20)) {
    snapshot.props.push_back(arbitrary::prop_record(index));
  }
  return snapshot;
}

/// A small move of everything, as between two ticks.
void nudge(Snapshot& snapshot) {
  for (AvatarRecord& record : snapshot.avatars) {
    record.x = std::clamp(record.x + *rc::gen::inRange(-40, 40), -kWireReach, kWireReach - 1);
    record.z = std::clamp(record.z + *rc::gen::inRange(-400, 400), -kWireReach, kWireReach - 1);
    if (*rc::gen::arbitrary<bool>()) record.yaw = *rc::gen::arbitrary<std::uint8_t>();
  }
  for (PropRecord& record : snapshot.props) {
    record.y = std::clamp(record.y + *rc::gen::inRange(-3000, 3000), -kWireReach, kWireReach - 1);
  }
}

}  // namespace

TEST_CASE("snapshots are read as they were written, through a conversation with losses") {
  holds("conversation", [] {
    SentSnapshots sent;
    SnapshotHistory history;
    Snapshot wanted = arbitrary_snapshot();
    const int rounds = *rc::gen::inRange(1, 12);
    for (int i = 0; i < rounds; ++i) {
      Snapshot written;
      const auto packet = write(wanted, sent, written);
      RC_ASSERT(packet.size() <= kSnapshotBytesMax);
      const bool lost = *rc::gen::inRange(0, 4) == 0;
      if (!lost) {
        RC_ASSERT(history.is_news({wanted.header.sequence, wanted.header.tick}));
        const auto read = decode_snapshot(packet, history);
        RC_ASSERT(read.ok());
        RC_ASSERT(read.value() == written);
        history.store(read.value());
        RC_ASSERT(!history.is_news({wanted.header.sequence, wanted.header.tick}));
      }
      if (*rc::gen::inRange(0, 3) != 0) sent.acknowledge(history.ack());
      nudge(wanted);
      wanted.header.sequence = static_cast<std::uint16_t>(wanted.header.sequence + *rc::gen::inRange(1, 30));
      wanted.header.tick += *rc::gen::inRange(1U, 6U);
    }
  });
}

TEST_CASE("a cut or bent snapshot is refused or stays in range") {
  holds("cut and bent", [] {
    SentSnapshots sent;
    SnapshotHistory history;
    Snapshot wanted = arbitrary_snapshot();
    Snapshot first;
    const auto packet_one = write(wanted, sent, first);
    history.store(*decode_snapshot(packet_one, history));
    sent.acknowledge(history.ack());
    nudge(wanted);
    ++wanted.header.sequence;
    ++wanted.header.tick;
    Snapshot second;
    auto packet = write(wanted, sent, second);
    for (std::size_t size = 0; size < packet.size(); ++size) {
      RC_ASSERT(!decode_snapshot(std::span(packet).first(size), history).ok());
    }
    for (int i = 0; i < 50; ++i) {
      const auto bit = *rc::gen::inRange<std::size_t>(8, packet.size() * 8);
      packet[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      const auto bent = decode_snapshot(packet, history);
      packet[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      if (!bent) continue;
      int last = -1;
      for (const AvatarRecord& record : bent.value().avatars) {
        RC_ASSERT(record.id.index > last && record.id.index <= kAvatarIndexMax);
        RC_ASSERT(record.x >= -kWireReach && record.x < kWireReach && record.y >= -kWireReach && record.y < kWireReach);
        last = record.id.index;
      }
    }
  });
}

TEST_CASE("a delta against a snapshot that never came is refused by name") {
  SentSnapshots sent;
  SnapshotHistory theirs;
  SnapshotHistory mine;
  Snapshot wanted;
  wanted.header = {7, 100, std::nullopt};
  wanted.avatars.push_back({{3, 1}, 10, 0, 10, 0, 0, 5, 0});
  Snapshot written;
  const auto first = write(wanted, sent, written);
  theirs.store(*decode_snapshot(first, theirs));
  sent.acknowledge(theirs.ack());
  ++wanted.header.sequence;
  ++wanted.header.tick;
  const auto second = write(wanted, sent, written);
  CHECK(decode_snapshot(second, theirs).ok());
  CHECK(decode_snapshot(second, mine).error() == WireStatus::kUnknownBaseline);
}

TEST_CASE("who walks on as before costs less than three bytes, and a full datagram stays below the limit") {
  SentSnapshots sent;
  SnapshotHistory history;
  Snapshot wanted;
  wanted.header = {1, 1, std::nullopt};
  for (int i = 0; i < 60; ++i) {
    wanted.avatars.push_back({{static_cast<std::uint16_t>(i * 5), 1}, i * 100, 0, -i * 70, 24, -31, 100, 3});
  }
  Snapshot written;
  const auto first = write(wanted, sent, written);
  REQUIRE(written.avatars.size() == 60);
  history.store(*decode_snapshot(first, history));
  sent.acknowledge(history.ack());
  for (AvatarRecord& record : wanted.avatars) {
    record.x += 24 * 3 * 4 / 5 + 1;
    record.z -= 31 * 3 * 4 / 5 - 1;
  }
  ++wanted.header.sequence;
  wanted.header.tick += 3;
  written = {};
  const auto second = write(wanted, sent, written);
  CHECK(second.size() < 10 + 60 * 3);

  SnapshotHeader header;
  SnapshotWriter writer(header);
  std::uint16_t index = 0;
  while (writer.add(AvatarUpdate{{{index, 1}, -kWireReach, 0, 77, 0, 0, 1, 1}, {}, 0})) ++index;
  CHECK(index > 80);
  const std::size_t size = writer.finish().size();
  CHECK(size <= kSnapshotBytesMax);
  CHECK(size > kSnapshotBytesMax - 14);
}

TEST_CASE("a body that is encoded once goes into any datagram as if it were written there") {
  holds("body", [] {
    const auto index = *rc::gen::inRange<std::uint16_t>(0, kAvatarIndexMax + 1);
    AvatarUpdate update;
    update.now = arbitrary::avatar_record(index);
    if (*rc::gen::arbitrary<bool>()) {
      update.before = *rc::gen::arbitrary<bool>() ? update.now : arbitrary::avatar_record(index);
      update.before.id = update.now.id;
      update.age = *rc::gen::inRange<std::uint8_t>(1, kBaselineAgeMax + 1);
    }
    SnapshotHistory history;
    Snapshot before;
    before.header = {1, 100, std::nullopt};
    before.avatars.push_back(update.before);
    before.avatars.back().id.index = index;
    history.store(before);
    SnapshotWriter writer({2, 100U + update.age, std::nullopt});
    RC_ASSERT(writer.add_avatar(index, update.age, encode_body(update)));
    const auto read = decode_snapshot(writer.finish(), history);
    RC_ASSERT(read.ok());
    RC_ASSERT(read->avatars.size() == 1U);
    RC_ASSERT(read->avatars[0] == update.now);
  });
}

TEST_CASE("the history says what came, across the wrap of the numbers") {
  SnapshotHistory history;
  CHECK_FALSE(history.ack().any);
  for (const std::uint16_t sequence : std::array<std::uint16_t, 3>{65'533, 65'535, 1}) {
    Snapshot snapshot;
    snapshot.header.sequence = sequence;
    history.store(snapshot);
  }
  const SnapshotAck ack = history.ack();
  CHECK(ack.newest == 1);
  CHECK(ack.earlier == 0b1010);  // 65,535 is two back, 65,533 four
  CHECK(history.is_news({0, 0}));
  CHECK_FALSE(history.is_news({65'535, 0}));
  CHECK_FALSE(history.is_news({static_cast<std::uint16_t>(1 - kSequencesKept), 0}));
}

TEST_CASE("a datagram that is too old for its states to be kept is not acknowledged") {
  SnapshotHistory history;
  Snapshot late;
  late.header = {10, 1000, std::nullopt};
  late.avatars.push_back({{3, 1}, 10, 0, 10, 0, 0, 5, 0});
  Snapshot newest = late;
  newest.header = {12, 1000 + kTicksKept, std::nullopt};
  history.store(newest);

  CHECK_FALSE(history.is_news({10, 1000}));
  CHECK(history.is_news({10, 1001}));
  CHECK((history.ack().earlier & 0b10U) == 0);
}

TEST_CASE("a rotation survives packing to within half a degree") {
  holds("rotation", [] {
    std::array<float, 4> q{};
    float size = 0;
    for (float& part : q) {
      part = static_cast<float>(*rc::gen::inRange(-1000, 1001));
      size += part * part;
    }
    RC_PRE(size > 100);
    for (float& part : q) part /= std::sqrt(size);
    const auto back = unpack_rotation(pack_rotation(q));
    float cosine = 0;
    for (std::size_t i = 0; i < 4; ++i) cosine += q[i] * back[i];
    RC_ASSERT(std::abs(cosine) > 0.99999F);
  });
}

TEST_CASE("one's own state travels exactly") {
  holds("own state", [] {
    const MoveState state = arbitrary::move_state();
    SnapshotHeader header;
    header.own = OwnState{9, 2, state};
    SnapshotWriter writer(header);
    const auto read = decode_snapshot(writer.finish(), SnapshotHistory());
    RC_ASSERT(read.ok());
    RC_ASSERT(read.value().header.own->state == state);
    RC_ASSERT(snapped(state) == state);
  });
}
