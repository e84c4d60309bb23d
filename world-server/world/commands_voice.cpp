/// What people say aloud: here only who speaks, who wants to hear, and who therefore hears whom (hearing.h).
#include "world-server/world/world.h"

namespace world {

void World::apply(const Speak& message) {
  if (find(message.avatar) != nullptr) m_hearing.speak(message.avatar.index, message.is_speaking);
}

void World::apply(const Hear& message) {
  const Client* client = find(message.avatar);
  if (client == nullptr || !client->is_connected) return;
  m_hearing.hear(message.avatar.index, message.wanted ? voices_max(client->replica.bytes_per_s_max()) : 0);
}

void World::choose_voices(TickOutput& output) {
  const auto may_hear = [this](std::size_t listener, std::size_t speaker) {
    return m_clients[listener]->replica.knows(m_people.id[speaker]) && !m_people.is_silenced(speaker, listener);
  };
  m_hearing.choose(m_people, m_grid, may_hear, output);
  for (std::size_t row = 0; row < m_clients.size(); ++row) {
    if (m_clients[row] == nullptr) continue;
    m_clients[row]->replica.set_aside(m_hearing.voices(row) * kVoiceBytesPerSecond / kTicksPerSecond);
  }
}

}  // namespace world
