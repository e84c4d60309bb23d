#include "world-server/world/hearing.h"

#include <algorithm>

namespace world {
namespace {

/// Ties are settled by who comes first, so that the same world hears the same.
constexpr auto kIsNearer = [](const auto& a, const auto& b) {
  return a.distance_m != b.distance_m ? a.distance_m < b.distance_m : a.by_speaker() < b.by_speaker();
};

}  // namespace

bool Hearing::Nearest::has_room_for(const Pair& pair) const {
  return count < pairs.size() || kIsNearer(pair, pairs[count - 1]);
}

void Hearing::Nearest::insert(const Pair& pair) {
  if (count < pairs.size()) ++count;
  std::size_t at = count - 1;
  for (; at > 0 && kIsNearer(pair, pairs[at - 1]); --at) pairs[at] = pairs[at - 1];
  pairs[at] = pair;
}

/// Whom this row heard in the last tick.
std::span<const std::uint32_t> Hearing::heard_by(std::size_t listener) const {
  const auto first = static_cast<std::uint32_t>(listener) << 16U;
  const auto begin = std::lower_bound(m_heard.begin(), m_heard.end(), first);
  const auto end = std::upper_bound(begin, m_heard.end(), first | 0xffffU);
  return {begin, end};
}

/// The nearest pairs first, as long as both have room for one another.
void Hearing::settle(const People& people, TickOutput& output) {
  std::sort(m_pairs.begin(), m_pairs.end(), kIsNearer);
  m_heard.clear();
  m_routes.clear();
  std::fill(m_voices.begin(), m_voices.end(), std::uint8_t{0});
  std::fill(m_listeners.begin(), m_listeners.end(), std::uint8_t{0});
  for (const Pair& pair : m_pairs) {
    if (m_listeners[pair.speaker] >= kListenersMax || m_voices[pair.listener] >= m_voices_max[pair.listener]) continue;
    ++m_listeners[pair.speaker];
    ++m_voices[pair.listener];
    m_heard.push_back(pair.by_listener());
    m_routes.push_back(pair.by_speaker());
  }
  std::sort(m_heard.begin(), m_heard.end());
  std::sort(m_routes.begin(), m_routes.end());
  name_listeners(people, output);
}

void Hearing::name_listeners(const People& people, TickOutput& output) {
  auto next = m_routes.begin();
  for (std::size_t speaker = 0; speaker < m_is_speaking.size(); ++speaker) {
    if (m_is_speaking[speaker] == 0) continue;
    VoiceRoute route{people.id[speaker], static_cast<std::uint32_t>(output.listeners.size()), 0};
    for (; next != m_routes.end() && *next >> 16U == speaker; ++next) {
      output.listeners.push_back(people.id[*next & 0xffffU]);
      ++route.count;
    }
    output.voices.push_back(route);
  }
}

}  // namespace world
