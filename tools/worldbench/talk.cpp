#include "tools/worldbench/talk.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace worldbench {

namespace {

constexpr std::size_t kFrameBytes = 50;
constexpr std::uint8_t kHybrid20ms = 15U << 3U;
constexpr proto::SpanUs kFrame{proto::kVoiceFrame_us};

float since_ms(const proto::VoiceFrame& frame, proto::TimeUs now) {
  std::int64_t sent_us = 0;
  std::memcpy(&sent_us, frame.data() + 1, sizeof(sent_us));
  return static_cast<float>(now.us - sent_us) * 1e-3F;
}

}  // namespace

double Hearsay::percentile(std::vector<float> values, double share) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return static_cast<double>(*at);
}

std::optional<std::vector<std::uint8_t>> Talker::next_voice(proto::TimeUs now) {
  if (now < m_next) return std::nullopt;
  const bool starts = m_next.us == 0 || now - m_next > proto::seconds(1);
  m_next = starts ? now + kFrame : m_next + kFrame;
  proto::VoiceFrame frame(kFrameBytes, 0);
  frame[0] = kHybrid20ms;
  std::memcpy(frame.data() + 1, &now.us, sizeof(now.us));
  (void)m_voices.speak(frame, starts, now);
  return m_voices.poll(now);
}

void Talker::hear(proto::Voiced&& voiced, proto::TimeUs now, Hearsay& all) {
  if (voiced.frame.size() == kFrameBytes) all.came_ms.push_back(since_ms(voiced.frame, now));
  m_voices.take(std::move(voiced), now);
  play(now, all);
}

void Talker::play(proto::TimeUs now, Hearsay& all) {
  for (const auto& [avatar, piece] : m_voices.play(now)) {
    if (piece.frame.empty()) {
      ++all.lost;
    } else if (piece.frame.size() == kFrameBytes) {
      all.played_ms.push_back(since_ms(piece.frame, piece.play_at));
    }
  }
}

}  // namespace worldbench
