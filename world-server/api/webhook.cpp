#include "world-server/api/webhook.h"

#include <charconv>
#include <optional>
#include <string>

#include "client-proto/core/hex.h"
#include "shop/secret.h"

namespace world {
namespace {

constexpr std::size_t kHeaderCharactersMax = 200;
constexpr std::int64_t kSecondsMax = 1LL << 40;

/// The value of `name` in "t=1,v1=ab".
std::string_view member(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::string_view pair = header.substr(0, header.find(','));
    header.remove_prefix(pair.size() == header.size() ? pair.size() : pair.size() + 1);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return {};
}

std::optional<proto::TimeUs> read_time(std::string_view text) {
  std::int64_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || seconds < 0 || seconds > kSecondsMax) {
    return std::nullopt;
  }
  return proto::TimeUs{seconds * 1'000'000};
}

}  // namespace

WebhookTrust check_webhook(std::string_view header, std::string_view body, std::string_view secret, proto::TimeUs now) {
  if (header.size() > kHeaderCharactersMax) return WebhookTrust::kNoSignature;
  const std::string_view time_text = member(header, "t");
  const std::string_view signature = member(header, "v1");
  const auto signed_at = read_time(time_text);
  if (!signed_at || signature.empty()) return WebhookTrust::kNoSignature;
  const std::string signed_text = std::string(time_text) + "." + std::string(body);
  const std::string wanted = proto::to_hex(shop::hmac_sha256(secret, signed_text));
  if (!shop::equal_in_constant_time(wanted, signature)) return WebhookTrust::kWrongSignature;
  const proto::SpanUs age = now - *signed_at;
  if (age > kWebhookTolerance || age.us < -kWebhookTolerance.us) return WebhookTrust::kTooOld;
  return WebhookTrust::kTrusted;
}

}  // namespace world
