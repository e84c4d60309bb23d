/// Speaking and hearing, as far as it needs no microphone, codec or loudspeaker: frames that wait to be sent, and one
/// buffer for each person who is heard. Both directions are off until somebody says otherwise.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "client-proto/brain/voice_buffer.h"
#include "client-proto/core/ids.h"
#include "client-proto/core/time.h"
#include "client-proto/wire/voice.h"

namespace proto {

/// A frame that could not be sent within this time is of no use any more.
constexpr SpanUs kVoiceUnsentMax = milliseconds(200);
constexpr std::size_t kVoiceUnsentMax_frames = 10;
/// The server sends fewer people's voices at once; those who spoke last are kept.
constexpr std::size_t kVoicesKeptMax = 16;

struct VoiceToPlay {
  AvatarId avatar;
  VoicePiece piece;
};

class Voices {
 public:
  /// Numbers the frame and keeps it until it is polled. False when it is none that may be sent.
  bool speak(std::span<const std::uint8_t> frame, bool starts_spurt, TimeUs now);
  /// The next message to send; those that have waited too long by now are left out.
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> poll(TimeUs now);

  void set_hears(bool hears);
  [[nodiscard]] bool hears() const { return m_hears; }
  void take(Voiced&& voiced, TimeUs now);
  /// What is to be played by now, person by person, in order. Valid until the next call.
  [[nodiscard]] const std::vector<VoiceToPlay>& play(TimeUs now);
  /// A new connection; whether one wants to hear stays.
  void forget();

 private:
  struct Unsent {
    TimeUs made;
    std::vector<std::uint8_t> packet;
  };
  void make_room();
  void drop_late(TimeUs now);

  bool m_hears = false;
  bool m_has_spoken = false;
  TimeUs m_spoke_first;  ///< frame 0 of the own clock
  std::int64_t m_next_number = 0;
  std::deque<Unsent> m_unsent;
  std::map<AvatarId, VoiceBuffer> m_heard;
  std::vector<VoicePiece> m_pieces;
  std::vector<VoiceToPlay> m_to_play;
};

}  // namespace proto
