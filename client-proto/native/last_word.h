/// Why a connection over ENet was refused before there were keys to seal a Goodbye with: the same three fields in the
/// word that goes with ENet's disconnect. It is in the clear and can be forged; whoever can do so can also disconnect.
///
///     bit 31 set, retry after ms 16 (bits 8 to 23), retryable 1 (bit 7), reason (bits 0 to 6)
#pragma once

#include <cstdint>
#include <optional>

#include "client-proto/wire/messages.h"

namespace proto {

[[nodiscard]] constexpr std::uint32_t last_word(const Goodbye& goodbye) {
  const std::uint32_t retry = (std::uint32_t{goodbye.retry_after_ms} << 8U) | (goodbye.retryable ? 0x80U : 0U);
  return 0x80000000U | retry | static_cast<std::uint32_t>(goodbye.reason);
}

/// Nothing when the word says no such thing.
[[nodiscard]] constexpr std::optional<Goodbye> goodbye_of(std::uint32_t word) {
  const std::uint32_t reason = word & 0x7fU;
  if ((word & 0xff000000U) != 0x80000000U || reason >= static_cast<std::uint32_t>(kGoodbyeReasons)) return std::nullopt;
  return Goodbye{static_cast<GoodbyeReason>(reason), (word & 0x80U) != 0, static_cast<std::uint16_t>(word >> 8U)};
}

}  // namespace proto
