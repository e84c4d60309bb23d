#include "shop/relations_repo.h"

#include <soci/soci.h>

#include <string>

#include "client-proto/core/check.h"

namespace shop::relations {

using soci::into;
using soci::use;

std::vector<Relation> of_account(soci::session& db, const proto::AccountId& account) {
  const std::string key = account.hex();
  std::string other;
  std::string name;
  int flags = 0;
  long long changed_us = 0;
  soci::statement statement = (db.prepare << "SELECT other, flags, name, changed_us FROM relations "
                                             "WHERE account = :account ORDER BY changed_us, rowid",
                               use(key), into(other), into(flags), into(name), into(changed_us));
  std::vector<Relation> out;
  statement.execute();
  while (statement.fetch()) {
    const auto id = proto::AccountId::parse(other);
    GALLERIA_CHECK(id.has_value());
    out.push_back({*id, static_cast<std::uint8_t>(flags), name, {changed_us}});
  }
  return out;
}

void put(soci::session& db, const proto::AccountId& account, const Relation& relation, proto::TimeUs now) {
  const std::string key = account.hex();
  const std::string other = relation.other.hex();
  const int flags = relation.flags;
  const long long now_us = now.us;
  const int rows_max = kRelationsMax;
  if (flags == 0) {
    db << "DELETE FROM relations WHERE account = :account AND other = :other", use(key), use(other);
    return;
  }
  db << "INSERT OR REPLACE INTO relations(account, other, flags, changed_us, name) "
        "SELECT a.id, o.id, :flags, :now, :name FROM accounts a, accounts o WHERE a.id = :account AND o.id = :other",
      use(flags), use(now_us), use(relation.name), use(key), use(other);
  db << "DELETE FROM relations WHERE rowid IN (SELECT rowid FROM relations WHERE account = :account "
        "ORDER BY changed_us DESC, rowid DESC LIMIT -1 OFFSET :rows)",
      use(key), use(rows_max);
}

void move(soci::session& db, const proto::AccountId& from, const proto::AccountId& to) {
  const std::string from_id = from.hex();
  const std::string to_id = to.hex();
  // Whatever either has wished holds from now on, and nobody is at odds with themselves.
  const std::string both_hold =
      "ON CONFLICT(account, other) DO UPDATE SET flags = relations.flags | excluded.flags, "
      "changed_us = MAX(relations.changed_us, excluded.changed_us), "
      "name = CASE WHEN excluded.changed_us > relations.changed_us THEN excluded.name ELSE relations.name END";
  db << "INSERT INTO relations(account, other, flags, changed_us, name) "
        "SELECT :to, other, flags, changed_us, name FROM relations WHERE account = :from " +
            both_hold,
      use(to_id), use(from_id);
  db << "INSERT INTO relations(account, other, flags, changed_us, name) "
        "SELECT account, :to, flags, changed_us, name FROM relations WHERE other = :from " +
            both_hold,
      use(to_id), use(from_id);
  db << "DELETE FROM relations WHERE account = :from OR other = :other OR account = other", use(from_id), use(from_id);
}

void forget_gone_guests(soci::session& db) {
  db << "DELETE FROM relations WHERE account IN (SELECT a.id FROM accounts a WHERE a.email IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM sessions s WHERE s.account = a.id))";
}

}  // namespace shop::relations
