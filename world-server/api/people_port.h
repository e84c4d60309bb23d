/// What net tells the shop about people, over a bounded queue, so that it outlives the visit. The shop takes all notes
/// before it answers the next call: whoever has done something and then asks for it, finds it done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include "client-proto/core/ids.h"

namespace world {

inline constexpr std::size_t kPeopleNotesMax = 4096;

/// `account` has muted or blocked `other` (flags of world/bonds.h), or taken it back (no flags).
struct Related {
  proto::AccountId account;
  proto::AccountId other;
  std::uint8_t flags = 0;
};

using PeopleNote = std::variant<Related>;

}  // namespace world
