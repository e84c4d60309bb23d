#include <catch2/catch.hpp>

#include "chain-bridge/eth/keccak.h"
#include "tests/unit/api/sharing_fixture.h"

using nlohmann::json;
using world::ApiFixture;
using world::json_of;
using world::SharingFixture;

TEST_CASE("the whole way: agree, buy, be advised by the other boutique, withdraw, erase with a receipt that holds") {
  SharingFixture fixture;
  const json terms = json_of(fixture.get("/api/consents/terms"));
  CHECK(terms["purpose"] == "recommend");
  CHECK(terms["notice_hash"] == chain::keccak256(terms["notice"].get<std::string>()).hex());
  CHECK(terms["chain_id"] == 31338);
  CHECK(terms["brands"][1] == json{{"id", "oak-and-linen"}, {"name", "Oak & Linen"}});
  CHECK(fixture.for_you(fixture.cookie)["basis"] == "newcomer");

  const auto consent = fixture.draw(1);
  const auto agreed = fixture.agree(consent, fixture.cookie);
  INFO(agreed.body);
  REQUIRE(agreed.status == 201);
  CHECK(json_of(agreed)["state"] == "active");
  CHECK(json_of(agreed)["brand"] == json{{"id", "maison-lune"}, {"name", "Maison Lune"}});
  CHECK(json_of(agreed)["readers"][0]["brand"]["id"] == "oak-and-linen");
  CHECK(json_of(agreed)["entries"] == 0);

  (void)fixture.buy(fixture.jacket, true, fixture.cookie);
  CHECK(fixture.rows_waiting() == 1);
  fixture.tick();
  fixture.tick();
  CHECK(fixture.rows_waiting() == 0);
  CHECK(fixture.consents(fixture.cookie)[0]["entries"] == 1);

  const json shelf = fixture.for_you(fixture.cookie);
  CHECK(shelf["basis"] == "purchases");
  CHECK(shelf["picks"] ==
        json{{{"product_id", 3}, {"reason", {{"code", "chair_for_clothes"}, {"because", "The jacket"}}}},
             {{"product_id", 4}, {"reason", {{"code", "light_to_dress_by"}, {"because", "The jacket"}}}}});
  const json seen = fixture.consents(fixture.cookie)[0];
  REQUIRE(seen["reads"].size() == 1);
  CHECK(seen["reads"][0] ==
        json{{"brand", {{"id", "oak-and-linen"}, {"name", "Oak & Linen"}}}, {"at", "2027-01-15T08:00:00Z"}});

  CHECK(json_of(fixture.withdraw(consent, fixture.cookie))["state"] == "withdrawn");
  CHECK(fixture.for_you(fixture.cookie)["basis"] == "newcomer");
  CHECK(fixture.consents(fixture.cookie)[0]["reads"].size() == 1);  // nothing was read any more
  CHECK(fixture.checkout(fixture.hat, true, fixture.cookie, "k2").status == 409);

  const json erased = json_of(fixture.erase(consent, fixture.cookie));
  CHECK(erased["consent"]["state"] == "erased");
  CHECK(erased["consent"]["entries"] == 0);
  const json& receipt = erased["receipt"];
  const auto hash = chain::keccak256(receipt["text"].get<std::string>());
  CHECK(receipt["hash"] == hash.hex());
  const auto signature = chain::Signature::parse(*chain::parse_data(receipt["signature"].get<std::string>(), 65));
  CHECK(chain::recover(hash, *signature)->text() == receipt["signer"].get<std::string>());
  fixture.now = fixture.now + proto::hours(1);
  CHECK(json_of(fixture.erase(consent, fixture.cookie))["receipt"] == receipt);
  CHECK(fixture.vault_texts("SELECT box FROM wrap").empty());
}

TEST_CASE("what is noted says nothing of the person") {
  SharingFixture fixture;
  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  const auto order = fixture.buy(fixture.jacket, true, fixture.cookie);
  fixture.tick();
  const auto read = fixture.desk->read(fixture.draw(1).id, "oak-and-linen", fixture.now);
  REQUIRE(read.ok());
  REQUIRE(read->size() == 1);
  CHECK(json::parse(read->at(0)) == json{{"gtin", nullptr},
                                         {"slug", "jacket"},
                                         {"name", "The jacket"},
                                         {"category", "aa-1-10-2-11"},
                                         {"brand", "maison-lune"},
                                         {"month", "2027-01"}});
  for (const std::string& reference : fixture.vault_texts("SELECT reference FROM entry")) {
    CHECK(reference.find(order.hex()) == std::string::npos);
  }
}

TEST_CASE("the very same agreement again is the same, and one that has ended does not come back") {
  SharingFixture fixture;
  const auto consent = fixture.draw(1);
  const json first = json_of(fixture.agree(consent, fixture.cookie));
  const auto again = fixture.agree(consent, fixture.cookie);
  CHECK(again.status == 200);
  CHECK(json_of(again) == first);
  auto longer = fixture.draw(1);
  longer.not_after_s += 1;
  CHECK(json_of(fixture.agree(longer, fixture.cookie))["type"] == "/problems/consent-exists");

  REQUIRE(fixture.withdraw(consent, fixture.cookie).status == 200);
  CHECK(json_of(fixture.withdraw(consent, fixture.cookie))["state"] == "withdrawn");
  CHECK(json_of(fixture.agree(consent, fixture.cookie))["state"] == "withdrawn");
  CHECK(fixture.consents(fixture.cookie).size() == 1);
  CHECK(fixture.checkout(fixture.jacket, true, fixture.cookie).status == 409);
}

TEST_CASE("another account's agreements cannot be seen, taken, ended or erased") {
  SharingFixture fixture;
  const auto consent = fixture.draw(1);
  REQUIRE(fixture.agree(consent, fixture.cookie).status == 201);
  (void)fixture.buy(fixture.jacket, true, fixture.cookie);
  fixture.tick();
  const std::string eve = fixture.enter("Eve");
  CHECK(fixture.consents(eve).empty());
  CHECK(json_of(fixture.agree(consent, eve))["type"] == "/problems/consent-exists");
  CHECK(json_of(fixture.withdraw(consent, eve))["type"] == "/problems/no-such-consent");
  CHECK(json_of(fixture.erase(consent, eve))["type"] == "/problems/no-such-consent");
  const json unsigned_end{{"signature", nullptr}};
  CHECK(fixture.post("/api/consents/" + consent.id.hex() + "/erase", unsigned_end, ApiFixture::as(eve)).status == 404);
  CHECK(fixture.for_you(eve)["basis"] == "newcomer");
  CHECK(json_of(fixture.checkout(fixture.hat, true, eve))["type"] == "/problems/consent-missing");
  const json kept = fixture.consents(fixture.cookie)[0];
  CHECK(kept["state"] == "active");
  CHECK(kept["reads"].empty());
}

TEST_CASE("who is signed in ends and erases without the key that is in another browser") {
  SharingFixture fixture;
  const auto consent = fixture.draw(1);
  REQUIRE(fixture.agree(consent, fixture.cookie).status == 201);
  const std::string path = "/api/consents/" + consent.id.hex();
  const json no_key{{"signature", nullptr}};
  CHECK(json_of(fixture.post(path + "/withdraw", no_key, ApiFixture::as(fixture.cookie)))["state"] == "withdrawn");
  CHECK(json_of(fixture.post(path + "/erase", no_key, ApiFixture::as(fixture.cookie)))["consent"]["state"] == "erased");
}

TEST_CASE("a signature that does not fit leaves nothing behind") {
  SharingFixture fixture;
  const auto consent = fixture.draw(1);
  const auto refused = [&](const json& body) {
    const auto response = fixture.post("/api/consents", body, ApiFixture::as(fixture.cookie));
    CHECK(response.status == 422);
    return json_of(response)["type"].get<std::string>();
  };
  json body = fixture.signed_body(consent);
  body["signature"] = fixture.signed_body(fixture.draw(2))["signature"];
  CHECK(refused(body) == "/problems/wrong-signature");
  body = fixture.signed_body(consent);
  body["salt"] = fixture.draw(2).salt.hex();  // another commitment than was signed
  CHECK(refused(body) == "/problems/wrong-signature");
  body = fixture.signed_body(consent);
  body["not_after_s"] = consent.not_after_s - 1;
  CHECK(refused(body) == "/problems/wrong-end");  // the reader would outlive the agreement
  body = fixture.signed_body(consent);
  body["purpose"] = "advertise";
  CHECK(refused(body) == "/problems/wrong-terms");
  auto past = fixture.draw(1);
  past.not_after_s = 1;
  CHECK(refused(fixture.signed_body(past)) == "/problems/wrong-end");
  CHECK(fixture.consents(fixture.cookie).empty());

  REQUIRE(fixture.agree(consent, fixture.cookie).status == 201);
  const auto stranger = fixture.draw(2);
  const json forged = SharingFixture::end_body(stranger, chain::withdraw_digest(fixture.deployment, consent.id));
  const std::string path = "/api/consents/" + consent.id.hex();
  CHECK(fixture.post(path + "/withdraw", forged, ApiFixture::as(fixture.cookie)).status == 422);
  CHECK(fixture.post(path + "/erase", forged, ApiFixture::as(fixture.cookie)).status == 422);
  CHECK(fixture.consents(fixture.cookie)[0]["state"] == "active");
}

TEST_CASE("no reader gets in that the customer did not sign") {
  SharingFixture fixture;
  const auto consent = fixture.draw(1);
  const json good = fixture.signed_body(consent);
  const auto refused = [&](const char* member, const json& value) {
    json body = good;
    body["readers"][0][member] = value;
    const auto response = fixture.post("/api/consents", body, ApiFixture::as(fixture.cookie));
    CHECK(response.status == 422);
    return json_of(response)["type"].get<std::string>();
  };
  CHECK(refused("signature", fixture.signed_body(fixture.draw(2))["readers"][0]["signature"]) ==
        "/problems/wrong-signature");
  CHECK(refused("sequence", 2) == "/problems/wrong-sequence");
  CHECK(refused("brand", "maison-lune") == "/problems/invalid-members");
  CHECK(refused("brand", "nobody") == "/problems/wrong-terms");
  CHECK(refused("extra", 1) == "/problems/invalid-members");
  json twice = good;
  twice["readers"].push_back(good["readers"][0]);
  CHECK(fixture.post("/api/consents", twice, ApiFixture::as(fixture.cookie)).status == 422);
  json many = good;
  for (int i = 0; i < 20; ++i) many["readers"].push_back(good["readers"][0]);
  CHECK(fixture.post("/api/consents", many, ApiFixture::as(fixture.cookie)).status == 422);
  CHECK(fixture.consents(fixture.cookie).empty());

  // Nobody named: the purchase is noted, and nobody reads it.
  auto alone = fixture.draw(3);
  alone.reader.clear();
  REQUIRE(fixture.agree(alone, fixture.cookie).status == 201);
  (void)fixture.buy(fixture.jacket, true, fixture.cookie);
  fixture.tick();
  CHECK(fixture.consents(fixture.cookie)[0]["entries"] == 1);
  CHECK(fixture.for_you(fixture.cookie)["basis"] == "newcomer");
}

TEST_CASE("a browser that says Sec-GPC: 1 is not asked, cannot share, and nothing is read for it") {
  SharingFixture fixture;
  const auto with_gpc = [&](const std::string& value) {
    auto headers = ApiFixture::as(fixture.cookie, "k");
    headers.emplace_back("sec-gpc", value);
    return headers;
  };
  const auto offers = [&](const std::string& value) {
    const json features = json_of(fixture.get("/api/session", with_gpc(value)))["features"];
    return std::find(features.begin(), features.end(), "share") != features.end();
  };
  CHECK(offers("0"));
  CHECK_FALSE(offers("1"));
  const auto refused = fixture.post("/api/consents", fixture.signed_body(fixture.draw(1)), with_gpc("1"));
  CHECK(refused.status == 403);
  CHECK(json_of(refused)["type"] == "/problems/sharing-refused");
  CHECK(fixture.consents(fixture.cookie).empty());

  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  const json body{{"variant_id", fixture.jacket}, {"pay", "card"}, {"email", "a@example.org"}, {"share", true}};
  CHECK(fixture.post("/api/checkout", body, with_gpc("1")).status == 403);
  CHECK(json_of(fixture.get("/api/products/1"))["variants"][0]["stock"] == 20);
  (void)fixture.buy(fixture.jacket, true, fixture.cookie);
  fixture.tick();
  CHECK(json_of(fixture.get("/api/for-you", with_gpc("1")))["basis"] == "newcomer");
  CHECK(fixture.consents(fixture.cookie)[0]["reads"].empty());
  CHECK(fixture.for_you(fixture.cookie)["basis"] == "purchases");
}

TEST_CASE("without a customer chain nothing can be shared, and everything else goes on") {
  ApiFixture fixture;
  fixture.config.provider_url = "http://127.0.0.1:9";
  fixture.config.private_addresses_allowed = true;
  fixture.open();
  const auto variant = fixture.add_jacket();
  const std::string cookie = fixture.enter();
  const json features = json_of(fixture.get("/api/session"))["features"];
  CHECK(std::find(features.begin(), features.end(), "share") == features.end());
  CHECK(std::find(features.begin(), features.end(), "for_you") != features.end());
  CHECK(fixture.get("/api/consents/terms").status == 503);
  CHECK(fixture.get("/api/consents", ApiFixture::as(cookie)).status == 503);
  CHECK(json_of(fixture.get("/api/for-you", ApiFixture::as(cookie)))["basis"] == "newcomer");
  json body{{"variant_id", variant}, {"pay", "card"}, {"email", "a@example.org"}, {"share", true}};
  CHECK(json_of(fixture.post("/api/checkout", body, ApiFixture::as(cookie, "k")))["type"] ==
        "/problems/consent-missing");
  body["share"] = false;
  CHECK(fixture.post("/api/checkout", body, ApiFixture::as(cookie, "k")).status == 201);
}

TEST_CASE("two windows that agree with one brand at once make one agreement") {
  SharingFixture fixture;
  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  const auto second = fixture.agree(fixture.draw(2), fixture.cookie);
  CHECK(second.status == 409);
  CHECK(json_of(second)["type"] == "/problems/agreed-already");
  REQUIRE(fixture.withdraw(fixture.draw(1), fixture.cookie).status == 200);
  REQUIRE(fixture.consents(fixture.cookie).size() == 1);
  CHECK(fixture.consents(fixture.cookie)[0]["state"] == "withdrawn");
}

TEST_CASE("one session cannot call about agreements or shelves without end") {
  SharingFixture fixture;
  int answered = 0;
  while (answered < 100 && fixture.get("/api/consents", ApiFixture::as(fixture.cookie)).status == 200) ++answered;
  CHECK(answered == 60);
  CHECK(fixture.agree(fixture.draw(1), fixture.cookie).status == 429);
  answered = 0;
  while (answered < 100 && fixture.get("/api/for-you", ApiFixture::as(fixture.cookie)).status == 200) ++answered;
  CHECK(answered == 60);
  fixture.now = fixture.now + proto::minutes(1);
  CHECK(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
}

TEST_CASE("one account agrees twenty times a day at most, and one address sixty times an hour") {
  SharingFixture fixture;
  std::uint8_t drawn = 0;
  const auto agree = [&](const std::string& with) {
    const auto drawn_now = fixture.draw(++drawn);
    auto response = fixture.agree(drawn_now, with);
    if (response.status == 201) fixture.withdraw(drawn_now, with);
    return response;
  };
  for (int i = 0; i < 20; ++i) REQUIRE(agree(fixture.cookie).status == 201);
  fixture.now = fixture.now + proto::hours(23);
  const auto refused = agree(fixture.cookie);
  CHECK(refused.status == 429);
  CHECK(json_of(refused)["type"] == "/problems/too-many-grants");
  CHECK(fixture.consents(fixture.cookie).size() == 20);
  CHECK(fixture.checkout(fixture.jacket, false, fixture.cookie).status == 201);  // buying goes on

  // Accounts are free, so the address counts too.
  fixture.now = fixture.now + proto::hours(1);
  for (const char* guest : {"Bob", "Cleo", "Dora"}) {
    const std::string with = fixture.enter(guest);
    for (int i = 0; i < 20; ++i) REQUIRE(agree(with).status == 201);
  }
  const std::string eve = fixture.enter("Eve");
  CHECK(json_of(agree(eve))["type"] == "/problems/too-many-grants");
  CHECK(fixture.consents(eve).empty());
  fixture.now = fixture.now + proto::hours(1);
  CHECK(agree(fixture.cookie).status == 201);
}
