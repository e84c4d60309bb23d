/// Login by e-mail: six digits, sent to the address, good for ten minutes, five tries and the one browser that asked.
/// Pure: the code as it was stored, the code as it was given (both hashed), the time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shop/people_repo.h"

namespace shop {

constexpr proto::SpanUs kLoginCodeLife = proto::minutes(10);
constexpr std::int64_t kLoginTriesMax = 5;

enum class LoginStatus : std::uint8_t { kOk, kNoCode, kExpired, kNoTriesLeft, kWrongCode };

[[nodiscard]] LoginStatus check_login_code(const std::optional<people::LoginCode>& stored, std::string_view given_hash,
                                           proto::TimeUs now);

/// "004217": each of the million codes is equally likely.
[[nodiscard]] std::string draw_login_code(const std::function<void(std::span<std::uint8_t>)>& random);

}  // namespace shop
