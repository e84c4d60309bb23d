#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <regex>
#include <thread>

#include "tests/support/silent_server.h"
#include "tests/unit/api/api_fixture.h"
#include "tests/unit/api/node_service.h"
#include "world-server/api/http_client.h"

using nlohmann::json;
using world::ApiFixture;
using world::json_of;
using world::NodeService;

namespace {

constexpr const char* kCard = "do=pay&number=4242424242424242&expiry=12%2F40&cvc=123";

world::HttpReply ask(const world::HttpCall& call) {
  world::HttpGuard guard;
  guard.private_addresses_allowed = true;
  const auto reply = world::fetch(call, guard);
  if (!reply) FAIL(reply.error());
  return *reply;
}

world::HttpReply submit(const std::string& url, const std::string& form) {
  return ask({"POST", url, {{"Content-Type", "application/x-www-form-urlencoded"}}, form});
}

/// A shop with the real development provider beside it. Its webhooks go to a port where nobody listens, so that the
/// test can read them from the provider's journal and hand them over at a moment of its choice.
class WithProvider : public ApiFixture {
 public:
  WithProvider() {
    start();
    const json keys = json::parse(std::ifstream(folder.path("provider/keys.json")));
    config.provider_api_key = keys["api_key"].get<std::string>();
    config.provider_webhook_secret = keys["webhook_secret"].get<std::string>();
    config.private_addresses_allowed = true;
    // The provider lives by the machine's clock, so the shop must too.
    now = {std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
               .count()};
    open();
    variant = add_jacket(5);
    cookie = enter();
  }
  void start(const std::string& port = "0") {
    provider = std::make_unique<NodeService>(
        "payment-provider", std::vector<std::string>{"--port", port, "--data", folder.path("provider"), "--webhook",
                                                     "http://127.0.0.1:9/hooks/payment"});
    config.provider_url = provider->addresses().at(0);
  }
  json buy(const std::string& key) {
    const json body{{"variant_id", variant}, {"pay", "card"}, {"email", "ada@example.org"}, {"share", false}};
    json order = json_of(post("/api/checkout", body, as(cookie, key)));
    for (int i = 0; i < 100 && order["state"] == "reserved"; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      now = now + proto::milliseconds(50);
      api->tick(now);
      order = json_of(get("/api/orders/" + order["id"].get<std::string>(), as(cookie)));
    }
    return order;
  }
  std::string state(const json& order) {
    return json_of(get("/api/orders/" + order["id"].get<std::string>(), as(cookie)))["state"].get<std::string>();
  }
  /// The newest event that the provider has written down.
  json last_event() {
    std::ifstream file(folder.path("provider/journal.ndjson"));
    json event;
    for (std::string line; std::getline(file, line);) {
      const json entry = json::parse(line);
      if (entry.contains("event") && entry["event"].is_object()) event = entry["event"];
    }
    return event;
  }

  std::unique_ptr<NodeService> provider;
  std::uint32_t variant = 0;
  std::string cookie;
};

bool skipped() {
  if (NodeService::available()) return false;
  WARN("skipped: Node is not installed, run tools/setup");
  return true;
}

}  // namespace

TEST_CASE("a purchase through the development provider: page, declined card, good card, webhook") {
  if (skipped()) return;
  WithProvider fixture;
  const json order = fixture.buy("k");
  REQUIRE(order["state"] == "awaiting_payment");
  const auto url = order["payment"]["redirect_url"].get<std::string>();
  CHECK(ask({"GET", url, {}, {}}).body.find("Linen jacket (M, sand)") != std::string::npos);
  CHECK(submit(url, "do=pay&number=4000000000000002&expiry=12%2F40&cvc=123").status == 402);
  CHECK(submit(url, "do=pay&number=1234&expiry=12%2F40&cvc=123").status == 402);
  CHECK(fixture.state(order) == "awaiting_payment");
  CHECK(submit(url, kCard).status == 303);
  CHECK(submit(url, kCard).status == 200);  // the page says that it is paid

  const json event = fixture.last_event();
  CHECK(event["type"] == "payment.succeeded");
  CHECK(json_of(fixture.hook(event.dump(), fixture.config.provider_webhook_secret))["applied"] == true);
  CHECK(fixture.state(order) == "paid");
}

TEST_CASE("the provider opens one page for one order, and remembers it through a kill") {
  if (skipped()) return;
  WithProvider fixture;
  const json first = fixture.buy("k");
  const std::string address = fixture.config.provider_url;
  fixture.provider->kill_now();
  fixture.start(address.substr(address.rfind(':') + 1));
  const world::HttpCall again{"POST",
                              address + "/v1/sessions",
                              {{"Authorization", "Bearer " + fixture.config.provider_api_key},
                               {"Content-Type", "application/json"},
                               {"Idempotency-Key", first["id"].get<std::string>()}},
                              json{{"reference", first["id"]},
                                   {"amount", first["total"]},
                                   {"description", "x"},
                                   {"email", ""},
                                   {"return_url", "http://127.0.0.1/"}}
                                  .dump()};
  const auto reply = ask(again);
  CHECK(reply.status == 200);
  CHECK(json::parse(reply.body)["url"] == first["payment"]["redirect_url"]);
  world::HttpCall stranger = again;
  stranger.headers[0].second = "Bearer wrong";
  CHECK(ask(stranger).status == 401);
}

TEST_CASE("a provider that was away when the order was made is asked again") {
  if (skipped()) return;
  WithProvider fixture;
  const std::string address = fixture.config.provider_url;
  fixture.provider->kill_now();
  const json order = fixture.buy("k");
  CHECK(order["state"] == "reserved");
  fixture.start(address.substr(address.rfind(':') + 1));
  for (int i = 0; i < 100 && fixture.state(order) == "reserved"; ++i) {
    fixture.now = fixture.now + proto::seconds(1);
    fixture.api->tick(fixture.now);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(fixture.state(order) == "awaiting_payment");
}

TEST_CASE("a mail server that takes the call and says nothing does not keep payment pages waiting") {
  if (skipped()) return;
  WithProvider fixture;
  const test::SilentServer silent;
  fixture.config.mail_url = "smtp://" + silent.host();
  fixture.open();
  REQUIRE(fixture.post("/api/login/email", {{"email", "ada@example.org"}}, ApiFixture::as(fixture.cookie)).status ==
          202);
  CHECK(fixture.buy("k")["state"] == "awaiting_payment");
}

TEST_CASE("money that must go back goes back through the provider, once") {
  if (skipped()) return;
  WithProvider fixture;
  const json order = fixture.buy("k");
  submit(order["payment"]["redirect_url"].get<std::string>(), kCard);
  json event = fixture.last_event();
  json cancelled = event;
  cancelled["type"] = "session.cancelled";
  cancelled["id"] = "evt_other";
  fixture.hook(cancelled.dump(), fixture.config.provider_webhook_secret);
  fixture.hook(event.dump(), fixture.config.provider_webhook_secret);
  REQUIRE(fixture.state(order) == "refund_due");
  for (int i = 0; i < 100 && fixture.state(order) == "refund_due"; ++i) {
    fixture.now = fixture.now + proto::seconds(1);
    fixture.api->tick(fixture.now);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(fixture.state(order) == "refunded");
  CHECK(fixture.last_event()["type"] == "refund.succeeded");
}

TEST_CASE("a login code arrives by SMTP and logs in") {
  if (skipped()) return;
  ApiFixture fixture;
  NodeService mail("mail", {"--smtp-port", "0", "--port", "0", "--data", fixture.folder.path("mail")});
  fixture.config.mail_url = mail.addresses().at(1);
  fixture.open();
  const std::string cookie = fixture.enter();
  const json body{{"email", "ada@example.org"}};
  REQUIRE(fixture.post("/api/login/email", body, ApiFixture::as(cookie)).status == 202);
  json mails = json::array();
  for (int i = 0; i < 100 && mails.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    mails = json::parse(ask({"GET", mail.addresses().at(0) + "/api/mails?to=ada@example.org", {}, {}}).body)["mails"];
  }
  REQUIRE(mails.size() == 1);
  CHECK(mails[0]["to"][0] == "ada@example.org");
  const auto text = mails[0]["text"].get<std::string>();
  std::smatch code;
  REQUIRE(std::regex_search(text, code, std::regex("\\b[0-9]{6}\\b")));
  const auto response =
      fixture.post("/api/login/code", {{"email", "ada@example.org"}, {"code", code.str()}}, ApiFixture::as(cookie));
  CHECK(response.status == 200);
  CHECK(json_of(response)["account"]["email"] == "ada@example.org");
}

TEST_CASE("an address that is none is answered 400, and the development services live on") {
  if (skipped()) return;
  const world::TemporaryFolder folder;
  NodeService mail("mail", {"--smtp-port", "0", "--port", "0", "--data", folder.path("mail")});
  NodeService provider("payment-provider", {"--port", "0", "--data", folder.path("provider"), "--webhook",
                                            "http://127.0.0.1:9/hooks/payment"});
  for (const NodeService* service : {&mail, &provider}) {
    const std::string address = service->addresses().at(0);
    INFO(address);
    CHECK(ask({"GET", address + "//", {}, {}}).status == 400);
    CHECK(ask({"GET", address + "/nothing", {}, {}}).status >= 401);
  }
  // A page elsewhere whose name was made to lead here is not shown the login codes.
  const std::string mails = mail.addresses().at(0) + "/api/mails";
  CHECK(ask({"GET", mails, {{"Host", "evil.test"}}, {}}).status == 421);
  CHECK(ask({"GET", mails, {}, {}}).status == 200);
}
