/// Passes voices on. The world says in every tick who hears whom (world/hearing.h); a frame goes to those at once, in
/// the round of the loop in which it came, and never waits for a tick. Only the first frames of somebody of whom the
/// world has not heard yet wait for its answer, a tick at most; frames are not looked into beyond their first byte.
///
///     silent --frame: tell the world--> asking --the world's answer--> routed --no frame for a while--> silent
///
/// How much of one voice is passed on is bounded here, in frames (the opcode's bucket) and in bytes; and, since voices
/// that stalled come in bursts, each listener has a bucket for all voices together, which fills by what the world has
/// set aside of its budget for as many as it hears.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "client-proto/core/time.h"
#include "client-proto/wire/voice.h"
#include "world-server/net/limits.h"
#include "world-server/net/token_bucket.h"
#include "world-server/world/port.h"

namespace world::net {

class VoiceRelay {
 public:
  using Send = std::function<void(AvatarId listener, std::span<const std::uint8_t> packet)>;

  explicit VoiceRelay(std::size_t slots) : m_voices(slots), m_shares(slots) {}

  enum class Taken : std::uint8_t { kDropped, kFirst, kTaken };
  /// A frame of this avatar. kFirst: the world must be told that it speaks; kDropped: it was more than one may say.
  [[nodiscard]] Taken take(AvatarId speaker, const proto::Voice& voice, proto::TimeUs now, const Send& send);
  /// The world's word of this tick.
  void route(const TickOutput& output, const Send& send);
  /// Takes what a frame costs from the listener's share; false when that does not reach, and the frame must not go.
  [[nodiscard]] bool charge(AvatarId listener, Carriage carriage, std::uint32_t cost_bytes, proto::TimeUs now);
  /// Somebody who has fallen silent since this was last asked.
  [[nodiscard]] std::optional<AvatarId> next_silent(proto::TimeUs now);
  /// The slot's avatar or its connection is another from here on.
  void forget(std::uint16_t slot) {
    m_voices[slot] = SpokenFrom();
    m_shares[slot].voices = 0;  // what it was sent lately counts on
    std::erase(m_speaking, slot);
  }

 private:
  enum class State : std::uint8_t { kSilent, kAsking, kRouted };
  struct SpokenFrom {
    State state = State::kSilent;
    AvatarId avatar;
    proto::TimeUs heard;
    TokenBucket bytes{kVoicePayloadBytesPerSecond, kVoicePayloadBurstBytes};
    std::vector<AvatarId> listeners;
    std::vector<std::vector<std::uint8_t>> held;  ///< packets of frames that wait for the world's answer
  };

  /// Of one listener.
  struct Share {
    std::uint32_t voices = 0;  ///< that it hears, by the world's word of this tick
    TokenBucket bytes;
    Share();
  };

  std::vector<SpokenFrom> m_voices;  ///< by slot
  std::vector<Share> m_shares;       ///< by slot
  std::vector<std::uint16_t> m_hearing;
  std::vector<std::uint16_t> m_speaking;
};

}  // namespace world::net
