/// The mall as bots that shop know it, read from GET /api/mall.
#pragma once

#include <optional>
#include <string>

#include "tools/loadbot/shopper.h"

namespace loadbot {

/// Nothing when the answer is not what the API says it is.
[[nodiscard]] std::optional<Market> read_market(const std::string& mall_json);

}  // namespace loadbot
