#include "tests/unit/cheats/wiretap.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

namespace cheats {

namespace {

constexpr int kPollMs = 20;
constexpr std::size_t kDatagramBytesMax = 2048;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

Wiretap::Wiretap(std::uint16_t server_port)
    : m_near(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), m_far(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  REQUIRE(::bind(m_near, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  socklen_t size = sizeof(address);
  REQUIRE(::getsockname(m_near, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  m_port = ntohs(address.sin_port);
  address = loopback(server_port);
  REQUIRE(::connect(m_far, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  m_thread = std::thread([this] { run(); });
}

Wiretap::~Wiretap() {
  m_ending.store(true);
  m_thread.join();
  ::close(m_near);
  ::close(m_far);
}

void Wiretap::meddle(std::function<std::vector<Bytes>(const Bytes&)> meddler) {
  const std::lock_guard lock(m_mutex);
  m_meddler = std::move(meddler);
}

std::vector<Bytes> Wiretap::heard() const {
  const std::lock_guard lock(m_mutex);
  return m_heard;
}

void Wiretap::inject(std::span<const std::uint8_t> datagram) {
  (void)::send(m_far, datagram.data(), datagram.size(), MSG_DONTWAIT);
}

void Wiretap::run() {
  sockaddr_in client = {};
  while (!m_ending.load()) {
    std::array<pollfd, 2> waiting{{{m_near, POLLIN, 0}, {m_far, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), kPollMs) <= 0) continue;
    Bytes bytes(kDatagramBytesMax);
    if ((waiting[0].revents & POLLIN) != 0) {
      socklen_t size = sizeof(client);
      const auto got = ::recvfrom(m_near, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&client), &size);
      bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
      const std::lock_guard lock(m_mutex);
      m_heard.push_back(bytes);
      const std::vector<Bytes> onward = m_meddler ? m_meddler(bytes) : std::vector<Bytes>{bytes};
      for (const Bytes& datagram : onward) inject(datagram);
    } else if ((waiting[1].revents & POLLIN) != 0) {
      const auto got = ::recv(m_far, bytes.data(), bytes.size(), 0);
      if (got <= 0) continue;
      (void)::sendto(m_near, bytes.data(), static_cast<std::size_t>(got), 0, reinterpret_cast<const sockaddr*>(&client),
                     sizeof(client));
    }
  }
}

}  // namespace cheats
