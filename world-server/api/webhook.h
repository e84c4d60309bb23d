/// Webhooks of the payment provider. The header Payment-Signature is "t=<unix seconds>,v1=<hex>", where v1 is
/// HMAC-SHA-256 over "<t>.<body>" under the shared secret. A webhook is believed only if the signature fits and `t` is
/// at most five minutes away; inside that window the event's id, which is the command's idempotency key, keeps a
/// repeated one from doing anything twice.
#pragma once

#include <cstdint>
#include <string_view>

#include "client-proto/core/time.h"

namespace world {

constexpr proto::SpanUs kWebhookTolerance = proto::minutes(5);

enum class WebhookTrust : std::uint8_t { kTrusted, kNoSignature, kWrongSignature, kTooOld };

[[nodiscard]] WebhookTrust check_webhook(std::string_view header, std::string_view body, std::string_view secret,
                                         proto::TimeUs now);

}  // namespace world
