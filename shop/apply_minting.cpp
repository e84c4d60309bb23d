#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "client-proto/core/check.h"
#include "shop/ladders.h"

namespace shop {

using nlohmann::json;

namespace {

bool is_settled(const Order& order) {
  return order.state == OrderState::kPaid || order.state == OrderState::kMinting || order.state == OrderState::kIssued;
}

/// The order had ended and its piece was back on the shelf; the twin exists all the same. If the piece has been sold
/// since, the order goes on without one: the shop owes it, and only people can help.
void take_piece_again(const View& view, Outcome& outcome) {
  const OrderLine& line = outcome.diff.order_changed->lines.front();
  if (view.variant && view.variant->stock >= line.quantity) {
    outcome.diff.stock.push_back({line.variant, -line.quantity});
  }
}

}  // namespace

Outcome unchanged(const Order& order) { return {{order.id.hex(), true}, {}}; }

Outcome move(Order order, OrderState state, OrderReason reason) {
  order.state = state;
  order.reason = reason;
  Outcome outcome{{order.id.hex()}, {}};
  outcome.diff.order_changed = std::move(order);
  return outcome;
}

Outcome move_and_release(Order order, OrderState state, OrderReason reason) {
  GALLERIA_CHECK(order.reservation.has_value());
  order.reservation.reset();
  Outcome outcome = move(std::move(order), state, reason);
  for (const OrderLine& line : outcome.diff.order_changed->lines) {
    outcome.diff.stock.push_back({line.variant, line.quantity});
  }
  return outcome;
}

void ask_refund(Outcome& outcome, proto::Money amount) {
  const Order& order = *outcome.diff.order_changed;
  const json payload{{"order", order.id.hex()},
                     {"pay", to_text(order.pay)},
                     {"payment_ref", order.payment_ref},
                     {"minor", amount.minor},
                     {"currency", amount.currency.text()}};
  outcome.diff.outbox.push_back({"refund", order.id, payload.dump()});
}

std::string mint_payload(const Order& order) {
  const OrderLine& line = order.lines.front();
  return json{{"order", order.id.hex()}, {"token", line.token.hex()},  {"product", line.product},
              {"variant", line.variant}, {"minor", order.total.minor}, {"currency", order.total.currency.text()}}
      .dump();
}

Verdict decide(const View& view, const AcknowledgeOutbox& action, proto::TimeUs) {
  if (!view.outbox) return proto::fail(Refusal::kUnknownOutboxRow);
  if (view.outbox->acknowledged) return Outcome{{std::to_string(action.row), true}, {}};
  Outcome outcome{{std::to_string(action.row)}, {}};
  // Only the store's own mint waits for the bridge to take it; the other rows are about states that move on their own.
  if (view.outbox->kind == "mint" && view.order && view.order->state == OrderState::kPaid) {
    outcome.diff.order_changed = view.order;
    outcome.diff.order_changed->state = OrderState::kMinting;
  }
  outcome.diff.outbox_acknowledged = action.row;
  return outcome;
}

Verdict decide(const View& view, const SeePaymentOnChain& action, proto::TimeUs) {
  if (!view.order) return proto::fail(Refusal::kUnknownOrder);
  if (view.order->pay != PayWay::kWallet) return proto::fail(Refusal::kWrongPayWay);
  const Order& order = *view.order;
  if (is_settled(order)) return unchanged(order);
  if (order.payment_ref.empty()) return proto::fail(Refusal::kWrongState);  // nobody has signed a payment
  Outcome outcome = move(order, OrderState::kPaid);
  if (order.state != OrderState::kAwaitingPayment) take_piece_again(view, outcome);
  outcome.diff.order_changed->reservation.reset();
  outcome.diff.order_changed->mint_tx = action.tx_hash;
  return outcome;
}

Verdict decide(const View& view, const SeeMint& action, proto::TimeUs) {
  if (!view.order) return proto::fail(Refusal::kUnknownOrder);
  const Order& order = *view.order;
  if (order.state == OrderState::kIssued) return unchanged(order);  // told again after it was final
  if (order.state == OrderState::kMinting && order.mint_tx == action.tx_hash) return unchanged(order);
  const bool paid_by_wallet = order.pay == PayWay::kWallet && order.state == OrderState::kPaid;
  if (order.state != OrderState::kMinting && !paid_by_wallet) return proto::fail(Refusal::kWrongState);
  Outcome outcome = move(order, OrderState::kMinting);
  outcome.diff.order_changed->mint_tx = action.tx_hash;
  return outcome;
}

Verdict decide(const View& view, const FinishMint& action, proto::TimeUs now) {
  if (!view.order) return proto::fail(Refusal::kUnknownOrder);
  const Order& order = *view.order;
  if (order.lines.front().token != action.certificate.token) return proto::fail(Refusal::kTokenMismatch);
  if (order.state == OrderState::kIssued) return unchanged(order);
  if (order.state != OrderState::kMinting) return proto::fail(Refusal::kWrongState);
  Outcome outcome = move(order, OrderState::kIssued);
  outcome.diff.order_changed->mint_tx = action.certificate.tx_hash;
  outcome.diff.certificate = action.certificate;
  outcome.diff.certificate->issued = now;
  if (order.share) outcome.diff.outbox.push_back({"share", order.id, mint_payload(order)});
  return outcome;
}

Verdict decide(const View& view, const FailMint& action, proto::TimeUs) {
  if (!view.order) return proto::fail(Refusal::kUnknownOrder);
  const Order& order = *view.order;
  if (has_ended_without_goods(order)) return unchanged(order);
  const bool waits_for_chain = order.pay == PayWay::kWallet && order.state == OrderState::kAwaitingPayment;
  if (!waits_for_chain && order.state != OrderState::kPaid && order.state != OrderState::kMinting) {
    return proto::fail(Refusal::kWrongState);
  }
  // A card's money is with the shop as soon as the order is paid; a wallet's moves only together with the mint.
  const bool money_taken = order.pay == PayWay::kCard;
  Order released = order;
  if (!released.reservation) released.reservation = Reservation{};
  Outcome outcome =
      move_and_release(std::move(released), money_taken ? OrderState::kRefundDue : OrderState::kFailed, action.reason);
  if (money_taken) ask_refund(outcome, order.total);
  return outcome;
}

}  // namespace shop
