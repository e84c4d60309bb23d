// Orders on the whole way from the shop's database to a real chain and back, with either side dying in between.
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "chain-bridge/eth/keccak.h"
#include "chain-bridge/keys/key_file.h"
#include "chain-bridge/worker/worker.h"
#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "shop/outbox_repo.h"
#include "shop/store.h"
#include "tests/support/dev_chain.h"
#include "tests/unit/api/api_fixture.h"

using chain::keccak256;
using nlohmann::json;
using world::json_of;

namespace {

constexpr std::int64_t kPriceMinor = 420'00;
constexpr std::uint64_t kPrice = 420'000'000;  ///< in the token's smallest units

proto::TimeUs now_utc() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

/// A shop with one product behind its API, and the chain's half of the bridge; each can be thrown away and opened
/// again.
class House : public world::ApiFixture {
 public:
  chain::SecretKey buyer = *chain::SecretKey::from(keccak256("buyer"));
  chain::Address keeper = chain::SecretKey::from(keccak256("keeper"))->address();
  std::unique_ptr<test::DevChain> node;
  std::unique_ptr<shop::ChainPort> port;
  std::unique_ptr<chain::Worker> worker;
  std::uint32_t variant = 0;

  explicit House(std::int64_t stock) {
    std::filesystem::create_directory(folder.path("keys"));
    const auto signer = chain::load_or_make_key(folder.path("keys/store-signer.key"), random_bytes);
    const auto sender = chain::load_or_make_key(folder.path("keys/sender.key"), random_bytes);
    REQUIRE((signer.ok() && sender.ok()));
    node = test::DevChain::start(signer->address(), sender->address(), keeper);
    if (!node) return;
    config.deployment_path = node->deployment_file();
    config.provider_url = "http://127.0.0.1:9";
    config.provider_webhook_secret = "s";
    config.private_addresses_allowed = true;
    restart();
    variant = add_jacket(stock);
  }

  /// What a process that was killed does: everything in memory is gone, queues included.
  void restart() {
    now = now_utc();
    worker.reset();
    api.reset();
    port = std::make_unique<shop::ChainPort>();
    open();
    api->connect_chain(*port);
    chain::WorkerConfig worker_config;
    worker_config.rpc_url = node->url();
    worker_config.data_dir = folder.path("");
    worker_config.deployment = node->deployment();
    worker = std::move(chain::Worker::open(worker_config, *port)).value();
  }

  void shop_step() {
    now = now_utc();
    api->tick(now);
  }
  void chain_step() { worker->step(now_utc()); }

  void run(shop::Action action) {
    const auto done = api->store().execute({"", now_utc(), std::move(action)});
    INFO((done ? "" : std::string(shop::to_text(done.error()))));
    REQUIRE(done.ok());
  }

  proto::OrderId checkout(const std::string& name, const char* pay) {
    now = now_utc();
    cookie = enter(name);
    const json body{{"variant_id", variant}, {"pay", pay}, {"email", "a@example.org"}, {"share", false}};
    const auto answer = post("/api/checkout", body, as(cookie, "k"));
    INFO(answer.body);
    REQUIRE(answer.status / 100 == 2);
    return *proto::OrderId::parse(json_of(answer)["id"].get<std::string>());
  }

  proto::OrderId pay_by_card(const std::string& name) {
    const auto id = checkout(name, "card");
    run(shop::OpenPayment{id, "session " + name, "http://pay.test", now_utc() + proto::minutes(30)});
    run(shop::SettlePayment{id, "session " + name, {kPriceMinor, {}}});
    return id;
  }

  /// The buyer's wallet signs what the API asks it to sign.
  proto::OrderId pay_by_wallet(const std::string& name) {
    const auto id = checkout(name, "wallet");
    const std::string path = "/api/orders/" + id.hex();
    const auto asked = post(path + "/authorisation", {{"address", buyer.address().text()}}, as(cookie));
    INFO(asked.body);
    REQUIRE(asked.status == 200);
    const json message = json_of(asked)["typed_data"]["message"];
    shop::ChainTask task{0, id, order(id).lines.at(0).token, "maison-lune", order(id).total, ""};
    task.authorisation = json{
        {"payer", buyer.address().text()},
        {"valid_before_s", std::stoull(message["validBefore"].get<std::string>())},
        {"signature",
         "0x00"}}.dump();
    const auto wanted = chain::mint_request(node->deployment(), task);
    REQUIRE(wanted);
    const auto signature = buyer.sign(chain::payment_digest(node->deployment(), wanted->order)).bytes();
    const auto paid =
        post(path + "/payment", {{"address", buyer.address().text()}, {"signature", chain::hex_data(signature)}},
             as(cookie, "p"));
    INFO(paid.body);
    REQUIRE(paid.status == 200);
    return id;
  }

  shop::Order order(const proto::OrderId& id) { return *shop::orders::order(api->store().db(), id); }
  std::int64_t stock() { return shop::catalogue::variant(api->store().db(), variant)->stock; }

  bool reaches(const proto::OrderId& id, shop::OrderState wanted) {
    for (int i = 0; i < 150 && order(id).state != wanted; ++i) {
      shop_step();
      chain_step();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return order(id).state == wanted;
  }

  chain::Address twin_owner(const proto::OrderId& id) {
    chain::Word token;
    token.bytes = order(id).lines.at(0).token.bytes;
    return node->owner_of(node->deployment().brands.at("maison-lune").twin, token);
  }

  std::string cookie;

 private:
  static bool random_bytes(std::span<std::uint8_t> out) {
    static std::mt19937 engine(7);  // NOLINT(cert-msc51-cpp): a fixed seed replays
    for (auto& byte : out) byte = static_cast<std::uint8_t>(engine());
    return true;
  }
};

}  // namespace

TEST_CASE("a card's order becomes a certificate in the shop's keeping") {
  House house(3);
  REQUIRE_CHAIN(house.node);
  const auto id = house.pay_by_card("Ann");
  REQUIRE(house.reaches(id, shop::OrderState::kIssued));
  const auto certificate = shop::orders::certificate_of_order(house.api->store().db(), id);
  REQUIRE(certificate);
  CHECK(house.twin_owner(id) == house.keeper);
  CHECK(chain::Address::parse(certificate->owner) == house.keeper);
  CHECK(shop::outbox::waiting(house.api->store().db(), "mint", 10).empty());
}

TEST_CASE("a wallet's order is paid and owned by the wallet") {
  House house(3);
  REQUIRE_CHAIN(house.node);
  house.node->give_money(house.buyer.address(), kPrice);
  const auto id = house.pay_by_wallet("Bob");
  REQUIRE(house.reaches(id, shop::OrderState::kIssued));
  CHECK(house.twin_owner(id) == house.buyer.address());
  CHECK(house.node->money_of(house.buyer.address()) == 0);
}

TEST_CASE("a wallet without money gets its goods back on the shelf and a plain word") {
  House house(3);
  REQUIRE_CHAIN(house.node);
  const auto id = house.pay_by_wallet("Carl");
  REQUIRE(house.reaches(id, shop::OrderState::kFailed));
  CHECK(house.order(id).reason == shop::OrderReason::kNotEnoughMoney);
  CHECK(house.stock() == 3);
}

TEST_CASE("an outbox row that is handed over again after its order was settled does not undo the order") {
  House house(3);
  REQUIRE_CHAIN(house.node);
  house.node->give_money(house.buyer.address(), kPrice);
  const auto id = house.pay_by_wallet("Dora");
  // The chain takes the row, but the shop dies before it hears so; the chain goes on meanwhile.
  house.shop_step();
  for (int i = 0; i < 60; ++i) {
    house.chain_step();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  CHECK(house.order(id).state == shop::OrderState::kAwaitingPayment);
  house.restart();
  house.chain_step();
  REQUIRE(house.reaches(id, shop::OrderState::kIssued));
  for (int i = 0; i < 5; ++i) {
    house.shop_step();
    house.chain_step();
  }
  CHECK(house.order(id).state == shop::OrderState::kIssued);
}

TEST_CASE("money that the chain took while the shop was away for an hour buys its piece; no clock ends the order") {
  House house(3);
  REQUIRE_CHAIN(house.node);
  house.node->give_money(house.buyer.address(), kPrice);
  const auto id = house.pay_by_wallet("Fred");
  house.shop_step();
  for (int i = 0; i < 100 && house.node->money_of(house.buyer.address()) != 0; ++i) {
    house.chain_step();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  REQUIRE(house.node->money_of(house.buyer.address()) == 0);
  house.restart();
  house.api->tick(now_utc() + proto::hours(1));  // the first thing a shop does that was away
  CHECK(house.order(id).state == shop::OrderState::kAwaitingPayment);
  REQUIRE(house.reaches(id, shop::OrderState::kIssued));
  CHECK(house.stock() == 2);
  CHECK(house.twin_owner(id) == house.buyer.address());
}

TEST_CASE("both sides may die between any two steps: each order has one twin and one payment") {
  constexpr int kOrders = 6;
  House house(kOrders);
  REQUIRE_CHAIN(house.node);
  house.node->give_money(house.buyer.address(), kOrders * kPrice);
  std::vector<proto::OrderId> orders;
  std::mt19937 engine(20261122);  // NOLINT(cert-msc51-cpp): a fixed seed replays
  for (int i = 0; i < kOrders; ++i) {
    const std::string name = "Guest " + std::to_string(i);
    orders.push_back(i % 2 == 0 ? house.pay_by_card(name) : house.pay_by_wallet(name));
    for (std::uint32_t step = engine() % 8; step > 0; --step) {
      house.shop_step();
      if (engine() % 3 != 0) house.chain_step();
      std::this_thread::sleep_for(std::chrono::milliseconds(engine() % 300));
    }
    house.restart();
  }
  for (const auto& id : orders) CHECK(house.reaches(id, shop::OrderState::kIssued));
  for (std::size_t i = 0; i < orders.size(); ++i) {
    CHECK(house.twin_owner(orders[i]) == (i % 2 == 0 ? house.keeper : house.buyer.address()));
  }
  CHECK(house.node->money_of(house.buyer.address()) == 3 * kPrice);
  CHECK(house.node->money_of(house.node->deployment().brands.at("maison-lune").payout) == 3 * kPrice);
  CHECK(house.stock() == 0);
}

TEST_CASE("an order of a brand that is not deployed fails with a plain word and gives the money back") {
  House house(3);
  REQUIRE_CHAIN(house.node);
  const auto id = house.pay_by_card("Emil");
  auto elsewhere = house.node->deployment();
  elsewhere.brands = {{"another-brand", elsewhere.brands.at("maison-lune")}};
  chain::WorkerConfig config;
  config.rpc_url = house.node->url();
  config.data_dir = house.folder.path("");
  config.deployment = elsewhere;
  house.worker.reset();
  house.worker = std::move(chain::Worker::open(config, *house.port)).value();
  REQUIRE(house.reaches(id, shop::OrderState::kRefundDue));
  CHECK(house.order(id).reason == shop::OrderReason::kNoCertificate);
}
