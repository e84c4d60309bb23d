#include "shop/catalogue_repo.h"

#include <soci/soci.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "client-proto/core/check.h"

namespace shop::catalogue {
namespace {

using nlohmann::json;
using soci::into;
using soci::use;

/// `wear` is one JSON column, empty for goods that nobody wears; only this file writes and reads it.
std::string wear_text(const std::optional<Wear>& wear) {
  if (!wear) return {};
  return json{{"slot", wear->slot}, {"hides", wear->hides}, {"models", wear->model_urls}}.dump();
}

std::optional<Wear> wear_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const json value = json::parse(text);
  return Wear{value.at("slot").get<std::uint8_t>(), value.at("hides").get<std::vector<std::string>>(),
              value.at("models").get<std::array<std::string, 3>>()};
}

/// The columns of a variant as SOCI fills them.
struct VariantRow {
  long long id = 0;
  long long product = 0;
  std::string size, colour_name, colour_hex;
  long long price_minor = 0;
  std::string currency;
  long long stock = 0;

  [[nodiscard]] Variant variant() const {
    Variant out;
    out.id = static_cast<VariantId>(id);
    out.size = size;
    if (!colour_name.empty()) out.colour = Colour{colour_name, colour_hex};
    const auto known = proto::Currency::parse(currency);
    GALLERIA_CHECK(known.has_value());
    out.price = {price_minor, *known};
    out.stock = stock;
    return out;
  }
};

constexpr const char* kVariantColumns = "id, product, size, colour_name, colour_hex, price_minor, currency, stock";

struct ProductRow {
  long long id = 0;
  Product product;
  std::string wear;
  double width_m = 0, height_m = 0, depth_m = 0;

  [[nodiscard]] Product take() const {
    Product out = product;
    out.id = static_cast<ProductId>(id);
    out.size_m = {width_m, height_m, depth_m};
    out.wear = wear_of(wear);
    return out;
  }
};

constexpr const char* kProductSelect =
    "SELECT p.id, p.slug, p.brand, b.boutique, p.name, p.description, p.author, p.licence, p.category, p.width_m, "
    "p.height_m, p.depth_m, p.model_url, p.thumb_url, p.wear FROM products p JOIN brands b ON b.id = p.brand ";

/// Binds the columns of kProductSelect to `row`.
soci::details::prepare_temp_type& bind(soci::details::prepare_temp_type& statement, ProductRow& row) {
  Product& p = row.product;
  return statement, into(row.id), into(p.slug), into(p.brand), into(p.boutique), into(p.name), into(p.description),
         into(p.author), into(p.licence), into(p.category), into(row.width_m), into(row.height_m), into(row.depth_m),
         into(p.model_url), into(p.thumb_url), into(row.wear);
}

soci::details::prepare_temp_type& bind(soci::details::prepare_temp_type& statement, VariantRow& row) {
  return statement, into(row.id), into(row.product), into(row.size), into(row.colour_name), into(row.colour_hex),
         into(row.price_minor), into(row.currency), into(row.stock);
}

std::vector<Variant> variants_of(soci::session& db, long long product) {
  VariantRow row;
  soci::details::prepare_temp_type query = db.prepare << "SELECT " << kVariantColumns
                                                      << " FROM variants WHERE product = :product ORDER BY id";
  soci::statement statement = (bind(query, row), use(product));
  std::vector<Variant> out;
  statement.execute();
  while (statement.fetch()) out.push_back(row.variant());
  return out;
}

std::optional<Product> with_variants(soci::session& db, soci::statement& statement, const ProductRow& row) {
  if (!statement.execute(true)) return std::nullopt;
  Product out = row.take();
  out.variants = variants_of(db, row.id);
  return out;
}

}  // namespace

std::vector<Brand> brands(soci::session& db) {
  Brand row;
  soci::statement statement = (db.prepare << "SELECT id, name, boutique FROM brands ORDER BY id", into(row.id),
                               into(row.name), into(row.boutique));
  std::vector<Brand> out;
  statement.execute();
  while (statement.fetch()) out.push_back(row);
  return out;
}

std::optional<Brand> brand(soci::session& db, std::string_view id) {
  const std::string key(id);
  Brand row;
  db << "SELECT id, name, boutique FROM brands WHERE id = :id", use(key), into(row.id), into(row.name),
      into(row.boutique);
  if (!db.got_data()) return std::nullopt;
  return row;
}

bool boutique_taken(soci::session& db, std::string_view boutique) {
  const std::string key(boutique);
  int count = 0;
  db << "SELECT COUNT(*) FROM brands WHERE boutique = :boutique", use(key), into(count);
  return count > 0;
}

void insert_brand(soci::session& db, const Brand& brand) {
  db << "INSERT INTO brands(id, name, boutique) VALUES(:id, :name, :boutique)", use(brand.id), use(brand.name),
      use(brand.boutique);
}

void put_member(soci::session& db, std::string_view brand, const proto::AccountId& account, Role role) {
  const std::string brand_id(brand);
  const std::string account_id = account.hex();
  const std::string role_name = role == Role::kOwner ? "owner" : "creator";
  db << "INSERT INTO members(brand, account, role) VALUES(:brand, :account, :role) "
        "ON CONFLICT(brand, account) DO UPDATE SET role = excluded.role",
      use(brand_id), use(account_id), use(role_name);
}

void remove_member(soci::session& db, std::string_view brand, const proto::AccountId& account) {
  const std::string brand_id(brand);
  const std::string account_id = account.hex();
  db << "DELETE FROM members WHERE brand = :brand AND account = :account", use(brand_id), use(account_id);
}

bool owns_boutique(soci::session& db, const proto::AccountId& account, std::string_view boutique) {
  const std::string account_id = account.hex();
  const std::string boutique_id(boutique);
  int count = 0;
  db << "SELECT COUNT(*) FROM members m JOIN brands b ON b.id = m.brand "
        "WHERE m.account = :account AND m.role = 'owner' AND b.boutique = :boutique",
      use(account_id), use(boutique_id), into(count);
  return count > 0;
}

bool is_member(soci::session& db, const proto::AccountId& account) {
  const std::string account_id = account.hex();
  int count = 0;
  db << "SELECT COUNT(*) FROM members WHERE account = :account", use(account_id), into(count);
  return count > 0;
}

std::vector<Product> products(soci::session& db) {
  std::vector<Product> out;
  ProductRow row;
  soci::details::prepare_temp_type query = db.prepare << kProductSelect << "ORDER BY p.id";
  soci::statement statement = bind(query, row);
  statement.execute();
  while (statement.fetch()) out.push_back(row.take());

  VariantRow variant;
  soci::details::prepare_temp_type variants_query = db.prepare << "SELECT " << kVariantColumns
                                                               << " FROM variants ORDER BY product, id";
  soci::statement variants = bind(variants_query, variant);
  variants.execute();
  auto product = out.begin();
  while (variants.fetch()) {
    while (product->id != variant.product) ++product;  // both run in the order of the product's id
    product->variants.push_back(variant.variant());
  }
  return out;
}

std::optional<Product> product(soci::session& db, ProductId id) {
  const long long key = id;
  ProductRow row;
  soci::details::prepare_temp_type query = db.prepare << kProductSelect << "WHERE p.id = :id";
  soci::statement statement = (bind(query, row), use(key));
  return with_variants(db, statement, row);
}

std::optional<Product> product_by_slug(soci::session& db, std::string_view slug) {
  const std::string key(slug);
  ProductRow row;
  soci::details::prepare_temp_type query = db.prepare << kProductSelect << "WHERE p.slug = :slug";
  soci::statement statement = (bind(query, row), use(key));
  return with_variants(db, statement, row);
}

std::int64_t products_count(soci::session& db) {
  long long count = 0;
  db << "SELECT COUNT(*) FROM products", into(count);
  return count;
}

ProductId insert_product(soci::session& db, const Product& product, proto::TimeUs now) {
  const std::string wear = wear_text(product.wear);
  const long long created_us = now.us;
  long long id = 0;
  db << "INSERT INTO products(slug, brand, name, description, author, licence, category, width_m, height_m, depth_m, "
        "model_url, thumb_url, wear, created_us) VALUES(:slug, :brand, :name, :description, :author, :licence, "
        ":category, :w, :h, :d, :model, :thumb, :wear, :created) RETURNING id",
      use(product.slug), use(product.brand), use(product.name), use(product.description), use(product.author),
      use(product.licence), use(product.category), use(product.size_m[0]), use(product.size_m[1]),
      use(product.size_m[2]), use(product.model_url), use(product.thumb_url), use(wear), use(created_us), into(id);
  for (const Variant& variant : product.variants) {
    const Colour colour = variant.colour.value_or(Colour{});
    const std::string currency(variant.price.currency.text());
    const long long price_minor = variant.price.minor;
    const long long stock = variant.stock;
    db << "INSERT INTO variants(product, size, colour_name, colour_hex, price_minor, currency, stock) "
          "VALUES(:product, :size, :colour_name, :colour_hex, :price, :currency, :stock)",
        use(id), use(variant.size), use(colour.name), use(colour.hex), use(price_minor), use(currency), use(stock);
  }
  return static_cast<ProductId>(id);
}

std::optional<Variant> variant(soci::session& db, VariantId id) {
  const long long key = id;
  VariantRow row;
  soci::details::prepare_temp_type query = db.prepare << "SELECT " << kVariantColumns
                                                      << " FROM variants WHERE id = :id";
  soci::statement statement = (bind(query, row), use(key));
  if (!statement.execute(true)) return std::nullopt;
  return row.variant();
}

std::optional<ProductId> product_of_variant(soci::session& db, VariantId id) {
  const long long key = id;
  long long product = 0;
  db << "SELECT product FROM variants WHERE id = :id", use(key), into(product);
  if (!db.got_data()) return std::nullopt;
  return static_cast<ProductId>(product);
}

void add_stock(soci::session& db, VariantId id, std::int64_t delta) {
  const long long key = id;
  const long long change = delta;
  db << "UPDATE variants SET stock = stock + :delta WHERE id = :id", use(change), use(key);
}

std::vector<Placement> placements(soci::session& db) {
  long long display = 0;
  long long product = 0;
  soci::statement statement =
      (db.prepare << "SELECT display, product FROM placements ORDER BY display", into(display), into(product));
  std::vector<Placement> out;
  statement.execute();
  while (statement.fetch()) out.push_back({static_cast<DisplayId>(display), static_cast<ProductId>(product)});
  return out;
}

void put_placement(soci::session& db, const Placement& placement) {
  const long long display = placement.display;
  const long long product = placement.product;
  db << "INSERT INTO placements(display, product) VALUES(:display, :product) "
        "ON CONFLICT(display) DO UPDATE SET product = excluded.product",
      use(display), use(product);
}

}  // namespace shop::catalogue
