#include "chain-bridge/rpc/node.h"

#include <nlohmann/json.hpp>

namespace chain {

using nlohmann::json;

namespace {

constexpr std::size_t kCallAnswerBytesMax = 64U << 10U;
constexpr std::size_t kLogsMax = 1000;

RpcError malformed(std::string_view what) {
  return {RpcError::Kind::kMalformed, 0, "the node's answer has no usable " + std::string(what), {}};
}

std::string text_of(const json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

NodeResult<std::uint64_t> quantity(const NodeResult<json>& answer, std::string_view what) {
  if (!answer) return proto::fail(answer.error());
  const auto value = answer->is_string() ? parse_quantity(answer->get_ref<const std::string&>()) : std::nullopt;
  if (!value) return proto::fail(malformed(what));
  return *value;
}

std::optional<Block> parse_block(const json& answer) {
  const auto number = parse_quantity(text_of(answer, "number"));
  const auto hash = Word::parse(text_of(answer, "hash"));
  const auto timestamp = parse_quantity(text_of(answer, "timestamp"));
  if (!number || !hash || !timestamp) return std::nullopt;
  return Block{*number, *hash, *timestamp, parse_quantity(text_of(answer, "baseFeePerGas")).value_or(0)};
}

/// A quantity of up to 256 bits.
std::optional<Word> parse_wide_quantity(std::string_view text) {
  if (text.size() < 3 || text.size() > 66 || text.substr(0, 2) != "0x") return std::nullopt;
  return Word::parse("0x" + std::string(66 - text.size(), '0') + std::string(text.substr(2)));
}

}  // namespace

NodeResult<std::uint64_t> Node::chain_id() { return quantity(m_rpc.call("eth_chainId", json::array()), "chain id"); }

NodeResult<Block> Node::latest() {
  const auto answer = m_rpc.call("eth_getBlockByNumber", json::array({"latest", false}));
  if (!answer) return proto::fail(answer.error());
  const auto block = parse_block(*answer);
  if (!block) return proto::fail(malformed("block"));
  return *block;
}

NodeResult<std::optional<Block>> Node::block(std::uint64_t number) {
  const auto answer = m_rpc.call("eth_getBlockByNumber", json::array({hex_quantity(number), false}));
  if (!answer) return proto::fail(answer.error());
  if (answer->is_null()) return std::optional<Block>();
  auto block = parse_block(*answer);
  if (!block) return proto::fail(malformed("block"));
  return block;
}

NodeResult<std::uint64_t> Node::nonce(const Address& account, bool pending) {
  return quantity(m_rpc.call("eth_getTransactionCount", json::array({account.text(), pending ? "pending" : "latest"})),
                  "nonce");
}

NodeResult<Word> Node::balance_wei(const Address& account) {
  const auto answer = m_rpc.call("eth_getBalance", json::array({account.text(), "latest"}));
  if (!answer) return proto::fail(answer.error());
  const auto value = answer->is_string() ? parse_wide_quantity(answer->get_ref<const std::string&>()) : std::nullopt;
  if (!value) return proto::fail(malformed("balance"));
  return *value;
}

NodeResult<std::uint64_t> Node::tip_wei() {
  return quantity(m_rpc.call("eth_maxPriorityFeePerGas", json::array()), "tip");
}

NodeResult<Word> Node::send_raw(const Bytes& raw) {
  const auto answer = m_rpc.call("eth_sendRawTransaction", json::array({hex_data(raw)}));
  if (!answer) return proto::fail(answer.error());
  const auto hash = answer->is_string() ? Word::parse(answer->get_ref<const std::string&>()) : std::nullopt;
  if (!hash) return proto::fail(malformed("transaction hash"));
  return *hash;
}

NodeResult<std::optional<Receipt>> Node::receipt(const Word& transaction) {
  const auto answer = m_rpc.call("eth_getTransactionReceipt", json::array({transaction.hex()}));
  if (!answer) return proto::fail(answer.error());
  if (answer->is_null()) return std::optional<Receipt>();
  const auto number = parse_quantity(text_of(*answer, "blockNumber"));
  const auto hash = Word::parse(text_of(*answer, "blockHash"));
  const auto status = parse_quantity(text_of(*answer, "status"));
  if (!number || !hash || !status) return proto::fail(malformed("receipt"));
  return std::optional<Receipt>(Receipt{*number, *hash, *status == 1});
}

NodeResult<Bytes> Node::call(const Address& from, const Address& to, const Bytes& data) {
  const json request{{"from", from.text()}, {"to", to.text()}, {"data", hex_data(data)}};
  const auto answer = m_rpc.call("eth_call", json::array({request, "latest"}));
  if (!answer) return proto::fail(answer.error());
  auto bytes =
      answer->is_string() ? parse_data(answer->get_ref<const std::string&>(), kCallAnswerBytesMax) : std::nullopt;
  if (!bytes) return proto::fail(malformed("return data"));
  return std::move(*bytes);
}

NodeResult<std::vector<Log>> Node::logs(const Address& contract, const Word& topic, const Word& first_argument,
                                        std::uint64_t from_block) {
  const json filter{{"address", contract.text()},
                    {"fromBlock", hex_quantity(from_block)},
                    {"toBlock", "latest"},
                    {"topics", json::array({topic.hex(), first_argument.hex()})}};
  const auto answer = m_rpc.call("eth_getLogs", json::array({filter}));
  if (!answer) return proto::fail(answer.error());
  if (!answer->is_array() || answer->size() > kLogsMax) return proto::fail(malformed("list of events"));
  std::vector<Log> logs;
  for (const json& entry : *answer) {
    const auto hash = Word::parse(text_of(entry, "transactionHash"));
    const auto number = parse_quantity(text_of(entry, "blockNumber"));
    if (!hash || !number) return proto::fail(malformed("event"));
    logs.push_back({*hash, *number});
  }
  return logs;
}

}  // namespace chain
