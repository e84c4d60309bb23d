#include "tools/loadbot/market.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "client-proto/move/sitting.h"

namespace loadbot {

namespace {

using nlohmann::json;

Vec3 place(const json& value) { return {value.at(0).get<float>(), value.at(1).get<float>(), value.at(2).get<float>()}; }

/// By product, the variants that can be worn.
std::map<std::uint32_t, std::vector<std::uint32_t>> wearables(const json& products) {
  std::map<std::uint32_t, std::vector<std::uint32_t>> found;
  for (const json& product : products) {
    if (product.at("wear").is_null()) continue;
    for (const json& variant : product.at("variants")) {
      found[product.at("id").get<std::uint32_t>()].push_back(variant.at("id").get<std::uint32_t>());
    }
  }
  return found;
}

}  // namespace

std::optional<Market> read_market(const std::string& mall_json) try {
  const json mall = json::parse(mall_json);
  const auto wearable = wearables(mall.at("products"));
  Market market;
  for (const json& boutique : mall.at("boutiques")) {
    const json& zone = boutique.at("zone");
    market.rooms.push_back({place(zone.at("min")), place(zone.at("max")), place(boutique.at("door"))});
  }
  for (const json& display : mall.at("displays")) {
    if (display.at("product_id").is_null()) continue;
    Stand stand{place(display.at("position")), {}};
    const auto variants = wearable.find(display.at("product_id").get<std::uint32_t>());
    if (variants != wearable.end()) stand.wearable_variants = variants->second;
    market.stands.push_back(std::move(stand));
  }
  for (const json& seat : mall.at("seats")) {
    const auto yaw_rad = seat.at("yaw_rad").get<float>();
    const Vec3 front{std::sin(yaw_rad), 0, std::cos(yaw_rad)};
    market.benches.push_back(
        {place(seat.at("position")) + front * proto::kStandUp_m, static_cast<std::uint16_t>(market.benches.size())});
  }
  return market;
} catch (const json::exception&) {
  return std::nullopt;
}

}  // namespace loadbot
