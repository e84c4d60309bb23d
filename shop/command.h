/// Everything that may change an order or the catalogue, as plain structs. Each carries an idempotency key: whoever
/// sends a command twice with one key gets the first answer again, and a key that comes back with another command is a
/// conflict. Random ids and deadlines are arguments of the command, drawn at the edge.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "shop/model.h"

namespace shop {

// --- from the operator and from creators
// -------------------------------------------------------------------------------

struct AddBrand {
  Brand brand;
};
/// `product.id`, its variants' ids and `product.boutique` are given by the store.
struct AddProduct {
  Product product;
};
struct PlaceProduct {
  Placement placement;
};
/// Adds pieces to a variant (or takes some away, when negative).
struct ChangeStock {
  VariantId variant = 0;
  std::int64_t delta = 0;
};

// --- from the shopper
// --------------------------------------------------------------------------------------------------

/// Holds one piece of a variant back and opens an order for it.
struct StartCheckout {
  proto::OrderId order;  ///< random
  proto::TokenId token;  ///< random
  proto::AccountId account;
  VariantId variant = 0;
  PayWay pay = PayWay::kCard;
  std::string email;
  bool share = false;
  bool consent = false;  ///< the account has a live consent for the brand, as the edge found it
};
/// The shopper changes their mind before anything was paid.
struct CancelOrder {
  proto::OrderId order;
  proto::AccountId account;
};
/// The wallet signed: the authorisation goes to the chain, and until the bridge says what became of it the payment is
/// in flight.
struct AuthorisePayment {
  proto::OrderId order;
  proto::AccountId account;
  std::string payer;          ///< address
  std::string nonce;          ///< of the authorisation
  std::string authorisation;  ///< JSON for the bridge, checked by the chain side before it comes here
  proto::TimeUs valid_before;
};

// --- from the payment provider
// -----------------------------------------------------------------------------------------

/// The provider opened a payment page for the order.
struct OpenPayment {
  proto::OrderId order;
  std::string payment_ref;
  std::string redirect_url;
  proto::TimeUs expires;
};
/// The provider says, signed, that the money has arrived.
struct SettlePayment {
  proto::OrderId order;
  std::string payment_ref;
  proto::Money amount;
};
/// The provider says, signed, that the payment failed for good or its page has closed.
struct FailPayment {
  proto::OrderId order;
  std::string payment_ref;
  OrderReason reason = OrderReason::kNone;
};
/// The provider has given the money back.
struct ConfirmRefund {
  proto::OrderId order;
};

// --- from the bridge
// ---------------------------------------------------------------------------------------------------

/// The bridge has stored the row in its own database and will see it through.
struct AcknowledgeOutbox {
  std::int64_t row = 0;
};
/// The transaction that takes a wallet's payment was included. That is the chain's word, so it also holds for an order
/// that the shop had ended meanwhile.
struct SeePaymentOnChain {
  proto::OrderId order;
  std::string tx_hash;
};
/// The mint was included; a reorg may still take it back.
struct SeeMint {
  proto::OrderId order;
  std::string tx_hash;
};
/// The mint is final: the certificate exists.
struct FinishMint {
  Certificate certificate;
};
/// The chain will never mint this order (authorisation used, expired, or the contract refuses); a wallet's money was
/// not taken either, because the contract takes it and mints in one call.
struct FailMint {
  proto::OrderId order;
  OrderReason reason = OrderReason::kNone;
};

// --- from time
// ---------------------------------------------------------------------------------------------------------

/// The reservation's time is over.
struct ExpireOrder {
  proto::OrderId order;
};

using Action = std::variant<AddBrand, AddProduct, PlaceProduct, ChangeStock, StartCheckout, CancelOrder,
                            AuthorisePayment, OpenPayment, SettlePayment, FailPayment, ConfirmRefund, AcknowledgeOutbox,
                            SeePaymentOnChain, SeeMint, FinishMint, FailMint, ExpireOrder>;

struct Command {
  /// Scoped by whoever sends it ("account/<id>/<their key>", "provider/<event>"), so that nobody meets another's keys.
  /// Empty for commands that are harmless to repeat by their own rules.
  std::string key;
  proto::TimeUs now;
  Action action;
};

/// Why a command was refused, one name for each rung of the ladder.
enum class Refusal : std::uint8_t {
  kKeyConflict,
  kUnknownBrand,
  kUnknownProduct,
  kUnknownVariant,
  kUnknownOrder,
  kUnknownOutboxRow,
  kBrandExists,
  kSlugTaken,
  kBoutiqueTaken,
  kNoVariants,
  kTooManyVariants,
  kTooManyProducts,
  kCurrenciesDiffer,
  kPriceOutOfRange,
  kStockOutOfRange,
  kSoldOut,
  kTooManyOpenOrders,
  kEmailMissing,
  kConsentMissing,
  kNotYours,
  kWrongPayWay,
  kWrongState,
  kPaymentInFlight,
  kReservationEnded,
  kNotYetDue,
  kWrongPaymentRef,
  kTokenMismatch,
  kOrderExists,
};
[[nodiscard]] std::string_view to_text(Refusal refusal);

/// What an accepted command answers.
struct Receipt {
  std::string reference;  ///< hexadecimal order id or decimal catalogue id; empty when there is nothing to name
  bool repeated = false;  ///< the answer of an earlier run of the same command
};

/// SHA-256 over what the command asks for, without its key, its time and the random ids that its edge drew.
[[nodiscard]] std::string fingerprint(const Action& action);

constexpr proto::SpanUs kReservationLife = proto::minutes(15);
/// A provider's webhook may be late; the goods wait this much longer than its page is open.
constexpr proto::SpanUs kWebhookGrace = proto::minutes(10);
/// No clock of ours ends an authorised wallet payment: the chain may have taken the money while nobody could ask it.
/// The bridge always says in the end whether it did.
constexpr proto::TimeUs kUntilTheChainSays{INT64_MAX};
constexpr std::int64_t kOpenOrdersPerAccountMax = 10;

}  // namespace shop
