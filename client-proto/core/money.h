/// Money is a signed count of minor units and a currency; never floating point. 4.20 EUR is {420, "EUR"}.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proto {

/// ISO 4217 code, three upper-case letters.
struct Currency {
  std::array<char, 3> code{'E', 'U', 'R'};
  auto operator<=>(const Currency&) const = default;
  [[nodiscard]] std::string_view text() const { return {code.data(), code.size()}; }
  /// Nothing if `text` is not three upper-case letters.
  static std::optional<Currency> parse(std::string_view text);
};

struct Money {
  std::int64_t minor = 0;
  Currency currency;
  bool operator==(const Money&) const = default;
};

/// Sum of two amounts of one currency; nothing on overflow or if the currencies differ.
[[nodiscard]] std::optional<Money> add(Money a, Money b);
/// `a` taken `count` times; nothing on overflow.
[[nodiscard]] std::optional<Money> times(Money a, std::int64_t count);
/// "420.00 EUR", for logs and machines. People get Intl's form in the client. Assumes two minor digits.
[[nodiscard]] std::string to_text(Money money);

}  // namespace proto
