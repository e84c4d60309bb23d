#include "shop/login.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace shop;

namespace {

constexpr proto::TimeUs kNow{1'800'000'000'000'000};

people::LoginCode stored(std::int64_t tries_left = 5) {
  return {"session", "ada@example.org", "hash", kNow + kLoginCodeLife, tries_left};
}

}  // namespace

TEST_CASE("the ladder of a login code, rung by rung") {
  CHECK(check_login_code(std::nullopt, "hash", kNow) == LoginStatus::kNoCode);
  CHECK(check_login_code(stored(), "hash", kNow + kLoginCodeLife) == LoginStatus::kExpired);
  CHECK(check_login_code(stored(0), "hash", kNow) == LoginStatus::kNoTriesLeft);
  CHECK(check_login_code(stored(), "other", kNow) == LoginStatus::kWrongCode);
  CHECK(check_login_code(stored(1), "hash", kNow) == LoginStatus::kOk);
}

TEST_CASE("a login code is six digits, and what would make some codes likelier is drawn again") {
  int draws = 0;
  const auto biased_first = [&](std::span<std::uint8_t> out) {
    std::fill(out.begin(), out.end(), draws == 0 ? std::uint8_t{0xff} : std::uint8_t{0});
    ++draws;
  };
  CHECK(draw_login_code(biased_first) == "000000");
  CHECK(draws == 2);
}
