/// Orders as the checkout contract knows them (contracts/src/interfaces/ICheckout.sol): the digest that the store
/// signs, what a buyer's wallet signs to pay (EIP-3009), and the calls that settle an order. Pure functions of their
/// arguments.
#pragma once

#include <map>
#include <string>

#include "chain-bridge/eth/eip712.h"
#include "chain-bridge/eth/signature.h"
#include "client-proto/core/result.h"

namespace chain {

/// Where a brand's twins live and where its money goes.
struct BrandOnChain {
  Address twin;
  Address payout;
};

/// The token that wallets pay in.
struct Currency {
  Address token;
  std::string name;     ///< of its EIP-712 domain, read from the token when it was deployed
  std::string version;  ///< likewise
  std::string code;     ///< of the shop's prices, "EUR"
  unsigned decimals = 6;
};

/// What was deployed on the shop chain; tools/chain writes it once per data folder.
struct Deployment {
  std::uint64_t chain_id = 0;
  std::uint64_t first_block = 0;  ///< before it there is nothing of ours
  Address checkout;
  Address keeper;  ///< holds twins for buyers without a wallet
  Currency currency;
  std::map<std::string, BrandOnChain> brands;

  /// Reads the JSON text that tools/chain wrote; the error says what is missing.
  static proto::Result<Deployment, std::string> parse(const std::string& json_text);
};

/// Mirrors ICheckout.Order. `currency`, `amount` and `payout` are zero if the order was paid elsewhere.
struct CheckoutOrder {
  Word order_id;
  Address recipient;
  Address twin;
  Word token_id;
  Address currency;
  std::uint64_t amount = 0;
  Address payout;
  std::uint64_t valid_before_s = 0;
};

/// The EIP-712 digest that the store signs; it is also the nonce of the buyer's authorization.
[[nodiscard]] Word order_digest(const Deployment& deployment, const CheckoutOrder& order);
/// What the buyer's wallet signs: ReceiveWithAuthorization of the currency to the checkout.
[[nodiscard]] Word payment_digest(const Deployment& deployment, const CheckoutOrder& order);
/// The same as JSON for eth_signTypedData_v4.
[[nodiscard]] std::string payment_typed_data(const Deployment& deployment, const CheckoutOrder& order);

/// Whole minor units (two digits) of the shop's price in the token's smallest units; nothing on overflow.
[[nodiscard]] std::optional<std::uint64_t> token_amount(const Currency& currency, std::int64_t minor);

[[nodiscard]] Bytes purchase_call(const CheckoutOrder& order, const Signature& store, const Bytes& buyer);
[[nodiscard]] Bytes issue_call(const CheckoutOrder& order, const Signature& store);
[[nodiscard]] Bytes used_call(const Word& order_id);
/// Topic 0 of the event that a settled order leaves; topic 1 is the order id.
[[nodiscard]] Word settled_topic();

/// Why the contract refused, told by the first four bytes of what it reverted with.
struct Refusal {
  std::string name;       ///< "AboveDayCap", or the selector when it is none of ours
  bool may_pass = false;  ///< trying again later can help
};
[[nodiscard]] Refusal explain_revert(const Bytes& revert_data);

}  // namespace chain
