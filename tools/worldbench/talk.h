/// Talk among the walkers: some speak all the time, everybody hears. Each frame carries when it was sent, so whoever
/// gets it knows how long it took, and the listener's real buffer says when it would be played.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "client-proto/brain/voices.h"
#include "client-proto/core/time.h"

namespace worldbench {

/// What all listeners together have heard. Delays in milliseconds: until a frame came, and until it is played.
struct Hearsay {
  std::uint64_t lost = 0;
  std::vector<float> came_ms;
  std::vector<float> played_ms;

  /// The value below which `share` (0..1) of them lie; 0 without any.
  [[nodiscard]] static double percentile(std::vector<float> values, double share);
};

class Talker {
 public:
  Talker() { m_voices.set_hears(true); }

  /// The next frame if it is due: 50 bytes, as a client at 20 kb/s makes them on average.
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> next_voice(proto::TimeUs now);
  void hear(proto::Voiced&& voiced, proto::TimeUs now, Hearsay& all);
  /// Plays what is due.
  void play(proto::TimeUs now, Hearsay& all);

 private:
  proto::Voices m_voices;
  proto::TimeUs m_next;
};

}  // namespace worldbench
