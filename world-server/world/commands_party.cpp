/// Parties: who invites whom, who comes along, and what everybody in one is told of the others.
#include <algorithm>
#include <cmath>

#include "client-proto/move/sitting.h"
#include "world-server/world/arrival.h"
#include "world-server/world/world.h"

namespace world {
namespace {

using proto::PartyRefusal;

PartyRefusal refusal_of(PartyStatus status) {
  return status == PartyStatus::kFull ? PartyRefusal::kFull : PartyRefusal::kNotPossible;
}

std::int16_t whole_metres(float value) {
  const auto metres = static_cast<int>(std::lround(value));
  return static_cast<std::int16_t>(std::clamp(metres, -proto::kPlaceReach_m, proto::kPlaceReach_m));
}

}  // namespace

bool World::is_party_of(std::size_t row, AvatarId other) const {
  return m_people.party[row] != 0 && m_people.holds(other) && m_people.party[other.index] == m_people.party[row];
}

void World::refuse(Client& client, AvatarId about, PartyRefusal why) {
  client.replica.post({m_tick, proto::EventKind::kPartyRefused, about, static_cast<std::uint32_t>(why)});
}

void World::apply(const Party& message) {
  Client* client = find(message.avatar);
  if (client == nullptr) return;
  if (message.action == proto::PartyAction::kLeave) {
    m_parties.leave(message.avatar);
    return;
  }
  if (message.other == message.avatar || find(message.other) == nullptr) return;
  switch (message.action) {
    case proto::PartyAction::kInvite:
      return invite(*client, message.avatar, message.other);
    case proto::PartyAction::kAccept:
      return accept(*client, message.other, message.avatar);
    case proto::PartyAction::kDecline:
      if (m_parties.decline(message.other, message.avatar) != PartyStatus::kDone) return;
      return refuse(*m_clients[message.other.index], message.avatar, PartyRefusal::kDeclined);
    case proto::PartyAction::kCome:
      return come(*client, message.avatar, message.other);
    case proto::PartyAction::kLeave:
      return;
  }
}

/// Only who is in the same part of the mall can be invited: nobody reaches through the whole mall by counting numbers.
/// Asked of the world and not of what the client was told, which depends on budgets and acknowledgements that no
/// recording has.
void World::invite(Client& client, AvatarId from, AvatarId to) {
  const float distance_m = proto::length(m_people.state[to.index].position - m_people.state[from.index].position);
  if (m_people.is_hidden_between(from.index, to.index)) return;
  if (distance_m > kInviteReach_m) return refuse(client, to, PartyRefusal::kNotPossible);
  const bool is_silent = m_people.is_silenced(from.index, to.index);
  const PartyStatus status = m_parties.invite(from, to, is_silent, m_tick);
  if (status != PartyStatus::kDone) return refuse(client, to, refusal_of(status));
  if (is_silent) return;
  m_clients[to.index]->replica.post(
      {m_tick, proto::EventKind::kInvited, from, kInvitationLife_ticks / kTicksPerSecond});
}

void World::accept(Client& client, AvatarId from, AvatarId to) {
  if (m_parties.find(from, to) == nullptr) return refuse(client, from, PartyRefusal::kExpired);
  // The inviter may be in no party yet and is among no members then.
  bool is_hidden = m_people.is_hidden_between(from.index, to.index);
  for (const AvatarId member : m_parties.members(m_people.party[from.index])) {
    is_hidden = is_hidden || m_people.is_hidden_between(member.index, to.index);
  }
  if (is_hidden) {
    if (m_parties.decline(from, to) != PartyStatus::kDone) return;
    return refuse(client, from, PartyRefusal::kNotPossible);
  }
  const PartyStatus status = m_parties.accept(from, to);
  if (status != PartyStatus::kDone) refuse(client, from, refusal_of(status));
}

/// Brings one to a member of one's party, or before the door when the member is in a boutique that is closed. What was
/// tried on elsewhere goes back as if one had walked away.
void World::come(Client& client, AvatarId asker, AvatarId to) {
  if (!is_party_of(asker.index, to) || m_people.is_hidden_between(asker.index, to.index)) {
    return refuse(client, to, PartyRefusal::kNotPossible);
  }
  if (m_tick < client.come_ready_tick) return refuse(client, to, PartyRefusal::kTooSoon);
  client.come_ready_tick = m_tick + kComeRetry_ticks;
  const proto::MoveState& host = m_people.state[to.index];
  const Vec3 beside = host.stance == proto::Stance::kOnFoot
                          ? host.position
                          : proto::place_to_stand(m_collision, host.position, host.yaw).value_or(host.position);
  const auto closed = closed_boutique_at(m_mall, m_collision, beside);
  const bool is_inside = closed == closed_boutique_at(m_mall, m_collision, m_people.state[asker.index].position);
  const auto place = closed && !is_inside ? choose_before_door(m_mall.boutiques[*closed], m_collision, m_people)
                                          : choose_beside(m_collision, m_people, beside);
  if (!place) return refuse(client, to, PartyRefusal::kNoRoom);
  client.come_ready_tick = m_tick + kComeAgain_ticks;
  m_seats.leave(asker.index);
  m_people.state[asker.index] = *place;
  m_people.teleport_parity[asker.index] ^= 1U;
}

proto::PartyMember World::member(AvatarId avatar) const {
  const Vec3 position = m_people.state[avatar.index].position;
  proto::PartyMember member;
  member.avatar = avatar;
  member.here = m_clients[avatar.index]->is_connected;
  const auto& boutiques = m_mall.boutiques;
  const auto inside = std::find_if(boutiques.begin(), boutiques.end(),
                                   [position](const Boutique& boutique) { return boutique.zone.contains(position); });
  if (inside != boutiques.end()) member.place = static_cast<std::uint8_t>(inside - boutiques.begin() + 1);
  member.x_m = whole_metres(position.x);
  member.y_m = whole_metres(position.y);
  member.z_m = whole_metres(position.z);
  return member;
}

/// A change of members is told at once, where they are once a second if somebody has moved.
void World::tell_parties() {
  for (const Invitation& invitation : m_parties.expire(m_tick)) {
    if (Client* client = find(invitation.from)) refuse(*client, invitation.to, PartyRefusal::kExpired);
  }
  for (const AvatarId avatar : m_parties.take_changed()) {
    Client* client = find(avatar);
    if (client == nullptr) continue;
    client->party_due = true;
    client->party_named = 0;
  }
  m_party_told.resize(m_parties.numbers());
  for (std::uint16_t party = 1; party <= m_parties.numbers(); ++party) {
    if ((m_tick + party) % kPartyNews_ticks != 0) continue;
    std::vector<proto::PartyMember> now;
    for (const AvatarId avatar : m_parties.members(party)) now.push_back(member(avatar));
    if (now == m_party_told[party - 1U]) continue;
    for (const proto::PartyMember& each : now) m_clients[each.avatar.index]->party_due = true;
    m_party_told[party - 1U] = std::move(now);
  }
  for (std::size_t row = 0; row < m_clients.size(); ++row) {
    const bool is_due = m_people.kind[row] == Kind::kShopper && m_clients[row]->party_due;
    if (is_due && m_clients[row]->is_connected) tell_party(row);
  }
}

void World::tell_party(std::size_t row) {
  Client& client = *m_clients[row];
  proto::PartyState state;
  std::uint8_t named = client.party_named;
  int names = 0;
  bool all_named = true;
  for (const AvatarId avatar : m_parties.members(m_people.party[row])) {
    const auto bit = static_cast<std::uint8_t>(1U << state.members.size());
    state.members.push_back(member(avatar));
    if ((named & bit) != 0) continue;
    if (names == kPartyNamesMax) {
      all_named = false;
      continue;
    }
    state.members.back().name = m_people.name[avatar.index];
    named |= bit;
    ++names;
  }
  if (!client.replica.post_packet(proto::encode(state))) return;
  client.party_named = named;
  client.party_due = !all_named;
}

}  // namespace world
