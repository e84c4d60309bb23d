#include "tests/unit/net/harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <span>

#include "client-proto/wire/bundle.h"

namespace net_test {

using namespace std::chrono_literals;

TempFolder::TempFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "galleria-net-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  m_path = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(m_path, ignored);
}

void TempFolder::write(const std::string& name, std::string_view text) const {
  const std::filesystem::path file = std::filesystem::path(m_path) / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

void fill_random(std::span<std::uint8_t> bytes) {
  REQUIRE(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

TestServer::TestServer(const std::function<void(world::net::NetConfig&)>& configure, const Shop& shop) {
  world::net::NetConfig config;
  config.port = 0;
  config.udp_port = 0;
  for (const char* name : {"web", "content", "assets", "spool"}) {
    std::filesystem::create_directories(m_folder.path() + "/" + name);
  }
  config.http.web_dir = m_folder.path() + "/web";
  config.http.content_dir = m_folder.path() + "/content";
  config.http.assets_dir = m_folder.path() + "/assets";
  config.http.spool_dir = m_folder.path() + "/spool";
  config.session.clients_max = 8;
  config.session.random = fill_random;
  if (configure) configure(config);
  auto opened = world::net::NetServer::open(config, m_ports, m_tickets);
  if (!opened) FAIL(opened.error());
  m_server = std::move(opened).value();
  m_net = std::thread([this] { m_server->run(); });
  if (!shop) return;
  m_shop = std::thread([this, shop] {
    while (!m_stopped.load()) {
      auto call = m_ports.to_shop.wait_pop(20ms);
      if (!call) continue;
      if (auto response = shop(call->request)) {
        // Catch's macros belong to the test's own thread.
        GALLERIA_CHECK(m_ports.from_shop.push({call->id, std::move(*response)}));
        m_server->wake();
      }
    }
  });
}

TestServer::~TestServer() { stop(); }

void TestServer::stop() {
  if (m_stopped.exchange(true)) return;
  m_server->stop();
  m_net.join();
  if (m_shop.joinable()) m_shop.join();
}

proto::Ticket TestServer::ticket(std::uint8_t shopper, const std::string& name) {
  proto::Ticket ticket;
  fill_random(ticket.id);
  fill_random(ticket.secret);
  world::Passenger passenger;
  passenger.account.bytes[0] = shopper;
  passenger.name = name;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  REQUIRE(m_tickets.issue(ticket, passenger, {std::chrono::duration_cast<std::chrono::microseconds>(now).count()}));
  return ticket;
}

void TestServer::say(proto::AvatarId to, proto::Lane lane, const Bytes& payload) {
  say_in_one_tick(to, lane, {payload});
}

void TestServer::say_in_one_tick(proto::AvatarId to, proto::Lane lane, const std::vector<Bytes>& payloads) {
  world::TickOutput output;
  output.tick = ++m_tick;
  for (const Bytes& payload : payloads) {
    output.outgoing.push_back(
        {to, lane, static_cast<std::uint32_t>(output.bytes.size()), static_cast<std::uint32_t>(payload.size())});
    output.bytes.insert(output.bytes.end(), payload.begin(), payload.end());
  }
  // NOLINTNEXTLINE(bugprone-use-after-move): a full queue leaves it untouched
  while (!m_ports.from_world.push(std::move(output))) std::this_thread::sleep_for(1ms);
  m_server->wake();
}

std::optional<world::NetToWorld> TestServer::next_command() {
  const auto end = std::chrono::steady_clock::now() + 3s;
  while (std::chrono::steady_clock::now() < end) {
    auto command = m_ports.to_world.wait_pop(100ms);
    if (command && !std::holds_alternative<world::Inputs>(*command)) return command;
  }
  return std::nullopt;
}

RawClient::RawClient(std::uint16_t port, bool tls, const std::vector<std::string>& alpn, int receive_buffer_bytes) {
  m_fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer_bytes > 0) {
    ::setsockopt(m_fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof(receive_buffer_bytes));
  }
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(m_fd);
    m_fd = -1;
    return;
  }
  if (!tls) return;
  m_context = SSL_CTX_new(TLS_client_method());
  m_ssl = SSL_new(m_context);
  std::string list;
  for (const std::string& name : alpn) list += static_cast<char>(name.size()) + name;
  if (!list.empty()) {
    SSL_set_alpn_protos(m_ssl, reinterpret_cast<const unsigned char*>(list.data()), static_cast<unsigned>(list.size()));
  }
  SSL_set_fd(m_ssl, m_fd);
  REQUIRE(SSL_connect(m_ssl) == 1);
}

RawClient::~RawClient() {
  if (m_ssl != nullptr) SSL_free(m_ssl);
  if (m_context != nullptr) SSL_CTX_free(m_context);
  if (m_fd >= 0) ::close(m_fd);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = m_ssl != nullptr
                          ? static_cast<ssize_t>(SSL_write(m_ssl, bytes.data(), static_cast<int>(bytes.size())))
                          : ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawClient::receive(std::size_t size_max, int timeout_ms) {
  if (!m_buffer.empty()) {
    std::string out = m_buffer.substr(0, size_max);
    m_buffer.erase(0, out.size());
    return out;
  }
  pollfd waiting{m_fd, POLLIN, 0};
  if ((m_ssl == nullptr || SSL_pending(m_ssl) == 0) && ::poll(&waiting, 1, timeout_ms) <= 0) return {};
  std::string out(size_max, '\0');
  const auto got = m_ssl != nullptr ? static_cast<ssize_t>(SSL_read(m_ssl, out.data(), static_cast<int>(size_max)))
                                    : ::recv(m_fd, out.data(), size_max, 0);
  out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return out;
}

Response RawClient::response(bool head_only) {
  Response r;
  while (r.text.find("\r\n\r\n") == std::string::npos) {
    const std::string more = receive(65536);
    if (more.empty()) return r;
    r.text += more;
  }
  const std::size_t end = r.text.find("\r\n\r\n");
  std::string head = r.text.substr(0, end);
  if (head.size() > 12) r.status = std::stoi(head.substr(9, 3));
  for (std::size_t at = head.find("\r\n"); at != std::string::npos;) {
    const std::size_t next = head.find("\r\n", at + 2);
    const std::string line = head.substr(at + 2, next == std::string::npos ? next : next - at - 2);
    const std::size_t colon = line.find(':');
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    r.headers[name] = colon == std::string::npos ? "" : line.substr(std::min(line.size(), colon + 2));
    at = next;
  }
  r.body = r.text.substr(end + 4);
  const std::size_t wanted = head_only || r.status == 304 || r.status == 101 || r.headers.count("content-length") == 0
                                 ? 0
                                 : std::stoul(r.headers["content-length"]);
  while (r.body.size() < wanted) {
    const std::string more = receive(65536);
    if (more.empty()) break;
    r.body += more;
  }
  if (r.body.size() > wanted) m_buffer = r.body.substr(wanted);
  r.body.resize(std::min(r.body.size(), wanted));
  return r;
}

Response RawClient::get(const std::string& path, const std::string& headers) {
  send("GET " + path + " HTTP/1.1\r\nHost: mall.test\r\n" + headers + "\r\n");
  return response();
}

bool RawClient::closed(int timeout_ms) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (std::chrono::steady_clock::now() < end) {
    pollfd waiting{m_fd, POLLIN, 0};
    if (::poll(&waiting, 1, 50) <= 0) continue;
    std::array<char, 4096> sink{};
    const auto got = ::recv(m_fd, sink.data(), sink.size(), 0);
    if (got <= 0) return true;
  }
  return false;
}

std::string RawClient::alpn() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(m_ssl, &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

RawWebSocket::RawWebSocket(std::uint16_t port, const std::string& headers, const std::string& path,
                           const std::string& protocol, int receive_buffer_bytes, bool tls)
    : m_client(port, tls, {}, receive_buffer_bytes) {
  std::string request = "GET " + path +
                        " HTTP/1.1\r\nHost: mall.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  if (!protocol.empty()) request += "Sec-WebSocket-Protocol: " + protocol + "\r\n";
  m_client.send(request + headers + "\r\n");
  m_handshake = m_client.response();
}

void RawWebSocket::send(const Bytes& payload, int opcode) {
  constexpr std::array<std::uint8_t, 4> kMask{0x11, 0x22, 0x33, 0x44};
  std::string frame;
  frame += static_cast<char>(0x80 | opcode);
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80U | payload.size());
  } else if (payload.size() <= 0xffff) {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8U);
    frame += static_cast<char>(payload.size() & 0xffU);
  } else {
    frame += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8)
      frame += static_cast<char>(payload.size() >> static_cast<unsigned>(shift));
  }
  frame.append(kMask.begin(), kMask.end());
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ kMask[i % 4]);
  m_client.send(frame);
}

Frame RawWebSocket::receive(int timeout_ms) {
  if (m_bundled.empty()) {
    Frame frame = receive_frame(timeout_ms);
    ++m_frames;
    if (frame.opcode != 2) return frame;
    std::span<const std::uint8_t> rest = frame.payload;
    while (!rest.empty()) {
      const auto message = proto::take_bundled(rest);
      REQUIRE(message.has_value());
      m_bundled.emplace_back(message->begin(), message->end());
    }
  }
  Frame next{2, m_bundled.front()};
  m_bundled.pop_front();
  return next;
}

Frame RawWebSocket::receive_frame(int timeout_ms) {
  const auto need = [&](std::size_t size) {
    while (m_rest.size() < size) {
      const std::string more = m_client.receive(65536, timeout_ms);
      if (more.empty()) return false;
      m_rest += more;
    }
    return true;
  };
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(m_rest[i]); };
  if (!need(2)) return {};
  std::size_t head = 2;
  std::size_t size = byte(1) & 127U;
  REQUIRE(size < 127);  // with eight bytes of size: nothing of ours is so large
  if (size == 126) {
    if (!need(4)) return {};
    size = static_cast<std::size_t>(byte(2)) << 8U | byte(3);
    head = 4;
  }
  if (!need(head + size)) return {};
  Frame frame{byte(0) & 15, Bytes(m_rest.begin() + static_cast<std::ptrdiff_t>(head),
                                  m_rest.begin() + static_cast<std::ptrdiff_t>(head + size))};
  m_rest.erase(0, head + size);
  return frame;
}

std::optional<Bytes> RawWebSocket::expect(proto::Opcode opcode, int timeout_ms) {
  for (;;) {
    Frame frame = receive(timeout_ms);
    if (frame.opcode == -1 || frame.opcode == 8) return std::nullopt;
    if (frame.opcode == 2 && !frame.payload.empty() && frame.payload[0] == static_cast<std::uint8_t>(opcode)) {
      return frame.payload;
    }
  }
}

std::optional<proto::Goodbye> RawWebSocket::goodbye(int timeout_ms) {
  const auto packet = expect(proto::Opcode::kGoodbye, timeout_ms);
  if (!packet) return std::nullopt;
  const auto decoded = proto::decode<proto::Goodbye>(*packet);
  return decoded ? std::optional(decoded.value()) : std::nullopt;
}

Bytes welcome_for(const world::NetToWorld& command) {
  proto::Welcome welcome;
  welcome.clients_max = 8;
  if (const auto* joined = std::get_if<world::Join>(&command)) {
    welcome.self = joined->avatar;
    welcome.resume = joined->resume;
  } else {
    const auto& resumed = std::get<world::Resume>(command);
    welcome.self = resumed.avatar;
    welcome.resume = resumed.resume;
  }
  return proto::encode(welcome);
}

proto::AvatarId join(TestServer& server, RawWebSocket& socket, const proto::Ticket& ticket) {
  REQUIRE(socket.open());
  socket.send(proto::encode(proto::Hello{proto::kProtocolVersion, ticket}));
  const auto command = server.next_command();
  REQUIRE(command.has_value());
  const auto* joined = std::get_if<world::Join>(&*command);
  REQUIRE(joined != nullptr);
  server.say(joined->avatar, proto::Lane::kReliable, welcome_for(*command));
  REQUIRE(socket.expect(proto::Opcode::kWelcome).has_value());
  return joined->avatar;
}

}  // namespace net_test
