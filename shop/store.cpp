#include "shop/store.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <utility>

#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "shop/outbox_repo.h"
#include "shop/schema.h"

namespace shop {
namespace {

void read_order(soci::session& db, const proto::OrderId& id, View& view) {
  view.order = orders::order(db, id);
  if (view.order) view.variant = catalogue::variant(db, view.order->lines.front().variant);
}

/// One overload for each action that needs more than its order.
struct Reader {
  soci::session& db;
  View& view;

  void operator()(const AddBrand& a) const {
    view.brand = catalogue::brand(db, a.brand.id);
    view.boutique_taken = catalogue::boutique_taken(db, a.brand.boutique);
  }
  void operator()(const AddProduct& a) const {
    view.brand = catalogue::brand(db, a.product.brand);
    view.product = catalogue::product_by_slug(db, a.product.slug);
    view.products_count = catalogue::products_count(db);
  }
  void operator()(const PlaceProduct& a) const { view.product = catalogue::product(db, a.placement.product); }
  void operator()(const ChangeStock& a) const { view.variant = catalogue::variant(db, a.variant); }
  void operator()(const StartCheckout& a) const {
    view.order = orders::order(db, a.order);
    view.variant = catalogue::variant(db, a.variant);
    const auto product = catalogue::product_of_variant(db, a.variant);
    if (product) view.product = catalogue::product(db, *product);
    view.open_orders_count = orders::open_orders_count(db, a.account);
  }
  void operator()(const AcknowledgeOutbox& a) const {
    view.outbox = outbox::row(db, a.row);
    if (view.outbox) read_order(db, view.outbox->order, view);
  }
  void operator()(const FinishMint& a) const { read_order(db, a.certificate.order, view); }
  template <class A>
  void operator()(const A& a) const {
    read_order(db, a.order, view);
  }
};

View read_view(soci::session& db, const Command& command) {
  View view;
  if (!command.key.empty()) view.prior = orders::receipt(db, command.key);
  if (!view.prior) std::visit(Reader{db, view}, command.action);
  return view;
}

std::unique_ptr<soci::session> session_of(const std::string& path) {
  return std::make_unique<soci::session>(*soci::factory_sqlite3(), "db=\"" + path + "\" timeout=5");
}

std::unique_ptr<soci::session> connect(const std::string& path) {
  auto db = session_of(path);
  std::string mode;
  *db << "PRAGMA journal_mode = WAL", soci::into(mode);
  *db << "PRAGMA synchronous = FULL";
  *db << "PRAGMA foreign_keys = ON";
  return db;
}

}  // namespace

Store::Store(std::unique_ptr<soci::session> db, FaultHook* hook) : m_db(std::move(db)), m_hook(hook) {}
Store::~Store() = default;

proto::Result<std::unique_ptr<Store>, std::string> Store::open(const std::string& path, FaultHook* hook) {
  try {
    std::unique_ptr<soci::session> db = connect(path);
    if (const auto migrated = migrate(*db); !migrated) return proto::fail(migrated.error());
    return std::unique_ptr<Store>(new Store(std::move(db), hook));
  } catch (const soci::soci_error& error) {
    return proto::fail("cannot open the shop's database " + path + ": " + error.what());
  }
}

proto::Result<std::unique_ptr<soci::session>, std::string> open_to_read(const std::string& path) {
  try {
    auto db = session_of(path);
    *db << "PRAGMA query_only = ON";
    const int found = schema_version(*db);
    if (found == schema_version_newest()) return db;
    return proto::fail("the shop's database " + path + " has version " + std::to_string(found) +
                       ", this program reads version " + std::to_string(schema_version_newest()) + ": " +
                       (found < schema_version_newest() ? "start this program's server once, it brings it up"
                                                        : "use the newer program that has written it"));
  } catch (const soci::soci_error& error) {
    return proto::fail("cannot read the shop's database " + path + " (run this as the server's user): " + error.what());
  }
}

proto::Result<Receipt, Refusal> Store::execute(const Command& command) {
  soci::transaction change(*m_db);
  const View view = read_view(*m_db, command);
  Verdict verdict = apply(view, command);
  if (!verdict) return proto::fail(verdict.error());
  if (verdict->receipt.repeated) return verdict->receipt;
  write(command, *verdict);
  step("commit");
  change.commit();
  step("answer");
  return verdict->receipt;
}

void Store::write(const Command& command, Outcome& outcome) {
  soci::session& db = *m_db;
  const Diff& diff = outcome.diff;
  for (const StockChange& change : diff.stock) {
    step("stock");
    catalogue::add_stock(db, change.variant, change.delta);
  }
  if (diff.brand) catalogue::insert_brand(db, *diff.brand);
  if (diff.product)
    outcome.receipt.reference = std::to_string(catalogue::insert_product(db, *diff.product, command.now));
  if (diff.placement) catalogue::put_placement(db, *diff.placement);
  if (diff.brand || diff.product || diff.placement) ++m_catalogue_version;
  step("order");
  if (diff.order_added) orders::insert_order(db, *diff.order_added);
  if (diff.order_changed) orders::update_order(db, *diff.order_changed);
  step("certificate");
  if (diff.certificate) orders::insert_certificate(db, *diff.certificate);
  step("outbox");
  for (const OutboxDraft& draft : diff.outbox) outbox::insert(db, draft.kind, draft.order, draft.payload, command.now);
  if (diff.outbox_acknowledged) outbox::acknowledge(db, *diff.outbox_acknowledged, command.now);
  step("receipt");
  if (command.key.empty()) return;
  orders::insert_receipt(db, {command.key, fingerprint(command.action), outcome.receipt.reference}, command.now);
}

void Store::step(std::string_view name) {
  if (m_hook != nullptr) m_hook->before(name);
}

void Store::in_one_transaction(const std::function<void(soci::session&)>& change) {
  soci::transaction transaction(*m_db);
  change(*m_db);
  step("commit");
  transaction.commit();
}

}  // namespace shop
