#include "world-server/api/people_door.h"

#include "shop/relations_repo.h"

namespace world {
namespace {

// The shop writes the flags down that the world goes by.
static_assert(kMuted == shop::relations::kMutedFlag && kBlocked == shop::relations::kBlockedFlag);
static_assert(kBondsMax == static_cast<std::size_t>(shop::relations::kRelationsMax));

void take(Parts& parts, const Related& note, proto::TimeUs now) {
  parts.store->in_one_transaction([&](soci::session& db) {
    shop::relations::put(db, note.account, {note.other, note.flags}, now);
  });
}

}  // namespace

void take_note(Parts& parts, const PeopleNote& note, proto::TimeUs now) {
  std::visit([&parts, now](const auto& n) { take(parts, n, now); }, note);
}

Passenger passenger_of(Parts& parts, const shop::Session& session) {
  const shop::Look& look = session.look;
  Passenger passenger{session.account, look.name, look.shape, look.tint};
  for (const shop::relations::Relation& relation : shop::relations::of_account(parts.db(), session.account)) {
    passenger.bonds.set(relation.other, relation.flags);
  }
  return passenger;
}

}  // namespace world
