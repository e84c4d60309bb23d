/// Attackers that are let in like anybody: with a session and a ticket of the shop, each from an address of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "client-proto/native/link.h"
#include "tools/attack/sockets.h"
#include "tools/loadbot/api_client.h"

namespace attack {

/// Where to come in.
struct Door {
  std::string base_url;
  std::uint16_t port = 0;
  std::uint16_t udp_port = 0;
};

struct NativeGuest {
  std::unique_ptr<proto::NativeLink> link;
  std::uint32_t connect_id = 0;  ///< ENet's number for the connection, as it takes its checksums with
};
/// Over UDP, joined; without a link when the server does not let it in.
[[nodiscard]] NativeGuest native_guest(const Door& door, const proto::Ticket& ticket);
/// Over WebSocket from this address, joined; below 0 when the server does not let it in. Nothing of what the server
/// sent is taken out of the socket.
[[nodiscard]] int web_guest(const Door& door, const proto::Ticket& ticket, std::uint32_t from,
                            int receive_buffer_bytes = 0);
[[nodiscard]] std::string text_of(std::uint32_t address);

/// Somebody with an account, who comes in as often as need be.
class Person {
 public:
  Person(Door door, std::uint32_t address, int number)
      : m_door(std::move(door)), m_address(address), m_number(number) {}
  /// Nothing when the shop gives none.
  [[nodiscard]] std::optional<loadbot::Admission> ticket();
  [[nodiscard]] NativeGuest come_native();
  [[nodiscard]] int come_web(int receive_buffer_bytes = 0);

 private:
  Door m_door;
  std::uint32_t m_address;
  int m_number;
  std::string m_cookie;
};

}  // namespace attack
