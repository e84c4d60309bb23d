#include "client-proto/wire/snapshot.h"

#include <algorithm>
#include <cstring>

namespace proto {

namespace {

constexpr float kSqrt2 = 1.41421356F;
constexpr int kStateReach = 256 * kStateUnitsPerMetre;
constexpr int kVelocityReach = 16 * kStateUnitsPerMetre;
/// Of an absolute coordinate; a difference can need one more, its zigzag another.
constexpr int kCoordinateBits = 17;
constexpr std::size_t kRecordsPerTickMax = kAvatarIndexMax + 1;
constexpr int kGapBits = 2;
constexpr int kAvatarCountBits = 9;
constexpr int kPropCountBits = 7;

std::int32_t rounded(float value) { return static_cast<std::int32_t>(value < 0 ? value - 0.5F : value + 0.5F); }

// --- one's own state: exact, on the grid that the movement rule snaps to ---

template <class S, class Number>
void serialize_state_number(S& s, Number& value, int reach) {
  std::int32_t units = 0;
  if constexpr (!S::kReading) units = rounded(value * static_cast<float>(kStateUnitsPerMetre));
  s.ranged(units, -reach, reach - 1);
  if constexpr (S::kReading) value = static_cast<float>(units) / static_cast<float>(kStateUnitsPerMetre);
}

template <class S, Is<Vec3> M>
void serialize_vec(S& s, M& vec, int reach) {
  serialize_state_number(s, vec.x, reach);
  serialize_state_number(s, vec.y, reach);
  serialize_state_number(s, vec.z, reach);
}

template <class S, Is<MoveState> M>
void serialize(S& s, M& m) {
  serialize_vec(s, m.position, kStateReach);
  bool still = m.velocity == Vec3{};
  s.boolean(still);
  bool level = m.velocity.y == 0;
  if (!still) {
    serialize_state_number(s, m.velocity.x, kVelocityReach);
    serialize_state_number(s, m.velocity.z, kVelocityReach);
    s.boolean(level);
    if (!level) serialize_state_number(s, m.velocity.y, kVelocityReach);
  } else {
    s.ranged(m.stance, 0, kStances - 1);
    if (m.stance == Stance::kSittingDown) s.ranged(m.sit_steps, 0, kSitStepsMax);
  }
  s.bits(m.yaw, 12);
  s.boolean(m.grounded);
  s.boolean(m.jump_held);
}

template <class S, Is<SnapshotHeader> M>
void serialize(S& s, M& m) {
  s.bits(m.sequence, 16);
  s.bits(m.tick, 32);
  bool own = m.own.has_value();
  s.boolean(own);
  if (!own) return;
  if constexpr (S::kReading) m.own.emplace();
  s.bits(m.own->acked_input, 16);
  s.ranged(m.own->inputs_waiting, 0, kInputsWaitingMax);
  serialize(s, m.own->state);
}

// --- others: differences from a baseline ---

/// A coordinate: absolute, or as its distance from where it is expected.
template <class S, class Number>
void serialize_coordinate(S& s, Number& now, std::int32_t expected, bool delta, int middle) {
  if (!delta) {
    s.ranged(now, -kWireReach, kWireReach - 1);
    return;
  }
  std::int32_t distance = 0;
  if constexpr (!S::kReading) distance = now - expected;
  s.mostly_nothing(distance, middle, kCoordinateBits + 2);
  if constexpr (S::kReading) {
    now = expected + distance;
    if (now < -kWireReach || now >= kWireReach) {
      s.fail(WireStatus::kOutOfRange);
      now = 0;
    }
  }
}

/// Where `units` with this velocity is `age` ticks later: 1/16 m/s are 4/5 of 1/256 m in a step of 1/20 s.
std::int32_t expected(std::int32_t units, int velocity, int age) { return units + velocity * age * 4 / 5; }
static_assert(kWireUnitsPerMetre * 5 == kWireUnitsPerMps * kStepHz * 4);

template <class S, Is<AvatarUpdate> M>
void serialize_height(S& s, M& m, bool delta, bool same) {
  if (!same) {
    serialize_coordinate(s, m.now.y, m.before.y, delta, 8);
  } else if constexpr (S::kReading) {
    m.now.y = m.before.y;
  }
}

template <class S, Is<AvatarUpdate> M>
void serialize_velocity(S& s, M& m, bool same) {
  if (!same) {
    s.ranged(m.now.vx, -kWireSpeedMax, kWireSpeedMax);
    s.ranged(m.now.vz, -kWireSpeedMax, kWireSpeedMax);
  } else if constexpr (S::kReading) {
    m.now.vx = m.before.vx;
    m.now.vz = m.before.vz;
  }
}

template <class S, Is<AvatarUpdate> M>
void serialize_facing(S& s, M& m, bool same) {
  if (!same) {
    s.bits(m.now.yaw, 8);
    s.bits(m.now.flags, kAvatarFlagBits);
  } else if constexpr (S::kReading) {
    m.now.yaw = m.before.yaw;
    m.now.flags = m.before.flags;
  }
}

template <class S, Is<AvatarUpdate> M>
void serialize_body(S& s, M& m) {
  const bool delta = m.age != 0;
  if (!delta) {
    s.bits(m.now.id.generation, 16);
  } else if constexpr (S::kReading) {
    m.now.id.generation = m.before.id.generation;
  }
  serialize_coordinate(s, m.now.x, expected(m.before.x, m.before.vx, m.age), delta, 6);
  serialize_coordinate(s, m.now.z, expected(m.before.z, m.before.vz, m.age), delta, 6);
  // One bit for those who walk on as before.
  bool level = delta && m.now.y == m.before.y;
  bool steady = delta && m.now.vx == m.before.vx && m.now.vz == m.before.vz;
  bool straight = delta && m.now.yaw == m.before.yaw && m.now.flags == m.before.flags;
  bool same = level && steady && straight;
  if (delta) s.boolean(same);
  if (delta && !same) {
    s.boolean(level);
    s.boolean(steady);
    s.boolean(straight);
  } else if constexpr (S::kReading) {
    level = steady = straight = same;
  }
  serialize_height(s, m, delta, level);
  serialize_velocity(s, m, steady);
  serialize_facing(s, m, straight);
}

template <class S, Is<PropUpdate> M>
void serialize_body(S& s, M& m) {
  const bool delta = m.age != 0;
  serialize_coordinate(s, m.now.x, m.before.x, delta, 8);
  serialize_coordinate(s, m.now.y, m.before.y, delta, 8);
  serialize_coordinate(s, m.now.z, m.before.z, delta, 8);
  bool turned = !delta || m.now.rotation != m.before.rotation;
  if (delta) s.boolean(turned);
  if (turned) {
    s.ranged(m.now.rotation.largest, 0, 3);
    for (auto& component : m.now.rotation.rest) s.ranged(component, -kRotationUnits, kRotationUnits);
  } else if constexpr (S::kReading) {
    m.now.rotation = m.before.rotation;
  }
}

template <class Record>
BodyBits encoded(const Update<Record>& update) {
  std::array<std::uint8_t, 2 * sizeof(std::uint64_t)> bytes{};
  BitWriter writer(bytes);
  serialize_body(writer, update);
  constexpr int kWordBits = 64;
  const auto count = static_cast<int>(writer.size_bits());
  BodyBits body;
  std::memcpy(&body.low.bits, bytes.data(), sizeof(body.low.bits));
  std::memcpy(&body.high.bits, bytes.data() + sizeof(body.low.bits), sizeof(body.high.bits));
  body.low.count = std::min(count, kWordBits);
  body.high.count = count - body.low.count;
  return body;
}

int index_of(const AvatarRecord& record) { return record.id.index; }
int index_of(const PropRecord& record) { return record.index; }
void set_index(AvatarRecord& record, int index) { record.id.index = static_cast<std::uint16_t>(index); }
void set_index(PropRecord& record, int index) { record.index = static_cast<std::uint16_t>(index); }
std::span<const AvatarRecord> records_of(const SnapshotHistory& history, std::uint32_t tick,
                                         const AvatarRecord& /*kind*/) {
  return history.avatars(tick);
}
std::span<const PropRecord> records_of(const SnapshotHistory& history, std::uint32_t tick, const PropRecord& /*kind*/) {
  return history.props(tick);
}

/// Finds baselines for records that ascend by index: in the records of each tick the search goes on where it was left.
template <class Record>
class Baselines {
 public:
  explicit Baselines(const SnapshotHistory& history) : m_history(history) {}
  [[nodiscard]] const Record* find(std::uint32_t tick, int index) {
    const std::span<const Record> records = records_of(m_history, tick, Record{});
    std::size_t& at = m_at[tick % kTicksKept];
    while (at < records.size() && index_of(records[at]) < index) ++at;
    return at < records.size() && index_of(records[at]) == index ? &records[at] : nullptr;
  }

 private:
  const SnapshotHistory& m_history;
  std::array<std::size_t, kTicksKept> m_at{};
};

/// Mostly the same as the one before, or one tick off.
template <class S, class Age>
void serialize_age(S& s, Age& age, std::uint8_t before) {
  bool other = age != before;
  s.boolean(other);
  if (!other) {
    if constexpr (S::kReading) age = before;
    return;
  }
  bool beside = age == before + 1 || age + 1 == before;
  s.boolean(beside);
  if (!beside) {
    s.ranged(age, 0, kBaselineAgeMax);
    return;
  }
  bool older = age > before;
  s.boolean(older);
  if constexpr (S::kReading) {
    const int wanted = before + (older ? 1 : -1);
    if (wanted < 0 || wanted > kBaselineAgeMax) s.fail(WireStatus::kOutOfRange);
    age = static_cast<Age>(std::clamp(wanted, 0, kBaselineAgeMax));
  }
}

/// Which record this is and what it is a difference from. `cursor` moves on.
template <class S, class Index, class Age>
void serialize_key(S& s, Index& index, Age& age, RecordCursor& cursor, int index_max) {
  std::uint32_t gap = 0;
  if constexpr (!S::kReading) {
    GALLERIA_CHECK(index > cursor.index && index <= index_max);
    gap = static_cast<std::uint32_t>(index - cursor.index - 1);
  }
  s.mostly_small(gap, kGapBits);
  if constexpr (S::kReading) {
    index = cursor.index + 1 + static_cast<int>(gap);
    if (index > index_max) {
      s.fail(WireStatus::kBadOrder);
      index = index_max;
    }
  }
  serialize_age(s, age, cursor.age);
  cursor = {index, age};
}

/// Datagrams of one tick follow each other in their indices, unless one overtook another.
template <class Record>
void append_ascending(std::vector<Record>& records, const std::vector<Record>& more) {
  const auto by_index = [](const Record& a, const Record& b) { return index_of(a) < index_of(b); };
  if (records.size() + more.size() > kRecordsPerTickMax) return;  // no server of ours says so much in one tick
  const bool in_order = records.empty() || more.empty() || by_index(records.back(), more.front());
  records.insert(records.end(), more.begin(), more.end());
  if (!in_order) std::stable_sort(records.begin(), records.end(), by_index);
}

template <class Record>
void read_records(BitReader& reader, std::uint32_t tick, const SnapshotHistory& history, int count_max, int index_max,
                  std::vector<Record>& out) {
  RecordCursor cursor;
  Baselines<Record> baselines(history);
  int count = 0;
  reader.ranged(count, 0, count_max);
  // No more is set aside than the packet can hold.
  out.reserve(std::min(static_cast<std::size_t>(count), kSnapshotBytesMax));
  for (int i = 0; i < count && !reader.failed(); ++i) {
    Update<Record> update;
    int index = 0;
    serialize_key(reader, index, update.age, cursor, index_max);
    set_index(update.now, index);
    if (!reader.failed() && update.age != 0) {
      const Record* before = baselines.find(tick - update.age, index);
      if (before == nullptr) return reader.fail(WireStatus::kUnknownBaseline);
      update.before = *before;
    }
    serialize_body(reader, update);
    out.push_back(update.now);
  }
}

}  // namespace

std::int32_t wire_units(float metres) {
  const float units = clamp(metres * static_cast<float>(kWireUnitsPerMetre), static_cast<float>(-kWireReach),
                            static_cast<float>(kWireReach - 1));
  return rounded(units);
}

namespace {

std::int8_t wire_speed(float mps) {
  constexpr auto kMax = static_cast<float>(kWireSpeedMax);
  return static_cast<std::int8_t>(rounded(clamp(mps * static_cast<float>(kWireUnitsPerMps), -kMax, kMax)));
}

}  // namespace

AvatarRecord avatar_record(AvatarId id, const MoveState& state, bool teleport_parity) {
  AvatarRecord record;
  record.id = id;
  record.x = wire_units(state.position.x);
  record.y = wire_units(state.position.y);
  record.z = wire_units(state.position.z);
  record.vx = wire_speed(state.velocity.x);
  record.vz = wire_speed(state.velocity.z);
  constexpr unsigned kFiner = kYawUnitsPerTurn / kWireYawPerTurn;
  record.yaw = static_cast<std::uint8_t>((state.yaw + kFiner / 2) / kFiner);
  if (state.grounded) record.flags |= kAvatarGrounded;
  if (state.velocity != Vec3{}) record.flags |= kAvatarMoving;
  if (state.stance != Stance::kOnFoot) record.flags |= kAvatarSeated;
  if (teleport_parity) record.flags |= kAvatarTeleportParity;
  return record;
}

PackedRotation pack_rotation(const std::array<float, 4>& quaternion) {
  PackedRotation packed;
  packed.largest = 0;
  for (std::uint8_t i = 1; i < 4; ++i) {
    if (magnitude(quaternion[i]) > magnitude(quaternion[packed.largest])) packed.largest = i;
  }
  const float sign = quaternion[packed.largest] < 0 ? -1.0F : 1.0F;
  std::size_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i == packed.largest) continue;
    const float scaled = quaternion[i] * sign * kSqrt2 * static_cast<float>(kRotationUnits);
    const float bounded = clamp(scaled, static_cast<float>(-kRotationUnits), static_cast<float>(kRotationUnits));
    packed.rest[out++] = static_cast<std::int16_t>(rounded(bounded));
  }
  return packed;
}

std::array<float, 4> unpack_rotation(const PackedRotation& packed) {
  std::array<float, 4> quaternion{};
  float rest = 1;
  std::size_t in = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i == packed.largest) continue;
    quaternion[i] = static_cast<float>(packed.rest[in++]) / (kSqrt2 * static_cast<float>(kRotationUnits));
    rest -= quaternion[i] * quaternion[i];
  }
  quaternion[packed.largest] = square_root(rest);
  return quaternion;
}

// --- writing ---

BodyBits encode_body(const AvatarUpdate& update) {
  GALLERIA_CHECK(update.age == 0 || update.before.id == update.now.id);
  return encoded(update);
}

BodyBits encode_body(const PropUpdate& update) {
  GALLERIA_CHECK(update.age == 0 || update.before.index == update.now.index);
  return encoded(update);
}

int avatar_key_bits(int index, std::uint8_t age, RecordCursor& cursor) {
  BitPacker key;
  serialize_key(key, index, age, cursor, kAvatarIndexMax);
  return key.packed().count;
}

SnapshotWriter::SnapshotWriter(const SnapshotHeader& header, std::size_t size_bytes_max)
    : m_writer(std::span(m_packet).subspan(1)), m_bits_left((size_bytes_max - 1) * 8) {
  GALLERIA_CHECK(size_bytes_max > 64 && size_bytes_max <= kSnapshotBytesMax);
  m_packet[0] = static_cast<std::uint8_t>(Opcode::kSnapshot);
  serialize(m_writer, header);
  m_avatars.count_at_bit = m_writer.size_bits();
  m_writer.raw(0, kAvatarCountBits);
  m_bits_left -= m_writer.size_bits() + kPropCountBits;
}

bool SnapshotWriter::add(List& list, int index, std::uint8_t age, const BodyBits& body) {
  const bool is_prop = &list == &m_props;
  const int index_max = is_prop ? kPropIndexMax : kAvatarIndexMax;
  if (list.count == (is_prop ? kPropsPerDatagramMax : kAvatarsPerDatagramMax)) return false;
  BitPacker key;
  RecordCursor next = list.cursor;
  serialize_key(key, index, age, next, index_max);
  const auto needed = static_cast<std::size_t>(key.packed().count + body.low.count + body.high.count);
  if (needed > m_bits_left) return false;
  m_bits_left -= needed;
  ++list.count;
  list.cursor = next;
  m_writer.append(key.packed());
  m_writer.append(body.low);
  if (body.high.count > 0) m_writer.append(body.high);
  return true;
}

bool SnapshotWriter::add_avatar(int index, std::uint8_t age, const BodyBits& body) {
  GALLERIA_CHECK(!m_in_props);
  return add(m_avatars, index, age, body);
}

bool SnapshotWriter::add(const AvatarUpdate& update) {
  return add_avatar(update.now.id.index, update.age, encode_body(update));
}

bool SnapshotWriter::add(const PropUpdate& update) {
  begin_props();
  return add(m_props, update.now.index, update.age, encode_body(update));
}

void SnapshotWriter::begin_props() {
  if (m_in_props) return;
  m_in_props = true;
  m_props.count_at_bit = m_writer.size_bits();
  m_writer.raw(0, kPropCountBits);
}

std::span<const std::uint8_t> SnapshotWriter::finish() {
  begin_props();
  m_writer.patch(m_avatars.count_at_bit, static_cast<std::uint32_t>(m_avatars.count), kAvatarCountBits);
  m_writer.patch(m_props.count_at_bit, static_cast<std::uint32_t>(m_props.count), kPropCountBits);
  return std::span(m_packet).first(size_bytes());
}

// --- reading ---

bool SnapshotHistory::is_news(SnapshotStamp stamp) const {
  if (!m_any) return true;
  const int ahead = sequence_distance(stamp.sequence, m_newest.sequence);
  const auto older_ticks = static_cast<std::int32_t>(m_newest.tick - stamp.tick);
  if (ahead <= -kSequencesKept || older_ticks >= static_cast<std::int32_t>(kTicksKept)) return false;
  return ahead > 0 || (m_received >> -ahead & 1U) == 0;
}

void SnapshotHistory::store(const Snapshot& snapshot) {
  const SnapshotStamp stamp = snapshot.header.stamp();
  GALLERIA_CHECK(is_news(stamp));
  const int ahead = m_any ? sequence_distance(stamp.sequence, m_newest.sequence) : kSequencesKept;
  if (ahead > 0) {
    m_received = ahead < kSequencesKept ? m_received << ahead | 1U : 1U;
    m_newest = stamp;
  } else {
    m_received |= std::uint64_t{1} << -ahead;
  }
  m_any = true;
  Kept& kept = m_kept[stamp.tick % kTicksKept];
  if (!kept.used || kept.tick != stamp.tick) {
    kept.avatars.clear();
    kept.props.clear();
  }
  kept.used = true;
  kept.tick = stamp.tick;
  append_ascending(kept.avatars, snapshot.avatars);
  append_ascending(kept.props, snapshot.props);
}

std::span<const AvatarRecord> SnapshotHistory::avatars(std::uint32_t tick) const {
  const Kept& kept = m_kept[tick % kTicksKept];
  if (!kept.used || kept.tick != tick) return {};
  return kept.avatars;
}

std::span<const PropRecord> SnapshotHistory::props(std::uint32_t tick) const {
  const Kept& kept = m_kept[tick % kTicksKept];
  if (!kept.used || kept.tick != tick) return {};
  return kept.props;
}

SnapshotAck SnapshotHistory::ack() const {
  return {m_any, m_newest.sequence, static_cast<std::uint32_t>(m_received >> 1U)};
}

std::optional<SnapshotHeader> peek_header(std::span<const std::uint8_t> packet) {
  const Peeked peeked = peek(packet, Direction::kToClient);
  if (peeked.info == nullptr || peeked.info->opcode != Opcode::kSnapshot) return std::nullopt;
  BitReader reader(packet.subspan(1));
  SnapshotHeader header;
  serialize(reader, header);
  if (reader.failed()) return std::nullopt;
  return header;
}

Result<Snapshot, WireStatus> decode_snapshot(std::span<const std::uint8_t> packet, const SnapshotHistory& history) {
  const Peeked peeked = peek(packet, Direction::kToClient);
  if (peeked.status != WireStatus::kOk) return fail(peeked.status);
  if (peeked.info->opcode != Opcode::kSnapshot) return fail(WireStatus::kUnknownOpcode);
  BitReader reader(packet.subspan(1));
  Snapshot snapshot;
  serialize(reader, snapshot.header);
  const std::uint32_t tick = snapshot.header.tick;
  read_records(reader, tick, history, kAvatarsPerDatagramMax, kAvatarIndexMax, snapshot.avatars);
  read_records(reader, tick, history, kPropsPerDatagramMax, kPropIndexMax, snapshot.props);
  const WireStatus status = reader.finish();
  if (status != WireStatus::kOk) return fail(status);
  return snapshot;
}

}  // namespace proto
