#include "shop/conduct_repo.h"

#include <soci/soci.h>

#include <catch2/catch.hpp>

#include "shop/people_repo.h"
#include "tests/unit/shop/shop_fixture.h"

using namespace shop;
using conduct::Ban;

namespace {

constexpr proto::TimeUs kDay{1'000'000};

Ban ban_until(const proto::AccountId& account, proto::TimeUs until, const std::string& address = {}) {
  return {account, false, "Eve", "operator", kDay, until, "threats", address};
}

}  // namespace

TEST_CASE("a ban holds until its end, for its account and for a guest's address") {
  ShopFixture shop;
  soci::session& db = shop.store->db();
  const auto eve = id_of<proto::AccountId>(111);
  people::insert_account(db, eve, kDay);
  conduct::put_ban(db, ban_until(eve, kDay + proto::seconds(10), "abcd"));
  const auto found = conduct::ban_of_account(db, eve, kDay + proto::seconds(9));
  REQUIRE(found);
  CHECK(found->name == "Eve");
  CHECK(found->by == "operator");
  CHECK(found->made == kDay);
  CHECK(found->until == kDay + proto::seconds(10));
  CHECK(found->reason == "threats");
  CHECK(conduct::ban_of_address(db, "abcd", kDay).has_value());
  CHECK_FALSE(conduct::ban_of_address(db, "abce", kDay).has_value());
  CHECK_FALSE(conduct::ban_of_address(db, "", kDay).has_value());
  CHECK_FALSE(conduct::ban_of_account(db, eve, kDay + proto::seconds(10)).has_value());
  CHECK_FALSE(conduct::ban_of_address(db, "abcd", kDay + proto::seconds(10)).has_value());
  conduct::delete_ended_bans(db, kDay + proto::seconds(10));
  CHECK(conduct::bans(db, kDay, 10).empty());
}

TEST_CASE("a ban without an address holds for no address") {
  ShopFixture shop;
  soci::session& db = shop.store->db();
  const auto eve = id_of<proto::AccountId>(111);
  people::insert_account(db, eve, kDay);
  conduct::put_ban(db, ban_until(eve, kDay + proto::seconds(10)));
  CHECK_FALSE(conduct::ban_of_address(db, "", kDay).has_value());
}

TEST_CASE("a guest who logs in brings the ban along, and nobody unknown is banned") {
  ShopFixture shop;
  soci::session& db = shop.store->db();
  const auto guest = id_of<proto::AccountId>(111);
  const auto account = id_of<proto::AccountId>(112);
  people::insert_account(db, guest, kDay);
  people::insert_account(db, account, kDay);
  conduct::put_ban(db, ban_until(guest, kDay + proto::seconds(10)));
  conduct::move_ban(db, guest, account);
  CHECK(conduct::ban_of_account(db, account, kDay).has_value());
  CHECK_FALSE(conduct::ban_of_account(db, guest, kDay).has_value());
  conduct::put_ban(db, ban_until(id_of<proto::AccountId>(200), kDay + proto::seconds(10)));
  CHECK(conduct::bans(db, kDay, 10).size() == 1);
  CHECK(conduct::lift_ban(db, account));
  CHECK_FALSE(conduct::lift_ban(db, account));
}

TEST_CASE("staff are named once and listed by address") {
  ShopFixture shop;
  soci::session& db = shop.store->db();
  const auto ines = id_of<proto::AccountId>(111);
  people::insert_account(db, ines, kDay);
  people::set_email(db, ines, "ines@example.org");
  CHECK_FALSE(conduct::is_staff(db, ines));
  conduct::grant_staff(db, ines, kDay);
  conduct::grant_staff(db, ines, kDay + proto::seconds(5));
  CHECK(conduct::is_staff(db, ines));
  REQUIRE(conduct::staff(db).size() == 1);
  CHECK(conduct::staff(db)[0].email == "ines@example.org");
  CHECK(conduct::staff(db)[0].granted == kDay);
  conduct::revoke_staff(db, ines);
  CHECK_FALSE(conduct::is_staff(db, ines));
}

TEST_CASE("who makes a ban longer without seeing the visitor leaves name and address as they were") {
  ShopFixture shop;
  soci::session& db = shop.store->db();
  const auto eve = id_of<proto::AccountId>(111);
  people::insert_account(db, eve, kDay);
  conduct::put_ban(db, ban_until(eve, kDay + proto::seconds(10), "abcd"));
  Ban longer = ban_until(eve, kDay + proto::seconds(20));
  longer.name.clear();
  conduct::put_ban(db, longer);
  const auto found = conduct::ban_of_address(db, "abcd", kDay + proto::seconds(15));
  REQUIRE(found);
  CHECK(found->name == "Eve");
  CHECK(found->until == kDay + proto::seconds(20));
  conduct::put_ban(db, ban_until(eve, kDay + proto::seconds(30), "ef01"));
  CHECK_FALSE(conduct::ban_of_address(db, "abcd", kDay).has_value());
  CHECK(conduct::ban_of_address(db, "ef01", kDay).has_value());
}

TEST_CASE("when a guest turns out to be somebody who is banned too, the longer ban holds, whosever it was") {
  for (const bool is_guests_longer : {true, false}) {
    ShopFixture shop;
    soci::session& db = shop.store->db();
    const auto guest = id_of<proto::AccountId>(111);
    const auto account = id_of<proto::AccountId>(112);
    people::insert_account(db, guest, kDay);
    people::insert_account(db, account, kDay);
    Ban longer = ban_until(is_guests_longer ? guest : account, kDay + proto::seconds(20));
    longer.reason = "the longer one";
    conduct::put_ban(db, longer);
    conduct::put_ban(db, ban_until(is_guests_longer ? account : guest, kDay + proto::seconds(10)));
    conduct::move_ban(db, guest, account);
    const auto found = conduct::ban_of_account(db, account, kDay + proto::seconds(15));
    REQUIRE(found);
    CHECK(found->reason == "the longer one");
    CHECK(found->until == kDay + proto::seconds(20));
    CHECK(conduct::bans(db, kDay, 10).size() == 1);
  }
}
