#include "world-server/api/cookies.h"

#include <array>

#include "shop/secret.h"

namespace world {
namespace {

constexpr std::size_t kTokenCharacters = 43;  ///< 32 bytes in base64url

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::string fresh_token(Parts& parts) {
  std::array<std::uint8_t, 32> bytes{};
  parts.config.random(bytes);
  return shop::to_base64url(bytes);
}

std::pair<std::string, std::string> session_cookie(std::string_view token, bool secure) {
  std::string value =
      std::string(kSessionCookie) + "=" + std::string(token) +
      "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(shop::kSessionLife.us / 1'000'000);
  if (secure) value += "; Secure";
  return {"Set-Cookie", std::move(value)};
}

std::string_view session_token(const HttpRequest& request) {
  std::string_view rest = request.header("cookie");
  while (!rest.empty()) {
    const std::size_t end = rest.find(';');
    const std::string_view pair = trimmed(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != kSessionCookie) continue;
    const std::string_view token = pair.substr(equals + 1);
    if (token.size() == kTokenCharacters) return token;
  }
  return {};
}

}  // namespace world
