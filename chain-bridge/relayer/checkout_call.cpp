#include "chain-bridge/relayer/checkout_call.h"

#include <nlohmann/json.hpp>

#include "chain-bridge/eth/abi.h"
#include "chain-bridge/eth/keccak.h"

namespace chain {

using nlohmann::json;

namespace {

constexpr const char* kOrderTuple = "(bytes32,address,address,uint256,address,uint256,address,uint64)";
constexpr const char* kOrderType =
    "Order(bytes32 orderId,address recipient,address twin,uint256 tokenId,address currency,uint256 amount,address "
    "payout,uint64 validBefore)";
constexpr const char* kPaymentType =
    "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 "
    "nonce)";
constexpr unsigned kMinorDigits = 2;

std::array<Word, 8> words_of(const CheckoutOrder& order) {
  return {order.order_id,        order.recipient.word(), order.twin.word(),   order.token_id,
          order.currency.word(), Word::of(order.amount), order.payout.word(), Word::of(order.valid_before_s)};
}

eip712::Domain currency_domain(const Deployment& deployment) {
  return {deployment.currency.name, deployment.currency.version, deployment.chain_id, deployment.currency.token};
}

/// The order is a tuple of static members, so it is encoded in place.
std::vector<abi::Value> order_arguments(const CheckoutOrder& order) {
  std::vector<abi::Value> arguments;
  for (const Word& word : words_of(order)) arguments.emplace_back(word);
  return arguments;
}

Bytes settle_call(std::string_view signature, std::vector<abi::Value> arguments) {
  return abi::encode_call(signature, arguments);
}

std::optional<Address> address_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? Address::parse(found->get<std::string>()) : std::nullopt;
}

bool read_currency(const json& from, Currency& out) {
  const auto token = address_at(from, "token");
  if (!token || !from.value("name", json()).is_string() || !from.value("version", json()).is_string() ||
      !from.value("code", json()).is_string() || !from.value("decimals", json()).is_number_unsigned()) {
    return false;
  }
  out = {*token, from["name"], from["version"], from["code"], from["decimals"].get<unsigned>()};
  return out.decimals >= kMinorDigits && out.decimals <= 18;
}

bool read_brands(const json& from, std::map<std::string, BrandOnChain>& out) {
  for (const auto& [id, brand] : from.items()) {
    const auto twin = address_at(brand, "twin");
    const auto payout = address_at(brand, "payout");
    if (!twin || !payout) return false;
    out[id] = {*twin, *payout};
  }
  return !out.empty();
}

}  // namespace

proto::Result<Deployment, std::string> Deployment::parse(const std::string& json_text) {
  const json document = json::parse(json_text, nullptr, false);
  if (!document.is_object()) return proto::fail(std::string("the deployment is not a JSON object"));
  Deployment out;
  const auto number = [&document](const char* key) {
    const auto found = document.find(key);
    return found != document.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
  };
  out.chain_id = number("chain_id");
  out.first_block = number("first_block");
  const auto checkout = address_at(document, "checkout");
  const auto keeper = address_at(document, "keeper");
  if (out.chain_id == 0 || !checkout || !keeper)
    return proto::fail(std::string("the deployment lacks chain_id, checkout or keeper"));
  out.checkout = *checkout;
  out.keeper = *keeper;
  if (!read_currency(document.value("currency", json::object()), out.currency)) {
    return proto::fail(
        std::string("the deployment's currency needs token, name, version, code and decimals of 2 to 18"));
  }
  if (!read_brands(document.value("brands", json::object()), out.brands)) {
    return proto::fail(std::string("each brand of the deployment needs a twin and a payout address"));
  }
  return out;
}

Word order_digest(const Deployment& deployment, const CheckoutOrder& order) {
  const Word separator = eip712::domain_separator({"Galleria Checkout", "1", deployment.chain_id, deployment.checkout});
  return eip712::signing_hash(separator, eip712::struct_hash(kOrderType, words_of(order)));
}

Word payment_digest(const Deployment& deployment, const CheckoutOrder& order) {
  const std::array<Word, 6> members{order.recipient.word(),         deployment.checkout.word(),
                                    Word::of(order.amount),         Word::of(0),
                                    Word::of(order.valid_before_s), order_digest(deployment, order)};
  return eip712::signing_hash(eip712::domain_separator(currency_domain(deployment)),
                              eip712::struct_hash(kPaymentType, members));
}

std::string payment_typed_data(const Deployment& deployment, const CheckoutOrder& order) {
  const auto member = [](const char* name, const char* type) { return json{{"name", name}, {"type", type}}; };
  const json types{{"EIP712Domain",
                    {member("name", "string"), member("version", "string"), member("chainId", "uint256"),
                     member("verifyingContract", "address")}},
                   {"ReceiveWithAuthorization",
                    {member("from", "address"), member("to", "address"), member("value", "uint256"),
                     member("validAfter", "uint256"), member("validBefore", "uint256"), member("nonce", "bytes32")}}};
  const json domain{{"name", deployment.currency.name},
                    {"version", deployment.currency.version},
                    {"chainId", deployment.chain_id},
                    {"verifyingContract", deployment.currency.token.text()}};
  const json message{{"from", order.recipient.text()},
                     {"to", deployment.checkout.text()},
                     {"value", std::to_string(order.amount)},
                     {"validAfter", "0"},
                     {"validBefore", std::to_string(order.valid_before_s)},
                     {"nonce", order_digest(deployment, order).hex()}};
  return json{{"types", types}, {"domain", domain}, {"primaryType", "ReceiveWithAuthorization"}, {"message", message}}
      .dump();
}

std::optional<std::uint64_t> token_amount(const Currency& currency, std::int64_t minor) {
  if (minor < 0) return std::nullopt;
  auto amount = static_cast<std::uint64_t>(minor);
  for (unsigned i = kMinorDigits; i < currency.decimals; ++i) {
    if (__builtin_mul_overflow(amount, 10U, &amount)) return std::nullopt;
  }
  return amount;
}

Bytes purchase_call(const CheckoutOrder& order, const Signature& store, const Bytes& buyer) {
  std::vector<abi::Value> arguments = order_arguments(order);
  arguments.emplace_back(store.bytes());
  arguments.emplace_back(buyer);
  return settle_call(std::string("purchase(") + kOrderTuple + ",bytes,bytes)", std::move(arguments));
}

Bytes issue_call(const CheckoutOrder& order, const Signature& store) {
  std::vector<abi::Value> arguments = order_arguments(order);
  arguments.emplace_back(store.bytes());
  return settle_call(std::string("issue(") + kOrderTuple + ",bytes)", std::move(arguments));
}

Bytes used_call(const Word& order_id) {
  const std::array<abi::Value, 1> arguments{order_id};
  return abi::encode_call("used(bytes32)", arguments);
}

Word settled_topic() { return abi::event_topic("Settled(bytes32,address,address,uint256,address,uint256)"); }

Refusal explain_revert(const Bytes& revert_data) {
  struct Known {
    const char* signature;
    const char* name;
    bool may_pass;
  };
  static constexpr std::array<Known, 14> kKnown{{
      {"AboveDayCap(uint256,uint256)", "AboveDayCap", true},
      {"EnforcedPause()", "EnforcedPause", true},
      {"AboveOrderCap(uint256,uint256)", "AboveOrderCap", false},
      {"OrderUsed(bytes32)", "OrderUsed", true},
      {"OrderExpired(uint64)", "OrderExpired", false},
      {"NotSignedByStore(address)", "NotSignedByStore", false},
      {"PayoutNotAllowed(address)", "PayoutNotAllowed", false},
      {"KeeperNotAllowed(address)", "KeeperNotAllowed", true},
      {"WrongSignature(address)", "WrongSignature", false},
      {"NoLongerValid(uint256)", "NoLongerValid", false},
      {"AuthorizationSpent(address,bytes32)", "AuthorizationSpent", false},
      {"ERC20InsufficientBalance(address,uint256,uint256)", "NotEnoughMoney", false},
      {"ERC721InvalidReceiver(address)", "CannotHoldCertificates", false},
      {"AccessControlUnauthorizedAccount(address,bytes32)", "NotAllowedToMint", true},
  }};
  if (revert_data.size() < 4) return {"reverted without a reason", true};
  for (const Known& known : kKnown) {
    const abi::Selector id = abi::selector(known.signature);
    if (std::equal(id.begin(), id.end(), revert_data.begin())) return {known.name, known.may_pass};
  }
  return {hex_data(ByteView(revert_data).first(4)), true};
}

}  // namespace chain
