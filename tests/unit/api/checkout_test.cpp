#include <catch2/catch.hpp>
#include <chrono>

#include "shop/store.h"
#include "tests/support/silent_server.h"
#include "tests/unit/api/api_fixture.h"

using nlohmann::json;
using world::ApiFixture;
using world::json_of;

namespace {

/// A shop whose payment provider is configured but never answers, so that orders stay as the shop made them.
class Checkout : public ApiFixture {
 public:
  Checkout() {
    config.provider_url = "http://127.0.0.1:9";  // the discard port: nobody listens
    config.provider_webhook_secret = "hook secret";
    config.private_addresses_allowed = true;
    open();
    variant = add_jacket(2);
    cookie = enter();
  }
  json body(bool share = false) const {
    return {{"variant_id", variant}, {"pay", "card"}, {"email", "ada@example.org"}, {"share", share}};
  }
  world::HttpResponse buy(const std::string& key, bool share = false) {
    return post("/api/checkout", body(share), as(cookie, key));
  }
  json order(const json& placed) { return json_of(get("/api/orders/" + placed["id"].get<std::string>(), as(cookie))); }
  std::int64_t stock() { return json_of(get("/api/products/1"))["variants"][0]["stock"].get<std::int64_t>(); }

  std::uint32_t variant = 0;
  std::string cookie;
};

}  // namespace

TEST_CASE("a checkout makes an order, and the provider being away does not lose it") {
  Checkout fixture;
  const auto response = fixture.buy("k");
  REQUIRE(response.status == 201);
  const json placed = json_of(response);
  CHECK(placed["state"] == "reserved");
  CHECK(placed["payment"].is_null());
  CHECK(placed["total"] == json{{"minor", 42000}, {"currency", "EUR"}});
  CHECK(placed["lines"][0]["options"] == "M, sand");
  CHECK(placed["lines"][0]["configuration"].is_object());
  CHECK(fixture.stock() == 1);
  fixture.open();
  CHECK(fixture.order(placed)["state"] == "reserved");
  const json things = json_of(fixture.get("/api/things", ApiFixture::as(fixture.cookie)));
  CHECK(things["orders"].size() == 1);
  CHECK(things["certificates"].empty());
}

TEST_CASE("a purchase sent twice with one key is one purchase; a changed one is a conflict") {
  Checkout fixture;
  const json first = json_of(fixture.buy("k"));
  const auto again = fixture.buy("k");
  CHECK(again.status == 200);
  CHECK(json_of(again)["id"] == first["id"]);
  CHECK(fixture.stock() == 1);
  const auto changed = fixture.buy("k", true);
  CHECK(changed.status == 409);
  CHECK(json_of(changed)["type"] == "/problems/key_conflict");
}

TEST_CASE("a provider that takes the call and never answers does not hold up the shop") {
  Checkout fixture;
  const test::SilentServer silent;
  fixture.config.provider_url = "http://" + silent.host();
  fixture.open();
  const auto before = std::chrono::steady_clock::now();
  CHECK(fixture.buy("k").status == 201);
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::milliseconds(700));
}

TEST_CASE("a checkout that is sent again gets its answer however often it comes") {
  Checkout fixture;
  const json first = json_of(fixture.buy("k"));
  for (int i = 0; i < 100; ++i) REQUIRE(json_of(fixture.buy("k"))["id"] == first["id"]);
}

TEST_CASE("one network address holds only so many pieces, however many visitors it makes up") {
  Checkout fixture;
  REQUIRE(fixture.as_operator("/api/stock", {{"variant_id", fixture.variant}, {"delta", 100}}, "more").status == 200);
  int held = 0;
  for (int visitor = 0; visitor < 10; ++visitor) {
    fixture.cookie = fixture.enter("Eve");
    for (int i = 0; i < 10; ++i) held += fixture.buy("k" + std::to_string(i)).status == 201 ? 1 : 0;
  }
  CHECK(held == 60);
  CHECK(fixture.stock() == 42);
  fixture.peer = "10.0.0.2";
  fixture.cookie = fixture.enter("Bob");
  CHECK(fixture.buy("k").status == 201);
}

TEST_CASE("two shoppers may use the same key") {
  Checkout fixture;
  const json first = json_of(fixture.buy("k"));
  fixture.cookie = fixture.enter("Bob");
  const json second = json_of(fixture.buy("k"));
  CHECK(first["id"] != second["id"]);
}

TEST_CASE("what is sold out cannot be bought, and says so") {
  Checkout fixture;
  CHECK(fixture.buy("1").status == 201);
  CHECK(fixture.buy("2").status == 201);
  const auto third = fixture.buy("3");
  CHECK(third.status == 409);
  CHECK(json_of(third)["type"] == "/problems/sold_out");
  CHECK(fixture.stock() == 0);
}

TEST_CASE("an order is shown to whoever made it and to nobody else") {
  Checkout fixture;
  const json placed = json_of(fixture.buy("k"));
  const std::string path = "/api/orders/" + placed["id"].get<std::string>();
  const std::string stranger = fixture.enter("Eve");
  CHECK(fixture.get(path, ApiFixture::as(stranger)).status == 404);
  CHECK(fixture.call("POST", path + "/cancel", {}, ApiFixture::as(stranger)).status == 404);
  CHECK(fixture.get(path).status == 401);
  CHECK(fixture.stock() == 1);
}

TEST_CASE("cancelling puts the piece back") {
  Checkout fixture;
  const json placed = json_of(fixture.buy("k"));
  const auto path = "/api/orders/" + placed["id"].get<std::string>() + "/cancel";
  const auto cancelled = fixture.call("POST", path, {}, ApiFixture::as(fixture.cookie));
  CHECK(cancelled.status == 200);
  CHECK(json_of(cancelled)["state"] == "cancelled");
  CHECK(fixture.stock() == 2);
}

TEST_CASE("time ends a reservation by itself") {
  Checkout fixture;
  const json placed = json_of(fixture.buy("k"));
  fixture.now = fixture.now + shop::kReservationLife + proto::seconds(-1);
  fixture.api->tick(fixture.now);
  CHECK(fixture.order(placed)["state"] == "reserved");
  fixture.now = fixture.now + proto::seconds(1);
  fixture.api->tick(fixture.now);
  CHECK(fixture.order(placed)["state"] == "expired");
  CHECK(fixture.stock() == 2);
}

TEST_CASE("a way to pay that this server does not offer is refused before anything is held") {
  Checkout fixture;
  json wallet = fixture.body();
  wallet["pay"] = "wallet";
  CHECK(fixture.post("/api/checkout", wallet, ApiFixture::as(fixture.cookie, "k")).status == 409);
  CHECK(fixture.stock() == 2);
}
