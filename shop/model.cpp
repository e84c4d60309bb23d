#include "shop/model.h"

#include <utility>

#include "client-proto/core/check.h"

namespace shop {
namespace {

constexpr std::array<std::pair<OrderState, std::string_view>, 10> kStateNames{{
    {OrderState::kReserved, "reserved"},
    {OrderState::kAwaitingPayment, "awaiting_payment"},
    {OrderState::kPaid, "paid"},
    {OrderState::kMinting, "minting"},
    {OrderState::kIssued, "issued"},
    {OrderState::kCancelled, "cancelled"},
    {OrderState::kExpired, "expired"},
    {OrderState::kRefundDue, "refund_due"},
    {OrderState::kRefunded, "refunded"},
    {OrderState::kFailed, "failed"},
}};

}  // namespace

std::string_view to_text(OrderState state) {
  for (const auto& [value, name] : kStateNames) {
    if (value == state) return name;
  }
  GALLERIA_CHECK(false);
}

std::optional<OrderState> order_state(std::string_view text) {
  for (const auto& [value, name] : kStateNames) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::string_view to_text(PayWay pay) { return pay == PayWay::kCard ? "card" : "wallet"; }

std::optional<PayWay> pay_way(std::string_view text) {
  if (text == "card") return PayWay::kCard;
  if (text == "wallet") return PayWay::kWallet;
  return std::nullopt;
}

bool has_ended_without_goods(const Order& order) {
  return order.state == OrderState::kCancelled || order.state == OrderState::kExpired ||
         order.state == OrderState::kFailed || order.state == OrderState::kRefundDue ||
         order.state == OrderState::kRefunded;
}

}  // namespace shop
