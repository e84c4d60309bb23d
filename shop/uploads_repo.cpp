#include "shop/uploads_repo.h"

#include <soci/soci.h>

namespace shop::uploads {
namespace {

using soci::into;
using soci::use;

constexpr const char* kSelect =
    "SELECT id, account, filename, file, width_cm, height_cm, depth_cm, turn_deg, state, report, piece FROM uploads ";

soci::details::prepare_temp_type& bind(soci::details::prepare_temp_type& statement, Upload& row) {
  return statement, into(row.id), into(row.account), into(row.filename), into(row.file), into(row.width_cm),
         into(row.height_cm), into(row.depth_cm), into(row.turn_deg), into(row.state), into(row.report),
         into(row.piece);
}

}  // namespace

void insert(soci::session& db, const Upload& upload, proto::TimeUs now) {
  const long long created_us = now.us;
  db << "INSERT INTO uploads(id, account, filename, file, width_cm, height_cm, depth_cm, turn_deg, state, report, "
        "piece, created_us) VALUES(:id, :account, :filename, :file, :w, :h, :d, :turn, :state, :report, :piece, "
        ":created)",
      use(upload.id), use(upload.account), use(upload.filename), use(upload.file), use(upload.width_cm),
      use(upload.height_cm), use(upload.depth_cm), use(upload.turn_deg), use(upload.state), use(upload.report),
      use(upload.piece), use(created_us);
}

void finish(soci::session& db, const std::string& id, const std::string& state, const std::string& report,
            const std::string& piece) {
  db << "UPDATE uploads SET state = :state, report = :report, piece = :piece WHERE id = :id", use(state), use(report),
      use(piece), use(id);
}

std::optional<Upload> upload(soci::session& db, const std::string& id) {
  Upload row;
  soci::details::prepare_temp_type query = db.prepare << kSelect << "WHERE id = :id";
  soci::statement statement = (bind(query, row), use(id));
  if (!statement.execute(true)) return std::nullopt;
  return row;
}

std::vector<Upload> waiting(soci::session& db, int rows_max) {
  Upload row;
  soci::details::prepare_temp_type query = db.prepare << kSelect
                                                      << "WHERE state = 'waiting' ORDER BY created_us LIMIT :rows";
  soci::statement statement = (bind(query, row), use(rows_max));
  std::vector<Upload> out;
  statement.execute();
  while (statement.fetch()) out.push_back(row);
  return out;
}

}  // namespace shop::uploads
