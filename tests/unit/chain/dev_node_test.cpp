// The development chain's node, killed and started again: what is built upon is on disk, the first block stays the
// first, and a state that cannot be read is never replaced by an empty chain.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "chain-bridge/eth/keccak.h"
#include "tests/support/dev_chain.h"

using chain::Word;

namespace {

std::unique_ptr<test::DevChain> start() {
  const auto key = chain::SecretKey::from(chain::keccak256("anyone"))->address();
  return test::DevChain::start(key, key, key);
}

Word hash_of(test::DevChain& chain, std::uint64_t number) {
  const auto block = chain::Node(chain.rpc()).block(number);
  REQUIRE(block.ok());
  REQUIRE(block->has_value());
  return (**block).hash;
}

std::uint64_t head(test::DevChain& chain) {
  const auto latest = chain::Node(chain.rpc()).latest();
  REQUIRE(latest.ok());
  return latest->number;
}

std::string parent_of_block_one(test::DevChain& chain) {
  const auto block = chain.rpc().call("eth_getBlockByNumber", nlohmann::json::array({"0x1", false}));
  REQUIRE(block.ok());
  return (*block)["parentHash"].get<std::string>();
}

}  // namespace

TEST_CASE("a chain that is started many times keeps its first block") {
  constexpr int kStarts = 10;
  const auto chain = start();
  REQUIRE_CHAIN(chain);
  const Word first = hash_of(*chain, 0);
  for (int i = 0; i < kStarts; ++i) {
    INFO("start " << i);
    chain->kill();
    chain->revive();
    REQUIRE(hash_of(*chain, 0) == first);
    REQUIRE(parent_of_block_one(*chain) == first.hex());
  }
}

TEST_CASE("a block that has a successor survives the kill of its node at any moment") {
  constexpr int kKills = 6;
  constexpr int kPauseMsMax = 3000;
  const auto chain = start();
  REQUIRE_CHAIN(chain);
  std::mt19937 engine(20261122);  // NOLINT(cert-msc51-cpp): a fixed seed replays
  for (int i = 0; i < kKills; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(engine() % kPauseMsMax));
    const std::uint64_t built_upon = head(*chain) - 1;
    const Word hash = hash_of(*chain, built_upon);
    chain->kill();
    chain->revive();
    INFO("kill " << i << ", block " << built_upon);
    REQUIRE(hash_of(*chain, built_upon) == hash);
  }
}

TEST_CASE("a node whose state is damaged does not begin anew") {
  const auto chain = start();
  REQUIRE_CHAIN(chain);
  chain->kill();
  const auto bytes = std::filesystem::file_size(chain->state_file());
  std::filesystem::resize_file(chain->state_file(), bytes / 2);
  CHECK_FALSE(chain->try_revive());
  CHECK(std::filesystem::file_size(chain->state_file()) == bytes / 2);
}
