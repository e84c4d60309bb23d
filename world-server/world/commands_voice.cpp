/// What people say aloud: here only who speaks, who wants to hear, and who therefore hears whom (hearing.h).
#include "world-server/world/world.h"

namespace world {

void World::apply(const Speak& message) {
  if (find(message.avatar) != nullptr) m_hearing.speak(message.avatar.index, message.is_speaking);
}

void World::apply(const Hear& message) {
  const Client* client = find(message.avatar);
  if (client != nullptr && client->is_connected) m_hearing.hear(message.avatar.index, message.wanted);
}

void World::choose_voices(TickOutput& output) {
  const auto may_hear = [this](std::size_t listener, std::size_t speaker) {
    return m_clients[listener]->replica.knows(m_people.id[speaker]) && !m_people.is_silenced(speaker, listener);
  };
  for (std::size_t row = 0; row < m_clients.size(); ++row) {
    if (m_hearing.wants(row)) m_hearing.allow(row, m_clients[row]->replica.voices_max(m_hearing.voices(row)));
  }
  m_hearing.choose(m_people, m_tick, may_hear, output);
  for (std::size_t row = 0; row < m_clients.size(); ++row) {
    if (m_clients[row] != nullptr) m_clients[row]->replica.set_aside(m_hearing.voices(row));
  }
}

}  // namespace world
