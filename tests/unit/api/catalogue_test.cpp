#include <catch2/catch.hpp>

#include "tests/unit/api/api_fixture.h"

using nlohmann::json;
using world::ApiFixture;
using world::json_of;

namespace {

/// A garment for the head.
json hat_json() {
  return json{{"slug", "hat"},
              {"brand", "maison-lune"},
              {"name", "Hat"},
              {"description", ""},
              {"author", "Galleria"},
              {"licence", "Apache-2.0"},
              {"model", "piece-1"},
              {"wear", {{"slot", 0}, {"hides", {"hair"}}, {"models", {"piece-1", "piece-1", "piece-1"}}}},
              {"variants",
               {{{"size", ""}, {"colour", nullptr}, {"price", {{"minor", 900}, {"currency", "EUR"}}}, {"stock", 1}}}}};
}

}  // namespace

TEST_CASE("a product that was added is in the mall, and stands where it was placed") {
  ApiFixture fixture;
  fixture.add_jacket();
  const auto version = fixture.api->catalogue_version();
  const auto placed = fixture.as_operator("/api/placements", {{"display", 2}, {"product_id", 1}}, "p");
  CHECK(placed.status == 201);
  CHECK(fixture.api->catalogue_version() > version);

  const auto mall = json_of(fixture.get("/api/mall"));
  REQUIRE(mall["products"].size() == 1);
  CHECK(mall["products"][0]["name"] == "Linen jacket");
  CHECK(mall["products"][0]["model_url"] == "/assets/m.glb");
  CHECK(mall["boutiques"][0]["brand"]["name"] == "Maison Lune");
  CHECK(mall["displays"][1]["product_id"] == 1);
  CHECK(json_of(fixture.get("/api/products/1")) == mall["products"][0]);
  CHECK(fixture.get("/api/products/2").status == 404);
  CHECK(fixture.get("/api/products/x").status == 404);

  const auto boxes = fixture.api->display_boxes();
  REQUIRE(boxes.boxes.size() == 1);
  CHECK(boxes.boxes[0].center.y == Approx(0.1 + 0.4));
  CHECK(boxes.boxes[0].half.x == Approx(0.3));
  CHECK(boxes.boxes[0].yaw_rad == Approx(1.5));
}

TEST_CASE("a mannequin that wears a piece stands in the way like a person; an empty one is not there") {
  ApiFixture fixture;
  fixture.add_jacket();
  REQUIRE(fixture.as_operator("/api/products", hat_json(), "hat").status == 201);
  CHECK(fixture.api->display_boxes().boxes.empty());
  const auto placed = [&fixture](int product) {
    const json placement{{"display", 1}, {"product_id", product}};
    REQUIRE(fixture.as_operator("/api/placements", placement, std::to_string(product)).status == 201);
    const auto boxes = fixture.api->display_boxes().boxes;
    REQUIRE(boxes.size() == 1);
    CHECK(boxes[0].center.y - boxes[0].half.y == Approx(0).margin(0.001));
    return boxes[0];
  };
  CHECK(placed(2).half.x == Approx(0.22));
  // What is not worn stands there itself.
  CHECK(placed(1).half.x == Approx(0.3));
}

TEST_CASE("garments tell the world their slot") {
  ApiFixture fixture;
  fixture.add_jacket();
  CHECK(fixture.api->wearables().items.empty());
  json hat = hat_json();
  const auto added = fixture.as_operator("/api/products", hat, "hat");
  REQUIRE(added.status == 201);
  CHECK(json_of(added)["wear"]["models"][2] == "/assets/m.glb");
  const auto wearables = fixture.api->wearables();
  REQUIRE(wearables.items.size() == 1);
  CHECK(wearables.items[0].variant_id == json_of(added)["variants"][0]["id"].get<std::uint32_t>());
  CHECK(wearables.items[0].slot == world::Slot::kHead);
  CHECK(wearables.items[0].boutique == "maison-lune");

  hat["slug"] = "hat-2";
  hat["wear"]["models"][1] = "piece-9";
  CHECK(fixture.as_operator("/api/products", hat, "hat-2").status == 422);
}

TEST_CASE("a product says its category in the public taxonomy, or null") {
  ApiFixture fixture;
  fixture.add_jacket();
  CHECK(json_of(fixture.get("/api/products/1"))["category"].is_null());
  json chair{{"slug", "chair"},
             {"brand", "maison-lune"},
             {"name", "Chair"},
             {"description", ""},
             {"author", "Galleria"},
             {"licence", "Apache-2.0"},
             {"category", "fr-7-9"},
             {"model", "piece-1"},
             {"variants",
              {{{"size", ""}, {"colour", nullptr}, {"price", {{"minor", 900}, {"currency", "EUR"}}}, {"stock", 1}}}}};
  CHECK(json_of(fixture.as_operator("/api/products", chair, "chair"))["category"] == "fr-7-9");
  CHECK(json_of(fixture.get("/api/products/2"))["category"] == "fr-7-9");
  chair["slug"] = "chair-2";
  for (const json& wrong : {json("Chairs"), json(7), json("fr-"), json("fr-7-9\n")}) {
    chair["category"] = wrong;
    const auto refused = fixture.as_operator("/api/products", chair, "chair-2");
    CHECK(refused.status == 422);
    CHECK(json_of(refused)["errors"][0]["pointer"] == "/category");
  }
  chair["category"] = nullptr;
  CHECK(fixture.as_operator("/api/products", chair, "chair-2").status == 201);
}

TEST_CASE("the operator's commands are the same when they come twice, and a conflict when they differ") {
  ApiFixture fixture;
  fixture.add_jacket(3);
  const auto again = fixture.as_operator(
      "/api/brands", {{"id", "maison-lune"}, {"name", "Maison Lune"}, {"boutique", "maison-lune"}}, "brand");
  CHECK(again.status == 200);
  const auto other =
      fixture.as_operator("/api/brands", {{"id", "x"}, {"name", "X"}, {"boutique", "oak-and-linen"}}, "brand");
  CHECK(other.status == 409);
  CHECK(json_of(other)["type"] == "/problems/key_conflict");
  CHECK(json_of(fixture.as_operator("/api/stock", {{"variant_id", 1}, {"delta", 2}}, "s"))["stock"] == 5);
  CHECK(json_of(fixture.as_operator("/api/stock", {{"variant_id", 1}, {"delta", 2}}, "s"))["stock"] == 5);
}

TEST_CASE("nobody but the operator adds to the catalogue") {
  ApiFixture fixture;
  const std::string cookie = fixture.enter();
  const json brand{{"id", "x"}, {"name", "X"}, {"boutique", "maison-lune"}};
  for (const char* path : {"/api/brands", "/api/products", "/api/placements", "/api/stock"}) {
    CHECK(fixture.post(path, brand, ApiFixture::as(cookie, "k")).status == 401);
    auto headers = ApiFixture::as(cookie, "k");
    headers.emplace_back("authorization", "Bearer wrong");
    CHECK(fixture.post(path, brand, headers).status == 401);
  }
  CHECK(fixture.get("/api/orders", ApiFixture::as(cookie)).status == 401);
  CHECK(fixture.call("POST", "/api/uploads", "bytes", {{"cookie", cookie}, {"x-filename", "a.glb"}}).status == 403);
}
