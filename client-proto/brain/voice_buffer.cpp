#include "client-proto/brain/voice_buffer.h"

#include <algorithm>
#include <utility>

#include "client-proto/wire/snapshot.h"

namespace proto {

namespace {

/// Of the frames of late, all but one in twenty come within the delay.
constexpr std::size_t kOutOf = 20;

}  // namespace

std::int64_t VoiceBuffer::unwrap(std::uint16_t sequence) const {
  return m_newest + sequence_distance(sequence, static_cast<std::uint16_t>(m_newest));
}

std::int64_t VoiceBuffer::reference_us() const {
  return *std::min_element(m_ways_us.begin(), m_ways_us.begin() + static_cast<std::ptrdiff_t>(m_ways));
}

std::int64_t VoiceBuffer::wanted_offset_us() const {
  auto ways = m_ways_us;
  const auto end = ways.begin() + static_cast<std::ptrdiff_t>(m_ways);
  std::sort(ways.begin(), end);
  const std::size_t within = m_ways - 1 - (m_ways - 1) / kOutOf;
  const std::int64_t measured = ways[within] - ways[0] + kVoiceDelayMargin.us;
  const std::int64_t least = m_ways < kVoiceEnough_frames ? kVoiceDelayFirst.us : kVoiceDelayMin.us;
  return ways[0] + std::clamp(measured, least, kVoiceDelayMax.us);
}

void VoiceBuffer::begin_spurt(std::int64_t number) {
  // Not before what was played last has ended.
  m_offset_us = std::max(wanted_offset_us(), m_played_until_us - number * kVoiceFrame_us);
  m_next = number;
  m_spurt_is_new = true;
  m_late_in_spurt = 0;
}

void VoiceBuffer::add(std::uint16_t sequence, bool starts_spurt, VoiceFrame frame, TimeUs now) {
  const bool is_over = now - m_heard_at > kVoiceForgetAfter;
  // A speaker who comes back on a new page counts from the start again.
  const bool counts_anew = starts_spurt && m_next - unwrap(sequence) > kVoiceGapMax_frames;
  if (m_began && (is_over || counts_anew)) *this = VoiceBuffer();
  if (!m_began) m_newest = sequence;
  const std::int64_t number = unwrap(sequence);
  const bool is_first = !m_began;
  const bool is_far_ahead = number - std::max(m_newest, m_next) > kVoiceGapMax_frames;
  m_began = true;
  m_newest = std::max(m_newest, number);
  m_heard_at = now;
  m_ways_us[m_next_way] = now.us - number * kVoiceFrame_us;
  m_next_way = (m_next_way + 1) % kVoiceWindow_frames;
  m_ways = std::min(m_ways + 1, kVoiceWindow_frames);

  const bool has_nothing_else = m_waiting.empty();
  const bool is_next_spurt = number >= m_next && (starts_spurt || is_far_ahead) && has_nothing_else;
  if (is_first || is_next_spurt) {
    begin_spurt(number);
  } else if (m_spurt_is_new && number < m_next && m_next - number <= kVoiceGapMax_frames) {
    m_next = number;  // overtaken by the ones behind it
  } else if (number < m_next) {
    ++m_statistics.late;
    if (++m_late_in_spurt < kVoiceLateMax_frames) return;
    m_late_in_spurt = 0;
    m_offset_us = std::max(m_offset_us, wanted_offset_us());
    return;
  }
  // Nothing else could have been played meanwhile, so nobody misses what a longer delay costs.
  const std::int64_t latest_us = std::min(now.us - number * kVoiceFrame_us, reference_us() + kVoiceDelayMax.us);
  m_offset_us = std::max(m_offset_us, latest_us);
  if (play_at_us(number) < now.us) {
    ++m_statistics.late;
    return;
  }
  if (!m_waiting.try_emplace(number, Waiting{starts_spurt, std::move(frame)}).second) ++m_statistics.doubled;
  if (m_waiting.size() > kVoiceWaitingMax_frames) m_waiting.erase(m_waiting.begin());
}

void VoiceBuffer::take(TimeUs now, std::vector<VoicePiece>& out) {
  while (!m_waiting.empty()) {
    const auto first = m_waiting.begin();
    const std::int64_t missing = first->first - m_next;
    const bool is_gap = missing > 0 && missing <= kVoiceGapMax_frames && !first->second.starts_spurt;
    const std::int64_t number = is_gap ? m_next : first->first;
    if (play_at_us(number) > now.us) return;
    VoicePiece piece{{play_at_us(number)}, false, {}};
    if (is_gap) {
      ++m_statistics.lost;
    } else {
      ++m_statistics.played;
      piece.starts_spurt = m_spurt_is_new || first->second.starts_spurt;
      piece.frame = std::move(first->second.frame);
      m_waiting.erase(first);
    }
    m_spurt_is_new = false;
    m_next = number + 1;
    m_played_until_us = play_at_us(m_next);
    out.push_back(std::move(piece));
  }
}

}  // namespace proto
