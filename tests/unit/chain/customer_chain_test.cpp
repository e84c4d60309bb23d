// Consents on a real customer chain: what the vault's customer signed is what the registries take.
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
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
  std::unique_ptr<test::DevChain> chain = test::DevChain::start_customer({{"maison-lune", brand.address()}});
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

  chain::CustomerJobs jobs() { return {*store, chain->customer_deployment(), "maison-lune"}; }

  /// Ticks until no job is on its way; true if none failed.
  bool settle() { return settle(chain->rpc()); }
  bool settle(chain::Rpc& rpc) {
    chain::Node node(rpc);
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

/// A node whose block comes just after it was asked for a receipt: the answer is already old when it arrives.
class RacingRpc final : public chain::Rpc {
 public:
  explicit RacingRpc(chain::Rpc& inner) : m_inner(inner) {}
  proto::Result<nlohmann::json, chain::RpcError> call(std::string_view method, const nlohmann::json& params) override {
    auto answer = m_inner.call(method, params);
    if (method != "eth_getTransactionReceipt" || !answer || !answer->is_null()) return answer;
    for (int i = 0; i < 100; ++i) {
      const auto later = m_inner.call(method, params);
      if (later && !later->is_null()) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ++races;
    return answer;
  }
  int races = 0;

 private:
  chain::Rpc& m_inner;
};

}  // namespace

TEST_CASE("a batch whose block comes between two questions to the node is not taken for refused") {
  CustomerBench bench;
  REQUIRE_CHAIN(bench.chain);
  auto jobs = bench.jobs();
  jobs.add(chain::recommend_purpose(), now_utc());
  REQUIRE(bench.settle());
  const Word root = keccak256("root");
  const chain::ChainNote note = chain::AnchorNote{chain::registry_id("recommend"), root, 8};
  jobs.add(note, now_utc());
  RacingRpc racing(bench.chain->rpc());
  CHECK(bench.settle(racing));
  CHECK(racing.races > 0);
  const auto job = bench.store->job(chain::note_key(note));
  CHECK(job->state == JobState::kFinal);
  CHECK(job->tries == 0);
}

TEST_CASE("an anchor that is on the chain already is found there instead of sent again") {
  CustomerBench bench;
  REQUIRE_CHAIN(bench.chain);
  auto jobs = bench.jobs();
  jobs.add(chain::recommend_purpose(), now_utc());
  const chain::ChainNote note = chain::AnchorNote{chain::registry_id("recommend"), keccak256("root"), 8};
  REQUIRE(bench.settle());
  jobs.add(note, now_utc());
  REQUIRE(bench.settle());
  bench.store.reset();
  bench.store = std::move(chain::JobStore::open(bench.folder + "/empty.db")).value();
  bench.jobs().add(note, now_utc());
  REQUIRE(bench.settle());
  CHECK(bench.store->attempts(chain::note_key(note)).empty());
}

TEST_CASE("a consent that a browser signed holds on the chain until it is withdrawn, and its erasure is noted") {
  CustomerBench bench;
  REQUIRE_CHAIN(bench.chain);
  const auto& deployed = bench.chain->customer_deployment();
  const auto end_s = static_cast<std::uint64_t>(now_utc().us / 1'000'000) + 3600;
  const chain::ConsentGrant grant{keccak256("consent"), chain::registry_id("maison-lune"),
                                  chain::registry_id("recommend"), end_s,
                                  chain::commitment("galleria/consent/1", keccak256("salt"), "record")};
  auto jobs = bench.jobs();
  jobs.add(chain::recommend_purpose(), now_utc());
  REQUIRE(bench.settle());
  jobs.add(chain::GrantNote{grant, bench.customer.sign(chain::grant_digest(deployed, grant)).bytes()}, now_utc());
  REQUIRE(bench.settle());
  CHECK(bench.asks(deployed.consents, "holds(bytes32)", {grant.consent_id}));

  const chain::ReaderGrant reader{grant.consent_id, grant.brand_id, end_s, 1};
  jobs.add(chain::ReaderNote{reader, bench.customer.sign(chain::reader_digest(deployed, reader)).bytes()}, now_utc());
  const Word root = chain::merkle_root(std::vector<Word>(8, keccak256("leaf")));
  jobs.add(chain::AnchorNote{grant.purpose_id, root, 8}, now_utc());
  REQUIRE(bench.settle());
  CHECK(bench.asks(deployed.consents, "mayRead(bytes32,bytes32)", {grant.consent_id, reader.reader_id}));
  CHECK(bench.asks(deployed.anchors, "anchoredAt(bytes32)", {root}));

  jobs.add(chain::WithdrawNote{grant.consent_id,
                               bench.customer.sign(chain::withdraw_digest(deployed, grant.consent_id)).bytes()},
           now_utc());
  REQUIRE(bench.settle());
  CHECK_FALSE(bench.asks(deployed.consents, "holds(bytes32)", {grant.consent_id}));
  jobs.add(chain::ErasedNote{grant.consent_id, keccak256("receipt")}, now_utc());
  REQUIRE(bench.settle());
}
