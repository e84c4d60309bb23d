/// The nouns of the shop as plain structs: catalogue, people, orders, certificates, outbox. Rules live in apply.h, rows
/// in the *_repo.h files. Ids of people, orders and tokens are random and 256 bits wide; ids of the public catalogue
/// are small numbers, because a catalogue may be counted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client-proto/core/ids.h"
#include "client-proto/core/money.h"
#include "client-proto/core/time.h"
#include "shop/order_reason.h"

namespace shop {

using ProductId = std::uint32_t;
using VariantId = std::uint32_t;
using DisplayId = std::uint32_t;

constexpr std::size_t kVariantsPerProductMax = 64;
constexpr std::size_t kProductsMax = 5000;
constexpr std::int64_t kStockMax = 1'000'000;
constexpr std::int64_t kPriceMinorMax = 100'000'000'00;  ///< 100 million in currencies with two minor digits

// --- catalogue
// ---------------------------------------------------------------------------------------------------------

/// A retailer's label; it fills one boutique of the mall.
struct Brand {
  std::string id;  ///< slug, "maison-lune"
  std::string name;
  std::string boutique;  ///< id in mall.json

  bool operator==(const Brand&) const = default;
};

struct Colour {
  std::string name;
  std::string hex;  ///< "#1a2b3c"

  bool operator==(const Colour&) const = default;
};

struct Variant {
  VariantId id = 0;
  std::string size;
  std::optional<Colour> colour;
  proto::Money price;
  std::int64_t stock = 0;  ///< free to buy now; reserved pieces are not in it
};

/// How a garment is worn: its slot (0..4), the body parts it hides, one model per body shape.
struct Wear {
  std::uint8_t slot = 0;
  std::vector<std::string> hides;
  std::array<std::string, 3> model_urls;
};

struct Product {
  ProductId id = 0;
  std::string slug;
  std::string brand;
  std::string boutique;  ///< of the brand; read only
  std::string name;
  std::string description;
  std::string author;
  std::string licence;
  std::string category;            ///< id in the public product taxonomy (shop/taxonomy.h); empty when nobody said
  std::array<double, 3> size_m{};  ///< width, height, depth
  std::string model_url;
  std::string thumb_url;
  std::optional<Wear> wear;
  std::vector<Variant> variants;
};

/// A product standing on a display of mall.json; a display shows one product at most.
struct Placement {
  DisplayId display = 0;
  ProductId product = 0;
};

// --- people
// ------------------------------------------------------------------------------------------------------------

/// What an avatar looks like to others; limits in ARCHITECTURE.md "Conventions".
struct Look {
  std::string name;
  std::uint8_t shape = 0;
  std::uint8_t tint = 0;
};
constexpr std::uint8_t kShapesCount = 3;
constexpr std::uint8_t kTintsCount = 8;

/// A browser that came in. Every session has an account; a guest's has no e-mail address yet.
struct Session {
  std::string token_hash;  ///< SHA-256 of the cookie, hexadecimal; the cookie itself is never stored
  proto::AccountId account;
  std::string email;  ///< of the account; empty for a guest
  Look look;
  proto::TimeUs expires;
};
constexpr proto::SpanUs kSessionLife = proto::days(30);

enum class Role : std::uint8_t { kOwner, kCreator };

// --- orders
// ------------------------------------------------------------------------------------------------------------

/// reserved -> awaiting_payment -> paid -> minting -> issued is the good path; the others are ends or wait for a
/// refund.
enum class OrderState : std::uint8_t {
  kReserved,
  kAwaitingPayment,
  kPaid,
  kMinting,
  kIssued,
  kCancelled,
  kExpired,
  kRefundDue,
  kRefunded,
  kFailed,
};
[[nodiscard]] std::string_view to_text(OrderState state);
[[nodiscard]] std::optional<OrderState> order_state(std::string_view text);

enum class PayWay : std::uint8_t { kCard, kWallet };
[[nodiscard]] std::string_view to_text(PayWay pay);
[[nodiscard]] std::optional<PayWay> pay_way(std::string_view text);

/// What is bought, frozen at the moment of checkout. Configuration and milestones are JSON texts: goods are also made
/// to order, and then say how and how far.
struct OrderLine {
  VariantId variant = 0;
  ProductId product = 0;
  std::string name;     ///< "Linen jacket"
  std::string options;  ///< "M, sand"
  std::int64_t quantity = 1;
  proto::Money unit_price;
  std::string configuration = "{}";
  std::string milestones = "[]";
  proto::TokenId token;  ///< the twin that this line becomes
};

/// Goods held back for one order. It may end after `until`, but never before `in_flight_until`, up to which a payment
/// that somebody has started may still arrive (kUntilTheChainSays for a wallet's).
struct Reservation {
  proto::TimeUs until;
  proto::TimeUs in_flight_until;
};

struct Order {
  proto::OrderId id;
  proto::AccountId account;
  OrderState state = OrderState::kReserved;
  PayWay pay = PayWay::kCard;
  std::string email;   ///< where card buyers get their mail; may be empty for wallets
  bool share = false;  ///< "note this purchase on the customer chain" was ticked
  /// Whose consent that rests on. An order bought for somebody's address follows that address; the consent stays with
  /// whoever ticked the box.
  proto::AccountId sharer;
  proto::Money total;
  proto::TimeUs created;
  std::optional<Reservation> reservation;
  std::string payment_ref;   ///< the provider's session, or the wallet's authorisation nonce
  std::string redirect_url;  ///< where a card is entered
  std::string payer;         ///< wallet address, lower case with 0x
  std::string mint_tx;       ///< transaction that minted, as soon as it was seen
  OrderReason reason = OrderReason::kNone;
  std::vector<OrderLine> lines;
};
/// The order is over, or waits only for its refund; its goods are back on the shelf.
[[nodiscard]] bool has_ended_without_goods(const Order& order);

struct Certificate {
  proto::TokenId token;
  proto::OrderId order;
  std::string owner;     ///< address, lower case with 0x
  std::string contract;  ///< address, lower case with 0x
  std::uint64_t chain_id = 0;
  std::string tx_hash;
  std::uint64_t block = 0;
  proto::TimeUs issued;
};

// --- outbox
// ------------------------------------------------------------------------------------------------------------

/// Something that the outside must do because of a change; written in the same transaction as the change.
struct OutboxRow {
  std::int64_t id = 0;
  std::string kind;  ///< "mint", "checkout", "refund", "share"
  proto::OrderId order;
  std::string payload;  ///< JSON
  proto::TimeUs created;
  bool acknowledged = false;
};

/// What a command with an idempotency key answered, kept to answer the same again.
struct StoredReceipt {
  std::string key;
  std::string fingerprint;  ///< SHA-256 of what the command asked for
  std::string reference;    ///< hexadecimal order id or decimal catalogue id
};

}  // namespace shop
