#include "shop/outbox_repo.h"

#include <soci/soci.h>

#include <string>

#include "client-proto/core/check.h"

namespace shop::outbox {
namespace {

using soci::into;
using soci::use;

struct Row {
  long long id = 0;
  std::string order;
  long long created_us = 0;
  int acknowledged = 0;
  OutboxRow row;

  [[nodiscard]] OutboxRow take() const {
    OutboxRow out = row;
    const auto known = proto::OrderId::parse(order);
    GALLERIA_CHECK(known.has_value());
    out.id = id;
    out.order = *known;
    out.created = {created_us};
    out.acknowledged = acknowledged != 0;
    return out;
  }
};

constexpr const char* kSelect =
    "SELECT id, kind, order_id, payload, created_us, acknowledged_us IS NOT NULL FROM outbox ";

soci::details::prepare_temp_type& bind(soci::details::prepare_temp_type& statement, Row& row) {
  return statement, into(row.id), into(row.row.kind), into(row.order), into(row.row.payload), into(row.created_us),
         into(row.acknowledged);
}

}  // namespace

void insert(soci::session& db, std::string_view kind, const proto::OrderId& order, std::string_view payload,
            proto::TimeUs now) {
  const std::string kind_text(kind);
  const std::string order_id = order.hex();
  const std::string payload_text(payload);
  const long long now_us = now.us;
  db << "INSERT INTO outbox(kind, order_id, payload, created_us) VALUES(:kind, :order, :payload, :now)", use(kind_text),
      use(order_id), use(payload_text), use(now_us);
}

std::optional<OutboxRow> row(soci::session& db, std::int64_t id) {
  const long long key = id;
  Row row;
  soci::details::prepare_temp_type query = db.prepare << kSelect << "WHERE id = :id";
  soci::statement statement = (bind(query, row), use(key));
  if (!statement.execute(true)) return std::nullopt;
  return row.take();
}

void acknowledge(soci::session& db, std::int64_t id, proto::TimeUs now) {
  const long long key = id;
  const long long now_us = now.us;
  db << "UPDATE outbox SET acknowledged_us = :now WHERE id = :id AND acknowledged_us IS NULL", use(now_us), use(key);
}

std::vector<OutboxRow> waiting(soci::session& db, std::string_view kind, int rows_max, std::int64_t after) {
  const std::string kind_text(kind);
  const long long after_id = after;
  Row row;
  soci::details::prepare_temp_type query =
      db.prepare << kSelect << "WHERE acknowledged_us IS NULL AND kind = :kind AND id > :after ORDER BY id LIMIT :rows";
  soci::statement statement = (bind(query, row), use(kind_text), use(after_id), use(rows_max));
  std::vector<OutboxRow> out;
  statement.execute();
  while (statement.fetch()) out.push_back(row.take());
  return out;
}

}  // namespace shop::outbox
