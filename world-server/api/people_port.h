/// What net and the shop tell each other about people, over bounded queues. Net notes who is here and what must outlive
/// the visit; the shop takes all notes before it answers the next call, so that whoever has done something and then
/// asks for it, finds it done. The shop orders at the door what was decided over HTTP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "client-proto/core/ids.h"

namespace world {

inline constexpr std::size_t kPeopleNotesMax = 16'384;
inline constexpr std::size_t kDoorOrdersMax = 256;

/// `account` has muted or blocked `other` (flags of world/bonds.h), or taken it back (no flags).
struct Related {
  proto::AccountId account;
  proto::AccountId other;
  std::uint8_t flags = 0;
  std::string name{};  ///< what `other` is called now
};

/// Has an avatar now. `address` is the part of it that quotas count by.
struct Came {
  proto::AccountId account;
  std::string name;
  std::string address;
};

/// Has none any more.
struct Went {
  proto::AccountId account;
};

/// Was sent away by a member of staff in the world, and is gone already.
struct SentAway {
  proto::AccountId account;
  proto::AccountId by;
  bool is_kick = false;
  std::uint32_t minutes = 0;
};

using PeopleNote = std::variant<Related, Came, Went, SentAway>;

/// Out with them, now; tickets that they have in hand are worth nothing for as long, or until they have run out.
struct TurnOut {
  proto::AccountId account;
  std::uint32_t minutes = 0;
};

/// From now on the account is staff, or is not any more.
struct SetStaff {
  proto::AccountId account;
  bool is_staff = false;
};

/// A guest has logged in and is another account from now on: out with whoever is inside as the guest, to come in again
/// as that account, which wishes and bans are written down for.
struct MovedOn {
  proto::AccountId account;
};

/// `account` has nothing against `other` any more.
struct Reconciled {
  proto::AccountId account;
  proto::AccountId other;
};

using DoorOrder = std::variant<TurnOut, SetStaff, MovedOn, Reconciled>;

}  // namespace world
