#include "shop/command.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "client-proto/core/check.h"
#include "shop/secret.h"

namespace shop {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<Refusal, std::string_view>, 28> kRefusalNames{{
    {Refusal::kKeyConflict, "key_conflict"},
    {Refusal::kUnknownBrand, "unknown_brand"},
    {Refusal::kUnknownProduct, "unknown_product"},
    {Refusal::kUnknownVariant, "unknown_variant"},
    {Refusal::kUnknownOrder, "unknown_order"},
    {Refusal::kUnknownOutboxRow, "unknown_outbox_row"},
    {Refusal::kBrandExists, "brand_exists"},
    {Refusal::kSlugTaken, "slug_taken"},
    {Refusal::kBoutiqueTaken, "boutique_taken"},
    {Refusal::kNoVariants, "no_variants"},
    {Refusal::kTooManyVariants, "too_many_variants"},
    {Refusal::kTooManyProducts, "too_many_products"},
    {Refusal::kCurrenciesDiffer, "currencies_differ"},
    {Refusal::kPriceOutOfRange, "price_out_of_range"},
    {Refusal::kStockOutOfRange, "stock_out_of_range"},
    {Refusal::kSoldOut, "sold_out"},
    {Refusal::kTooManyOpenOrders, "too_many_open_orders"},
    {Refusal::kEmailMissing, "email_missing"},
    {Refusal::kConsentMissing, "consent-missing"},
    {Refusal::kNotYours, "not_yours"},
    {Refusal::kWrongPayWay, "wrong_pay_way"},
    {Refusal::kWrongState, "wrong_state"},
    {Refusal::kPaymentInFlight, "payment_in_flight"},
    {Refusal::kReservationEnded, "reservation_ended"},
    {Refusal::kNotYetDue, "not_yet_due"},
    {Refusal::kWrongPaymentRef, "wrong_payment_ref"},
    {Refusal::kTokenMismatch, "token_mismatch"},
    {Refusal::kOrderExists, "order_exists"},
}};

json money_json(proto::Money money) { return {money.minor, std::string(money.currency.text())}; }

json variant_json(const Variant& variant) {
  json out{variant.size, money_json(variant.price), variant.stock};
  if (variant.colour) out.push_back({variant.colour->name, variant.colour->hex});
  return out;
}

json product_json(const Product& product) {
  json out{product.slug,    product.brand,  product.name,      product.description, product.author,
           product.licence, product.size_m, product.model_url, product.thumb_url};
  if (product.wear) out.push_back({product.wear->slot, product.wear->hides, product.wear->model_urls});
  // Products from before there were categories keep the fingerprint that their receipts hold.
  if (!product.category.empty()) out.push_back(product.category);
  json variants = json::array();
  for (const Variant& variant : product.variants) variants.push_back(variant_json(variant));
  out.push_back(std::move(variants));
  return out;
}

/// One overload for each action: what it asks for, as an array whose first element names the action.
struct Asked {
  json operator()(const AddBrand& a) const { return {"brand", a.brand.id, a.brand.name, a.brand.boutique}; }
  json operator()(const AddProduct& a) const { return {"product", product_json(a.product)}; }
  json operator()(const PlaceProduct& a) const { return {"place", a.placement.display, a.placement.product}; }
  json operator()(const ChangeStock& a) const { return {"stock", a.variant, a.delta}; }
  json operator()(const StartCheckout& a) const {
    return {"checkout", a.account.hex(), a.variant, to_text(a.pay), a.email, a.share};
  }
  json operator()(const CancelOrder& a) const { return {"cancel", a.order.hex(), a.account.hex()}; }
  json operator()(const AuthorisePayment& a) const {
    return {"authorise", a.order.hex(), a.account.hex(), a.payer, a.nonce, a.authorisation, a.valid_before.us};
  }
  json operator()(const OpenPayment& a) const { return {"open", a.order.hex(), a.payment_ref}; }
  json operator()(const SettlePayment& a) const {
    return {"settle", a.order.hex(), a.payment_ref, money_json(a.amount)};
  }
  json operator()(const FailPayment& a) const { return {"fail-payment", a.order.hex(), a.payment_ref}; }
  json operator()(const ConfirmRefund& a) const { return {"refund", a.order.hex()}; }
  json operator()(const AcknowledgeOutbox& a) const { return {"acknowledge", a.row}; }
  json operator()(const SeePaymentOnChain& a) const { return {"see-payment", a.order.hex(), a.tx_hash}; }
  json operator()(const SeeMint& a) const { return {"see-mint", a.order.hex(), a.tx_hash}; }
  json operator()(const FinishMint& a) const {
    return {"finish-mint", a.certificate.order.hex(), a.certificate.token.hex(), a.certificate.tx_hash};
  }
  json operator()(const FailMint& a) const { return {"fail-mint", a.order.hex()}; }
  json operator()(const ExpireOrder& a) const { return {"expire", a.order.hex()}; }
};

}  // namespace

std::string_view to_text(Refusal refusal) {
  for (const auto& [value, name] : kRefusalNames) {
    if (value == refusal) return name;
  }
  GALLERIA_CHECK(false);
}

std::string fingerprint(const Action& action) {
  return sha256_hex(std::visit(Asked{}, action).dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace shop
