#include "world-server/api/wallet.h"

#include <nlohmann/json.hpp>

#include "client-proto/core/check.h"

namespace world {
namespace {

constexpr std::size_t kSignatureBytes = 65;

}  // namespace

proto::Result<chain::CheckoutOrder, WalletRefusal> checkout_order(const chain::Deployment& deployment,
                                                                  const shop::Order& order, const std::string& brand,
                                                                  std::string_view payer) {
  GALLERIA_CHECK(order.reservation.has_value());
  const auto address = chain::Address::parse(payer);
  if (!address || address->is_zero()) return proto::fail(WalletRefusal::kNotAnAddress);
  const auto on_chain = deployment.brands.find(brand);
  if (on_chain == deployment.brands.end()) return proto::fail(WalletRefusal::kNotDeployed);
  const auto amount = chain::token_amount(deployment.currency, order.total.minor);
  if (!amount || order.total.currency.text() != deployment.currency.code) {
    return proto::fail(WalletRefusal::kNotDeployed);
  }
  chain::CheckoutOrder out;
  out.order_id.bytes = order.id.bytes;
  out.recipient = *address;
  out.twin = on_chain->second.twin;
  out.token_id.bytes = order.lines.front().token.bytes;
  out.currency = deployment.currency.token;
  out.amount = *amount;
  out.payout = on_chain->second.payout;
  out.valid_before_s = static_cast<std::uint64_t>(order.reservation->until.us / 1'000'000);
  return out;
}

proto::Result<shop::AuthorisePayment, WalletRefusal> authorisation(const chain::Deployment& deployment,
                                                                   const shop::Order& order,
                                                                   const chain::CheckoutOrder& wanted,
                                                                   std::string_view signature) {
  const auto bytes = chain::parse_data(signature, kSignatureBytes);
  const auto parsed = bytes ? chain::Signature::parse(*bytes) : std::nullopt;
  const auto signer = parsed ? chain::recover(chain::payment_digest(deployment, wanted), *parsed) : std::nullopt;
  if (!signer || *signer != wanted.recipient) return proto::fail(WalletRefusal::kWrongSignature);
  const nlohmann::json payload{{"payer", wanted.recipient.text()},
                               {"valid_before_s", wanted.valid_before_s},
                               {"signature", chain::hex_data(parsed->bytes())}};
  return shop::AuthorisePayment{order.id,
                                order.account,
                                wanted.recipient.text(),
                                chain::order_digest(deployment, wanted).hex(),
                                payload.dump(),
                                {static_cast<std::int64_t>(wanted.valid_before_s) * 1'000'000}};
}

}  // namespace world
