#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <catch2/catch.hpp>

#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "shop/schema.h"
#include "tests/unit/shop/shop_fixture.h"

using namespace shop;

namespace {

/// The tables of version 1 that later versions change, as the first release wrote them.
constexpr const char* kVersion1[] = {
    "CREATE TABLE accounts(id TEXT PRIMARY KEY, email TEXT UNIQUE, created_us INTEGER NOT NULL) STRICT",
    "CREATE TABLE brands(id TEXT PRIMARY KEY, name TEXT NOT NULL, boutique TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE products(id INTEGER PRIMARY KEY AUTOINCREMENT, slug TEXT NOT NULL UNIQUE, brand TEXT NOT NULL "
    "REFERENCES brands(id), name TEXT NOT NULL, description TEXT NOT NULL, author TEXT NOT NULL, licence TEXT NOT "
    "NULL, "
    "width_m REAL NOT NULL, height_m REAL NOT NULL, depth_m REAL NOT NULL, model_url TEXT NOT NULL, thumb_url TEXT NOT "
    "NULL, wear TEXT NOT NULL, created_us INTEGER NOT NULL) STRICT",
    "CREATE TABLE variants(id INTEGER PRIMARY KEY AUTOINCREMENT, product INTEGER NOT NULL REFERENCES products(id), "
    "size "
    "TEXT NOT NULL, colour_name TEXT NOT NULL, colour_hex TEXT NOT NULL, price_minor INTEGER NOT NULL, currency TEXT "
    "NOT NULL, stock INTEGER NOT NULL, UNIQUE(product, size, colour_name)) STRICT",
    "CREATE TABLE orders(id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(id), state TEXT NOT NULL, pay "
    "TEXT NOT NULL, email TEXT NOT NULL, share INTEGER NOT NULL, total_minor INTEGER NOT NULL, currency TEXT NOT NULL, "
    "created_us INTEGER NOT NULL, payment_ref TEXT NOT NULL, redirect_url TEXT NOT NULL, payer TEXT NOT NULL, mint_tx "
    "TEXT NOT NULL, note TEXT NOT NULL) STRICT",
    "CREATE TABLE order_lines(order_id TEXT NOT NULL REFERENCES orders(id), line INTEGER NOT NULL, variant INTEGER NOT "
    "NULL REFERENCES variants(id), product INTEGER NOT NULL REFERENCES products(id), name TEXT NOT NULL, options TEXT "
    "NOT NULL, quantity INTEGER NOT NULL, unit_minor INTEGER NOT NULL, currency TEXT NOT NULL, configuration TEXT NOT "
    "NULL, milestones TEXT NOT NULL, token TEXT NOT NULL UNIQUE, PRIMARY KEY(order_id, line)) STRICT",
    "CREATE TABLE reservations(order_id TEXT PRIMARY KEY REFERENCES orders(id), until_us INTEGER NOT NULL, "
    "in_flight_until_us INTEGER NOT NULL) STRICT",
    "INSERT INTO brands VALUES('maison-lune', 'Maison Lune', 'maison-lune')",
    "INSERT INTO products VALUES(7, 'hat', 'maison-lune', 'Hat', 'Felt.', 'Galleria', 'Apache-2.0', 0.3, 0.2, 0.3, "
    "'/m.glb', '/t.webp', '', 5)",
    "INSERT INTO variants VALUES(9, 7, '58', '', '', 9900, 'EUR', 3)",
    "PRAGMA user_version = 1",
};

/// What version 2 wrote, and what it has become.
constexpr std::pair<const char*, OrderReason> kNotes[] = {
    {"Cancelled by the shopper.", OrderReason::kCancelled},
    {"Cancelled on the payment page.", OrderReason::kCancelled},
    {"The payment page has closed.", OrderReason::kPageClosed},
    {"The time to pay is over.", OrderReason::kTimeOver},
    {"The payment arrived after the order had ended.", OrderReason::kLatePayment},
    {"The amount that was paid is not the order's.", OrderReason::kWrongAmount},
    {"There was not enough money to pay with.", OrderReason::kNotEnoughMoney},
    {"The confirmation did not come from the account that should pay.", OrderReason::kWrongAccount},
    {"The payment could not be taken. Nothing was charged.", OrderReason::kPaymentNotTaken},
    {"The certificate could not be issued. You get your money back.", OrderReason::kNoCertificate},
};

}  // namespace

TEST_CASE("a database of version 1 comes to the newest version with all its rows") {
  ShopFixture shop;
  shop.store.reset();
  const std::string path = (shop.folder / "old.db").string();
  const std::string account = shop.account.hex();
  const std::string order = id_of<proto::OrderId>(4).hex();
  const std::string token = id_of<proto::TokenId>(5).hex();
  {
    soci::session old(*soci::factory_sqlite3(), "db=\"" + path + "\"");
    for (const char* statement : kVersion1) old << statement;
    old << "INSERT INTO accounts VALUES(:id, 'ada@example.org', 5)", soci::use(account);
    old << "INSERT INTO orders VALUES(:id, :account, 'issued', 'card', 'ada@example.org', 1, 9900, 'EUR', 5, 'cs', "
           "'http://pay', '', '0xtx', '')",
        soci::use(order), soci::use(account);
    std::uint8_t number = 10;
    for (const auto& [note, reason] : kNotes) {
      const std::string ended = id_of<proto::OrderId>(++number).hex();
      const std::string text = note;
      old << "INSERT INTO orders VALUES(:id, :account, 'failed', 'card', 'ada@example.org', 0, 9900, 'EUR', 5, 'cs', "
             "'http://pay', '', '', :note)",
          soci::use(ended), soci::use(account), soci::use(text);
    }
    old << "INSERT INTO order_lines VALUES(:id, 0, 9, 7, 'Hat', '58', 1, 9900, 'EUR', '{}', '[]', :token)",
        soci::use(order), soci::use(token);
    REQUIRE(schema_version(old) == 1);
  }
  auto opened = Store::open(path);
  if (!opened) FAIL(opened.error());
  soci::session& db = (*opened)->db();
  CHECK(schema_version(db) == schema_version_newest());
  const auto hat = catalogue::product(db, 7);
  REQUIRE(hat.has_value());
  CHECK(hat->name == "Hat");
  CHECK(hat->category.empty());
  CHECK(hat->variants.at(0).stock == 3);
  const auto kept = orders::order(db, id_of<proto::OrderId>(4));
  REQUIRE(kept.has_value());
  CHECK(kept->share);
  CHECK(kept->account == shop.account);
  CHECK(kept->sharer == shop.account);
  CHECK(kept->lines.at(0).name == "Hat");
  CHECK(kept->reason == OrderReason::kNone);
  std::uint8_t number = 10;
  for (const auto& [note, reason] : kNotes) {
    INFO(note);
    CHECK(orders::order(db, id_of<proto::OrderId>(++number)).value().reason == reason);
  }
}
