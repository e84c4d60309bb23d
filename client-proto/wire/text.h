/// What counts as text that one person may show to others: well-formed UTF-8 of a bounded length, without control
/// characters and without the invisible characters that reorder or hide other text.
#pragma once

#include <cstddef>
#include <string_view>

namespace proto {

constexpr std::size_t kNameCodePointsMax = 24;

/// Empty text is plain.
[[nodiscard]] bool is_plain_text(std::string_view text, std::size_t code_points_max);

/// Plain, not empty, and no space at either end: what an avatar may be called.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace proto
