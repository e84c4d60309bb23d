#include "world-server/world/wardrobe.h"

#include <catch2/catch.hpp>

#include "tests/unit/world/support.h"

using namespace world;

namespace {

constexpr Vec3 kInFashion{-15, 0, -15};
constexpr Vec3 kInFurniture{15, 0, -15};
constexpr Vec3 kInTheHall{0, 0, 0};
constexpr std::uint32_t kJacket = 11;
constexpr std::uint32_t kCoat = 12;
constexpr std::uint32_t kHat = 13;
constexpr std::uint32_t kParka = 14;

Wardrobe make_wardrobe() {
  Wardrobe wardrobe(test::small_mall().boutiques);
  const std::vector<Wearable> items{
      {kJacket, Slot::kOuter, "maison-lune"}, {kCoat, Slot::kOuter, "maison-lune"}, {kHat, Slot::kHead, "maison-lune"}};
  REQUIRE(wardrobe.set_wearables(items) == 0);
  return wardrobe;
}

std::uint32_t worn(const Outfit& outfit, Slot slot) { return outfit[static_cast<std::size_t>(slot)].variant_id; }

}  // namespace

TEST_CASE("a garment is tried on only in its boutique, or a step outside of it") {
  const Wardrobe wardrobe = make_wardrobe();
  Outfit outfit{};

  CHECK(wardrobe.try_on(outfit, kJacket, kInTheHall, 1) == TryOnStatus::kElsewhere);
  CHECK(wardrobe.try_on(outfit, kJacket, kInFurniture, 1) == TryOnStatus::kElsewhere);
  CHECK(wardrobe.try_on(outfit, 99, kInFashion, 1) == TryOnStatus::kUnknownVariant);
  CHECK(wardrobe.try_on(outfit, 0, kInFashion, 1) == TryOnStatus::kUnknownVariant);
  CHECK(worn(outfit, Slot::kOuter) == 0);

  CHECK(wardrobe.try_on(outfit, kJacket, {-10 + kTryOnMargin_m, 0, -15}, 1) == TryOnStatus::kDone);
  CHECK(worn(outfit, Slot::kOuter) == kJacket);
  CHECK(wardrobe.try_on(outfit, kHat, {-9 + kTryOnMargin_m, 0, -15}, 1) == TryOnStatus::kElsewhere);
}

TEST_CASE("one garment is worn per slot") {
  const Wardrobe wardrobe = make_wardrobe();
  Outfit outfit{};
  REQUIRE(wardrobe.try_on(outfit, kJacket, kInFashion, 1) == TryOnStatus::kDone);
  REQUIRE(wardrobe.try_on(outfit, kHat, kInFashion, 1) == TryOnStatus::kDone);

  CHECK(wardrobe.try_on(outfit, kCoat, kInFashion, 2) == TryOnStatus::kDone);
  CHECK(wardrobe.try_on(outfit, kCoat, kInFashion, 3) == TryOnStatus::kUnchanged);

  CHECK(worn(outfit, Slot::kOuter) == kCoat);
  CHECK(worn(outfit, Slot::kHead) == kHat);
  CHECK(wardrobe.take_off(outfit, Slot::kOuter));
  CHECK_FALSE(wardrobe.take_off(outfit, Slot::kOuter));
  CHECK_FALSE(wardrobe.take_off(outfit, static_cast<Slot>(200)));
  CHECK(worn(outfit, Slot::kOuter) == 0);
  CHECK(worn(outfit, Slot::kHead) == kHat);
}

TEST_CASE("a garment is taken back as soon as its wearer leaves the boutique, and not on the doorstep") {
  const Wardrobe wardrobe = make_wardrobe();
  Outfit outfit{};
  REQUIRE(wardrobe.try_on(outfit, kJacket, kInFashion, 100) == TryOnStatus::kDone);
  REQUIRE_FALSE(wardrobe.take_back(outfit, {-10 + kTryOnMargin_m, 0, -15}, 101));
  CHECK(worn(outfit, Slot::kOuter) == kJacket);

  CHECK(wardrobe.take_back(outfit, {-9.9F + kTryOnMargin_m, 0, -15}, 102));
  CHECK(worn(outfit, Slot::kOuter) == 0);
  CHECK_FALSE(wardrobe.take_back(outfit, kInFashion, 103));
  CHECK(worn(outfit, Slot::kOuter) == 0);
}

TEST_CASE("a garment is taken back when the lease is over, wherever its wearer stands") {
  const Wardrobe wardrobe = make_wardrobe();
  Outfit outfit{};
  REQUIRE(wardrobe.try_on(outfit, kJacket, kInFashion, 100) == TryOnStatus::kDone);
  REQUIRE(wardrobe.try_on(outfit, kHat, kInFashion, 150) == TryOnStatus::kDone);

  CHECK_FALSE(wardrobe.take_back(outfit, kInFashion, 100 + kTryOnLease_ticks - 1));
  CHECK(wardrobe.take_back(outfit, kInFashion, 100 + kTryOnLease_ticks));
  CHECK(worn(outfit, Slot::kOuter) == 0);
  CHECK(worn(outfit, Slot::kHead) == kHat);
  CHECK(wardrobe.take_back(outfit, kInFashion, 150 + kTryOnLease_ticks));
  CHECK(worn(outfit, Slot::kHead) == 0);
}

TEST_CASE("whoever asks for the same garment once more has it for the whole time again") {
  const Wardrobe wardrobe = make_wardrobe();
  Outfit outfit{};
  REQUIRE(wardrobe.try_on(outfit, kJacket, kInFashion, 100) == TryOnStatus::kDone);
  REQUIRE(wardrobe.try_on(outfit, kJacket, kInFashion, 5'000) == TryOnStatus::kUnchanged);

  CHECK_FALSE(wardrobe.take_back(outfit, kInFashion, 5'000 + kTryOnLease_ticks - 1));
  CHECK(wardrobe.take_back(outfit, kInFashion, 5'000 + kTryOnLease_ticks));
}

TEST_CASE("a garment that is no longer offered is taken back at once") {
  Wardrobe wardrobe = make_wardrobe();
  Outfit outfit{};
  REQUIRE(wardrobe.try_on(outfit, kJacket, kInFashion, 1) == TryOnStatus::kDone);
  REQUIRE(wardrobe.try_on(outfit, kHat, kInFashion, 1) == TryOnStatus::kDone);

  const std::vector<Wearable> without_jacket{{kHat, Slot::kHead, "maison-lune"}};
  REQUIRE(wardrobe.set_wearables(without_jacket) == 0);

  CHECK(wardrobe.take_back(outfit, kInFashion, 2));
  CHECK(worn(outfit, Slot::kOuter) == 0);
  CHECK(worn(outfit, Slot::kHead) == kHat);
}

TEST_CASE("visitors have their own clothes on again where something lent has gone back") {
  Wardrobe wardrobe(test::small_mall().boutiques, {"parka", "cape"});
  const std::vector<Wearable> items{{kJacket, Slot::kOuter, "maison-lune", "jacket"},
                                    {kCoat, Slot::kOuter, "maison-lune", "coat"},
                                    {kHat, Slot::kHead, "maison-lune", "hat"},
                                    {kParka, Slot::kOuter, "maison-lune", "parka"}};
  REQUIRE(wardrobe.set_wearables(items) == 0);
  Outfit outfit = wardrobe.own();
  CHECK(worn(outfit, Slot::kOuter) == kParka);
  CHECK_FALSE(wardrobe.take_back(outfit, kInFashion, 5));
  CHECK_FALSE(wardrobe.take_back(outfit, kInTheHall, 100 + 2 * kTryOnLease_ticks));
  CHECK(worn(outfit, Slot::kOuter) == kParka);

  SECTION("when the time is over") {
    REQUIRE(wardrobe.try_on(outfit, kJacket, kInFashion, 10) == TryOnStatus::kDone);
    REQUIRE(wardrobe.try_on(outfit, kHat, kInFashion, 10) == TryOnStatus::kDone);
    CHECK(wardrobe.take_back(outfit, kInFashion, 10 + kTryOnLease_ticks));
    CHECK(worn(outfit, Slot::kHead) == 0);
  }
  SECTION("when several were tried in turn before walking away") {
    REQUIRE(wardrobe.try_on(outfit, kJacket, kInFashion, 10) == TryOnStatus::kDone);
    REQUIRE(wardrobe.try_on(outfit, kHat, kInFashion, 11) == TryOnStatus::kDone);
    REQUIRE(wardrobe.try_on(outfit, kCoat, kInFashion, 12) == TryOnStatus::kDone);
    REQUIRE(wardrobe.try_on(outfit, kJacket, kInFashion, 13) == TryOnStatus::kDone);
    CHECK(wardrobe.take_back(outfit, kInTheHall, 14));
    CHECK(worn(outfit, Slot::kHead) == 0);
  }
  SECTION("when it is taken off") {
    REQUIRE(wardrobe.try_on(outfit, kJacket, kInFashion, 10) == TryOnStatus::kDone);
    CHECK(wardrobe.take_off(outfit, Slot::kOuter));
  }
  CHECK(worn(outfit, Slot::kOuter) == kParka);
  CHECK_FALSE(wardrobe.take_back(outfit, kInTheHall, 10 + 3 * kTryOnLease_ticks));
}

TEST_CASE("nobody takes off what they came in, or has it lent") {
  Wardrobe wardrobe(test::small_mall().boutiques, {"parka"});
  Outfit early = wardrobe.own();
  REQUIRE(wardrobe.set_wearables(std::vector<Wearable>{{kParka, Slot::kOuter, "maison-lune", "parka"}}) == 0);
  Outfit outfit = wardrobe.own();
  CHECK(wardrobe.try_on(outfit, kParka, kInFashion, 1) == TryOnStatus::kUnchanged);
  CHECK_FALSE(wardrobe.take_off(outfit, Slot::kOuter));
  CHECK_FALSE(wardrobe.take_back(outfit, kInTheHall, 2 * kTryOnLease_ticks));
  CHECK(worn(outfit, Slot::kOuter) == kParka);
  // Who came before the shop had it gets it as soon as it does.
  CHECK(wardrobe.take_back(early, kInTheHall, 2));
  CHECK(worn(early, Slot::kOuter) == kParka);
}

TEST_CASE("clothes of visitors that the shop does not have any more go") {
  Wardrobe wardrobe(test::small_mall().boutiques, {"parka"});
  REQUIRE(wardrobe.set_wearables(std::vector<Wearable>{{kParka, Slot::kOuter, "maison-lune", "parka"}}) == 0);
  Outfit outfit = wardrobe.own();
  REQUIRE(wardrobe.set_wearables(std::vector<Wearable>{{kParka, Slot::kOuter, "nowhere", "parka"}}) == 1);
  CHECK(wardrobe.take_back(outfit, kInFashion, 2));
  CHECK(worn(outfit, Slot::kOuter) == 0);
  CHECK_FALSE(wardrobe.take_back(outfit, kInFashion, 3));
}

TEST_CASE("wearables that fit nowhere are left out and counted") {
  Wardrobe wardrobe(test::small_mall().boutiques);
  const std::vector<Wearable> items{{kJacket, Slot::kOuter, "nowhere"},
                                    {0, Slot::kOuter, "maison-lune"},
                                    {kHat, static_cast<Slot>(5), "maison-lune"},
                                    {kCoat, Slot::kOuter, "maison-lune"}};

  CHECK(wardrobe.set_wearables(items) == 3);

  Outfit outfit{};
  CHECK(wardrobe.try_on(outfit, kJacket, kInFashion, 1) == TryOnStatus::kUnknownVariant);
  CHECK(wardrobe.try_on(outfit, kCoat, kInFashion, 1) == TryOnStatus::kDone);
}
