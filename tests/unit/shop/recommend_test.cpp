#include "shop/recommend.h"

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <map>

#include "shop/taxonomy.h"

using namespace shop;

namespace {

Product piece(ProductId id, const std::string& brand, const std::string& category, std::int64_t price_minor,
              std::int64_t stock = 3) {
  Product product;
  product.id = id;
  product.brand = brand;
  product.name = "piece " + std::to_string(id);
  product.category = category;
  product.variants.push_back({id, "", std::nullopt, {price_minor, {}}, stock});
  return product;
}

/// The demo mall's goods, as tools/node/demo and tools/furniture have them.
std::vector<Product> demo_mall() {
  const std::string lune = "maison-lune";
  const std::string oak = "oak-and-linen";
  return {
      piece(1, lune, "aa-1-10-2-11", 42000), piece(2, lune, "aa-1-12-11", 18900), piece(3, lune, "aa-8-8", 14900),
      piece(4, lune, "aa-2-17", 9900),       piece(5, lune, "aa-1-13-8", 4900),   piece(6, lune, "aa-1-4", 32000),
      piece(7, oak, "fr-22-4", 148000),      piece(8, oak, "fr-7-1-1", 129000),   piece(9, oak, "fr-7-1-1", 69000),
      piece(10, oak, "fr-7-9", 24500),       piece(11, oak, "fr-7-9", 31000),     piece(12, oak, "fr-7-9", 36500),
      piece(13, oak, "fr-7-12-2", 14900),    piece(14, oak, "fr-24-4", 98000),    piece(15, oak, "fr-24-6", 21900),
      piece(16, oak, "fr-19-1", 86000),      piece(17, oak, "hg-17-6", 16900),    piece(18, oak, "hg-13-5-5", 18500),
      piece(19, oak, "hg-3-4-3", 9800),      piece(20, oak, "hg-3-4-3", 4900),    piece(21, oak, "hg-17-3-4", 3900)};
}

const Product& of_id(const std::vector<Product>& mall, ProductId id) {
  return *std::find_if(mall.begin(), mall.end(), [&](const Product& product) { return product.id == id; });
}

/// What the other boutique shows after this one piece was bought: "10 sit_for_shoes, ...".
std::string after_buying(ProductId id) {
  const std::vector<Product> mall = demo_mall();
  const Product& bought = of_id(mall, id);
  const std::string reader = bought.brand == "maison-lune" ? "oak-and-linen" : "maison-lune";
  const std::array readings{Reading{reader, {{bought.name, bought.category, bought.brand}}}};
  const std::array owned{OwnedPiece{bought.id, bought.category}};
  std::string text;
  for (const Pick& pick : goes_with(readings, mall, owned)) {
    CHECK(pick.because == bought.name);
    CHECK(of_id(mall, pick.product).brand == reader);
    text += (text.empty() ? "" : ", ") + std::to_string(pick.product) + " " + std::string(to_text(pick.reason));
  }
  return text;
}

}  // namespace

TEST_CASE("each garment of the demo brings its own furniture, each piece for its reason") {
  CHECK(after_buying(1) == "10 chair_for_clothes, 11 chair_for_clothes, 18 light_to_dress_by");
  CHECK(after_buying(2) == "10 chair_for_clothes, 11 chair_for_clothes, 18 light_to_dress_by");
  CHECK(after_buying(3) == "10 sit_for_shoes, 11 sit_for_shoes, 18 light_to_dress_by");
  CHECK(after_buying(4) == "15 place_for_hat, 16 place_for_hat, 18 light_to_dress_by");
  CHECK(after_buying(5) == "7 seat_for_evenings, 8 seat_for_evenings, 9 seat_for_evenings, 18 light_to_dress_by");
  CHECK(after_buying(6) == "14 table_for_guests, 7 table_for_guests, 18 light_to_dress_by");
}

TEST_CASE("each piece of furniture brings its own clothes") {
  CHECK(after_buying(7) == "5 soft_for_evenings, 2 wear_for_guests, 6 wear_for_guests");
  CHECK(after_buying(8) == "5 soft_for_evenings, 2 wear_for_guests");
  CHECK(after_buying(10) == "1 hangs_over_chair, 2 hangs_over_chair, 3 shoes_for_seat");
  CHECK(after_buying(13) == "2 wear_for_guests, 6 wear_for_guests");
  CHECK(after_buying(14) == "6 wear_for_guests, 2 wear_for_guests");
  CHECK(after_buying(15) == "4 hat_for_place, 5 soft_for_evenings");
  CHECK(after_buying(16) == "4 hat_for_place, 5 soft_for_evenings");
  CHECK(after_buying(17) == "5 for_plant_care");
  CHECK(after_buying(18) == "1 seen_in_its_light, 2 seen_in_its_light, 5 seen_in_its_light, 6 seen_in_its_light");
  CHECK(after_buying(19).empty());  // nothing to wear goes with a tin deer
}

TEST_CASE("what is sold out, owned or noted is not shown, in no colour") {
  std::vector<Product> mall = demo_mall();
  const std::array readings{Reading{"oak-and-linen", {{"Sneakers", "aa-8-8", "maison-lune"}}}};
  mall[9].variants[0].stock = 0;
  const auto without_osaka = goes_with(readings, mall, {});
  REQUIRE(without_osaka.size() == 3);
  CHECK(without_osaka[0].product == 11);
  CHECK(without_osaka[1].product == 12);
  const std::array owned{OwnedPiece{12, "fr-7-9"}};
  const auto without_chairs = goes_with(readings, mall, owned);
  REQUIRE(without_chairs.size() == 1);
  CHECK(without_chairs[0] == Pick{18, Reason::kLightToDressBy, "Sneakers"});
}

TEST_CASE("a brand shows nothing for what it sold itself, and nothing if it read nothing") {
  const std::vector<Product> mall = demo_mall();
  const std::array own{Reading{"oak-and-linen", {{"Table", "fr-24-4", "oak-and-linen"}}}};
  CHECK(goes_with(own, mall, {}).empty());
  const std::array nothing{Reading{"oak-and-linen", {}}};
  CHECK(goes_with(nothing, mall, {}).empty());
  const std::array stranger{Reading{"nobody", {{"Sneakers", "aa-8-8", "maison-lune"}}}};
  CHECK(goes_with(stranger, mall, {}).empty());
  const std::array unsaid{Reading{"oak-and-linen", {{"Thing", "", "maison-lune"}}}};
  CHECK(goes_with(unsaid, mall, {}).empty());
}

TEST_CASE("what goes with a piece stands before what only resembles it, whatever the ids") {
  const std::vector<Product> mall{piece(1, "b", "aa-1-10-2-9", 900), piece(2, "b", "aa-1-10-2-1", 900),
                                  piece(3, "b", "hg-13-5-1", 900), piece(4, "b", "fr-7-9", 900),
                                  piece(5, "b", "aa-1-12-11", 900)};
  const std::array readings{Reading{"b", {{"Jacket", "aa-1-10-2-11", "a"}}}};
  const std::vector<Pick> wanted{{4, Reason::kChairForClothes, "Jacket"},
                                 {3, Reason::kLightToDressBy, "Jacket"},
                                 {1, Reason::kMuchLike, "Jacket"},
                                 {2, Reason::kMuchLike, "Jacket"}};
  CHECK(goes_with(readings, mall, {}) == wanted);
}

TEST_CASE("a newcomer sees modest pieces of both boutiques in turn, no two of a kind") {
  std::vector<Product> mall = demo_mall();
  const auto ids = [&](std::span<const OwnedPiece> owned) {
    std::vector<ProductId> out;
    for (const Pick& pick : for_newcomers(mall, owned)) {
      CHECK(pick.reason == Reason::kNewcomer);
      CHECK(pick.because.empty());
      out.push_back(pick.product);
    }
    return out;
  };
  CHECK(ids({}) == std::vector<ProductId>{5, 21, 4, 20, 3, 13});
  const std::array owned{OwnedPiece{4, "aa-2-17"}};
  CHECK(ids(owned) == std::vector<ProductId>{5, 21, 3, 20, 13, 17});
  for (Product& product : mall) product.variants[0].stock = 0;
  CHECK(ids({}).empty());
}

// --- laws
// ---------------------------------------------------------------------------------------------------------------

namespace {

rc::Gen<std::string> some_category() {
  return rc::gen::element<std::string>("", "aa", "aa-1", "aa-1-4", "aa-1-10-2", "aa-1-10-2-11", "aa-1-10-2-9",
                                       "aa-1-12-11", "aa-1-13-8", "aa-1-17-2", "aa-2-17", "aa-8", "aa-8-8", "fr-3",
                                       "fr-7-1-1", "fr-7-9", "fr-7-12-2", "fr-19-1", "fr-22-4", "fr-24-4", "fr-24-6",
                                       "hg-13-5-5", "hg-17-3-4", "hg-3-4-3");
}

rc::Gen<std::string> some_brand() { return rc::gen::element<std::string>("ash", "birch", "cedar"); }

struct Case {
  std::vector<Product> mall;
  std::vector<Reading> readings;
  std::vector<OwnedPiece> owned;
};

Case some_case() {
  Case out;
  const auto goods = *rc::gen::container<std::vector<std::tuple<std::string, std::string, int, int>>>(
      rc::gen::tuple(some_brand(), some_category(), rc::gen::inRange(1, 100), rc::gen::inRange(0, 3)));
  for (const auto& [brand, category, price, stock] : goods) {
    out.mall.push_back(piece(static_cast<ProductId>(out.mall.size() + 1), brand, category, price, stock));
  }
  const auto readings =
      *rc::gen::container<std::vector<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>>>(
          rc::gen::pair(some_brand(), rc::gen::container<std::vector<std::pair<std::string, std::string>>>(
                                          rc::gen::pair(some_category(), some_brand()))));
  for (const auto& [reader, noted] : readings) {
    Reading reading{reader, {}};
    for (const auto& [category, brand] : noted) reading.noted.push_back({category + " of " + brand, category, brand});
    out.readings.push_back(std::move(reading));
  }
  for (const std::string& category : *rc::gen::container<std::vector<std::string>>(some_category())) {
    if (out.owned.size() < 3) out.owned.push_back({static_cast<ProductId>(out.owned.size() * 5 + 1), category});
  }
  return out;
}

/// The laws that both shelves keep.
void check_shelf(const Case& given, const std::vector<Pick>& picks, std::size_t per_kind_max) {
  RC_ASSERT(picks.size() <= kPicksMax);
  std::map<ProductId, int> shown;
  std::map<std::string, std::size_t> kinds;
  for (const Pick& pick : picks) {
    const Product& product = of_id(given.mall, pick.product);
    RC_ASSERT(++shown[product.id] == 1);
    if (!product.category.empty()) RC_ASSERT(++kinds[product.category] <= per_kind_max);
    RC_ASSERT(product.variants[0].stock > 0);
    for (const OwnedPiece& owned : given.owned) {
      RC_ASSERT(owned.product != product.id);
      RC_ASSERT_FALSE(same_kind(owned.category, product.category));
    }
  }
}

}  // namespace

TEST_CASE("a shelf of purchases keeps its laws") {
  const bool held = rc::check("purchases", [] {
    const Case given = some_case();
    const auto picks = goes_with(given.readings, given.mall, given.owned);
    check_shelf(given, picks, kPicksPerKindMax);
    RC_CLASSIFY(picks.size() > 1);
    std::optional<Fit> last;
    for (const Pick& pick : picks) {
      const Product& product = of_id(given.mall, pick.product);
      std::optional<Match> why;  // of the very pair that the pick names, sold elsewhere, read by this product's brand
      for (const Reading& reading : given.readings) {
        if (reading.reader != product.brand) continue;
        for (const NotedPurchase& noted : reading.noted) {
          if (noted.name == pick.because && noted.brand != product.brand) why = match(noted.category, product.category);
        }
      }
      RC_ASSERT(why.has_value());
      RC_ASSERT(why->reason == pick.reason);
      RC_ASSERT(!last || *last <= why->fit);
      last = why->fit;
    }
    RC_ASSERT(goes_with(given.readings, given.mall, given.owned) == picks);
  });
  CHECK(held);
}

TEST_CASE("a shelf for newcomers keeps its laws and is modest") {
  const bool held = rc::check("newcomers", [] {
    const Case given = some_case();
    const auto picks = for_newcomers(given.mall, given.owned);
    check_shelf(given, picks, 1);
    for (const Pick& pick : picks) {
      RC_ASSERT(pick.reason == Reason::kNewcomer);
      RC_ASSERT(pick.because.empty());
      const Product& product = of_id(given.mall, pick.product);
      std::size_t boutique = 0;
      std::size_t cheaper = 0;
      for (const Product& other : given.mall) {
        if (other.brand != product.brand || other.variants[0].stock == 0) continue;
        ++boutique;
        if (other.variants[0].price.minor < product.variants[0].price.minor) ++cheaper;
      }
      RC_ASSERT(2 * cheaper <= boutique);
    }
  });
  CHECK(held);
}
