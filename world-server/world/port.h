/// What passes between the world thread and its neighbours: plain structs over bounded queues, nothing shared. Net
/// hands over what its sessions have already checked (the sender owns the avatar it names); the shop says which
/// variants can be worn and what stands on the floor; the world answers with payloads that are ready for a transport.
///
/// Life of an avatar, as net drives it:
///
///     Join --> Inputs, TryOn, Wave, Say ... ------> Leave
///                 |                                   ^
///                 +--> Suspend --> Resume --> ...     |
///                         +---------------------------+   (net's grace for a lost connection ran out)
///
/// The world answers Join and Resume with the Welcome message and everything that the client must know, on the reliable
/// lane; a second Welcome on a connection says that the floor changed (another collision hash) and nothing else. Net
/// writes only Goodbye by itself, also for a Kick. A command whose id carries an old generation is ignored.
///
/// Snapshots of one tick may be several datagrams, written one after the other, that belong together: a transport that
/// replaces unsent state with newer state replaces all of them at once.
///
/// The world knows no accounts: net gives every shopper a number that stands for the account (`Person`), and whom that
/// account has muted or blocked under such numbers.
///
/// Staff have the indices from clients_max on, in the order of mall.json, and wear the variants that the shop has of
/// the garments which mall.json names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "client-proto/core/ids.h"
#include "client-proto/move/collision_world.h"
#include "client-proto/move/state.h"
#include "client-proto/wire/messages.h"
#include "client-proto/wire/opcodes.h"
#include "client-proto/wire/social.h"
#include "world-server/world/bonds.h"

namespace world {

using proto::AvatarId;
using proto::Lane;

inline constexpr std::uint32_t kTicksPerSecond = proto::kStepHz;
/// What one client is sent at most, unless its Join names less (or, on a fast line, more).
inline constexpr std::uint32_t kBytesPerSecondDefault = 32'000;
inline constexpr std::uint32_t kBytesPerSecondMin = 4'000;
inline constexpr std::uint32_t kBytesPerSecondMax = 512'000;
/// How what is sent to a client travels, which decides what a message costs besides its payload (postage.h).
enum class Carriage : std::uint8_t { kDatagrams, kStream };
inline constexpr std::size_t kNameBytesMax = 4 * proto::kNameCodePointsMax;

/// Conventions of ARCHITECTURE.md: shape 0..2 (slim, broad, full), tint 0..7.
struct Look {
  std::uint8_t shape = 0;
  std::uint8_t tint = 0;
  bool operator==(const Look&) const = default;
};

/// Where on the body a garment sits.
enum class Slot : std::uint8_t { kHead = 0, kTop = 1, kOuter = 2, kLegs = 3, kFeet = 4 };
inline constexpr std::size_t kSlots = proto::kSlots;

// ---- net to world --------------------------------------------------------------------------------------------------

/// A new shopper. The index of `avatar` is net's slot (below WorldOptions::clients_max), its generation is new.
struct Join {
  AvatarId avatar;
  std::string name;  ///< proto::is_name holds; checked by the shop when the session was made
  Look look;
  std::uint32_t bytes_per_s_max = kBytesPerSecondDefault;
  proto::Ticket resume;       ///< handed through to the Welcome message, never recorded
  std::uint8_t resume_s = 0;  ///< the same
  Person person = 0;
  Bonds<Person> bonds{};
  bool keeps_order = false;                  ///< may send others away; shown to everybody. Never recorded
  Carriage carriage = Carriage::kDatagrams;  ///< never recorded
};

/// The connection is gone, the shopper perhaps not: the avatar stands where it is, nothing is sent to it.
struct Suspend {
  AvatarId avatar;
};

/// The same shopper on a new connection: avatar and outfit are kept, everything else is told again from the start.
struct Resume {
  AvatarId avatar;
  std::uint32_t bytes_per_s_max = kBytesPerSecondDefault;
  proto::Ticket resume;
  std::uint8_t resume_s = 0;
  Carriage carriage = Carriage::kDatagrams;  ///< never recorded
};

/// The avatar goes. Net may reuse the index with the next generation from the next tick on.
struct Leave {
  AvatarId avatar;
};

/// The message as it was decoded: the last unacknowledged inputs and what the client has received.
struct Inputs {
  AvatarId avatar;
  proto::Inputs message;
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
  std::optional<AvatarId> at{};
};

struct Say {
  AvatarId avatar;
  proto::SpeechLane lane = proto::SpeechLane::kNear;
  std::string text;  ///< proto::is_speech holds; never recorded
};

struct Emote {
  AvatarId avatar;
  proto::EmoteKind kind = proto::EmoteKind::kNod;
};

/// From now on this is what the avatar's shopper wants of that person; no flags: nothing special.
struct Relate {
  AvatarId avatar;
  Person person = 0;
  std::uint8_t flags = 0;
};

struct Sit {
  AvatarId avatar;
  std::uint16_t seat = 0;  ///< in the order of mall.json
};

struct Party {
  AvatarId avatar;
  proto::PartyAction action = proto::PartyAction::kLeave;
  AvatarId other{};
};

/// From now on this avatar's shopper keeps order in the mall, or does no more. Never recorded.
struct Rank {
  AvatarId avatar;
  bool keeps_order = false;
};

/// Frames of this avatar's voice come, or no longer. They themselves stay with net. Never recorded.
struct Speak {
  AvatarId avatar;
  bool is_speaking = false;
};

/// Whether this avatar's shopper wants to hear others, on this connection. Never recorded.
struct Hear {
  AvatarId avatar;
  bool wanted = false;
};

using NetToWorld = std::variant<Join, Suspend, Resume, Leave, Inputs, TryOn, TakeOff, Wave, Say, Emote, Relate, Party,
                                Sit, Rank, Speak, Hear>;

// ---- shop to world -------------------------------------------------------------------------------------------------

/// A variant that can be tried on, and where.
struct Wearable {
  std::uint32_t variant_id = 0;  ///< never 0
  Slot slot = Slot::kHead;
  std::string boutique;   ///< id of mall.json
  std::string garment{};  ///< the product's slug, by which mall.json names what staff and visitors wear
};

/// Everything that can be worn; replaces what was said before.
struct Wearables {
  std::vector<Wearable> items;
};

/// The space that products take on the floor; replaces what was said before. The collision world is composed anew from
/// the mall and these boxes (`compose_collision` in mall.h, the same function and so the same bytes for the HTTP API).
struct DisplayBoxes {
  std::vector<proto::BoxCollider> boxes;
};

/// Boutiques that are closed now, by their ids of mall.json; replaces what was said before. Their doors let out and not
/// in, nobody is brought into them, and what they have lent goes back. One without an entrance stays open.
struct ClosedBoutiques {
  std::vector<std::string> ids;
};

using ShopToWorld = std::variant<Wearables, DisplayBoxes, ClosedBoutiques>;

// ---- world to net --------------------------------------------------------------------------------------------------

/// One message for one client. Its payload is a piece of TickOutput::bytes.
struct Outgoing {
  AvatarId to;
  Lane lane = Lane::kState;
  std::uint32_t offset_bytes = 0;
  std::uint32_t size_bytes = 0;
};

enum class KickReason : std::uint8_t {
  kSlotInvalid,  ///< a Join for a slot that is taken or out of range, or a Resume of nobody: the client may join anew
};

/// Net says Goodbye and closes; the world has already forgotten the avatar.
struct Kick {
  AvatarId avatar;
  KickReason reason = KickReason::kSlotInvalid;
};

/// Who hears this avatar's voice until the next tick: a piece of TickOutput::listeners. Nobody is named as a listener
/// more often than the budget has voices set aside for.
struct VoiceRoute {
  AvatarId speaker;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// What one tick gives. One buffer for all payloads, so that a tick costs no allocation once the buffers have grown:
/// hand the same TickOutput back to the next tick, or a recycled one.
struct TickOutput {
  std::uint32_t tick = 0;
  std::uint32_t shoppers = 0;  ///< in the world, suspended ones included
  std::vector<Outgoing> outgoing;
  std::vector<std::uint8_t> bytes;
  std::vector<Kick> kicks;
  std::vector<VoiceRoute> voices;  ///< everybody who speaks, ascending by index
  std::vector<AvatarId> listeners;

  [[nodiscard]] std::span<const std::uint8_t> payload(const Outgoing& message) const {
    return std::span(bytes).subspan(message.offset_bytes, message.size_bytes);
  }
  [[nodiscard]] std::span<const AvatarId> listeners_of(const VoiceRoute& route) const {
    return std::span(listeners).subspan(route.first, route.count);
  }
  void clear() {
    shoppers = 0;
    outgoing.clear();
    bytes.clear();
    kicks.clear();
    voices.clear();
    listeners.clear();
  }
};

}  // namespace world
