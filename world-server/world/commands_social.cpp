/// What people do to each other: words, gestures, and whom somebody does not want to hear. Nothing reaches anybody who
/// has muted or blocked its sender, or whom the sender has blocked.
#include "world-server/world/world.h"

namespace world {

template <class Deliver>
void World::for_each_near(AvatarId sender, float reach_m, Deliver deliver) {
  const std::size_t from = sender.index;
  const Vec3 at = m_people.state[from].position;
  m_grid.visit_near(at.x, at.z, reach_m, [&](std::uint32_t row) {
    if (row >= m_clients.size() || row == from || m_people.kind[row] != Kind::kShopper) return;
    Client& client = *m_clients[row];
    if (!client.is_connected || !client.replica.knows(sender)) return;
    if (proto::length(m_people.state[row].position - at) <= reach_m) deliver(row, client);
  });
}

void World::post_gesture(const proto::Event& event) {
  const std::size_t from = event.avatar.index;
  if (m_people.kind[from] == Kind::kShopper) m_clients[from]->replica.post(event);
  for_each_near(event.avatar, kGestureReach_m, [&](std::size_t row, Client& client) {
    if (!m_people.is_hidden_between(from, row)) client.replica.post(event);
  });
}

void World::apply(const Wave& message) {
  Client* client = find(message.avatar);
  if (client == nullptr || m_tick < client->wave_ready_tick) return;
  if (message.at) return wave_at(*client, message.avatar, *message.at);
  client->wave_ready_tick = m_tick + kWaveAgain_ticks;
  post_gesture({m_tick, proto::EventKind::kWave, message.avatar, 0});
  const Vec3 from = m_people.state[message.avatar.index].position;
  for (std::size_t i = 0; i < m_staff.size(); ++i) {
    const Vec3 staff = m_people.state[m_options.clients_max + i].position;
    if (proto::length(staff - from) < kWaveReach_m) m_staff[i].notice_wave(m_tick);
  }
}

/// Everybody near sees at whom; who is waved at sees it only if the waver is not silenced.
void World::wave_at(Client& client, AvatarId from, AvatarId at) {
  if (from == at || !m_people.holds(at)) return;
  client.wave_ready_tick = m_tick + kWaveAgain_ticks;
  const proto::Event event{m_tick, proto::EventKind::kWaveAt, from, at.packed()};
  client.replica.post(event);
  bool is_seen = false;
  for_each_near(from, kGestureReach_m, [&](std::size_t row, Client& other) {
    const bool is_meant = m_people.id[row] == at;
    if (is_meant ? m_people.is_silenced(from.index, row) : m_people.is_hidden_between(from.index, row)) return;
    other.replica.post(event);
    is_seen = is_seen || is_meant;
  });
  // A friend is waved at from wherever one is.
  if (!is_seen && is_party_of(from.index, at) && m_clients[at.index]->is_connected &&
      !m_people.is_silenced(from.index, at.index)) {
    m_clients[at.index]->replica.post(event);
  }
  if (m_people.kind[at.index] != Kind::kStaff) return;
  const float distance_m = proto::length(m_people.state[at.index].position - m_people.state[from.index].position);
  if (distance_m < kGestureReach_m) m_staff[at.index - m_options.clients_max].notice_wave(m_tick);
}

void World::apply(const Emote& message) {
  Client* client = find(message.avatar);
  if (client == nullptr || m_tick < client->emote_ready_tick) return;
  client->emote_ready_tick = m_tick + kEmoteAgain_ticks;
  post_gesture({m_tick, proto::EventKind::kEmote, message.avatar, static_cast<std::uint32_t>(message.kind)});
}

void World::apply(const Say& message) {
  Client* client = find(message.avatar);
  if (client == nullptr) return;
  const std::size_t from = message.avatar.index;
  const bool to_party = message.lane == proto::SpeechLane::kParty;
  if ((to_party && m_people.party[from] == 0) || !client->speech.take(m_tick)) return;
  const auto packet = proto::encode(proto::Said{message.avatar, message.lane, m_tick, message.text});
  client->replica.post_packet(packet);
  if (to_party) {
    for (const AvatarId member : m_parties.members(m_people.party[from])) {
      if (member == message.avatar || m_people.is_silenced(from, member.index)) continue;
      Client& other = *m_clients[member.index];
      if (other.is_connected) other.replica.post_packet(packet);
    }
    return;
  }
  for_each_near(message.avatar, kSpeechReach_m, [&](std::size_t row, Client& other) {
    if (!m_people.is_silenced(from, row)) other.replica.post_packet(packet);
  });
}

void World::apply(const Relate& message) {
  Client* client = find(message.avatar);
  if (client == nullptr || message.person == 0) return;
  m_people.bonds[message.avatar.index].set(message.person, message.flags & kBondFlagsMask);
  for (std::size_t other = 0; other < m_clients.size(); ++other) {
    if (m_people.kind[other] != Kind::kShopper || m_people.person[other] != message.person) continue;
    return related(*client, message.avatar, m_people.id[other]);
  }
}

/// The wish may have come by HTTP, where it is about somebody and not about an avatar: the client is told which one is
/// meant, if it sees it.
void World::related(Client& client, AvatarId avatar, AvatarId other) {
  const std::uint8_t flags = m_people.bonds[avatar.index].flags(m_people.person[other.index]);
  if (!m_people.is_hidden_between(avatar.index, other.index) && client.replica.knows(other)) {
    client.replica.post({m_tick, proto::EventKind::kBond, other, (flags & kMuted) != 0 ? 1U : 0U});
  }
  if ((flags & kBlocked) == 0) return;
  m_parties.withdraw(avatar, other);
  // Whoever blocks somebody of the own party goes out of it.
  if (is_party_of(avatar.index, other)) m_parties.leave(avatar);
}

}  // namespace world
