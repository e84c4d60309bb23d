#include "client-proto/core/money.h"

namespace proto {

std::optional<Currency> Currency::parse(std::string_view text) {
  if (text.size() != 3) return std::nullopt;
  Currency currency;
  for (std::size_t i = 0; i < 3; ++i) {
    if (text[i] < 'A' || text[i] > 'Z') return std::nullopt;
    currency.code[i] = text[i];
  }
  return currency;
}

std::optional<Money> add(Money a, Money b) {
  if (a.currency != b.currency) return std::nullopt;
  if (__builtin_add_overflow(a.minor, b.minor, &a.minor)) return std::nullopt;
  return a;
}

std::optional<Money> times(Money a, std::int64_t count) {
  if (__builtin_mul_overflow(a.minor, count, &a.minor)) return std::nullopt;
  return a;
}

std::string to_text(Money money) {
  const bool negative = money.minor < 0;
  const auto magnitude =
      negative ? std::uint64_t{0} - static_cast<std::uint64_t>(money.minor) : static_cast<std::uint64_t>(money.minor);
  const std::uint64_t cents = magnitude % 100;
  std::string text = (negative ? "-" : "") + std::to_string(magnitude / 100) + "." + (cents < 10 ? "0" : "") +
                     std::to_string(cents) + " ";
  return text.append(money.currency.text());
}

}  // namespace proto
