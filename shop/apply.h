/// The law of the shop. `apply` looks at what the store has read for a command, and either refuses it with the name of
/// the rule that it broke or answers a receipt and a diff: every row to change and every outbox row to add. It is pure;
/// the store writes the whole diff in one transaction or nothing of it. The first rung of every ladder is the
/// idempotency key.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "client-proto/core/result.h"
#include "shop/command.h"
#include "shop/model.h"

namespace shop {

/// What the store read for one command; only what that command may need is filled in.
struct View {
  std::optional<StoredReceipt> prior;  ///< under the command's key
  std::optional<Brand> brand;          ///< AddBrand, AddProduct: of that id
  bool boutique_taken = false;         ///< AddBrand: another brand has it
  std::optional<Product> product;      ///< AddProduct: of that slug; others: of that id or variant
  std::int64_t products_count = 0;
  std::optional<Variant> variant;
  std::optional<Order> order;
  std::int64_t open_orders_count = 0;  ///< StartCheckout: of the account
  std::optional<OutboxRow> outbox;
};

/// Pieces to take from (negative) or give back to a variant's free stock.
struct StockChange {
  VariantId variant = 0;
  std::int64_t delta = 0;
};

struct OutboxDraft {
  std::string kind;
  proto::OrderId order;
  std::string payload;
};

struct Diff {
  std::vector<StockChange> stock;
  std::optional<Order> order_added;
  std::optional<Order> order_changed;  ///< lines never change
  std::optional<Certificate> certificate;
  std::vector<OutboxDraft> outbox;
  std::optional<std::int64_t> outbox_acknowledged;
  std::optional<Brand> brand;
  std::optional<Product> product;
  std::optional<Placement> placement;
};

struct Outcome {
  Receipt receipt;
  Diff diff;
};

using Verdict = proto::Result<Outcome, Refusal>;

[[nodiscard]] Verdict apply(const View& view, const Command& command);

}  // namespace shop
