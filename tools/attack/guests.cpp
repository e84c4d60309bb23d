#include "tools/attack/guests.h"

#include <poll.h>
#include <unistd.h>

#include <array>

#include "tools/worldbench/porter.h"

namespace attack {

namespace {

constexpr proto::SpanUs kEnterTimeout = proto::seconds(3);
constexpr int kLookAgain_us = 2000;

/// Behind the answer to the upgrade the server's first frame, of whose bundle a Welcome is the first message.
bool holds_welcome(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  const std::string_view frame = bytes.substr(end + 4);
  constexpr std::size_t kFrameHead = 2;   // short frames
  constexpr std::size_t kLongerHead = 4;  // with 16 bits of size
  if (frame.size() <= kLongerHead + 2) return false;
  const std::size_t at = static_cast<std::uint8_t>(frame[1]) == 126 ? kLongerHead : kFrameHead;
  const std::size_t opcode_at = at + ((static_cast<std::uint8_t>(frame[at]) & 0x80U) != 0 ? 2 : 1);
  return static_cast<std::uint8_t>(frame[opcode_at]) == static_cast<std::uint8_t>(proto::Opcode::kWelcome);
}

/// Waits until what has come, which stays in the socket, is as wished.
template <class Wish>
bool comes(int fd, const Wish& wish) {
  const proto::TimeUs end = worldbench::now_steady() + kEnterTimeout;
  std::array<char, 1500> bytes{};
  while (worldbench::now_steady() < end) {
    const ssize_t size = ::recv(fd, bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
    if (size == 0) return false;
    if (size > 0 && wish(std::string_view(bytes.data(), static_cast<std::size_t>(size)))) return true;
    ::usleep(kLookAgain_us);
  }
  return false;
}

}  // namespace

std::string text_of(std::uint32_t address) {
  std::string text;
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    text += (text.empty() ? "" : ".") + std::to_string(address >> (shift - 8) & 0xffU);
  }
  return text;
}

NativeGuest native_guest(const Door& door, const proto::Ticket& ticket) {
  bool joined = false;
  proto::CookieNonce nonce{};
  std::copy_n(ticket.id.begin(), nonce.size(), nonce.begin());
  auto link = proto::NativeLink::open("127.0.0.1", door.udp_port, ticket, nonce, worldbench::now_steady(),
                                      [&joined](std::span<const std::uint8_t> packet, auto) {
                                        joined =
                                            joined || packet[0] == static_cast<std::uint8_t>(proto::Opcode::kWelcome);
                                      });
  if (!link) return {};
  const proto::TimeUs end = worldbench::now_steady() + kEnterTimeout;
  bool said_hello = false;
  while (!joined && worldbench::now_steady() < end) {
    link.value()->service(worldbench::now_steady());
    if (link.value()->phase() == proto::NativePhase::kConnected && !said_hello) {
      said_hello =
          link.value()->send(proto::Lane::kReliable, proto::encode(proto::Hello{proto::kProtocolVersion, ticket}));
    }
    ::usleep(kLookAgain_us);
  }
  if (!joined) return {};
  // NativeLink lets ENet count from the nonce's first bytes.
  std::uint32_t connect_id = 0;
  for (std::size_t i = 0; i < sizeof(connect_id); ++i) connect_id = connect_id << 8U | nonce[i];
  return {std::move(link).value(), connect_id + 1};
}

int web_guest(const Door& door, const proto::Ticket& ticket, std::uint32_t from, int receive_buffer_bytes) {
  const int fd = connect_now(from, door.port, receive_buffer_bytes);
  if (fd < 0) return -1;
  send_some(fd, kUpgrade);
  // Frames that came with the head would be read as one with it.
  const bool upgraded =
      comes(fd, [](std::string_view bytes) { return bytes.find("\r\n\r\n") != std::string_view::npos; });
  if (upgraded) send_some(fd, frame(2, true, proto::encode(proto::Hello{proto::kProtocolVersion, ticket})));
  if (upgraded && comes(fd, holds_welcome)) return fd;
  ::close(fd);
  return -1;
}

std::optional<loadbot::Admission> Person::ticket() {
  if (m_cookie.empty()) {
    const std::string name = "Stranger " + std::to_string(m_number);
    m_cookie = loadbot::begin_session(m_door.base_url, name, m_number % 3, m_number % 8, text_of(m_address)).cookie;
  }
  if (m_cookie.empty()) return std::nullopt;
  return loadbot::fetch_ticket(m_door.base_url, m_cookie, text_of(m_address));
}

NativeGuest Person::come_native() {
  const auto admission = ticket();
  return admission ? native_guest(m_door, admission->ticket) : NativeGuest{};
}

int Person::come_web(int receive_buffer_bytes) {
  const auto admission = ticket();
  return admission ? web_guest(m_door, admission->ticket, m_address, receive_buffer_bytes) : -1;
}

}  // namespace attack
