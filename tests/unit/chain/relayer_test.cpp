// The relayer against a real EVM node: what it promises must hold while the node dies, forgets, reorganises, and while
// the relayer itself dies between two steps.
#include "chain-bridge/relayer/checkout_jobs.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "chain-bridge/eth/keccak.h"
#include "tests/support/dev_chain.h"

using chain::Address;
using chain::ChainHealth;
using chain::JobState;
using chain::keccak256;
using chain::MintRequest;
using chain::Word;
using test::now_utc;

namespace {

constexpr std::uint64_t kPrice = 420'000'000;

/// The node, the relayer's database and keys; the relayer itself can be thrown away and made again.
struct Bench {
  chain::SecretKey store_signer = *chain::SecretKey::from(keccak256("store signer"));
  chain::SecretKey sender = *chain::SecretKey::from(keccak256("sender"));
  chain::SecretKey buyer = *chain::SecretKey::from(keccak256("buyer"));
  Address keeper = chain::SecretKey::from(keccak256("keeper"))->address();
  std::unique_ptr<test::DevChain> chain;
  std::string database;
  std::unique_ptr<chain::JobStore> store;
  chain::CheckoutLimits limits;
  chain::QueueLimits queue_limits;

  Bench() {
    chain = test::DevChain::start(store_signer.address(), sender.address(), keeper);
    std::string folder = std::filesystem::temp_directory_path() / "galleria-relayer-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    database = folder + "/relayer.db";
    reopen();
  }
  ~Bench() {
    store.reset();
    std::error_code ignored;
    std::filesystem::remove_all(std::filesystem::path(database).parent_path(), ignored);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void reopen() {
    store.reset();
    auto opened = chain::JobStore::open(database);
    REQUIRE(opened.ok());
    store = std::move(opened).value();
  }

  const chain::BrandOnChain& brand() { return chain->deployment().brands.at("maison-lune"); }

  MintRequest issue(const std::string& name) {
    MintRequest request;
    request.order = {keccak256("order " + name), keeper, brand().twin, keccak256("token " + name), {}, 0, {}, 0};
    return request;
  }

  MintRequest purchase(const std::string& name) {
    MintRequest request;
    const auto end = static_cast<std::uint64_t>(now_utc().us / 1'000'000) + 600;
    request.order = {keccak256("order " + name),         buyer.address(), brand().twin,   keccak256("token " + name),
                     chain->deployment().currency.token, kPrice,          brand().payout, end};
    request.buyer_signature = buyer.sign(chain::payment_digest(chain->deployment(), request.order)).bytes();
    return request;
  }

  chain::CheckoutJobs jobs() { return {*store, chain->deployment(), store_signer, limits}; }

  ChainHealth tick() {
    chain::Node node(chain->rpc());
    const chain::CheckoutJobs calls = jobs();
    return chain::TransactionQueue(node, *store, calls, sender, chain->deployment().chain_id, queue_limits)
        .tick(now_utc());
  }

  /// False if a rule was broken.
  [[nodiscard]] bool accept(const MintRequest& request) {
    jobs().accept(request, now_utc());
    return state(request) != JobState::kFailed;
  }

  JobState state(const MintRequest& request) { return store->job(request.order.order_id)->state; }

  /// Ticks until the job is in `wanted`, for at most about twenty seconds.
  bool reaches(const MintRequest& request, JobState wanted) {
    for (int i = 0; i < 100; ++i) {
      tick();
      if (state(request) == wanted) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return false;
  }

  Address owner(const MintRequest& request) { return chain->owner_of(request.order.twin, request.order.token_id); }

  nlohmann::json raw_call(const char* method, const nlohmann::json& params) {
    auto answer = chain->rpc().call(method, params);
    REQUIRE(answer.ok());
    return std::move(answer).value();
  }
};

}  // namespace

TEST_CASE("an order that was paid elsewhere is minted once into the shop's keeping") {
  Bench bench;
  REQUIRE_CHAIN(bench.chain);
  const MintRequest request = bench.issue("card");
  REQUIRE(bench.accept(request));
  REQUIRE(bench.accept(request));
  REQUIRE(bench.reaches(request, JobState::kFinal));
  CHECK(bench.owner(request) == bench.keeper);
  chain::Node node(bench.chain->rpc());
  CHECK(node.nonce(bench.sender.address(), false).value() == 1);
}

TEST_CASE("a wallet's order is paid and minted in one transaction") {
  Bench bench;
  REQUIRE_CHAIN(bench.chain);
  bench.chain->give_money(bench.buyer.address(), kPrice);
  const MintRequest request = bench.purchase("wallet");
  REQUIRE(bench.accept(request));
  REQUIRE(bench.reaches(request, JobState::kFinal));
  CHECK(bench.owner(request) == bench.buyer.address());
  CHECK(bench.chain->money_of(bench.brand().payout) == kPrice);
  CHECK(bench.chain->money_of(bench.buyer.address()) == 0);
}

TEST_CASE("a payment that can never be taken fails with its reason and costs no transaction") {
  Bench bench;
  REQUIRE_CHAIN(bench.chain);
  const MintRequest poor = bench.purchase("poor");
  MintRequest forged = bench.purchase("forged");
  forged.buyer_signature = bench.sender.sign(chain::payment_digest(bench.chain->deployment(), forged.order)).bytes();
  REQUIRE(bench.accept(poor));
  REQUIRE(bench.accept(forged));
  REQUIRE(bench.reaches(poor, JobState::kFailed));
  REQUIRE(bench.reaches(forged, JobState::kFailed));
  CHECK(bench.store->job(poor.order.order_id)->trouble == "NotEnoughMoney");
  CHECK(bench.store->job(forged.order.order_id)->trouble == "WrongSignature");
  chain::Node node(bench.chain->rpc());
  CHECK(node.nonce(bench.sender.address(), true).value() == 0);
}

TEST_CASE("an order for a foreign payout, above a cap or without ids is not taken on") {
  Bench bench;
  REQUIRE_CHAIN(bench.chain);
  MintRequest foreign = bench.purchase("foreign");
  foreign.order.payout = bench.keeper;
  CHECK_FALSE(bench.accept(foreign));
  MintRequest large = bench.purchase("large");
  large.order.amount = bench.limits.order_amount_max + 1;
  CHECK_FALSE(bench.accept(large));
  MintRequest nameless = bench.issue("nameless");
  nameless.order.order_id = Word{};
  CHECK_FALSE(bench.accept(nameless));
  bench.limits.day_issues_max = 1;
  CHECK(bench.accept(bench.issue("first")));
  CHECK_FALSE(bench.accept(bench.issue("second")));
}

TEST_CASE("while the node is gone orders wait, and complete when it is back") {
  Bench bench;
  REQUIRE_CHAIN(bench.chain);
  const MintRequest before = bench.issue("before");
  REQUIRE(bench.accept(before));
  REQUIRE(bench.reaches(before, JobState::kSent));
  std::this_thread::sleep_for(std::chrono::milliseconds(2200));  // the node writes its state once a second
  bench.chain->kill();
  const MintRequest during = bench.issue("during");
  REQUIRE(bench.accept(during));
  CHECK(bench.tick().kind == ChainHealth::Kind::kUnreachable);
  CHECK(bench.state(during) == JobState::kQueued);
  bench.chain->revive();
  CHECK(bench.reaches(before, JobState::kFinal));
  CHECK(bench.reaches(during, JobState::kFinal));
  CHECK(bench.owner(before) == bench.keeper);
  CHECK(bench.owner(during) == bench.keeper);
}

TEST_CASE("a node that lost its memory stops the relayer with a clear message") {
  Bench bench;
  REQUIRE_CHAIN(bench.chain);
  const MintRequest known = bench.issue("known");
  REQUIRE(bench.accept(known));
  REQUIRE(bench.reaches(known, JobState::kFinal));
  bench.chain->kill();
  bench.chain->revive_without_memory();
  const MintRequest next = bench.issue("next");
  REQUIRE(bench.accept(next));
  const ChainHealth health = bench.tick();
  CHECK(health.kind == ChainHealth::Kind::kForgotten);
  CHECK(health.message.find("old state") != std::string::npos);
  CHECK(bench.state(next) == JobState::kQueued);
}

TEST_CASE("bytes that were stored but never sent are sent after a restart, with the same nonce") {
  Bench bench;
  REQUIRE_CHAIN(bench.chain);
  const MintRequest request = bench.issue("stored");
  REQUIRE(bench.accept(request));
  bench.raw_call("anvil_setBalance", {bench.sender.address().text(), "0x0"});
  for (int i = 0; i < 3; ++i) bench.tick();
  const auto stored = bench.store->attempts(request.order.order_id);
  REQUIRE(stored.size() == 1);
  bench.reopen();
  bench.raw_call("anvil_setBalance", {bench.sender.address().text(), "0x56bc75e2d63100000"});
  REQUIRE(bench.reaches(request, JobState::kFinal));
  const auto after = bench.store->attempts(request.order.order_id);
  REQUIRE(after.size() == 1);
  CHECK(after[0].hash == stored[0].hash);
  CHECK(bench.owner(request) == bench.keeper);
}

TEST_CASE("an order that somebody else settled is found, not minted again") {
  Bench bench;
  REQUIRE_CHAIN(bench.chain);
  const MintRequest request = bench.issue("twice");
  REQUIRE(bench.accept(request));
  REQUIRE(bench.reaches(request, JobState::kFinal));
  const Word first = bench.store->job(request.order.order_id)->transaction;
  // A second relayer with an empty database, as after a restore from a backup that is too old.
  std::filesystem::remove(bench.database);
  std::filesystem::remove(bench.database + "-wal");
  bench.reopen();
  REQUIRE(bench.accept(request));
  REQUIRE(bench.reaches(request, JobState::kFinal));
  CHECK(bench.store->job(request.order.order_id)->transaction == first);
  CHECK(bench.store->attempts(request.order.order_id).empty());
}

TEST_CASE("an order that a reorg took back is minted again, and the shop hears of it again") {
  Bench bench;
  REQUIRE_CHAIN(bench.chain);
  bench.queue_limits.finality_blocks = 6;
  const MintRequest request = bench.issue("reorg");
  REQUIRE(bench.accept(request));
  REQUIRE(bench.reaches(request, JobState::kSeen));
  chain::Node node(bench.chain->rpc());
  chain::CheckoutJobs relayer = bench.jobs();
  for (const auto& report : relayer.reports(10)) relayer.told(report);
  REQUIRE(relayer.reports(10).empty());
  const auto seen_in = bench.store->job(request.order.order_id)->block_number;
  const auto head = node.latest().value().number;
  bench.raw_call("anvil_reorg", {head - seen_in + 1, nlohmann::json::array()});
  CHECK(bench.owner(request).is_zero());
  bool taken_back = false;
  for (int i = 0; i < 100 && bench.state(request) != JobState::kFinal; ++i) {
    bench.tick();
    taken_back = taken_back || bench.state(request) == JobState::kSent;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  CHECK(taken_back);
  CHECK(bench.state(request) == JobState::kFinal);
  CHECK(bench.owner(request) == bench.keeper);
  CHECK_FALSE(relayer.reports(10).empty());
}

TEST_CASE("a nonce that was spent in vain counts as spent only when its block is deep") {
  Bench bench;
  REQUIRE_CHAIN(bench.chain);
  bench.queue_limits.finality_blocks = 6;
  const MintRequest request = bench.issue("in vain");
  REQUIRE(bench.accept(request));
  // The guardian pauses the checkout in the block that takes the transaction, just before it.
  bench.chain->freeze();
  bench.tick();
  REQUIRE(bench.state(request) == JobState::kSent);
  bench.raw_call("eth_sendTransaction", nlohmann::json::array({{{"from", test::kRichAccount},
                                                                {"to", bench.chain->deployment().checkout.text()},
                                                                {"data", "0x8456cb59"},  // pause()
                                                                {"maxPriorityFeePerGas", "0x174876e800"},
                                                                {"maxFeePerGas", "0x2e90edd000"}}}));
  bench.chain->thaw();
  chain::Node node(bench.chain->rpc());
  for (int i = 0; i < 100 && node.nonce(bench.sender.address(), false).value() == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  REQUIRE(node.nonce(bench.sender.address(), false).value() == 1);
  const auto attempt = bench.store->attempts(request.order.order_id).at(0).hash;
  const auto receipt = node.receipt(attempt).value();
  REQUIRE(receipt.has_value());
  REQUIRE_FALSE(receipt->succeeded);
  bench.tick();
  CHECK(bench.state(request) == JobState::kSent);
  CHECK(bench.store->job(request.order.order_id)->nonce == 0);

  // The chain forgets that block, and with it the pause and the nonce.
  bench.raw_call("anvil_reorg", {node.latest().value().number - receipt->block_number + 1, nlohmann::json::array()});
  REQUIRE(node.nonce(bench.sender.address(), false).value() == 0);
  REQUIRE(bench.reaches(request, JobState::kFinal));
  CHECK(bench.owner(request) == bench.keeper);
  CHECK(bench.store->job(request.order.order_id)->transaction == attempt);
}
