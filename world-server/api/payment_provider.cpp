#include "world-server/api/payment_provider.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "world-server/api/json_read.h"

namespace world {
namespace {

using nlohmann::json;

json amount_json(proto::Money amount) {
  return {{"minor", amount.minor}, {"currency", std::string(amount.currency.text())}};
}

class HttpPaymentProvider final : public PaymentProvider {
 public:
  HttpPaymentProvider(std::string url, std::string api_key, HttpGuard guard)
      : m_url(std::move(url)), m_api_key(std::move(api_key)), m_guard(guard) {}

  proto::Result<PaymentPage, std::string> open(const PaymentRequest& request) override {
    const auto reply = post("/v1/sessions", request.order_id,
                            {{"reference", request.order_id},
                             {"amount", amount_json(request.amount)},
                             {"description", request.description},
                             {"email", request.email},
                             {"return_url", request.return_url}});
    if (!reply) return proto::fail(reply.error());
    std::vector<FieldError> errors;
    Fields fields(*reply, "", errors);
    PaymentPage page;
    page.reference = fields.text("id", 1, 128);
    page.url = fields.text("url", 8, 2000);
    page.expires = {fields.integer("expires_at", 0, 1LL << 40) * 1'000'000};
    if (!errors.empty()) {
      return proto::fail("the provider's answer: " + errors.front().pointer + " " + errors.front().detail);
    }
    return page;
  }

  proto::Status<std::string> refund(const RefundRequest& request) override {
    const auto reply =
        post("/v1/refunds", request.key, {{"session", request.reference}, {"amount", amount_json(request.amount)}});
    if (!reply) return proto::fail(reply.error());
    return proto::Unit{};
  }

 private:
  proto::Result<json, std::string> post(const std::string& path, const std::string& key, const json& body) {
    const HttpCall call{
        "POST",
        m_url + path,
        {{"Authorization", "Bearer " + m_api_key}, {"Content-Type", "application/json"}, {"Idempotency-Key", key}},
        body.dump()};
    const auto reply = fetch(call, m_guard);
    if (!reply) return proto::fail(reply.error());
    if (reply->status != 200 && reply->status != 201) {
      return proto::fail("the provider answered " + std::to_string(reply->status));
    }
    auto parsed = parse_json(reply->body);
    if (!parsed) return proto::fail(parsed.error());
    return parsed;
  }

  std::string m_url;
  std::string m_api_key;
  HttpGuard m_guard;
};

}  // namespace

std::unique_ptr<PaymentProvider> http_payment_provider(std::string url, std::string api_key, HttpGuard guard) {
  return std::make_unique<HttpPaymentProvider>(std::move(url), std::move(api_key), guard);
}

}  // namespace world
