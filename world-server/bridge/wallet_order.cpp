#include "world-server/bridge/wallet_order.h"

#include <nlohmann/json.hpp>

namespace world {

using nlohmann::json;

namespace {

chain::Word word_of(const std::array<std::uint8_t, 32>& bytes) {
  chain::Word word;
  word.bytes = bytes;
  return word;
}

std::optional<chain::BrandOnChain> brand_of(const chain::Deployment& deployment, std::string_view brand) {
  const auto found = deployment.brands.find(std::string(brand));
  return found == deployment.brands.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::optional<chain::CheckoutOrder> wallet_order(const chain::Deployment& deployment, const shop::Order& order,
                                                 std::string_view brand, const chain::Address& payer,
                                                 std::uint64_t valid_before_s) {
  const auto on_chain = brand_of(deployment, brand);
  const auto amount = chain::token_amount(deployment.currency, order.total.minor);
  if (!on_chain || !amount || *amount == 0 || order.lines.size() != 1) return std::nullopt;
  if (order.total.currency.text() != deployment.currency.code) return std::nullopt;
  return chain::CheckoutOrder{
      word_of(order.id.bytes),   payer,   on_chain->twin,   word_of(order.lines.front().token.bytes),
      deployment.currency.token, *amount, on_chain->payout, valid_before_s};
}

std::optional<chain::CheckoutOrder> card_order(const chain::Deployment& deployment, const shop::Order& order,
                                               std::string_view brand) {
  const auto on_chain = brand_of(deployment, brand);
  if (!on_chain || order.lines.size() != 1) return std::nullopt;
  return chain::CheckoutOrder{word_of(order.id.bytes),
                              deployment.keeper,
                              on_chain->twin,
                              word_of(order.lines.front().token.bytes),
                              {},
                              0,
                              {},
                              0};
}

std::string to_text(const Authorisation& authorisation) {
  return json{{"payer", authorisation.payer.text()},
              {"valid_before_s", authorisation.valid_before_s},
              {"signature", chain::hex_data(authorisation.signature)}}
      .dump();
}

std::optional<Authorisation> parse_authorisation(const std::string& text) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object() || !document.value("payer", json()).is_string() ||
      !document.value("signature", json()).is_string() ||
      !document.value("valid_before_s", json()).is_number_unsigned()) {
    return std::nullopt;
  }
  const auto payer = chain::Address::parse(document["payer"].get<std::string>());
  auto signature = chain::parse_data(document["signature"].get<std::string>(), kSignatureBytesMax);
  if (!payer || !signature || signature->empty()) return std::nullopt;
  return Authorisation{*payer, document["valid_before_s"].get<std::uint64_t>(), std::move(*signature)};
}

}  // namespace world
