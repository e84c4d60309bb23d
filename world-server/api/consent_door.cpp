#include "world-server/api/consent_door.h"

#include <soci/soci.h>

#include <string>

#include "chain-bridge/customer/consent_desk.h"
#include "client-proto/core/log.h"
#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "shop/outbox_repo.h"
#include "shop/people_repo.h"
#include "shop/secret.h"
#include "world-server/api/answers.h"
#include "world-server/api/problem.h"

namespace world {
namespace {

using nlohmann::json;

constexpr int kPurchasesPerTickMax = 64;
constexpr int kMovesPerTryMax = 64;
constexpr proto::SpanUs kComplainAboutVaultAfter = proto::minutes(1);
constexpr proto::SpanUs kNoteAgainAfter = proto::seconds(5);

/// What others may read of a purchase. Never a name, an address, a price, an account or an order; of the time, the
/// month.
std::string payload_of(const shop::Order& order, const shop::Product& product) {
  return json{{"gtin", nullptr},        {"slug", product.slug},
              {"name", product.name},   {"category", product.category.empty() ? json() : json(product.category)},
              {"brand", product.brand}, {"month", iso_time(order.created).substr(0, 7)}}
      .dump();
}

/// Names the purchase to the vault, so that it is noted once, without handing it the order's id.
std::string reference_of(const proto::OrderId& order) { return shop::sha256_hex("galleria/share/1|" + order.hex()); }

/// The short message: the long one holds what was being written. A vault that fails goes on failing for a while, so it
/// is not told each time.
void complain(Parts& parts, const char* what, const soci::soci_error& error, proto::TimeUs now) {
  if (!parts.errands.take(std::string("complaint/") + what, 1, kComplainAboutVaultAfter, now)) return;
  proto::log(proto::LogLevel::kError, "api", std::string(what) + ": " + error.get_error_message());
}

/// Throws soci::soci_error when the vault cannot write.
void note(Parts& parts, const shop::OutboxRow& row, proto::TimeUs now) {
  const auto order = shop::orders::order(parts.db(), row.order);
  const auto product = order ? shop::catalogue::product(parts.db(), order->lines.front().product) : std::nullopt;
  if (!product) return;
  const auto noted = parts.consents->note(order->sharer, product->brand, parts.consents->terms().purpose,
                                          reference_of(order->id), payload_of(*order, *product), order->created, now);
  if (noted) return;
  proto::log(proto::LogLevel::kInfo, "api",
             "a purchase was not noted, as nothing allows it any more: " + std::string(to_text(noted.error())));
}

}  // namespace

bool has_live_consent(Parts& parts, const proto::AccountId& account, shop::VariantId variant, proto::TimeUs now) {
  if (parts.consents == nullptr || !finish_account_moves(parts, now)) return false;
  const auto id = shop::catalogue::product_of_variant(parts.db(), variant);
  const auto product = id ? shop::catalogue::product(parts.db(), *id) : std::nullopt;
  return product && parts.consents->live_consent(account, product->brand, parts.consents->terms().purpose, now);
}

void note_shared_purchases(Parts& parts, proto::TimeUs now) {
  // Purchases of somebody who has just logged in wait until the vault knows the account.
  if (parts.consents == nullptr || !finish_account_moves(parts, now)) return;
  for (const shop::OutboxRow& row : shop::outbox::waiting(parts.db(), "share", kPurchasesPerTickMax)) {
    if (!parts.errands.take("share/" + std::to_string(row.id), 1, kNoteAgainAfter, now)) continue;
    try {
      note(parts, row, now);
    } catch (const soci::soci_error& error) {
      complain(parts, "the vault cannot note a purchase now", error, now);
      return;
    }
    (void)parts.store->execute({{}, now, shop::AcknowledgeOutbox{row.id}});
  }
}

bool finish_account_moves(Parts& parts, proto::TimeUs now) {
  if (parts.consents == nullptr) return false;
  const auto moves = shop::people::account_moves(parts.db(), kMovesPerTryMax);
  try {
    for (const shop::people::AccountMove& move : moves) {
      parts.consents->move_account(move.from, move.to);
      shop::people::delete_account_move(parts.db(), move.id);
    }
  } catch (const soci::soci_error& error) {
    complain(parts, "the vault cannot follow a login now", error, now);
    return false;
  }
  return moves.size() < static_cast<std::size_t>(kMovesPerTryMax);
}

HttpResponse sharing_refused() {
  return problem(403, "sharing-refused", "Your browser asks that nothing is shared.",
                 "Nothing was shared. To share all the same, switch Global Privacy Control off for this site.");
}

}  // namespace world
