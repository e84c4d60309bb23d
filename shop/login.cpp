#include "shop/login.h"

#include <array>

#include "shop/secret.h"

namespace shop {

LoginStatus check_login_code(const std::optional<people::LoginCode>& stored, std::string_view given_hash,
                             proto::TimeUs now) {
  if (!stored) return LoginStatus::kNoCode;
  if (stored->expires <= now) return LoginStatus::kExpired;
  if (stored->tries_left <= 0) return LoginStatus::kNoTriesLeft;
  if (!equal_in_constant_time(stored->code_hash, given_hash)) return LoginStatus::kWrongCode;
  return LoginStatus::kOk;
}

std::string draw_login_code(const std::function<void(std::span<std::uint8_t>)>& random) {
  constexpr std::uint32_t kCodes = 1'000'000;
  constexpr std::uint32_t kFairBelow = (UINT32_MAX / kCodes) * kCodes;  // above, low codes would be drawn more often
  std::uint32_t drawn = kFairBelow;
  while (drawn >= kFairBelow) {
    std::array<std::uint8_t, 4> bytes{};
    random(bytes);
    drawn = static_cast<std::uint32_t>(bytes[0]) << 24U | static_cast<std::uint32_t>(bytes[1]) << 16U |
            static_cast<std::uint32_t>(bytes[2]) << 8U | bytes[3];
  }
  const std::string digits = std::to_string(drawn % kCodes);
  return std::string(6 - digits.size(), '0') + digits;
}

}  // namespace shop
