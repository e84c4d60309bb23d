/// The session cookie: an opaque token of 256 random bits that only the browser keeps; the shop stores its hash.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "world-server/api/parts.h"

namespace world {

constexpr std::string_view kSessionCookie = "galleria_session";

[[nodiscard]] std::string fresh_token(Parts& parts);
/// The header that sets it: HttpOnly, SameSite=Strict, Secure when the request came over TLS.
[[nodiscard]] std::pair<std::string, std::string> session_cookie(std::string_view token, bool secure);
/// The token in the request's Cookie header; empty if there is none that could be one.
[[nodiscard]] std::string_view session_token(const HttpRequest& request);

}  // namespace world
