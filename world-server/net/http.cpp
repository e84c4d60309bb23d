#include "world-server/net/http.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "world-server/net/limits.h"

namespace world::net {

namespace {

constexpr proto::SpanUs kQuotaSweepPeriod = proto::seconds(30);

/// The socket ends both ways at once, which the loop sees in its next round. Asked to close by itself, libwebsockets
/// would keep the connection for seconds, in case its peer still says goodbye; thousands of such cost it the whole
/// core.
void kill(lws* wsi) { ::shutdown(lws_get_socket_fd(wsi), SHUT_RDWR); }

}  // namespace

HttpService::HttpService(HttpConfig config, Ports& ports, Counters& counters)
    : m_config(std::move(config)),
      m_ports(ports),
      m_counters(counters),
      m_web(m_config.web_dir),
      m_content(m_config.content_dir),
      m_assets(m_config.assets_dir),
      m_quota(m_config.quota) {}

HttpService::~HttpService() {
  for (auto& [wsi, connection] : m_connections) drop_spool(*connection);
}

Connection* HttpService::find(lws* wsi) {
  const auto found = m_connections.find(wsi);
  return found == m_connections.end() ? nullptr : found->second.get();
}

std::string HttpService::address_of(lws* wsi) const {
  const auto found = m_connections.find(wsi);
  return found == m_connections.end() ? std::string() : found->second->address;
}

bool HttpService::may_connect(const sockaddr_storage& peer, proto::TimeUs now) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* address = peer.ss_family == AF_INET6
                            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr)
                            : static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(peer).sin_addr);
  ::inet_ntop(peer.ss_family, address, text.data(), text.size());
  if (m_quota.may_connect(text.data(), now)) return true;
  ++m_counters.connections_refused;
  return false;
}

bool HttpService::on_connect(lws* wsi, proto::TimeUs now) {
  if (find(wsi) != nullptr) return false;  // only a connection that turned into something else is announced twice
  auto connection = std::make_unique<Connection>();
  std::array<char, 64> address{};
  lws_get_peer_simple(wsi, address.data(), address.size());
  connection->address = address.data();
  connection->key = quota_key(connection->address);
  connection->secure = lws_is_ssl(wsi) != 0;
  m_quota.hold(connection->address);
  connection->deadline = now + proto::milliseconds(m_config.headers_timeout_ms);
  const bool welcome = !m_draining;
  if (!welcome) {
    ++m_counters.connections_refused;
    connection->phase = Phase::kDoomed;
    kill(wsi);
  }
  ++m_counters.connections;
  Connection& c = *(m_connections[wsi] = std::move(connection));
  if (welcome) await(wsi, c);
  return welcome;
}

void HttpService::await(lws* wsi, Connection& c) {
  stop_awaiting(wsi);
  (c.phase == Phase::kReply ? m_reading : m_asking).take(c.key, wsi);
  if (m_asking.size() + m_reading.size() <= kIdleConnectionsMax) return;
  lws* const next = (m_reading.size() > kReadersMax ? m_reading : m_asking).next_to_go();
  stop_awaiting(next);
  find(next)->phase = Phase::kDoomed;
  ++m_counters.connections_given_up;
  kill(next);
}

void HttpService::stop_awaiting(lws* wsi) {
  m_asking.leave(wsi);
  m_reading.leave(wsi);
}

void HttpService::on_destroy(lws* wsi) {
  Connection* c = find(wsi);
  if (c == nullptr) return;
  stop_awaiting(wsi);
  m_quota.release(c->address);
  drop_spool(*c);
  m_waiting.erase(c->request_id);
  m_connections.erase(wsi);
  --m_counters.connections;
}

void HttpService::drop_spool(Connection& c) {
  if (!c.spool.open() && c.spool_path.empty()) return;
  c.spool.reset();
  if (!c.spool_path.empty()) {
    std::error_code ignored;
    std::filesystem::remove(c.spool_path, ignored);
    c.spool_path.clear();
  }
  const auto own = m_uploads_by_key.find(c.key);
  if (own == m_uploads_by_key.end()) return;
  if (--own->second == 0) m_uploads_by_key.erase(own);
  --m_uploads;
}

bool HttpService::origin_allowed(const std::string& origin) const {
  return std::find(m_config.allowed_origins.begin(), m_config.allowed_origins.end(), origin) !=
         m_config.allowed_origins.end();
}

int HttpService::on_request(lws* wsi, std::string_view path, proto::TimeUs now) {
  Connection* c = find(wsi);
  if (c == nullptr || c->phase == Phase::kDoomed) return -1;
  lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);  // from here on the deadlines are ours
  stop_awaiting(wsi);
  auto head = read_request_head(wsi, path);
  c->head = RequestHead{};
  c->head_only = false;
  c->body_received_bytes = 0;
  if (!head) return refuse(wsi, *c, head.error(), "The request cannot be understood.", now);
  c->head = std::move(head).value();
  c->head_only = c->head.method == Method::kHead;
  if (m_draining) return refuse(wsi, *c, 503, "The server is closing.", now);
  if (!m_quota.request(c->address, now)) return refuse(wsi, *c, 429, "Too many requests.", now);
  m_quota.asked(c->address);
  c->head.request.peer_address = c->key;
  c->head.request.secure = c->secure;
  c->head.request.received = now;
  return route(wsi, *c, now);
}

int HttpService::route(lws* wsi, Connection& c, proto::TimeUs now) {
  const Route target = route_of(c.head.request.path);
  if (target == Route::kShop) return start_body(wsi, c, now);
  if (c.head.method != Method::kGet && c.head.method != Method::kHead) {
    return refuse(wsi, c, 405, "Only GET and HEAD are known here.", now);
  }
  if (c.head.body != BodyPlan::kNone) return refuse(wsi, c, 400, "This request has no body.", now);
  switch (target) {
    case Route::kHealth: {
      Health health = health_of(m_ports.vitals, now);
      return answer(wsi, c,
                    {health.ok ? 200 : 503,
                     "application/json",
                     "Cache-Control: no-store\r\n",
                     std::move(health.json),
                     {},
                     {},
                     false},
                    now);
    }
    case Route::kMetrics:
      return answer(wsi, c,
                    {200,
                     "text/plain; version=0.0.4; charset=utf-8",
                     "Cache-Control: no-store\r\n",
                     metrics_text(m_counters, m_ports),
                     {},
                     {},
                     false},
                    now);
    case Route::kWorld:
      return refuse(wsi, c, 426, "The world speaks WebSocket, subprotocol galleria.2.", now);
    default:
      return serve_file(wsi, c, target, now);
  }
}

int HttpService::start_body(lws* wsi, Connection& c, proto::TimeUs now) {
  const HttpRequest& request = c.head.request;
  const std::string origin(request.header("origin"));
  const bool hook = request.path.rfind("/hooks/", 0) == 0;  // signed by its sender, not by a cookie
  if (origin_allowed(origin)) {
    // Judged here and once: the shop knows its own origin only and would refuse what the operator has allowed.
    std::erase_if(c.head.request.headers, [](const auto& header) { return header.first == "origin"; });
  } else if (!hook && !may_call(c.head.method, origin, request.header("host"), c.secure,
                                request.header("authorization"), request.header("cookie"))) {
    return refuse(wsi, c, 403, "This origin may not call the shop.", now);
  }
  switch (c.head.body) {
    case BodyPlan::kNone:
      return call_shop(wsi, c, now);
    case BodyPlan::kLengthRequired:
      return refuse(wsi, c, 411, "A Content-Length is required.", now);
    case BodyPlan::kTooLarge:
      return refuse(wsi, c, 413, "The body is too large.", now);
    case BodyPlan::kRefused:
      return refuse(wsi, c, 400, "The body's framing is not accepted.", now);
    case BodyPlan::kMemory:
      c.deadline = now + proto::milliseconds(m_config.body_timeout_ms);
      break;
    case BodyPlan::kSpool:
      return start_spool(wsi, c, now);
  }
  c.phase = Phase::kBody;
  await(wsi, c);
  return 0;
}

/// Who may upload is the shop's to say, and it says so when the body is there; somebody who does not even claim to be
/// known gets no byte of the disk.
int HttpService::start_spool(lws* wsi, Connection& c, proto::TimeUs now) {
  const HttpRequest& request = c.head.request;
  if (request.header("cookie").empty() && request.header("authorization").empty()) {
    return refuse(wsi, c, 401, "Uploads need a session or a key.", now);
  }
  if (m_uploads >= kUploadsAtOnceMax) return refuse(wsi, c, 503, "Too many uploads at once.", now);
  std::size_t& own = m_uploads_by_key[c.key];
  if (own >= kUploadsPerAddressMax) return refuse(wsi, c, 429, "Too many uploads at once from this address.", now);
  ++own;
  ++m_uploads;
  c.spool_path = m_config.spool_dir + "/" + std::to_string(m_next_request_id++) + ".part";
  c.spool = Fd(::open(c.spool_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!c.spool.open()) return refuse(wsi, c, 503, "No room for the upload.", now);
  c.deadline = now + proto::milliseconds(m_config.upload_timeout_ms);
  c.phase = Phase::kBody;
  await(wsi, c);
  return 0;
}

int HttpService::on_body(lws* wsi, std::string_view bytes) {
  if (bytes.empty()) return 0;  // announced for a body of length zero
  Connection* c = find(wsi);
  if (c == nullptr || c->phase != Phase::kBody) return -1;
  await(wsi, *c);
  c->body_received_bytes += bytes.size();
  if (c->body_received_bytes > c->head.body_bytes) return -1;
  if (c->head.body == BodyPlan::kMemory) {
    c->head.request.body.append(bytes);
    return 0;
  }
  while (!bytes.empty()) {
    const ssize_t written = ::write(c->spool.get(), bytes.data(), bytes.size());
    if (written <= 0) return -1;  // the disk is full: hang up, the file goes with the connection
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int HttpService::on_body_end(lws* wsi, proto::TimeUs now) {
  Connection* c = find(wsi);
  if (c == nullptr) return -1;
  if (c->phase != Phase::kBody) return 0;  // already answered without its body
  if (c->body_received_bytes != c->head.body_bytes) return -1;
  lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
  return call_shop(wsi, *c, now);
}

int HttpService::call_shop(lws* wsi, Connection& c, proto::TimeUs now) {
  const std::uint64_t id = m_next_request_id++;
  ShopCall call{id, std::move(c.head.request)};
  if (c.head_only) call.request.method = "GET";
  call.request.body_file = c.spool_path;
  if (!m_ports.to_shop.push(std::move(call))) {
    ++m_counters.shop_queue_refused;
    return refuse(wsi, c, 503, "The shop is busy; try again.", now);
  }
  c.spool_path.clear();  // the file is the shop's now
  drop_spool(c);
  stop_awaiting(wsi);
  c.request_id = id;
  c.phase = Phase::kShop;
  c.deadline = now + proto::milliseconds(m_config.shop_reply_timeout_ms);
  m_waiting[c.request_id] = wsi;
  return 0;
}

void HttpService::deliver(ShopReply reply, proto::TimeUs now) {
  const auto waiting = m_waiting.find(reply.id);
  if (waiting == m_waiting.end()) return;
  lws* wsi = waiting->second;
  m_waiting.erase(waiting);
  Connection* c = find(wsi);
  if (c == nullptr || c->phase != Phase::kShop) return;
  Answer a{reply.response.status, reply.response.content_type, {}, std::move(reply.response.body), {}, {}, false};
  const auto clean = [](const std::string& text) { return text.find_first_of("\r\n") == std::string::npos; };
  for (const auto& [name, value] : reply.response.headers) {
    if (clean(name) && clean(value)) a.headers.append(name).append(": ").append(value).append("\r\n");
  }
  if (answer(wsi, *c, std::move(a), now) != 0) kill(wsi);
}

int HttpService::on_upgrade(lws* wsi, std::string_view protocol, proto::TimeUs now) {
  Connection* c = find(wsi);
  if (c == nullptr || c->phase == Phase::kDoomed) return -1;
  // Custom headers vanish on HTTP/2, and with them the idempotency key: h2c is never spoken here.
  if (protocol != "websocket") return -1;
  stop_awaiting(wsi);
  const std::string origin = read_header(wsi, WSI_TOKEN_ORIGIN);
  const std::string host = read_header(wsi, WSI_TOKEN_HOST);
  const std::string path = read_header(wsi, WSI_TOKEN_GET_URI);
  int status = 0;
  if (path != "/ws") {
    status = 404;
  } else if (m_draining) {
    status = 503;
  } else if (!origin.empty() && !origin_allowed(origin) && !same_origin(origin, host, c->secure)) {
    status = 403;
  } else if (!m_quota.request(c->address, now)) {
    status = 429;
  }
  if (status == 0) {
    m_quota.asked(c->address);
    c->phase = Phase::kUpgraded;
    return 0;
  }
  ++m_counters.of(TransportKind::kWebSocket).connects_refused;
  c->head = RequestHead{};
  c->head_only = false;
  return refuse(wsi, *c, status, "The world cannot be entered from here.", now);
}

void HttpService::sweep(proto::TimeUs now) {
  for (auto& [wsi, c] : m_connections) {
    if (c->phase == Phase::kUpgraded || c->phase == Phase::kDoomed) continue;
    if (now < c->deadline) continue;
    if (c->phase == Phase::kShop) {
      m_waiting.erase(c->request_id);
      if (refuse(wsi, *c, 504, "The shop did not answer in time.", now) == 0) continue;
    }
    c->phase = Phase::kDoomed;
    kill(wsi);
  }
  if (now - m_quota_swept >= kQuotaSweepPeriod) {
    m_quota.sweep(now);
    m_quota_swept = now;
  }
}

std::size_t HttpService::busy() const {
  return static_cast<std::size_t>(std::count_if(m_connections.begin(), m_connections.end(), [](const auto& entry) {
    const Phase phase = entry.second->phase;
    return phase == Phase::kBody || phase == Phase::kShop || phase == Phase::kReply;
  }));
}

}  // namespace world::net
