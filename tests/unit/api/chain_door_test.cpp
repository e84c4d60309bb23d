#include <catch2/catch.hpp>

#include "shop/order_repo.h"
#include "shop/outbox_port.h"
#include "shop/outbox_repo.h"
#include "shop/store.h"
#include "tests/unit/api/api_fixture.h"
#include "world-server/api/rate_limit.h"

using nlohmann::json;
using shop::ChainNews;
using shop::ChainNewsKind;
using world::ApiFixture;
using world::json_of;

namespace {

/// A shop with a paid order, and the test in the chain thread's place.
class ChainDoor : public ApiFixture {
 public:
  ChainDoor() {
    config.provider_url = "http://127.0.0.1:9";
    config.provider_webhook_secret = "s";
    config.private_addresses_allowed = true;
    config.mail_url = "smtp://127.0.0.1:9";
    open();
    api->connect_chain(port);
    cookie = enter();
    const json body{{"variant_id", add_jacket()}, {"pay", "card"}, {"email", "a@example.org"}, {"share", false}};
    id = *proto::OrderId::parse(json_of(post("/api/checkout", body, as(cookie, "k")))["id"].get<std::string>());
    REQUIRE(api->store().execute({{}, now, shop::OpenPayment{id, "cs", "http://x", now}}).ok());
    REQUIRE(api->store().execute({{}, now, shop::SettlePayment{id, "cs", {42000, {}}}}).ok());
  }
  std::vector<shop::ToChain> tick() {
    now = now + proto::seconds(1);
    api->tick(now);
    return port.to_chain.take_all();
  }
  void tell(ChainNewsKind kind, std::int64_t row = 0) {
    ChainNews news;
    news.kind = kind;
    news.row = row;
    news.order = id;
    news.tx_hash = "0xtx";
    news.block = 7;
    news.owner = "0xkeeper";
    news.contract = "0xtwin";
    news.chain_id = 31337;
    news.token = shop::orders::order(api->store().db(), id)->lines[0].token;
    const bool taken = port.to_shop.push(std::move(news));
    REQUIRE(taken);
  }
  shop::OrderState state() { return shop::orders::order(api->store().db(), id)->state; }

  shop::ChainPort port;
  std::string cookie;
  proto::OrderId id;
};

}  // namespace

TEST_CASE("a paid order goes to the chain, again until it is stored there, and comes back as a certificate") {
  ChainDoor fixture;
  auto sent = fixture.tick();
  REQUIRE(sent.size() == 1);
  const auto task = std::get<shop::ChainTask>(sent[0]);
  CHECK(task.order == fixture.id);
  CHECK(task.brand == "maison-lune");
  CHECK(task.amount == proto::Money{42000, {}});
  CHECK(task.authorisation.empty());
  CHECK(fixture.tick().empty());
  fixture.now = fixture.now + proto::seconds(10);
  CHECK(fixture.tick().size() == 1);  // nobody has said "stored"
  CHECK(fixture.state() == shop::OrderState::kPaid);

  fixture.tell(ChainNewsKind::kStored, task.row);
  CHECK(fixture.tick().empty());
  CHECK(fixture.state() == shop::OrderState::kMinting);
  fixture.tell(ChainNewsKind::kSeen);
  sent = fixture.tick();
  REQUIRE(sent.size() == 1);
  CHECK(std::get<shop::ChainHeard>(sent[0]).kind == ChainNewsKind::kSeen);
  fixture.tell(ChainNewsKind::kFinal);
  fixture.tell(ChainNewsKind::kFinal);  // told twice, as after a restart
  CHECK(fixture.tick().size() == 2);
  CHECK(fixture.state() == shop::OrderState::kIssued);
  const json things = json_of(fixture.get("/api/things", ApiFixture::as(fixture.cookie)));
  CHECK(things["certificates"][0]["block"] == 7);
}

TEST_CASE("news that overtakes its own \"stored\" is not lost: the shop does not say that it heard") {
  ChainDoor fixture;
  const auto task = std::get<shop::ChainTask>(fixture.tick().at(0));
  fixture.tell(ChainNewsKind::kFinal);
  CHECK(fixture.tick().empty());
  CHECK(fixture.state() == shop::OrderState::kPaid);
  fixture.tell(ChainNewsKind::kStored, task.row);
  fixture.tell(ChainNewsKind::kFinal);
  CHECK(fixture.tick().size() == 1);
  CHECK(fixture.state() == shop::OrderState::kIssued);
}

TEST_CASE("a mint that failed for good gives the buyer the money back") {
  ChainDoor fixture;
  fixture.tell(ChainNewsKind::kStored, std::get<shop::ChainTask>(fixture.tick().at(0)).row);
  fixture.tell(ChainNewsKind::kFailed);
  (void)fixture.tick();
  CHECK(fixture.state() == shop::OrderState::kRefundDue);
}

TEST_CASE("a crowd that fills the table of visitors' rates does not stop the shop's own work") {
  ChainDoor fixture;
  const auto ask = [&] {
    return fixture.post("/api/login/email", {{"email", "a@example.org"}}, ApiFixture::as(fixture.cookie)).status;
  };
  for (std::size_t i = 0; i <= world::RateLimits::kKeysMax; ++i) {
    fixture.peer = "host " + std::to_string(i);
    (void)ask();
  }
  fixture.peer = "10.0.0.2";
  REQUIRE(fixture.post("/api/session", {{"name", "Late"}, {"shape", 1}, {"tint", 3}}).status == 429);  // it is full
  CHECK(fixture.tick().size() == 1);
}

TEST_CASE("without a chain the order waits in the outbox") {
  ChainDoor fixture;
  fixture.open();  // nobody connects the chain
  (void)fixture.tick();
  CHECK(shop::outbox::waiting(fixture.api->store().db(), "mint", 10).size() == 1);
  CHECK(fixture.state() == shop::OrderState::kPaid);
}
