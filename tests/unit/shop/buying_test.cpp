#include <catch2/catch.hpp>

#include "shop/order_repo.h"
#include "shop/people_repo.h"
#include "tests/unit/shop/shop_fixture.h"

using namespace shop;

TEST_CASE("the key is looked at first: the same command gets the same answer, another one a conflict") {
  ShopFixture shop(3);
  const Receipt first = shop.must(shop.checkout(1), "k");
  CHECK(shop.stock() == 2);
  const Receipt again = shop.must(shop.checkout(2), "k");  // other random ids, as a second try has them
  CHECK(again.repeated);
  CHECK(again.reference == first.reference);
  CHECK(shop.stock() == 2);

  StartCheckout other = shop.checkout(3);
  other.share = true;
  CHECK(shop.refusal(other, "k") == "key_conflict");
  shop.must(ChangeStock{shop.variant, -2});
  CHECK(shop.must(shop.checkout(4), "k").reference == first.reference);  // even when nothing is left to sell
}

TEST_CASE("a refusal leaves no key behind") {
  ShopFixture shop(0);
  CHECK(shop.refusal(shop.checkout(1), "k") == "sold_out");
  shop.must(ChangeStock{shop.variant, 1});
  CHECK(shop.refusal(shop.checkout(1), "k") == "accepted");
}

TEST_CASE("starting a checkout holds one piece and freezes what is bought") {
  ShopFixture shop(3);
  shop.must(shop.checkout(1));
  CHECK(shop.stock() == 2);
  const Order order = shop.order(id_of<proto::OrderId>(1));
  CHECK(order.state == OrderState::kReserved);
  CHECK(order.total == proto::Money{42000, {}});
  REQUIRE(order.lines.size() == 1);
  CHECK(order.lines[0].name == "Linen jacket");
  CHECK(order.lines[0].options == "M, sand");
  CHECK(order.lines[0].token == id_of<proto::TokenId>(1));
  REQUIRE(order.reservation.has_value());
  CHECK(order.reservation->until == shop.now + kReservationLife);
}

TEST_CASE("the ladder of a checkout, rung by rung") {
  ShopFixture shop(20);
  shop.must(shop.checkout(12));
  CHECK(shop.refusal(shop.checkout(12)) == "order_exists");
  shop.must(CancelOrder{id_of<proto::OrderId>(12), shop.account});
  StartCheckout unknown = shop.checkout(1);
  unknown.variant = 999;
  CHECK(shop.refusal(unknown) == "unknown_variant");
  StartCheckout nameless = shop.checkout(1);
  nameless.email.clear();
  CHECK(shop.refusal(nameless) == "email_missing");
  nameless.pay = PayWay::kWallet;
  CHECK(shop.refusal(nameless) == "accepted");
  for (std::uint8_t i = 2; i <= 10; ++i) shop.must(shop.checkout(i));
  CHECK(shop.refusal(shop.checkout(11)) == "too_many_open_orders");
}

TEST_CASE("the last piece is sold once") {
  ShopFixture shop(1);
  shop.must(shop.checkout(1));
  CHECK(shop.refusal(shop.checkout(2)) == "sold_out");
  CHECK(shop.stock() == 0);
}

TEST_CASE("a card's good path: page, payment, and one outbox row for the mint") {
  ShopFixture shop;
  const auto id = shop.order_in(OrderState::kAwaitingPayment);
  CHECK(shop.outbox_rows("mint") == 0);
  shop.must(shop.settlement_of(id), "provider/evt_1");
  CHECK(shop.state(id) == OrderState::kPaid);
  CHECK_FALSE(shop.order(id).reservation.has_value());
  CHECK(shop.outbox_rows("mint") == 1);
  CHECK(shop.stock() == 2);
}

TEST_CASE("a webhook that comes twice, under one event or two, pays once") {
  ShopFixture shop;
  const auto id = shop.order_in(OrderState::kAwaitingPayment);
  shop.must(shop.settlement_of(id), "provider/evt_1");
  CHECK(shop.must(shop.settlement_of(id), "provider/evt_1").repeated);
  CHECK(shop.must(shop.settlement_of(id), "provider/evt_2").repeated);
  CHECK(shop.outbox_rows("mint") == 1);
  CHECK(shop.stock() == 2);
}

TEST_CASE("a payment of another session, or before its page was opened, settles nothing") {
  ShopFixture shop;
  const auto id = shop.order_in(OrderState::kReserved);
  CHECK(shop.refusal(SettlePayment{id, "", {42000, {}}}) == "wrong_state");
  CHECK(shop.refusal(SettlePayment{id, "cs_other", {42000, {}}}) == "wrong_payment_ref");
  shop.must(shop.page_of(id));
  CHECK(shop.refusal(SettlePayment{id, "cs_other", {42000, {}}}) == "wrong_payment_ref");
  CHECK(shop.refusal(SettlePayment{id_of<proto::OrderId>(9), "cs", {42000, {}}}) == "unknown_order");
  CHECK(shop.outbox_rows("mint") == 0);
}

TEST_CASE("a wrong amount goes back, and the goods return to the shelf") {
  ShopFixture shop(3);
  const auto id = shop.order_in(OrderState::kAwaitingPayment);
  SettlePayment little = shop.settlement_of(id);
  little.amount.minor = 1;
  shop.must(little);
  CHECK(shop.state(id) == OrderState::kRefundDue);
  CHECK(shop.stock() == 3);
  CHECK(shop.outbox_rows("refund") == 1);
  CHECK(shop.outbox_rows("mint") == 0);
}

TEST_CASE("a reservation ends at its time, not before, and never while a payment is in flight") {
  ShopFixture shop(3);
  const auto id = shop.order_in(OrderState::kReserved);
  CHECK(shop.refusal(ExpireOrder{id}) == "not_yet_due");
  shop.now = shop.now + kReservationLife;
  shop.must(ExpireOrder{id});
  CHECK(shop.order(id).reason == OrderReason::kTimeOver);
  CHECK(shop.state(id) == OrderState::kExpired);
  CHECK(shop.stock() == 3);
  CHECK(shop.refusal(ExpireOrder{id}) == "wrong_state");

  const auto wallet = id_of<proto::OrderId>(2);
  shop.must(shop.checkout(2, PayWay::kWallet));
  const proto::TimeUs valid_before = shop.now + proto::minutes(10);
  shop.must(AuthorisePayment{wallet, shop.account, "0xbuyer", "nonce", "{}", valid_before});
  shop.now = shop.now + kReservationLife;
  CHECK(shop.refusal(ExpireOrder{wallet}) == "payment_in_flight");
  CHECK(orders::due_orders(shop.store->db(), shop.now, 10).empty());
  shop.now = valid_before + proto::days(30);  // what the chain did with it, only the chain can say
  CHECK(shop.refusal(ExpireOrder{wallet}) == "payment_in_flight");
  CHECK(orders::due_orders(shop.store->db(), shop.now, 10).empty());
  CHECK(shop.stock() == 2);
}

TEST_CASE("wallets that wait for the chain for long do not keep other reservations from ending") {
  ShopFixture shop(40);
  for (std::uint8_t i = 1; i <= 10; ++i) {
    shop.must(shop.checkout(i, PayWay::kWallet));
    shop.must(
        AuthorisePayment{id_of<proto::OrderId>(i), shop.account, "0xb", "nonce", "{}", shop.now + proto::minutes(5)});
  }
  shop.account = id_of<proto::AccountId>(0xbb);
  people::insert_account(shop.store->db(), shop.account, shop.now);
  const auto id = shop.order_in(OrderState::kReserved, 20);
  shop.now = shop.now + proto::hours(2);
  const auto due = orders::due_orders(shop.store->db(), shop.now, 1);
  REQUIRE(due.size() == 1);
  CHECK(due[0] == id);
}

TEST_CASE("a late payment gets the goods if a piece is left, else the money back") {
  ShopFixture shop(1);
  const auto first = shop.order_in(OrderState::kAwaitingPayment, 1);
  shop.now = shop.now + proto::hours(1);
  shop.must(ExpireOrder{first});
  CHECK(shop.stock() == 1);

  SECTION("a piece is left") {
    shop.must(shop.settlement_of(first));
    CHECK(shop.state(first) == OrderState::kPaid);
    CHECK(shop.stock() == 0);
    CHECK(shop.outbox_rows("mint") == 1);
  }
  SECTION("somebody else bought it") {
    shop.must(shop.checkout(2));
    shop.must(shop.settlement_of(first));
    CHECK(shop.state(first) == OrderState::kRefundDue);
    CHECK(shop.stock() == 0);
    CHECK(shop.outbox_rows("mint") == 0);
    CHECK(shop.outbox_rows("refund") == 1);
    shop.must(ConfirmRefund{first});
    CHECK(shop.state(first) == OrderState::kRefunded);
    CHECK(shop.must(ConfirmRefund{first}).repeated);
  }
}

TEST_CASE("webhooks out of order: cancelled after paid changes nothing, paid after cancelled is given back") {
  ShopFixture shop(3);
  const auto paid = shop.order_in(OrderState::kPaid, 1);
  CHECK(shop.refusal(FailPayment{paid, shop.order(paid).payment_ref, OrderReason::kPageClosed}) == "wrong_state");
  CHECK(shop.state(paid) == OrderState::kPaid);

  const auto cancelled = shop.order_in(OrderState::kAwaitingPayment, 2);
  shop.must(FailPayment{cancelled, shop.order(cancelled).payment_ref, OrderReason::kCancelled});
  CHECK(shop.state(cancelled) == OrderState::kCancelled);
  CHECK(shop.stock() == 2);
  shop.must(shop.settlement_of(cancelled));
  CHECK(shop.state(cancelled) == OrderState::kRefundDue);
  CHECK(shop.stock() == 2);
}

TEST_CASE("a shopper cancels their own order, and only before a payment may be on its way") {
  ShopFixture shop(3);
  const auto id = shop.order_in(OrderState::kReserved, 1);
  CHECK(shop.refusal(CancelOrder{id, id_of<proto::AccountId>(7)}) == "not_yours");
  shop.must(CancelOrder{id, shop.account});
  CHECK(shop.stock() == 3);
  CHECK(shop.must(CancelOrder{id, shop.account}).repeated);
  const auto open = shop.order_in(OrderState::kAwaitingPayment, 2);
  CHECK(shop.refusal(CancelOrder{open, shop.account}) == "payment_in_flight");
}

TEST_CASE("the ladder of a wallet's authorisation, rung by rung") {
  ShopFixture shop(3);
  const auto id = id_of<proto::OrderId>(1);
  shop.must(shop.checkout(1, PayWay::kWallet));
  AuthorisePayment good{id, shop.account, "0xbuyer", "nonce", "{}", shop.now + proto::minutes(10)};
  AuthorisePayment foreign = good;
  foreign.account = id_of<proto::AccountId>(7);
  CHECK(shop.refusal(foreign) == "not_yours");
  AuthorisePayment stale = good;
  stale.valid_before = shop.now;
  CHECK(shop.refusal(stale) == "reservation_ended");
  shop.must(good);
  CHECK(shop.state(id) == OrderState::kAwaitingPayment);
  CHECK(shop.outbox_rows("checkout") == 1);
  CHECK(shop.must(good).repeated);
  AuthorisePayment second = good;
  second.nonce = "other";
  CHECK(shop.refusal(second) == "wrong_state");
  const auto card = shop.order_in(OrderState::kReserved, 2);
  good.order = card;
  CHECK(shop.refusal(good) == "wrong_pay_way");
}
