#include "world-server/world/hearing.h"

#include <algorithm>

namespace world {
namespace {

/// Ties are settled by who comes first, so that the same world hears the same.
constexpr auto kIsNearer = [](const auto& a, const auto& b) {
  return a.distance_m != b.distance_m ? a.distance_m < b.distance_m : a.key() < b.key();
};

}  // namespace

bool Hearing::was_heard(std::uint32_t key) const { return std::binary_search(m_heard.begin(), m_heard.end(), key); }

/// Of one speaker's pairs, which are the last.
void Hearing::keep_nearest(std::size_t first) {
  if (m_pairs.size() - first <= kListenersLookedAt) return;
  const auto begin = m_pairs.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = begin + static_cast<std::ptrdiff_t>(kListenersLookedAt);
  std::nth_element(begin, end, m_pairs.end(), kIsNearer);
  m_pairs.erase(end, m_pairs.end());
}

/// The nearest pairs first, as long as both have room for one another.
void Hearing::settle(const People& people, TickOutput& output) {
  std::sort(m_pairs.begin(), m_pairs.end(), kIsNearer);
  m_heard.clear();
  std::fill(m_listeners.begin(), m_listeners.end(), std::uint8_t{0});
  for (const Pair& pair : m_pairs) {
    if (m_listeners[pair.speaker] >= kListenersMax || m_voices[pair.listener] >= m_voices_max[pair.listener]) continue;
    ++m_listeners[pair.speaker];
    ++m_voices[pair.listener];
    m_heard.push_back(pair.key());
  }
  std::sort(m_heard.begin(), m_heard.end());
  auto heard = m_heard.begin();
  for (std::size_t speaker = 0; speaker < m_is_speaking.size(); ++speaker) {
    if (m_is_speaking[speaker] == 0) continue;
    VoiceRoute route{people.id[speaker], static_cast<std::uint32_t>(output.listeners.size()), 0};
    for (; heard != m_heard.end() && *heard >> 16U == speaker; ++heard) {
      output.listeners.push_back(people.id[*heard & 0xffffU]);
      ++route.count;
    }
    output.voices.push_back(route);
  }
}

}  // namespace world
