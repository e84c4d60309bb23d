/// Every message has a number, a direction, a lane and a largest size; this table is the whole list. What a session
/// must have reached before a message counts, and how often it may come, is the server's handler table.
///
/// Lane `state` may lose and reorder; the newest wins. Lane `reliable` arrives once and in order.
#pragma once

#include <cstdint>
#include <span>

#include "client-proto/wire/stream.h"

namespace proto {

constexpr std::uint16_t kProtocolVersion = 4;

enum class Opcode : std::uint8_t {
  kHello = 1,
  kInputs = 2,
  kTryOn = 3,
  kTakeOff = 4,
  kWave = 5,
  kSay = 6,
  kEmote = 7,
  kRelate = 8,
  kParty = 9,
  kModerate = 10,
  kVoice = 11,
  kSit = 12,
  kVoiceSettings = 15,
  kWelcome = 129,
  kSnapshot = 130,
  kAppearance = 131,
  kGone = 132,
  kEvent = 133,
  kGoodbye = 134,
  kSaid = 135,
  kPartyState = 136,
  kQueuePlace = 137,
  kVoiced = 138,
  kDoors = 139,
};

enum class Direction : std::uint8_t { kToServer, kToClient };
enum class Lane : std::uint8_t { kState = 0, kReliable = 1 };

struct OpcodeInfo {
  Opcode opcode;
  const char* name;
  Direction direction;
  Lane lane;
  std::uint16_t size_bytes_max;  ///< with the opcode's byte, before sealing
};

/// A snapshot's datagram: 1,200 bytes less IP and UDP (28) and the seal (22), rounded down.
constexpr std::size_t kSnapshotBytesMax = 1100;

constexpr OpcodeInfo kOpcodes[] = {
    {Opcode::kHello, "hello", Direction::kToServer, Lane::kReliable, 64},
    {Opcode::kInputs, "inputs", Direction::kToServer, Lane::kState, 96},
    {Opcode::kTryOn, "try_on", Direction::kToServer, Lane::kReliable, 5},
    {Opcode::kTakeOff, "take_off", Direction::kToServer, Lane::kReliable, 2},
    {Opcode::kWave, "wave", Direction::kToServer, Lane::kReliable, 5},
    {Opcode::kSay, "say", Direction::kToServer, Lane::kReliable, 323},
    {Opcode::kEmote, "emote", Direction::kToServer, Lane::kReliable, 2},
    {Opcode::kRelate, "relate", Direction::kToServer, Lane::kReliable, 5},
    {Opcode::kParty, "party", Direction::kToServer, Lane::kReliable, 5},
    {Opcode::kModerate, "moderate", Direction::kToServer, Lane::kReliable, 8},
    {Opcode::kVoice, "voice", Direction::kToServer, Lane::kState, 165},
    {Opcode::kSit, "sit", Direction::kToServer, Lane::kReliable, 3},
    {Opcode::kVoiceSettings, "voice_settings", Direction::kToServer, Lane::kReliable, 2},
    {Opcode::kWelcome, "welcome", Direction::kToClient, Lane::kReliable, 96},
    {Opcode::kSnapshot, "snapshot", Direction::kToClient, Lane::kState, kSnapshotBytesMax},
    {Opcode::kAppearance, "appearance", Direction::kToClient, Lane::kReliable, 160},
    {Opcode::kGone, "gone", Direction::kToClient, Lane::kReliable, 8},
    {Opcode::kEvent, "event", Direction::kToClient, Lane::kReliable, 16},
    {Opcode::kGoodbye, "goodbye", Direction::kToClient, Lane::kReliable, 8},
    {Opcode::kSaid, "said", Direction::kToClient, Lane::kReliable, 330},
    {Opcode::kPartyState, "party_state", Direction::kToClient, Lane::kReliable, 850},
    {Opcode::kQueuePlace, "queue_place", Direction::kToClient, Lane::kReliable, 7},
    {Opcode::kVoiced, "voiced", Direction::kToClient, Lane::kState, 168},
    {Opcode::kDoors, "doors", Direction::kToClient, Lane::kReliable, 13},
};

/// The row of `opcode`, or null.
[[nodiscard]] constexpr const OpcodeInfo* find_opcode(std::uint8_t opcode) {
  for (const OpcodeInfo& info : kOpcodes) {
    if (static_cast<std::uint8_t>(info.opcode) == opcode) return &info;
  }
  return nullptr;
}

struct Peeked {
  const OpcodeInfo* info = nullptr;
  WireStatus status = WireStatus::kOk;
};
/// Looks at the first byte: is this a message that may travel in this direction, and is it short enough? `info` is set
/// exactly when the status is kOk.
[[nodiscard]] inline Peeked peek(std::span<const std::uint8_t> packet, Direction direction) {
  if (packet.empty()) return {nullptr, WireStatus::kTruncated};
  const OpcodeInfo* info = find_opcode(packet[0]);
  if (info == nullptr) return {nullptr, WireStatus::kUnknownOpcode};
  if (info->direction != direction) return {nullptr, WireStatus::kWrongDirection};
  if (packet.size() > info->size_bytes_max) return {nullptr, WireStatus::kTooLarge};
  return {info, WireStatus::kOk};
}

}  // namespace proto
