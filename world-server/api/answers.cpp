#include "world-server/api/answers.h"

#include <array>
#include <ctime>
#include <utility>

#include "client-proto/core/check.h"
#include "shop/secret.h"
#include "world-server/api/problem.h"

namespace world {

using nlohmann::json;
using shop::Refusal;

json money_json(proto::Money money) {
  return {{"minor", money.minor}, {"currency", std::string(money.currency.text())}};
}

json product_json(const shop::Product& product) {
  json variants = json::array();
  for (const shop::Variant& variant : product.variants) {
    json colour;
    if (variant.colour) colour = {{"name", variant.colour->name}, {"hex", variant.colour->hex}};
    variants.push_back({{"id", variant.id},
                        {"size", variant.size},
                        {"colour", std::move(colour)},
                        {"price", money_json(variant.price)},
                        {"stock", variant.stock}});
  }
  json wear;
  if (product.wear) {
    wear = {{"slot", product.wear->slot}, {"hides", product.wear->hides}, {"models", product.wear->model_urls}};
  }
  return {{"id", product.id},
          {"slug", product.slug},
          {"brand", product.brand},
          {"boutique", product.boutique},
          {"name", product.name},
          {"description", product.description},
          {"author", product.author},
          {"licence", product.licence},
          {"category", product.category.empty() ? json() : json(product.category)},
          {"size_m", product.size_m},
          {"variants", std::move(variants)},
          {"model_url", product.model_url},
          {"thumb_url", product.thumb_url},
          {"wear", std::move(wear)}};
}

json features_json(const Parts& parts, const Call& call) {
  json features = json::array();
  if (!parts.config.provider_url.empty()) features.push_back("card");
  if (parts.deployment) features.push_back("wallet");
  if (!parts.config.mail_url.empty()) features.push_back("email_login");
  if (parts.importer != nullptr) features.push_back("uploads");
  if (parts.consents != nullptr && !call.refuses_sharing()) features.push_back("share");
  features.push_back("for_you");
  return features;
}

json session_json(const Parts& parts, const Call& call, const shop::Session* session) {
  json body{
      {"name", nullptr}, {"shape", 0}, {"tint", 0}, {"account", nullptr}, {"features", features_json(parts, call)}};
  if (session == nullptr) return body;
  body["name"] = session->look.name;
  body["shape"] = session->look.shape;
  body["tint"] = session->look.tint;
  if (!session->email.empty()) body["account"] = {{"email", session->email}};
  return body;
}

json certificate_json(const Parts& parts, const shop::Order& order, const shop::Certificate& certificate) {
  const shop::OrderLine& line = order.lines.front();
  return {{"number", certificate_number(certificate.token)},
          {"token_id", "0x" + certificate.token.hex()},
          {"order_id", order.id.hex()},
          {"product_id", line.product},
          {"name", line.name},
          {"options", line.options},
          {"owner", certificate.owner},
          {"contract", certificate.contract},
          {"chain_id", certificate.chain_id},
          {"tx_hash", certificate.tx_hash},
          {"block", certificate.block},
          {"issued", iso_time(certificate.issued)},
          {"metadata_url", parts.config.public_base_url + "/twins/" + certificate.token.hex()}};
}

json order_json(const Parts& parts, const shop::Order& order, const shop::Certificate* certificate) {
  json lines = json::array();
  for (const shop::OrderLine& line : order.lines) {
    lines.push_back({{"variant_id", line.variant},
                     {"product_id", line.product},
                     {"name", line.name},
                     {"options", line.options},
                     {"quantity", line.quantity},
                     {"unit_price", money_json(line.unit_price)},
                     {"configuration", json::parse(line.configuration)},
                     {"milestones", json::parse(line.milestones)}});
  }
  json body{{"id", order.id.hex()},
            {"state", to_text(order.state)},
            {"pay", to_text(order.pay)},
            {"total", money_json(order.total)},
            {"created", iso_time(order.created)},
            {"share", order.share},
            {"email", order.email.empty() ? json() : json(order.email)},
            {"lines", std::move(lines)},
            {"reserved_until", nullptr},
            {"payment", nullptr},
            {"mint_tx", order.mint_tx.empty() ? json() : json(order.mint_tx)},
            {"reason", order.reason == shop::OrderReason::kNone ? json() : json(to_text(order.reason))},
            {"certificate", nullptr}};
  if (order.reservation) body["reserved_until"] = iso_time(order.reservation->until);
  if (!order.redirect_url.empty()) body["payment"] = {{"redirect_url", order.redirect_url}};
  if (certificate != nullptr) body["certificate"] = certificate_json(parts, order, *certificate);
  return body;
}

std::string iso_time(proto::TimeUs time) {
  const std::time_t seconds = static_cast<std::time_t>(time.us / 1'000'000);
  std::tm parts{};
  std::array<char, 32> text{};
  gmtime_r(&seconds, &parts);
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::string certificate_number(const proto::TokenId& token) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford's base 32
  std::string text;
  for (std::size_t i = 0; i < 10; ++i) {
    if (i == 4 || i == 8) text += '-';
    text += kDigits[token.bytes[i] & 31U];
  }
  return text;
}

HttpResponse ok_json(const json& body, int status) {
  HttpResponse response;
  response.status = status;
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = body.dump();
  return response;
}

HttpResponse cached(const HttpRequest& request, std::string body, std::string_view content_type,
                    std::string_view cache_control) {
  const std::string tag = "\"" + shop::sha256_hex(body).substr(0, 32) + "\"";
  HttpResponse response;
  response.content_type = std::string(content_type);
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back("Cache-Control", std::string(cache_control));
  if (request.header("if-none-match") == tag) {
    response.status = 304;
  } else {
    response.body = std::move(body);
  }
  return response;
}

namespace {

struct RefusalText {
  Refusal refusal;
  int status;
  std::string_view title;
  std::string_view detail;
};

constexpr std::array kRefusals{
    RefusalText{Refusal::kKeyConflict, 409, "This key was used for something else.",
                "Send a fresh Idempotency-Key with a new request; repeat a key only with the very same request."},
    RefusalText{Refusal::kUnknownBrand, 404, "No such brand.", "Add the brand first, or correct its id."},
    RefusalText{Refusal::kUnknownProduct, 404, "No such product.", "Read GET /api/mall for the products that exist."},
    RefusalText{Refusal::kUnknownVariant, 404, "No such variant.", "Read the product again; its variants have ids."},
    RefusalText{Refusal::kUnknownOrder, 404, "No such order.", "Look at your own orders in GET /api/things."},
    RefusalText{Refusal::kBrandExists, 409, "The brand exists.", "Nothing to do, or choose another id."},
    RefusalText{Refusal::kSlugTaken, 409, "A product has this slug.", "Nothing to do, or choose another slug."},
    RefusalText{Refusal::kBoutiqueTaken, 409, "The boutique belongs to another brand.", "Choose another boutique."},
    RefusalText{Refusal::kNoVariants, 422, "A product needs a variant.", "Give at least one variant with its price."},
    RefusalText{Refusal::kTooManyVariants, 422, "Too many variants.", "At most 64 variants make one product."},
    RefusalText{Refusal::kTooManyProducts, 409, "The shop is full.", "At most 5,000 products fit in one mall."},
    RefusalText{Refusal::kCurrenciesDiffer, 422, "Several currencies.", "Price all variants in one currency."},
    RefusalText{Refusal::kPriceOutOfRange, 422, "The price is out of range.", "Give a price above zero."},
    RefusalText{Refusal::kStockOutOfRange, 422, "The stock is out of range.",
                "Stock stays between 0 and 1,000,000 pieces."},
    RefusalText{Refusal::kSoldOut, 409, "Sold out.", "Choose another size or colour, or come back later."},
    RefusalText{Refusal::kTooManyOpenOrders, 429, "Too many open orders.",
                "Pay or cancel one of your open orders first."},
    RefusalText{Refusal::kEmailMissing, 422, "An e-mail address is needed.",
                "Paying by card needs an address for the receipt: send `email`, or log in."},
    RefusalText{Refusal::kConsentMissing, 409, "Nothing was agreed to yet.",
                "Send the shopper's consent for this brand with POST /api/consents first, or buy with `share` false. "
                "Nothing was charged."},
    RefusalText{Refusal::kNotYours, 404, "No such order.", "Look at your own orders in GET /api/things."},
    RefusalText{Refusal::kWrongPayWay, 409, "This order is paid in another way.", "Follow the order's `pay`."},
    RefusalText{Refusal::kWrongState, 409, "The order has moved on.", "Read the order again; its state says more."},
    RefusalText{Refusal::kPaymentInFlight, 409, "A payment is on its way.",
                "Finish or close the payment page; then the order follows by itself."},
    RefusalText{Refusal::kReservationEnded, 409, "The time to pay is over.", "Start the checkout again."},
};

}  // namespace

HttpResponse refused(Refusal refusal) {
  for (const RefusalText& text : kRefusals) {
    if (text.refusal == refusal) return problem(text.status, shop::to_text(refusal), text.title, text.detail);
  }
  return problem(409, shop::to_text(refusal), "The shop refuses.", "Read the order again; its state says more.");
}

}  // namespace world
