#include <catch2/catch.hpp>

#include "shop/catalogue_repo.h"
#include "tests/unit/shop/shop_fixture.h"

using namespace shop;

namespace {

Product another(const std::string& slug) {
  Product product;
  product.slug = slug;
  product.brand = "maison-lune";
  product.name = "Hat";
  product.category = "aa-2-17";
  product.size_m = {0.3, 0.2, 0.3};
  product.wear = Wear{0, {"hair"}, {"/a0", "/a1", "/a2"}};
  product.variants.push_back({0, "", Colour{"black", "#000000"}, {9900, {}}, 5});
  product.variants.push_back({0, "", Colour{"red", "#ff0000"}, {9900, {}}, 0});
  return product;
}

}  // namespace

TEST_CASE("a product comes back from the database as it went in") {
  ShopFixture shop;
  const Receipt receipt = shop.must(AddProduct{another("hat")});
  const auto hat = catalogue::product(shop.store->db(), static_cast<ProductId>(std::stoul(receipt.reference)));
  REQUIRE(hat.has_value());
  CHECK(hat->slug == "hat");
  CHECK(hat->category == "aa-2-17");
  CHECK(hat->boutique == "maison-lune");
  CHECK(hat->size_m == std::array<double, 3>{0.3, 0.2, 0.3});
  REQUIRE(hat->wear.has_value());
  CHECK(hat->wear->hides == std::vector<std::string>{"hair"});
  CHECK(hat->wear->model_urls[2] == "/a2");
  REQUIRE(hat->variants.size() == 2);
  CHECK(hat->variants[1].colour->hex == "#ff0000");
  CHECK(hat->variants[0].price == proto::Money{9900, {}});

  const auto all = catalogue::products(shop.store->db());
  REQUIRE(all.size() == 2);
  CHECK(all[0].variants.size() == 1);
  CHECK(all[1].variants.size() == 2);
}

TEST_CASE("the ladder of a product, rung by rung") {
  ShopFixture shop;
  Product unbranded = another("hat");
  unbranded.brand = "nobody";
  CHECK(shop.refusal(AddProduct{unbranded}) == "unknown_brand");
  CHECK(shop.refusal(AddProduct{another("linen-jacket")}) == "slug_taken");
  Product bare = another("hat");
  bare.variants.clear();
  CHECK(shop.refusal(AddProduct{bare}) == "no_variants");
  Product many = another("hat");
  many.variants.resize(65, many.variants[0]);
  CHECK(shop.refusal(AddProduct{many}) == "too_many_variants");
  Product mixed = another("hat");
  mixed.variants[1].price.currency = *proto::Currency::parse("USD");
  CHECK(shop.refusal(AddProduct{mixed}) == "currencies_differ");
  Product free = another("hat");
  free.variants[0].price.minor = 0;
  CHECK(shop.refusal(AddProduct{free}) == "price_out_of_range");
  Product negative = another("hat");
  negative.variants[0].stock = -1;
  CHECK(shop.refusal(AddProduct{negative}) == "stock_out_of_range");
  CHECK(shop.refusal(AddProduct{another("hat")}) == "accepted");
}

TEST_CASE("a boutique belongs to one brand") {
  ShopFixture shop;
  CHECK(shop.refusal(AddBrand{{"maison-lune", "Again", "elsewhere"}}) == "brand_exists");
  CHECK(shop.refusal(AddBrand{{"other", "Other", "maison-lune"}}) == "boutique_taken");
  CHECK(shop.refusal(AddBrand{{"other", "Other", "elsewhere"}}) == "accepted");
}

TEST_CASE("stock changes by pieces and never leaves its range") {
  ShopFixture shop(3);
  CHECK(shop.refusal(ChangeStock{shop.variant, -4}) == "stock_out_of_range");
  CHECK(shop.refusal(ChangeStock{999, 1}) == "unknown_variant");
  CHECK(shop.refusal(ChangeStock{shop.variant, INT64_MAX}) == "stock_out_of_range");
  CHECK(shop.refusal(ChangeStock{shop.variant, INT64_MIN}) == "stock_out_of_range");
  shop.must(ChangeStock{shop.variant, -3});
  CHECK(shop.stock() == 0);
}

TEST_CASE("a display shows one product; a later one takes its place") {
  ShopFixture shop;
  const auto hat = static_cast<ProductId>(std::stoul(shop.must(AddProduct{another("hat")}).reference));
  CHECK(shop.refusal(PlaceProduct{{1, 999}}) == "unknown_product");
  const auto version = shop.store->catalogue_version();
  shop.must(PlaceProduct{{1, 1}});
  shop.must(PlaceProduct{{1, hat}});
  const auto placed = catalogue::placements(shop.store->db());
  REQUIRE(placed.size() == 1);
  CHECK(placed[0].product == hat);
  CHECK(shop.store->catalogue_version() > version);
}
