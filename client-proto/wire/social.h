/// The messages by which people deal with each other: words, gestures, and whom somebody does not want to hear. They
/// are written and read like those of wire/messages.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client-proto/wire/messages.h"

namespace proto {

/// Alone, or at somebody.
struct Wave {
  static constexpr Opcode kOpcode = Opcode::kWave;
  std::optional<AvatarId> at;
  bool operator==(const Wave&) const = default;
};

/// Who hears what is said.
enum class SpeechLane : std::uint8_t {
  kNear = 0,   ///< whoever stands near and sees the speaker
  kParty = 1,  ///< the speaker's party, wherever they are
};
constexpr int kSpeechLanes = 2;

struct Say {
  static constexpr Opcode kOpcode = Opcode::kSay;
  SpeechLane lane = SpeechLane::kNear;
  std::string text;  ///< is_speech
  bool operator==(const Say&) const = default;
};

enum class EmoteKind : std::uint8_t {
  kNod = 0,
  kShakeHead = 1,
  kClap = 2,
  kLaugh = 3,
  kThink = 4,
  kBow = 5,
  kDance = 6,
  kPoint = 7,
};
constexpr int kEmoteKinds = 8;

struct Emote {
  static constexpr Opcode kOpcode = Opcode::kEmote;
  EmoteKind kind = EmoteKind::kNod;
  bool operator==(const Emote&) const = default;
};

enum class RelateAction : std::uint8_t { kMute = 0, kUnmute = 1, kBlock = 2, kUnblock = 3 };
constexpr int kRelateActions = 4;

/// Mutes or blocks the person behind an avatar, for good and wherever they meet again, or takes it back.
struct Relate {
  static constexpr Opcode kOpcode = Opcode::kRelate;
  AvatarId avatar;
  RelateAction action = RelateAction::kMute;
  bool operator==(const Relate&) const = default;
};

constexpr std::size_t kPartyMax = 8;

enum class PartyAction : std::uint8_t {
  kInvite = 0,
  kAccept = 1,
  kDecline = 2,
  kCome = 3,  ///< bring me to this member of my party
  kLeave = 4,
};
constexpr int kPartyActions = 5;

struct Party {
  static constexpr Opcode kOpcode = Opcode::kParty;
  PartyAction action = PartyAction::kLeave;
  AvatarId avatar;  ///< whom it is about; nobody for kLeave
  bool operator==(const Party&) const = default;
};

/// Why something about a party came to nothing; the value of EventKind::kPartyRefused.
enum class PartyRefusal : std::uint32_t {
  kDeclined = 0,
  kExpired = 1,  ///< nobody answered the invitation
  kFull = 2,
  kNotPossible = 3,
  kNoRoom = 4,   ///< there is no place beside the member now
  kTooSoon = 5,  ///< one can be brought to a friend only now and then
};

constexpr int kPlacesMax = 64;      ///< boutiques of one mall
constexpr int kPlaceReach_m = 256;  ///< positions of members, in whole metres
struct PartyMember {
  AvatarId avatar;
  bool here = true;        ///< connected now
  std::uint8_t place = 0;  ///< 0 the hall, else the boutique's number in mall.json, from 1
  std::int16_t x_m = 0;
  std::int16_t y_m = 0;
  std::int16_t z_m = 0;
  std::string name;  ///< empty: as it was told before
  bool operator==(const PartyMember&) const = default;
};

/// Everybody in one's party, oneself included; empty: one is in none. Whole each time, but for the names, which are
/// told a few at a time.
struct PartyState {
  static constexpr Opcode kOpcode = Opcode::kPartyState;
  std::vector<PartyMember> members;  ///< at most kPartyMax
  bool operator==(const PartyState&) const = default;
};

enum class ModerateAction : std::uint8_t {
  kKick = 0,  ///< out, for some minutes or with leave to come back at once
  kBan = 1,   ///< out, and kept out
};
constexpr int kModerateActions = 2;
constexpr std::uint32_t kModerateMinutesMax = 366 * 24 * 60;

/// Sends somebody away; only of staff does the server take it.
struct Moderate {
  static constexpr Opcode kOpcode = Opcode::kModerate;
  AvatarId avatar;
  ModerateAction action = ModerateAction::kKick;
  std::uint32_t minutes = 0;  ///< at least 1 for a ban
  bool operator==(const Moderate&) const = default;
};

constexpr std::uint16_t kQueueEstimateMax_s = 0xfffe;
constexpr std::uint16_t kQueueEstimateUnknown = 0xffff;

/// The mall is full: where one stands in the queue at its door. The Welcome follows by itself.
struct QueuePlace {
  static constexpr Opcode kOpcode = Opcode::kQueuePlace;
  std::uint16_t place = 1;    ///< from 1
  std::uint16_t waiting = 1;  ///< everybody in the queue
  std::uint16_t estimate_s = kQueueEstimateUnknown;
  bool operator==(const QueuePlace&) const = default;
};

/// What somebody said; the speaker gets it too, as the sign that it was heard.
struct Said {
  static constexpr Opcode kOpcode = Opcode::kSaid;
  AvatarId avatar;
  SpeechLane lane = SpeechLane::kNear;
  std::uint32_t tick = 0;
  std::string text;
  bool operator==(const Said&) const = default;
};

// --- serialize, one per message ---

template <class S, Is<Wave> M>
void serialize(S& s, M& m) {
  bool directed = m.at.has_value();
  s.boolean(directed);
  if constexpr (S::kReading) {
    if (directed) m.at.emplace();
  }
  if (directed) serialize_avatar_id(s, *m.at);
}

template <class S, Is<Say> M>
void serialize(S& s, M& m) {
  s.ranged(m.lane, 0, kSpeechLanes - 1);
  s.speech(m.text);
}

template <class S, Is<Emote> M>
void serialize(S& s, M& m) {
  s.ranged(m.kind, 0, kEmoteKinds - 1);
}

template <class S, Is<Relate> M>
void serialize(S& s, M& m) {
  serialize_avatar_id(s, m.avatar);
  s.ranged(m.action, 0, kRelateActions - 1);
}

template <class S, Is<Party> M>
void serialize(S& s, M& m) {
  s.ranged(m.action, 0, kPartyActions - 1);
  if (m.action != PartyAction::kLeave) serialize_avatar_id(s, m.avatar);
}

template <class S, Is<Moderate> M>
void serialize(S& s, M& m) {
  serialize_avatar_id(s, m.avatar);
  s.ranged(m.action, 0, kModerateActions - 1);
  s.ranged(m.minutes, m.action == ModerateAction::kBan ? 1 : 0, kModerateMinutesMax);
}

template <class S, Is<PartyMember> M>
void serialize(S& s, M& m) {
  serialize_avatar_id(s, m.avatar);
  s.boolean(m.here);
  s.ranged(m.place, 0, kPlacesMax);
  s.ranged(m.x_m, -kPlaceReach_m, kPlaceReach_m);
  s.ranged(m.y_m, -kPlaceReach_m, kPlaceReach_m);
  s.ranged(m.z_m, -kPlaceReach_m, kPlaceReach_m);
  bool named = !m.name.empty();
  s.boolean(named);
  if (named) s.text(m.name, kNameCodePointsMax);
}

template <class S, Is<PartyState> M>
void serialize(S& s, M& m) {
  auto count = static_cast<std::uint32_t>(m.members.size());
  s.ranged(count, 0, kPartyMax);
  if constexpr (S::kReading) m.members.assign(count, PartyMember{});
  for (auto& member : m.members) serialize(s, member);
}

template <class S, Is<QueuePlace> M>
void serialize(S& s, M& m) {
  s.bits(m.place, 16);
  s.bits(m.waiting, 16);
  s.bits(m.estimate_s, 16);
}

template <class S, Is<Said> M>
void serialize(S& s, M& m) {
  serialize_avatar_id(s, m.avatar);
  s.ranged(m.lane, 0, kSpeechLanes - 1);
  s.bits(m.tick, 32);
  s.speech(m.text);
}

}  // namespace proto
