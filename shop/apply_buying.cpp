#include <algorithm>
#include <string>
#include <utility>

#include "client-proto/core/check.h"
#include "shop/ladders.h"

namespace shop {
namespace {

std::string options_text(const Variant& variant) {
  if (!variant.colour) return variant.size;
  return variant.size.empty() ? variant.colour->name : variant.size + ", " + variant.colour->name;
}

bool waits_for_money(const Order& order) {
  return order.state == OrderState::kReserved || order.state == OrderState::kAwaitingPayment;
}

bool has_money(const Order& order) {
  return order.state == OrderState::kPaid || order.state == OrderState::kMinting || order.state == OrderState::kIssued;
}

/// The money is here and the goods are held: the twin may be minted on the store's word.
Verdict settle_in_time(const Order& order) {
  Outcome outcome = move(order, OrderState::kPaid);
  outcome.diff.order_changed->reservation.reset();
  outcome.diff.outbox.push_back({"mint", order.id, mint_payload(order)});
  return outcome;
}

/// The money came after the goods were released. If a piece is still on the shelf the buyer gets it, else the money
/// back.
Verdict settle_late(const View& view, const Order& order, proto::Money amount) {
  const OrderLine& line = order.lines.front();
  const bool on_shelf = view.variant && view.variant->stock >= line.quantity;
  if (order.state != OrderState::kExpired || !on_shelf) {
    Outcome outcome = move(order, OrderState::kRefundDue, OrderReason::kLatePayment);
    ask_refund(outcome, amount);
    return outcome;
  }
  Verdict verdict = settle_in_time(order);
  verdict->diff.stock.push_back({line.variant, -line.quantity});
  return verdict;
}

}  // namespace

Verdict decide(const View& view, const StartCheckout& action, proto::TimeUs now) {
  if (view.order) return proto::fail(Refusal::kOrderExists);
  if (!view.variant || !view.product) return proto::fail(Refusal::kUnknownVariant);
  if (action.pay == PayWay::kCard && action.email.empty()) return proto::fail(Refusal::kEmailMissing);
  if (action.share && !action.consent) return proto::fail(Refusal::kConsentMissing);
  if (view.open_orders_count >= kOpenOrdersPerAccountMax) return proto::fail(Refusal::kTooManyOpenOrders);
  if (view.variant->stock < 1) return proto::fail(Refusal::kSoldOut);

  Order order;
  order.id = action.order;
  order.account = action.account;
  order.pay = action.pay;
  order.email = action.email;
  order.share = action.share;
  order.sharer = action.account;
  order.total = view.variant->price;
  order.created = now;
  order.reservation = Reservation{now + kReservationLife, now};
  OrderLine line;
  line.variant = view.variant->id;
  line.product = view.product->id;
  line.name = view.product->name;
  line.options = options_text(*view.variant);
  line.unit_price = view.variant->price;
  line.token = action.token;
  order.lines.push_back(std::move(line));

  Outcome outcome{{order.id.hex()}, {}};
  outcome.diff.stock.push_back({view.variant->id, -1});
  outcome.diff.order_added = std::move(order);
  return outcome;
}

Verdict decide(const View& view, const CancelOrder& action, proto::TimeUs) {
  if (!view.order) return proto::fail(Refusal::kUnknownOrder);
  if (view.order->account != action.account) return proto::fail(Refusal::kNotYours);
  if (view.order->state == OrderState::kCancelled) return unchanged(*view.order);
  if (view.order->state == OrderState::kAwaitingPayment) return proto::fail(Refusal::kPaymentInFlight);
  if (view.order->state != OrderState::kReserved) return proto::fail(Refusal::kWrongState);
  return move_and_release(*view.order, OrderState::kCancelled, OrderReason::kCancelled);
}

Verdict decide(const View& view, const OpenPayment& action, proto::TimeUs) {
  if (!view.order) return proto::fail(Refusal::kUnknownOrder);
  if (view.order->pay != PayWay::kCard) return proto::fail(Refusal::kWrongPayWay);
  if (view.order->payment_ref == action.payment_ref) return unchanged(*view.order);
  if (view.order->state != OrderState::kReserved) return proto::fail(Refusal::kWrongState);
  Outcome outcome = move(*view.order, OrderState::kAwaitingPayment);
  Order& order = *outcome.diff.order_changed;
  order.payment_ref = action.payment_ref;
  order.redirect_url = action.redirect_url;
  order.reservation = Reservation{action.expires + kWebhookGrace, action.expires + kWebhookGrace};
  return outcome;
}

Verdict decide(const View& view, const AuthorisePayment& action, proto::TimeUs now) {
  if (!view.order) return proto::fail(Refusal::kUnknownOrder);
  if (view.order->account != action.account) return proto::fail(Refusal::kNotYours);
  if (view.order->pay != PayWay::kWallet) return proto::fail(Refusal::kWrongPayWay);
  if (view.order->state == OrderState::kAwaitingPayment && view.order->payment_ref == action.nonce) {
    return unchanged(*view.order);
  }
  if (view.order->state != OrderState::kReserved) return proto::fail(Refusal::kWrongState);
  if (view.order->reservation->until <= now) return proto::fail(Refusal::kReservationEnded);
  if (action.valid_before <= now) return proto::fail(Refusal::kReservationEnded);
  Outcome outcome = move(*view.order, OrderState::kAwaitingPayment);
  Order& order = *outcome.diff.order_changed;
  order.payer = action.payer;
  order.payment_ref = action.nonce;
  order.reservation->in_flight_until = kUntilTheChainSays;
  outcome.diff.outbox.push_back({"checkout", order.id, action.authorisation});
  return outcome;
}

Verdict decide(const View& view, const SettlePayment& action, proto::TimeUs) {
  if (!view.order) return proto::fail(Refusal::kUnknownOrder);
  const Order& order = *view.order;
  if (order.pay != PayWay::kCard) return proto::fail(Refusal::kWrongPayWay);
  if (order.payment_ref != action.payment_ref) return proto::fail(Refusal::kWrongPaymentRef);
  if (has_money(order) || order.state == OrderState::kRefundDue || order.state == OrderState::kRefunded) {
    return unchanged(order);
  }
  if (action.amount != order.total) {
    constexpr OrderReason kReason = OrderReason::kWrongAmount;
    Outcome outcome = waits_for_money(order) ? move_and_release(order, OrderState::kRefundDue, kReason)
                                             : move(order, OrderState::kRefundDue, kReason);
    ask_refund(outcome, action.amount);
    return outcome;
  }
  if (!waits_for_money(order)) return settle_late(view, order, action.amount);
  if (order.state != OrderState::kAwaitingPayment) return proto::fail(Refusal::kWrongState);
  return settle_in_time(order);
}

Verdict decide(const View& view, const FailPayment& action, proto::TimeUs) {
  if (!view.order) return proto::fail(Refusal::kUnknownOrder);
  if (view.order->pay != PayWay::kCard) return proto::fail(Refusal::kWrongPayWay);
  if (view.order->payment_ref != action.payment_ref) return proto::fail(Refusal::kWrongPaymentRef);
  if (view.order->state == OrderState::kCancelled) return unchanged(*view.order);
  if (view.order->state != OrderState::kAwaitingPayment) return proto::fail(Refusal::kWrongState);
  return move_and_release(*view.order, OrderState::kCancelled, action.reason);
}

Verdict decide(const View& view, const ConfirmRefund&, proto::TimeUs) {
  if (!view.order) return proto::fail(Refusal::kUnknownOrder);
  if (view.order->state == OrderState::kRefunded) return unchanged(*view.order);
  if (view.order->state != OrderState::kRefundDue) return proto::fail(Refusal::kWrongState);
  return move(*view.order, OrderState::kRefunded, view.order->reason);
}

Verdict decide(const View& view, const ExpireOrder&, proto::TimeUs now) {
  if (!view.order) return proto::fail(Refusal::kUnknownOrder);
  if (!waits_for_money(*view.order)) return proto::fail(Refusal::kWrongState);
  const Reservation& reservation = *view.order->reservation;
  if (now < reservation.until) return proto::fail(Refusal::kNotYetDue);
  if (now < reservation.in_flight_until) return proto::fail(Refusal::kPaymentInFlight);
  return move_and_release(*view.order, OrderState::kExpired, OrderReason::kTimeOver);
}

}  // namespace shop
