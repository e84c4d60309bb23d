/// What the tests of the net thread share: the real server on loopback with its own thread, a shop and a world at the
/// other end of its queues that do what the test says, and clients that speak bytes, so that a test can also say what
/// no honest client would.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "client-proto/wire/bundle.h"
#include "client-proto/wire/messages.h"
#include "world-server/net/server.h"

struct ssl_st;
struct ssl_ctx_st;

namespace net_test {

using Bytes = std::vector<std::uint8_t>;

/// A folder that goes away with the test.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return m_path; }
  void write(const std::string& name, std::string_view text) const;

 private:
  std::string m_path;
};

void fill_random(std::span<std::uint8_t> bytes);

/// The server, serving. `configure` may change anything before it opens.
class TestServer {
 public:
  using Shop = std::function<std::optional<world::HttpResponse>(const world::HttpRequest&)>;
  explicit TestServer(const std::function<void(world::net::NetConfig&)>& configure = {}, const Shop& shop = {});
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return m_server->port(); }
  [[nodiscard]] std::uint16_t udp_port() const { return m_server->udp_port(); }
  [[nodiscard]] world::net::NetServer& net() { return *m_server; }
  [[nodiscard]] world::net::Ports& ports() { return m_ports; }
  [[nodiscard]] world::TicketBook& tickets() { return m_tickets; }
  [[nodiscard]] const TempFolder& folder() const { return m_folder; }
  /// A ticket for a shopper; the same number is the same shopper.
  proto::Ticket ticket(std::uint8_t shopper, const std::string& name = "Ada");
  /// Sends one message from the world to an avatar.
  /// As the world would say it in a tick of its own.
  void say(proto::AvatarId to, proto::Lane lane, const Bytes& payload);
  void say_in_one_tick(proto::AvatarId to, proto::Lane lane, const std::vector<Bytes>& payloads);
  /// Waits for the next command to the world that is not Inputs.
  std::optional<world::NetToWorld> next_command();
  /// Ends the net thread as the program would; counters may be read afterwards.
  void stop();

 private:
  TempFolder m_folder;
  world::net::Ports m_ports;
  std::uint32_t m_tick = 0;
  world::TicketBook m_tickets;
  std::unique_ptr<world::net::NetServer> m_server;
  std::thread m_net;
  std::thread m_shop;
  std::atomic<bool> m_stopped{false};
};

struct Response {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string text;  ///< everything as it came
};

/// A TCP (or TLS) client that sends exactly what it is told.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, bool tls = false, const std::vector<std::string>& alpn = {},
                     int receive_buffer_bytes = 0);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return m_fd >= 0; }
  bool send(std::string_view bytes);
  /// Up to `size_max` bytes within `timeout_ms`; empty when nothing came or the peer closed.
  std::string receive(std::size_t size_max, int timeout_ms = 3000);
  /// Reads one response, its body by Content-Length.
  Response response(bool head_only = false);
  Response get(const std::string& path, const std::string& headers = "");
  /// True once the server has closed the connection, waited for at most `timeout_ms`.
  bool closed(int timeout_ms = 3000);
  [[nodiscard]] std::string alpn() const;
  [[nodiscard]] int fd() const { return m_fd; }

 private:
  int m_fd = -1;
  ssl_ctx_st* m_context = nullptr;
  ssl_st* m_ssl = nullptr;
  std::string m_buffer;
};

struct Frame {
  int opcode = -1;  ///< -1: none came
  Bytes payload;
};

/// WebSocket by hand (RFC 6455).
class RawWebSocket {
 public:
  explicit RawWebSocket(std::uint16_t port, const std::string& headers = "", const std::string& path = "/ws",
                        const std::string& protocol = proto::kSubprotocol, int receive_buffer_bytes = 0,
                        bool tls = false);
  [[nodiscard]] const Response& handshake() const { return m_handshake; }
  [[nodiscard]] bool open() const { return m_handshake.status == 101; }
  void send(const Bytes& payload, int opcode = 2);
  /// The next frame; of a binary one the next message of its bundle.
  Frame receive(int timeout_ms = 3000);
  /// The next message of this kind; frames of other kinds are passed over.
  std::optional<Bytes> expect(proto::Opcode opcode, int timeout_ms = 3000);
  std::optional<proto::Goodbye> goodbye(int timeout_ms = 3000);
  RawClient& client() { return m_client; }
  [[nodiscard]] std::size_t frames() const { return m_frames; }  ///< that came so far

 private:
  RawClient m_client;
  Response m_handshake;
  Frame receive_frame(int timeout_ms);
  std::string m_rest;
  std::deque<Bytes> m_bundled;
  std::size_t m_frames = 0;
};

/// Says Hello and plays the world's part until the client is joined.
proto::AvatarId join(TestServer& server, RawWebSocket& socket, const proto::Ticket& ticket);
Bytes welcome_for(const world::NetToWorld& command);

}  // namespace net_test
