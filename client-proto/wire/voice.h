/// Voice: what somebody says aloud, as Opus frames of 20 ms that the server passes on and never decodes. Frames are
/// numbered by the speaker's clock, in steps of a frame: the numbers go on while nobody speaks, so a gap between two
/// spurts of talk is no loss, and who listens can tell a late frame from a pause. They are written and read like the
/// messages of wire/messages.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "client-proto/wire/messages.h"

namespace proto {

constexpr std::int64_t kVoiceFrame_us = 20'000;
/// 64 kb/s for one frame; in the long run the server passes on less (kVoicePayloadBytesPerSecond in its limits).
constexpr std::size_t kVoiceFrameBytesMax = 160;

/// Whether this may be an Opus packet of one mono frame of 20 ms, by its first byte (RFC 6716, section 3.1): five bits
/// of configuration, which say how long a frame is, one for stereo, two for how many frames there are.
[[nodiscard]] constexpr bool is_voice_frame(std::span<const std::uint8_t> frame) {
  if (frame.empty() || frame.size() > kVoiceFrameBytesMax) return false;
  const unsigned config = frame[0] >> 3U;
  const bool is_mono = (frame[0] & 4U) == 0;
  const bool is_one_frame = (frame[0] & 3U) == 0;
  // SILK has frames of 10, 20, 40, 60 ms, the hybrid mode of 10 and 20, CELT of 2.5, 5, 10 and 20.
  const bool is_20_ms = config < 12 ? config % 4 == 1 : config < 16 ? config % 2 == 1 : config % 4 == 3;
  return is_mono && is_one_frame && is_20_ms;
}

using VoiceFrame = std::vector<std::uint8_t>;  ///< is_voice_frame

struct Voice {
  static constexpr Opcode kOpcode = Opcode::kVoice;
  std::uint16_t sequence = 0;
  bool starts_spurt = false;  ///< nothing before it is missing
  VoiceFrame frame;
  bool operator==(const Voice&) const = default;
};

/// Whether the client wants to hear others. Nobody does until this says so, on every connection anew.
struct VoiceSettings {
  static constexpr Opcode kOpcode = Opcode::kVoiceSettings;
  bool hear = false;
  bool operator==(const VoiceSettings&) const = default;
};

/// A frame of somebody near.
struct Voiced {
  static constexpr Opcode kOpcode = Opcode::kVoiced;
  AvatarId avatar;
  std::uint16_t sequence = 0;
  bool starts_spurt = false;
  VoiceFrame frame;
  bool operator==(const Voiced&) const = default;
};

// --- serialize, one per message ---

template <class S, class M>
void serialize_voice(S& s, M& m) {
  s.bits(m.sequence, 16);
  s.boolean(m.starts_spurt);
  auto size = static_cast<std::uint32_t>(m.frame.size());
  s.ranged(size, 1, kVoiceFrameBytesMax);
  if constexpr (S::kReading) m.frame.assign(size, 0);
  s.bytes(m.frame);
  if constexpr (S::kReading) {
    if (!is_voice_frame(m.frame)) s.fail(WireStatus::kBadVoice);
  } else {
    GALLERIA_CHECK(is_voice_frame(m.frame));
  }
}

template <class S, Is<Voice> M>
void serialize(S& s, M& m) {
  serialize_voice(s, m);
}

template <class S, Is<VoiceSettings> M>
void serialize(S& s, M& m) {
  s.boolean(m.hear);
}

template <class S, Is<Voiced> M>
void serialize(S& s, M& m) {
  serialize_avatar_id(s, m.avatar);
  serialize_voice(s, m);
}

}  // namespace proto
