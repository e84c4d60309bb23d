/// Whom one shopper does not want to hear (muted) or to meet at all (blocked): a short list that belongs to the
/// account, not to the connection. The world keeps it under numbers that stand for accounts, net and the shop under the
/// accounts themselves. A full list forgets its oldest entry, so that the newest wish always holds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "client-proto/wire/social.h"

namespace world {

inline constexpr std::size_t kBondsMax = 256;
inline constexpr std::uint8_t kMuted = 1;    ///< what they say does not reach me
inline constexpr std::uint8_t kBlocked = 2;  ///< neither of us sees or hears the other
inline constexpr std::uint8_t kBondFlagsMask = kMuted | kBlocked;

/// What becomes of the flags when somebody wishes so.
[[nodiscard]] constexpr std::uint8_t flags_after(std::uint8_t flags, proto::RelateAction action) {
  switch (action) {
    case proto::RelateAction::kMute:
      return flags | kMuted;
    case proto::RelateAction::kUnmute:
      return flags & kBlocked;
    case proto::RelateAction::kBlock:
      return flags | kBlocked;
    case proto::RelateAction::kUnblock:
      return flags & kMuted;
  }
  return flags;
}

/// About whoever keeps order in the mall a block counts as a mute: who could not be seen by staff could not be sent
/// away by them either.
[[nodiscard]] constexpr std::uint8_t flags_about_staff(std::uint8_t flags) {
  return (flags & kBlocked) != 0 ? kMuted : flags;
}
[[nodiscard]] constexpr proto::RelateAction action_about_staff(proto::RelateAction action) {
  if (action == proto::RelateAction::kBlock) return proto::RelateAction::kMute;
  if (action == proto::RelateAction::kUnblock) return proto::RelateAction::kUnmute;
  return action;
}

template <class Key>
class Bonds {
 public:
  struct Bond {
    Key other{};
    std::uint8_t flags = 0;
    bool operator==(const Bond&) const = default;
  };

  [[nodiscard]] std::uint8_t flags(const Key& other) const {
    for (const Bond& bond : m_bonds) {
      if (bond.other == other) return bond.flags;
    }
    return 0;
  }
  /// No flags: the other is forgotten.
  void set(const Key& other, std::uint8_t flags) {
    std::erase_if(m_bonds, [&other](const Bond& bond) { return bond.other == other; });
    if (flags != 0) {
      if (m_bonds.size() >= kBondsMax) m_bonds.erase(m_bonds.begin());
      m_bonds.push_back({other, flags});
    }
    m_has_blocked =
        std::any_of(m_bonds.begin(), m_bonds.end(), [](const Bond& b) { return (b.flags & kBlocked) != 0; });
  }
  /// False for nearly everybody, so that who asks for each pair of people need not look further.
  [[nodiscard]] bool has_blocked_anybody() const { return m_has_blocked; }
  /// Oldest first.
  [[nodiscard]] std::span<const Bond> all() const { return m_bonds; }

 private:
  std::vector<Bond> m_bonds;
  bool m_has_blocked = false;
};

/// Stands for an account in the world, which knows no accounts: the same in every visit while the server runs, and
/// nothing can be told from it. 0: nobody's.
using Person = std::uint64_t;

}  // namespace world
