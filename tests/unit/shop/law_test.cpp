#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "shop/outbox_repo.h"
#include "tests/unit/shop/shop_fixture.h"

using namespace shop;

namespace {

constexpr std::int64_t kStock = 3;
constexpr std::uint8_t kOrders = 5;

const std::map<OrderState, std::set<OrderState>> kMayFollow{
    {OrderState::kReserved, {OrderState::kAwaitingPayment, OrderState::kCancelled, OrderState::kExpired}},
    {OrderState::kAwaitingPayment,
     {OrderState::kPaid, OrderState::kCancelled, OrderState::kExpired, OrderState::kRefundDue, OrderState::kFailed}},
    {OrderState::kPaid, {OrderState::kMinting, OrderState::kRefundDue, OrderState::kFailed}},
    {OrderState::kMinting, {OrderState::kIssued, OrderState::kRefundDue, OrderState::kFailed}},
    {OrderState::kIssued, {}},
    {OrderState::kCancelled, {OrderState::kRefundDue}},
    {OrderState::kExpired, {OrderState::kPaid, OrderState::kRefundDue}},
    {OrderState::kRefundDue, {OrderState::kRefunded}},
    {OrderState::kRefunded, {}},
    {OrderState::kFailed, {OrderState::kPaid}},
};

/// Anything that anybody could send at any moment, sensible or not.
Action any_action(ShopFixture& shop) {
  const auto number = static_cast<std::uint8_t>(*rc::gen::inRange(1, kOrders + 1));
  const auto id = id_of<proto::OrderId>(number);
  const bool wallet = number % 2 == 0;
  const std::string ref = wallet ? "nonce" : shop.page_of(id).payment_ref;
  const std::string tx = *rc::gen::element(std::string("0x1"), std::string("0x2"));
  switch (*rc::gen::inRange(0, 14)) {
    case 0:
    case 1:
      return shop.checkout(number, wallet ? PayWay::kWallet : PayWay::kCard);
    case 2:
      return CancelOrder{id, shop.account};
    case 3:
      return AuthorisePayment{id, shop.account, "0xb", ref, "{}", shop.now + proto::minutes(5)};
    case 4:
      return shop.page_of(id);
    case 5:
      return SettlePayment{id, ref, {42000, {}}};
    case 6:
      return SettlePayment{id, ref, {1, {}}};
    case 7:
      return FailPayment{id, ref, OrderReason::kPageClosed};
    case 8:
      return ConfirmRefund{id};
    case 9:
      return AcknowledgeOutbox{*rc::gen::inRange(1, 12)};
    case 10:
      return SeePaymentOnChain{id, tx};
    case 11:
      return SeeMint{id, tx};
    case 12:
      return FinishMint{{id_of<proto::TokenId>(number), id, "0xo", "0xc", 1, tx, 1, {}}};
    default:
      return *rc::gen::arbitrary<bool>() ? Action(FailMint{id, OrderReason::kPaymentNotTaken})
                                         : Action(ExpireOrder{id});
  }
}

std::map<std::string, Order> all_orders(ShopFixture& shop) {
  std::map<std::string, Order> out;
  for (Order& order : orders::newest_orders(shop.store->db(), 100)) out[order.id.hex()] = std::move(order);
  return out;
}

bool same_states(const std::map<std::string, Order>& a, const std::map<std::string, Order>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.second.state == y.second.state; });
}

bool holds_goods(const Order& order) {
  return order.state == OrderState::kReserved || order.state == OrderState::kAwaitingPayment ||
         order.state == OrderState::kPaid || order.state == OrderState::kMinting || order.state == OrderState::kIssued;
}

/// No clock ends a wallet's authorised payment, and what the chain says is taken even after the order's end. Only then,
/// and only if the shelf is empty, an order holds a piece that is not there: answers how many do.
std::int64_t check_wallet(const Order& before, const Order& after, std::int64_t stock_before, const Action& action) {
  if (before.pay != PayWay::kWallet || before.state == after.state) return 0;
  if (before.state == OrderState::kAwaitingPayment) {
    RC_ASSERT(after.state == OrderState::kPaid || after.state == OrderState::kFailed);
  }
  if (!has_ended_without_goods(before)) return 0;
  RC_ASSERT(std::holds_alternative<SeePaymentOnChain>(action));
  return stock_before == 0 ? 1 : 0;
}

void check_laws(ShopFixture& shop, std::int64_t oversold) {
  std::int64_t held = 0;
  for (const Order& order : orders::newest_orders(shop.store->db(), 100)) {
    held += holds_goods(order) ? order.lines[0].quantity : 0;
    RC_ASSERT(order.total == order.lines[0].unit_price);
    const bool waits = order.state == OrderState::kReserved || order.state == OrderState::kAwaitingPayment;
    RC_ASSERT(order.reservation.has_value() == waits);
    const auto certificate = orders::certificate_of_order(shop.store->db(), order.id);
    RC_ASSERT(certificate.has_value() == (order.state == OrderState::kIssued));
  }
  RC_ASSERT(shop.stock() >= 0);
  RC_ASSERT(shop.stock() + held == kStock + oversold);
}

/// Every order that owes money has exactly one refund in the outbox, and nobody else has.
void check_refunds(ShopFixture& shop) {
  std::multiset<std::string> asked;
  for (const OutboxRow& row : outbox::waiting(shop.store->db(), "refund", 100)) asked.insert(row.order.hex());
  for (const Order& order : orders::newest_orders(shop.store->db(), 100)) {
    const bool owes = order.state == OrderState::kRefundDue || order.state == OrderState::kRefunded;
    RC_ASSERT(asked.count(order.id.hex()) <= (owes ? 1U : 0U));
  }
}

}  // namespace

TEST_CASE("law: whatever comes in whatever order, no piece and no payment is lost or made up, no state is skipped") {
  const bool holds = rc::check([] {
    ShopFixture shop(kStock);
    std::int64_t oversold = 0;
    const int steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
      const auto before = all_orders(shop);
      const std::int64_t stock_before = shop.stock();
      const Action action = any_action(shop);
      const auto receipt = shop.run(action, *rc::gen::element(std::string(), std::string("k1"), std::string("k2")));
      const auto after = all_orders(shop);
      if (!receipt || receipt->repeated) RC_ASSERT(same_states(before, after));
      for (const auto& [id, order] : after) {
        const auto was = before.find(id);
        if (was == before.end()) {
          RC_ASSERT(order.state == OrderState::kReserved);
          continue;
        }
        const OrderState state = was->second.state;
        if (state != order.state) RC_ASSERT(kMayFollow.at(state).contains(order.state));
        oversold += check_wallet(was->second, order, stock_before, action);
      }
      check_laws(shop, oversold);
      check_refunds(shop);
      if (*rc::gen::inRange(0, 4) == 0) shop.now = shop.now + proto::minutes(20);
    }
  });
  CHECK(holds);
}
