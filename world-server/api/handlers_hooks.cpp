#include <string>
#include <utility>

#include "client-proto/core/log.h"
#include "shop/order_repo.h"
#include "world-server/api/answers.h"
#include "world-server/api/handlers.h"
#include "world-server/api/json_read.h"
#include "world-server/api/problem.h"
#include "world-server/api/webhook.h"

namespace world {
namespace {

using nlohmann::json;

/// What a webhook says: {"id","type","created","session":{"id","reference","amount":{...}}}
struct PaymentEvent {
  std::string id;
  std::string type;
  std::string payment_ref;
  std::optional<proto::OrderId> order;
  proto::Money amount;
};

PaymentEvent read_event(const json& body, std::vector<FieldError>& errors) {
  Fields fields(body, "", errors);
  PaymentEvent event;
  event.id = fields.text("id", 1, 128);
  event.type = fields.text("type", 1, 64);
  (void)fields.integer("created", 0, 1LL << 40);
  const json& session = fields.member("session");
  Fields parts(session, "/session", errors);
  event.payment_ref = parts.text("id", 1, 128);
  event.order = proto::OrderId::parse(parts.text("reference", 64, 64));
  event.amount = parts.money("amount");
  return event;
}

/// The webhook may arrive before the answer that opened the page was stored (a crash in between); its word is as good.
void open_if_still_reserved(Parts& parts, const PaymentEvent& event, proto::TimeUs now) {
  const auto order = shop::orders::order(parts.db(), *event.order);
  if (!order || order->state != shop::OrderState::kReserved) return;
  (void)parts.store->execute({{}, now, shop::OpenPayment{*event.order, event.payment_ref, {}, now}});
}

std::optional<shop::Action> action_of(const PaymentEvent& event) {
  if (event.type == "payment.succeeded") return shop::SettlePayment{*event.order, event.payment_ref, event.amount};
  if (event.type == "session.cancelled") {
    return shop::FailPayment{*event.order, event.payment_ref, shop::OrderReason::kCancelled};
  }
  if (event.type == "session.expired") {
    return shop::FailPayment{*event.order, event.payment_ref, shop::OrderReason::kPageClosed};
  }
  return std::nullopt;  // a declined card, a refund: nothing that moves the order
}

HttpResponse distrusted(WebhookTrust trust) {
  const bool old = trust == WebhookTrust::kTooOld;
  proto::log(proto::LogLevel::kWarning, "api",
             old ? "a webhook is too old" : "a webhook is not signed by the provider");
  return problem(401, old ? "webhook-too-old" : "webhook-signature", "This webhook is not believed.",
                 old ? "Sign it again with the present time." : "Sign it as world-server/api/webhook.h says.");
}

}  // namespace

HttpResponse post_payment_hook(Parts& parts, Call& call) {
  if (parts.config.provider_webhook_secret.empty()) {
    return problem(404, "no-such-address", "This server takes no card payments.", "Configure a payment provider.");
  }
  const WebhookTrust trust = check_webhook(call.request.header("payment-signature"), call.request.body,
                                           parts.config.provider_webhook_secret, call.now());
  if (trust != WebhookTrust::kTrusted) return distrusted(trust);
  const auto body = parse_json(call.request.body);
  if (!body) return problem(400, "bad-json", "The body cannot be read.", body.error());
  std::vector<FieldError> errors;
  const PaymentEvent event = read_event(*body, errors);
  if (!event.order) errors.push_back({"/session/reference", "must be an order's id"});
  if (!errors.empty()) return invalid_members(errors);

  const auto action = action_of(event);
  if (!action) return ok_json({{"received", true}, {"applied", false}});
  open_if_still_reserved(parts, event, call.now());
  const auto receipt = parts.store->execute({"provider/" + event.id, call.now(), *action});
  if (receipt) return ok_json({{"received", true}, {"applied", !receipt->repeated}});
  // Nothing that the provider could do better by sending it again: the answer is "received", and the log keeps the
  // rest.
  proto::log(proto::LogLevel::kWarning, "api", "a webhook changed nothing: " + std::string(to_text(receipt.error())));
  return ok_json({{"received", true}, {"applied", false}, {"why", to_text(receipt.error())}});
}

}  // namespace world
