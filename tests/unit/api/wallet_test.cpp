#include "world-server/api/wallet.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>

#include "client-proto/core/log.h"
#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "shop/outbox_port.h"
#include "shop/outbox_repo.h"
#include "shop/store.h"
#include "tests/unit/api/api_fixture.h"

using nlohmann::json;
using world::ApiFixture;
using world::json_of;

namespace {

constexpr const char* kDeployment = R"({
  "chain_id": 31337, "first_block": 1,
  "checkout": "0x1111111111111111111111111111111111111111", "keeper": "0x2222222222222222222222222222222222222222",
  "currency": {"token": "0x3333333333333333333333333333333333333333", "name": "Test euro", "version": "1",
               "code": "EUR", "decimals": 6},
  "brands": {"maison-lune": {"twin": "0x4444444444444444444444444444444444444444",
                             "payout": "0x5555555555555555555555555555555555555555"}}})";

std::atomic<int> g_errors_logged = 0;

void count_errors(proto::LogLevel level, std::string_view room, std::string_view text) {
  if (level == proto::LogLevel::kError) ++g_errors_logged;
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(room.size()), room.data(), static_cast<int>(text.size()),
               text.data());
}
const bool g_counts_errors = (proto::set_log_sink(&count_errors), true);

/// A shop on a chain, a shopper with a wallet, and an order that waits for its signature.
class Wallet : public ApiFixture {
 public:
  Wallet() {
    std::ofstream(folder.path("deployment.json")) << kDeployment;
    config.deployment_path = folder.path("deployment.json");
    open();
    api->connect_chain(port);
    variant = add_jacket(2);
    cookie = enter();
    order = json_of(buy());
  }
  world::HttpResponse buy() { return post("/api/checkout", cart(), as(cookie, "k")); }
  json cart() const { return {{"variant_id", variant}, {"pay", "wallet"}, {"email", nullptr}, {"share", false}}; }
  std::string path(const std::string& end) const { return "/api/orders/" + order["id"].get<std::string>() + end; }
  /// What a wallet does with the order: it signs the payment of `amount_minor` on chain `chain_id`.
  std::string sign(std::uint64_t chain_id = 31337, std::int64_t amount_minor = 42000) {
    auto deployment = chain::Deployment::parse(kDeployment).value();
    deployment.chain_id = chain_id;
    auto stored = *shop::orders::order(api->store().db(), *proto::OrderId::parse(order["id"].get<std::string>()));
    stored.total.minor = amount_minor;
    const auto wanted = world::checkout_order(deployment, stored, "maison-lune", address()).value();
    return chain::hex_data(key().sign(chain::payment_digest(deployment, wanted)).bytes());
  }
  static chain::SecretKey key(std::uint64_t number = 7) {
    auto made = chain::SecretKey::from(chain::Word::of(number));
    REQUIRE(made.has_value());
    return std::move(*made);
  }
  static std::string address() { return key().address().text(); }
  world::HttpResponse pay(const std::string& signature, const std::string& from = address()) {
    return post(path("/payment"), {{"address", from}, {"signature", signature}},
                as(cookie, "p" + signature.substr(signature.size() - std::min<std::size_t>(20, signature.size()))));
  }

  std::string state() { return json_of(get(path(""), as(cookie)))["state"].get<std::string>(); }

  /// The test in the chain thread's place.
  void tell(shop::ChainNewsKind kind) {
    const auto id = *proto::OrderId::parse(order["id"].get<std::string>());
    const auto rows = shop::outbox::waiting(api->store().db(), "checkout", 1);
    shop::ChainNews news;
    news.kind = kind;
    news.row = rows.empty() ? 0 : rows[0].id;
    news.order = id;
    news.tx_hash = "0xtx";
    news.owner = address();
    news.contract = "0xtwin";
    news.chain_id = 31337;
    news.token = shop::orders::order(api->store().db(), id)->lines[0].token;
    const bool taken = port.to_shop.push(std::move(news));
    REQUIRE(taken);
  }
  /// What the chain is told within the next second, without tasks.
  std::vector<shop::ToChain> tick() {
    now = now + proto::seconds(1);
    api->tick(now);
    auto sent = port.to_chain.take_all();
    std::erase_if(sent, [](const auto& message) { return std::holds_alternative<shop::ChainTask>(message); });
    return sent;
  }
  [[nodiscard]] int errors_logged() const { return g_errors_logged - m_errors_before; }

  shop::ChainPort port;
  std::uint32_t variant = 0;
  std::string cookie;
  json order;

 private:
  int m_errors_before = g_errors_logged;
};

}  // namespace

TEST_CASE("a server on a chain offers wallets; what a wallet signs is told, and signing it pays") {
  Wallet fixture;
  const json features = json_of(fixture.get("/api/session"))["features"];
  CHECK(std::count(features.begin(), features.end(), "wallet") == 1);
  CHECK(std::count(features.begin(), features.end(), "card") == 0);
  const auto asked =
      fixture.post(fixture.path("/authorisation"), {{"address", Wallet::address()}}, ApiFixture::as(fixture.cookie));
  REQUIRE(asked.status == 200);
  const json message = json_of(asked)["typed_data"]["message"];
  CHECK(json_of(asked)["chain_id"] == 31337);
  CHECK(message["from"] == Wallet::address());
  CHECK(message["value"] == "420000000");  // 420.00 EUR with six digits

  const auto paid = fixture.pay(fixture.sign());
  REQUIRE(paid.status == 200);
  CHECK(json_of(paid)["state"] == "awaiting_payment");
  const auto rows = shop::outbox::waiting(fixture.api->store().db(), "checkout", 10);
  REQUIRE(rows.size() == 1);
  const json payload = json::parse(rows[0].payload);
  CHECK(payload["payer"] == Wallet::address());
  CHECK(payload["signature"] == fixture.sign());
  CHECK(fixture.pay(fixture.sign()).status == 200);  // sent twice under one key
  CHECK(shop::outbox::waiting(fixture.api->store().db(), "checkout", 10).size() == 1);
}

TEST_CASE("a signature for another amount, chain or address, or none at all, pays nothing") {
  Wallet fixture;
  CHECK(json_of(fixture.pay(fixture.sign(31337, 1)))["type"] == "/problems/wrong-signature");
  CHECK(json_of(fixture.pay(fixture.sign(1)))["type"] == "/problems/wrong-signature");
  CHECK(json_of(fixture.pay(fixture.sign(), Wallet::key(8).address().text()))["type"] == "/problems/wrong-signature");
  CHECK(fixture.pay("0x" + std::string(130, '0')).status == 422);
  CHECK(fixture.pay("0x" + std::string(130, 'z')).status == 422);
  CHECK(fixture.pay("0x").status == 422);
  CHECK(fixture.pay(fixture.sign(), "0x" + std::string(40, '0')).status == 422);
  CHECK(shop::outbox::waiting(fixture.api->store().db(), "checkout", 10).empty());
  CHECK(json_of(fixture.get(fixture.path(""), ApiFixture::as(fixture.cookie)))["state"] == "reserved");
}

TEST_CASE("a wallet pays within the reservation, and the goods wait until the chain says what became of its payment") {
  Wallet fixture;
  const std::string signature = fixture.sign();
  SECTION("too late") {
    fixture.now = fixture.now + shop::kReservationLife;
    CHECK(json_of(fixture.pay(signature))["type"] == "/problems/reservation_ended");
    fixture.api->tick(fixture.now);
    CHECK(json_of(fixture.get(fixture.path(""), ApiFixture::as(fixture.cookie)))["state"] == "expired");
    CHECK(fixture.pay(signature).status == 409);
  }
  SECTION("in time") {
    REQUIRE(fixture.pay(signature).status == 200);
    fixture.now = fixture.now + proto::days(2);
    fixture.api->tick(fixture.now);
    CHECK(fixture.state() == "awaiting_payment");
  }
}

TEST_CASE("a wallet's money that the chain took while nobody could ask it still buys the piece, two hours later") {
  Wallet fixture;
  REQUIRE(fixture.pay(fixture.sign()).status == 200);
  fixture.tell(shop::ChainNewsKind::kStored);
  fixture.tick();
  fixture.now = fixture.now + proto::hours(2);
  CHECK(fixture.tick().empty());
  fixture.tell(shop::ChainNewsKind::kSeen);
  fixture.tell(shop::ChainNewsKind::kFinal);
  CHECK(fixture.tick().size() == 2);  // both were heard
  CHECK(fixture.state() == "issued");
  CHECK(json_of(fixture.get("/api/things", ApiFixture::as(fixture.cookie)))["certificates"].size() == 1);
  CHECK(shop::catalogue::variant(fixture.api->store().db(), fixture.variant)->stock == 1);
}

TEST_CASE("the chain's word is taken after the shop had ended a wallet's order, and then again and again in silence") {
  Wallet fixture;
  REQUIRE(fixture.pay(fixture.sign()).status == 200);
  fixture.tell(shop::ChainNewsKind::kStored);
  fixture.tell(shop::ChainNewsKind::kFailed);
  CHECK(fixture.tick().size() == 1);
  REQUIRE(fixture.state() == "failed");
  fixture.tell(shop::ChainNewsKind::kFinal);
  CHECK(fixture.tick().size() == 1);
  CHECK(fixture.state() == "issued");
  CHECK(fixture.errors_logged() == 1);  // people must see to the piece
  for (const auto kind : {shop::ChainNewsKind::kSeen, shop::ChainNewsKind::kFinal}) fixture.tell(kind);
  CHECK(fixture.tick().size() == 2);
  CHECK(fixture.errors_logged() == 1);
  CHECK(fixture.state() == "issued");
  CHECK(shop::catalogue::variant(fixture.api->store().db(), fixture.variant)->stock == 1);
}

TEST_CASE("a payment that is sent again because its answer was lost gets its answer, though the order has moved on") {
  Wallet fixture;
  const std::string signature = fixture.sign();
  REQUIRE(fixture.pay(signature).status == 200);
  fixture.tell(shop::ChainNewsKind::kStored);
  fixture.tell(shop::ChainNewsKind::kSeen);
  fixture.tick();
  REQUIRE(fixture.state() == "minting");
  const auto again = fixture.pay(signature);
  CHECK(again.status == 200);
  CHECK(json_of(again)["state"] == "minting");
  const json elsewhere = json_of(fixture.post("/api/checkout", fixture.cart(), ApiFixture::as(fixture.cookie, "k2")));
  fixture.order = elsewhere;
  CHECK(fixture.pay(signature).status == 422);  // the same key is no answer for another order
}

TEST_CASE("what the shop cannot write down it has not heard, and says so once") {
  Wallet fixture;
  fixture.tell(shop::ChainNewsKind::kFinal);  // of an order that nobody has paid for
  CHECK(fixture.tick().empty());
  fixture.tell(shop::ChainNewsKind::kFinal);
  CHECK(fixture.tick().empty());
  CHECK(fixture.state() == "reserved");
  CHECK(fixture.errors_logged() == 1);
}

TEST_CASE("nobody pays for, or looks into, another's order") {
  Wallet fixture;
  const std::string signature = fixture.sign();
  fixture.cookie = fixture.enter("Eve");
  CHECK(fixture.pay(signature).status == 404);
  CHECK(fixture.post(fixture.path("/authorisation"), {{"address", Wallet::address()}}, ApiFixture::as(fixture.cookie))
            .status == 404);
}
