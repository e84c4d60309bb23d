#include <algorithm>
#include <string>

#include "shop/ladders.h"

namespace shop {
namespace {

bool currencies_differ(const Product& product) {
  return std::any_of(product.variants.begin(), product.variants.end(), [&](const Variant& variant) {
    return variant.price.currency != product.variants.front().price.currency;
  });
}

bool price_out_of_range(const Variant& variant) {
  return variant.price.minor <= 0 || variant.price.minor > kPriceMinorMax;
}

bool stock_out_of_range(const Variant& variant) { return variant.stock < 0 || variant.stock > kStockMax; }

}  // namespace

Verdict decide(const View& view, const AddBrand& action, proto::TimeUs) {
  if (view.brand) return proto::fail(Refusal::kBrandExists);
  if (view.boutique_taken) return proto::fail(Refusal::kBoutiqueTaken);
  Outcome outcome{{action.brand.id}, {}};
  outcome.diff.brand = action.brand;
  return outcome;
}

Verdict decide(const View& view, const AddProduct& action, proto::TimeUs) {
  const auto& variants = action.product.variants;
  if (!view.brand) return proto::fail(Refusal::kUnknownBrand);
  if (view.product) return proto::fail(Refusal::kSlugTaken);
  if (view.products_count >= static_cast<std::int64_t>(kProductsMax)) return proto::fail(Refusal::kTooManyProducts);
  if (variants.empty()) return proto::fail(Refusal::kNoVariants);
  if (variants.size() > kVariantsPerProductMax) return proto::fail(Refusal::kTooManyVariants);
  if (currencies_differ(action.product)) return proto::fail(Refusal::kCurrenciesDiffer);
  if (std::any_of(variants.begin(), variants.end(), price_out_of_range)) return proto::fail(Refusal::kPriceOutOfRange);
  if (std::any_of(variants.begin(), variants.end(), stock_out_of_range)) return proto::fail(Refusal::kStockOutOfRange);
  Outcome outcome;  // the store names the new product in the receipt
  outcome.diff.product = action.product;
  return outcome;
}

Verdict decide(const View& view, const PlaceProduct& action, proto::TimeUs) {
  if (!view.product) return proto::fail(Refusal::kUnknownProduct);
  Outcome outcome{{std::to_string(action.placement.display)}, {}};
  outcome.diff.placement = action.placement;
  return outcome;
}

Verdict decide(const View& view, const ChangeStock& action, proto::TimeUs) {
  if (!view.variant) return proto::fail(Refusal::kUnknownVariant);
  if (action.delta < -kStockMax || action.delta > kStockMax) return proto::fail(Refusal::kStockOutOfRange);
  const std::int64_t stock = view.variant->stock + action.delta;
  if (stock < 0 || stock > kStockMax) return proto::fail(Refusal::kStockOutOfRange);
  Outcome outcome{{std::to_string(action.variant)}, {}};
  outcome.diff.stock.push_back({action.variant, action.delta});
  return outcome;
}

}  // namespace shop
