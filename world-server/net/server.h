/// The net thread: one libwebsockets loop that carries HTTP, WebSocket, TLS and, by its timer, ENet. Other threads
/// reach it through the Ports and wake it with `wake`, the only call besides `stop` that they may make. What has come
/// to wait for WebSocket clients is written at the end of each round of the loop.
#pragma once

#include <libwebsockets.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "client-proto/core/result.h"
#include "world-server/api/ticket_book.h"
#include "world-server/net/enet_transport.h"
#include "world-server/net/http.h"
#include "world-server/net/metrics.h"
#include "world-server/net/ports.h"
#include "world-server/net/session.h"
#include "world-server/net/websocket.h"

struct ev_loop;

namespace world::net {

struct NetConfig {
  std::string bind = "127.0.0.1";
  std::uint16_t port = 8080;      ///< 0: any
  std::uint16_t udp_port = 8080;  ///< 0: any
  std::string tls_cert;           ///< PEM chain; empty: plain HTTP
  std::string tls_key;
  HttpConfig http;
  SessionConfig session;
};

class NetServer {
 public:
  /// Binds both ports. The error is a sentence for the operator.
  [[nodiscard]] static proto::Result<std::unique_ptr<NetServer>, std::string> open(NetConfig config, Ports& ports,
                                                                                   TicketBook& tickets);
  ~NetServer();
  NetServer(const NetServer&) = delete;
  NetServer& operator=(const NetServer&) = delete;

  /// Serves until `stop` has been called and everybody has been told, at most kDrainMaxMs later.
  void run();
  /// From any thread: something waits in a queue.
  void wake();
  /// From any thread: begin to drain.
  void stop();

  [[nodiscard]] std::uint16_t port() const { return m_port; }
  [[nodiscard]] std::uint16_t udp_port() const { return m_enet->port(); }
  /// For tests, once `run` has returned or before it is called.
  [[nodiscard]] const Counters& counters() const { return m_counters; }
  /// How often the loop woke; only for the test that it sleeps.
  [[nodiscard]] std::uint64_t wakeups() const { return m_wakeups.load(); }

 private:
  NetServer(NetConfig config, Ports& ports, TicketBook& tickets);
  proto::Status<std::string> listen();

  static int on_http(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t length);
  static int on_websocket(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t length);
  static int on_timer_file(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t length);
  static NetServer& of(lws* wsi);
  int http_event(lws* wsi, lws_callback_reasons reason, void* in, std::size_t length);
  int knock(lws* listener, const lws_filter_network_conn_args& knocks);
  int websocket_event(lws* wsi, lws_callback_reasons reason, WebSocketLink** link, std::string_view in);

  void take_queues();
  void serve();
  void gather();
  /// ENet's turn and, now and then, the sweep; called by a kernel timer in the loop.
  void on_timer();
  proto::Status<std::string> start_timer();
  void set_timer_period(std::int64_t period_ms);
  [[nodiscard]] bool drained(proto::TimeUs since) const;

  NetConfig m_config;
  Ports& m_ports;
  Counters m_counters;
  Sessions m_sessions;
  HttpService m_http;
  WebSocketTransport m_websocket;
  std::unique_ptr<EnetTransport> m_enet;
  std::unique_ptr<ev_loop, void (*)(ev_loop*)> m_loop;  ///< libev's, which waits for libwebsockets
  lws_context* m_context = nullptr;
  std::mutex m_context_mutex;  ///< the context must not end while another thread wakes it
  int m_timer_fd = -1;         ///< owned by the context once it is adopted
  std::int64_t m_timer_period_ms = 0;
  proto::TimeUs m_served;
  proto::TimeUs m_swept{};
  std::uint16_t m_port = 0;
  std::atomic<bool> m_stopping{false};
  std::atomic<std::uint64_t> m_wakeups{0};
};

}  // namespace world::net
