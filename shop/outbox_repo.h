/// Rows of the outbox: what the outside must do because of a change. Whoever takes a row first stores it on its own
/// side, then acknowledges it with the command AcknowledgeOutbox; until then the row comes again.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "shop/model.h"

namespace soci {
class session;
}

namespace shop::outbox {

void insert(soci::session& db, std::string_view kind, const proto::OrderId& order, std::string_view payload,
            proto::TimeUs now);
[[nodiscard]] std::optional<OutboxRow> row(soci::session& db, std::int64_t id);
void acknowledge(soci::session& db, std::int64_t id, proto::TimeUs now);
/// Rows of one kind after `after` that nobody has acknowledged, oldest first.
[[nodiscard]] std::vector<OutboxRow> waiting(soci::session& db, std::string_view kind, int rows_max,
                                             std::int64_t after = 0);

}  // namespace shop::outbox
