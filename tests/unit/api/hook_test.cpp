#include <catch2/catch.hpp>

#include "shop/order_repo.h"
#include "shop/outbox_repo.h"
#include "shop/store.h"
#include "tests/unit/api/api_fixture.h"
#include "world-server/api/webhook.h"

using nlohmann::json;
using world::ApiFixture;
using world::json_of;

namespace {

constexpr const char* kSecret = "hook secret";

class Hooks : public ApiFixture {
 public:
  Hooks() {
    config.provider_url = "http://127.0.0.1:9";
    config.provider_webhook_secret = kSecret;
    config.private_addresses_allowed = true;
    open();
    cookie = enter();
    const json body{{"variant_id", add_jacket(2)}, {"pay", "card"}, {"email", "ada@example.org"}, {"share", false}};
    order = json_of(post("/api/checkout", body, as(cookie, "k")))["id"].get<std::string>();
  }
  json event_json(const std::string& type, const std::string& id, std::int64_t minor = 42000) const {
    return {{"id", id},
            {"type", type},
            {"created", 1},
            {"session", {{"id", "cs_1"}, {"reference", order}, {"amount", {{"minor", minor}, {"currency", "EUR"}}}}}};
  }
  std::string event(const std::string& type, const std::string& id, std::int64_t minor = 42000) const {
    return event_json(type, id, minor).dump();
  }
  json seen() { return json_of(get("/api/orders/" + order, as(cookie))); }
  std::string state() { return seen()["state"].get<std::string>(); }
  std::size_t mints() { return shop::outbox::waiting(api->store().db(), "mint", 10).size(); }

  std::string cookie;
  std::string order;
};

}  // namespace

TEST_CASE("a signed webhook pays an order, even one whose page was never stored") {
  Hooks fixture;
  const auto response = fixture.hook(fixture.event("payment.succeeded", "evt_1"), kSecret);
  CHECK(response.status == 200);
  CHECK(json_of(response)["applied"] == true);
  CHECK(fixture.state() == "paid");
  CHECK(fixture.mints() == 1);
}

TEST_CASE("forged webhooks are not believed") {
  Hooks fixture;
  const std::string event = fixture.event("payment.succeeded", "evt_1");
  CHECK(fixture.hook(event, "another secret").status == 401);
  CHECK(fixture.call("POST", "/hooks/payment", event).status == 401);
  const ApiFixture::Headers empty{{"payment-signature", "t=1800000000,v1="}};
  CHECK(fixture.call("POST", "/hooks/payment", event, empty).status == 401);
  const ApiFixture::Headers odd{{"payment-signature", "t=99999999999999999999,v1=00,,,=,"}};
  CHECK(fixture.call("POST", "/hooks/payment", event, odd).status == 401);
  CHECK(fixture.state() == "reserved");
  CHECK(fixture.mints() == 0);
}

TEST_CASE("a true signature under a changed body or a changed time is worth nothing") {
  const std::string body = "{}";
  const std::string good = "5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd";
  CHECK(world::check_webhook("t=1,v1=" + good, body, "k", {1'000'000}) == world::WebhookTrust::kWrongSignature);
}

TEST_CASE("a webhook that is older than five minutes is not believed, nor one from the future") {
  Hooks fixture;
  const std::string event = fixture.event("payment.succeeded", "evt_1");
  CHECK(fixture.hook(event, kSecret, proto::minutes(6)).status == 401);
  CHECK(fixture.hook(event, kSecret, proto::minutes(-6)).status == 401);
  CHECK(fixture.hook(event, kSecret, proto::minutes(4)).status == 200);
}

TEST_CASE("a doubled webhook is received twice and applied once") {
  Hooks fixture;
  const std::string event = fixture.event("payment.succeeded", "evt_1");
  CHECK(json_of(fixture.hook(event, kSecret))["applied"] == true);
  CHECK(json_of(fixture.hook(event, kSecret))["applied"] == false);
  CHECK(json_of(fixture.hook(fixture.event("payment.succeeded", "evt_2"), kSecret))["applied"] == false);
  CHECK(fixture.mints() == 1);
}

TEST_CASE("one event id with two meanings is a conflict, and changes nothing") {
  Hooks fixture;
  CHECK(json_of(fixture.hook(fixture.event("payment.succeeded", "evt_1"), kSecret))["applied"] == true);
  const auto other = json_of(fixture.hook(fixture.event("session.cancelled", "evt_1"), kSecret));
  CHECK(other["why"] == "key_conflict");
  CHECK(fixture.state() == "paid");
}

TEST_CASE("webhooks out of order: the end of the page after the payment changes nothing") {
  Hooks fixture;
  fixture.hook(fixture.event("payment.succeeded", "evt_2"), kSecret);
  CHECK(json_of(fixture.hook(fixture.event("session.expired", "evt_1"), kSecret))["why"] == "wrong_state");
  CHECK(fixture.state() == "paid");
}

TEST_CASE("a payment that arrives after the order was cancelled is given back") {
  Hooks fixture;
  fixture.hook(fixture.event("session.cancelled", "evt_1"), kSecret);
  CHECK(fixture.state() == "cancelled");
  CHECK(fixture.seen()["reason"] == "cancelled");
  fixture.hook(fixture.event("payment.succeeded", "evt_2"), kSecret);
  CHECK(fixture.state() == "refund_due");
  CHECK(fixture.seen()["reason"] == "late_payment");
  CHECK(fixture.mints() == 0);
}

TEST_CASE("a payment page that has closed ends the order and says so") {
  Hooks fixture;
  fixture.hook(fixture.event("session.expired", "evt_1"), kSecret);
  CHECK(fixture.state() == "cancelled");
  CHECK(fixture.seen()["reason"] == "page_closed");
}

TEST_CASE("the wrong amount does not buy") {
  Hooks fixture;
  CHECK(fixture.seen()["reason"].is_null());
  fixture.hook(fixture.event("payment.succeeded", "evt_1", 1), kSecret);
  CHECK(fixture.state() == "refund_due");
  CHECK(fixture.seen()["reason"] == "wrong_amount");
  CHECK(fixture.mints() == 0);
}

TEST_CASE("a signed webhook about an order that is not ours changes nothing") {
  Hooks fixture;
  json event = fixture.event_json("payment.succeeded", "evt_1");
  event["session"]["reference"] = std::string(64, 'a');
  CHECK(json_of(fixture.hook(event.dump(), kSecret))["why"] == "unknown_order");
  event["session"]["reference"] = "short";
  CHECK(fixture.hook(event.dump(), kSecret).status == 422);
  CHECK(fixture.hook("[]", kSecret).status == 422);
}
