/// The rules of HTTP that need no socket: what a request may look like, who may send it, which bytes it gets. Each is a
/// pure function of header text, so that a test can state it in one line. Sources: RFC 9110 (semantics), RFC 9112
/// (framing), the Fetch standard (Origin).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace world::net {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };
[[nodiscard]] std::string_view method_name(Method method);
/// GET, HEAD and OPTIONS change nothing, so they need no origin.
[[nodiscard]] bool is_safe(Method method);

/// Where a path leads; the table is in http_rules.cpp.
enum class Route : std::uint8_t { kWeb, kContent, kAsset, kShop, kHealth, kMetrics, kWorld };
[[nodiscard]] Route route_of(std::string_view path);

/// How a body arrives, or why it is refused.
enum class BodyPlan : std::uint8_t { kNone, kMemory, kSpool, kLengthRequired, kTooLarge, kRefused };
/// `content_length` and `transfer_encoding` are the header values, empty when absent. Chunked bodies are refused, and
/// so is any length that two readers could understand differently (signs, lists, spaces inside).
[[nodiscard]] BodyPlan body_plan(Method method, std::string_view path, std::string_view content_length,
                                 std::string_view transfer_encoding);
/// Digits only, at most 15 of them.
[[nodiscard]] std::optional<std::uint64_t> parse_length(std::string_view text);

/// True if the page that sent `origin` is the one served at `host` over this very scheme.
[[nodiscard]] bool same_origin(std::string_view origin, std::string_view host, bool secure);
/// Whether a call under /api/ may come from where it comes from. A browser always names the Origin of an unsafe call;
/// programs name none, and then must show a bearer token or at least send no cookie, which a browser would.
[[nodiscard]] bool may_call(Method method, std::string_view origin, std::string_view host, bool secure,
                            std::string_view authorization, std::string_view cookie);

/// A part of a file, both ends inclusive, or the word that it cannot be had.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const ByteRange&) const = default;
};
struct WholeFile {
  bool operator==(const WholeFile&) const = default;
};
struct RangeUnsatisfiable {
  bool operator==(const RangeUnsatisfiable&) const = default;
};
using RangeChoice = std::variant<WholeFile, ByteRange, RangeUnsatisfiable>;
/// One range is served; several, or a malformed header, get the whole file, as RFC 9110 14.2 allows.
[[nodiscard]] RangeChoice choose_range(std::string_view range_header, std::uint64_t size_bytes);

/// If-None-Match by weak comparison: a list of tags or `*`.
[[nodiscard]] bool etag_matches(std::string_view if_none_match, std::string_view etag);

/// The quality that Accept-Encoding gives a coding, 0..1000; 0 when it is refused or not named.
[[nodiscard]] int accepted_quality(std::string_view accept_encoding, std::string_view coding);

/// True if the decoded path names something below its root and nothing else: no empty, dot or dot-dot segments, no
/// backslashes, no control characters, no hidden files.
[[nodiscard]] bool path_is_plain(std::string_view path);

/// Percent-encodes all but unreserved characters, so that a decoded query part can be joined again.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// The type that a file is served as; files of an unknown kind are bytes and nothing else.
[[nodiscard]] std::string_view content_type_of(std::string_view path);
/// True for a name that the web build made, `/assets/name-<8 characters of hash>.ext`: its content never changes.
[[nodiscard]] bool is_hashed_name(std::string_view path);

/// Reason phrase of the status codes in use.
[[nodiscard]] std::string_view reason_of(int status);
/// An RFC 9457 document for what the net thread refuses by itself.
[[nodiscard]] std::string problem_json(int status, std::string_view detail);

}  // namespace world::net
