// Consents on a real customer chain: what the vault's customer signed is what the registries take.
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "chain-bridge/customer/customer_jobs.h"
#include "chain-bridge/customer/merkle.h"
#include "chain-bridge/eth/abi.h"
#include "chain-bridge/eth/keccak.h"
#include "tests/support/dev_chain.h"

using chain::JobState;
using chain::keccak256;
using chain::Word;
using test::now_utc;

namespace {

struct CustomerBench {
  chain::SecretKey brand = *chain::SecretKey::from(keccak256("brand key"));
  chain::SecretKey customer = *chain::SecretKey::from(keccak256("customer"));
  std::string folder = std::filesystem::temp_directory_path() / "galleria-customer-XXXXXX";
  std::unique_ptr<test::DevChain> chain = test::DevChain::start_customer("maison-lune", brand.address());
  std::unique_ptr<chain::JobStore> store;

  CustomerBench() {
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    store = std::move(chain::JobStore::open(folder + "/customer.db")).value();
  }
  ~CustomerBench() {
    store.reset();
    std::filesystem::remove_all(folder);
  }
  CustomerBench(const CustomerBench&) = delete;
  CustomerBench& operator=(const CustomerBench&) = delete;

  chain::CustomerJobs jobs() { return {*store, chain->customer_deployment()}; }

  /// Ticks until no job is on its way; true if none failed.
  bool settle() {
    chain::Node node(chain->rpc());
    const chain::CustomerJobs calls = jobs();
    chain::TransactionQueue queue(node, *store, calls, brand, chain->customer_deployment().chain_id, {});
    for (int i = 0; i < 150; ++i) {
      queue.tick(now_utc());
      const auto open = store->count(JobState::kQueued) + store->count(JobState::kSigned) +
                        store->count(JobState::kSent) + store->count(JobState::kSeen);
      if (open == 0) return store->count(JobState::kFailed) == 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }

  bool asks(const chain::Address& contract, const char* signature, std::vector<chain::abi::Value> arguments) {
    chain::Node node(chain->rpc());
    const auto answer = node.call(contract, contract, chain::abi::encode_call(signature, arguments));
    REQUIRE(answer.ok());
    return chain::abi::Reader(*answer).word(0) != Word{};
  }
};

}  // namespace

TEST_CASE("a consent that a browser signed holds on the chain until it is withdrawn, and its erasure is noted") {
  CustomerBench bench;
  if (!bench.chain) {
    WARN("skipped: the EVM node or the compiled contracts are not there");
    return;
  }
  const auto& deployed = bench.chain->customer_deployment();
  const auto end_s = static_cast<std::uint64_t>(now_utc().us / 1'000'000) + 3600;
  const chain::ConsentGrant grant{keccak256("consent"), chain::registry_id("maison-lune"),
                                  chain::registry_id("recommend"), end_s,
                                  chain::commitment("galleria/consent/1", keccak256("salt"), "record")};
  auto jobs = bench.jobs();
  jobs.add_purpose(grant.purpose_id, keccak256("notice"), 365 * 24 * 3600, "dpv:PersonalisedAdvertising", now_utc());
  REQUIRE(bench.settle());
  jobs.grant(grant, bench.customer.sign(chain::grant_digest(deployed, grant)).bytes(), now_utc());
  REQUIRE(bench.settle());
  CHECK(bench.asks(deployed.consents, "holds(bytes32)", {grant.consent_id}));

  const chain::ReaderGrant reader{grant.consent_id, grant.brand_id, end_s, 1};
  jobs.set_reader(reader, bench.customer.sign(chain::reader_digest(deployed, reader)).bytes(), now_utc());
  const Word root = chain::merkle_root(std::vector<Word>(8, keccak256("leaf")));
  jobs.anchor(grant.purpose_id, root, 8, now_utc());
  REQUIRE(bench.settle());
  CHECK(bench.asks(deployed.consents, "mayRead(bytes32,bytes32)", {grant.consent_id, reader.reader_id}));
  CHECK(bench.asks(deployed.anchors, "anchoredAt(bytes32)", {root}));

  jobs.withdraw(grant.consent_id, bench.customer.sign(chain::withdraw_digest(deployed, grant.consent_id)).bytes(),
                now_utc());
  REQUIRE(bench.settle());
  CHECK_FALSE(bench.asks(deployed.consents, "holds(bytes32)", {grant.consent_id}));
  jobs.erased(grant.consent_id, keccak256("receipt"), now_utc());
  REQUIRE(bench.settle());
}
