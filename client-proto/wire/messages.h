/// The messages (seam S4) except the snapshot (wire/snapshot.h) and what people do with each other (wire/social.h),
/// each with its one `serialize`. Encode with `encode(message)`, decode with `decode<Message>(packet)`; PROTOCOL.md
/// says the same bytes in words.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "client-proto/core/ids.h"
#include "client-proto/core/result.h"
#include "client-proto/move/state.h"
#include "client-proto/wire/opcodes.h"
#include "client-proto/wire/stream.h"

namespace proto {

constexpr int kAvatarIndexMax = 4095;
constexpr int kSlots = 5;  ///< head, top, outer, legs, feet
constexpr int kShapes = 3;
constexpr int kTints = 8;
/// How many inputs one packet may repeat: 0.8 s of loss in a row is bridged.
constexpr std::size_t kInputsPerPacketMax = 16;

/// What lets a client in, once: 16 bytes by which the server finds it, 32 bytes that prove it and from which the keys
/// of the sealed transport are derived.
struct Ticket {
  std::array<std::uint8_t, 16> id{};
  std::array<std::uint8_t, 32> secret{};
  bool operator==(const Ticket&) const = default;
};
constexpr std::size_t kTicketBytes = 48;

/// What the client has received: the newest snapshot's sequence and, bit n, whether sequence newest - 1 - n arrived.
struct SnapshotAck {
  bool any = false;
  std::uint16_t newest = 0;
  std::uint32_t earlier = 0;
  bool operator==(const SnapshotAck&) const = default;
};

struct Hello {
  static constexpr Opcode kOpcode = Opcode::kHello;
  std::uint16_t protocol_version = kProtocolVersion;
  Ticket ticket;
  bool operator==(const Hello&) const = default;
};

/// The inputs that the server has not acknowledged, oldest first, consecutive, ending with `newest`. A connection's
/// first input has sequence 1.
struct Inputs {
  static constexpr Opcode kOpcode = Opcode::kInputs;
  SnapshotAck ack;
  std::uint16_t newest = 0;
  std::vector<MoveInput> inputs;  ///< 1 to kInputsPerPacketMax
  bool operator==(const Inputs&) const = default;
};

struct TryOn {
  static constexpr Opcode kOpcode = Opcode::kTryOn;
  std::uint32_t variant_id = 1;  ///< never 0
  bool operator==(const TryOn&) const = default;
};

struct TakeOff {
  static constexpr Opcode kOpcode = Opcode::kTakeOff;
  std::uint8_t slot = 0;  ///< 0..4
  bool operator==(const TakeOff&) const = default;
};

constexpr int kSeatsMax = 1024;

/// Onto a seat of the mall, by its number in mall.json.
struct Sit {
  static constexpr Opcode kOpcode = Opcode::kSit;
  std::uint16_t seat = 0;
  bool operator==(const Sit&) const = default;
};

struct Welcome {
  static constexpr Opcode kOpcode = Opcode::kWelcome;
  AvatarId self;
  std::uint32_t tick = 0;
  std::uint64_t collision_hash = 0;
  std::uint16_t clients_max = 0;
  std::uint32_t bytes_per_s_max = 0;  ///< the server's budget towards this client
  Ticket resume;                      ///< lets the same avatar in once more, with fresh keys
  std::uint8_t resume_s = 0;          ///< for how long after the connection is lost
  bool operator==(const Welcome&) const = default;
};

/// How an avatar looks. Sent whole; a higher `version` replaces a lower one.
struct Appearance {
  static constexpr Opcode kOpcode = Opcode::kAppearance;
  AvatarId avatar;
  std::uint16_t version = 0;
  std::string name;
  std::uint8_t shape = 0;                      ///< 0..2
  std::uint8_t tint = 0;                       ///< 0..7
  bool staff = false;                          ///< one of the server's own assistants
  bool keeps_order = false;                    ///< a person who may send others away
  std::array<std::uint32_t, kSlots> outfit{};  ///< variant id per slot; 0: nothing worn
  bool operator==(const Appearance&) const = default;
};

/// The avatar left, or went out of sight.
struct Gone {
  static constexpr Opcode kOpcode = Opcode::kGone;
  AvatarId avatar;
  bool operator==(const Gone&) const = default;
};

/// Which boutiques are closed from this tick on; until the first of these on a connection, none.
struct Doors {
  static constexpr Opcode kOpcode = Opcode::kDoors;
  std::uint32_t tick = 0;
  std::uint64_t closed = 0;  ///< bit by boutique, in the order of mall.json
  bool operator==(const Doors&) const = default;
};

enum class EventKind : std::uint8_t {
  kWave = 0,          ///< `avatar` waves
  kTryOnRefused = 1,  ///< to the asker only; value: the variant
  kTryOnExpired = 2,  ///< to the wearer only; value: the variant
  kEmote = 3,         ///< value: the EmoteKind
  kWaveAt = 4,        ///< `avatar` waves at somebody; value: who, packed
  kInvited = 5,       ///< to the invited only: `avatar` invites into its party; value: for how many seconds
  kPartyRefused = 6,  ///< to the asker only, about `avatar`; value: PartyRefusal
  kSitRefused = 7,    ///< to the asker only; value: the seat
  kBond = 8,          ///< to who muted `avatar`, or has taken that back; value: 1 muted, 0 not
};
constexpr int kEventKinds = 9;

struct Event {
  static constexpr Opcode kOpcode = Opcode::kEvent;
  std::uint32_t tick = 0;
  EventKind kind = EventKind::kWave;
  AvatarId avatar;
  std::uint32_t value = 0;
  bool operator==(const Event&) const = default;
};

enum class GoodbyeReason : std::uint8_t {
  kServerClosing = 0,
  kWrongVersion = 1,
  kBadTicket = 2,
  kFull = 3,
  kFlooding = 4,
  kBadMessage = 5,
  kIdle = 6,
  kReplaced = 7,  ///< the same person came in again elsewhere
  kTooSlow = 8,   ///< did not take what was sent
  kKicked = 9,
};
constexpr int kGoodbyeReasons = 10;

struct Goodbye {
  static constexpr Opcode kOpcode = Opcode::kGoodbye;
  GoodbyeReason reason = GoodbyeReason::kServerClosing;
  bool retryable = false;
  std::uint16_t retry_after_ms = 0;
  bool operator==(const Goodbye&) const = default;
};

// --- serialize, one per message; the opcode's byte is written and read around it ---

template <class S, class M>
void serialize_avatar_id(S& s, M& id) {
  s.ranged(id.index, 0, kAvatarIndexMax);
  s.bits(id.generation, 16);
}

template <class S, Is<Ticket> M>
void serialize(S& s, M& m) {
  s.bytes(m.id);
  s.bytes(m.secret);
}

template <class S, Is<SnapshotAck> M>
void serialize(S& s, M& m) {
  s.boolean(m.any);
  if (!m.any) return;
  s.bits(m.newest, 16);
  s.bits(m.earlier, 32);
}

template <class S, Is<Hello> M>
void serialize(S& s, M& m) {
  s.bits(m.protocol_version, 16);
  serialize(s, m.ticket);
}

template <class S, Is<MoveInput> M>
void serialize(S& s, M& m) {
  s.bits(m.buttons, 2);
  bool moving = m.move_x != 0 || m.move_z != 0;
  s.boolean(moving);
  if (moving) {
    s.ranged(m.move_x, -127, 127);
    s.ranged(m.move_z, -127, 127);
  }
  s.bits(m.yaw, 12);
}

template <class S, Is<Inputs> M>
void serialize(S& s, M& m) {
  serialize(s, m.ack);
  s.bits(m.newest, 16);
  auto count = static_cast<std::uint32_t>(m.inputs.size());
  s.ranged(count, 1, kInputsPerPacketMax);
  if constexpr (S::kReading) m.inputs.assign(count, MoveInput{});
  for (std::size_t i = 0; i < count; ++i) {
    bool same = i > 0 && m.inputs[i] == m.inputs[i - 1];
    if (i > 0) s.boolean(same);
    if (!same) {
      serialize(s, m.inputs[i]);
    } else if constexpr (S::kReading) {
      m.inputs[i] = m.inputs[i - 1];
    }
  }
}

template <class S, Is<TryOn> M>
void serialize(S& s, M& m) {
  s.ranged(m.variant_id, 1, 0xffffffffLL);
}

template <class S, Is<TakeOff> M>
void serialize(S& s, M& m) {
  s.ranged(m.slot, 0, kSlots - 1);
}

template <class S, Is<Sit> M>
void serialize(S& s, M& m) {
  s.ranged(m.seat, 0, kSeatsMax - 1);
}

template <class S, Is<Welcome> M>
void serialize(S& s, M& m) {
  serialize_avatar_id(s, m.self);
  s.bits(m.tick, 32);
  s.word64(m.collision_hash);
  s.ranged(m.clients_max, 0, kAvatarIndexMax);
  s.bits(m.bytes_per_s_max, 32);
  serialize(s, m.resume);
  s.bits(m.resume_s, 8);
}

template <class S, Is<Appearance> M>
void serialize(S& s, M& m) {
  serialize_avatar_id(s, m.avatar);
  s.bits(m.version, 16);
  s.text(m.name, kNameCodePointsMax);
  s.ranged(m.shape, 0, kShapes - 1);
  s.ranged(m.tint, 0, kTints - 1);
  s.boolean(m.staff);
  s.boolean(m.keeps_order);
  for (auto& variant : m.outfit) {
    bool worn = variant != 0;
    s.boolean(worn);
    if (worn) s.ranged(variant, 1, 0xffffffffLL);
  }
}

template <class S, Is<Gone> M>
void serialize(S& s, M& m) {
  serialize_avatar_id(s, m.avatar);
}

template <class S, Is<Doors> M>
void serialize(S& s, M& m) {
  s.bits(m.tick, 32);
  s.word64(m.closed);
}

template <class S, Is<Event> M>
void serialize(S& s, M& m) {
  s.bits(m.tick, 32);
  s.ranged(m.kind, 0, kEventKinds - 1);
  serialize_avatar_id(s, m.avatar);
  s.bits(m.value, 32);
}

template <class S, Is<Goodbye> M>
void serialize(S& s, M& m) {
  s.ranged(m.reason, 0, kGoodbyeReasons - 1);
  s.boolean(m.retryable);
  s.bits(m.retry_after_ms, 16);
}

// --- packets ---

template <class M>
[[nodiscard]] std::vector<std::uint8_t> encode(const M& message) {
  BitMeter meter;
  serialize(meter, message);
  std::vector<std::uint8_t> packet(1 + meter.size_bytes());
  packet[0] = static_cast<std::uint8_t>(M::kOpcode);
  BitWriter writer(std::span<std::uint8_t>(packet).subspan(1));
  serialize(writer, message);
  GALLERIA_CHECK(packet.size() <= find_opcode(packet[0])->size_bytes_max);
  return packet;
}

/// The packet's opcode must be M's; callers branch on `peek` first.
template <class M>
[[nodiscard]] Result<M, WireStatus> decode(std::span<const std::uint8_t> packet) {
  const Peeked peeked = peek(packet, find_opcode(static_cast<std::uint8_t>(M::kOpcode))->direction);
  if (peeked.status != WireStatus::kOk) return fail(peeked.status);
  if (peeked.info->opcode != M::kOpcode) return fail(WireStatus::kUnknownOpcode);
  BitReader reader(packet.subspan(1));
  M message;
  serialize(reader, message);
  const WireStatus status = reader.finish();
  if (status != WireStatus::kOk) return fail(status);
  return message;
}

}  // namespace proto
