/// Who goes through the mall with whom. A party begins when somebody accepts an invitation, holds up to eight, and ends
/// when one is left. It is made of avatars: who loses the connection stays in it for as long as the avatar waits.
///
/// An invitation is good for a minute and cannot be repeated while that minute lasts, whatever became of it. One to
/// somebody who does not want to hear of the inviter is kept, counted and never shown, so that nothing tells the
/// inviter why nobody comes.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "client-proto/wire/social.h"
#include "world-server/world/port.h"

namespace world {

inline constexpr std::uint32_t kInvitationLife_ticks = 60 * kTicksPerSecond;
inline constexpr std::size_t kInvitationsPerTargetMax = 4;  ///< that wait for one person's answer
inline constexpr std::size_t kInvitationsMax = 4096;        ///< in the whole mall

enum class PartyStatus : std::uint8_t {
  kDone,
  kNoInvitation,  ///< there is none (any more) to answer
  kFull,          ///< the members and those invited are eight already
  kNotPossible,   ///< together already, invited already, too many invitations wait
};

struct Invitation {
  AvatarId from;
  AvatarId to;
  std::uint32_t expires_tick = 0;
  bool is_silent = false;  ///< never shown to `to`
  bool is_answered = false;
};

class Parties {
 public:
  /// `party_of_row`: by row, 0 for none; outlives this.
  explicit Parties(std::vector<std::uint16_t>& party_of_row) : m_party_of_row(party_of_row) {}

  [[nodiscard]] PartyStatus invite(AvatarId from, AvatarId to, bool is_silent, std::uint32_t tick);
  /// The invitation that `to` may accept or decline; null when there is none.
  [[nodiscard]] const Invitation* find(AvatarId from, AvatarId to) const;
  /// `to` joins the party of `from`, which begins if there was none, and leaves its own before.
  [[nodiscard]] PartyStatus accept(AvatarId from, AvatarId to);
  [[nodiscard]] PartyStatus decline(AvatarId from, AvatarId to);
  /// Nothing between the two can be accepted any more. Both learn as little as of an invitation that was never shown.
  void withdraw(AvatarId one, AvatarId other);
  /// False when the avatar was in none.
  bool leave(AvatarId avatar);
  /// The avatar goes for good: out of its party, and nothing waits for it or from it.
  void forget(AvatarId avatar);
  /// The invitations that nobody has answered in time; call every tick.
  [[nodiscard]] std::span<const Invitation> expire(std::uint32_t tick);

  /// In the order in which they came; empty for none.
  [[nodiscard]] std::span<const AvatarId> members(std::uint16_t party) const;
  /// Whose party is another than when this was asked last; some may be named twice.
  [[nodiscard]] std::vector<AvatarId> take_changed();
  /// Numbers go from 1 to this; some may be nobody's now.
  [[nodiscard]] std::uint16_t numbers() const { return static_cast<std::uint16_t>(m_members.size()); }
  /// That are kept, answered ones included.
  [[nodiscard]] std::size_t invitations() const { return m_invitations.size(); }

 private:
  [[nodiscard]] Invitation* waiting(AvatarId from, AvatarId to);
  [[nodiscard]] std::uint16_t found_party(AvatarId first);
  void note_change(std::uint16_t party);

  std::vector<std::uint16_t>& m_party_of_row;
  std::vector<std::vector<AvatarId>> m_members;  ///< by number less 1; empty: the number is free
  std::deque<Invitation> m_invitations;          ///< oldest first
  std::vector<Invitation> m_expired;
  std::vector<AvatarId> m_changed;
};

}  // namespace world
