#include <charconv>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "shop/catalogue_repo.h"
#include "shop/doors_repo.h"
#include "world-server/api/answers.h"
#include "world-server/api/handlers.h"
#include "world-server/api/problem.h"

namespace world {
namespace {

using nlohmann::json;

std::string hash_text(std::uint64_t hash) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(hash >> (8 * (7 - i)));
  return proto::to_hex(bytes);
}

json boutiques_json(Parts& parts) {
  std::map<std::string, shop::Brand> brands;
  for (shop::Brand& brand : shop::catalogue::brands(parts.db())) brands.emplace(brand.boutique, std::move(brand));
  const std::set<std::string> closed = shop::doors::closed(parts.db());
  json boutiques = parts.mall.boutiques;
  for (json& boutique : boutiques) {
    const std::string id = boutique.at("id").get<std::string>();
    boutique["closed"] = closed.contains(id) && parts.mall.boutiques_with_doors.contains(id);
    const auto brand = brands.find(id);
    boutique["brand"] = nullptr;
    if (brand != brands.end()) boutique["brand"] = {{"id", brand->second.id}, {"name", brand->second.name}};
  }
  return boutiques;
}

json displays_json(Parts& parts) {
  std::map<shop::DisplayId, shop::ProductId> placed;
  for (const shop::Placement& p : shop::catalogue::placements(parts.db())) placed[p.display] = p.product;
  json displays = json::array();
  for (const auto& [id, display] : parts.mall.displays) {
    json entry = display.document;
    const auto product = placed.find(id);
    entry["product_id"] = product == placed.end() ? json() : json(product->second);
    displays.push_back(std::move(entry));
  }
  return displays;
}

json products_json(Parts& parts) {
  json products = json::array();
  for (const shop::Product& product : shop::catalogue::products(parts.db())) products.push_back(product_json(product));
  return products;
}

}  // namespace

HttpResponse get_mall(Parts& parts, Call& call) {
  const json body{{"name", parts.mall.name},
                  {"boutiques", boutiques_json(parts)},
                  {"displays", displays_json(parts)},
                  {"props", parts.mall.props},
                  {"seats", parts.mall.seats},
                  {"visitors_wear", parts.mall.visitors_wear},
                  {"products", products_json(parts)},
                  {"collision", {{"url", "/api/mall/collision"}, {"hash", hash_text(parts.collision.hash)}}}};
  return cached(call.request, body.dump(), "application/json", "no-cache");
}

HttpResponse get_collision(Parts& parts, Call& call) {
  if (parts.collision.bytes.empty()) {
    return problem(503, "starting", "The mall is still being built.", "Try again in a second.");
  }
  return cached(call.request, parts.collision.bytes, "application/octet-stream", "no-cache");
}

HttpResponse get_products(Parts& parts, Call& call) {
  return cached(call.request, json{{"products", products_json(parts)}}.dump(), "application/json", "no-cache");
}

HttpResponse get_product(Parts& parts, Call& call) {
  const std::string& text = call.parameters.front();
  shop::ProductId id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return refused(shop::Refusal::kUnknownProduct);
  const auto product = shop::catalogue::product(parts.db(), id);
  if (!product) return refused(shop::Refusal::kUnknownProduct);
  return cached(call.request, product_json(*product).dump(), "application/json", "no-cache");
}

HttpResponse get_openapi(Parts& parts, Call& call) {
  return cached(call.request, parts.openapi, "application/json", "no-cache");
}

}  // namespace world
