/// Hexadecimal text of bytes, both ways.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace proto {

/// Lower-case digits, two a byte, no prefix.
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);
/// False unless `text` is exactly two digits (either case, no prefix) for each byte of `out`.
[[nodiscard]] bool from_hex(std::string_view text, std::span<std::uint8_t> out);

}  // namespace proto
