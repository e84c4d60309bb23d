#include "shop/store.h"

#include <soci/soci.h>

#include <catch2/catch.hpp>
#include <stdexcept>

#include "shop/schema.h"
#include "tests/unit/shop/shop_fixture.h"

using namespace shop;

namespace {

class ThrowAt final : public FaultHook {
 public:
  explicit ThrowAt(std::string step) : m_step(std::move(step)) {}
  void before(std::string_view step) override {
    if (step == m_step) throw std::runtime_error("fault");
  }

 private:
  std::string m_step;
};

}  // namespace

TEST_CASE("the database is durable and keeps its references") {
  ShopFixture shop;
  std::string mode;
  int synchronous = 0;
  int foreign_keys = 0;
  shop.store->db() << "PRAGMA journal_mode", soci::into(mode);
  shop.store->db() << "PRAGMA synchronous", soci::into(synchronous);
  shop.store->db() << "PRAGMA foreign_keys", soci::into(foreign_keys);
  CHECK(mode == "wal");
  CHECK(synchronous == 2);
  CHECK(foreign_keys == 1);
}

TEST_CASE("a database of a newer program is refused and left alone") {
  ShopFixture shop;
  shop.store->db() << "PRAGMA user_version = 99";
  shop.store.reset();
  const auto opened = Store::open((shop.folder / "shop.db").string());
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().find("version 99") != std::string::npos);
}

TEST_CASE("who looks at the database beside the server writes nothing, and does not bring it to another version") {
  ShopFixture shop;
  const std::string path = (shop.folder / "shop.db").string();
  {
    const auto db = open_to_read(path);
    REQUIRE(db.ok());
    CHECK_THROWS_AS(**db << "DELETE FROM orders", soci::soci_error);
  }
  shop.store->db() << "PRAGMA user_version = 2";
  const auto old = open_to_read(path);
  REQUIRE_FALSE(old.ok());
  CHECK(old.error().find("has version 2") != std::string::npos);
  CHECK(old.error().find("server once") != std::string::npos);
  shop.store->db() << "PRAGMA user_version = 99";
  CHECK(open_to_read(path).error().find("newer program") != std::string::npos);
  shop.store->db() << "PRAGMA user_version = 2";
  CHECK(schema_version(shop.store->db()) == 2);
}

TEST_CASE("a file that is no database is an answer, not a crash") {
  ShopFixture shop;
  shop.store.reset();
  for (const char* name : {"shop.db", "shop.db-wal", "shop.db-shm"}) std::filesystem::remove(shop.folder / name);
  std::filesystem::create_directory(shop.folder / "shop.db");
  CHECK_FALSE(Store::open((shop.folder / "shop.db").string()).ok());
}

TEST_CASE("a fault between any two statements of a write leaves nothing of it") {
  for (const char* step : {"stock", "order", "certificate", "outbox", "receipt", "commit"}) {
    INFO(step);
    ShopFixture shop(3);
    ThrowAt hook(step);
    shop.reopen(&hook);
    CHECK_THROWS(shop.run(shop.checkout(1), "k"));
    shop.reopen();
    CHECK(shop.stock() == 3);
    CHECK(shop.refusal(CancelOrder{id_of<proto::OrderId>(1), shop.account}) == "unknown_order");
    CHECK(shop.refusal(shop.checkout(1), "k") == "accepted");  // the key was not used up
  }
}

TEST_CASE("the outbox row and its order are written together or not at all") {
  for (const char* step : {"outbox", "receipt", "commit"}) {
    INFO(step);
    ShopFixture shop;
    const auto id = shop.order_in(OrderState::kAwaitingPayment);
    const SettlePayment settle = shop.settlement_of(id);
    ThrowAt hook(step);
    shop.reopen(&hook);
    CHECK_THROWS(shop.run(settle, "provider/evt"));
    shop.reopen();
    CHECK(shop.state(id) == OrderState::kAwaitingPayment);
    CHECK(shop.outbox_rows("mint") == 0);
    shop.must(settle, "provider/evt");
    CHECK(shop.outbox_rows("mint") == 1);
  }
}
