/// Reads one request out of libwebsockets' header table: method, path, query, the headers that anybody downstream may
/// see. What can be understood in two ways (doubled framing headers, a name with a space before its colon) is refused
/// here, before a body is awaited.
#pragma once

#include <libwebsockets.h>

#include <string>
#include <string_view>

#include "client-proto/core/result.h"
#include "world-server/api/http.h"
#include "world-server/net/http_rules.h"

namespace world::net {

struct RequestHead {
  Method method = Method::kOther;
  BodyPlan body = BodyPlan::kNone;
  std::uint64_t body_bytes = 0;
  HttpRequest request;  ///< without body, address and time
};

/// The status to refuse with.
[[nodiscard]] proto::Result<RequestHead, int> read_request_head(lws* wsi, std::string_view path);

/// A header by its index in libwebsockets; empty when absent or longer than kHeaderValueMaxBytes.
[[nodiscard]] std::string read_header(lws* wsi, lws_token_indexes token);

}  // namespace world::net
