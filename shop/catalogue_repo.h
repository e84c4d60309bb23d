/// Rows of the catalogue: brands and their members, products, variants, placements. One function per query; SQL stays
/// in here. All of them run inside whatever transaction the caller has open.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "shop/model.h"

namespace soci {
class session;
}

namespace shop::catalogue {

[[nodiscard]] std::vector<Brand> brands(soci::session& db);
[[nodiscard]] std::optional<Brand> brand(soci::session& db, std::string_view id);
[[nodiscard]] bool boutique_taken(soci::session& db, std::string_view boutique);
void insert_brand(soci::session& db, const Brand& brand);

void put_member(soci::session& db, std::string_view brand, const proto::AccountId& account, Role role);
void remove_member(soci::session& db, std::string_view brand, const proto::AccountId& account);
/// Whether the account is the retailer of the brand that has this boutique.
[[nodiscard]] bool owns_boutique(soci::session& db, const proto::AccountId& account, std::string_view boutique);
[[nodiscard]] bool is_member(soci::session& db, const proto::AccountId& account);

/// All products with their variants, in the order in which they were added.
[[nodiscard]] std::vector<Product> products(soci::session& db);
[[nodiscard]] std::optional<Product> product(soci::session& db, ProductId id);
[[nodiscard]] std::optional<Product> product_by_slug(soci::session& db, std::string_view slug);
[[nodiscard]] std::int64_t products_count(soci::session& db);
/// Gives the product and its variants their ids.
[[nodiscard]] ProductId insert_product(soci::session& db, const Product& product, proto::TimeUs now);

[[nodiscard]] std::optional<Variant> variant(soci::session& db, VariantId id);
[[nodiscard]] std::optional<ProductId> product_of_variant(soci::session& db, VariantId id);
void add_stock(soci::session& db, VariantId id, std::int64_t delta);

[[nodiscard]] std::vector<Placement> placements(soci::session& db);
/// What stood on the display before makes room.
void put_placement(soci::session& db, const Placement& placement);

}  // namespace shop::catalogue
