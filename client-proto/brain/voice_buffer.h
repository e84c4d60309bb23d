/// What one person says, between the network and the loudspeaker. Frames come unevenly, out of order, late or not at
/// all, and have to be played 20 ms apart. Each is given a time at which it is played: its number on the speaker's
/// clock plus an offset. The offset is the quickest way that a frame has taken of late plus a delay that all but one in
/// twenty of them stayed within. It is chosen anew when a spurt of talk begins, where nobody hears it; within a spurt
/// it only grows: at once for a frame that comes too late when nothing else was to be played, or when several others
/// had to be left out. A frame that is missing when its time has come is given out as lost, so that the decoder can do
/// something about it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "client-proto/core/time.h"
#include "client-proto/wire/voice.h"

namespace proto {

/// Before enough frames have come to tell how evenly they do.
constexpr SpanUs kVoiceDelayFirst = milliseconds(60);
constexpr SpanUs kVoiceDelayMin = milliseconds(20);
constexpr SpanUs kVoiceDelayMax = milliseconds(200);
/// Added to what was measured.
constexpr SpanUs kVoiceDelayMargin = milliseconds(10);
/// So many of the newest frames say how even the way is: two and a half seconds of talk.
constexpr std::size_t kVoiceWindow_frames = 128;
constexpr std::size_t kVoiceEnough_frames = 16;
/// More missing in a row than this is a pause.
constexpr std::int64_t kVoiceGapMax_frames = 10;
constexpr std::size_t kVoiceWaitingMax_frames = 32;
/// So many frames that were left out within a spurt make the delay grow.
constexpr std::uint32_t kVoiceLateMax_frames = 3;
/// After so long a silence nothing that was known holds any more.
constexpr SpanUs kVoiceForgetAfter = seconds(10);

struct VoicePiece {
  TimeUs play_at;
  bool starts_spurt = false;
  VoiceFrame frame;  ///< empty: lost
};

struct VoiceStatistics {
  std::uint32_t played = 0;
  std::uint32_t lost = 0;  ///< missing when their time had come
  std::uint32_t late = 0;  ///< came after their time, and were left out
  std::uint32_t doubled = 0;
};

class VoiceBuffer {
 public:
  void add(std::uint16_t sequence, bool starts_spurt, VoiceFrame frame, TimeUs now);
  /// Appends what is to be played by now, in order; each once. A player adds what it needs to get ready.
  void take(TimeUs now, std::vector<VoicePiece>& out);

  [[nodiscard]] TimeUs heard_at() const { return m_heard_at; }
  /// From the quickest arrival to playing.
  [[nodiscard]] SpanUs delay() const { return {m_offset_us - reference_us()}; }
  [[nodiscard]] const VoiceStatistics& statistics() const { return m_statistics; }

 private:
  struct Waiting {
    bool starts_spurt = false;
    VoiceFrame frame;
  };
  [[nodiscard]] std::int64_t unwrap(std::uint16_t sequence) const;
  [[nodiscard]] std::int64_t reference_us() const;
  [[nodiscard]] std::int64_t wanted_offset_us() const;
  [[nodiscard]] std::int64_t play_at_us(std::int64_t number) const { return number * kVoiceFrame_us + m_offset_us; }
  void begin_spurt(std::int64_t number);

  std::map<std::int64_t, Waiting> m_waiting;                  ///< by number, which does not wrap
  std::array<std::int64_t, kVoiceWindow_frames> m_ways_us{};  ///< arrival less number; the newest replaces the oldest
  std::size_t m_ways = 0;
  std::size_t m_next_way = 0;
  std::int64_t m_newest = 0;
  std::int64_t m_next = 0;  ///< the number that is played next
  std::int64_t m_offset_us = 0;
  std::int64_t m_played_until_us = 0;
  TimeUs m_heard_at;
  bool m_began = false;
  bool m_spurt_is_new = false;  ///< nothing of it was played yet
  std::uint32_t m_late_in_spurt = 0;
  VoiceStatistics m_statistics;
};

}  // namespace proto
