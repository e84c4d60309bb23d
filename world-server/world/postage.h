/// What a message costs on the way: its payload and all that is around it from IP up, by how it travels. A client's
/// budget is counted in these bytes, so that it holds on the wire.
///
///     datagrams (ENet's port)   every snapshot and every frame of a voice is a datagram of its own; the reliable
///                               messages of a tick share a packet of ENet's
///     stream (WebSocket)        what a tick has for a client is one WebSocket frame in one TLS record, in as many
///                               segments of TCP as it needs
///
/// What neither side can foresee is left out: what is sent again because it was lost, and mere acknowledgements.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "world-server/world/port.h"

namespace world {

// Datagrams.
inline constexpr std::uint32_t kIpUdp_bytes = 28;
inline constexpr std::uint32_t kSealedState_bytes = 22;  ///< PROTOCOL.md: connection, sequence, tag
inline constexpr std::uint32_t kSealed_bytes = 21;       ///< kind, sequence, tag
inline constexpr std::uint32_t kEnetHeader_bytes = 8;    ///< with its checksum
inline constexpr std::uint32_t kEnetCommand_bytes = 6;
/// Around the reliable messages that share one packet, which is a datagram.
inline constexpr std::uint32_t kEnetPacket_bytes =
    kIpUdp_bytes + kEnetHeader_bytes + kEnetCommand_bytes + kSealed_bytes;
/// For messages in one packet (net's kEnetBundleMaxBytes), less what stays free at its end.
inline constexpr std::uint32_t kEnetRoom_bytes = 900;

// The stream.
inline constexpr std::uint32_t kIpTcp_bytes = 52;       ///< with timestamps
inline constexpr std::uint32_t kSegment_bytes = 1'400;  ///< what one carries at least
inline constexpr std::uint32_t kFrame_bytes = 33;       ///< WebSocket's header 4, TLS 1.2's record 29
inline constexpr std::uint32_t kBundled_bytes = 2;      ///< a message's size before it

// Voice: what one may take, with which net keeps (net/voice_relay.cpp). Clients speak at 20 kb/s.
inline constexpr std::uint32_t kVoiceFramesPerSecondMax = 52;
inline constexpr std::uint32_t kVoicePayloadBytesPerSecondMax = 2'700;
/// Everything in a `voiced` but the frame: opcode, id, sequence, start, size, and the bits that fill the last byte.
inline constexpr std::uint32_t kVoiced_bytes = 8;
/// Frames of voices to one client share what is written on its stream: so often, however many are heard.
inline constexpr std::uint32_t kVoiceWritesPerSecondMax = 100;

/// What so many voices may take of a client's budget.
[[nodiscard]] constexpr std::uint32_t voices_bytes_per_s(Carriage carriage, std::uint32_t voices) {
  const std::uint32_t frames = voices * kVoiceFramesPerSecondMax;
  const std::uint32_t spoken = voices * kVoicePayloadBytesPerSecondMax + frames * kVoiced_bytes;
  if (carriage == Carriage::kDatagrams) return spoken + frames * (kIpUdp_bytes + kSealedState_bytes);
  return spoken + frames * kBundled_bytes + std::min(frames, kVoiceWritesPerSecondMax) * (kFrame_bytes + kIpTcp_bytes);
}
static_assert(voices_bytes_per_s(Carriage::kDatagrams, 4) < 23'000 &&
              voices_bytes_per_s(Carriage::kStream, 4) < 22'000);

/// Adds up one tick's messages to one client.
class Postage {
 public:
  explicit Postage(Carriage carriage = Carriage::kDatagrams) : m_carriage(carriage) {}

  [[nodiscard]] Carriage carriage() const { return m_carriage; }
  void begin_tick() { m_shared_bytes = 0; }

  /// What a message of this size would cost now, everything counted.
  [[nodiscard]] std::uint32_t cost_bytes(Lane lane, std::size_t size_bytes) const {
    const auto size = static_cast<std::uint32_t>(size_bytes);
    if (is_alone(lane)) return size + kIpUdp_bytes + kSealedState_bytes;
    const std::uint32_t with_head = size + kBundled_bytes;
    return with_head + carried_bytes(m_shared_bytes + with_head) - carried_bytes(m_shared_bytes);
  }
  /// What is around a message of at most a datagram's size at most.
  [[nodiscard]] std::uint32_t around_bytes_max(Lane lane) const {
    if (is_alone(lane)) return kIpUdp_bytes + kSealedState_bytes;
    return kBundled_bytes + carried_bytes(m_shared_bytes + packet_room_bytes()) - carried_bytes(m_shared_bytes);
  }
  /// Counts it as sent.
  std::uint32_t pay(Lane lane, std::size_t size_bytes) {
    const std::uint32_t cost = cost_bytes(lane, size_bytes);
    if (!is_alone(lane)) m_shared_bytes += static_cast<std::uint32_t>(size_bytes) + kBundled_bytes;
    return cost;
  }

 private:
  [[nodiscard]] bool is_alone(Lane lane) const { return m_carriage == Carriage::kDatagrams && lane == Lane::kState; }
  [[nodiscard]] std::uint32_t packet_room_bytes() const {
    return m_carriage == Carriage::kDatagrams ? kEnetRoom_bytes : kSegment_bytes;
  }
  /// What carries so many shared bytes.
  [[nodiscard]] std::uint32_t carried_bytes(std::uint32_t shared_bytes) const {
    const std::uint32_t packets = (shared_bytes + packet_room_bytes() - 1) / packet_room_bytes();
    if (m_carriage == Carriage::kDatagrams) return packets * kEnetPacket_bytes;
    return packets * kIpTcp_bytes + (packets > 0 ? kFrame_bytes : 0);
  }

  Carriage m_carriage;
  std::uint32_t m_shared_bytes = 0;  ///< of this tick, that travel together
};

}  // namespace world
