#include "world-server/api/people_door.h"

#include <algorithm>

#include "shop/conduct_repo.h"
#include "shop/relations_repo.h"
#include "shop/secret.h"
#include "world-server/api/answers.h"
#include "world-server/api/problem.h"

namespace world {
namespace {

// The shop writes the flags down that the world goes by.
static_assert(kMuted == shop::relations::kMutedFlag && kBlocked == shop::relations::kBlockedFlag);
static_assert(kBondsMax == static_cast<std::size_t>(shop::relations::kRelationsMax));

void take(Parts& parts, const Related& note, proto::TimeUs now) {
  parts.store->in_one_transaction([&](soci::session& db) {
    shop::relations::put(db, note.account, {note.other, note.flags, note.name}, now);
  });
  // Net has done so already, but not on a ticket that was being written when the note came.
  parts.tickets->set_bond(note.account, note.other, note.flags);
}

void take(Parts& parts, const Came& note, proto::TimeUs now) {
  parts.visitors[note.account] = {note.name, note.address, now};
}

void take(Parts& parts, const Went& note, proto::TimeUs /*now*/) { parts.visitors.erase(note.account); }

void take(Parts& parts, const SentAway& note, proto::TimeUs now) {
  send_away(parts, {note.account, note.is_kick, note.minutes, note.by.hex(), "in the world"}, now);
}

/// Nobody can tell the address from it without the operator's key.
std::string address_hash(const Parts& parts, std::string_view address) {
  return proto::to_hex(shop::hmac_sha256(parts.operator_key, "address/" + std::string(address)));
}

}  // namespace

proto::TimeUs send_away(Parts& parts, const Dismissal& dismissal, proto::TimeUs now) {
  const proto::TimeUs until = now + proto::minutes(dismissal.minutes);
  if (dismissal.minutes == 0) return until;
  shop::conduct::Ban ban{dismissal.account, dismissal.is_kick, {}, dismissal.by, now, until, dismissal.reason, {}};
  const auto visitor = parts.visitors.find(dismissal.account);
  if (visitor != parts.visitors.end()) {
    ban.name = visitor->second.name;
    ban.address_hash = address_hash(parts, visitor->second.address);
  }
  parts.store->in_one_transaction([&ban](soci::session& db) { shop::conduct::put_ban(db, ban); });
  return until;
}

std::optional<HttpResponse> refused_at_door(Parts& parts, const Call& call) {
  auto ban = shop::conduct::ban_of_account(parts.db(), call.session->account, call.now());
  const bool is_guest = call.session->email.empty();
  if (!ban && is_guest) {
    ban = shop::conduct::ban_of_address(parts.db(), address_hash(parts, call.request.peer_address), call.now());
  }
  if (!ban) return std::nullopt;
  return problem(403, "sent-away", "You were asked to leave the mall.",
                 "You may come in again after " + iso_time(ban->until) + ". The shop itself stays open to you.");
}

void take_note(Parts& parts, const PeopleNote& note, proto::TimeUs now) {
  std::visit([&parts, now](const auto& n) { take(parts, n, now); }, note);
}

Passenger passenger_of(Parts& parts, const shop::Session& session) {
  const shop::Look& look = session.look;
  Passenger passenger{session.account, look.name, look.shape, look.tint};
  passenger.is_staff = shop::conduct::is_staff(parts.db(), session.account);
  const auto staff = shop::conduct::staff(parts.db());
  for (const shop::relations::Relation& relation : shop::relations::of_account(parts.db(), session.account)) {
    const bool is_staff = std::any_of(staff.begin(), staff.end(),
                                      [&relation](const auto& member) { return member.account == relation.other; });
    passenger.bonds.set(relation.other, is_staff ? flags_about_staff(relation.flags) : relation.flags);
  }
  return passenger;
}

}  // namespace world
