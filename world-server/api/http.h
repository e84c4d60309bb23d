/// What passes between the net thread, which owns the sockets, and the HTTP API, which runs on the shop thread: plain
/// requests and responses, already bounded in size by the net side.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client-proto/core/time.h"

namespace world {

struct HttpRequest {
  std::string method;                                        ///< upper case: GET, POST, ...
  std::string path;                                          ///< decoded, without the query
  std::string query;                                         ///< raw, without the question mark
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;                                          ///< at most 64 KiB
  std::string body_file;                                     ///< where a larger body was spooled; empty otherwise
  std::string peer_address;                                  ///< the part that quotas count by (net::quota_key)
  bool secure = false;                                       ///< arrived over TLS
  proto::TimeUs received;

  /// The header's value, or an empty view.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

}  // namespace world
