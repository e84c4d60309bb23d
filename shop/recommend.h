/// What stands on the "For you" shelf, by rules that can be read and argued with: shop/recommend_rules.cpp says which
/// kind of piece goes with which, and why. Pure functions of what a retailer was allowed to read, the mall's goods and
/// what the shopper owns; nothing is learnt, nothing is kept, so withdrawing and erasing need nothing undone here.
///
/// The laws: every pick is in stock, is neither owned nor of a kind that is owned, and has a reason that is true of the
/// pair. A pick that rests on a purchase is sold by another brand than that purchase, and only by a brand that was
/// allowed to read of it. What goes with a piece comes before what resembles it; equals stand in the order of their
/// ids. At most kPicksMax picks, at most kPicksPerKindMax of one kind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shop/model.h"

namespace shop {

constexpr std::size_t kPicksMax = 6;
constexpr std::size_t kPicksPerKindMax = 2;
constexpr std::size_t kNotedKindsMax = 100;  ///< different kinds of purchases that one reading looks at

/// Why a piece is shown. Clients have a sentence for each; below, X is the piece that was bought.
enum class Reason : std::uint8_t {
  kSitForShoes,      ///< a low seat: somewhere to sit while putting on X
  kChairForClothes,  ///< a chair: its back takes X overnight
  kPlaceForHat,      ///< a night stand or shelf: a place to lay X down at home
  kSeatForEvenings,  ///< a sofa or armchair: to sink into, in X, on an evening in
  kTableForGuests,   ///< a dining table or sofa: for the guests that X is worn for
  kLightToDressBy,   ///< a lamp: a good light to put on X by
  kShoesForSeat,     ///< shoes: to be put on in comfort, sitting on X
  kHangsOverChair,   ///< a jacket or trousers: hang over the back of X overnight
  kHatForPlace,      ///< a hat: has its place on X
  kSoftForEvenings,  ///< a soft tee or loungewear: for quiet evenings with X
  kWearForGuests,    ///< a dress or trousers: to wear when guests come and gather round X
  kSeenInItsLight,   ///< clothes: to put on in the light of X
  kForPlantCare,     ///< a plain tee: for watering and repotting X
  kMuchLike,         ///< resembles X
  kNewcomer,         ///< nothing is known of the shopper: a modestly priced piece of each boutique
};
[[nodiscard]] std::string_view to_text(Reason reason);

/// A purchase as it was noted for others to read: never who, when exactly, or for how much.
struct NotedPurchase {
  std::string name;
  std::string category;
  std::string brand;
};

/// What one brand was allowed to read.
struct Reading {
  std::string reader;  ///< brand id
  std::vector<NotedPurchase> noted;
};

/// A piece that the shopper has bought.
struct OwnedPiece {
  ProductId product = 0;
  std::string category;
};

struct Pick {
  ProductId product = 0;
  Reason reason = Reason::kNewcomer;
  std::string because;  ///< name of the purchase that it rests on; empty for newcomers

  bool operator==(const Pick&) const = default;
};

/// What goes with the purchases. Each reader's own goods are compared with what that reader was allowed to read.
[[nodiscard]] std::vector<Pick> goes_with(std::span<const Reading> readings, std::span<const Product> mall,
                                          std::span<const OwnedPiece> owned);

/// A shelf for somebody of whom nothing is known: the boutiques in turn, each with pieces of different kinds from the
/// cheaper half of its goods, the cheapest first.
[[nodiscard]] std::vector<Pick> for_newcomers(std::span<const Product> mall, std::span<const OwnedPiece> owned);

// --- the rules (recommend_rules.cpp)
// -----------------------------------------------------------------------------------

/// How well a piece goes with another.
enum class Fit : std::uint8_t { kMadeForIt, kGoesWell, kResembles };

struct Match {
  Fit fit = Fit::kResembles;
  Reason reason = Reason::kMuchLike;

  bool operator==(const Match&) const = default;
};

/// Whether a piece of category `offered` goes with a purchase of category `bought`, and why.
[[nodiscard]] std::optional<Match> match(std::string_view bought, std::string_view offered);
/// One category, or one lying in the other.
[[nodiscard]] bool same_kind(std::string_view a, std::string_view b);

}  // namespace shop
