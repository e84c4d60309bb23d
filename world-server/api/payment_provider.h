/// Whoever takes card payments for the shop. The shop opens a payment page for an order, sends the shopper there, and
/// believes nothing but signed webhooks about what happened on it (webhook.h).
#pragma once

#include <memory>
#include <string>

#include "client-proto/core/money.h"
#include "client-proto/core/result.h"
#include "client-proto/core/time.h"
#include "world-server/api/http_client.h"

namespace world {

struct PaymentRequest {
  std::string order_id;  ///< hexadecimal; also the idempotency key, so that asking twice opens one page
  proto::Money amount;
  std::string description;
  std::string email;
  std::string return_url;
};

struct PaymentPage {
  std::string reference;
  std::string url;
  proto::TimeUs expires;
};

struct RefundRequest {
  std::string reference;
  proto::Money amount;
  std::string key;  ///< idempotency key
};

class PaymentProvider {
 public:
  virtual ~PaymentProvider() = default;
  /// Both block; the error is a sentence for logs, and asking again is safe.
  [[nodiscard]] virtual proto::Result<PaymentPage, std::string> open(const PaymentRequest& request) = 0;
  [[nodiscard]] virtual proto::Status<std::string> refund(const RefundRequest& request) = 0;
};

/// The provider behind an HTTP API: POST /v1/sessions and POST /v1/refunds with a bearer key and idempotency keys.
[[nodiscard]] std::unique_ptr<PaymentProvider> http_payment_provider(std::string url, std::string api_key,
                                                                     HttpGuard guard);

}  // namespace world
