#include "shop/model.h"

#include <utility>

#include "client-proto/core/check.h"

namespace shop {
namespace {

template <class Value, std::size_t kCount>
using Names = std::array<std::pair<Value, std::string_view>, kCount>;

constexpr Names<OrderState, 10> kStateNames{{
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

constexpr Names<OrderReason, 10> kReasonNames{{
    {OrderReason::kNone, ""},
    {OrderReason::kCancelled, "cancelled"},
    {OrderReason::kPageClosed, "page_closed"},
    {OrderReason::kTimeOver, "time_over"},
    {OrderReason::kLatePayment, "late_payment"},
    {OrderReason::kWrongAmount, "wrong_amount"},
    {OrderReason::kNotEnoughMoney, "not_enough_money"},
    {OrderReason::kWrongAccount, "wrong_account"},
    {OrderReason::kPaymentNotTaken, "payment_not_taken"},
    {OrderReason::kNoCertificate, "no_certificate"},
}};

template <class Value, std::size_t kCount>
std::string_view name_of(const Names<Value, kCount>& names, Value wanted) {
  for (const auto& [value, name] : names) {
    if (value == wanted) return name;
  }
  GALLERIA_CHECK(false);
}

template <class Value, std::size_t kCount>
std::optional<Value> named(const Names<Value, kCount>& names, std::string_view wanted) {
  for (const auto& [value, name] : names) {
    if (name == wanted) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(OrderState state) { return name_of(kStateNames, state); }

std::optional<OrderState> order_state(std::string_view text) { return named(kStateNames, text); }

std::string_view to_text(OrderReason reason) { return name_of(kReasonNames, reason); }

std::optional<OrderReason> order_reason(std::string_view text) { return named(kReasonNames, text); }

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
