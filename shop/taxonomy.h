/// Categories of the public Standard Product Taxonomy (Shopify's, open source: github.com/Shopify/product-taxonomy),
/// the words in which shops understand each other's goods. An id is a path: "fr-7-1-1" (Furniture > Chairs > Armchairs,
/// Recliners & Sleeper Chairs > Armchairs) lies in "fr-7-1", "fr-7" and "fr". The shop keeps ids only; which of them
/// exist is the taxonomy's own affair and changes with its releases.
#pragma once

#include <cstddef>
#include <string_view>

namespace shop {

constexpr std::size_t kCategoryCharactersMax = 32;

/// Two lower-case letters, then numbers behind hyphens.
[[nodiscard]] bool is_category(std::string_view text);
/// Whether `category` is `branch` or lies in it. Nothing lies in an empty branch.
[[nodiscard]] bool lies_in(std::string_view category, std::string_view branch);
/// The branch that the category hangs on; empty for a category at the root.
[[nodiscard]] std::string_view parent_of(std::string_view category);
/// 1 for "fr", 3 for "fr-7-1".
[[nodiscard]] std::size_t depth_of(std::string_view category);

}  // namespace shop
