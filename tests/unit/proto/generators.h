/// RapidCheck's generators for the messages: every field anywhere in its range.
#pragma once

#include <rapidcheck.h>

#include <string>

#include "client-proto/wire/messages.h"
#include "client-proto/wire/snapshot.h"
#include "client-proto/wire/social.h"
#include "client-proto/wire/voice.h"

namespace proto::arbitrary {

inline AvatarId avatar_id() {
  return {*rc::gen::inRange<std::uint16_t>(0, kAvatarIndexMax + 1), *rc::gen::arbitrary<std::uint16_t>()};
}

inline MoveInput move_input() {
  return {*rc::gen::inRange<std::uint8_t>(0, kButtonsMask + 1), *rc::gen::inRange<std::int8_t>(-127, 127),
          *rc::gen::inRange<std::int8_t>(-127, 127), *rc::gen::inRange<std::uint16_t>(0, kYawUnitsPerTurn)};
}

inline SnapshotAck ack() {
  if (*rc::gen::arbitrary<bool>()) return {};
  return {true, *rc::gen::arbitrary<std::uint16_t>(), *rc::gen::arbitrary<std::uint32_t>()};
}

inline Ticket ticket() {
  return {*rc::gen::arbitrary<std::array<std::uint8_t, 16>>(), *rc::gen::arbitrary<std::array<std::uint8_t, 32>>()};
}

/// Names of letters that take one to four bytes.
inline std::string name() {
  const std::vector<std::string> letters{"a", "Z", " ", "é", "ß", "字", "ñ", "🙂", "-"};
  std::string text;
  const int count = *rc::gen::inRange(0, static_cast<int>(kNameCodePointsMax) + 1);
  for (int i = 0; i < count; ++i) text += letters[*rc::gen::inRange<std::size_t>(0, letters.size())];
  return text;
}

inline Inputs inputs() {
  Inputs message;
  message.ack = ack();
  message.newest = *rc::gen::arbitrary<std::uint16_t>();
  const auto count = *rc::gen::inRange<std::size_t>(1, kInputsPerPacketMax + 1);
  for (std::size_t i = 0; i < count; ++i) {
    const bool same = i > 0 && *rc::gen::arbitrary<bool>();
    message.inputs.push_back(same ? message.inputs.back() : move_input());
  }
  return message;
}

inline Welcome welcome() {
  Welcome message;
  message.self = avatar_id();
  message.tick = *rc::gen::arbitrary<std::uint32_t>();
  message.collision_hash = *rc::gen::arbitrary<std::uint64_t>();
  message.clients_max = *rc::gen::inRange<std::uint16_t>(0, kAvatarIndexMax + 1);
  message.bytes_per_s_max = *rc::gen::arbitrary<std::uint32_t>();
  message.resume = ticket();
  message.resume_s = *rc::gen::arbitrary<std::uint8_t>();
  return message;
}

inline Appearance appearance() {
  Appearance message;
  message.avatar = avatar_id();
  message.version = *rc::gen::arbitrary<std::uint16_t>();
  message.name = name();
  message.shape = *rc::gen::inRange<std::uint8_t>(0, kShapes);
  message.tint = *rc::gen::inRange<std::uint8_t>(0, kTints);
  message.staff = *rc::gen::arbitrary<bool>();
  message.keeps_order = *rc::gen::arbitrary<bool>();
  for (auto& variant : message.outfit) variant = *rc::gen::arbitrary<bool>() ? *rc::gen::arbitrary<std::uint32_t>() : 0;
  return message;
}

inline Event event() {
  return {*rc::gen::arbitrary<std::uint32_t>(), static_cast<EventKind>(*rc::gen::inRange(0, kEventKinds)), avatar_id(),
          *rc::gen::arbitrary<std::uint32_t>()};
}

inline Wave wave() {
  if (*rc::gen::arbitrary<bool>()) return {};
  return {avatar_id()};
}

/// Sentences of letters that take one to four bytes, with accents here and there, within their weight.
inline std::string speech() {
  const std::vector<std::string> letters{"a", "Z", " ", "é", "ß", "字", "ñ", "🙂", "-", "e\xcc\x81"};
  std::string text = "x";
  const int count = *rc::gen::inRange(0, 75);
  for (int i = 0; i < count; ++i) text += letters[*rc::gen::inRange<std::size_t>(0, letters.size())];
  return text + ".";
}

inline Say say() { return {static_cast<SpeechLane>(*rc::gen::inRange(0, kSpeechLanes)), speech()}; }

inline Relate relate() { return {avatar_id(), static_cast<RelateAction>(*rc::gen::inRange(0, kRelateActions))}; }

inline Said said() {
  return {avatar_id(), static_cast<SpeechLane>(*rc::gen::inRange(0, kSpeechLanes)),
          *rc::gen::arbitrary<std::uint32_t>(), speech()};
}

inline Party party() {
  const auto action = static_cast<PartyAction>(*rc::gen::inRange(0, kPartyActions));
  return {action, action == PartyAction::kLeave ? AvatarId{} : avatar_id()};
}

inline PartyState party_state() {
  const auto metre = [] { return *rc::gen::inRange<std::int16_t>(-kPlaceReach_m, kPlaceReach_m + 1); };
  PartyState state;
  const auto count = *rc::gen::inRange<std::size_t>(0, kPartyMax + 1);
  for (std::size_t i = 0; i < count; ++i) {
    state.members.push_back({avatar_id(), *rc::gen::arbitrary<bool>(),
                             *rc::gen::inRange<std::uint8_t>(0, kPlacesMax + 1), metre(), metre(), metre(), name()});
  }
  return state;
}

inline QueuePlace queue_place() {
  return {*rc::gen::arbitrary<std::uint16_t>(), *rc::gen::arbitrary<std::uint16_t>(),
          *rc::gen::arbitrary<std::uint16_t>()};
}

inline Moderate moderate() {
  const auto action = static_cast<ModerateAction>(*rc::gen::inRange(0, kModerateActions));
  return {avatar_id(), action, *rc::gen::inRange<std::uint32_t>(1, kModerateMinutesMax + 1)};
}

/// First bytes of Opus packets with one mono frame of 20 ms: each of the codec's three modes.
inline VoiceFrame voice_frame() {
  auto frame = *rc::gen::resize(kVoiceFrameBytesMax, rc::gen::nonEmpty<VoiceFrame>());
  if (frame.size() > kVoiceFrameBytesMax) frame.resize(kVoiceFrameBytesMax);
  frame[0] = *rc::gen::element<std::uint8_t>(1 << 3, 9 << 3, 13 << 3, 15 << 3, 19 << 3, 31 << 3);
  return frame;
}

inline Voice voice() { return {*rc::gen::arbitrary<std::uint16_t>(), *rc::gen::arbitrary<bool>(), voice_frame()}; }

inline Voiced voiced() {
  return {avatar_id(), *rc::gen::arbitrary<std::uint16_t>(), *rc::gen::arbitrary<bool>(), voice_frame()};
}

inline Goodbye goodbye() {
  return {static_cast<GoodbyeReason>(*rc::gen::inRange(0, kGoodbyeReasons)), *rc::gen::arbitrary<bool>(),
          *rc::gen::arbitrary<std::uint16_t>()};
}

inline std::int32_t coordinate() { return *rc::gen::inRange(-kWireReach, kWireReach); }

inline AvatarRecord avatar_record(std::uint16_t index) {
  AvatarRecord record;
  record.id = {index, *rc::gen::arbitrary<std::uint16_t>()};
  record.x = coordinate();
  record.y = coordinate();
  record.z = coordinate();
  record.vx = static_cast<std::int8_t>(*rc::gen::inRange(-kWireSpeedMax, kWireSpeedMax + 1));
  record.vz = static_cast<std::int8_t>(*rc::gen::inRange(-kWireSpeedMax, kWireSpeedMax + 1));
  record.yaw = *rc::gen::arbitrary<std::uint8_t>();
  record.flags = *rc::gen::inRange<std::uint8_t>(0, 1 << kAvatarFlagBits);
  return record;
}

inline PropRecord prop_record(std::uint16_t index) {
  PropRecord record;
  record.index = index;
  record.x = coordinate();
  record.y = coordinate();
  record.z = coordinate();
  record.rotation.largest = *rc::gen::inRange<std::uint8_t>(0, 4);
  for (auto& part : record.rotation.rest) part = *rc::gen::inRange<std::int16_t>(-kRotationUnits, kRotationUnits + 1);
  return record;
}

/// A state as the movement rule leaves it.
inline MoveState move_state() {
  const auto metres_within = [](int reach) {
    return static_cast<float>(*rc::gen::inRange(-reach * 1024, reach * 1024)) / 1024.0F;
  };
  MoveState state;
  state.position = {metres_within(255), metres_within(255), metres_within(255)};
  if (*rc::gen::arbitrary<bool>()) {
    state.velocity = {metres_within(15), metres_within(15), metres_within(15)};
  } else {
    state.stance = static_cast<Stance>(*rc::gen::inRange(0, kStances));
    if (state.stance == Stance::kSittingDown) {
      state.sit_steps = static_cast<std::uint8_t>(*rc::gen::inRange(0, kSitStepsMax + 1));
    }
  }
  state.yaw = *rc::gen::inRange<std::uint16_t>(0, kYawUnitsPerTurn);
  state.grounded = *rc::gen::arbitrary<bool>();
  state.jump_held = *rc::gen::arbitrary<bool>();
  return state;
}

inline SnapshotHeader snapshot_header() {
  SnapshotHeader header;
  header.sequence = *rc::gen::arbitrary<std::uint16_t>();
  header.tick = *rc::gen::arbitrary<std::uint32_t>();
  if (*rc::gen::arbitrary<bool>()) {
    header.own = OwnState{*rc::gen::arbitrary<std::uint16_t>(),
                          *rc::gen::inRange<std::uint8_t>(0, kInputsWaitingMax + 1), move_state()};
  }
  return header;
}

}  // namespace proto::arbitrary
