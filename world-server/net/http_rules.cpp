#include "world-server/net/http_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "world-server/net/limits.h"

namespace world::net {

namespace {

constexpr std::size_t kLengthDigitsMax = 15;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes the text before the next `separator` off `rest`.
std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return trim(part);
}

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

struct RouteRule {
  std::string_view prefix;
  bool exact;
  Route route;
};
constexpr std::array kRoutes{
    RouteRule{"/healthz", true, Route::kHealth},    RouteRule{"/metrics", true, Route::kMetrics},
    RouteRule{"/ws", true, Route::kWorld},          RouteRule{"/api/", false, Route::kShop},
    RouteRule{"/hooks/", false, Route::kShop},      RouteRule{"/twins/", false, Route::kShop},
    RouteRule{"/content/", false, Route::kContent}, RouteRule{"/assets/", false, Route::kAsset},
};

struct TypeRule {
  std::string_view extension;
  std::string_view type;
};
constexpr std::array kTypes{
    TypeRule{".html", "text/html; charset=utf-8"},
    TypeRule{".js", "text/javascript; charset=utf-8"},
    TypeRule{".mjs", "text/javascript; charset=utf-8"},
    TypeRule{".css", "text/css; charset=utf-8"},
    TypeRule{".json", "application/json"},
    TypeRule{".webmanifest", "application/manifest+json"},
    TypeRule{".txt", "text/plain; charset=utf-8"},
    TypeRule{".wasm", "application/wasm"},
    TypeRule{".glb", "model/gltf-binary"},
    TypeRule{".png", "image/png"},
    TypeRule{".jpg", "image/jpeg"},
    TypeRule{".webp", "image/webp"},
    TypeRule{".svg", "image/svg+xml"},
    TypeRule{".ico", "image/x-icon"},
    TypeRule{".ktx2", "image/ktx2"},
    TypeRule{".woff2", "font/woff2"},
    TypeRule{".mp4", "video/mp4"},
    TypeRule{".webm", "video/webm"},
    TypeRule{".ogg", "audio/ogg"},
};

struct ReasonRule {
  int status;
  std::string_view reason;
};
constexpr std::array kReasons{
    ReasonRule{200, "OK"},
    ReasonRule{201, "Created"},
    ReasonRule{202, "Accepted"},
    ReasonRule{204, "No Content"},
    ReasonRule{206, "Partial Content"},
    ReasonRule{302, "Found"},
    ReasonRule{303, "See Other"},
    ReasonRule{304, "Not Modified"},
    ReasonRule{307, "Temporary Redirect"},
    ReasonRule{400, "Bad Request"},
    ReasonRule{401, "Unauthorized"},
    ReasonRule{402, "Payment Required"},
    ReasonRule{403, "Forbidden"},
    ReasonRule{404, "Not Found"},
    ReasonRule{405, "Method Not Allowed"},
    ReasonRule{408, "Request Timeout"},
    ReasonRule{409, "Conflict"},
    ReasonRule{410, "Gone"},
    ReasonRule{411, "Length Required"},
    ReasonRule{412, "Precondition Failed"},
    ReasonRule{413, "Content Too Large"},
    ReasonRule{414, "URI Too Long"},
    ReasonRule{415, "Unsupported Media Type"},
    ReasonRule{416, "Range Not Satisfiable"},
    ReasonRule{422, "Unprocessable Content"},
    ReasonRule{426, "Upgrade Required"},
    ReasonRule{428, "Precondition Required"},
    ReasonRule{429, "Too Many Requests"},
    ReasonRule{431, "Request Header Fields Too Large"},
    ReasonRule{500, "Internal Server Error"},
    ReasonRule{501, "Not Implemented"},
    ReasonRule{502, "Bad Gateway"},
    ReasonRule{503, "Service Unavailable"},
    ReasonRule{504, "Gateway Timeout"},
};

}  // namespace

std::string_view method_name(Method method) {
  constexpr std::array<std::string_view, 8> kNames{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"};
  return kNames[static_cast<std::size_t>(method)];
}

bool is_safe(Method method) { return method == Method::kGet || method == Method::kHead || method == Method::kOptions; }

Route route_of(std::string_view path) {
  for (const RouteRule& rule : kRoutes) {
    if (rule.exact ? path == rule.prefix : starts_with(path, rule.prefix)) return rule.route;
  }
  return Route::kWeb;
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > kLengthDigitsMax) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

BodyPlan body_plan(Method method, std::string_view path, std::string_view content_length,
                   std::string_view transfer_encoding) {
  if (!transfer_encoding.empty()) return BodyPlan::kRefused;
  std::uint64_t length = 0;
  if (!content_length.empty()) {
    const auto parsed = parse_length(content_length);
    if (!parsed) return BodyPlan::kRefused;
    length = *parsed;
  }
  if (is_safe(method) || method == Method::kDelete) return length == 0 ? BodyPlan::kNone : BodyPlan::kRefused;
  if (content_length.empty()) return BodyPlan::kLengthRequired;
  if (length == 0) return BodyPlan::kNone;
  if (method == Method::kPost && path == "/api/uploads") {
    return length <= kUploadMaxBytes ? BodyPlan::kSpool : BodyPlan::kTooLarge;
  }
  return length <= kBodyMaxBytes ? BodyPlan::kMemory : BodyPlan::kTooLarge;
}

bool same_origin(std::string_view origin, std::string_view host, bool secure) {
  const std::string_view scheme = secure ? "https://" : "http://";
  if (host.empty() || origin.size() <= scheme.size() || !starts_with(origin, scheme)) return false;
  return equal_ignoring_case(origin.substr(scheme.size()), host);
}

bool may_call(Method method, std::string_view origin, std::string_view host, bool secure,
              std::string_view authorization, std::string_view cookie) {
  if (is_safe(method)) return true;
  if (!origin.empty()) return same_origin(origin, host, secure);
  return cookie.empty() || starts_with(authorization, "Bearer ");
}

RangeChoice choose_range(std::string_view range_header, std::uint64_t size_bytes) {
  constexpr std::string_view kUnit = "bytes=";
  if (!starts_with(range_header, kUnit)) return WholeFile{};
  const std::string_view spec = trim(range_header.substr(kUnit.size()));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return WholeFile{};
  const std::string_view first_text = spec.substr(0, dash);
  const std::string_view last_text = spec.substr(dash + 1);
  const auto first = parse_length(first_text);
  const auto last = parse_length(last_text);
  if ((!first && !first_text.empty()) || (!last && !last_text.empty()) || (!first && !last)) return WholeFile{};
  if (!first) {  // the last N bytes
    if (*last == 0 || size_bytes == 0) return RangeUnsatisfiable{};
    return ByteRange{size_bytes - std::min(*last, size_bytes), size_bytes - 1};
  }
  if (last && *last < *first) return WholeFile{};
  if (*first >= size_bytes) return RangeUnsatisfiable{};
  return ByteRange{*first, last ? std::min(*last, size_bytes - 1) : size_bytes - 1};
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  const auto strip = [](std::string_view tag) { return starts_with(tag, "W/") ? tag.substr(2) : tag; };
  std::string_view rest = if_none_match;
  while (!rest.empty()) {
    const std::string_view tag = next_part(rest, ',');
    if (tag == "*" || (!tag.empty() && strip(tag) == strip(etag))) return true;
  }
  return false;
}

int accepted_quality(std::string_view accept_encoding, std::string_view coding) {
  int star = 0;
  std::string_view rest = accept_encoding;
  while (!rest.empty()) {
    std::string_view item = next_part(rest, ',');
    const std::string_view name = next_part(item, ';');
    int quality = 1000;
    const std::string_view weight = trim(item);
    if (starts_with(weight, "q=0") || starts_with(weight, "q=.")) {
      quality = 0;  // thousandths: q=0.25 is 250
      const std::size_t dot = weight.find('.');
      int place = 100;
      for (std::size_t i = dot == std::string_view::npos ? weight.size() : dot + 1; i < weight.size(); ++i) {
        if (weight[i] < '0' || weight[i] > '9') break;
        quality += place * (weight[i] - '0');
        place /= 10;
      }
    }
    if (equal_ignoring_case(name, coding)) return quality;
    if (name == "*") star = quality;
  }
  return star;
}

bool path_is_plain(std::string_view path) {
  if (path.empty() || path.front() != '/' || path.size() > kPathMaxBytes) return false;
  const bool odd = std::any_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\' || c == ':';
  });
  if (odd) return false;
  std::string_view rest = path.substr(1);
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment.empty() || segment.front() == '.') return false;
    if (slash == std::string_view::npos) break;
    rest = rest.substr(slash + 1);
  }
  return true;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    }
  }
  return out;
}

std::string_view content_type_of(std::string_view path) {
  for (const TypeRule& rule : kTypes) {
    if (path.size() > rule.extension.size() && path.substr(path.size() - rule.extension.size()) == rule.extension) {
      return rule.type;
    }
  }
  return "application/octet-stream";
}

bool is_hashed_name(std::string_view path) {
  constexpr std::size_t kHashChars = 8;
  if (!starts_with(path, "/assets/")) return false;
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || dot < kHashChars + 1) return false;
  const std::size_t start = dot - kHashChars;
  const std::string_view hash = path.substr(start, kHashChars);
  const bool base64url = std::all_of(hash.begin(), hash.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
  });
  const bool telling = std::any_of(hash.begin(), hash.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0 || std::isupper(static_cast<unsigned char>(c)) != 0;
  });
  return base64url && telling && path[start - 1] == '-';
}

std::string_view reason_of(int status) {
  for (const ReasonRule& rule : kReasons) {
    if (rule.status == status) return rule.reason;
  }
  return "Error";
}

std::string problem_json(int status, std::string_view detail) {
  const nlohmann::json problem{{"type", "about:blank"},
                               {"title", std::string(reason_of(status))},
                               {"status", status},
                               {"detail", std::string(detail)}};
  return problem.dump();
}

}  // namespace world::net
