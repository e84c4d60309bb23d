/// Why an order came to nothing. Codes travel to the API and are put into words by whoever shows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace shop {

enum class OrderReason : std::uint8_t {
  kNone,
  kCancelled,        ///< by the shopper, here or on the payment page
  kPageClosed,       ///< the payment page ended before anything was paid
  kTimeOver,         ///< nobody has paid in time
  kLatePayment,      ///< the money came after the order had ended, and buys nothing any more
  kWrongAmount,      ///< what was paid is not the order's total
  kNotEnoughMoney,   ///< the wallet did not hold the total
  kWrongAccount,     ///< the signature is not of the account that should pay
  kPaymentNotTaken,  ///< the contract did not take a wallet's payment for another reason
  kNoCertificate,    ///< the contract did not issue what a card had paid for
};
[[nodiscard]] std::string_view to_text(OrderReason reason);
[[nodiscard]] std::optional<OrderReason> order_reason(std::string_view text);

}  // namespace shop
