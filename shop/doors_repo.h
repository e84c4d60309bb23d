/// Rows of the boutiques that are closed now. One function per query; SQL stays in here.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "client-proto/core/time.h"

namespace soci {
class session;
}

namespace shop::doors {

/// `by`: "operator", or the retailer's account. A boutique that is closed already stays as it is.
void close(soci::session& db, std::string_view boutique, std::string_view by, proto::TimeUs now);
void open(soci::session& db, std::string_view boutique);
[[nodiscard]] std::set<std::string> closed(soci::session& db);

}  // namespace shop::doors
