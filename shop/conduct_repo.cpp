#include "shop/conduct_repo.h"

#include <soci/soci.h>

#include "client-proto/core/check.h"

namespace shop::conduct {

using soci::into;
using soci::use;

namespace {

proto::AccountId account_of(const std::string& hex) {
  const auto id = proto::AccountId::parse(hex);
  GALLERIA_CHECK(id.has_value());
  return *id;
}

constexpr const char* kColumns = "SELECT account, kind, name, made_by, made_us, until_us, reason, address FROM bans ";

/// Of two bans of one account the longer holds. Who extends one may not see the visitor, whose name and address stay.
constexpr const char* kLongerHolds =
    "ON CONFLICT(account) DO UPDATE SET kind = excluded.kind, name = COALESCE(NULLIF(excluded.name, ''), bans.name), "
    "made_by = excluded.made_by, made_us = excluded.made_us, until_us = excluded.until_us, reason = excluded.reason, "
    "address = COALESCE(NULLIF(excluded.address, ''), bans.address) WHERE excluded.until_us > bans.until_us";

/// A ban as its columns come.
struct BanRow {
  std::string account;
  std::string kind;
  Ban ban;
  long long made_us = 0;
  long long until_us = 0;

  [[nodiscard]] Ban whole() const {
    Ban out = ban;
    out.account = account_of(account);
    out.is_kick = kind == "kick";
    out.made = {made_us};
    out.until = {until_us};
    return out;
  }
};

template <class Statement>
void bind(Statement&& statement, BanRow& row) {
  statement, into(row.account), into(row.kind), into(row.ban.name), into(row.ban.by), into(row.made_us),
      into(row.until_us), into(row.ban.reason), into(row.ban.address_hash);
}

}  // namespace

void grant_staff(soci::session& db, const proto::AccountId& account, proto::TimeUs now) {
  const std::string key = account.hex();
  const long long now_us = now.us;
  db << "INSERT OR IGNORE INTO house_staff(account, granted_us) VALUES(:account, :now)", use(key), use(now_us);
}

void revoke_staff(soci::session& db, const proto::AccountId& account) {
  const std::string key = account.hex();
  db << "DELETE FROM house_staff WHERE account = :account", use(key);
}

bool is_staff(soci::session& db, const proto::AccountId& account) {
  const std::string key = account.hex();
  int rows = 0;
  db << "SELECT COUNT(*) FROM house_staff WHERE account = :account", use(key), into(rows);
  return rows > 0;
}

std::vector<StaffMember> staff(soci::session& db) {
  std::string account;
  std::string email;
  long long granted_us = 0;
  soci::statement statement = (db.prepare << "SELECT s.account, COALESCE(a.email, ''), s.granted_us FROM house_staff s "
                                             "JOIN accounts a ON a.id = s.account ORDER BY s.granted_us",
                               into(account), into(email), into(granted_us));
  std::vector<StaffMember> out;
  statement.execute();
  while (statement.fetch()) out.push_back({account_of(account), email, {granted_us}});
  return out;
}

void put_ban(soci::session& db, const Ban& ban) {
  const std::string account = ban.account.hex();
  const std::string kind = ban.is_kick ? "kick" : "ban";
  const long long made_us = ban.made.us;
  const long long until_us = ban.until.us;
  db << std::string(
            "INSERT INTO bans(account, kind, name, made_by, made_us, until_us, reason, address) "
            "SELECT id, :kind, :name, :by, :made, :until, :reason, :address FROM accounts WHERE id = :account ") +
            kLongerHolds,
      use(kind), use(ban.name), use(ban.by), use(made_us), use(until_us), use(ban.reason), use(ban.address_hash),
      use(account);
  const int rows_max = kBansMax;
  db << "DELETE FROM bans WHERE account IN (SELECT account FROM bans ORDER BY until_us DESC LIMIT -1 OFFSET :rows)",
      use(rows_max);
}

std::optional<Ban> ban_of_account(soci::session& db, const proto::AccountId& account, proto::TimeUs now) {
  const std::string key = account.hex();
  const long long now_us = now.us;
  BanRow row;
  bind((db << std::string(kColumns) + "WHERE account = :account AND until_us > :now", use(key), use(now_us)), row);
  return db.got_data() ? std::optional(row.whole()) : std::nullopt;
}

std::optional<Ban> ban_of_address(soci::session& db, std::string_view address_hash, proto::TimeUs now) {
  const std::string key(address_hash);
  const long long now_us = now.us;
  BanRow row;
  bind((db << std::string(kColumns) +
                  "WHERE address = :address AND address <> '' AND until_us > :now ORDER BY until_us DESC LIMIT 1",
        use(key), use(now_us)),
       row);
  return db.got_data() ? std::optional(row.whole()) : std::nullopt;
}

std::vector<Ban> bans(soci::session& db, proto::TimeUs now, int rows_max) {
  const long long now_us = now.us;
  BanRow row;
  soci::statement statement =
      (db.prepare << std::string(kColumns) + "WHERE until_us > :now ORDER BY made_us DESC, account LIMIT :rows",
       use(now_us), use(rows_max), into(row.account), into(row.kind), into(row.ban.name), into(row.ban.by),
       into(row.made_us), into(row.until_us), into(row.ban.reason), into(row.ban.address_hash));
  std::vector<Ban> out;
  statement.execute();
  while (statement.fetch()) out.push_back(row.whole());
  return out;
}

bool lift_ban(soci::session& db, const proto::AccountId& account) {
  const std::string key = account.hex();
  soci::statement statement = (db.prepare << "DELETE FROM bans WHERE account = :account", use(key));
  statement.execute(true);
  return statement.get_affected_rows() > 0;
}

void move_ban(soci::session& db, const proto::AccountId& from, const proto::AccountId& to) {
  const std::string from_id = from.hex();
  const std::string to_id = to.hex();
  db << std::string(
            "INSERT INTO bans(account, kind, name, made_by, made_us, until_us, reason, address) "
            "SELECT :to, kind, name, made_by, made_us, until_us, reason, address FROM bans "
            "WHERE account = :from ") +
            kLongerHolds,
      use(to_id), use(from_id);
  db << "DELETE FROM bans WHERE account = :from", use(from_id);
}

void delete_ended_bans(soci::session& db, proto::TimeUs now) {
  const long long now_us = now.us;
  db << "DELETE FROM bans WHERE until_us <= :now", use(now_us);
}

}  // namespace shop::conduct
