/// Rows of orders, their lines, reservations and certificates, and the receipts of commands. One function per query;
/// SQL stays in here.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "shop/model.h"

namespace soci {
class session;
}

namespace shop::orders {

void insert_order(soci::session& db, const Order& order);
/// Everything but lines, which never change.
void update_order(soci::session& db, const Order& order);
[[nodiscard]] std::optional<Order> order(soci::session& db, const proto::OrderId& id);
[[nodiscard]] std::optional<Order> order_of_token(soci::session& db, const proto::TokenId& token);
[[nodiscard]] std::vector<Order> orders_of_account(soci::session& db, const proto::AccountId& account, int rows_max);
/// Newest first.
[[nodiscard]] std::vector<Order> newest_orders(soci::session& db, int rows_max);
[[nodiscard]] std::int64_t open_orders_count(soci::session& db, const proto::AccountId& account);
/// Orders whose goods are held longer than they need be.
[[nodiscard]] std::vector<proto::OrderId> due_orders(soci::session& db, proto::TimeUs now, int rows_max);
/// Card orders that still have no payment page.
[[nodiscard]] std::vector<proto::OrderId> orders_without_payment_page(soci::session& db, int rows_max);
/// A guest's orders follow the account that the guest logged in to.
void move_orders(soci::session& db, const proto::AccountId& from, const proto::AccountId& to);
/// Orders that guests paid by card for a proved address (in lower case), whichever browser bought them. What somebody
/// bought who was logged in stays theirs, even if they typed another's address.
void move_orders_of_email(soci::session& db, std::string_view email, const proto::AccountId& to);

void insert_certificate(soci::session& db, const Certificate& certificate);
[[nodiscard]] std::optional<Certificate> certificate_of_order(soci::session& db, const proto::OrderId& order);

[[nodiscard]] std::optional<StoredReceipt> receipt(soci::session& db, std::string_view key);
void insert_receipt(soci::session& db, const StoredReceipt& receipt, proto::TimeUs now);

}  // namespace shop::orders
