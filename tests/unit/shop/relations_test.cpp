#include "shop/relations_repo.h"

#include <soci/soci.h>

#include <catch2/catch.hpp>

#include "shop/people_repo.h"
#include "tests/unit/shop/shop_fixture.h"

using namespace shop;
using relations::Relation;

namespace {

constexpr proto::TimeUs kMoment{1'000'000};
constexpr proto::TimeUs kLater{2'000'000};

proto::AccountId person(ShopFixture& shop, std::uint8_t number) {
  const auto id = id_of<proto::AccountId>(number);
  people::insert_account(shop.store->db(), id, kMoment);
  return id;
}

}  // namespace

TEST_CASE("whom somebody blocked is remembered, changed and forgotten, for that account only") {
  ShopFixture shop;
  soci::session& db = shop.store->db();
  const auto ada = person(shop, 101);
  const auto bob = person(shop, 102);
  const auto eve = person(shop, 103);
  relations::put(db, ada, {bob, 1}, kMoment);
  relations::put(db, ada, {eve, 2}, kMoment);
  relations::put(db, ada, {bob, 3, "Bob"}, kLater);
  CHECK(relations::of_account(db, ada) == std::vector<Relation>{{eve, 2, "", kMoment}, {bob, 3, "Bob", kLater}});
  CHECK(relations::of_account(db, bob).empty());
  relations::put(db, ada, {eve, 0}, kMoment);
  CHECK(relations::of_account(db, ada) == std::vector<Relation>{{bob, 3, "Bob", kLater}});
  relations::put(db, id_of<proto::AccountId>(200), {bob, 1}, kMoment);  // nobody's
  CHECK(relations::of_account(db, id_of<proto::AccountId>(200)).empty());
}

TEST_CASE("a list of relations is bounded, and the oldest gives way") {
  ShopFixture shop;
  soci::session& db = shop.store->db();
  const auto ada = person(shop, 101);
  for (int i = 0; i < relations::kRelationsMax + 3; ++i) {
    proto::AccountId other;
    other.bytes[0] = 9;
    other.bytes[1] = static_cast<std::uint8_t>(i);
    other.bytes[2] = static_cast<std::uint8_t>(i >> 8);
    people::insert_account(db, other, kMoment);
    relations::put(db, ada, {other, 1}, kMoment + proto::seconds(i));
  }
  const auto kept = relations::of_account(db, ada);
  REQUIRE(kept.size() == static_cast<std::size_t>(relations::kRelationsMax));
  CHECK(kept.front().other.bytes[1] == 3);
}

TEST_CASE("a guest who logs in brings along whom they blocked, and stays blocked by others") {
  ShopFixture shop;
  soci::session& db = shop.store->db();
  const auto guest = person(shop, 101);
  const auto account = person(shop, 102);
  const auto eve = person(shop, 103);
  const auto bob = person(shop, 104);
  relations::put(db, guest, {eve, 2}, kMoment);
  relations::put(db, guest, {bob, 1, "Bob now"}, kLater);
  relations::put(db, guest, {account, 1}, kMoment);
  relations::put(db, account, {bob, 2, "Bob then"}, kMoment);
  relations::put(db, eve, {guest, 2}, kMoment);
  relations::put(db, bob, {guest, 2}, kMoment);
  relations::put(db, bob, {account, 1}, kMoment);
  relations::move(db, guest, account);
  const auto own = relations::of_account(db, account);
  CHECK(own.size() == 2);
  CHECK(std::find(own.begin(), own.end(), Relation{bob, 3, "Bob now", kLater}) !=
        own.end());  // what either wished holds
  CHECK(std::find(own.begin(), own.end(), Relation{eve, 2, "", kMoment}) != own.end());
  CHECK(relations::of_account(db, eve) == std::vector<Relation>{{account, 2, "", kMoment}});
  CHECK(relations::of_account(db, bob) == std::vector<Relation>{{account, 3, "", kMoment}});
  CHECK(relations::of_account(db, guest).empty());
}

TEST_CASE("a guest's list ends with the last session, an account's does not") {
  ShopFixture shop;
  soci::session& db = shop.store->db();
  const auto guest = person(shop, 101);
  const auto account = person(shop, 102);
  people::set_email(db, account, "bob@example.org");
  const Session session{"hash", guest, {}, {"Guest", 0, 0}, kMoment + proto::seconds(10)};
  people::insert_session(db, session, kMoment);
  relations::put(db, guest, {account, 1}, kMoment);
  relations::put(db, account, {guest, 1}, kMoment);
  relations::forget_gone_guests(db);
  CHECK(relations::of_account(db, guest).size() == 1);
  people::delete_expired_sessions(db, kMoment + proto::seconds(20));
  relations::forget_gone_guests(db);
  CHECK(relations::of_account(db, guest).empty());
  CHECK(relations::of_account(db, account).size() == 1);
}
