/// The TCP port: HTTP heads and bodies, the upgrade, WebSocket frames, through libwebsockets into ours. Each input is
/// one connection's bytes; every other one comes after an upgrade, so that it is read as frames.
/// The server hangs up or goes on, and must still answer an honest request.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "client-proto/core/check.h"
#include "world-server/net/server.h"

namespace {

constexpr const char* kUpgrade =
    "GET /ws HTTP/1.1\r\nHost: mall.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: galleria.2\r\n\r\n";
constexpr int kAnswerTimeoutMs = 2000;

/// Runs until the fuzzer's process ends.
class Server {
 public:
  Server() {
    const std::string folder = std::filesystem::temp_directory_path() / ("galleria-fuzz-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder + "/spool");
    world::net::NetConfig config;
    config.port = 0;
    config.udp_port = 0;
    config.http.web_dir = config.http.content_dir = config.http.assets_dir = folder;
    config.http.spool_dir = folder + "/spool";
    config.http.quota = world::net::QuotaRules::for_connections(1'000'000);
    config.session.random = [](std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), next()); };
    auto opened = world::net::NetServer::open(std::move(config), m_ports, m_tickets);
    GALLERIA_CHECK(opened.ok());
    m_net = std::move(opened).value();
    std::thread([this] { m_net->run(); }).detach();
  }
  [[nodiscard]] std::uint16_t port() const { return m_net->port(); }
  /// Nobody else empties the queues here.
  void forget() {
    (void)m_ports.to_world.take_all();
    (void)m_ports.to_shop.take_all();
    (void)m_ports.people_notes.take_all();
  }

 private:
  static std::uint8_t next() {
    static std::uint8_t value = 0;
    return ++value;
  }
  world::net::Ports m_ports;
  world::TicketBook m_tickets;
  std::unique_ptr<world::net::NetServer> m_net;
};

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  constexpr linger kNoWait{1, 0};  // thousands of connections a second would else use up the ports
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &kNoWait, sizeof(kNoWait));
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  GALLERIA_CHECK(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0);
  return fd;
}

/// Until the server has closed or said nothing for a while; whether anything came.
bool drain(int fd, int timeout_ms) {
  std::array<char, 4096> sink{};
  bool any = false;
  for (pollfd waiting{fd, POLLIN, 0}; ::poll(&waiting, 1, timeout_ms) > 0;) {
    if (::recv(fd, sink.data(), sink.size(), 0) <= 0) break;
    any = true;
  }
  return any;
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Server* const server = new Server;  // it outlives everything, its thread included
  static unsigned connections = 0;
  if (size == 0) return 0;
  const int fd = connect_to(server->port());
  if (data[0] % 2 == 1) send_all(fd, kUpgrade);
  send_all(fd, {reinterpret_cast<const char*>(data) + 1, size - 1});
  ::shutdown(fd, SHUT_WR);
  (void)drain(fd, 50);
  ::close(fd);
  server->forget();
  if (++connections % 256 == 0) {
    const int honest = connect_to(server->port());
    send_all(honest, "GET /metrics HTTP/1.1\r\nHost: mall.test\r\nConnection: close\r\n\r\n");
    GALLERIA_CHECK(drain(honest, kAnswerTimeoutMs));
    ::close(honest);
  }
  return 0;
}
