#include "shop/taxonomy.h"

#include <algorithm>

namespace shop {
namespace {

constexpr std::size_t kDigitsPerPartMax = 4;

bool is_number(std::string_view part) {
  return !part.empty() && part.size() <= kDigitsPerPartMax && part.front() != '0' &&
         std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_category(std::string_view text) {
  if (text.size() < 2 || text.size() > kCategoryCharactersMax) return false;
  if (!std::all_of(text.begin(), text.begin() + 2, [](char c) { return c >= 'a' && c <= 'z'; })) return false;
  for (text.remove_prefix(2); !text.empty();) {
    if (text.front() != '-') return false;
    text.remove_prefix(1);
    const std::string_view part = text.substr(0, text.find('-'));
    if (!is_number(part)) return false;
    text.remove_prefix(part.size());
  }
  return true;
}

bool lies_in(std::string_view category, std::string_view branch) {
  if (branch.empty() || !category.starts_with(branch)) return false;
  return category.size() == branch.size() || category[branch.size()] == '-';
}

std::string_view parent_of(std::string_view category) {
  const std::size_t hyphen = category.rfind('-');
  return hyphen == std::string_view::npos ? std::string_view() : category.substr(0, hyphen);
}

std::size_t depth_of(std::string_view category) {
  if (category.empty()) return 0;
  return 1 + static_cast<std::size_t>(std::count(category.begin(), category.end(), '-'));
}

}  // namespace shop
