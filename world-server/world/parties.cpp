#include "world-server/world/parties.h"

#include <algorithm>
#include <utility>

namespace world {

std::span<const AvatarId> Parties::members(std::uint16_t party) const {
  if (party == 0 || party > m_members.size()) return {};
  return m_members[party - 1U];
}

Invitation* Parties::waiting(AvatarId from, AvatarId to) {
  const auto found = std::find_if(m_invitations.begin(), m_invitations.end(),
                                  [&](const Invitation& i) { return i.from == from && i.to == to; });
  if (found == m_invitations.end() || found->is_answered || found->is_silent) return nullptr;
  return &*found;
}

const Invitation* Parties::find(AvatarId from, AvatarId to) const {
  const auto found = std::find_if(m_invitations.begin(), m_invitations.end(), [&](const Invitation& i) {
    return i.from == from && i.to == to && !i.is_answered && !i.is_silent;
  });
  return found == m_invitations.end() ? nullptr : &*found;
}

PartyStatus Parties::invite(AvatarId from, AvatarId to, bool is_silent, std::uint32_t tick) {
  const std::uint16_t party = m_party_of_row[from.index];
  if (party != 0 && party == m_party_of_row[to.index]) return PartyStatus::kNotPossible;
  if (m_invitations.size() >= kInvitationsMax) return PartyStatus::kNotPossible;
  std::size_t places = party == 0 ? 1 : members(party).size();
  std::size_t at_target = 0;
  for (const Invitation& invitation : m_invitations) {
    if (invitation.from == from && invitation.to == to) return PartyStatus::kNotPossible;
    const bool is_ours = invitation.from == from || (party != 0 && m_party_of_row[invitation.from.index] == party);
    const bool has_come = party != 0 && m_party_of_row[invitation.to.index] == party;
    if (is_ours && !has_come) ++places;
    if (invitation.to == to && !invitation.is_answered && !invitation.is_silent) ++at_target;
  }
  if (places >= proto::kPartyMax) return PartyStatus::kFull;
  if (at_target >= kInvitationsPerTargetMax) return PartyStatus::kNotPossible;
  m_invitations.push_back({from, to, tick + kInvitationLife_ticks, is_silent, false});
  return PartyStatus::kDone;
}

std::uint16_t Parties::found_party(AvatarId first) {
  auto free = std::find_if(m_members.begin(), m_members.end(), [](const auto& members) { return members.empty(); });
  if (free == m_members.end()) free = m_members.emplace(m_members.end());
  free->push_back(first);
  const auto party = static_cast<std::uint16_t>(free - m_members.begin() + 1);
  m_party_of_row[first.index] = party;
  return party;
}

PartyStatus Parties::accept(AvatarId from, AvatarId to) {
  Invitation* invitation = waiting(from, to);
  if (invitation == nullptr) return PartyStatus::kNoInvitation;
  invitation->is_answered = true;
  std::uint16_t party = m_party_of_row[from.index];
  if (party != 0 && party == m_party_of_row[to.index]) return PartyStatus::kNotPossible;
  if (members(party).size() >= proto::kPartyMax) return PartyStatus::kFull;
  leave(to);
  party = m_party_of_row[from.index];  // it may have been the two of them with somebody else
  if (party == 0) party = found_party(from);
  m_members[party - 1U].push_back(to);
  m_party_of_row[to.index] = party;
  note_change(party);
  return PartyStatus::kDone;
}

PartyStatus Parties::decline(AvatarId from, AvatarId to) {
  Invitation* invitation = waiting(from, to);
  if (invitation == nullptr) return PartyStatus::kNoInvitation;
  invitation->is_answered = true;
  return PartyStatus::kDone;
}

void Parties::withdraw(AvatarId one, AvatarId other) {
  for (Invitation& invitation : m_invitations) {
    const bool is_between =
        (invitation.from == one && invitation.to == other) || (invitation.from == other && invitation.to == one);
    if (is_between) invitation.is_silent = true;
  }
}

bool Parties::leave(AvatarId avatar) {
  const std::uint16_t party = m_party_of_row[avatar.index];
  if (party == 0) return false;
  note_change(party);
  std::vector<AvatarId>& members = m_members[party - 1U];
  std::erase(members, avatar);
  m_party_of_row[avatar.index] = 0;
  if (members.size() == 1) {
    m_party_of_row[members.front().index] = 0;
    members.clear();
  }
  return true;
}

void Parties::forget(AvatarId avatar) {
  leave(avatar);
  std::erase_if(m_invitations, [avatar](const Invitation& i) { return i.from == avatar || i.to == avatar; });
}

std::span<const Invitation> Parties::expire(std::uint32_t tick) {
  m_expired.clear();
  while (!m_invitations.empty() && m_invitations.front().expires_tick <= tick) {
    if (!m_invitations.front().is_answered) m_expired.push_back(m_invitations.front());
    m_invitations.pop_front();
  }
  return m_expired;
}

void Parties::note_change(std::uint16_t party) {
  const auto& members = m_members[party - 1U];
  m_changed.insert(m_changed.end(), members.begin(), members.end());
}

std::vector<AvatarId> Parties::take_changed() { return std::exchange(m_changed, {}); }

}  // namespace world
