#include "world-server/world/wardrobe.h"

#include <algorithm>

namespace world {

std::size_t Wardrobe::set_wearables(std::span<const Wearable> items) {
  m_offers.clear();
  for (const Wearable& item : items) {
    const auto boutique = std::find_if(m_boutiques.begin(), m_boutiques.end(),
                                       [&item](const Boutique& candidate) { return candidate.id == item.boutique; });
    const bool slot_exists = static_cast<std::size_t>(item.slot) < kSlots;
    if (boutique == m_boutiques.end() || !slot_exists || item.variant_id == 0) continue;
    if (m_offers.size() >= kWearablesMax) break;
    m_offers.insert_or_assign(item.variant_id,
                              Offer{item.slot, static_cast<std::uint16_t>(boutique - m_boutiques.begin())});
  }
  m_own = outfit_of(m_visitors_wear, items);
  return items.size() - m_offers.size();
}

Outfit Wardrobe::outfit_of(std::span<const std::string> garments, std::span<const Wearable> items) const {
  Outfit outfit{};
  for (const std::string& garment : garments) {
    const auto worn = std::find_if(items.begin(), items.end(), [this, &garment](const Wearable& item) {
      return item.garment == garment && m_offers.contains(item.variant_id);
    });
    if (worn == items.end()) continue;
    const Offer& offer = m_offers.at(worn->variant_id);
    outfit[static_cast<std::size_t>(offer.slot)] = {worn->variant_id, offer.boutique, kOwn_tick};
  }
  return outfit;
}

bool Wardrobe::is_served(std::uint16_t boutique, Vec3 wearer) const {
  const bool is_closed = (m_closed >> boutique & 1U) != 0;
  return !is_closed && m_boutiques[boutique].zone.contains(wearer, kTryOnMargin_m);
}

TryOnStatus Wardrobe::try_on(Outfit& outfit, std::uint32_t variant_id, Vec3 wearer, std::uint32_t tick) const {
  const auto offer = m_offers.find(variant_id);
  if (offer == m_offers.end()) return TryOnStatus::kUnknownVariant;
  const std::uint16_t boutique = offer->second.boutique;
  if (!is_served(boutique, wearer)) return TryOnStatus::kElsewhere;
  Garment& garment = outfit[static_cast<std::size_t>(offer->second.slot)];
  const bool worn_already = garment.variant_id == variant_id;
  if (worn_already && garment.return_tick == kOwn_tick) return TryOnStatus::kUnchanged;
  garment = {variant_id, boutique, tick + kTryOnLease_ticks};
  return worn_already ? TryOnStatus::kUnchanged : TryOnStatus::kDone;
}

bool Wardrobe::take_off(Outfit& outfit, Slot slot) const {
  const auto index = static_cast<std::size_t>(slot);
  if (index >= kSlots || !outfit[index].is_lent()) return false;
  outfit[index] = m_own[index];
  return true;
}

bool Wardrobe::take_back(Outfit& outfit, Vec3 wearer, std::uint32_t tick) const {
  bool changed = false;
  for (std::size_t slot = 0; slot < outfit.size(); ++slot) {
    Garment& garment = outfit[slot];
    const bool holds = garment.is_lent() && tick < garment.return_tick && m_offers.contains(garment.variant_id) &&
                       is_served(garment.boutique, wearer);
    if (holds) continue;
    changed = changed || garment.variant_id != m_own[slot].variant_id;
    garment = m_own[slot];
  }
  return changed;
}

}  // namespace world
