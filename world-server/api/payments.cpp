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
constexpr int kErrandsPerTickMax = 32;

void warn(const std::string& text) { proto::log(proto::LogLevel::kWarning, "api", text); }

/// True when `what` was not asked for recently; remembers that it is now.
bool may_ask(Parts& parts, const std::string& what, proto::TimeUs now) {
  return parts.errands.take("errand/" + what, 1, kAskAgainAfter, now);
}

void take(Parts& parts, const PageOpened& opened, proto::TimeUs now) {
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
  (void)parts.courier->send(RefundErrand{row.id, row.order, std::move(request)});
}

}  // namespace

void ask_payment_page(Parts& parts, const shop::Order& order, proto::TimeUs now) {
  if (parts.config.provider_url.empty() || !may_ask(parts, order.id.hex(), now)) return;
  const shop::OrderLine& line = order.lines.front();
  PaymentRequest request;
  request.order_id = order.id.hex();
  request.amount = order.total;
  request.description = line.options.empty() ? line.name : line.name + " (" + line.options + ")";
  request.email = order.email;
  request.return_url = parts.config.public_base_url + "/?order=" + order.id.hex();
  // A full queue only means that the next tick asks again.
  (void)parts.courier->send(OpenPageErrand{order.id, std::move(request)});
}

void collect_errands(Parts& parts, proto::TimeUs now) {
  for (const ErrandResult& result : parts.courier->results()) take(parts, result, now);
}

void repeat_errands(Parts& parts, proto::TimeUs now) {
  if (parts.config.provider_url.empty()) return;
  for (const proto::OrderId& id : shop::orders::orders_without_payment_page(parts.db(), kErrandsPerTickMax)) {
    const auto order = shop::orders::order(parts.db(), id);
    if (order) ask_payment_page(parts, *order, now);
  }
  for (const shop::OutboxRow& row : shop::outbox::waiting(parts.db(), "refund", kErrandsPerTickMax)) {
    if (may_ask(parts, "refund/" + row.order.hex(), now)) ask_refund(parts, row);
  }
}

void expire_orders(Parts& parts, proto::TimeUs now) {
  for (const proto::OrderId& id : shop::orders::due_orders(parts.db(), now, kErrandsPerTickMax)) {
    const auto receipt = parts.store->execute({{}, now, shop::ExpireOrder{id}});
    if (!receipt) warn("an order could not expire: " + std::string(to_text(receipt.error())));
  }
}

}  // namespace world
