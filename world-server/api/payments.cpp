#include "world-server/api/payments.h"

#include <string>
#include <utility>

#include "client-proto/core/log.h"
#include "shop/order_repo.h"
#include "shop/outbox_repo.h"

namespace world {
namespace {

using nlohmann::json;

constexpr proto::SpanUs kAskAgainAfter = proto::seconds(5);
constexpr std::size_t kErrandsPerTickMax = 32;

void warn(const std::string& text) { proto::log(proto::LogLevel::kWarning, "api", text); }

/// True when nobody is on the way for the order and nobody was within the last seconds.
bool may_ask(Parts& parts, const proto::OrderId& order, proto::TimeUs now) {
  return !parts.orders_with_errand.contains(order) &&
         parts.errands.take("errand/" + order.hex(), 1, kAskAgainAfter, now);
}

/// A full queue only means that a later tick asks again.
void send(Parts& parts, const proto::OrderId& order, Errand errand) {
  if (parts.courier->send(std::move(errand))) parts.orders_with_errand.insert(order);
}

void take(Parts& parts, const PageOpened& opened, proto::TimeUs now) {
  parts.orders_with_errand.erase(opened.order);
  if (!opened.page) {
    warn("no payment page for an order yet: " + opened.page.error());
    return;
  }
  const PaymentPage& page = *opened.page;
  const auto receipt =
      parts.store->execute({{}, now, shop::OpenPayment{opened.order, page.reference, page.url, page.expires}});
  if (!receipt) warn("a payment page came too late: " + std::string(to_text(receipt.error())));
}

void take(Parts& parts, const Refunded& refunded, proto::TimeUs now) {
  parts.orders_with_errand.erase(refunded.order);
  if (!refunded.result) {
    warn("a refund did not go through yet: " + refunded.result.error());
    return;
  }
  // Acknowledged last: a crash in between asks the provider again, which answers with the same refund.
  (void)parts.store->execute({{}, now, shop::ConfirmRefund{refunded.order}});
  (void)parts.store->execute({{}, now, shop::AcknowledgeOutbox{refunded.outbox_row}});
}

void take(Parts&, const MailSent& sent, proto::TimeUs) {
  if (!sent.result) warn("a mail could not be sent: " + sent.result.error());
}

void take(Parts& parts, const ErrandResult& result, proto::TimeUs now) {
  std::visit([&](const auto& one) { take(parts, one, now); }, result);
}

void ask_refund(Parts& parts, const shop::OutboxRow& row) {
  const json payload = json::parse(row.payload);
  const auto currency = proto::Currency::parse(payload.at("currency").get<std::string>());
  RefundRequest request{payload.at("payment_ref").get<std::string>(),
                        {payload.at("minor").get<std::int64_t>(), currency.value_or(proto::Currency{})},
                        "refund-" + row.order.hex()};
  send(parts, row.order, RefundErrand{row.id, row.order, std::move(request)});
}

/// In rounds: refunds that the provider refuses again and again must not keep later ones from their turn.
void ask_refunds(Parts& parts, proto::TimeUs now) {
  const auto rows = shop::outbox::waiting(parts.db(), "refund", kErrandsPerTickMax, parts.last_refund_asked);
  for (const shop::OutboxRow& row : rows) {
    if (may_ask(parts, row.order, now)) ask_refund(parts, row);
  }
  parts.last_refund_asked = rows.size() == kErrandsPerTickMax ? rows.back().id : 0;
}

}  // namespace

void ask_payment_page(Parts& parts, const shop::Order& order, proto::TimeUs now) {
  if (parts.config.provider_url.empty() || !may_ask(parts, order.id, now)) return;
  const shop::OrderLine& line = order.lines.front();
  PaymentRequest request;
  request.order_id = order.id.hex();
  request.amount = order.total;
  request.description = line.options.empty() ? line.name : line.name + " (" + line.options + ")";
  request.email = order.email;
  request.return_url = parts.config.public_base_url + "/?order=" + order.id.hex();
  send(parts, order.id, OpenPageErrand{order.id, std::move(request)});
}

void collect_errands(Parts& parts, proto::TimeUs now) {
  for (const ErrandResult& result : parts.courier->results()) take(parts, result, now);
  for (const ErrandResult& result : parts.postman->results()) take(parts, result, now);
}

void repeat_errands(Parts& parts, proto::TimeUs now) {
  if (parts.config.provider_url.empty()) return;
  for (const proto::OrderId& id : shop::orders::orders_without_payment_page(parts.db(), kErrandsPerTickMax)) {
    const auto order = shop::orders::order(parts.db(), id);
    if (order) ask_payment_page(parts, *order, now);
  }
  ask_refunds(parts, now);
}

void expire_orders(Parts& parts, proto::TimeUs now) {
  for (const proto::OrderId& id : shop::orders::due_orders(parts.db(), now, kErrandsPerTickMax)) {
    const auto receipt = parts.store->execute({{}, now, shop::ExpireOrder{id}});
    if (!receipt) warn("an order could not expire: " + std::string(to_text(receipt.error())));
  }
}

}  // namespace world
