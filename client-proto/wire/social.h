/// The messages by which people deal with each other: words, gestures, and whom somebody does not want to hear. They
/// are written and read like those of wire/messages.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

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

template <class S, Is<Said> M>
void serialize(S& s, M& m) {
  serialize_avatar_id(s, m.avatar);
  s.ranged(m.lane, 0, kSpeechLanes - 1);
  s.bits(m.tick, 32);
  s.speech(m.text);
}

}  // namespace proto
