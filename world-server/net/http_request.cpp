#include "world-server/net/http_request.h"

#include <array>

#include "world-server/net/limits.h"

namespace world::net {

namespace {

struct MethodRule {
  lws_token_indexes token;
  Method method;
};
constexpr std::array kMethods{
    MethodRule{WSI_TOKEN_GET_URI, Method::kGet},         MethodRule{WSI_TOKEN_HEAD_URI, Method::kHead},
    MethodRule{WSI_TOKEN_POST_URI, Method::kPost},       MethodRule{WSI_TOKEN_PUT_URI, Method::kPut},
    MethodRule{WSI_TOKEN_PATCH_URI, Method::kPatch},     MethodRule{WSI_TOKEN_DELETE_URI, Method::kDelete},
    MethodRule{WSI_TOKEN_OPTIONS_URI, Method::kOptions},
};

struct KnownHeader {
  lws_token_indexes token;
  std::string_view name;
  bool once;  ///< two of them are an attack or a mistake
};
constexpr std::array kKnownHeaders{
    KnownHeader{WSI_TOKEN_HOST, "host", true},
    KnownHeader{WSI_TOKEN_ORIGIN, "origin", true},
    KnownHeader{WSI_TOKEN_HTTP_AUTHORIZATION, "authorization", true},
    KnownHeader{WSI_TOKEN_HTTP_COOKIE, "cookie", true},
    KnownHeader{WSI_TOKEN_HTTP_CONTENT_LENGTH, "content-length", true},
    KnownHeader{WSI_TOKEN_HTTP_TRANSFER_ENCODING, "transfer-encoding", true},
    KnownHeader{WSI_TOKEN_HTTP_CONTENT_TYPE, "content-type", true},
    KnownHeader{WSI_TOKEN_HTTP_ACCEPT, "accept", false},
    KnownHeader{WSI_TOKEN_HTTP_ACCEPT_LANGUAGE, "accept-language", false},
    KnownHeader{WSI_TOKEN_HTTP_ACCEPT_ENCODING, "accept-encoding", false},
    KnownHeader{WSI_TOKEN_HTTP_IF_NONE_MATCH, "if-none-match", false},
    KnownHeader{WSI_TOKEN_HTTP_IF_MATCH, "if-match", false},
    KnownHeader{WSI_TOKEN_HTTP_IF_RANGE, "if-range", true},
    KnownHeader{WSI_TOKEN_HTTP_RANGE, "range", true},
    KnownHeader{WSI_TOKEN_HTTP_USER_AGENT, "user-agent", false},
};
/// Headers that libwebsockets has no index for; only these pass on to the shop.
constexpr std::array<std::string_view, 5> kCustomHeaders{"idempotency-key", "payment-signature", "x-filename",
                                                         "sec-gpc", "sec-fetch-site"};
/// Framing headers whose name ends in a blank: a reader in front of us may honour what our parser does not.
constexpr std::array<std::string_view, 4> kBlankNames{"content-length ", "content-length\t", "transfer-encoding ",
                                                      "transfer-encoding\t"};

// libwebsockets 4.1 answers a fragment that does not fit its buffer as if there were none, so lengths are asked first.
bool has_second(lws* wsi, lws_token_indexes token) { return lws_hdr_fragment_length(wsi, token, 1) > 0; }

std::string read_custom(lws* wsi, std::string_view name) {
  const std::string with_colon = std::string(name) + ":";
  const int length = lws_hdr_custom_length(wsi, with_colon.c_str(), static_cast<int>(with_colon.size()));
  if (length <= 0 || static_cast<std::size_t>(length) > kHeaderValueMaxBytes) return {};
  std::string value(static_cast<std::size_t>(length) + 1, '\0');
  const int copied =
      lws_hdr_custom_copy(wsi, value.data(), length + 1, with_colon.c_str(), static_cast<int>(with_colon.size()));
  value.resize(copied > 0 ? static_cast<std::size_t>(copied) : 0);
  return value;
}

/// libwebsockets hands the query out in decoded parts; joined again, each part is encoded anew.
proto::Result<std::string, int> read_query(lws* wsi) {
  std::string query;
  std::array<char, kQueryMaxBytes + 1> part{};
  for (std::size_t i = 0;; ++i) {
    const int wanted = lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_URI_ARGS, static_cast<int>(i));
    if (wanted <= 0) return query;
    if (static_cast<std::size_t>(wanted) > kQueryMaxBytes || i >= kQueryPartsMax) return proto::fail(414);
    const int length = lws_hdr_copy_fragment(wsi, part.data(), static_cast<int>(part.size()), WSI_TOKEN_HTTP_URI_ARGS,
                                             static_cast<int>(i));
    if (length < 0) return proto::fail(400);
    const std::string_view text(part.data(), static_cast<std::size_t>(length));
    const std::size_t equals = text.find('=');
    if (i > 0) query += '&';
    query += percent_encode(text.substr(0, equals));
    if (equals != std::string_view::npos) query += "=" + percent_encode(text.substr(equals + 1));
    if (query.size() > kQueryMaxBytes) return proto::fail(414);
  }
}

bool framing_is_clear(lws* wsi) {
  for (const KnownHeader& header : kKnownHeaders) {
    if (header.once && lws_hdr_total_length(wsi, header.token) > 0 && has_second(wsi, header.token)) return false;
  }
  for (const std::string_view name : kBlankNames) {
    const std::string with_colon = std::string(name) + ":";
    if (lws_hdr_custom_length(wsi, with_colon.c_str(), static_cast<int>(with_colon.size())) >= 0) return false;
  }
  return lws_hdr_total_length(wsi, WSI_TOKEN_HOST) > 0;
}

}  // namespace

std::string read_header(lws* wsi, lws_token_indexes token) {
  const int length = lws_hdr_total_length(wsi, token);
  if (length <= 0 || static_cast<std::size_t>(length) > kHeaderValueMaxBytes) return {};
  std::string value(static_cast<std::size_t>(length) + 1, '\0');
  const int copied = lws_hdr_copy(wsi, value.data(), length + 1, token);
  value.resize(copied > 0 ? static_cast<std::size_t>(copied) : 0);
  return value;
}

proto::Result<RequestHead, int> read_request_head(lws* wsi, std::string_view path) {
  RequestHead head;
  for (const MethodRule& rule : kMethods) {
    if (lws_hdr_total_length(wsi, rule.token) > 0) head.method = rule.method;
  }
  if (head.method == Method::kOther) return proto::fail(405);
  if (path.size() > kPathMaxBytes) return proto::fail(414);
  if (!framing_is_clear(wsi)) return proto::fail(400);

  const std::string length = read_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH);
  const bool length_named = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0;
  const bool encoded = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0;
  head.body = body_plan(head.method, path, length_named && length.empty() ? "?" : length, encoded ? "?" : "");
  head.body_bytes = parse_length(length).value_or(0);

  auto query = read_query(wsi);
  if (!query) return proto::fail(query.error());
  HttpRequest& request = head.request;
  request.method = std::string(method_name(head.method));
  request.path = std::string(path);
  request.query = std::move(query).value();
  for (const KnownHeader& header : kKnownHeaders) {
    std::string value = read_header(wsi, header.token);
    if (!value.empty()) request.headers.emplace_back(std::string(header.name), std::move(value));
  }
  for (const std::string_view name : kCustomHeaders) {
    std::string value = read_custom(wsi, name);
    if (!value.empty()) request.headers.emplace_back(std::string(name), std::move(value));
  }
  return head;
}

}  // namespace world::net
