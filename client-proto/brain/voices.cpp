#include "client-proto/brain/voices.h"

#include <algorithm>
#include <utility>

namespace proto {

bool Voices::speak(std::span<const std::uint8_t> frame, bool starts_spurt, TimeUs now) {
  if (!is_voice_frame(frame)) return false;
  if (!m_has_spoken) m_spoke_first = now;
  m_has_spoken = true;
  // Between two spurts the numbers go on with the time.
  if (starts_spurt) m_next_number = std::max(m_next_number, (now - m_spoke_first).us / kVoiceFrame_us);
  const auto sequence = static_cast<std::uint16_t>(m_next_number++);
  drop_late(now);
  if (m_unsent.size() >= kVoiceUnsentMax_frames) m_unsent.pop_front();
  m_unsent.push_back({now, encode(Voice{sequence, starts_spurt, {frame.begin(), frame.end()}})});
  return true;
}

void Voices::drop_late(TimeUs now) {
  while (!m_unsent.empty() && now - m_unsent.front().made > kVoiceUnsentMax) m_unsent.pop_front();
}

std::optional<std::vector<std::uint8_t>> Voices::poll(TimeUs now) {
  drop_late(now);
  if (m_unsent.empty()) return std::nullopt;
  std::vector<std::uint8_t> packet = std::move(m_unsent.front().packet);
  m_unsent.pop_front();
  return packet;
}

void Voices::set_hears(bool hears) {
  m_hears = hears;
  if (!hears) m_heard.clear();
}

void Voices::take(Voiced&& voiced, TimeUs now) {
  if (!m_hears) return;
  if (m_heard.size() >= kVoicesKeptMax && !m_heard.contains(voiced.avatar)) make_room();
  m_heard[voiced.avatar].add(voiced.sequence, voiced.starts_spurt, std::move(voiced.frame), now);
}

/// Who has been silent for the longest goes.
void Voices::make_room() {
  m_heard.erase(std::min_element(m_heard.begin(), m_heard.end(), [](const auto& a, const auto& b) {
    return a.second.heard_at() < b.second.heard_at();
  }));
}

const std::vector<VoiceToPlay>& Voices::play(TimeUs now) {
  m_to_play.clear();
  std::erase_if(m_heard, [now](const auto& one) { return now - one.second.heard_at() > kVoiceForgetAfter; });
  for (auto& [avatar, buffer] : m_heard) {
    m_pieces.clear();
    buffer.take(now, m_pieces);
    for (VoicePiece& piece : m_pieces) m_to_play.push_back({avatar, std::move(piece)});
  }
  return m_to_play;
}

void Voices::forget() {
  m_unsent.clear();
  m_heard.clear();
}

}  // namespace proto
