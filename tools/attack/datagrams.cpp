#include "tools/attack/datagrams.h"

#include "client-proto/wire/opcodes.h"

namespace attack {

namespace {

constexpr std::uint32_t kMtu_bytes = 1160;
constexpr std::uint8_t kNoChannel = 0xff;

enet_uint8 acknowledged(int command) {
  return static_cast<enet_uint8>(command | int{ENET_PROTOCOL_COMMAND_FLAG_ACKNOWLEDGE});
}

}  // namespace

Bytes enet_connect(std::uint32_t connect_id) {
  ENetProtocolConnect connect = {};
  connect.header = {acknowledged(ENET_PROTOCOL_COMMAND_CONNECT), kNoChannel, htons(1)};
  connect.mtu = htonl(kMtu_bytes);
  connect.windowSize = htonl(ENET_PROTOCOL_MAXIMUM_WINDOW_SIZE);
  connect.channelCount = htonl(1);
  connect.connectID = connect_id;
  connect.data = htonl(proto::kProtocolVersion);
  return enet_datagram(peer_word(ENET_PROTOCOL_MAXIMUM_PEER_ID), 0, connect, {});
}

Bytes enet_disconnect(unsigned peer, unsigned session, std::uint32_t connect_id) {
  ENetProtocolDisconnect disconnect = {};
  disconnect.header = {
      static_cast<enet_uint8>(int{ENET_PROTOCOL_COMMAND_DISCONNECT} | int{ENET_PROTOCOL_COMMAND_FLAG_UNSEQUENCED}),
      kNoChannel, htons(1)};
  return enet_datagram(peer_word(peer, session), connect_id, disconnect, {});
}

Bytes enet_fragment(unsigned peer, unsigned session, std::uint32_t connect_id, std::uint16_t sequence,
                    std::uint32_t total_bytes) {
  const std::array<std::uint8_t, 64> data{};
  ENetProtocolSendFragment command = {};
  command.header = {acknowledged(ENET_PROTOCOL_COMMAND_SEND_FRAGMENT), 0, htons(sequence)};
  command.startSequenceNumber = htons(sequence);
  command.dataLength = htons(static_cast<std::uint16_t>(data.size()));
  command.fragmentCount = htonl(total_bytes / static_cast<std::uint32_t>(data.size()));
  command.totalLength = htonl(total_bytes);
  return enet_datagram(peer_word(peer, session), connect_id, command, data);
}

Bytes forged_state(std::mt19937& dice, std::uint16_t connection) {
  Bytes bytes = noise(dice, proto::kStateOverheadBytes + dice() % 60);
  bytes[0] = static_cast<std::uint8_t>((proto::kStateMark | connection) >> 8U);
  bytes[1] = static_cast<std::uint8_t>(connection);
  std::fill_n(bytes.begin() + 3, 3, std::uint8_t{0});  // a number that may well come next
  return bytes;
}

}  // namespace attack
