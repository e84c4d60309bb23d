// The transaction queue and the orders in it, on a chain in memory that misbehaves on command. The law of it all: an
// order ends as final exactly if the contract has used it, whatever fails in between.
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "chain-bridge/eth/keccak.h"
#include "chain-bridge/relayer/checkout_jobs.h"
#include "tests/unit/chain/fake_chain.h"

using chain::ChainHealth;
using chain::JobState;
using chain::keccak256;
using chain::MintRequest;
using chain::Word;
using test::FakeChain;

namespace {

constexpr std::uint64_t kPrice = 420'000'000;
constexpr std::uint64_t kStart_s = 1'800'000'000;
constexpr std::uint64_t kPaymentLife_s = 600;
constexpr const char* kDeployment = R"({
  "chain_id": 31337, "first_block": 0,
  "checkout": "0x1111111111111111111111111111111111111111", "keeper": "0x2222222222222222222222222222222222222222",
  "currency": {"token": "0x3333333333333333333333333333333333333333", "name": "Test euro", "version": "1",
               "code": "EUR", "decimals": 6},
  "brands": {"maison-lune": {"twin": "0x4444444444444444444444444444444444444444",
                             "payout": "0x5555555555555555555555555555555555555555"}}})";

std::string temporary_folder() {
  const bool memory = std::filesystem::exists("/dev/shm");
  std::string name = (memory ? "/dev/shm" : std::filesystem::temp_directory_path().string()) + "/galleria-queue-XXXXXX";
  GALLERIA_CHECK(::mkdtemp(name.data()) != nullptr);
  return name;
}

/// A relayer on the chain in memory; the clock of both is the test's.
class Bench {
 public:
  Bench() { store = std::move(chain::JobStore::open(m_folder + "/relayer.db")).value(); }
  ~Bench() {
    store.reset();
    std::filesystem::remove_all(m_folder);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  chain::CheckoutJobs jobs() { return {*store, m_deployment, m_store_signer, {}}; }

  /// The buyer's signature is none: the chain in memory does not look at it.
  MintRequest accept(const std::string& name, bool purchase) {
    const auto& brand = m_deployment.brands.at("maison-lune");
    MintRequest request;
    request.order = {
        keccak256("order " + name), m_deployment.keeper, brand.twin, keccak256("token " + name), {}, 0, {}, 0};
    if (purchase) {
      request.order.currency = m_deployment.currency.token;
      request.order.amount = kPrice;
      request.order.payout = brand.payout;
      request.order.valid_before_s = now_s + kPaymentLife_s;
      request.buyer_signature = chain::Bytes(65, 7);
    }
    jobs().accept(request, now());
    GALLERIA_CHECK(state(request) == JobState::kQueued);
    return request;
  }

  ChainHealth tick() {
    chain::Node node(chain);
    const chain::CheckoutJobs calls = jobs();
    return chain::TransactionQueue(node, *store, calls, m_sender, 31337, limits).tick(now());
  }
  /// Some seconds go by; then there is a block and the relayer looks.
  void step(std::uint64_t seconds = 12) {
    now_s += seconds;
    chain.mine(now_s);
    tick();
  }
  bool reaches(const MintRequest& request, JobState wanted, int steps_max = 60) {
    for (int i = 0; i < steps_max && state(request) != wanted; ++i) step();
    return state(request) == wanted;
  }

  [[nodiscard]] proto::TimeUs now() const { return {static_cast<std::int64_t>(now_s) * 1'000'000}; }
  chain::Job job(const MintRequest& request) { return *store->job(request.order.order_id); }
  JobState state(const MintRequest& request) { return job(request).state; }
  std::vector<chain::Attempt> attempts(const MintRequest& request) { return store->attempts(request.order.order_id); }
  [[nodiscard]] bool used(const MintRequest& request) const { return chain.used(request.order.order_id); }

  std::uint64_t now_s = kStart_s;
  FakeChain chain{kStart_s};
  chain::QueueLimits limits;
  std::unique_ptr<chain::JobStore> store;

 private:
  std::string m_folder = temporary_folder();
  chain::Deployment m_deployment = chain::Deployment::parse(kDeployment).value();
  chain::SecretKey m_store_signer = *chain::SecretKey::from(keccak256("store signer"));
  chain::SecretKey m_sender = *chain::SecretKey::from(keccak256("sender"));
};

}  // namespace

TEST_CASE("a transaction that nobody includes is replaced with a higher fee and the same nonce") {
  Bench bench;
  const auto request = bench.accept("dear", false);
  bench.tick();
  REQUIRE(bench.attempts(request).size() == 1);
  const chain::Attempt first = bench.attempts(request)[0];
  bench.chain.base_fee_wei = first.fee_wei + 1;
  bench.step(31);
  const auto attempts = bench.attempts(request);
  REQUIRE(attempts.size() == 2);
  CHECK(attempts[1].fee_wei >= first.fee_wei + first.fee_wei / 10);
  CHECK(bench.job(request).nonce == 0U);
  REQUIRE(bench.reaches(request, JobState::kFinal));
  CHECK(bench.job(request).transaction == attempts[1].hash);
}

TEST_CASE("no fee is ever above the cap; the order waits and completes when the chain is cheaper again") {
  Bench bench;
  bench.limits.fee_wei_max = 25;
  const auto request = bench.accept("dear", false);
  bench.tick();
  bench.chain.base_fee_wei = 1000;
  for (int i = 0; i < 20; ++i) bench.step(31);
  const auto attempts = bench.attempts(request);
  CHECK(attempts.size() >= 2);
  CHECK(attempts.size() < 10);
  for (const auto& attempt : attempts) CHECK(attempt.fee_wei <= 25);
  CHECK(bench.state(request) == JobState::kSent);
  bench.chain.base_fee_wei = 10;
  CHECK(bench.reaches(request, JobState::kFinal));
}

TEST_CASE("nothing is sent to a node that speaks for another chain") {
  Bench bench;
  const auto request = bench.accept("elsewhere", false);
  bench.chain.chain_id = 5;
  CHECK(bench.tick().kind == ChainHealth::Kind::kWrongChain);
  CHECK(bench.state(request) == JobState::kQueued);
  CHECK(bench.chain.broadcast.empty());
  bench.chain.chain_id = 31337;
  CHECK(bench.reaches(request, JobState::kFinal));
}

TEST_CASE("a payment whose time ran out before it could be sent fails by the chain's own time, with that reason") {
  Bench bench;
  bench.chain.money = kPrice;
  const auto request = bench.accept("late", true);
  bench.now_s += kPaymentLife_s + 60;  // our clock alone proves nothing
  bench.chain.fault_at = 0;
  bench.chain.fault = FakeChain::Fault::kNotCarriedOut;
  CHECK(bench.tick().kind == ChainHealth::Kind::kUnreachable);
  CHECK(bench.state(request) == JobState::kQueued);
  bench.step();
  CHECK(bench.state(request) == JobState::kFailed);
  CHECK(bench.job(request).trouble == "the payment's time ran out before the chain could take it");
  CHECK(bench.attempts(request).empty());
}

TEST_CASE("a purchase that somebody else settled is never failed, even while the node does not show where") {
  Bench bench;
  bench.chain.money = kPrice;
  const auto request = bench.accept("foreign", true);
  bench.chain.resend(bench.jobs().call(bench.job(request), bench.now()).data);
  bench.chain.mine(bench.now_s);
  REQUIRE(bench.used(request));
  SECTION("events are refused beyond the payment's end") {
    bench.chain.shows_events = false;
    for (int i = 0; i < 30; ++i) {
      bench.step(60);
      REQUIRE(bench.state(request) == JobState::kQueued);
    }
    bench.chain.shows_events = true;
  }
  SECTION("its time is over and the one question whether it is settled is not answered") {
    bench.now_s += kPaymentLife_s;
    bench.chain.mine(bench.now_s);
    bench.chain.fault = GENERATE(FakeChain::Fault::kNotCarriedOut, FakeChain::Fault::kNonsense);
    bench.chain.fault_at = GENERATE(range<std::uint64_t>(0, 12));
    bench.tick();
    REQUIRE(bench.state(request) != JobState::kFailed);
  }
  CHECK(bench.reaches(request, JobState::kFinal));
}

TEST_CASE("two orders and money for one: what was broadcast for the other may still be paid until its end") {
  Bench bench;
  bench.chain.money = kPrice;
  const auto first = bench.accept("first", true);
  bench.now_s += 1;
  const auto second = bench.accept("second", true);
  bench.tick();  // each alone would do
  REQUIRE(bench.chain.broadcast.size() == 2);
  bench.step();
  bench.step();
  CHECK(bench.used(first));
  CHECK_FALSE(bench.used(second));
  for (int i = 0; i < 20; ++i) bench.step();
  REQUIRE(bench.state(second) == JobState::kQueued);

  SECTION("the wallet is filled and anybody sends the call again: it is this order that was paid") {
    bench.chain.money = 2 * kPrice;
    bench.chain.resend(bench.chain.broadcast[1]);
    CHECK(bench.reaches(second, JobState::kFinal));
    CHECK(bench.used(second));
  }
  SECTION("nobody does: it fails when no block can take it any more, and not with the first that is late") {
    bench.now_s = second.order.valid_before_s + 300;
    bench.chain.mine(bench.now_s);
    bench.tick();
    REQUIRE(bench.state(second) == JobState::kQueued);  // a reorg could still put an earlier block in its place
    REQUIRE(bench.reaches(second, JobState::kFailed));
    bench.chain.money = 2 * kPrice;
    bench.chain.reorg(2);
    bench.chain.resend(bench.chain.broadcast[1]);
    bench.step();
    CHECK_FALSE(bench.used(second));
  }
  CHECK(bench.state(first) == JobState::kFinal);
}

namespace {

/// One thing that happens to the relayer or the chain, at random.
void anything(Bench& bench) {
  switch (*rc::gen::inRange(0, 9)) {
    case 0:
      bench.chain.money = kPrice * *rc::gen::inRange<std::uint64_t>(0, 4);
      break;
    case 1:
      bench.chain.reorg(*rc::gen::inRange<std::size_t>(1, 3));
      break;
    case 2:
      bench.chain.base_fee_wei = *rc::gen::element<std::uint64_t>(10, 10, 40);
      break;
    case 3:
      bench.chain.shows_events = !bench.chain.shows_events;
      break;
    case 4:
      if (!bench.chain.broadcast.empty()) bench.chain.resend(*rc::gen::elementOf(bench.chain.broadcast));
      break;
    case 5:
      bench.now_s += *rc::gen::element<std::uint64_t>(1, 20, 200, 500);
      break;
    default:
      bench.chain.mine(bench.now_s);
  }
}

void tick_with_fault(Bench& bench) {
  bench.now_s += *rc::gen::inRange<std::uint64_t>(0, 8);
  bench.chain.fault = *rc::gen::element(FakeChain::Fault::kNone, FakeChain::Fault::kNotCarriedOut,
                                        FakeChain::Fault::kAnswerLost, FakeChain::Fault::kNonsense);
  bench.chain.fault_at = *rc::gen::inRange<std::uint64_t>(0, 24);
  bench.tick();
  bench.chain.fault_at.reset();
}

/// All is well again for long enough.
void settle_down(Bench& bench, const std::vector<MintRequest>& requests) {
  bench.chain.base_fee_wei = 10;
  bench.chain.shows_events = true;
  const auto ended = [&bench](const MintRequest& request) {
    return bench.state(request) == JobState::kFinal || bench.state(request) == JobState::kFailed;
  };
  for (int i = 0; i < 100 && !std::all_of(requests.begin(), requests.end(), ended); ++i) bench.step(60);
  RC_ASSERT(std::all_of(requests.begin(), requests.end(), ended));
}

}  // namespace

TEST_CASE("law: whatever fails at whichever call, an order ends as final exactly if the contract has used it") {
  const bool holds = rc::check([] {
    Bench bench;
    bench.chain.money = kPrice;
    const std::vector<MintRequest> requests{bench.accept("a", true), bench.accept("b", true), bench.accept("c", false)};
    const int steps = *rc::gen::inRange(5, 60);
    for (int i = 0; i < steps; ++i) {
      anything(bench);
      tick_with_fault(bench);
    }
    settle_down(bench, requests);
    // The last chance of everything that ever became public.
    bench.chain.money = 10 * kPrice;
    for (const auto& data : bench.chain.broadcast) bench.chain.resend(data);
    bench.step();
    for (const MintRequest& request : requests) {
      RC_ASSERT((bench.state(request) == JobState::kFinal) == bench.used(request));
      RC_TAG(std::string(chain::to_text(bench.state(request))));
    }
  });
  CHECK(holds);
}
