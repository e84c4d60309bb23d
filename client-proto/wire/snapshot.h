/// The snapshot: what one client sees at one tick. A tick may need several datagrams; each has a sequence number of its
/// own, is complete in itself and is acknowledged by itself. An avatar (or prop) is written as the difference from its
/// state at an earlier tick, which a datagram carried and the client acknowledged, or absolutely when there is none.
/// A record carries the velocity, and the difference is taken from where that would have led: who walks on as before
/// costs a few bits. What does not change is not sent.
///
/// A baseline is named by its tick, so its difference from now is the same for every client: `encode_body` once, `add`
/// for each.
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

/// Others' positions travel in 1/256 m, within 256 m of the origin, their velocities over ground in 1/16 m/s, their
/// directions in 1/256 turns.
constexpr int kWireUnitsPerMetre = 256;
constexpr int kWireReach = 256 * kWireUnitsPerMetre;
constexpr int kWireUnitsPerMps = 16;
constexpr int kWireSpeedMax = 127;
constexpr int kWireYawPerTurn = 256;
/// A delta may refer to a state this many ticks old; the client keeps kTicksKept, so that a datagram which overtook
/// others finds its baselines all the same.
constexpr int kBaselineAgeMax = 24;
constexpr std::uint32_t kTicksKept = 32;
/// Received datagrams are told apart this many numbers back.
constexpr int kSequencesKept = 64;
constexpr int kPropIndexMax = 255;
constexpr int kInputsWaitingMax = 15;
constexpr int kAvatarsPerDatagramMax = 511;
constexpr int kPropsPerDatagramMax = 127;

enum AvatarFlag : std::uint8_t {
  kAvatarGrounded = 1,
  kAvatarMoving = 2,          ///< unset: it stands here until the next record
  kAvatarTeleportParity = 4,  ///< flips when the avatar jumps from place to place, so that nobody draws the way between
  kAvatarSeated = 8,
};
constexpr int kAvatarFlagBits = 4;

struct AvatarRecord {
  AvatarId id;
  std::int32_t x = 0, y = 0, z = 0;  ///< feet, 1/256 m
  std::int8_t vx = 0, vz = 0;        ///< over ground, 1/16 m/s
  std::uint8_t yaw = 0;              ///< 1/256 turns
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

/// Metres to 1/256 m, rounded and clamped to the world's reach.
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

/// Which datagram this is, and of which tick.
struct SnapshotStamp {
  std::uint16_t sequence = 0;
  std::uint32_t tick = 0;
};

struct SnapshotHeader {
  std::uint16_t sequence = 0;
  std::uint32_t tick = 0;
  std::optional<OwnState> own;
  [[nodiscard]] SnapshotStamp stamp() const { return {sequence, tick}; }
  bool operator==(const SnapshotHeader&) const = default;
};

struct Snapshot {
  SnapshotHeader header;
  std::vector<AvatarRecord> avatars;  ///< ascending by index
  std::vector<PropRecord> props;      ///< ascending by index
  bool operator==(const Snapshot&) const = default;
};

/// A record and the acknowledged state it is a difference from; `age` is how many ticks old that state is, 0 for none.
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

/// A record without its key (index and age): the same bits for every client that has the same baseline.
struct BodyBits {
  PackedBits low;
  PackedBits high;  ///< empty but for what needs more than 64 bits
};
[[nodiscard]] BodyBits encode_body(const AvatarUpdate& update);
[[nodiscard]] BodyBits encode_body(const PropUpdate& update);

/// What the previous record of the same kind left behind: indices are written as gaps and ages as "the same again".
struct RecordCursor {
  int index = -1;
  std::uint8_t age = 0;
};

/// How many bits the key of an avatar's record takes after the one that `cursor` stands at, which it then stands at.
[[nodiscard]] int avatar_key_bits(int index, std::uint8_t age, RecordCursor& cursor);

/// Fills one datagram. Avatars come before props, each kind in ascending order of index.
class SnapshotWriter {
 public:
  /// `size_bytes_max` up to kSnapshotBytesMax: what the client's budget still allows.
  explicit SnapshotWriter(const SnapshotHeader& header, std::size_t size_bytes_max = kSnapshotBytesMax);

  /// False, and nothing written, when the record does not fit; the datagram is then full.
  [[nodiscard]] bool add(const AvatarUpdate& update);
  [[nodiscard]] bool add(const PropUpdate& update);
  /// An avatar's update of which the body is encoded already.
  [[nodiscard]] bool add_avatar(int index, std::uint8_t age, const BodyBits& body);

  /// The packet, valid while the writer lives. Call once, last.
  [[nodiscard]] std::span<const std::uint8_t> finish();
  [[nodiscard]] std::size_t size_bytes() const { return 1 + m_writer.size_bytes(); }

 private:
  /// One of the two lists: where its count belongs, what it holds, and where the last record left off.
  struct List {
    std::size_t count_at_bit = 0;
    int count = 0;
    RecordCursor cursor;
  };
  bool add(List& list, int index, std::uint8_t age, const BodyBits& body);
  void begin_props();

  std::array<std::uint8_t, kSnapshotBytesMax> m_packet;
  BitWriter m_writer;
  std::size_t m_bits_left;
  List m_avatars;
  List m_props;
  bool m_in_props = false;
};

/// What a client has received: the baselines for later datagrams, and the acknowledgement to send back.
class SnapshotHistory {
 public:
  /// False for a datagram seen before, or too old to be of use.
  [[nodiscard]] bool is_news(SnapshotStamp stamp) const;
  void store(const Snapshot& snapshot);
  [[nodiscard]] SnapshotAck ack() const;

  /// What the datagrams of this tick brought, ascending by index, as long as it is kept.
  [[nodiscard]] std::span<const AvatarRecord> avatars(std::uint32_t tick) const;
  [[nodiscard]] std::span<const PropRecord> props(std::uint32_t tick) const;

 private:
  /// What all datagrams of one tick brought, ascending by index.
  struct Kept {
    bool used = false;
    std::uint32_t tick = 0;
    std::vector<AvatarRecord> avatars;
    std::vector<PropRecord> props;
  };
  bool m_any = false;
  SnapshotStamp m_newest;
  std::uint64_t m_received = 0;  ///< bit n: whether the datagram n before the newest came
  std::array<Kept, kTicksKept> m_kept;
};

/// The header of a snapshot packet, without decoding the rest; nothing for anything else.
[[nodiscard]] std::optional<SnapshotHeader> peek_header(std::span<const std::uint8_t> packet);

[[nodiscard]] Result<Snapshot, WireStatus> decode_snapshot(std::span<const std::uint8_t> packet,
                                                           const SnapshotHistory& history);

}  // namespace proto
