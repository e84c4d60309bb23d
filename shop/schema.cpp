#include "shop/schema.h"

#include <soci/soci.h>

#include <array>
#include <string_view>

namespace shop {
namespace {

// Conventions: ids and hashes are lower-case hexadecimal text, times are UTC microseconds (*_us), money is minor units
// (*_minor) beside a currency. CHECKs repeat the laws that must hold even if a rule above them were wrong.
constexpr std::array kVersion1{
    R"(CREATE TABLE accounts(
      id TEXT PRIMARY KEY, email TEXT UNIQUE, created_us INTEGER NOT NULL) STRICT)",
    R"(CREATE TABLE sessions(
      token_hash TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(id), name TEXT NOT NULL,
      shape INTEGER NOT NULL, tint INTEGER NOT NULL, created_us INTEGER NOT NULL, expires_us INTEGER NOT NULL) STRICT)",
    R"(CREATE INDEX sessions_by_expiry ON sessions(expires_us))",
    R"(CREATE TABLE login_codes(
      session TEXT PRIMARY KEY REFERENCES sessions(token_hash) ON DELETE CASCADE, email TEXT NOT NULL,
      code_hash TEXT NOT NULL, expires_us INTEGER NOT NULL, tries_left INTEGER NOT NULL CHECK(tries_left >= 0)) STRICT)",
    R"(CREATE TABLE brands(id TEXT PRIMARY KEY, name TEXT NOT NULL, boutique TEXT NOT NULL UNIQUE) STRICT)",
    R"(CREATE TABLE members(
      brand TEXT NOT NULL REFERENCES brands(id), account TEXT NOT NULL REFERENCES accounts(id),
      role TEXT NOT NULL CHECK(role IN ('owner','creator')), PRIMARY KEY(brand, account)) STRICT)",
    R"(CREATE TABLE uploads(
      id TEXT PRIMARY KEY, account TEXT NOT NULL, filename TEXT NOT NULL, file TEXT NOT NULL, width_cm REAL NOT NULL,
      height_cm REAL NOT NULL, depth_cm REAL NOT NULL, turn_deg INTEGER NOT NULL,
      state TEXT NOT NULL CHECK(state IN ('waiting','ready','refused','failed')), report TEXT NOT NULL,
      piece TEXT NOT NULL, created_us INTEGER NOT NULL) STRICT)",
    R"(CREATE TABLE products(
      id INTEGER PRIMARY KEY AUTOINCREMENT, slug TEXT NOT NULL UNIQUE, brand TEXT NOT NULL REFERENCES brands(id),
      name TEXT NOT NULL, description TEXT NOT NULL, author TEXT NOT NULL, licence TEXT NOT NULL,
      width_m REAL NOT NULL, height_m REAL NOT NULL, depth_m REAL NOT NULL, model_url TEXT NOT NULL,
      thumb_url TEXT NOT NULL, wear TEXT NOT NULL, created_us INTEGER NOT NULL) STRICT)",
    R"(CREATE TABLE variants(
      id INTEGER PRIMARY KEY AUTOINCREMENT, product INTEGER NOT NULL REFERENCES products(id), size TEXT NOT NULL,
      colour_name TEXT NOT NULL, colour_hex TEXT NOT NULL, price_minor INTEGER NOT NULL CHECK(price_minor > 0),
      currency TEXT NOT NULL, stock INTEGER NOT NULL CHECK(stock >= 0), UNIQUE(product, size, colour_name)) STRICT)",
    R"(CREATE TABLE placements(
      display INTEGER PRIMARY KEY, product INTEGER NOT NULL REFERENCES products(id)) STRICT)",
    R"(CREATE TABLE orders(
      id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(id), state TEXT NOT NULL,
      pay TEXT NOT NULL CHECK(pay IN ('card','wallet')), email TEXT NOT NULL, share INTEGER NOT NULL,
      total_minor INTEGER NOT NULL CHECK(total_minor > 0), currency TEXT NOT NULL, created_us INTEGER NOT NULL,
      payment_ref TEXT NOT NULL, redirect_url TEXT NOT NULL, payer TEXT NOT NULL, mint_tx TEXT NOT NULL,
      note TEXT NOT NULL) STRICT)",
    R"(CREATE INDEX orders_by_account ON orders(account, created_us))",
    R"(CREATE INDEX orders_by_email ON orders(email))",
    R"(CREATE TABLE order_lines(
      order_id TEXT NOT NULL REFERENCES orders(id), line INTEGER NOT NULL, variant INTEGER NOT NULL REFERENCES variants(id),
      product INTEGER NOT NULL REFERENCES products(id), name TEXT NOT NULL, options TEXT NOT NULL,
      quantity INTEGER NOT NULL CHECK(quantity > 0), unit_minor INTEGER NOT NULL, currency TEXT NOT NULL,
      configuration TEXT NOT NULL, milestones TEXT NOT NULL, token TEXT NOT NULL UNIQUE,
      PRIMARY KEY(order_id, line)) STRICT)",
    R"(CREATE TABLE reservations(
      order_id TEXT PRIMARY KEY REFERENCES orders(id), until_us INTEGER NOT NULL, in_flight_until_us INTEGER NOT NULL)
      STRICT)",
    R"(CREATE TABLE certificates(
      token TEXT PRIMARY KEY, order_id TEXT NOT NULL UNIQUE REFERENCES orders(id), owner TEXT NOT NULL,
      contract TEXT NOT NULL, chain_id INTEGER NOT NULL, tx_hash TEXT NOT NULL, block INTEGER NOT NULL,
      issued_us INTEGER NOT NULL) STRICT)",
    R"(CREATE TABLE outbox(
      id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, order_id TEXT NOT NULL REFERENCES orders(id),
      payload TEXT NOT NULL, created_us INTEGER NOT NULL, acknowledged_us INTEGER) STRICT)",
    R"(CREATE INDEX outbox_waiting ON outbox(id) WHERE acknowledged_us IS NULL)",
    R"(CREATE TABLE receipts(
      key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, reference TEXT NOT NULL, created_us INTEGER NOT NULL) STRICT)",
};

// What is bought can be understood by other shops (category), and a purchase that is to be noted remembers whose
// consent that rests on (sharer). A login that joins a guest to an account has to be carried to the vault, which has a
// database of its own, and stays here until that is done.
constexpr std::array kVersion2{
    R"(ALTER TABLE products ADD COLUMN category TEXT NOT NULL DEFAULT '')",
    R"(ALTER TABLE orders ADD COLUMN sharer TEXT NOT NULL DEFAULT '')",
    R"(UPDATE orders SET sharer = account)",
    R"(CREATE TABLE account_moves(
      id INTEGER PRIMARY KEY AUTOINCREMENT, from_account TEXT NOT NULL REFERENCES accounts(id),
      to_account TEXT NOT NULL REFERENCES accounts(id), created_us INTEGER NOT NULL) STRICT)",
};

// Why an order came to nothing is a code, which everybody can put into their own words, not an English sentence.
constexpr std::array kVersion3{
    R"(ALTER TABLE orders ADD COLUMN reason TEXT NOT NULL DEFAULT '')",
    R"(UPDATE orders SET reason = CASE note
      WHEN '' THEN ''
      WHEN 'Cancelled by the shopper.' THEN 'cancelled'
      WHEN 'Cancelled on the payment page.' THEN 'cancelled'
      WHEN 'The payment page has closed.' THEN 'page_closed'
      WHEN 'The time to pay is over.' THEN 'time_over'
      WHEN 'The payment arrived after the order had ended.' THEN 'late_payment'
      WHEN 'The amount that was paid is not the order''s.' THEN 'wrong_amount'
      WHEN 'There was not enough money to pay with.' THEN 'not_enough_money'
      WHEN 'The confirmation did not come from the account that should pay.' THEN 'wrong_account'
      WHEN 'The certificate could not be issued. You get your money back.' THEN 'no_certificate'
      WHEN 'The payment could not be taken. Nothing was charged.' THEN 'payment_not_taken'
      ELSE '' END)",
    R"(ALTER TABLE orders DROP COLUMN note)",
};

// What happens between people in the world: whom somebody has muted (1) or blocked (2), who keeps order, and who may
// not come in.
constexpr std::array kVersion4{
    R"(CREATE TABLE relations(
      account TEXT NOT NULL REFERENCES accounts(id), other TEXT NOT NULL REFERENCES accounts(id),
      flags INTEGER NOT NULL CHECK(flags BETWEEN 1 AND 3), changed_us INTEGER NOT NULL, PRIMARY KEY(account, other))
      STRICT)",
    R"(CREATE INDEX relations_by_other ON relations(other))",
    R"(CREATE TABLE house_staff(account TEXT PRIMARY KEY REFERENCES accounts(id), granted_us INTEGER NOT NULL) STRICT)",
    R"(CREATE TABLE bans(
      account TEXT PRIMARY KEY REFERENCES accounts(id), kind TEXT NOT NULL CHECK(kind IN ('kick','ban')),
      name TEXT NOT NULL, made_by TEXT NOT NULL, made_us INTEGER NOT NULL, until_us INTEGER NOT NULL,
      reason TEXT NOT NULL, address TEXT NOT NULL) STRICT)",
    R"(CREATE INDEX bans_by_address ON bans(address))",
    R"(CREATE INDEX bans_by_end ON bans(until_us))",
};

// A list of whom somebody has muted or blocked is for people to read, so each entry has the name that was seen then.
constexpr std::array kVersion5{
    R"(ALTER TABLE relations ADD COLUMN name TEXT NOT NULL DEFAULT '')",
};

// Boutiques that are closed now, and who closed them: "operator", or the retailer's account.
constexpr std::array kVersion6{
    R"(CREATE TABLE closed_boutiques(
      boutique TEXT PRIMARY KEY, closed_by TEXT NOT NULL, closed_us INTEGER NOT NULL) STRICT)",
};

struct Migration {
  const char* const* statements;
  std::size_t statements_count;
};
constexpr std::array kMigrations{
    Migration{kVersion1.data(), kVersion1.size()}, Migration{kVersion2.data(), kVersion2.size()},
    Migration{kVersion3.data(), kVersion3.size()}, Migration{kVersion4.data(), kVersion4.size()},
    Migration{kVersion5.data(), kVersion5.size()}, Migration{kVersion6.data(), kVersion6.size()}};

}  // namespace

int schema_version_newest() { return static_cast<int>(kMigrations.size()); }

int schema_version(soci::session& db) {
  int version = 0;
  db << "PRAGMA user_version", soci::into(version);
  return version;
}

proto::Status<std::string> migrate(soci::session& db) {
  const int found = schema_version(db);
  if (found > schema_version_newest()) {
    return proto::fail("the shop's database has version " + std::to_string(found) + ", this program knows only up to " +
                       std::to_string(schema_version_newest()) + ": start the newer program, or restore a backup");
  }
  for (int version = found; version < schema_version_newest(); ++version) {
    soci::transaction change(db);
    const Migration& migration = kMigrations[static_cast<std::size_t>(version)];
    for (std::size_t i = 0; i < migration.statements_count; ++i) db << migration.statements[i];
    // PRAGMA takes no bound parameters; the number is ours.
    db << "PRAGMA user_version = " + std::to_string(version + 1);
    change.commit();
  }
  return proto::Unit{};
}

}  // namespace shop
