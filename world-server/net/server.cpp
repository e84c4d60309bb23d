#include "world-server/net/server.h"

#include <ev.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <thread>
#include <utility>

#include "client-proto/core/log.h"
#include "client-proto/wire/bundle.h"
#include "world-server/net/clock.h"
#include "world-server/net/limits.h"

namespace world::net {

namespace {

constexpr std::uint32_t kLibraryLogLinesPerMinute = 30;
constexpr std::uint16_t kCloseCodeNormal = 1000;
constexpr const char* kTimerProtocol = "timer";

/// What libwebsockets reports can be caused by a peer, so it is let through by the line and by the minute.
void log_from_library(int level, const char* line) {
  static std::mutex mutex;
  static proto::LogBudget budget(kLibraryLogLinesPerMinute);
  const std::lock_guard lock(mutex);
  if (!budget.take(now_utc())) return;
  std::string_view text(line);
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  proto::log(level == LLL_ERR ? proto::LogLevel::kError : proto::LogLevel::kWarning, "net", text);
}

/// libwebsockets cannot say why a context was not made (and leaks what it had), so the usual reasons are looked for
/// first.
std::optional<std::string> why_not(const NetConfig& config) {
  for (const std::string& file : {config.tls_cert, config.tls_key}) {
    if (!file.empty() && ::access(file.c_str(), R_OK) != 0) return "certificate or key " + file + " cannot be read";
  }
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(config.port);
  if (::getaddrinfo(config.bind.c_str(), port.c_str(), &hints, &found) != 0) {
    return config.bind + " is no numeric address to listen on";
  }
  const Fd probe(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  constexpr int kYes = 1;
  ::setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &kYes, sizeof(kYes));
  const bool free = ::bind(probe.get(), found->ai_addr, found->ai_addrlen) == 0;
  ::freeaddrinfo(found);
  if (!free) return "port " + port + " on " + config.bind + " is taken or not allowed";
  return std::nullopt;
}

/// As many as we need, and no more: libwebsockets makes a table of what the process may open, and only in such a table
/// does it find a connection without searching through all of them.
void limit_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, kDescriptorsMax);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string_view view(const void* in, std::size_t length) { return {static_cast<const char*>(in), length}; }

}  // namespace

NetServer::NetServer(NetConfig config, Ports& ports, TicketBook& tickets)
    : m_config(std::move(config)),
      m_ports(ports),
      m_sessions(m_config.session, ports, tickets, m_counters),
      m_http(m_config.http, ports, m_counters),
      m_websocket(m_sessions, m_counters),
      m_loop(ev_loop_new(EVBACKEND_EPOLL), &ev_loop_destroy) {}

proto::Result<std::unique_ptr<NetServer>, std::string> NetServer::open(NetConfig config, Ports& ports,
                                                                       TicketBook& tickets) {
  GALLERIA_CHECK(config.session.random != nullptr);
  if (!config.tls_cert.empty()) {
    config.http.quota.all_connects_per_s = kAllTlsConnectsPerSecond;
    config.http.quota.all_connects_burst = kAllTlsConnectsBurst;
  }
  std::unique_ptr<NetServer> server(new NetServer(std::move(config), ports, tickets));
  const auto listening = server->listen();
  if (!listening) return proto::fail(listening.error());
  return server;
}

proto::Status<std::string> NetServer::listen() {
  static const std::array<lws_protocols, 4> kProtocols{{
      {"http", &NetServer::on_http, 0, kReplyChunkBytes, 0, nullptr, 0},
      {proto::kSubprotocol, &NetServer::on_websocket, sizeof(void*), kWebSocketFrameMaxBytes, 0, nullptr,
       kFrameWriteMaxBytes},
      {kTimerProtocol, &NetServer::on_timer_file, 0, 0, 0, nullptr, 0},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0},
  }};
  static const lws_retry_bo_t kKeepWebSocketsAlive = {nullptr, 0, 0, kPingAfterS, kPongWithinS, 0};
  lws_set_log_level(LLL_ERR | LLL_WARN, &log_from_library);
  if (auto reason = why_not(m_config)) return proto::fail(std::move(*reason));
  limit_descriptors();
  if (m_loop == nullptr) return proto::fail(std::string("the net thread's loop cannot be made"));

  lws_context_creation_info info = {};
  info.port = m_config.port;
  info.protocols = kProtocols.data();
  info.user = this;
  info.gid = -1;
  info.uid = -1;
  info.max_http_header_data = kHeaderBlockMaxBytes;
  info.max_http_header_pool = kHeaderPoolMax;
  info.timeout_secs = static_cast<unsigned>(m_config.http.headers_timeout_ms / 1000 + 1);
  info.timeout_secs_ah_idle = info.timeout_secs;
  info.keepalive_timeout = kKeepAliveIdleS;
  info.pt_serv_buf_size = kReplyChunkBytes;
  info.retry_and_idle_policy = &kKeepWebSocketsAlive;
  std::array<void*, 1> loops{m_loop.get()};
  info.foreign_loops = loops.data();
  info.options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND | LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_LIBEV;
  const bool any = m_config.bind == "0.0.0.0" || m_config.bind == "::";
  if (!any) info.iface = m_config.bind.c_str();
  if (m_config.bind.find(':') == std::string::npos) info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
  if (!m_config.tls_cert.empty()) {
    info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.ssl_cert_filepath = m_config.tls_cert.c_str();
    info.ssl_private_key_filepath = m_config.tls_key.c_str();
    info.alpn = "http/1.1";  // on HTTP/2 libwebsockets 4.1 loses custom headers
  }
  m_context = lws_create_context(&info);
  if (m_context == nullptr) {
    return proto::fail("port " + std::to_string(m_config.port) + " on " + m_config.bind +
                       " cannot be served: the log says what libwebsockets missed");
  }
  m_port = static_cast<std::uint16_t>(lws_get_vhost_listen_port(lws_get_vhost_by_name(m_context, "default")));

  EnetConfig enet;
  enet.bind = any ? "0.0.0.0" : m_config.bind;
  enet.port = m_config.udp_port;
  enet.clients_max = static_cast<std::uint16_t>(
      std::min(m_config.session.clients_max + m_config.session.waiting_max, kEnetPeersMax - kEnetSparePeers));
  enet.peers_per_address_max = m_config.http.quota.connections_max;
  enet.echoes = m_config.http.quota;
  enet.echoes.requests_per_s *= kEchoesPerSecond / kRequestsPerSecond;
  enet.echoes.requests_burst *= kEchoesBurst / kRequestsBurst;
  enet.random = m_config.session.random;
  enet.secret_of = [this](const proto::TicketId& id, proto::TimeUs now) { return m_sessions.secret_of(id, now); };
  auto opened = EnetTransport::open(std::move(enet), m_sessions, m_counters);
  if (!opened) return proto::fail(opened.error());
  m_enet = std::move(opened).value();
  return start_timer();
}

NetServer::~NetServer() {
  lws_context* context = nullptr;
  {
    const std::lock_guard lock(m_context_mutex);
    context = std::exchange(m_context, nullptr);
  }
  if (context != nullptr) lws_context_destroy(context);
}

void NetServer::wake() {
  const std::lock_guard lock(m_context_mutex);
  if (m_context != nullptr) lws_cancel_service(m_context);
}

void NetServer::stop() {
  m_stopping.store(true);
  wake();
}

// libwebsockets' own timers poll without sleeping through the last millisecond before they are due, which at ENet's
// pace would burn a tenth of a core. A kernel timer wakes the loop like a socket does.
proto::Status<std::string> NetServer::start_timer() {
  m_timer_fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  lws_sock_file_fd_type descriptor{};
  descriptor.filefd = m_timer_fd;
  lws_vhost* vhost = lws_get_vhost_by_name(m_context, "default");
  if (m_timer_fd < 0 ||
      lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, descriptor, kTimerProtocol, nullptr) == nullptr) {
    return proto::fail(std::string("the net thread's timer cannot be made"));
  }
  set_timer_period(kEnetIdlePeriodMs);
  return proto::Unit{};
}

void NetServer::set_timer_period(std::int64_t period_ms) {
  if (period_ms == m_timer_period_ms) return;
  m_timer_period_ms = period_ms;
  constexpr long kNsPerMs = 1'000'000;
  itimerspec spec{};
  spec.it_value.tv_nsec = period_ms * kNsPerMs;
  spec.it_interval = spec.it_value;
  ::timerfd_settime(m_timer_fd, 0, &spec, nullptr);
}

void NetServer::on_timer() {
  std::uint64_t expirations = 0;
  if (::read(m_timer_fd, &expirations, sizeof(expirations)) < 0) return;
  const proto::TimeUs now = now_utc();
  m_enet->service(now);
  m_websocket.end_pauses(now);
  set_timer_period(m_enet->idle() && !m_websocket.is_talking(now) ? kEnetIdlePeriodMs : kEnetServicePeriodMs);
  if (now - m_swept < proto::milliseconds(kSweepPeriodMs) && now >= m_swept) return;
  m_swept = now;
  m_sessions.sweep(now);
  m_http.sweep(now);
  m_enet->sweep(now);
}

void NetServer::take_queues() {
  const proto::TimeUs now = now_utc();
  for (ShopReply& reply : m_ports.from_shop.take_all()) m_http.deliver(std::move(reply), now);
  for (const DoorOrder& order : m_ports.door_orders.take_all()) m_sessions.obey(order, now);
  bool sent = false;
  for (TickOutput& output : m_ports.from_world.take_all()) {
    m_sessions.deliver(output, now);
    sent = true;
    // A full queue of spent buffers only means that the world makes a new one.
    (void)m_ports.spent.push(std::move(output));
  }
  if (sent) m_enet->flush();
}

bool NetServer::drained(proto::TimeUs since) const {
  if (now_steady() - since >= proto::milliseconds(kDrainMaxMs)) return true;
  return m_sessions.open_links() == 0 && m_http.busy() == 0;
}

void NetServer::run() {
  proto::TimeUs draining_since{};
  bool draining = false;
  while (!draining || !drained(draining_since)) {
    serve();
    m_wakeups.fetch_add(1, std::memory_order_relaxed);
    if (!draining && m_stopping.load()) {
      draining = true;
      draining_since = now_steady();
      m_http.drain();
      m_sessions.close_all(now_utc());
    }
    m_enet->flush_waiting();
    m_websocket.flush(now_utc());
    gather();
  }
}

/// Sleeps until something happens. libwebsockets sees to its own timers, and to what it has read and no descriptor
/// tells of any more, only in a round that finds nothing else to do: that is the second.
void NetServer::serve() {
  ev_run(m_loop.get(), EVRUN_ONCE);
  ev_run(m_loop.get(), EVRUN_NOWAIT);
}

/// Every wake-up has its price, so with many connections a little is waited for: what comes meanwhile is served in one
/// go.
void NetServer::gather() {
  const proto::TimeUs now = now_steady();
  const proto::TimeUs next = m_served + proto::milliseconds(kGatherMs);
  const bool somebody_waits = m_websocket.take_unfinished();
  if (m_sessions.open_links() >= kGatherFromLinks && !somebody_waits && now < next) {
    std::this_thread::sleep_for(std::chrono::microseconds((next - now).us));
  }
  m_served = now_steady();
}

NetServer& NetServer::of(lws* wsi) { return *static_cast<NetServer*>(lws_context_user(lws_get_context(wsi))); }

/// libwebsockets ends its round of accepting with the first connection that is refused. While more knock than are let
/// in that would be one in each of its rounds: whoever is welcome would stand for seconds behind thousands who are not.
/// So those behind a refused one are looked at here.
int NetServer::knock(lws* listener, const lws_filter_network_conn_args& knocks) {
  const proto::TimeUs now = now_utc();
  if (m_http.may_connect(knocks.cli_addr, now)) return 0;
  const int queue = lws_get_socket_fd(listener);
  ::fcntl(queue, F_SETFL, ::fcntl(queue, F_GETFL) | O_NONBLOCK);  // libwebsockets asks before each, and lets it block
  lws_vhost* const vhost = lws_get_vhost(listener);
  const int tls = m_config.tls_cert.empty() ? 0 : int{LWS_ADOPT_ALLOW_SSL};
  const auto kind = static_cast<lws_adoption_type>(int{LWS_ADOPT_SOCKET} | int{LWS_ADOPT_HTTP} | tls);
  for (std::size_t i = 0; i < kRefusalsPerRoundMax; ++i) {
    sockaddr_storage peer = {};
    socklen_t size = sizeof(peer);
    Fd next(::accept4(queue, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!next.open()) break;
    if (!m_http.may_connect(peer, now)) {
      // A reset: it takes no more of us, while an orderly end would be remembered for a minute.
      constexpr linger kReset = {1, 0};
      ::setsockopt(next.get(), SOL_SOCKET, SO_LINGER, &kReset, sizeof(kReset));
      continue;
    }
    constexpr int kYes = 1;
    ::setsockopt(next.get(), IPPROTO_TCP, TCP_NODELAY, &kYes, sizeof(kYes));
    lws_sock_file_fd_type descriptor{};
    descriptor.sockfd = next.release();
    (void)lws_adopt_descriptor_vhost(vhost, kind, descriptor, nullptr, nullptr);
  }
  return -1;
}

int NetServer::on_http(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t length) {
  if (reason == LWS_CALLBACK_FILTER_NETWORK_CONNECTION) {
    return of(wsi).knock(wsi, *static_cast<const lws_filter_network_conn_args*>(user));
  }
  return of(wsi).http_event(wsi, reason, in, length);
}

int NetServer::http_event(lws* wsi, lws_callback_reasons reason, void* in, std::size_t length) {
  switch (reason) {
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
      return m_http.on_connect(wsi, now_utc()) ? 0 : -1;
    case LWS_CALLBACK_WSI_DESTROY:
      m_http.on_destroy(wsi);
      return 0;
    case LWS_CALLBACK_HTTP:
      return m_http.on_request(wsi, view(in, length), now_utc());
    case LWS_CALLBACK_HTTP_BODY:
      return m_http.on_body(wsi, view(in, length));
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
      return m_http.on_body_end(wsi, now_utc());
    case LWS_CALLBACK_HTTP_WRITEABLE:
      return m_http.on_writeable(wsi, now_utc());
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
      return m_http.on_upgrade(wsi, static_cast<const char*>(in), now_utc());
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:  // a WebSocket without our subprotocol
    case LWS_CALLBACK_RAW_ADOPT:                   // the method CONNECT would turn the connection into a raw one
    case LWS_CALLBACK_RAW_RX:
      return -1;
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
      take_queues();
      return 0;
    default:
      return 0;
  }
}

int NetServer::on_timer_file(lws* wsi, lws_callback_reasons reason, void* /*user*/, void* /*in*/, std::size_t /*n*/) {
  if (reason == LWS_CALLBACK_RAW_RX_FILE) of(wsi).on_timer();
  // A browser could name this protocol too; only the timer's own file may have it.
  return reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION ? -1 : 0;
}

int NetServer::on_websocket(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t length) {
  return of(wsi).websocket_event(wsi, reason, static_cast<WebSocketLink**>(user), view(in, length));
}

int NetServer::websocket_event(lws* wsi, lws_callback_reasons reason, WebSocketLink** link, std::string_view in) {
  if (reason == LWS_CALLBACK_WSI_DESTROY) m_http.on_destroy(wsi);  // it began as HTTP and is counted there
  if (link == nullptr) return 0;
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      return m_websocket.on_open(*link, wsi, m_http.address_of(wsi), now_utc());
    case LWS_CALLBACK_RECEIVE:
      return m_websocket.on_receive(*link, wsi, in, now_utc());
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return m_websocket.on_writeable(*link, wsi, now_utc());
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: {
      const auto byte = [in](std::size_t i) { return static_cast<std::uint8_t>(in[i]); };
      m_websocket.on_leaving(*link, in.size() >= 2 && (byte(0) << 8 | byte(1)) == kCloseCodeNormal);
      return 0;
    }
    case LWS_CALLBACK_CLOSED:
      m_websocket.on_close(*link, now_utc());
      return 0;
    default:
      return 0;
  }
}

}  // namespace world::net
