#include <optional>
#include <string>

#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "world-server/api/answers.h"
#include "world-server/api/commands.h"
#include "world-server/api/consent_door.h"
#include "world-server/api/handlers.h"
#include "world-server/api/json_read.h"
#include "world-server/api/mailer.h"
#include "world-server/api/payments.h"
#include "world-server/api/problem.h"

namespace world {
namespace {

using nlohmann::json;

constexpr int kOrdersShownMax = 100;
constexpr std::uint32_t kCheckoutsPerMinuteMax = 20;  ///< of one session
constexpr std::uint32_t kCheckoutsPerPeerMax = 60;    ///< from one network address in ten minutes; each holds a piece

json order_with_certificate(Parts& parts, const shop::Order& order) {
  const auto certificate = shop::orders::certificate_of_order(parts.db(), order.id);
  return order_json(parts, order, certificate ? &*certificate : nullptr);
}

/// The order that the path names, if it belongs to whoever asks.
std::optional<shop::Order> own_order(Parts& parts, const Call& call) {
  const auto id = proto::OrderId::parse(call.parameters.front());
  auto order = id ? shop::orders::order(parts.db(), *id) : std::nullopt;
  if (order && order->account != call.session->account) return std::nullopt;
  return order;
}

shop::StartCheckout read_checkout(Parts& parts, const Call& call, std::vector<FieldError>& errors) {
  Fields fields(call.body, "", errors);
  shop::StartCheckout checkout;
  checkout.account = call.session->account;
  checkout.variant = static_cast<shop::VariantId>(fields.integer("variant_id", 1, INT32_MAX));
  checkout.share = fields.boolean("share");
  const auto pay = shop::pay_way(fields.text("pay", 1, 16));
  if (!pay) fields.complain("pay", "must be card or wallet");
  checkout.pay = pay.value_or(shop::PayWay::kCard);
  const std::string email = normal_email(fields.optional_text("email", 254).value_or(""));
  checkout.email = email.empty() ? call.session->email : email;
  if (!checkout.email.empty() && !is_email_address(checkout.email)) {
    fields.complain("email", "must be one e-mail address");
  }
  fields.finish();
  checkout.order = parts.random_id<proto::OrderId>();
  checkout.token = parts.random_id<proto::TokenId>();
  return checkout;
}

/// The address comes first: sessions are free, so they must not even make entries without limit.
bool may_check_out(Parts& parts, const Call& call) {
  const std::string& peer = call.request.peer_address;
  return parts.limits.take("checkout/peer/" + peer, kCheckoutsPerPeerMax, proto::minutes(10), call.now()) &&
         parts.limits.take("checkout/" + call.session->token_hash, kCheckoutsPerMinuteMax, proto::minutes(1),
                           call.now());
}

bool offers(const Parts& parts, const Call& call, shop::PayWay pay) {
  const json features = features_json(parts, call);
  return std::find(features.begin(), features.end(), to_text(pay)) != features.end();
}

}  // namespace

HttpResponse post_checkout(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  shop::StartCheckout checkout = read_checkout(parts, call, errors);
  if (!errors.empty()) return invalid_members(errors);
  const bool repeated = answered_before(parts, call).has_value();
  if (!repeated && checkout.share && call.refuses_sharing()) return sharing_refused();
  if (!repeated && !offers(parts, call, checkout.pay)) {
    return problem(409, "pay-way-closed", "This way to pay is not offered here.",
                   "GET /api/session lists in `features` which ways are open.");
  }
  if (!repeated && !may_check_out(parts, call)) {
    return problem(429, "too-many-checkouts", "Too many checkouts.", "Wait a minute before the next one.");
  }
  checkout.consent = checkout.share && has_live_consent(parts, call.session->account, checkout.variant, call.now());
  const auto receipt = run(parts, call, checkout);
  if (!receipt) return refused(receipt.error());
  const auto id = proto::OrderId::parse(receipt->reference);
  const auto order = shop::orders::order(parts.db(), *id);
  if (order->pay == shop::PayWay::kCard && order->state == shop::OrderState::kReserved) {
    ask_payment_page(parts, *order, call.now());
  }
  HttpResponse response = ok_json(order_with_certificate(parts, *order), receipt->repeated ? 200 : 201);
  response.headers.emplace_back("Location", "/api/orders/" + id->hex());
  return response;
}

HttpResponse get_order(Parts& parts, Call& call) {
  collect_errands(parts, call.now());
  const auto order = own_order(parts, call);
  if (!order) return refused(shop::Refusal::kUnknownOrder);
  return ok_json(order_with_certificate(parts, *order));
}

HttpResponse post_order_cancel(Parts& parts, Call& call) {
  const auto order = own_order(parts, call);
  if (!order) return refused(shop::Refusal::kUnknownOrder);
  const auto receipt = run(parts, call, shop::CancelOrder{order->id, call.session->account});
  if (!receipt) return refused(receipt.error());
  return ok_json(order_with_certificate(parts, *shop::orders::order(parts.db(), order->id)));
}

HttpResponse get_things(Parts& parts, Call& call) {
  json certificates = json::array();
  json orders = json::array();
  for (const auto& order : shop::orders::orders_of_account(parts.db(), call.session->account, kOrdersShownMax)) {
    const auto certificate = shop::orders::certificate_of_order(parts.db(), order.id);
    if (certificate) certificates.push_back(certificate_json(parts, order, *certificate));
    orders.push_back(order_json(parts, order, certificate ? &*certificate : nullptr));
  }
  return ok_json({{"certificates", std::move(certificates)}, {"orders", std::move(orders)}});
}

HttpResponse get_operator_orders(Parts& parts, Call&) {
  json orders = json::array();
  for (const shop::Order& order : shop::orders::newest_orders(parts.db(), kOrdersShownMax)) {
    orders.push_back(order_with_certificate(parts, order));
  }
  return ok_json({{"orders", std::move(orders)}});
}

}  // namespace world
