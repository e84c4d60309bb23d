/// A real store in a temporary folder with one brand and one jacket, and the commands that most tests begin with.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "shop/store.h"

namespace shop {

class ShopFixture {
 public:
  explicit ShopFixture(std::int64_t stock = 3);
  ~ShopFixture();
  ShopFixture(const ShopFixture&) = delete;
  ShopFixture& operator=(const ShopFixture&) = delete;

  void reopen(FaultHook* hook = nullptr);
  proto::Result<Receipt, Refusal> run(Action action, std::string key = {});
  /// Runs a command that must be accepted.
  Receipt must(Action action, std::string key = {});
  /// The name of the refusal; "accepted" if there was none.
  std::string refusal(Action action, std::string key = {});

  /// A checkout of the jacket with ids made of `number`.
  StartCheckout checkout(std::uint8_t number, PayWay pay = PayWay::kCard);
  /// An order as far as the named state, by card.
  proto::OrderId order_in(OrderState state, std::uint8_t number = 1);
  OpenPayment page_of(const proto::OrderId& order) const;
  SettlePayment settlement_of(const proto::OrderId& order);

  Order order(const proto::OrderId& id);
  OrderState state(const proto::OrderId& id) { return order(id).state; }
  std::int64_t stock();
  int outbox_rows(const std::string& kind);
  std::int64_t first_row(const std::string& kind);

  std::filesystem::path folder;
  std::unique_ptr<Store> store;
  proto::TimeUs now{1'800'000'000'000'000};
  proto::AccountId account;
  VariantId variant = 0;
};

template <class Id>
Id id_of(std::uint8_t number) {
  Id id;
  id.bytes.fill(number);
  return id;
}

}  // namespace shop
