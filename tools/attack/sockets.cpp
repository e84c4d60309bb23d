#include "tools/attack/sockets.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace attack {

const std::string_view kUpgrade =
    "GET /ws HTTP/1.1\r\nHost: mall.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: galleria.2\r\n\r\n";

sockaddr_in loopback(std::uint16_t port, std::uint32_t address) {
  sockaddr_in out = {};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = htonl(address);
  return out;
}

std::uint32_t stranger(std::uint32_t number) {
  constexpr std::uint32_t kFirst = 0x7f010001;  // 127.1.0.1
  constexpr std::uint32_t kPerNetwork = 250;
  const std::uint32_t n = number % kStrangers;
  return kFirst + (n / kPerNetwork << 8U) + n % kPerNetwork;
}

Barrage::Barrage(std::uint16_t port) : m_fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), m_to(loopback(port)) {
  for (std::size_t i = 0; i < kBatch; ++i) {
    Slot& slot = m_slots[i];
    slot.piece.iov_base = slot.bytes.data();
    msghdr& head = m_messages[i].msg_hdr;
    head.msg_name = &m_to;
    head.msg_namelen = sizeof(m_to);
    head.msg_iov = &slot.piece;
    head.msg_iovlen = 1;
    head.msg_control = slot.control.data();
    head.msg_controllen = slot.control.size();
    cmsghdr* control = CMSG_FIRSTHDR(&head);
    control->cmsg_level = IPPROTO_IP;
    control->cmsg_type = IP_PKTINFO;
    control->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  }
}

Barrage::~Barrage() { ::close(m_fd); }

void Barrage::add(std::uint32_t from, std::span<const std::uint8_t> datagram) {
  Slot& slot = m_slots[m_count];
  slot.piece.iov_len = std::min(datagram.size(), slot.bytes.size());
  std::copy_n(datagram.begin(), slot.piece.iov_len, slot.bytes.begin());
  in_pktinfo sender = {};
  sender.ipi_spec_dst.s_addr = htonl(from);
  cmsghdr* control = CMSG_FIRSTHDR(&m_messages[m_count].msg_hdr);
  if (control == nullptr) return;  // the room for it was set when this was made
  std::memcpy(CMSG_DATA(control), &sender, sizeof(sender));
  if (++m_count == kBatch) send();
}

void Barrage::send() {
  std::size_t at = 0;
  while (at < m_count) {
    const int sent = ::sendmmsg(m_fd, m_messages.data() + at, static_cast<unsigned>(m_count - at), 0);
    if (sent <= 0) break;
    at += static_cast<std::size_t>(sent);
  }
  m_sent += at;
  m_count = 0;
}

Forger::Forger() : m_fd(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW)) {}
Forger::~Forger() {
  if (m_fd >= 0) ::close(m_fd);
}

void Forger::send(std::uint8_t protocol, std::span<const std::uint8_t> transport) {
  constexpr std::uint8_t kHops = 64;
  iphdr ip = {};
  ip.version = 4;
  ip.ihl = sizeof(ip) / 4;
  ip.tot_len = htons(static_cast<std::uint16_t>(sizeof(ip) + transport.size()));
  ip.ttl = kHops;
  ip.protocol = protocol;
  ip.saddr = htonl(INADDR_LOOPBACK);
  ip.daddr = htonl(INADDR_LOOPBACK);  // the kernel fills in the checksum
  Bytes packet(sizeof(ip) + transport.size());
  std::memcpy(packet.data(), &ip, sizeof(ip));
  std::copy(transport.begin(), transport.end(), packet.begin() + sizeof(ip));
  const sockaddr_in to = loopback(0);
  const auto sent = ::sendto(m_fd, packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof(to));
  m_sent += sent > 0 ? 1 : 0;
}

void Forger::datagram(std::uint16_t from, std::uint16_t to, std::span<const std::uint8_t> payload) {
  udphdr udp = {};
  udp.source = htons(from);
  udp.dest = htons(to);
  udp.len = htons(static_cast<std::uint16_t>(sizeof(udp) + payload.size()));  // no checksum: allowed over IPv4
  Bytes transport(sizeof(udp) + payload.size());
  std::memcpy(transport.data(), &udp, sizeof(udp));
  std::copy(payload.begin(), payload.end(), transport.begin() + sizeof(udp));
  send(IPPROTO_UDP, transport);
}

void Forger::reset(std::uint16_t from, std::uint16_t to, std::uint32_t sequence) {
  tcphdr tcp = {};
  tcp.source = htons(from);
  tcp.dest = htons(to);
  tcp.seq = htonl(sequence);
  tcp.doff = sizeof(tcp) / 4;
  tcp.rst = 1;
  // The sum over pseudo header and header (RFC 9293, 3.1).
  struct {
    std::uint32_t source, destination;
    std::uint16_t protocol, size;
    tcphdr tcp;
  } summed{htonl(INADDR_LOOPBACK), htonl(INADDR_LOOPBACK), htons(IPPROTO_TCP), htons(sizeof(tcp)), tcp};
  std::array<std::uint16_t, sizeof(summed) / 2> words{};
  std::memcpy(words.data(), &summed, sizeof(summed));
  std::uint32_t sum = 0;
  for (const std::uint16_t word : words) sum += word;
  while (sum >> 16U != 0) sum = (sum & 0xffffU) + (sum >> 16U);
  tcp.check = static_cast<std::uint16_t>(~sum);
  Bytes transport(sizeof(tcp));
  std::memcpy(transport.data(), &tcp, sizeof(tcp));
  send(IPPROTO_TCP, transport);
}

int connect_from(std::uint32_t address, std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const sockaddr_in own = loopback(0, address);
  const sockaddr_in to = loopback(port);
  const bool begun = ::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof(own)) == 0 &&
                     (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0 || errno == EINPROGRESS);
  if (begun) return fd;
  ::close(fd);
  return -1;
}

int connect_now(std::uint32_t address, std::uint16_t port, int receive_buffer_bytes) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (receive_buffer_bytes > 0) {
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof(receive_buffer_bytes));
  }
  const sockaddr_in own = loopback(0, address);
  const sockaddr_in to = loopback(port);
  const bool done = ::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof(own)) == 0 &&
                    ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0;
  if (done) return fd;
  ::close(fd);
  return -1;
}

std::size_t send_some(int fd, std::string_view bytes) {
  const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

std::string frame(int opcode, bool final, std::span<const std::uint8_t> payload, std::uint64_t announced) {
  constexpr std::uint64_t kShort = 126;
  constexpr std::uint64_t kLong = 0x10000;
  std::string out;
  const auto put = [&out](std::uint64_t byte) { out += static_cast<char>(byte & 0xffU); };
  put((final ? 0x80U : 0U) | static_cast<unsigned>(opcode));
  if (announced < kShort) {
    put(0x80U | announced);
  } else {
    const unsigned bytes = announced < kLong ? 2 : 8;
    put(0x80U | (bytes == 2 ? 126U : 127U));
    for (unsigned i = bytes; i > 0; --i) put(announced >> 8 * (i - 1));
  }
  out.append(4, '\0');  // a mask of zeros leaves the bytes as they are
  out.append(payload.begin(), payload.end());
  return out;
}

Bytes noise(std::mt19937& dice, std::size_t bytes) {
  Bytes out(bytes);
  for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(dice());
  return out;
}

}  // namespace attack
