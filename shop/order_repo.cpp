#include "shop/order_repo.h"

#include <soci/soci.h>

#include <string>
#include <utility>

#include "client-proto/core/check.h"

namespace shop::orders {
namespace {

using soci::into;
using soci::use;

/// The columns of an order as SOCI fills them; `until_us` is -1 where there is no reservation.
struct OrderRow {
  std::string id, account, sharer, state, pay, currency, reason;
  int share = 0;
  long long total_minor = 0, created_us = 0, until_us = 0, in_flight_until_us = 0;
  Order order;

  [[nodiscard]] Order take() const {
    Order out = order;
    const auto order_id = proto::OrderId::parse(id);
    const auto account_id = proto::AccountId::parse(account);
    const auto sharer_id = proto::AccountId::parse(sharer);
    const auto known_state = order_state(state);
    const auto known_pay = pay_way(pay);
    const auto known_reason = order_reason(reason);
    const auto known_currency = proto::Currency::parse(currency);
    GALLERIA_CHECK(order_id && account_id && sharer_id && known_state && known_pay && known_reason && known_currency);
    out.id = *order_id;
    out.account = *account_id;
    out.sharer = *sharer_id;
    out.state = *known_state;
    out.pay = *known_pay;
    out.reason = *known_reason;
    out.share = share != 0;
    out.total = {total_minor, *known_currency};
    out.created = {created_us};
    if (until_us >= 0) out.reservation = Reservation{{until_us}, {in_flight_until_us}};
    return out;
  }
};

constexpr const char* kOrderSelect =
    "SELECT o.id, o.account, o.sharer, o.state, o.pay, o.email, o.share, o.total_minor, o.currency, o.created_us, "
    "o.payment_ref, o.redirect_url, o.payer, o.mint_tx, o.reason, COALESCE(r.until_us, -1), "
    "COALESCE(r.in_flight_until_us, -1) FROM orders o LEFT JOIN reservations r ON r.order_id = o.id ";

soci::details::prepare_temp_type& bind(soci::details::prepare_temp_type& statement, OrderRow& row) {
  return statement, into(row.id), into(row.account), into(row.sharer), into(row.state), into(row.pay),
         into(row.order.email), into(row.share), into(row.total_minor), into(row.currency), into(row.created_us),
         into(row.order.payment_ref), into(row.order.redirect_url), into(row.order.payer), into(row.order.mint_tx),
         into(row.reason), into(row.until_us), into(row.in_flight_until_us);
}

std::vector<OrderLine> lines_of(soci::session& db, const std::string& order) {
  OrderLine line;
  long long variant = 0;
  long long product = 0;
  long long quantity = 0;
  long long unit_minor = 0;
  std::string currency;
  std::string token;
  soci::statement statement =
      (db.prepare << "SELECT variant, product, name, options, quantity, unit_minor, currency, configuration, "
                     "milestones, token FROM order_lines WHERE order_id = :id ORDER BY line",
       use(order), into(variant), into(product), into(line.name), into(line.options), into(quantity), into(unit_minor),
       into(currency), into(line.configuration), into(line.milestones), into(token));
  std::vector<OrderLine> out;
  statement.execute();
  while (statement.fetch()) {
    const auto known_token = proto::TokenId::parse(token);
    const auto known_currency = proto::Currency::parse(currency);
    GALLERIA_CHECK(known_token && known_currency);
    line.variant = static_cast<VariantId>(variant);
    line.product = static_cast<ProductId>(product);
    line.quantity = quantity;
    line.unit_price = {unit_minor, *known_currency};
    line.token = *known_token;
    out.push_back(line);
  }
  return out;
}

void put_reservation(soci::session& db, const Order& order) {
  const std::string id = order.id.hex();
  if (!order.reservation) {
    db << "DELETE FROM reservations WHERE order_id = :id", use(id);
    return;
  }
  const long long until_us = order.reservation->until.us;
  const long long in_flight_until_us = order.reservation->in_flight_until.us;
  db << "INSERT OR REPLACE INTO reservations(order_id, until_us, in_flight_until_us) VALUES(:id, :until, :flight)",
      use(id), use(until_us), use(in_flight_until_us);
}

std::vector<Order> read_all(soci::session& db, soci::statement& statement, const OrderRow& row) {
  std::vector<Order> out;
  statement.execute();
  while (statement.fetch()) out.push_back(row.take());
  for (Order& order : out) order.lines = lines_of(db, order.id.hex());
  return out;
}

std::vector<proto::OrderId> read_ids(soci::statement& statement, const std::string& id) {
  std::vector<proto::OrderId> out;
  statement.execute();
  while (statement.fetch()) {
    const auto known = proto::OrderId::parse(id);
    GALLERIA_CHECK(known.has_value());
    out.push_back(*known);
  }
  return out;
}

}  // namespace

void insert_order(soci::session& db, const Order& order) {
  const std::string id = order.id.hex();
  const std::string account = order.account.hex();
  const std::string sharer = order.sharer.hex();
  const std::string state(to_text(order.state));
  const std::string pay(to_text(order.pay));
  const std::string reason(to_text(order.reason));
  const std::string currency(order.total.currency.text());
  const int share = order.share ? 1 : 0;
  const long long total_minor = order.total.minor;
  const long long created_us = order.created.us;
  db << "INSERT INTO orders(id, account, sharer, state, pay, email, share, total_minor, currency, created_us, "
        "payment_ref, "
        "redirect_url, payer, mint_tx, reason) VALUES(:id, :account, :sharer, :state, :pay, :email, :share, :total, "
        ":currency, "
        ":created, :ref, :url, :payer, :mint, :reason)",
      use(id), use(account), use(sharer), use(state), use(pay), use(order.email), use(share), use(total_minor),
      use(currency), use(created_us), use(order.payment_ref), use(order.redirect_url), use(order.payer),
      use(order.mint_tx), use(reason);
  long long number = 0;
  for (const OrderLine& line : order.lines) {
    const long long variant = line.variant;
    const long long product = line.product;
    const long long quantity = line.quantity;
    const long long unit_minor = line.unit_price.minor;
    const std::string unit_currency(line.unit_price.currency.text());
    const std::string token = line.token.hex();
    db << "INSERT INTO order_lines(order_id, line, variant, product, name, options, quantity, unit_minor, currency, "
          "configuration, milestones, token) VALUES(:order, :line, :variant, :product, :name, :options, :quantity, "
          ":unit, :currency, :configuration, :milestones, :token)",
        use(id), use(number), use(variant), use(product), use(line.name), use(line.options), use(quantity),
        use(unit_minor), use(unit_currency), use(line.configuration), use(line.milestones), use(token);
    ++number;
  }
  put_reservation(db, order);
}

void update_order(soci::session& db, const Order& order) {
  const std::string id = order.id.hex();
  const std::string state(to_text(order.state));
  const std::string reason(to_text(order.reason));
  db << "UPDATE orders SET state = :state, payment_ref = :ref, redirect_url = :url, payer = :payer, mint_tx = :mint, "
        "reason = :reason WHERE id = :id",
      use(state), use(order.payment_ref), use(order.redirect_url), use(order.payer), use(order.mint_tx), use(reason),
      use(id);
  put_reservation(db, order);
}

std::optional<Order> order(soci::session& db, const proto::OrderId& id) {
  const std::string key = id.hex();
  OrderRow row;
  soci::details::prepare_temp_type query = db.prepare << kOrderSelect << "WHERE o.id = :id";
  soci::statement statement = (bind(query, row), use(key));
  if (!statement.execute(true)) return std::nullopt;
  Order out = row.take();
  out.lines = lines_of(db, key);
  return out;
}

std::optional<Order> order_of_token(soci::session& db, const proto::TokenId& token) {
  const std::string key = token.hex();
  std::string id;
  db << "SELECT order_id FROM order_lines WHERE token = :token", use(key), into(id);
  if (!db.got_data()) return std::nullopt;
  const auto known = proto::OrderId::parse(id);
  GALLERIA_CHECK(known.has_value());
  return order(db, *known);
}

std::vector<Order> orders_of_account(soci::session& db, const proto::AccountId& account, int rows_max) {
  const std::string key = account.hex();
  OrderRow row;
  soci::details::prepare_temp_type query =
      db.prepare << kOrderSelect << "WHERE o.account = :account ORDER BY o.created_us DESC LIMIT :rows";
  soci::statement statement = (bind(query, row), use(key), use(rows_max));
  return read_all(db, statement, row);
}

std::vector<Order> newest_orders(soci::session& db, int rows_max) {
  OrderRow row;
  soci::details::prepare_temp_type query = db.prepare << kOrderSelect << "ORDER BY o.created_us DESC, o.id LIMIT :rows";
  soci::statement statement = (bind(query, row), use(rows_max));
  return read_all(db, statement, row);
}

std::int64_t open_orders_count(soci::session& db, const proto::AccountId& account) {
  const std::string key = account.hex();
  long long count = 0;
  db << "SELECT COUNT(*) FROM orders WHERE account = :account AND state IN ('reserved','awaiting_payment')", use(key),
      into(count);
  return count;
}

std::vector<proto::OrderId> due_orders(soci::session& db, proto::TimeUs now, int rows_max) {
  const long long now_us = now.us;
  std::string id;
  soci::statement statement =
      (db.prepare << "SELECT order_id FROM reservations WHERE until_us <= :now AND in_flight_until_us <= :now2 "
                     "ORDER BY until_us LIMIT :rows",
       use(now_us), use(now_us), use(rows_max), into(id));
  return read_ids(statement, id);
}

std::vector<proto::OrderId> orders_without_payment_page(soci::session& db, int rows_max) {
  std::string id;
  soci::statement statement =
      (db.prepare << "SELECT id FROM orders WHERE state = 'reserved' AND pay = 'card' ORDER BY created_us LIMIT :rows",
       use(rows_max), into(id));
  return read_ids(statement, id);
}

void move_orders(soci::session& db, const proto::AccountId& from, const proto::AccountId& to) {
  const std::string from_id = from.hex();
  const std::string to_id = to.hex();
  db << "UPDATE orders SET account = :to WHERE account = :from", use(to_id), use(from_id);
  db << "UPDATE orders SET sharer = :to WHERE sharer = :from", use(to_id), use(from_id);
}

void move_orders_of_email(soci::session& db, std::string_view email, const proto::AccountId& to) {
  const std::string address(email);
  const std::string to_id = to.hex();
  db << "UPDATE orders SET account = :to WHERE lower(email) = :email AND pay = 'card' AND state NOT IN "
        "('reserved','awaiting_payment','cancelled','expired') AND account IN "
        "(SELECT id FROM accounts WHERE email IS NULL)",
      use(to_id), use(address);
}

void insert_certificate(soci::session& db, const Certificate& certificate) {
  const std::string token = certificate.token.hex();
  const std::string order_id = certificate.order.hex();
  const long long chain_id = static_cast<long long>(certificate.chain_id);
  const long long block = static_cast<long long>(certificate.block);
  const long long issued_us = certificate.issued.us;
  db << "INSERT INTO certificates(token, order_id, owner, contract, chain_id, tx_hash, block, issued_us) "
        "VALUES(:token, :order, :owner, :contract, :chain, :tx, :block, :issued)",
      use(token), use(order_id), use(certificate.owner), use(certificate.contract), use(chain_id),
      use(certificate.tx_hash), use(block), use(issued_us);
}

std::optional<Certificate> certificate_of_order(soci::session& db, const proto::OrderId& order_id) {
  const std::string key = order_id.hex();
  Certificate row;
  std::string token;
  long long chain_id = 0;
  long long block = 0;
  long long issued_us = 0;
  db << "SELECT token, owner, contract, chain_id, tx_hash, block, issued_us FROM certificates WHERE order_id = :id",
      use(key), into(token), into(row.owner), into(row.contract), into(chain_id), into(row.tx_hash), into(block),
      into(issued_us);
  if (!db.got_data()) return std::nullopt;
  const auto known = proto::TokenId::parse(token);
  GALLERIA_CHECK(known.has_value());
  row.token = *known;
  row.order = order_id;
  row.chain_id = static_cast<std::uint64_t>(chain_id);
  row.block = static_cast<std::uint64_t>(block);
  row.issued = {issued_us};
  return row;
}

std::optional<StoredReceipt> receipt(soci::session& db, std::string_view key) {
  StoredReceipt row;
  row.key = std::string(key);
  db << "SELECT fingerprint, reference FROM receipts WHERE key = :key", use(row.key), into(row.fingerprint),
      into(row.reference);
  if (!db.got_data()) return std::nullopt;
  return row;
}

void insert_receipt(soci::session& db, const StoredReceipt& receipt, proto::TimeUs now) {
  const long long now_us = now.us;
  db << "INSERT INTO receipts(key, fingerprint, reference, created_us) VALUES(:key, :fingerprint, :reference, :now)",
      use(receipt.key), use(receipt.fingerprint), use(receipt.reference), use(now_us);
}

}  // namespace shop::orders
