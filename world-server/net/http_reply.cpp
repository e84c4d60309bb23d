/// The half of HttpService that writes: heads with the security headers that every reply carries, and the pump that
/// sends a piece each time libwebsockets has room for one.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "world-server/net/http.h"
#include "world-server/net/limits.h"

namespace world::net {

namespace {

// Blob and data addresses: glTF's embedded textures and wallets' icons. 'wasm-unsafe-eval' lets the client's brain
// compile and nothing else.
constexpr std::string_view kPagePolicy =
    "Content-Security-Policy: default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' "
    "'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' blob: data:; worker-src "
    "'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n";
// What creators upload is bytes: should a browser ever open it as a page, nothing in it runs.
constexpr std::string_view kAssetPolicy =
    "Content-Security-Policy: default-src 'none'; sandbox; frame-ancestors 'none'\r\n"
    "Cross-Origin-Resource-Policy: cross-origin\r\nAccess-Control-Allow-Origin: *\r\n";
/// On every reply that does not say otherwise itself.
constexpr std::array<std::string_view, 4> kCommonHeaders{
    "X-Content-Type-Options: nosniff\r\n", "Referrer-Policy: strict-origin-when-cross-origin\r\n",
    "Cross-Origin-Opener-Policy: same-origin\r\n",
    "Permissions-Policy: camera=(), geolocation=(), microphone=(self), payment=(), usb=()\r\n"};
constexpr std::string_view kStrictTransport = "Strict-Transport-Security: max-age=31536000\r\n";
constexpr std::string_view kImmutable = "Cache-Control: public, max-age=31536000, immutable\r\n";
constexpr std::string_view kRevalidate = "Cache-Control: no-cache\r\n";

/// Uploaded bytes are served as these kinds only: nothing that a browser would run or render as a page.
constexpr std::array<std::string_view, 6> kAssetEndings{".glb", ".webp", ".png", ".jpg", ".ktx2", ".bin"};

/// The file below the store's root that /assets/<sha256>.<ending> means (assets/store/store.h has the layout); empty
/// for any other path.
std::string asset_file(std::string_view path) {
  constexpr std::size_t kPrefix = std::string_view("/assets/").size();
  constexpr std::size_t kDigits = 64;
  if (path.size() < kPrefix + kDigits) return {};
  const std::string_view digits = path.substr(kPrefix, kDigits);
  const bool hex = std::all_of(digits.begin(), digits.end(),
                               [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  const std::string_view ending = path.substr(kPrefix + kDigits);
  if (!hex || std::find(kAssetEndings.begin(), kAssetEndings.end(), ending) == kAssetEndings.end()) return {};
  return "/" + std::string(digits.substr(0, 2)) + "/" + std::string(digits);
}

bool has_header(std::string_view headers, std::string_view name) {
  return headers.substr(0, name.size()) == name || headers.find("\n" + std::string(name)) != std::string_view::npos;
}

}  // namespace

int HttpService::serve_file(lws* wsi, Connection& c, Route route, proto::TimeUs now) {
  const HttpRequest& request = c.head.request;
  std::string path = request.path == "/" ? "/index.html" : request.path;
  const std::string stored = route == Route::kAsset ? asset_file(path) : std::string();
  const bool asset = !stored.empty();
  const std::string_view range_header = request.header("range");
  const FileFolder* folder = &m_web;
  if (route == Route::kContent) {
    folder = &m_content;
    path.erase(0, std::string_view("/content").size());
  } else if (asset) {
    folder = &m_assets;
    path = stored;
  }
  auto file = folder->open(path, request.header("accept-encoding"), !range_header.empty());
  if (!file) return refuse(wsi, c, 404, "There is nothing here.", now);

  Answer a;
  a.headers = asset ? kAssetPolicy : kPagePolicy;
  a.headers += asset || is_hashed_name(request.path) ? kImmutable : kRevalidate;
  a.headers += "ETag: " + file->etag + "\r\nVary: Accept-Encoding\r\nAccept-Ranges: bytes\r\n";
  if (etag_matches(request.header("if-none-match"), file->etag)) {
    a.status = 304;
    return answer(wsi, c, std::move(a), now);
  }
  a.content_type = content_type_of(request.path == "/" ? "/index.html" : request.path);
  if (!file->content_encoding.empty()) a.headers += "Content-Encoding: " + std::string(file->content_encoding) + "\r\n";
  const std::string_view if_range = request.header("if-range");
  const bool same_file = if_range.empty() || if_range == file->etag;
  const RangeChoice choice = choose_range(same_file ? range_header : std::string_view{}, file->size_bytes);
  const std::string total = std::to_string(file->size_bytes);
  if (std::holds_alternative<RangeUnsatisfiable>(choice)) {
    a.status = 416;
    a.headers += "Content-Range: bytes */" + total + "\r\n";
    return answer(wsi, c, std::move(a), now);
  }
  if (const auto* range = std::get_if<ByteRange>(&choice)) {
    a.status = 206;
    a.range = *range;
    a.headers += "Content-Range: bytes " + std::to_string(range->first) + "-" + std::to_string(range->last) + "/" +
                 total + "\r\n";
  } else {
    a.range = {0, file->size_bytes == 0 ? 0 : file->size_bytes - 1};
  }
  a.file = std::move(*file);
  return answer(wsi, c, std::move(a), now);
}

int HttpService::refuse(lws* wsi, Connection& c, int status, std::string_view detail, proto::TimeUs now) {
  drop_spool(c);
  Answer a{status, "application/problem+json", "Cache-Control: no-store\r\n", problem_json(status, detail), {}, {},
           false};
  if (status == 405) a.headers += "Allow: GET, HEAD\r\n";
  if (status == 429 || status == 503) a.headers += "Retry-After: 1\r\n";
  if (status == 426) a.headers += "Upgrade: websocket\r\n";
  // An unread body would be taken for the next request.
  a.close_after = c.head.body != BodyPlan::kNone || status == 400 || c.head.method == Method::kOther || m_draining;
  return answer(wsi, c, std::move(a), now);
}

int HttpService::answer(lws* wsi, Connection& c, Answer a, proto::TimeUs now) {
  ++m_counters.responses[a.status];
  const bool has_file = a.file.fd.open();
  const std::uint64_t size = has_file ? (a.file.size_bytes == 0 ? 0 : a.range.last - a.range.first + 1) : a.body.size();
  Reply reply;
  reply.head = "HTTP/1.1 " + std::to_string(a.status) + " " + std::string(reason_of(a.status)) + "\r\n";
  if (!a.content_type.empty()) reply.head += "Content-Type: " + std::string(a.content_type) + "\r\n";
  if (a.status != 304 && a.status != 204) reply.head += "Content-Length: " + std::to_string(size) + "\r\n";
  reply.head += a.headers;
  for (const std::string_view line : kCommonHeaders) {
    if (!has_header(a.headers, line.substr(0, line.find(' ')))) reply.head += line;
  }
  if (!has_header(a.headers, "Content-Security-Policy:")) reply.head += kPagePolicy;
  if (c.secure) reply.head += kStrictTransport;
  reply.head += a.close_after ? "Connection: close\r\n\r\n" : "\r\n";
  reply.close_after = a.close_after;
  reply.offset_bytes = has_file ? a.range.first : 0;
  reply.remaining_bytes = c.head_only || a.status == 304 || a.status == 204 ? 0 : size;
  reply.body = std::move(a.body);
  reply.file = std::move(a.file.fd);
  c.reply = std::move(reply);
  c.phase = Phase::kReply;
  await(wsi, c);
  c.deadline = now + proto::milliseconds(m_config.reply_stall_timeout_ms);
  // While a body is still expected libwebsockets reports no room to write, so a refusal goes out at once.
  if (a.close_after) return pump(wsi, c, now);
  lws_callback_on_writable(wsi);
  return 0;
}

int HttpService::pump(lws* wsi, Connection& c, proto::TimeUs now) {
  Reply& reply = c.reply;
  std::array<std::uint8_t, LWS_PRE + kHeaderBlockMaxBytes + kReplyChunkBytes> buffer;
  std::uint8_t* const start = buffer.data() + LWS_PRE;
  if (reply.head.size() > kHeaderBlockMaxBytes) return -1;
  std::copy(reply.head.begin(), reply.head.end(), start);
  std::size_t used = reply.head.size();
  reply.head.clear();
  const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(reply.remaining_bytes, kReplyChunkBytes));
  if (piece > 0 && reply.file.open()) {
    const ssize_t got = ::pread(reply.file.get(), start + used, piece, static_cast<off_t>(reply.offset_bytes));
    if (got != static_cast<ssize_t>(piece)) return -1;  // the file shrank under us; its length is already promised
  } else if (piece > 0) {
    std::copy_n(reply.body.begin() + static_cast<std::ptrdiff_t>(reply.offset_bytes), piece, start + used);
  }
  used += piece;
  reply.offset_bytes += piece;
  reply.remaining_bytes -= piece;
  m_counters.http_bytes_out += used;
  const bool last = reply.remaining_bytes == 0;
  if (lws_write(wsi, start, used, last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0) return -1;
  c.deadline = now + proto::milliseconds(m_config.reply_stall_timeout_ms);
  if (!last) {
    await(wsi, c);
    lws_callback_on_writable(wsi);
    return 0;
  }
  const bool close_after = reply.close_after;
  reply = Reply{};
  c.head = RequestHead{};
  c.phase = close_after ? Phase::kDoomed : Phase::kIdle;
  c.deadline = now + proto::seconds(kKeepAliveIdleS);
  if (close_after) return -1;
  await(wsi, c);
  return lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
}

int HttpService::on_writeable(lws* wsi, proto::TimeUs now) {
  Connection* c = find(wsi);
  if (c == nullptr) return -1;
  return c->phase == Phase::kReply ? pump(wsi, *c, now) : 0;
}

}  // namespace world::net
