/// Who waits at the door of a full mall, in the order in which they came. One place for each account; nobody overtakes.
/// Who loses the connection keeps the place for a while: those behind are let in meanwhile, and whoever comes back
/// stands where they stood. How long it takes is measured by how fast people leave.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>

#include "client-proto/core/time.h"
#include "client-proto/wire/social.h"
#include "world-server/api/ticket_book.h"
#include "world-server/net/link.h"

namespace world::net {

/// Leaves by which the speed is measured.
constexpr std::size_t kLeavesRemembered = 32;

struct Waiting {
  Passenger passenger;
  std::string address;               ///< as quotas count it
  std::optional<SessionId> session;  ///< nothing: the connection is lost
  proto::TimeUs lost_since{};
  std::uint16_t told_place = 0;  ///< 0: not yet
  proto::TimeUs told_at{};
};

class DoorQueue {
 public:
  /// So many places, and so many of them for one address.
  DoorQueue(std::size_t places_max, std::size_t per_address_max)
      : m_places_max(places_max), m_per_address_max(per_address_max) {}

  /// The place of an account; null when it has none.
  [[nodiscard]] Waiting* find(const proto::AccountId& account);
  /// At the end; or first, for somebody who has just given up a place inside, whatever the address. A full queue gives
  /// up whoever lost the connection last, an address with all its places taken the same of its own; false when all of
  /// them are there.
  [[nodiscard]] bool join(Waiting waiting, bool is_first);
  void leave(const proto::AccountId& account);
  void lose(const proto::AccountId& account, proto::TimeUs now);
  /// Whose turn it is, taken out; nothing when nobody is there.
  [[nodiscard]] std::optional<Waiting> take_next();
  /// True when somebody is there to be let in.
  [[nodiscard]] bool has_next() const;
  /// Gives up the places of those who have been gone for longer than `window`.
  void sweep(proto::TimeUs now, proto::SpanUs window);

  void note_somebody_left(proto::TimeUs now);
  /// What somebody at this place (from 1) is told.
  [[nodiscard]] proto::QueuePlace told(std::size_t place, proto::TimeUs now) const;

  /// From the first to the last.
  [[nodiscard]] std::deque<Waiting>& all() { return m_waiting; }
  [[nodiscard]] std::size_t size() const { return m_waiting.size(); }

 private:
  /// Of this address, or of any when there is none.
  bool give_up_lost(const std::string* address);

  const std::size_t m_places_max;
  const std::size_t m_per_address_max;
  std::deque<Waiting> m_waiting;
  std::deque<proto::TimeUs> m_left_at;
};

}  // namespace world::net
