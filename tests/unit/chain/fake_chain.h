/// A chain in memory behind the bridge's Rpc, for what a real node cannot be made to do on command: lose the answer to
/// one certain call, take a block back, refuse to show events, keep a transaction out for its fee. It knows the
/// checkout's rules that decide what becomes of an order (used once, an end, the buyer's money) and executes the very
/// bytes that are sent to it.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "chain-bridge/rpc/rpc.h"

namespace test {

class FakeChain final : public chain::Rpc {
 public:
  /// What goes wrong with one call.
  enum class Fault : std::uint8_t {
    kNone,
    kNotCarriedOut,  ///< no connection
    kAnswerLost,     ///< carried out, but nobody hears so
    kNonsense,       ///< an answer that is none
  };

  explicit FakeChain(std::uint64_t start_s);

  proto::Result<nlohmann::json, chain::RpcError> call(std::string_view method, const nlohmann::json& params) override;

  /// Makes a block at this time from whatever may be included.
  void mine(std::uint64_t time_s);
  /// Takes the newest blocks back; their transactions wait again. What was final once stays.
  void reorg(std::size_t blocks);
  /// Somebody sends the call again from an account of their own; included in the next block.
  void resend(const chain::Bytes& data) { m_from_others.push_back(data); }
  [[nodiscard]] bool used(const chain::Word& order) const { return state().used.contains(order); }
  [[nodiscard]] std::uint64_t time_s() const { return m_blocks.back().time_s; }

  std::uint64_t chain_id = 31337;
  std::uint64_t money = 0;  ///< of every buyer together, in the currency's smallest units
  std::uint64_t base_fee_wei = 10;
  bool shows_events = true;
  /// The call with this number, counted from now on, gets the fault.
  std::optional<std::uint64_t> fault_at;
  Fault fault = Fault::kNone;
  std::vector<chain::Bytes> broadcast;  ///< calls that have become public

 private:
  struct Transaction {
    chain::Word hash;
    std::uint64_t nonce = 0;
    std::uint64_t fee_wei = 0;
    chain::Bytes data;
    bool ours = true;
  };
  struct Inclusion {
    std::uint64_t block = 0;
    bool succeeded = false;
  };
  struct State {
    std::uint64_t nonce = 0;
    std::uint64_t spent = 0;
    std::map<chain::Word, chain::Word> used;  ///< order -> transaction
    std::map<chain::Word, Inclusion> receipts;
  };
  struct Block {
    chain::Word hash;
    std::uint64_t time_s = 0;
    std::vector<Transaction> transactions;
    State after;
  };

  [[nodiscard]] const State& state() const { return m_blocks.back().after; }
  [[nodiscard]] proto::Result<nlohmann::json, chain::RpcError> answer(std::string_view method,
                                                                      const nlohmann::json& params);
  [[nodiscard]] nlohmann::json block_json(std::uint64_t number) const;
  [[nodiscard]] proto::Result<nlohmann::json, chain::RpcError> take(const chain::Bytes& raw);
  [[nodiscard]] proto::Result<nlohmann::json, chain::RpcError> try_out(const chain::Bytes& data) const;
  [[nodiscard]] nlohmann::json logs(const chain::Word& order) const;
  [[nodiscard]] nlohmann::json receipt(const chain::Word& hash) const;
  /// What the call reverts with; nothing if it settles its order, which `state` then shows.
  [[nodiscard]] std::optional<chain::Bytes> execute(const chain::Bytes& data, const chain::Word& hash,
                                                    std::uint64_t time_s, State& state) const;
  void include(const Transaction& transaction, Block& block);

  std::vector<Block> m_blocks;
  std::size_t m_blocks_most = 1;
  std::vector<Transaction> m_pool;
  std::vector<chain::Bytes> m_from_others;
  std::uint64_t m_made = 0;  ///< blocks and foreign transactions, to name them
};

}  // namespace test
