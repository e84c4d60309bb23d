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

inline constexpr std::string_view kByOperator = "operator";

/// `by`: kByOperator, or the retailer's account. Of a boutique that is closed already, only the operator's word counts
/// from then on.
void close(soci::session& db, std::string_view boutique, std::string_view by, proto::TimeUs now);
void open(soci::session& db, std::string_view boutique);
/// Empty while it is open.
[[nodiscard]] std::string closed_by(soci::session& db, std::string_view boutique);
[[nodiscard]] std::set<std::string> closed(soci::session& db);

}  // namespace shop::doors
