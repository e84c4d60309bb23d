/// The one way in which this server calls others over HTTP. It is guarded: no private addresses unless the operator's
/// configuration says so (checked on the address that is connected to, so a name cannot change its mind in between), no
/// redirects, no proxies from the environment, and limits on time and size.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "client-proto/core/result.h"

namespace world {

struct HttpCall {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpReply {
  int status = 0;
  std::string body;
};

struct HttpGuard {
  bool private_addresses_allowed = false;
  std::size_t body_bytes_max = 256U << 10U;
  long connect_timeout_ms = 2'000;
  long timeout_ms = 5'000;
};

/// Blocks. The error is a sentence for logs; a reply with any status is no error.
[[nodiscard]] proto::Result<HttpReply, std::string> fetch(const HttpCall& call, const HttpGuard& guard);

/// Whether a numeric address belongs to the public internet; what cannot be read does not.
[[nodiscard]] bool is_public_address(const std::string& address);

}  // namespace world
