/// What passes between the world thread and its neighbours: plain structs over bounded queues, nothing shared. Net
/// hands over what its sessions have already checked (the sender owns the avatar it names); the shop says which
/// variants can be worn and what stands on the floor; the world answers with payloads that are ready for a transport.
///
/// Life of an avatar, as net drives it:
///
///     Join --> Inputs, TryOn, TakeOff, Wave ... --> Leave
///                 |                                   ^
///                 +--> Suspend --> Resume --> ...     |
///                         +---------------------------+   (net's grace for a lost connection ran out)
///
/// The world answers Join and Resume with the Welcome message and everything that the client must know, on the reliable
/// lane. Net writes only Goodbye by itself, also for a Kick. A command whose id carries an old generation is ignored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "client-proto/core/ids.h"

namespace world {

using proto::AvatarId;

inline constexpr std::uint32_t kTicksPerSecond = 20;
/// What one client is sent at most, unless its Join names less (or, on a fast line, more).
inline constexpr std::uint32_t kBytesPerSecondDefault = 32'000;
inline constexpr std::uint32_t kBytesPerSecondMin = 4'000;
inline constexpr std::uint32_t kBytesPerSecondMax = 512'000;
/// A batch repeats what the server has not acknowledged yet; older inputs are lost for good.
inline constexpr std::size_t kInputsPerBatchMax = 16;
inline constexpr std::size_t kNameBytesMax = 32;

/// Conventions of ARCHITECTURE.md: shape 0..2 (slim, broad, full), tint 0..7.
struct Look {
  std::uint8_t shape = 0;
  std::uint8_t tint = 0;
  bool operator==(const Look&) const = default;
};

/// Where on the body a garment sits.
enum class Slot : std::uint8_t { kHead = 0, kTop = 1, kOuter = 2, kLegs = 3, kFeet = 4 };
inline constexpr std::size_t kSlots = 5;

// ---- net to world --------------------------------------------------------------------------------------------------

/// A new shopper. The index of `avatar` is net's slot (below WorldOptions::clients_max), its generation is new.
struct Join {
  AvatarId avatar;
  std::string name;  ///< UTF-8, at most kNameBytesMax bytes; checked by the shop when the session was made
  Look look;
  std::uint32_t bytes_per_s_max = kBytesPerSecondDefault;
};

/// The connection is gone, the shopper perhaps not: the avatar stands where it is, nothing is sent to it.
struct Suspend {
  AvatarId avatar;
};

/// The same shopper on a new connection: avatar and outfit are kept, everything else is told again from the start.
struct Resume {
  AvatarId avatar;
  std::uint32_t bytes_per_s_max = kBytesPerSecondDefault;
};

/// The avatar goes. Net may reuse the index with the next generation from the next tick on.
struct Leave {
  AvatarId avatar;
};

/// One step of intent, in the wire's own quantities.
struct InputFrame {
  std::uint32_t sequence = 0;  ///< counts from 1 and never repeats on one connection
  std::uint8_t buttons = 0;    ///< bits as in the wire message Input
  std::int8_t move_x = 0;      ///< wished direction on the floor, -127..127 is -1..1
  std::int8_t move_z = 0;
  std::uint16_t yaw = 0;  ///< 65,536 to a turn
};

/// The Input message: the client's last unacknowledged frames, oldest first, and the newest snapshot that it holds.
struct Inputs {
  AvatarId avatar;
  std::uint32_t snapshot_ack = 0;  ///< tick of that snapshot; 0 is none
  std::vector<InputFrame> frames;  ///< at most kInputsPerBatchMax
};

struct TryOn {
  AvatarId avatar;
  std::uint32_t variant_id = 0;
};

struct TakeOff {
  AvatarId avatar;
  Slot slot = Slot::kHead;
};

struct Wave {
  AvatarId avatar;
};

using NetToWorld = std::variant<Join, Suspend, Resume, Leave, Inputs, TryOn, TakeOff, Wave>;

// ---- shop to world -------------------------------------------------------------------------------------------------

/// A variant that can be tried on, and where.
struct Wearable {
  std::uint32_t variant_id = 0;  ///< never 0
  Slot slot = Slot::kHead;
  std::string boutique;  ///< id of mall.json
};

/// Everything that can be worn; replaces what was said before.
struct Wearables {
  std::vector<Wearable> items;
};

/// The space that a product takes on the floor: an upright box.
struct DisplayBox {
  float center_m[3]{};
  float half_m[3]{};
  float yaw_rad = 0;
};

/// Everything that stands on the floor; replaces what was said before. The collision world is composed anew from the
/// mall and these boxes (`compose_collision` in mall.h, the same function and so the same bytes for the HTTP API).
struct DisplayBoxes {
  std::vector<DisplayBox> boxes;
};

using ShopToWorld = std::variant<Wearables, DisplayBoxes>;

// ---- world to net --------------------------------------------------------------------------------------------------

/// kState may be lost and is replaced by the next of its kind; kReliable arrives, once and in order.
enum class Lane : std::uint8_t { kState, kReliable };

/// One message for one client. Its payload is a piece of TickOutput::bytes.
struct Outgoing {
  AvatarId to;
  Lane lane = Lane::kState;
  std::uint32_t offset_bytes = 0;
  std::uint32_t size_bytes = 0;
};

enum class KickReason : std::uint8_t {
  kSlotInvalid,  ///< a Join for a slot that is taken or out of range: a mistake of ours, the client may try again
  kWorldFull,    ///< no free place to stand
};

/// Net says Goodbye and closes; the world has already forgotten the avatar.
struct Kick {
  AvatarId avatar;
  KickReason reason = KickReason::kSlotInvalid;
};

/// What one tick gives. One buffer for all payloads, so that a tick costs no allocation once the buffers have grown:
/// hand the same TickOutput back to the next tick, or a recycled one.
struct TickOutput {
  std::uint32_t tick = 0;
  std::vector<Outgoing> outgoing;
  std::vector<std::uint8_t> bytes;
  std::vector<Kick> kicks;

  [[nodiscard]] std::span<const std::uint8_t> payload(const Outgoing& message) const {
    return std::span(bytes).subspan(message.offset_bytes, message.size_bytes);
  }
  void clear() {
    outgoing.clear();
    bytes.clear();
    kicks.clear();
  }
};

}  // namespace world
