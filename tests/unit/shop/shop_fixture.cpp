#include "tests/unit/shop/shop_fixture.h"

#include <catch2/catch.hpp>
#include <utility>

#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "shop/outbox_repo.h"
#include "shop/people_repo.h"

namespace shop {
namespace {

/// Memory where the machine has it: every test flushes its database many times, and none needs to outlive a power cut.
std::filesystem::path temporary_root() {
  return std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
}

}  // namespace

ShopFixture::ShopFixture(std::int64_t stock) {
  std::string name = (temporary_root() / "galleria-shop-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  folder = name;
  reopen();
  account = id_of<proto::AccountId>(0xaa);
  people::insert_account(store->db(), account, now);
  must(AddBrand{{"maison-lune", "Maison Lune", "maison-lune"}});
  Product product;
  product.slug = "linen-jacket";
  product.brand = "maison-lune";
  product.name = "Linen jacket";
  product.variants.push_back({0, "M", Colour{"sand", "#c8b89a"}, {42000, {}}, stock});
  const Receipt receipt = must(AddProduct{product});
  variant = catalogue::product(store->db(), static_cast<ProductId>(std::stoul(receipt.reference)))->variants[0].id;
}

ShopFixture::~ShopFixture() {
  store.reset();
  std::filesystem::remove_all(folder);
}

void ShopFixture::reopen(FaultHook* hook) {
  store.reset();
  auto opened = Store::open((folder / "shop.db").string(), hook);
  if (!opened) FAIL(opened.error());
  store = std::move(opened).value();
}

proto::Result<Receipt, Refusal> ShopFixture::run(Action action, std::string key) {
  return store->execute({std::move(key), now, std::move(action)});
}

Receipt ShopFixture::must(Action action, std::string key) {
  const auto receipt = run(std::move(action), std::move(key));
  if (!receipt) FAIL(to_text(receipt.error()));
  return *receipt;
}

std::string ShopFixture::refusal(Action action, std::string key) {
  const auto receipt = run(std::move(action), std::move(key));
  return receipt ? "accepted" : std::string(to_text(receipt.error()));
}

StartCheckout ShopFixture::checkout(std::uint8_t number, PayWay pay) {
  return {
      id_of<proto::OrderId>(number), id_of<proto::TokenId>(number), account, variant, pay, "ada@example.org", false};
}

OpenPayment ShopFixture::page_of(const proto::OrderId& id) const {
  return {id, "cs_" + id.hex().substr(0, 4), "http://provider/pay", now + proto::minutes(30)};
}

SettlePayment ShopFixture::settlement_of(const proto::OrderId& id) {
  return {id, order(id).payment_ref, order(id).total};
}

proto::OrderId ShopFixture::order_in(OrderState state_wanted, std::uint8_t number) {
  const auto id = id_of<proto::OrderId>(number);
  must(checkout(number));
  if (state_wanted == OrderState::kReserved) return id;
  must(page_of(id));
  if (state_wanted == OrderState::kAwaitingPayment) return id;
  must(settlement_of(id));
  if (state_wanted == OrderState::kPaid) return id;
  must(AcknowledgeOutbox{first_row("mint")});
  if (state_wanted == OrderState::kMinting) return id;
  must(FinishMint{{id_of<proto::TokenId>(number), id, "0xkeeper", "0xtwin", 31337, "0xtx", 7, {}}});
  REQUIRE(state(id) == state_wanted);
  return id;
}

Order ShopFixture::order(const proto::OrderId& id) {
  auto found = orders::order(store->db(), id);
  REQUIRE(found.has_value());
  return *found;
}

std::int64_t ShopFixture::stock() { return catalogue::variant(store->db(), variant)->stock; }

int ShopFixture::outbox_rows(const std::string& kind) {
  return static_cast<int>(outbox::waiting(store->db(), kind, 1000).size());
}

std::int64_t ShopFixture::first_row(const std::string& kind) {
  const auto rows = outbox::waiting(store->db(), kind, 1);
  REQUIRE(rows.size() == 1);
  return rows.front().id;
}

}  // namespace shop
