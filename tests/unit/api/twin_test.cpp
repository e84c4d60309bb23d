#include <catch2/catch.hpp>

#include "shop/order_repo.h"
#include "shop/outbox_repo.h"
#include "shop/store.h"
#include "tests/unit/api/api_fixture.h"
#include "world-server/api/token_text.h"

using nlohmann::json;
using world::ApiFixture;
using world::json_of;

TEST_CASE("token ids are read as contracts write them") {
  const auto one = world::token_of_text("1");
  REQUIRE(one.has_value());
  CHECK(one->hex() == std::string(63, '0') + "1");
  CHECK(world::token_of_text("0x" + std::string(63, '0') + "1") == one);
  CHECK(world::token_of_text(std::string(63, '0') + "1") == one);
  const std::string most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
  CHECK(world::token_of_text(most)->hex() == std::string(64, 'f'));
  CHECK_FALSE(world::token_of_text("115792089237316195423570985008687907853269984665640564039457584007913129639936"));
  for (const char* bad : {"", "-1", "0x1", "12a", "1e3", "0x"}) CHECK_FALSE(world::token_of_text(bad));
}

TEST_CASE("a certificate's metadata is there as soon as it is minted, and says nothing about the buyer") {
  ApiFixture fixture;
  fixture.config.provider_url = "http://127.0.0.1:9";
  fixture.config.provider_webhook_secret = "s";
  fixture.config.private_addresses_allowed = true;
  fixture.open();
  const std::string cookie = fixture.enter("Ada Lovelace");
  const json body{
      {"variant_id", fixture.add_jacket()}, {"pay", "card"}, {"email", "ada@example.org"}, {"share", false}};
  const json placed = json_of(fixture.post("/api/checkout", body, ApiFixture::as(cookie, "k")));
  const auto id = *proto::OrderId::parse(placed["id"].get<std::string>());
  auto& store = fixture.api->store();
  const auto token = shop::orders::order(store.db(), id)->lines[0].token;
  CHECK(fixture.get("/twins/" + token.hex()).status == 404);

  REQUIRE(store.execute({{}, fixture.now, shop::OpenPayment{id, "cs", "http://x", fixture.now}}).ok());
  REQUIRE(store.execute({{}, fixture.now, shop::SettlePayment{id, "cs", {42000, {}}}}).ok());
  const auto row = shop::outbox::waiting(store.db(), "mint", 1).at(0);
  CHECK(json::parse(row.payload)["token"] == token.hex());
  REQUIRE(store.execute({{}, fixture.now, shop::AcknowledgeOutbox{row.id}}).ok());
  const shop::Certificate certificate{token, id, "0xkeeper", "0xtwin", 31337, "0xtx", 7, {}};
  REQUIRE(store.execute({{}, fixture.now, shop::FinishMint{certificate}}).ok());

  const auto response = fixture.get("/twins/0x" + token.hex());
  REQUIRE(response.status == 200);
  const json twin = json_of(response);
  CHECK(twin["name"] == "Linen jacket");
  CHECK(twin["image"] == "http://127.0.0.1:8080/assets/t.webp");
  CHECK(twin["animation_url"] == "http://127.0.0.1:8080/assets/m.glb");
  CHECK(twin["external_url"] == "http://127.0.0.1:8080/?product=1");
  CHECK(twin["attributes"].size() == 7);
  CHECK(response.body.find("ada") == std::string::npos);
  CHECK(response.body.find("Lovelace") == std::string::npos);

  const json things = json_of(fixture.get("/api/things", ApiFixture::as(cookie)));
  REQUIRE(things["certificates"].size() == 1);
  CHECK(things["certificates"][0]["owner"] == "0xkeeper");
  CHECK(things["certificates"][0]["number"].get<std::string>().size() == 12);
  CHECK(things["orders"][0]["state"] == "issued");
}
