#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "shop/order_repo.h"
#include "tests/unit/shop/shop_fixture.h"

using namespace shop;

namespace {

/// Kills the process, as a power cut would, at the n-th step of a write.
class KillAt final : public FaultHook {
 public:
  explicit KillAt(int steps) : m_steps(steps) {}
  void before(std::string_view) override {
    if (--m_steps == 0) ::kill(::getpid(), SIGKILL);
  }

 private:
  int m_steps;
};

constexpr std::uint8_t kCrashOrders = 6;

/// Buys until it is killed; after each answer one byte goes to the parent, which then knows what was acknowledged.
[[noreturn]] void buy_until_killed(const std::string& path, const ShopFixture& shop, int steps, int answers) {
  KillAt hook(steps);
  auto store = Store::open(path, &hook);
  if (!store) _exit(3);
  const auto say = [&](std::uint8_t what) {
    if (::write(answers, &what, 1) != 1) _exit(4);
  };
  for (std::uint8_t i = 1; i <= kCrashOrders; ++i) {
    const auto id = id_of<proto::OrderId>(i);
    const StartCheckout checkout{id, id_of<proto::TokenId>(i), shop.account, shop.variant, PayWay::kCard, "a@b", false};
    if (!(*store)->execute({"k" + std::to_string(i), shop.now, checkout})) _exit(5);
    say(i);
    if (!(*store)->execute({{}, shop.now, OpenPayment{id, "cs", "url", shop.now}})) _exit(6);
    if (!(*store)->execute({"e" + std::to_string(i), shop.now, SettlePayment{id, "cs", {42000, {}}}})) _exit(7);
    say(static_cast<std::uint8_t>(i | 0x80U));
  }
  _exit(0);
}

std::vector<std::uint8_t> run_and_kill(ShopFixture& shop, int steps) {
  shop.store.reset();
  std::array<int, 2> pipe_ends{};
  REQUIRE(::pipe(pipe_ends.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) buy_until_killed((shop.folder / "shop.db").string(), shop, steps, pipe_ends[1]);
  ::close(pipe_ends[1]);
  std::vector<std::uint8_t> answers;
  std::uint8_t byte = 0;
  while (::read(pipe_ends[0], &byte, 1) == 1) answers.push_back(byte);
  ::close(pipe_ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
  shop.reopen();
  return answers;
}

}  // namespace

TEST_CASE("SIGKILL between any two statements loses nothing that was answered and doubles nothing") {
  int killed = 0;
  for (int steps = 1; steps <= 60; ++steps) {
    ShopFixture shop(kCrashOrders);
    const auto answers = run_and_kill(shop, steps);
    if (answers.size() < 2U * kCrashOrders) ++killed;
    INFO("killed at step " << steps << " after " << answers.size() << " answers");
    for (const std::uint8_t answer : answers) {
      const auto id = id_of<proto::OrderId>(answer & 0x7fU);
      const bool paid = (answer & 0x80U) != 0;
      if (paid) CHECK(shop.state(id) == OrderState::kPaid);
      CHECK(orders::order(shop.store->db(), id).has_value());
    }
    const auto all = orders::newest_orders(shop.store->db(), 100);
    int paid = 0;
    for (const Order& order : all) paid += order.state == OrderState::kPaid ? 1 : 0;
    CHECK(shop.stock() + static_cast<std::int64_t>(all.size()) == kCrashOrders);
    CHECK(shop.outbox_rows("mint") == paid);

    // The client that got no answer asks again under the same key: the same order, or a first one.
    for (std::uint8_t i = 1; i <= kCrashOrders; ++i) {
      StartCheckout again = shop.checkout(i);
      again.email = "a@b";
      again.order = id_of<proto::OrderId>(static_cast<std::uint8_t>(i + 100));
      again.token = id_of<proto::TokenId>(static_cast<std::uint8_t>(i + 100));
      (void)shop.must(again, "k" + std::to_string(i));
    }
    CHECK(orders::newest_orders(shop.store->db(), 100).size() == kCrashOrders);
    CHECK(shop.stock() == 0);
  }
  CHECK(killed > 20);
}
