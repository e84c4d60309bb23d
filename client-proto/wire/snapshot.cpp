#include "client-proto/wire/snapshot.h"

#include <algorithm>

namespace proto {

namespace {

constexpr float kSqrt2 = 1.41421356F;
constexpr int kStateReach = 256 * kStateUnitsPerMetre;
constexpr int kVelocityReach = 16 * kStateUnitsPerMetre;

std::int32_t rounded(float value) { return static_cast<std::int32_t>(value < 0 ? value - 0.5F : value + 0.5F); }

std::uint32_t zigzag(std::int32_t value) {
  return static_cast<std::uint32_t>(value) << 1U ^ static_cast<std::uint32_t>(value >> 31);
}
std::int32_t unzigzag(std::uint32_t value) {
  return static_cast<std::int32_t>(value >> 1U) ^ -static_cast<std::int32_t>(value & 1U);
}

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
  if (!still) serialize_vec(s, m.velocity, kVelocityReach);
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

/// A coordinate: absolute, or as its distance from the baseline's.
template <class S, class Number>
void serialize_coordinate(S& s, Number& now, std::int32_t before, bool delta) {
  if (!delta) {
    s.ranged(now, -kWireReach, kWireReach - 1);
    return;
  }
  std::uint32_t distance = 0;
  if constexpr (!S::kReading) distance = zigzag(now - before);
  s.classed(distance, 6, 10, 19);
  if constexpr (S::kReading) {
    now = before + unzigzag(distance);
    if (now < -kWireReach || now >= kWireReach) {
      s.fail(WireStatus::kOutOfRange);
      now = 0;
    }
  }
}

template <class S, class M, class Before>
void serialize_place(S& s, M& now, const Before& before, bool delta) {
  serialize_coordinate(s, now.x, before.x, delta);
  serialize_coordinate(s, now.y, before.y, delta);
  serialize_coordinate(s, now.z, before.z, delta);
}

template <class S, Is<AvatarUpdate> M>
void serialize_body(S& s, M& m) {
  const bool delta = m.age != 0;
  if (!delta) {
    s.bits(m.now.id.generation, 16);
  } else if constexpr (S::kReading) {
    m.now.id.generation = m.before.id.generation;
  }
  serialize_place(s, m.now, m.before, delta);
  bool turned = !delta || m.now.yaw != m.before.yaw;
  if (delta) s.boolean(turned);
  if (turned) {
    s.bits(m.now.yaw, 12);
  } else if constexpr (S::kReading) {
    m.now.yaw = m.before.yaw;
  }
  s.bits(m.now.flags, kAvatarFlagBits);
}

template <class S, Is<PropUpdate> M>
void serialize_body(S& s, M& m) {
  const bool delta = m.age != 0;
  serialize_place(s, m.now, m.before, delta);
  bool turned = !delta || m.now.rotation != m.before.rotation;
  if (delta) s.boolean(turned);
  if (turned) {
    s.ranged(m.now.rotation.largest, 0, 3);
    for (auto& component : m.now.rotation.rest) s.ranged(component, -kRotationUnits, kRotationUnits);
  } else if constexpr (S::kReading) {
    m.now.rotation = m.before.rotation;
  }
}

int index_of(const AvatarRecord& record) { return record.id.index; }
int index_of(const PropRecord& record) { return record.index; }
void set_index(AvatarRecord& record, int index) { record.id.index = static_cast<std::uint16_t>(index); }
void set_index(PropRecord& record, int index) { record.index = static_cast<std::uint16_t>(index); }
constexpr int index_max(const AvatarRecord&) { return kAvatarIndexMax; }
constexpr int index_max(const PropRecord&) { return kPropIndexMax; }
const AvatarRecord* find_before(const SnapshotHistory& history, std::uint16_t sequence, const AvatarRecord& now) {
  return history.avatar(sequence, now.id.index);
}
const PropRecord* find_before(const SnapshotHistory& history, std::uint16_t sequence, const PropRecord& now) {
  return history.prop(sequence, now.index);
}

/// Which record this is and what it is a difference from.
template <class S, class M>
void serialize_key(S& s, M& m, RecordCursor& cursor) {
  std::uint32_t gap = 0;
  if constexpr (!S::kReading) {
    GALLERIA_CHECK(index_of(m.now) > cursor.index && index_of(m.now) <= index_max(m.now));
    gap = static_cast<std::uint32_t>(index_of(m.now) - cursor.index - 1);
  }
  s.classed(gap, 3, 6, 12);
  int index = cursor.index + 1 + static_cast<int>(gap);
  if constexpr (S::kReading) {
    if (index > index_max(m.now)) {
      s.fail(WireStatus::kBadOrder);
      index = index_max(m.now);
    }
    set_index(m.now, index);
  }
  bool same_age = m.age == cursor.age;
  s.boolean(same_age);
  if constexpr (S::kReading) {
    if (same_age) m.age = cursor.age;
  }
  if (!same_age) s.ranged(m.age, 0, kBaselineAgeMax);
  cursor = {index, m.age};
}

template <class Record>
void read_records(BitReader& reader, std::uint16_t sequence, const SnapshotHistory& history, std::vector<Record>& out) {
  RecordCursor cursor;
  while (!reader.failed()) {
    bool another = false;
    reader.boolean(another);
    if (!another) return;
    Update<Record> update;
    serialize_key(reader, update, cursor);
    if (!reader.failed() && update.age != 0) {
      const Record* before = find_before(history, static_cast<std::uint16_t>(sequence - update.age), update.now);
      if (before == nullptr) return reader.fail(WireStatus::kUnknownBaseline);
      update.before = *before;
    }
    serialize_body(reader, update);
    out.push_back(update.now);
  }
}

template <class Record>
const Record* find_record(const std::vector<Record>& records, int index) {
  const auto at = std::lower_bound(records.begin(), records.end(), index,
                                   [](const Record& record, int wanted) { return index_of(record) < wanted; });
  return at != records.end() && index_of(*at) == index ? &*at : nullptr;
}

}  // namespace

std::int32_t wire_units(float metres) {
  const float units = clamp(metres * static_cast<float>(kWireUnitsPerMetre), static_cast<float>(-kWireReach),
                            static_cast<float>(kWireReach - 1));
  return rounded(units);
}

AvatarRecord avatar_record(AvatarId id, const MoveState& state, bool teleport_parity) {
  AvatarRecord record;
  record.id = id;
  record.x = wire_units(state.position.x);
  record.y = wire_units(state.position.y);
  record.z = wire_units(state.position.z);
  record.yaw = state.yaw;
  if (state.grounded) record.flags |= kAvatarGrounded;
  if (state.velocity != Vec3{}) record.flags |= kAvatarMoving;
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

SnapshotWriter::SnapshotWriter(const SnapshotHeader& header, std::size_t size_bytes_max)
    : m_writer(std::span(m_packet).subspan(1)), m_bits_left((size_bytes_max - 1) * 8) {
  GALLERIA_CHECK(size_bytes_max > 64 && size_bytes_max <= kSnapshotBytesMax);
  m_packet[0] = static_cast<std::uint8_t>(Opcode::kSnapshot);
  BitMeter meter;
  serialize(meter, header);
  serialize(m_writer, header);
  m_bits_left -= meter.size_bits() + 2;  // the two bits that end the lists
}

template <class Record>
bool SnapshotWriter::add_record(const Update<Record>& update, RecordCursor& cursor) {
  GALLERIA_CHECK(update.age == 0 || index_of(update.before) == index_of(update.now));
  BitMeter meter;
  RecordCursor tried = cursor;
  serialize_key(meter, update, tried);
  serialize_body(meter, update);
  if (meter.size_bits() + 1 > m_bits_left) return false;
  m_bits_left -= meter.size_bits() + 1;
  m_writer.raw(1, 1);
  serialize_key(m_writer, update, cursor);
  serialize_body(m_writer, update);
  return true;
}

bool SnapshotWriter::add(const AvatarUpdate& update) {
  GALLERIA_CHECK(!m_in_props);
  GALLERIA_CHECK(update.age == 0 || update.before.id == update.now.id);
  return add_record(update, m_avatars);
}

bool SnapshotWriter::add(const PropUpdate& update) {
  if (!m_in_props) m_writer.raw(0, 1);
  m_in_props = true;
  return add_record(update, m_props);
}

std::span<const std::uint8_t> SnapshotWriter::finish() {
  if (!m_in_props) m_writer.raw(0, 1);
  m_in_props = true;
  m_writer.raw(0, 1);
  return std::span(m_packet).first(size_bytes());
}

// --- reading ---

bool SnapshotHistory::is_news(std::uint16_t sequence) const {
  if (!m_any) return true;
  if (sequence_distance(m_newest, sequence) >= static_cast<int>(kSnapshotsKept)) return false;
  return find(sequence) == nullptr;
}

void SnapshotHistory::store(const Snapshot& snapshot) {
  GALLERIA_CHECK(is_news(snapshot.header.sequence));
  if (!m_any || sequence_distance(snapshot.header.sequence, m_newest) > 0) m_newest = snapshot.header.sequence;
  m_any = true;
  m_kept[snapshot.header.sequence % kSnapshotsKept] = snapshot;
}

SnapshotAck SnapshotHistory::ack() const {
  SnapshotAck ack;
  ack.any = m_any;
  if (!m_any) return ack;
  ack.newest = m_newest;
  for (unsigned i = 0; i < 32; ++i) {
    if (find(static_cast<std::uint16_t>(m_newest - 1U - i)) != nullptr) ack.earlier |= 1U << i;
  }
  return ack;
}

const Snapshot* SnapshotHistory::find(std::uint16_t sequence) const {
  const std::optional<Snapshot>& slot = m_kept[sequence % kSnapshotsKept];
  return slot && slot->header.sequence == sequence ? &*slot : nullptr;
}

const AvatarRecord* SnapshotHistory::avatar(std::uint16_t sequence, int index) const {
  const Snapshot* snapshot = find(sequence);
  return snapshot == nullptr ? nullptr : find_record(snapshot->avatars, index);
}

const PropRecord* SnapshotHistory::prop(std::uint16_t sequence, int index) const {
  const Snapshot* snapshot = find(sequence);
  return snapshot == nullptr ? nullptr : find_record(snapshot->props, index);
}

std::optional<std::uint16_t> peek_sequence(std::span<const std::uint8_t> packet) {
  const Peeked peeked = peek(packet, Direction::kToClient);
  if (peeked.info == nullptr || peeked.info->opcode != Opcode::kSnapshot || packet.size() < 3) return std::nullopt;
  return static_cast<std::uint16_t>(packet[1] | packet[2] << 8U);
}

Result<Snapshot, WireStatus> decode_snapshot(std::span<const std::uint8_t> packet, const SnapshotHistory& history) {
  const Peeked peeked = peek(packet, Direction::kToClient);
  if (peeked.status != WireStatus::kOk) return fail(peeked.status);
  if (peeked.info->opcode != Opcode::kSnapshot) return fail(WireStatus::kUnknownOpcode);
  BitReader reader(packet.subspan(1));
  Snapshot snapshot;
  serialize(reader, snapshot.header);
  read_records(reader, snapshot.header.sequence, history, snapshot.avatars);
  read_records(reader, snapshot.header.sequence, history, snapshot.props);
  const WireStatus status = reader.finish();
  if (status != WireStatus::kOk) return fail(status);
  return snapshot;
}

}  // namespace proto
