/// Token ids as contracts and people write them: 64 hexadecimal digits, with or without 0x, or a decimal number.
#pragma once

#include <optional>
#include <string_view>

#include "client-proto/core/ids.h"

namespace world {

/// Nothing for text that is no number below 2^256.
[[nodiscard]] std::optional<proto::TokenId> token_of_text(std::string_view text);

}  // namespace world
