/// Try-on: shared, authoritative and a lease. A garment of a boutique may be worn while its wearer stands in that
/// boutique (or a step outside, so that a friend at the door can have a look) while it is open, and for ten minutes;
/// then it hangs on the rail again. One garment per slot; a second one replaces the first. What is worn belongs to the
/// avatar, not to the connection, so it survives a reconnect, and so does the time that is left. Visitors come in
/// clothes of their own, which cannot be taken off, and have exactly those on again where something lent has gone back,
/// however many garments were tried in between.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "world-server/world/mall.h"

namespace world {

inline constexpr float kTryOnMargin_m = 0.75F;
inline constexpr std::uint32_t kTryOnLease_ticks = 10 * 60 * kTicksPerSecond;
inline constexpr std::size_t kWearablesMax = 20'000;
inline constexpr std::uint32_t kOwn_tick = 0xffffffff;  ///< never goes back

enum class TryOnStatus : std::uint8_t {
  kDone,
  kUnchanged,       ///< is worn already; the lease starts anew
  kUnknownVariant,  ///< nothing wearable has this id
  kElsewhere,       ///< the wearer does not stand in the garment's boutique, or it is closed
};

struct Garment {
  std::uint32_t variant_id = 0;   ///< 0: nothing
  std::uint16_t boutique = 0;     ///< index in Mall::boutiques
  std::uint32_t return_tick = 0;  ///< when the lease ends; kOwn_tick: not lent
  [[nodiscard]] bool is_lent() const { return variant_id != 0 && return_tick != kOwn_tick; }
};

using Outfit = std::array<Garment, kSlots>;

class Wardrobe {
 public:
  /// `visitors_wear`: names of the garments that visitors come in.
  explicit Wardrobe(std::vector<Boutique> boutiques, std::vector<std::string> visitors_wear = {})
      : m_boutiques(std::move(boutiques)), m_visitors_wear(std::move(visitors_wear)) {}

  /// Replaces what can be worn. Items of unknown boutiques, without id or beyond kWearablesMax are left out; their
  /// number is returned. Call `take_back` for every outfit afterwards.
  std::size_t set_wearables(std::span<const Wearable> items);

  [[nodiscard]] TryOnStatus try_on(Outfit& outfit, std::uint32_t variant_id, Vec3 wearer, std::uint32_t tick) const;
  /// These boutiques, bit by index, lend nothing until this is said anew. Call `take_back` afterwards.
  void close(proto::Places boutiques) { m_closed = boutiques; }
  /// False when nothing lent was there.
  [[nodiscard]] bool take_off(Outfit& outfit, Slot slot) const;
  /// Takes back what has left its boutique, is overdue or no longer offered, and puts on again what the visitor came
  /// in. True when something changed.
  [[nodiscard]] bool take_back(Outfit& outfit, Vec3 wearer, std::uint32_t tick) const;

  /// The first variant of each named garment, as far as it is offered.
  [[nodiscard]] Outfit outfit_of(std::span<const std::string> garments, std::span<const Wearable> items) const;
  /// What visitors come in.
  [[nodiscard]] const Outfit& own() const { return m_own; }

 private:
  struct Offer {
    Slot slot;
    std::uint16_t boutique;
  };
  /// In that boutique, which is open.
  [[nodiscard]] bool is_served(std::uint16_t boutique, Vec3 wearer) const;
  std::vector<Boutique> m_boutiques;
  std::vector<std::string> m_visitors_wear;
  proto::Places m_closed = 0;
  std::unordered_map<std::uint32_t, Offer> m_offers;
  Outfit m_own{};
};

}  // namespace world
