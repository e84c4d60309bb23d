/// Ids that cross a boundary. A slot id carries a generation, so that a recycled slot is never mistaken for its
/// predecessor; a random id has 256 bits, so that nothing can be counted or guessed from outside.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "client-proto/core/hex.h"

namespace proto {

template <class Tag>
struct SlotId {
  std::uint16_t index = 0;
  std::uint16_t generation = 0;
  auto operator<=>(const SlotId&) const = default;
  [[nodiscard]] std::uint32_t packed() const { return static_cast<std::uint32_t>(generation) << 16U | index; }
  static SlotId unpack(std::uint32_t value) {
    return {static_cast<std::uint16_t>(value & 0xffffU), static_cast<std::uint16_t>(value >> 16U)};
  }
};

template <class Tag>
struct RandomId {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const RandomId&) const = default;
  /// 64 lower-case hexadecimal digits.
  [[nodiscard]] std::string hex() const { return to_hex(bytes); }
  static std::optional<RandomId> parse(std::string_view text) {
    RandomId id;
    if (!from_hex(text, id.bytes)) return std::nullopt;
    return id;
  }
};

using AvatarId = SlotId<struct AvatarTag>;
using AccountId = RandomId<struct AccountTag>;
using OrderId = RandomId<struct OrderTag>;
using TokenId = RandomId<struct TokenTag>;
using ConsentId = RandomId<struct ConsentTag>;
using Sha256 = RandomId<struct Sha256Tag>;

}  // namespace proto
