/// WebSocket clients on one libwebsockets context: each has messages to send and hands over what it receives.
#pragma once

#include <libwebsockets.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace loadbot {

struct WebClient {
  std::string origin;  ///< empty: none is sent, as by any program
  std::deque<std::vector<std::uint8_t>> outgoing;
  std::function<void(std::span<const std::uint8_t>)> on_message;  ///< for each of a bundle
  bool open = false;
  bool closed = false;
  bool leaving = false;  ///< set it to say goodbye: it is closed soon
  std::uint64_t frames_received = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  lws* wsi = nullptr;
  std::vector<std::uint8_t> message;

  /// The connection is cut without a goodbye, as when a cable is pulled; it is closed soon.
  void break_off() const;
};

class WebClients {
 public:
  WebClients();
  ~WebClients();
  WebClients(const WebClients&) = delete;
  WebClients& operator=(const WebClients&) = delete;

  /// `client` must stay until it is closed, or outlive this object.
  [[nodiscard]] bool connect(WebClient& client, const std::string& host, std::uint16_t port, bool tls);
  /// Writes what waits and reads what came, without sleeping.
  void service();

 private:
  static int on_event(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t length);
  lws_context* m_context = nullptr;
  std::vector<WebClient*> m_clients;
};

}  // namespace loadbot
