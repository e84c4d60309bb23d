/// The snapshot: what one client sees at one tick. A tick may need several datagrams; each has a sequence number of its
/// own, is complete in itself and is acknowledged by itself. An avatar (or prop) is written as the difference from the
/// state that an earlier datagram carried and the client acknowledged, or absolutely when there is none. What does not
/// change is not sent.
///
/// Writing: `SnapshotWriter writer(header); while (writer.add(update)) ...; writer.finish()`, with the baselines from
/// what the server remembers of acknowledged datagrams. Reading: `decode_snapshot(packet, history)`, then
/// `history.store(...)`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "client-proto/core/ids.h"
#include "client-proto/core/result.h"
#include "client-proto/move/state.h"
#include "client-proto/wire/messages.h"
#include "client-proto/wire/opcodes.h"
#include "client-proto/wire/stream.h"

namespace proto {

/// Others' positions travel in 1/512 m, within 256 m of the origin.
constexpr int kWireUnitsPerMetre = 512;
constexpr int kWireReach = 256 * kWireUnitsPerMetre;
/// A delta may refer this many datagrams back; the client keeps kSnapshotsKept.
constexpr int kBaselineAgeMax = 200;
constexpr std::size_t kSnapshotsKept = 256;
constexpr int kPropIndexMax = 255;
constexpr int kInputsWaitingMax = 15;

enum AvatarFlag : std::uint8_t {
  kAvatarGrounded = 1,
  kAvatarMoving = 2,          ///< unset: it stands here until the next record
  kAvatarTeleportParity = 4,  ///< flips when the avatar jumps from place to place, so that nobody draws the way between
};
constexpr int kAvatarFlagBits = 3;

struct AvatarRecord {
  AvatarId id;
  std::int32_t x = 0, y = 0, z = 0;  ///< feet, 1/512 m
  std::uint16_t yaw = 0;             ///< 1/4096 turns
  std::uint8_t flags = 0;
  bool operator==(const AvatarRecord&) const = default;
};

/// A rotation as its three smallest quaternion components (9 bits and sign each) and which one was largest (made
/// positive).
struct PackedRotation {
  std::uint8_t largest = 3;            ///< 0 x, 1 y, 2 z, 3 w
  std::array<std::int16_t, 3> rest{};  ///< component * sqrt(2) * 511
  bool operator==(const PackedRotation&) const = default;
};
constexpr int kRotationUnits = 511;

struct PropRecord {
  std::uint16_t index = 0;  ///< 0..255, the order of mall.json
  std::int32_t x = 0, y = 0, z = 0;
  PackedRotation rotation;
  bool operator==(const PropRecord&) const = default;
};

/// Metres to 1/512 m, rounded and clamped to the world's reach.
[[nodiscard]] std::int32_t wire_units(float metres);
[[nodiscard]] constexpr float metres(std::int32_t wire_units) {
  return static_cast<float>(wire_units) / static_cast<float>(kWireUnitsPerMetre);
}
/// What others are told of a state.
[[nodiscard]] AvatarRecord avatar_record(AvatarId id, const MoveState& state, bool teleport_parity);
/// Quaternion (x, y, z, w), normalised or nearly so.
[[nodiscard]] PackedRotation pack_rotation(const std::array<float, 4>& quaternion);
[[nodiscard]] std::array<float, 4> unpack_rotation(const PackedRotation& packed);

/// The reader's own avatar, exactly, after `acked_input`: prediction starts again from here.
struct OwnState {
  std::uint16_t acked_input = 0;    ///< 0 before the first: inputs count from 1
  std::uint8_t inputs_waiting = 0;  ///< 0..15, in the server's queue after this tick; lets the client pace itself
  MoveState state;
  bool operator==(const OwnState&) const = default;
};

struct SnapshotHeader {
  std::uint16_t sequence = 0;
  std::uint32_t tick = 0;
  std::optional<OwnState> own;
  bool operator==(const SnapshotHeader&) const = default;
};

struct Snapshot {
  SnapshotHeader header;
  std::vector<AvatarRecord> avatars;  ///< ascending by index
  std::vector<PropRecord> props;      ///< ascending by index
  bool operator==(const Snapshot&) const = default;
};

/// A record and the acknowledged state it is a difference from; `age` is how many sequences ago that state was sent, 0
/// for none.
template <class Record>
struct Update {
  Record now;
  Record before;
  std::uint8_t age = 0;
};
using AvatarUpdate = Update<AvatarRecord>;
using PropUpdate = Update<PropRecord>;

/// How far `a` is ahead of `b` on the circle of 16-bit sequence numbers.
[[nodiscard]] constexpr int sequence_distance(std::uint16_t a, std::uint16_t b) {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(a - b));
}

/// What the previous record of the same kind left behind: indices are written as gaps and ages as "the same again".
struct RecordCursor {
  int index = -1;
  std::uint8_t age = 0;
};

/// Fills one datagram. Avatars come before props, each kind in ascending order of index.
class SnapshotWriter {
 public:
  /// `size_bytes_max` up to kSnapshotBytesMax: what the client's budget still allows.
  explicit SnapshotWriter(const SnapshotHeader& header, std::size_t size_bytes_max = kSnapshotBytesMax);

  /// False, and nothing written, when the record does not fit; the datagram is then full.
  [[nodiscard]] bool add(const AvatarUpdate& update);
  [[nodiscard]] bool add(const PropUpdate& update);

  /// The packet, valid while the writer lives. Call once, last.
  [[nodiscard]] std::span<const std::uint8_t> finish();
  [[nodiscard]] std::size_t size_bytes() const { return 1 + m_writer.size_bytes(); }

 private:
  template <class Record>
  bool add_record(const Update<Record>& update, RecordCursor& cursor);

  std::array<std::uint8_t, kSnapshotBytesMax> m_packet;
  BitWriter m_writer;
  std::size_t m_bits_left;
  RecordCursor m_avatars;
  RecordCursor m_props;
  bool m_in_props = false;
};

/// What a client has received: the baselines for later datagrams, and the acknowledgement to send back.
class SnapshotHistory {
 public:
  /// False for a datagram seen before, or too old to be of use.
  [[nodiscard]] bool is_news(std::uint16_t sequence) const;
  void store(const Snapshot& snapshot);
  [[nodiscard]] SnapshotAck ack() const;

  [[nodiscard]] const AvatarRecord* avatar(std::uint16_t sequence, int index) const;
  [[nodiscard]] const PropRecord* prop(std::uint16_t sequence, int index) const;

 private:
  [[nodiscard]] const Snapshot* find(std::uint16_t sequence) const;
  std::vector<std::optional<Snapshot>> m_kept = std::vector<std::optional<Snapshot>>(kSnapshotsKept);
  bool m_any = false;
  std::uint16_t m_newest = 0;
};

/// The sequence of a snapshot packet, without decoding the rest; nothing for anything else.
[[nodiscard]] std::optional<std::uint16_t> peek_sequence(std::span<const std::uint8_t> packet);

[[nodiscard]] Result<Snapshot, WireStatus> decode_snapshot(std::span<const std::uint8_t> packet,
                                                           const SnapshotHistory& history);

}  // namespace proto
