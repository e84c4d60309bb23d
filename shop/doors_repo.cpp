#include "shop/doors_repo.h"

#include <soci/soci.h>

namespace shop::doors {

using soci::into;
using soci::use;

void close(soci::session& db, std::string_view boutique, std::string_view by, proto::TimeUs now) {
  const std::string id(boutique);
  const std::string closed_by(by);
  const long long now_us = now.us;
  const std::string to_operator(kByOperator);
  db << "INSERT INTO closed_boutiques(boutique, closed_by, closed_us) VALUES(:id, :by, :now) "
        "ON CONFLICT(boutique) DO UPDATE SET closed_by = excluded.closed_by WHERE excluded.closed_by = :operator",
      use(id), use(closed_by), use(now_us), use(to_operator);
}

void open(soci::session& db, std::string_view boutique) {
  const std::string id(boutique);
  db << "DELETE FROM closed_boutiques WHERE boutique = :id", use(id);
}

std::string closed_by(soci::session& db, std::string_view boutique) {
  const std::string id(boutique);
  std::string by;
  db << "SELECT closed_by FROM closed_boutiques WHERE boutique = :id", into(by), use(id);
  return by;
}

std::set<std::string> closed(soci::session& db) {
  std::set<std::string> out;
  std::string id;
  soci::statement query = (db.prepare << "SELECT boutique FROM closed_boutiques", into(id));
  query.execute();
  while (query.fetch()) out.insert(id);
  return out;
}

}  // namespace shop::doors
