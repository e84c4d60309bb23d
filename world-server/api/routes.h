/// The table of the HTTP API: method, pattern, what the caller must be, what the body is, and the function that
/// answers. Nothing reaches a handler before every condition of its row is met. A test holds openapi.json and this
/// table together.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "world-server/api/parts.h"

namespace world {

enum class Auth : std::uint8_t {
  kNone,      ///< a session is read if there is one
  kSession,   ///< the cookie of a live session
  kCreator,   ///< a session whose account is a member of a brand, or the operator
  kRetailer,  ///< a session, or the operator; the handler asks whether the boutique is its account's
  kOperator,  ///< the operator's key as bearer token
};

enum class Body : std::uint8_t {
  kNone,
  kJson,  ///< application/json, parsed into Call::body
  kRaw,   ///< as it came: uploads, and webhooks, whose signature covers the bytes
};

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< "/api/products/{id}"
  Auth auth = Auth::kNone;
  Body body = Body::kNone;
  bool idempotency_key = false;  ///< the header Idempotency-Key is required
  HttpResponse (*handler)(Parts& parts, Call& call) = nullptr;
};

[[nodiscard]] std::span<const Route> routes();

/// Finds the row, checks its conditions, calls its handler.
[[nodiscard]] HttpResponse dispatch(Parts& parts, const HttpRequest& request);

}  // namespace world
