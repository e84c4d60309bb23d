/// Paying with a browser wallet. An order, a wallet's address and the deployment give one checkout order of the
/// contract, always the same: the wallet signs exactly that (EIP-3009 inside EIP-712), and nothing needs to be
/// remembered between asking and paying. The authorisation is good for as long as the reservation, so it can never pay
/// for goods that were given back. Only wallets whose signature recovers to their address are taken; a contract's own
/// rule (EIP-1271) is not asked here.
#pragma once

#include <string>
#include <string_view>

#include "chain-bridge/relayer/checkout_call.h"
#include "client-proto/core/result.h"
#include "shop/command.h"
#include "world-server/api/parts.h"

namespace world {

enum class WalletRefusal : std::uint8_t {
  kNotDeployed,     ///< the order's brand or currency is not on this chain
  kWrongSignature,  ///< not this order, this amount, this chain or this address
  kNotAnAddress,
};

/// What the contract is asked to settle when `payer` pays for `order`; the order must still be reserved.
[[nodiscard]] proto::Result<chain::CheckoutOrder, WalletRefusal> checkout_order(const chain::Deployment& deployment,
                                                                                const shop::Order& order,
                                                                                const std::string& brand,
                                                                                std::string_view payer);

/// The command that pays, if `signature` (0x and 130 digits) is the payer's for exactly this checkout order.
[[nodiscard]] proto::Result<shop::AuthorisePayment, WalletRefusal> authorisation(const chain::Deployment& deployment,
                                                                                 const shop::Order& order,
                                                                                 const chain::CheckoutOrder& wanted,
                                                                                 std::string_view signature);

}  // namespace world
