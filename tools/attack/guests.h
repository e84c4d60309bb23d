/// Attackers that are let in like anybody: with a session and a ticket of the shop.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "client-proto/native/link.h"
#include "tools/attack/attacks.h"
#include "tools/attack/sockets.h"

namespace attack {

struct NativeGuest {
  std::unique_ptr<proto::NativeLink> link;
  std::uint32_t connect_id = 0;  ///< ENet's number for the connection, as it takes its checksums with
};
/// Over UDP, joined; without a link when the server does not let it in.
[[nodiscard]] NativeGuest native_guest(const Target& target, int number);
/// Over WebSocket, with its Hello sent; below 0 when it cannot connect.
[[nodiscard]] int web_guest(const Target& target, int number, int receive_buffer_bytes = 0);

}  // namespace attack
