#include <optional>
#include <string>

#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "world-server/api/answers.h"
#include "world-server/api/handlers.h"
#include "world-server/api/problem.h"
#include "world-server/api/token_text.h"

namespace world {
namespace {

using nlohmann::json;

json attributes_json(const shop::Order& order, const shop::Product& product) {
  const shop::OrderLine& line = order.lines.front();
  json attributes = json::array({{{"trait_type", "Boutique"}, {"value", product.boutique}},
                                 {{"trait_type", "Brand"}, {"value", product.brand}},
                                 {{"trait_type", "Author"}, {"value", product.author}},
                                 {{"trait_type", "Licence"}, {"value", product.licence}},
                                 {{"trait_type", "Number"}, {"value", certificate_number(line.token)}}});
  for (const shop::Variant& variant : product.variants) {
    if (variant.id != line.variant) continue;
    if (!variant.size.empty()) attributes.push_back({{"trait_type", "Size"}, {"value", variant.size}});
    if (variant.colour) attributes.push_back({{"trait_type", "Colour"}, {"value", variant.colour->name}});
  }
  return attributes;
}

}  // namespace

/// ERC-721 metadata, open to everybody: the chain's public events name the token's id, and its contract leads from
/// there to this address. What is added becomes public with every certificate, so the sentence before paying has to
/// say it as well (buy.publicNote in the web client). Nothing here says who bought it.
HttpResponse get_twin(Parts& parts, Call& call) {
  const auto token = token_of_text(call.parameters.front());
  const auto order = token ? shop::orders::order_of_token(parts.db(), *token) : std::nullopt;
  const bool minted =
      order && (order->state == shop::OrderState::kIssued || order->state == shop::OrderState::kMinting);
  const auto product = minted ? shop::catalogue::product(parts.db(), order->lines.front().product) : std::nullopt;
  if (!product) {
    return problem(404, "no-such-twin", "There is no such certificate.", "Use the token's id as the contract has it.");
  }
  const std::string& base = parts.config.public_base_url;
  const json body{{"name", product->name},
                  {"description", product->description},
                  {"image", base + product->thumb_url},
                  {"animation_url", base + product->model_url},
                  {"external_url", base + "/?product=" + std::to_string(product->id)},
                  {"attributes", attributes_json(*order, *product)}};
  HttpResponse response = cached(call.request, body.dump(), "application/json", "public, max-age=300");
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  return response;
}

}  // namespace world
