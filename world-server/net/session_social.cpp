/// What people do with each other, as far as net has a part in it: it knows which account is behind an avatar, so here
/// a wish about an avatar becomes a wish about a person.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <utility>

#include "client-proto/core/check.h"
#include "world-server/net/session.h"

namespace world::net {

using proto::GoodbyeReason;

/// [5][directed 1][avatar]
void Sessions::on_wave(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto message = proto::decode<proto::Wave>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  tell_world(Wave{*session.avatar, message.value().at});
}

/// [6][lane 1][text]
void Sessions::on_say(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  auto message = proto::decode<proto::Say>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  proto::Say say = std::move(message).value();
  tell_world(Say{*session.avatar, say.lane, std::move(say.text)});
}

/// [7][kind 3]
void Sessions::on_emote(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto message = proto::decode<proto::Emote>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  tell_world(Emote{*session.avatar, message.value().kind});
}

/// [8][avatar][action 2]
void Sessions::on_relate(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto message = proto::decode<proto::Relate>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  const AvatarSlot* other = slot_of(message.value().avatar);
  Passenger& self = m_slots[session.avatar->index].passenger;
  if (other == nullptr || other->passenger.account == self.account) return;
  const proto::AccountId& account = other->passenger.account;
  const std::uint8_t before = self.bonds.flags(account);
  const proto::RelateAction wish = message.value().action;
  const std::uint8_t flags = flags_after(before, other->passenger.is_staff ? action_about_staff(wish) : wish);
  if (flags == before) return;
  self.bonds.set(account, flags);
  m_tickets.set_bond(self.account, account, flags);
  tell_world(Relate{*session.avatar, person_of(account), flags});
  tell_shop(Related{self.account, account, flags, other->passenger.name});
}

/// [9][action 3][avatar]
void Sessions::on_party(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto message = proto::decode<proto::Party>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  tell_world(Party{*session.avatar, message.value().action, message.value().avatar});
}

Sessions::AvatarSlot* Sessions::slot_of(AvatarId avatar) {
  if (avatar.index >= m_slots.size()) return nullptr;
  AvatarSlot& slot = m_slots[avatar.index];
  return slot.live && slot.generation == avatar.generation ? &slot : nullptr;
}

/// A keyed hash: nobody can tell the account from it, and two accounts share one by chance in 2^64 cases only.
Person Sessions::person_of(const proto::AccountId& account) const {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const bool done = HMAC(EVP_sha256(), m_person_key.data(), static_cast<int>(m_person_key.size()), account.bytes.data(),
                         account.bytes.size(), digest.data(), &size) != nullptr;
  GALLERIA_CHECK(done && size >= sizeof(Person));
  Person person = 0;
  for (std::size_t i = 0; i < sizeof(Person); ++i) person = person << 8U | digest[i];
  return person == 0 ? 1 : person;
}

Bonds<Person> Sessions::bonds_of(const Passenger& passenger) const {
  Bonds<Person> bonds;
  for (const auto& bond : passenger.bonds.all()) bonds.set(person_of(bond.other), bond.flags);
  return bonds;
}

void Sessions::tell_shop(PeopleNote note) {
  if (!m_ports.people_notes.push(std::move(note))) ++m_counters.shop_queue_refused;
}

}  // namespace world::net
