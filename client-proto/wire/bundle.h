/// Several messages in one: what waits for a WebSocket client goes in one binary frame, since each frame of its own
/// would cost a system call and a TCP segment. Before each message stands its size in bytes: one byte below 128, else
/// two, of which the first has its upper bit set and the seven lower bits of the size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace proto {

/// The subprotocol of WebSockets that carry such bundles.
constexpr const char* kSubprotocol = "galleria.2";
constexpr std::size_t kBundledBytesMax = (std::size_t{1} << 15U) - 1;

/// `message` has 1 to kBundledBytesMax bytes.
void append_bundled(std::vector<std::uint8_t>& bundle, std::span<const std::uint8_t> message);
/// The first message of `rest`, which then begins behind it; nothing when `rest` does not begin with one.
[[nodiscard]] std::optional<std::span<const std::uint8_t>> take_bundled(std::span<const std::uint8_t>& rest);

}  // namespace proto
