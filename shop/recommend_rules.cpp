#include <array>
#include <utility>

#include "client-proto/core/check.h"
#include "shop/recommend.h"
#include "shop/taxonomy.h"

namespace shop {
namespace {

struct Rule {
  std::string_view bought;   ///< a branch of the taxonomy
  std::string_view offered;  ///< a branch of the taxonomy
  Fit fit;
  Reason reason;
};

// Branches by name, as the taxonomy has them.
constexpr std::string_view kApparel = "aa";
constexpr std::string_view kClothing = "aa-1";
constexpr std::string_view kDresses = "aa-1-4";
constexpr std::string_view kJackets = "aa-1-10-2";   // Outerwear > Coats & Jackets
constexpr std::string_view kTrousers = "aa-1-12";    // Pants
constexpr std::string_view kTops = "aa-1-13";        // Clothing Tops
constexpr std::string_view kTees = "aa-1-13-8";      // Clothing Tops > T-Shirts
constexpr std::string_view kLoungewear = "aa-1-17";  // Sleepwear & Loungewear
constexpr std::string_view kHats = "aa-2-17";
constexpr std::string_view kShoes = "aa-8";
constexpr std::string_view kBenches = "fr-3";
constexpr std::string_view kArmchairs = "fr-7-1";  // Armchairs, Recliners & Sleeper Chairs
constexpr std::string_view kFoldingSeats = "fr-7-6";
constexpr std::string_view kDiningChairs = "fr-7-9";
constexpr std::string_view kBarStools = "fr-7-12";  // too high to tie a shoe on
constexpr std::string_view kOttomans = "fr-14";
constexpr std::string_view kShelves = "fr-19";
constexpr std::string_view kSofas = "fr-22";
constexpr std::string_view kDiningTables = "fr-24-4";
constexpr std::string_view kNightStands = "fr-24-6";
constexpr std::string_view kLamps = "hg-13-5";
constexpr std::string_view kPlants = "hg-17";

constexpr std::array kRules{
    // something to wear was bought: what the home has for it
    Rule{kShoes, kBenches, Fit::kMadeForIt, Reason::kSitForShoes},
    Rule{kShoes, kOttomans, Fit::kMadeForIt, Reason::kSitForShoes},
    Rule{kShoes, kFoldingSeats, Fit::kMadeForIt, Reason::kSitForShoes},
    Rule{kShoes, kDiningChairs, Fit::kMadeForIt, Reason::kSitForShoes},
    Rule{kJackets, kDiningChairs, Fit::kMadeForIt, Reason::kChairForClothes},
    Rule{kTrousers, kDiningChairs, Fit::kMadeForIt, Reason::kChairForClothes},
    Rule{kHats, kNightStands, Fit::kMadeForIt, Reason::kPlaceForHat},
    Rule{kHats, kShelves, Fit::kMadeForIt, Reason::kPlaceForHat},
    Rule{kTops, kSofas, Fit::kMadeForIt, Reason::kSeatForEvenings},
    Rule{kTops, kArmchairs, Fit::kMadeForIt, Reason::kSeatForEvenings},
    Rule{kLoungewear, kSofas, Fit::kMadeForIt, Reason::kSeatForEvenings},
    Rule{kLoungewear, kArmchairs, Fit::kMadeForIt, Reason::kSeatForEvenings},
    Rule{kDresses, kDiningTables, Fit::kMadeForIt, Reason::kTableForGuests},
    Rule{kDresses, kSofas, Fit::kGoesWell, Reason::kTableForGuests},
    Rule{kApparel, kLamps, Fit::kGoesWell, Reason::kLightToDressBy},
    // something for the home was bought: what to wear with it
    Rule{kBenches, kShoes, Fit::kMadeForIt, Reason::kShoesForSeat},
    Rule{kOttomans, kShoes, Fit::kMadeForIt, Reason::kShoesForSeat},
    Rule{kFoldingSeats, kShoes, Fit::kMadeForIt, Reason::kShoesForSeat},
    Rule{kDiningChairs, kJackets, Fit::kMadeForIt, Reason::kHangsOverChair},
    Rule{kDiningChairs, kTrousers, Fit::kMadeForIt, Reason::kHangsOverChair},
    Rule{kDiningChairs, kShoes, Fit::kGoesWell, Reason::kShoesForSeat},
    Rule{kNightStands, kHats, Fit::kMadeForIt, Reason::kHatForPlace},
    Rule{kShelves, kHats, Fit::kMadeForIt, Reason::kHatForPlace},
    Rule{kSofas, kTees, Fit::kMadeForIt, Reason::kSoftForEvenings},
    Rule{kSofas, kLoungewear, Fit::kMadeForIt, Reason::kSoftForEvenings},
    Rule{kArmchairs, kTees, Fit::kMadeForIt, Reason::kSoftForEvenings},
    Rule{kArmchairs, kLoungewear, Fit::kMadeForIt, Reason::kSoftForEvenings},
    Rule{kNightStands, kLoungewear, Fit::kMadeForIt, Reason::kSoftForEvenings},
    Rule{kNightStands, kTees, Fit::kGoesWell, Reason::kSoftForEvenings},
    Rule{kShelves, kTees, Fit::kGoesWell, Reason::kSoftForEvenings},
    Rule{kDiningTables, kDresses, Fit::kMadeForIt, Reason::kWearForGuests},
    Rule{kDiningTables, kTrousers, Fit::kGoesWell, Reason::kWearForGuests},
    Rule{kSofas, kDresses, Fit::kGoesWell, Reason::kWearForGuests},
    Rule{kSofas, kTrousers, Fit::kGoesWell, Reason::kWearForGuests},
    Rule{kArmchairs, kTrousers, Fit::kGoesWell, Reason::kWearForGuests},
    Rule{kBarStools, kDresses, Fit::kGoesWell, Reason::kWearForGuests},
    Rule{kBarStools, kTrousers, Fit::kGoesWell, Reason::kWearForGuests},
    Rule{kLamps, kClothing, Fit::kGoesWell, Reason::kSeenInItsLight},
    Rule{kPlants, kTees, Fit::kMadeForIt, Reason::kForPlantCare},
};

/// Below a branch of this depth pieces resemble each other enough to say so: two kinds of jackets do, a tee and
/// trousers, which share only "clothing", do not.
constexpr std::size_t kResemblingDepthMin = 3;

constexpr std::array<std::pair<Reason, std::string_view>, 15> kReasonNames{{
    {Reason::kSitForShoes, "sit_for_shoes"},
    {Reason::kChairForClothes, "chair_for_clothes"},
    {Reason::kPlaceForHat, "place_for_hat"},
    {Reason::kSeatForEvenings, "seat_for_evenings"},
    {Reason::kTableForGuests, "table_for_guests"},
    {Reason::kLightToDressBy, "light_to_dress_by"},
    {Reason::kShoesForSeat, "shoes_for_seat"},
    {Reason::kHangsOverChair, "hangs_over_chair"},
    {Reason::kHatForPlace, "hat_for_place"},
    {Reason::kSoftForEvenings, "soft_for_evenings"},
    {Reason::kWearForGuests, "wear_for_guests"},
    {Reason::kSeenInItsLight, "seen_in_its_light"},
    {Reason::kForPlantCare, "for_plant_care"},
    {Reason::kMuchLike, "much_like"},
    {Reason::kNewcomer, "newcomer"},
}};

}  // namespace

std::string_view to_text(Reason reason) {
  for (const auto& [value, name] : kReasonNames) {
    if (value == reason) return name;
  }
  GALLERIA_CHECK(false);
}

bool same_kind(std::string_view a, std::string_view b) { return lies_in(a, b) || lies_in(b, a); }

std::optional<Match> match(std::string_view bought, std::string_view offered) {
  if (same_kind(bought, offered)) return std::nullopt;
  std::optional<Match> best;
  for (const Rule& rule : kRules) {
    if (!lies_in(bought, rule.bought) || !lies_in(offered, rule.offered)) continue;
    if (!best || rule.fit < best->fit) best = Match{rule.fit, rule.reason};
  }
  if (best) return best;
  const std::string_view branch = parent_of(bought);
  const bool resembles = branch == parent_of(offered) && depth_of(branch) >= kResemblingDepthMin;
  return resembles ? std::optional(Match{}) : std::nullopt;
}

}  // namespace shop
