/// An order of the shop as the checkout contract wants it. Everything here is a pure function of the order and of where
/// the contracts are, so that what the shopper's wallet is asked to sign, what is checked, and what is sent are one
/// thing.
#pragma once

#include <optional>
#include <string>

#include "chain-bridge/relayer/checkout_call.h"
#include "shop/model.h"

namespace world {

/// Paid by a wallet: `payer` pays before `valid_before_s` and gets the twin. Nothing if the brand is not deployed, the
/// currency is another, or the amount does not fit.
[[nodiscard]] std::optional<chain::CheckoutOrder> wallet_order(const chain::Deployment& deployment,
                                                               const shop::Order& order, std::string_view brand,
                                                               const chain::Address& payer,
                                                               std::uint64_t valid_before_s);
/// Paid elsewhere: the twin goes into the shop's keeping.
[[nodiscard]] std::optional<chain::CheckoutOrder> card_order(const chain::Deployment& deployment,
                                                             const shop::Order& order, std::string_view brand);

/// What stands in the outbox row "checkout": who pays, until when, and how they signed.
struct Authorisation {
  chain::Address payer;
  std::uint64_t valid_before_s = 0;
  chain::Bytes signature;
};
[[nodiscard]] std::string to_text(const Authorisation& authorisation);
[[nodiscard]] std::optional<Authorisation> parse_authorisation(const std::string& text);

/// Longest signature that is taken: contract accounts sign with more than 65 bytes.
constexpr std::size_t kSignatureBytesMax = 4096;

}  // namespace world
