#include <catch2/catch.hpp>

#include "world-server/api/ticket_book.h"

using world::TicketBook;

namespace {

proto::Ticket ticket(std::uint8_t number) {
  proto::Ticket out;
  out.id.fill(number);
  out.secret.fill(static_cast<std::uint8_t>(number + 1));
  return out;
}

constexpr proto::TimeUs kNow{1'000'000};

}  // namespace

TEST_CASE("a ticket is torn off once") {
  TicketBook book;
  REQUIRE(book.issue(ticket(1), {{}, "Ada", 1, 2}, kNow));
  const auto passenger = book.redeem(ticket(1), kNow);
  REQUIRE(passenger.has_value());
  CHECK(passenger->name == "Ada");
  CHECK_FALSE(book.redeem(ticket(1), kNow).has_value());
  CHECK_FALSE(book.redeem(ticket(2), kNow).has_value());
}

TEST_CASE("a ticket is worth nothing after thirty seconds, or with another secret") {
  TicketBook book;
  REQUIRE(book.issue(ticket(1), {}, kNow));
  proto::Ticket guessed = ticket(1);
  guessed.secret[0] ^= 1U;
  CHECK_FALSE(book.redeem(guessed, kNow).has_value());
  CHECK(book.secret_of(ticket(1).id, kNow).has_value());
  CHECK_FALSE(book.secret_of(ticket(1).id, kNow + world::kTicketLife).has_value());
  CHECK_FALSE(book.redeem(ticket(1), kNow + world::kTicketLife).has_value());
}

TEST_CASE("what somebody wishes of another changes on the tickets in hand, and on nobody else's") {
  TicketBook book;
  proto::AccountId ada, bob, eve;
  ada.bytes[0] = 1;
  bob.bytes[0] = 2;
  eve.bytes[0] = 3;
  REQUIRE(book.issue(ticket(1), {ada, "Ada"}, kNow));
  REQUIRE(book.issue(ticket(3), {eve, "Eve"}, kNow));
  book.set_bond(ada, bob, world::kBlocked);
  CHECK(book.redeem(ticket(1), kNow)->bonds.flags(bob) == world::kBlocked);
  CHECK(book.redeem(ticket(3), kNow)->bonds.all().empty());
}

TEST_CASE("a full book refuses until tickets have run out") {
  TicketBook book(2);
  REQUIRE(book.issue(ticket(1), {}, kNow));
  CHECK_FALSE(book.issue(ticket(1), {}, kNow));
  REQUIRE(book.issue(ticket(2), {}, kNow));
  CHECK_FALSE(book.issue(ticket(3), {}, kNow));
  CHECK(book.issue(ticket(3), {}, kNow + world::kTicketLife));
  CHECK(book.size() == 1);
}
