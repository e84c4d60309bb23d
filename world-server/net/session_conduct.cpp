/// Sending people away: by staff in the world, and by the operator through the shop. The shop keeps the ban and gives
/// no ticket while it lasts; here whoever is inside or waits is turned out, and a ticket already in hand is refused.
#include <algorithm>

#include "world-server/net/session.h"

namespace world::net {

using proto::GoodbyeReason;

/// [10][avatar][action 1][minutes 20]
void Sessions::on_moderate(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto message = proto::decode<proto::Moderate>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  const Passenger& self = m_slots[session.avatar->index].passenger;
  const AvatarSlot* other = slot_of(message.value().avatar);
  // Whoever is staff no more may still have the buttons; colleagues are the operator's business.
  if (!self.is_staff || other == nullptr || other->passenger.is_staff) {
    ++m_counters.of(session.link->kind()).refused;
    return;
  }
  const proto::AccountId account = other->passenger.account;
  const bool is_kick = message.value().action == proto::ModerateAction::kKick;
  tell_shop(SentAway{account, self.account, is_kick, message.value().minutes});
  turn_out(account, message.value().minutes, now);
}

void Sessions::obey(const DoorOrder& order, proto::TimeUs now) {
  if (const auto* out = std::get_if<TurnOut>(&order)) return turn_out(out->account, out->minutes, now);
  if (const auto* moved = std::get_if<MovedOn>(&order)) return let_come_again(moved->account, now);
  if (const auto* pair = std::get_if<Reconciled>(&order)) return reconcile(pair->account, pair->other);
  set_staff(std::get<SetStaff>(order), now);
}

/// Whoever is gone cannot be named in the world any more, so this wish comes by HTTP; the shop has written it down.
void Sessions::reconcile(const proto::AccountId& account, const proto::AccountId& other) {
  if (Waiting* waiting = m_door.find(account)) waiting->passenger.bonds.set(other, 0);
  const auto index = slot_of_account(account);
  if (!index || m_slots[*index].passenger.bonds.flags(other) == 0) return;
  AvatarSlot& slot = m_slots[*index];
  slot.passenger.bonds.set(other, 0);
  tell_world(Relate{AvatarId{*index, slot.generation}, person_of(other), 0});
}

void Sessions::set_staff(const SetStaff& staff, proto::TimeUs now) {
  if (const auto index = slot_of_account(staff.account)) {
    m_slots[*index].passenger.is_staff = staff.is_staff;
    tell_world(Rank{AvatarId{*index, m_slots[*index].generation}, staff.is_staff});
  }
  if (Waiting* waiting = m_door.find(staff.account)) waiting->passenger.is_staff = staff.is_staff;
  // Tickets in hand still say what was so before.
  if (m_staff_lately.size() < kBarredMax || m_staff_lately.contains(staff.account)) {
    m_staff_lately[staff.account] = {staff.is_staff, now + kTicketLife};
  }
  if (!staff.is_staff) return;
  for (std::size_t i = 0; i < m_slots.size(); ++i) {
    AvatarSlot& slot = m_slots[i];
    if (!slot.live || !see_staff(slot.passenger, staff.account)) continue;
    tell_world(Relate{AvatarId{static_cast<std::uint16_t>(i), slot.generation}, person_of(staff.account),
                      slot.passenger.bonds.flags(staff.account)});
  }
  for (Waiting& waiting : m_door.all()) see_staff(waiting.passenger, staff.account);
}

/// False when there was no block that had to become a mute.
bool Sessions::see_staff(Passenger& passenger, const proto::AccountId& staff) {
  const std::uint8_t before = passenger.bonds.flags(staff);
  const std::uint8_t flags = flags_about_staff(before);
  if (flags != before) passenger.bonds.set(staff, flags);
  return flags != before;
}

void Sessions::bring_up_to_date(Passenger& passenger, proto::TimeUs now) {
  for (const auto& [account, word] : m_staff_lately) {
    if (word.until <= now) continue;
    if (account == passenger.account) passenger.is_staff = word.is_staff;
    if (word.is_staff) see_staff(passenger, account);
  }
}

void Sessions::turn_out(const proto::AccountId& account, std::uint32_t minutes, proto::TimeUs now) {
  constexpr std::uint32_t kMsPerMinute = 60'000;
  constexpr std::uint32_t kRetryAfterMaxMs = 0xffff;
  const std::uint32_t retry_ms = std::min(minutes, kRetryAfterMaxMs / kMsPerMinute + 1) * kMsPerMinute;
  const proto::Goodbye goodbye{GoodbyeReason::kKicked, false,
                               static_cast<std::uint16_t>(std::min(retry_ms, kRetryAfterMaxMs))};
  // A minute is longer than a ticket lives: from then on the shop's word is enough.
  if (minutes > 0 && m_barred.size() < kBarredMax) m_barred[account] = now + kTicketLife;
  show_out(account, goodbye, now);
}

/// The shop gives tickets for the other account now; one in hand for this one is answered like this (session_door.cpp).
void Sessions::let_come_again(const proto::AccountId& account, proto::TimeUs now) {
  if (m_moved.size() < kBarredMax) m_moved[account] = now + kTicketLife;
  show_out(account, {GoodbyeReason::kBadTicket, true, kComeAgainAfterMs}, now);
}

void Sessions::show_out(const proto::AccountId& account, const proto::Goodbye& goodbye, proto::TimeUs now) {
  if (const Waiting* waiting = m_door.find(account)) {
    Session* session = waiting->session ? find(*waiting->session) : nullptr;
    if (session != nullptr) say_goodbye(*session, goodbye, now);
    m_door.leave(account);
  }
  const auto index = slot_of_account(account);
  if (!index) return;
  Session* session = m_slots[*index].session ? find(*m_slots[*index].session) : nullptr;
  if (session != nullptr) say_goodbye(*session, goodbye, now);
  free_slot(*index, now);  // nothing is left to do when the goodbye has done it
}

bool Sessions::has_moved(const proto::AccountId& account, proto::TimeUs now) const {
  const auto found = m_moved.find(account);
  return found != m_moved.end() && now < found->second;
}

bool Sessions::is_barred(const proto::AccountId& account, proto::TimeUs now) const {
  const auto found = m_barred.find(account);
  return found != m_barred.end() && now < found->second;
}

}  // namespace world::net
