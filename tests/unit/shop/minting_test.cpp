#include <catch2/catch.hpp>

#include "shop/order_repo.h"
#include "shop/outbox_repo.h"
#include "tests/unit/shop/shop_fixture.h"

using namespace shop;

namespace {

FinishMint final_of(const proto::OrderId& id, std::uint8_t token) {
  return {{id_of<proto::TokenId>(token), id, "0xkeeper", "0xtwin", 31337, "0xtx", 7, {}}};
}

}  // namespace

TEST_CASE("the bridge takes the mint once, and the order is then minting") {
  ShopFixture shop;
  const auto id = shop.order_in(OrderState::kPaid);
  const std::int64_t row = shop.first_row("mint");
  shop.must(AcknowledgeOutbox{row});
  CHECK(shop.state(id) == OrderState::kMinting);
  CHECK(shop.outbox_rows("mint") == 0);
  CHECK(shop.must(AcknowledgeOutbox{row}).repeated);
  CHECK(shop.refusal(AcknowledgeOutbox{999}) == "unknown_outbox_row");
}

TEST_CASE("rows that wait can be read in rounds, so that the first do not keep the others from their turn") {
  ShopFixture shop(3);
  std::vector<std::int64_t> ids;
  for (std::uint8_t i = 1; i <= 3; ++i) {
    (void)shop.order_in(OrderState::kPaid, i);
    ids.push_back(outbox::waiting(shop.store->db(), "mint", 10).back().id);
  }
  const auto first = outbox::waiting(shop.store->db(), "mint", 2);
  REQUIRE(first.size() == 2);
  const auto next = outbox::waiting(shop.store->db(), "mint", 2, first.back().id);
  REQUIRE(next.size() == 1);
  CHECK(next[0].id == ids[2]);
  CHECK(outbox::waiting(shop.store->db(), "mint", 2, ids[2]).empty());
}

TEST_CASE("a mint that was seen may be seen again elsewhere after a reorg; final makes the certificate") {
  ShopFixture shop;
  const auto id = shop.order_in(OrderState::kMinting);
  shop.must(SeeMint{id, "0xfirst"});
  CHECK(shop.must(SeeMint{id, "0xfirst"}).repeated);
  shop.must(SeeMint{id, "0xsecond"});
  CHECK(shop.order(id).mint_tx == "0xsecond");
  CHECK_FALSE(orders::certificate_of_order(shop.store->db(), id).has_value());
  shop.must(final_of(id, 1));
  CHECK(shop.state(id) == OrderState::kIssued);
  const auto certificate = orders::certificate_of_order(shop.store->db(), id);
  REQUIRE(certificate.has_value());
  CHECK(certificate->token == id_of<proto::TokenId>(1));
  CHECK(certificate->chain_id == 31337);
  CHECK(certificate->issued == shop.now);
  CHECK(shop.must(final_of(id, 1)).repeated);
}

TEST_CASE("a certificate needs the order's own token, and no state is skipped") {
  ShopFixture shop;
  const auto paid = shop.order_in(OrderState::kPaid, 1);
  CHECK(shop.refusal(final_of(paid, 1)) == "wrong_state");
  CHECK(shop.refusal(SeeMint{paid, "0xtx"}) == "wrong_state");
  shop.must(AcknowledgeOutbox{shop.first_row("mint")});
  CHECK(shop.refusal(final_of(paid, 9)) == "token_mismatch");
}

TEST_CASE("a wallet's one transaction is payment, mint and certificate, step by step") {
  ShopFixture shop(3);
  const auto id = id_of<proto::OrderId>(1);
  shop.must(shop.checkout(1, PayWay::kWallet));
  shop.must(AuthorisePayment{id, shop.account, "0xbuyer", "nonce", R"({"a":1})", shop.now + proto::minutes(10)});
  shop.must(AcknowledgeOutbox{shop.first_row("checkout")});
  CHECK(shop.state(id) == OrderState::kAwaitingPayment);
  shop.must(SeePaymentOnChain{id, "0xtx"});
  CHECK(shop.state(id) == OrderState::kPaid);
  CHECK(shop.outbox_rows("mint") == 0);
  shop.must(SeeMint{id, "0xtx"});
  shop.must(final_of(id, 1));
  CHECK(shop.state(id) == OrderState::kIssued);
  CHECK(shop.stock() == 2);
}

TEST_CASE("a mint that can never be: a card's money goes back, a wallet's was never taken") {
  ShopFixture shop(3);
  const auto card = shop.order_in(OrderState::kMinting, 1);
  shop.must(FailMint{card, OrderReason::kNoCertificate});
  CHECK(shop.state(card) == OrderState::kRefundDue);
  CHECK(shop.outbox_rows("refund") == 1);
  CHECK(shop.stock() == 3);
  CHECK(shop.must(FailMint{card, OrderReason::kNoCertificate}).repeated);

  const auto wallet = id_of<proto::OrderId>(2);
  shop.must(shop.checkout(2, PayWay::kWallet));
  shop.must(AuthorisePayment{wallet, shop.account, "0xbuyer", "nonce", "{}", shop.now + proto::minutes(10)});
  shop.must(FailMint{wallet, OrderReason::kPaymentNotTaken});
  CHECK(shop.state(wallet) == OrderState::kFailed);
  CHECK(shop.outbox_rows("refund") == 1);
  CHECK(shop.stock() == 3);
  CHECK(shop.must(FailMint{wallet, OrderReason::kPaymentNotTaken}).repeated);
  shop.must(ConfirmRefund{card});
  CHECK(shop.must(FailMint{card, OrderReason::kNoCertificate}).repeated);
}

TEST_CASE(
    "what the chain tells after a wallet's order had ended still counts: the money is taken and the twin exists") {
  ShopFixture shop(1);
  const auto id = id_of<proto::OrderId>(1);
  shop.must(shop.checkout(1, PayWay::kWallet));
  CHECK(shop.refusal(SeePaymentOnChain{id, "0xtx"}) == "wrong_state");  // nobody has signed a payment
  shop.must(AuthorisePayment{id, shop.account, "0xbuyer", "nonce", "{}", shop.now + proto::minutes(10)});
  shop.must(FailMint{id, OrderReason::kPaymentNotTaken});
  REQUIRE(shop.state(id) == OrderState::kFailed);
  REQUIRE(shop.stock() == 1);

  SECTION("its piece is still there and leaves the shelf again") {}
  SECTION("its piece was sold: the shop owes one, and the shelf does not count below nothing") {
    shop.must(ChangeStock{shop.variant, -1});
  }
  shop.must(SeePaymentOnChain{id, "0xtx"});
  CHECK(shop.state(id) == OrderState::kPaid);
  CHECK(shop.stock() == 0);
  shop.must(SeeMint{id, "0xtx"});
  shop.must(final_of(id, 1));
  CHECK(shop.state(id) == OrderState::kIssued);
  CHECK(orders::certificate_of_order(shop.store->db(), id).has_value());
}

TEST_CASE("all that the chain has told of an issued order may be told again, and changes nothing") {
  ShopFixture shop(3);
  const auto id = id_of<proto::OrderId>(1);
  shop.must(shop.checkout(1, PayWay::kWallet));
  shop.must(AuthorisePayment{id, shop.account, "0xbuyer", "nonce", "{}", shop.now + proto::minutes(10)});
  shop.must(SeePaymentOnChain{id, "0xtx"});
  shop.must(SeeMint{id, "0xtx"});
  shop.must(final_of(id, 1));
  CHECK(shop.must(SeePaymentOnChain{id, "0xtx"}).repeated);
  CHECK(shop.must(SeeMint{id, "0xtx"}).repeated);
  CHECK(shop.must(final_of(id, 1)).repeated);
  CHECK(shop.stock() == 2);
}

TEST_CASE("a ticked box becomes one row for the customer chain, after the certificate and not before") {
  ShopFixture shop;
  StartCheckout sharing = shop.checkout(1);
  sharing.share = true;
  CHECK(shop.refusal(sharing) == "consent-missing");
  CHECK(shop.stock() == 3);
  sharing.consent = true;
  shop.must(sharing);
  shop.must(shop.page_of(sharing.order));
  shop.must(shop.settlement_of(sharing.order));
  shop.must(AcknowledgeOutbox{shop.first_row("mint")});
  CHECK(shop.outbox_rows("share") == 0);
  shop.must(final_of(sharing.order, 1));
  CHECK(shop.outbox_rows("share") == 1);

  (void)shop.order_in(OrderState::kIssued, 2);  // unticked
  CHECK(shop.outbox_rows("share") == 1);
}
