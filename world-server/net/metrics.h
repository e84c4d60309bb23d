/// Counters of the net thread and their Prometheus text. They live on one thread, so they are plain numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "client-proto/core/time.h"
#include "world-server/net/ports.h"

namespace world::net {

enum class TransportKind : std::uint8_t { kWebSocket, kEnet };
constexpr std::size_t kTransports = 2;

struct TransportCounters {
  std::uint64_t clients = 0;  ///< joined now
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t states_lost = 0;      ///< state messages that the socket did not take
  std::uint64_t states_replaced = 0;  ///< state messages that gave way to a newer one
  std::uint64_t voices_dropped = 0;   ///< frames of voice that waited too long or were more than the listener's share
  std::uint64_t refused = 0;          ///< messages that a rule refused
  std::uint64_t connects_refused = 0;
};

struct Counters {
  std::array<TransportCounters, kTransports> transports{};
  std::map<int, std::uint64_t> responses;  ///< by status
  std::uint64_t http_bytes_out = 0;
  std::uint64_t voice_frames_in = 0;
  std::uint64_t voice_frames_out = 0;  ///< handed to links, each listener's counted
  std::uint64_t connections = 0;       ///< open now, HTTP and WebSocket
  std::uint64_t connections_refused = 0;
  std::uint64_t connections_given_up = 0;  ///< silent ones that gave their place to a newer one
  std::uint64_t world_queue_dropped = 0;
  std::uint64_t shop_queue_refused = 0;
  std::uint64_t suspended = 0;                     ///< avatars that wait for their shopper now
  std::uint64_t waiting = 0;                       ///< shoppers at the door of the full mall now
  std::map<std::string_view, std::uint64_t> rows;  ///< of the net thread's tables, by name

  [[nodiscard]] TransportCounters& of(TransportKind kind) { return transports[static_cast<std::size_t>(kind)]; }
};

[[nodiscard]] std::string metrics_text(const Counters& counters, const Ports& ports);

/// {"status":"ok"|"failing", ...}; ok means that world and shop gave a sign of life within the last three seconds. The
/// chains are told, but do not count: without them orders and consents wait.
struct Health {
  bool ok = false;
  std::string json;
};
[[nodiscard]] Health health_of(const Vitals& vitals, proto::TimeUs now);

}  // namespace world::net
