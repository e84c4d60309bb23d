#include <optional>
#include <string>

#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "world-server/api/answers.h"
#include "world-server/api/commands.h"
#include "world-server/api/handlers.h"
#include "world-server/api/json_read.h"
#include "world-server/api/problem.h"
#include "world-server/api/wallet.h"

namespace world {
namespace {

using nlohmann::json;

HttpResponse wallet_refused(WalletRefusal refusal) {
  switch (refusal) {
    case WalletRefusal::kNotAnAddress:
      return invalid_members({{"/address", "must be an Ethereum address: 0x and 40 digits with a right checksum"}});
    case WalletRefusal::kNotDeployed:
      return problem(409, "not-deployed", "This piece cannot be paid with a wallet.", "Pay by card.");
    case WalletRefusal::kWrongSignature:
      break;
  }
  return problem(422, "wrong-signature", "The signature does not fit.",
                 "Sign the typed data of this order as it is, with the wallet of this address, on the chain it names.");
}

/// The order as it stands, if this payment for it was accepted before and only its answer was lost on the way.
std::optional<shop::Order> paid_before(Parts& parts, const Call& call) {
  const auto id = proto::OrderId::parse(call.parameters.front());
  const auto before = answered_before(parts, call);
  if (!id || !before || before->reference != id->hex()) return std::nullopt;
  return shop::orders::order(parts.db(), *id);
}

/// The caller's own order, waiting for a wallet; or the problem that says why not.
proto::Result<shop::Order, HttpResponse> waiting_order(Parts& parts, const Call& call) {
  const auto id = proto::OrderId::parse(call.parameters.front());
  const auto order = id ? shop::orders::order(parts.db(), *id) : std::nullopt;
  if (!order || order->account != call.session->account) {
    return proto::fail(refused(shop::Refusal::kUnknownOrder));
  }
  if (!parts.deployment) return proto::fail(wallet_refused(WalletRefusal::kNotDeployed));
  if (order->pay != shop::PayWay::kWallet) return proto::fail(refused(shop::Refusal::kWrongPayWay));
  if (!order->reservation) return proto::fail(refused(shop::Refusal::kWrongState));
  return *order;
}

proto::Result<chain::CheckoutOrder, WalletRefusal> wanted_of(Parts& parts, const shop::Order& order,
                                                             const std::string& address) {
  const auto product = shop::catalogue::product(parts.db(), order.lines.front().product);
  return checkout_order(*parts.deployment, order, product ? product->brand : std::string(), address);
}

}  // namespace

HttpResponse post_order_authorisation(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  const std::string address = fields.text("address", 42, 42);
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);
  const auto order = waiting_order(parts, call);
  if (!order) return order.error();
  const auto wanted = wanted_of(parts, *order, address);
  if (!wanted) return wallet_refused(wanted.error());
  return ok_json({{"chain_id", parts.deployment->chain_id},
                  {"valid_before", iso_time({static_cast<std::int64_t>(wanted->valid_before_s) * 1'000'000})},
                  {"typed_data", json::parse(chain::payment_typed_data(*parts.deployment, *wanted))}});
}

HttpResponse post_order_payment(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  const std::string address = fields.text("address", 42, 42);
  const std::string signature = fields.text("signature", 132, 132);
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);
  if (const auto paid = paid_before(parts, call)) return ok_json(order_json(parts, *paid, nullptr));
  const auto order = waiting_order(parts, call);
  if (!order) return order.error();
  const auto wanted = wanted_of(parts, *order, address);
  if (!wanted) return wallet_refused(wanted.error());
  const auto command = authorisation(*parts.deployment, *order, *wanted, signature);
  if (!command) return wallet_refused(command.error());
  const auto receipt = run(parts, call, *command);
  if (!receipt) return refused(receipt.error());
  return ok_json(order_json(parts, *shop::orders::order(parts.db(), order->id), nullptr));
}

}  // namespace world
