/// The few pieces of cryptography that the shop needs, on OpenSSL: random bytes, SHA-256, HMAC-SHA-256, a comparison
/// whose time does not depend on where two texts differ, and unpadded base64url (RFC 4648, section 5).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace shop {

using Digest = std::array<std::uint8_t, 32>;

/// Fills `out` from OpenSSL's generator; stops the program if the machine has no randomness to give.
void random_bytes(std::span<std::uint8_t> out);
[[nodiscard]] Digest sha256(std::string_view bytes);
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
[[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view bytes);
/// True when equal; texts of different length differ at once, which is no secret.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);
[[nodiscard]] std::string to_base64url(std::span<const std::uint8_t> bytes);

}  // namespace shop
