/// Sockets as an attacker wants them: many senders on one socket, senders that are not one's own, TCP from any
/// loopback address.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace attack {

using Bytes = std::vector<std::uint8_t>;

[[nodiscard]] sockaddr_in loopback(std::uint16_t port, std::uint32_t address = INADDR_LOOPBACK);
/// One of 10,000 loopback addresses.
[[nodiscard]] std::uint32_t stranger(std::uint32_t number);
constexpr std::uint32_t kStrangers = 10'000;

/// Datagrams to one port, 64 in one call of the kernel, each from the loopback address that is named.
class Barrage {
 public:
  explicit Barrage(std::uint16_t port);
  ~Barrage();
  Barrage(const Barrage&) = delete;
  Barrage& operator=(const Barrage&) = delete;

  void add(std::uint32_t from, std::span<const std::uint8_t> datagram);
  void send();
  [[nodiscard]] std::uint64_t sent() const { return m_sent; }

 private:
  static constexpr std::size_t kBatch = 64;
  struct Slot {
    std::array<std::uint8_t, 1500> bytes{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in_pktinfo))> control{};
    iovec piece{};
  };
  int m_fd;
  sockaddr_in m_to;
  std::array<Slot, kBatch> m_slots;
  std::array<mmsghdr, kBatch> m_messages{};
  std::size_t m_count = 0;
  std::uint64_t m_sent = 0;
};

/// Packets in the name of other ports of this machine; needs a raw socket, which takes root.
class Forger {
 public:
  Forger();
  ~Forger();
  Forger(const Forger&) = delete;
  Forger& operator=(const Forger&) = delete;

  [[nodiscard]] bool open() const { return m_fd >= 0; }
  void datagram(std::uint16_t from, std::uint16_t to, std::span<const std::uint8_t> payload);
  void reset(std::uint16_t from, std::uint16_t to, std::uint32_t sequence);
  [[nodiscard]] std::uint64_t sent() const { return m_sent; }

 private:
  void send(std::uint8_t protocol, std::span<const std::uint8_t> transport);
  int m_fd;
  std::uint64_t m_sent = 0;
};

/// A TCP socket that connects without waiting; below 0 when it cannot.
[[nodiscard]] int connect_from(std::uint32_t address, std::uint16_t port);
/// The same, once it is connected.
[[nodiscard]] int connect_now(std::uint32_t address, std::uint16_t port, int receive_buffer_bytes = 0);
/// As much as the socket takes now.
std::size_t send_some(int fd, std::string_view bytes);

/// The head that opens /ws.
extern const std::string_view kUpgrade;
/// One masked frame (RFC 6455); `announced` is the size that its head names.
[[nodiscard]] std::string frame(int opcode, bool final, std::span<const std::uint8_t> payload, std::uint64_t announced);
[[nodiscard]] inline std::string frame(int opcode, bool final, std::span<const std::uint8_t> payload) {
  return frame(opcode, final, payload, payload.size());
}

[[nodiscard]] inline unsigned below(std::mt19937& dice, unsigned bound) {
  return static_cast<unsigned>(dice()) % bound;
}
[[nodiscard]] Bytes noise(std::mt19937& dice, std::size_t bytes);

}  // namespace attack
