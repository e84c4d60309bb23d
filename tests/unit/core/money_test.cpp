#include "client-proto/core/money.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>

using proto::Currency;
using proto::Money;

TEST_CASE("money adds only amounts of one currency") {
  const Money euro{420, *Currency::parse("EUR")};
  const Money dollar{1, *Currency::parse("USD")};
  CHECK(proto::add(euro, euro) == Money{840, euro.currency});
  CHECK_FALSE(proto::add(euro, dollar).has_value());
}

TEST_CASE("money refuses to overflow") {
  const Money most{std::numeric_limits<std::int64_t>::max(), {}};
  CHECK_FALSE(proto::add(most, Money{1, {}}).has_value());
  CHECK_FALSE(proto::times(most, 2).has_value());
}

TEST_CASE("money prints its minor units") {
  CHECK(proto::to_text({42005, {}}) == "420.05 EUR");
  CHECK(proto::to_text({-5, {}}) == "-0.05 EUR");
  CHECK(proto::to_text({std::numeric_limits<std::int64_t>::min(), {}}) == "-92233720368547758.08 EUR");
}

TEST_CASE("a currency is three upper-case letters") {
  CHECK_FALSE(Currency::parse("eur").has_value());
  CHECK_FALSE(Currency::parse("EURO").has_value());
  CHECK_FALSE(Currency::parse("").has_value());
}
