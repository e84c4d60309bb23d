/// ENet's own packets, and state datagrams, as a stranger can make them who has read PROTOCOL.md.
#pragma once

#include <enet/enet.h>

#include <cstring>

#include "client-proto/native/cookie.h"
#include "client-proto/native/seal.h"
#include "tools/attack/sockets.h"

namespace attack {

[[nodiscard]] inline Bytes as_bytes(const proto::CookieBytes& cookie) {
  return {cookie.bytes.begin(), cookie.bytes.begin() + static_cast<std::ptrdiff_t>(cookie.size)};
}

/// ENet's header, the checksum taken with a connection's number (0: none yet), and one command.
template <class Command>
[[nodiscard]] Bytes enet_datagram(std::uint16_t peer_word, std::uint32_t connect_id, const Command& command,
                                  std::span<const std::uint8_t> data) {
  const ENetProtocolHeader header{htons(peer_word), 0};
  constexpr std::size_t kHeadBytes = sizeof(header) + sizeof(connect_id);
  Bytes bytes(kHeadBytes + sizeof(command) + data.size());
  std::memcpy(bytes.data(), &header, sizeof(header));
  std::memcpy(bytes.data() + sizeof(header), &connect_id, sizeof(connect_id));
  std::memcpy(bytes.data() + kHeadBytes, &command, sizeof(command));
  std::copy(data.begin(), data.end(), bytes.begin() + static_cast<std::ptrdiff_t>(kHeadBytes + sizeof(command)));
  const ENetBuffer whole{bytes.data(), bytes.size()};
  const enet_uint32 checksum = enet_crc32(&whole, 1);
  std::memcpy(bytes.data() + sizeof(header), &checksum, sizeof(checksum));
  return bytes;
}

[[nodiscard]] inline std::uint16_t peer_word(unsigned peer, unsigned session = 0) {
  return static_cast<std::uint16_t>(int{ENET_PROTOCOL_HEADER_FLAG_SENT_TIME} |
                                    static_cast<int>(session << ENET_PROTOCOL_HEADER_SESSION_SHIFT | peer));
}

[[nodiscard]] Bytes enet_connect(std::uint32_t connect_id);
[[nodiscard]] Bytes enet_disconnect(unsigned peer, unsigned session, std::uint32_t connect_id);
/// The first fragment of a packet of this size, which has many.
[[nodiscard]] Bytes enet_fragment(unsigned peer, unsigned session, std::uint32_t connect_id, std::uint16_t sequence,
                                  std::uint32_t total_bytes);
/// A datagram of the state lane with noise for a seal.
[[nodiscard]] Bytes forged_state(std::mt19937& dice, std::uint16_t connection);

}  // namespace attack
