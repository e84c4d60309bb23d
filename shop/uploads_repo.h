/// Rows of uploads: what creators sent, and what the importer made of it. One function per query; SQL stays in here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shop/model.h"

namespace soci {
class session;
}

namespace shop::uploads {

struct Upload {
  std::string id;        ///< 64 hexadecimal digits, random
  std::string account;   ///< of the creator; empty for the operator
  std::string filename;  ///< as the creator named it
  std::string file;      ///< where the bytes wait for the importer
  double width_cm = 0;
  double height_cm = 0;
  double depth_cm = 0;
  int turn_deg = 0;
  std::string state = "waiting";  ///< then "ready", "refused" or "failed"
  std::string report = "[]";      ///< JSON
  std::string piece;              ///< JSON; empty unless ready
};

void insert(soci::session& db, const Upload& upload, proto::TimeUs now);
void finish(soci::session& db, const std::string& id, const std::string& state, const std::string& report,
            const std::string& piece);
[[nodiscard]] std::optional<Upload> upload(soci::session& db, const std::string& id);
/// Oldest first.
[[nodiscard]] std::vector<Upload> waiting(soci::session& db, int rows_max);

}  // namespace shop::uploads
