#include "shop/recommend.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace shop {
namespace {

/// A product that could be picked, with what its place on the shelf depends on.
struct Candidate {
  Fit fit;
  const Product* product;
  Pick pick;

  [[nodiscard]] auto rank() const { return std::tuple(fit, product->id); }
};

/// The lowest price at which a piece can be had now; nothing when it is sold out.
std::optional<std::int64_t> price_now(const Product& product) {
  std::optional<std::int64_t> lowest;
  for (const Variant& variant : product.variants) {
    if (variant.stock > 0 && (!lowest || variant.price.minor < *lowest)) lowest = variant.price.minor;
  }
  return lowest;
}

bool owns(std::span<const OwnedPiece> owned, const Product& product) {
  return std::any_of(owned.begin(), owned.end(), [&](const OwnedPiece& piece) {
    return piece.product == product.id || same_kind(piece.category, product.category);
  });
}

/// Whether the product may join the shelf. Goods of which nobody said what they are each count as a kind of their own.
bool has_room(std::span<const Product* const> shelf, const Product& product, std::size_t per_kind_max) {
  std::size_t of_kind = 0;
  for (const Product* other : shelf) {
    if (other->id == product.id) return false;
    if (!product.category.empty() && other->category == product.category) ++of_kind;
  }
  return shelf.size() < kPicksMax && of_kind < per_kind_max;
}

/// What others noted, one purchase for each kind; the first of a kind speaks for it.
std::vector<const NotedPurchase*> kinds_noted(const Reading& reading) {
  std::vector<const NotedPurchase*> kinds;
  for (const NotedPurchase& noted : reading.noted) {
    if (noted.brand == reading.reader || kinds.size() == kNotedKindsMax) continue;
    const auto same = [&](const NotedPurchase* other) { return other->category == noted.category; };
    if (std::none_of(kinds.begin(), kinds.end(), same)) kinds.push_back(&noted);
  }
  return kinds;
}

/// The best reason that a reader has to show one of its pieces; nothing if there is none, or the shopper has its like.
std::optional<Candidate> candidate(std::span<const NotedPurchase* const> noted, const Product& product) {
  std::optional<Candidate> best;
  for (const NotedPurchase* purchase : noted) {
    if (same_kind(purchase->category, product.category)) return std::nullopt;
    const auto found = match(purchase->category, product.category);
    if (!found || (best && best->fit <= found->fit)) continue;
    best = Candidate{found->fit, &product, {product.id, found->reason, purchase->name}};
  }
  return best;
}

/// The cheaper half of one boutique's goods that can be had, cheapest first.
std::vector<const Product*> modest_half(std::vector<const Product*> goods) {
  std::sort(goods.begin(), goods.end(), [](const Product* a, const Product* b) {
    return std::tuple(price_now(*a), a->id) < std::tuple(price_now(*b), b->id);
  });
  goods.resize((goods.size() + 1) / 2);
  return goods;
}

}  // namespace

std::vector<Pick> goes_with(std::span<const Reading> readings, std::span<const Product> mall,
                            std::span<const OwnedPiece> owned) {
  std::vector<Candidate> candidates;
  for (const Reading& reading : readings) {
    const auto noted = kinds_noted(reading);
    for (const Product& product : mall) {
      if (product.brand != reading.reader || !price_now(product) || owns(owned, product)) continue;
      if (auto found = candidate(noted, product)) candidates.push_back(*std::move(found));
    }
  }
  std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.rank() < b.rank(); });
  std::vector<const Product*> shelf;
  std::vector<Pick> picks;
  for (Candidate& one : candidates) {
    if (!has_room(shelf, *one.product, kPicksPerKindMax)) continue;
    shelf.push_back(one.product);
    picks.push_back(std::move(one.pick));
  }
  return picks;
}

std::vector<Pick> for_newcomers(std::span<const Product> mall, std::span<const OwnedPiece> owned) {
  std::map<std::string, std::vector<const Product*>> boutiques;
  for (const Product& product : mall) {
    if (price_now(product)) boutiques[product.brand].push_back(&product);
  }
  std::size_t longest = 0;
  for (auto& [brand, goods] : boutiques) {
    goods = modest_half(std::move(goods));
    std::erase_if(goods, [&](const Product* product) { return owns(owned, *product); });
    longest = std::max(longest, goods.size());
  }
  std::vector<const Product*> shelf;
  std::vector<Pick> picks;
  for (std::size_t turn = 0; turn < longest; ++turn) {
    for (const auto& [brand, goods] : boutiques) {
      if (turn >= goods.size() || !has_room(shelf, *goods[turn], 1)) continue;
      shelf.push_back(goods[turn]);
      picks.push_back({goods[turn]->id, Reason::kNewcomer, {}});
    }
  }
  return picks;
}

}  // namespace shop
