/// Datagrams of the state lane on their way out: collected and handed to the kernel many at a time, since a call for
/// each is most of what a datagram costs. What the kernel does not take is lost, as on the way.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <vector>

#include "world-server/net/limits.h"

namespace world::net {

class StateBatch {
 public:
  explicit StateBatch(int socket) : m_socket(socket) {}

  /// Append the datagram here, then `add` it.
  [[nodiscard]] std::vector<std::uint8_t>& bytes() { return m_bytes; }
  /// Everything appended since the last one goes to this IPv4 address (host and port as ENet has them). Sends when the
  /// batch is full.
  void add(std::uint32_t host, std::uint16_t port);
  void send();
  [[nodiscard]] bool has_some() const { return m_count > 0; }

  [[nodiscard]] std::uint64_t lost() const { return m_lost; }

 private:
  struct Datagram {
    sockaddr_in to{};
    std::size_t begin = 0;
    std::size_t size = 0;
  };
  int m_socket;
  std::vector<std::uint8_t> m_bytes;
  std::array<Datagram, kStateBatchMax> m_datagrams{};
  std::size_t m_count = 0;
  std::uint64_t m_lost = 0;
};

}  // namespace world::net
