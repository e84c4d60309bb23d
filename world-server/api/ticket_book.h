/// The seam between HTTP, which knows who somebody is, and the transports, which only see bytes: the API writes a
/// ticket when a session asks to enter the world, and the transport that gets the ticket in a Hello tears it off. A
/// ticket (PROTOCOL.md) is an id of 16 random bytes by which it is found and a secret of 32, from which the keys of the
/// sealed UDP channel are derived; its text form is base64url of the 48 bytes, id first. It is good for 30 seconds and
/// for one use. The book is bounded and is the one thing that the shop thread and the net thread both touch, so it
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
#include "client-proto/wire/messages.h"
#include "world-server/world/bonds.h"

namespace world {

using TicketId = std::array<std::uint8_t, 16>;
using TicketSecret = std::array<std::uint8_t, 32>;

constexpr proto::SpanUs kTicketLife = proto::seconds(30);
constexpr std::size_t kTicketsMax = 4096;

/// Who enters, as the shop knows them. `look` is within the limits of ARCHITECTURE.md's conventions already.
struct Passenger {
  proto::AccountId account;  ///< of the account or, without one, of the session: the same shopper has the same id
  std::string name;
  std::uint8_t shape = 0;
  std::uint8_t tint = 0;
  bool is_staff = false;            ///< may send others away
  Bonds<proto::AccountId> bonds{};  ///< whom this shopper has muted or blocked
};

class TicketBook {
 public:
  explicit TicketBook(std::size_t tickets_max = kTicketsMax) : m_tickets_max(tickets_max) {}

  /// Enters `passenger` under `ticket`, which the caller drew at random. False when the book is full of live tickets or
  /// the ticket's id is already in it.
  [[nodiscard]] bool issue(const proto::Ticket& ticket, Passenger passenger, proto::TimeUs now);

  /// The secret of a live ticket, which stays in the book: the sealed transport needs it to read the Hello.
  [[nodiscard]] std::optional<TicketSecret> secret_of(const TicketId& id, proto::TimeUs now) const;

  /// The passenger, once; nothing for a ticket that is unknown, used, older than kTicketLife or of another secret.
  [[nodiscard]] std::optional<Passenger> redeem(const proto::Ticket& ticket, proto::TimeUs now);

  /// What `account` wishes of `other` from now on, also on the tickets that it has in hand already.
  void set_bond(const proto::AccountId& account, const proto::AccountId& other, std::uint8_t flags);

  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    TicketSecret secret{};
    Passenger passenger;
    proto::TimeUs expires;
  };
  void forget_expired(proto::TimeUs now);

  const std::size_t m_tickets_max;
  mutable std::mutex m_mutex;
  std::map<TicketId, Entry> m_entries;
};

}  // namespace world
