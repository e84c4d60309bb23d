#include "tests/unit/chain/fake_chain.h"

#include <algorithm>

#include "chain-bridge/eth/abi.h"
#include "chain-bridge/eth/keccak.h"
#include "chain-bridge/relayer/checkout_call.h"
#include "client-proto/core/check.h"

namespace test {

using chain::Bytes;
using chain::ByteView;
using chain::keccak256;
using chain::RpcError;
using chain::Word;
using nlohmann::json;

namespace {

constexpr std::size_t kBytesMax = 64U << 10U;
constexpr std::size_t kFinalityBlocks = 2;
constexpr std::size_t kSelectorBytes = 4;
constexpr std::size_t kAmountWord = 5;
constexpr std::size_t kValidBeforeWord = 7;

proto::Failure<RpcError> refused(const std::string& message, Bytes revert_data = {}) {
  return proto::fail(RpcError{RpcError::Kind::kRefused, 3, message, std::move(revert_data)});
}

std::uint64_t number_in(ByteView bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8U | byte;
  return value;
}

/// One item of an encoded list, and how many bytes it takes; what a list in it holds is given as bytes.
std::pair<ByteView, std::size_t> rlp_item(ByteView from) {
  const std::uint8_t first = from[0];
  if (first < 0x80) return {from.first(1), 1};
  const std::uint8_t base = first < 0xc0 ? 0x80 : 0xc0;
  std::size_t header = 1;
  std::size_t size = first - base;
  if (size > 55) {
    header += size - 55;
    size = number_in(from.subspan(1, header - 1));
  }
  return {from.subspan(header, size), header + size};
}

std::vector<ByteView> rlp_list(ByteView encoded) {
  std::vector<ByteView> items;
  ByteView rest = rlp_item(encoded).first;
  while (!rest.empty()) {
    const auto [item, size] = rlp_item(rest);
    items.push_back(item);
    rest = rest.subspan(size);
  }
  return items;
}

Word word_at(const Bytes& data, std::size_t index) {
  const auto word = chain::abi::Reader(ByteView(data).subspan(kSelectorBytes)).word(index);
  GALLERIA_CHECK(word.has_value());
  return *word;
}

template <class... Arguments>
Bytes revert(std::string_view error, const Arguments&... arguments) {
  const std::vector<chain::abi::Value> values{arguments...};
  return chain::abi::encode_call(error, values);
}

}  // namespace

FakeChain::FakeChain(std::uint64_t start_s) {
  Block first;
  first.hash = keccak256("first block");
  first.time_s = start_s;
  m_blocks.push_back(std::move(first));
}

proto::Result<json, RpcError> FakeChain::call(std::string_view method, const json& params) {
  const bool hit = fault_at == 0U;
  if (fault_at) fault_at = hit ? std::nullopt : std::optional(*fault_at - 1);
  const Fault now = hit ? fault : Fault::kNone;
  if (now == Fault::kNotCarriedOut) return proto::fail(RpcError{RpcError::Kind::kUnreachable, 0, "no connection", {}});
  if (now == Fault::kNonsense) return json{{"what", "nothing that anybody asked for"}};
  auto answered = answer(method, params);
  if (now == Fault::kAnswerLost) return proto::fail(RpcError{RpcError::Kind::kUnreachable, 0, "timeout", {}});
  return answered;
}

proto::Result<json, RpcError> FakeChain::answer(std::string_view method, const json& params) {
  const auto text = [&params](std::size_t i) { return params.at(i).get<std::string>(); };
  if (method == "eth_chainId") return json(chain::hex_quantity(chain_id));
  if (method == "eth_getBlockByNumber") {
    return block_json(text(0) == "latest" ? m_blocks.size() - 1 : chain::parse_quantity(text(0)).value());
  }
  if (method == "eth_getTransactionCount") return json(chain::hex_quantity(state().nonce));
  if (method == "eth_maxPriorityFeePerGas") return json("0x1");
  if (method == "eth_sendRawTransaction") return take(chain::parse_data(text(0), kBytesMax).value());
  if (method == "eth_getTransactionReceipt") return receipt(Word::parse(text(0)).value());
  if (method == "eth_call") {
    return try_out(chain::parse_data(params.at(0).at("data").get<std::string>(), kBytesMax).value());
  }
  GALLERIA_CHECK(method == "eth_getLogs");
  if (!shows_events) return refused("the range of blocks is too large");
  return logs(Word::parse(params.at(0).at("topics").at(1).get<std::string>()).value());
}

json FakeChain::block_json(std::uint64_t number) const {
  if (number >= m_blocks.size()) return nullptr;
  return {{"number", chain::hex_quantity(number)},
          {"hash", m_blocks[number].hash.hex()},
          {"timestamp", chain::hex_quantity(m_blocks[number].time_s)},
          {"baseFeePerGas", chain::hex_quantity(base_fee_wei)}};
}

proto::Result<json, RpcError> FakeChain::take(const Bytes& raw) {
  const auto items = rlp_list(ByteView(raw).subspan(1));
  Transaction made{keccak256(raw), number_in(items.at(1)), number_in(items.at(3)),
                   Bytes(items.at(7).begin(), items.at(7).end())};
  if (std::find(broadcast.begin(), broadcast.end(), made.data) == broadcast.end()) broadcast.push_back(made.data);
  if (made.nonce < state().nonce) return refused("nonce too low");
  const auto same = [&made](const Transaction& other) { return other.hash == made.hash; };
  if (std::any_of(m_pool.begin(), m_pool.end(), same)) return refused("already known");
  m_pool.push_back(made);
  return json(made.hash.hex());
}

proto::Result<json, RpcError> FakeChain::try_out(const Bytes& data) const {
  const Word order = word_at(data, 0);
  const Bytes question = chain::used_call(order);
  if (data == question) return json(Word::of(used(order) ? 1 : 0).hex());
  State scratch = state();
  auto reverted = execute(data, Word{}, time_s() + 1, scratch);
  if (reverted) return refused("execution reverted", std::move(*reverted));
  return json("0x");
}

json FakeChain::receipt(const Word& hash) const {
  const auto found = state().receipts.find(hash);
  if (found == state().receipts.end()) return nullptr;
  return {{"blockNumber", chain::hex_quantity(found->second.block)},
          {"blockHash", m_blocks.at(found->second.block).hash.hex()},
          {"status", found->second.succeeded ? "0x1" : "0x0"}};
}

json FakeChain::logs(const Word& order) const {
  const auto found = state().used.find(order);
  if (found == state().used.end()) return json::array();
  const std::uint64_t block = state().receipts.at(found->second).block;
  return json::array({json{{"transactionHash", found->second.hex()}, {"blockNumber", chain::hex_quantity(block)}}});
}

std::optional<Bytes> FakeChain::execute(const Bytes& data, const Word& hash, std::uint64_t time_s, State& state) const {
  const Word order = word_at(data, 0);
  const std::uint64_t amount = word_at(data, kAmountWord).to_u64().value();
  const std::uint64_t valid_before_s = word_at(data, kValidBeforeWord).to_u64().value();
  if (state.used.contains(order)) return revert("OrderUsed(bytes32)", order);
  if (time_s >= valid_before_s) return revert("OrderExpired(uint64)", Word::of(valid_before_s));
  // What was paid by card moves no money, however empty the wallet has become.
  if (amount != 0 && state.spent + amount > money) {
    return revert("ERC20InsufficientBalance(address,uint256,uint256)", Word{}, Word{}, Word::of(amount));
  }
  state.spent += amount;
  state.used.emplace(order, hash);
  return std::nullopt;
}

void FakeChain::include(const Transaction& transaction, Block& block) {
  State& state = block.after;
  const bool succeeded = !execute(transaction.data, transaction.hash, block.time_s, state);
  state.receipts[transaction.hash] = {m_blocks.size(), succeeded};
  if (transaction.ours) state.nonce += 1;
  block.transactions.push_back(transaction);
}

void FakeChain::mine(std::uint64_t time_s) {
  Block block;
  block.hash = keccak256("block " + std::to_string(++m_made));
  block.time_s = std::max(time_s, this->time_s());
  block.after = state();
  for (const Bytes& data : m_from_others) {
    include({keccak256("foreign " + std::to_string(++m_made)), 0, 0, data, false}, block);
  }
  m_from_others.clear();
  while (true) {
    auto best = m_pool.end();
    for (auto it = m_pool.begin(); it != m_pool.end(); ++it) {
      const bool may = it->nonce == block.after.nonce && it->fee_wei >= base_fee_wei;
      if (may && (best == m_pool.end() || it->fee_wei > best->fee_wei)) best = it;
    }
    if (best == m_pool.end()) break;
    include(Transaction(*best), block);
    std::erase_if(m_pool, [&block](const Transaction& other) { return other.nonce < block.after.nonce; });
  }
  m_blocks.push_back(std::move(block));
  m_blocks_most = std::max(m_blocks_most, m_blocks.size());
}

void FakeChain::reorg(std::size_t blocks) {
  for (; blocks > 0 && m_blocks.size() > 1 && m_blocks.size() + kFinalityBlocks > m_blocks_most; --blocks) {
    for (const Transaction& transaction : m_blocks.back().transactions) {
      if (transaction.ours) {
        m_pool.push_back(transaction);
      } else {
        m_from_others.push_back(transaction.data);
      }
    }
    m_blocks.pop_back();
  }
}

}  // namespace test
