/// The seam between HTTP, which knows who somebody is, and the transports, which only see bytes: the API writes a
/// ticket when a session asks to enter the world, and the transport that gets the ticket in a Hello tears it off. A
/// ticket is 32 random bytes, good for 30 seconds and for one use; it carries the keys of the sealed UDP channel, one
/// per direction. The book is bounded and is the one thing that the shop thread and the net thread both touch, so it
/// locks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "client-proto/core/ids.h"
#include "client-proto/core/time.h"

namespace world {

using TicketBytes = std::array<std::uint8_t, 32>;
using ChannelKey = std::array<std::uint8_t, 32>;

constexpr proto::SpanUs kTicketLife = proto::seconds(30);
constexpr std::size_t kTicketsMax = 4096;

/// Who enters, as the shop knows them. `look` is within the limits of ARCHITECTURE.md's conventions already.
struct Passenger {
  proto::AccountId account;
  std::string name;
  std::uint8_t shape = 0;
  std::uint8_t tint = 0;
  ChannelKey client_to_server{};
  ChannelKey server_to_client{};
};

class TicketBook {
 public:
  explicit TicketBook(std::size_t tickets_max = kTicketsMax) : m_tickets_max(tickets_max) {}

  /// Enters `passenger` under `ticket`, which the caller drew at random. False when the book is full of live tickets or
  /// the ticket is already in it.
  [[nodiscard]] bool issue(const TicketBytes& ticket, Passenger passenger, proto::TimeUs now);

  /// The passenger, once; nothing for a ticket that is unknown, used or older than kTicketLife.
  [[nodiscard]] std::optional<Passenger> redeem(const TicketBytes& ticket, proto::TimeUs now);

  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    Passenger passenger;
    proto::TimeUs expires;
  };
  void forget_expired(proto::TimeUs now);

  const std::size_t m_tickets_max;
  mutable std::mutex m_mutex;
  std::map<TicketBytes, Entry> m_entries;
};

}  // namespace world
