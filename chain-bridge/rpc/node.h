/// What the bridge asks of a node, with the answers checked and typed.
#pragma once

#include "chain-bridge/rpc/rpc.h"

namespace chain {

struct Block {
  std::uint64_t number = 0;
  Word hash;
  std::uint64_t timestamp_s = 0;
  std::uint64_t base_fee_wei = 0;
};

struct Receipt {
  std::uint64_t block_number = 0;
  Word block_hash;
  bool succeeded = false;
};

struct Log {
  Word transaction_hash;
  std::uint64_t block_number = 0;
};

template <class T>
using NodeResult = proto::Result<T, RpcError>;

class Node {
 public:
  explicit Node(Rpc& rpc) : m_rpc(rpc) {}

  [[nodiscard]] NodeResult<std::uint64_t> chain_id();
  /// The newest block.
  [[nodiscard]] NodeResult<Block> latest();
  /// Nothing inside if the node has no such block.
  [[nodiscard]] NodeResult<std::optional<Block>> block(std::uint64_t number);
  /// How many transactions of the account are included ("latest") or included and waiting ("pending").
  [[nodiscard]] NodeResult<std::uint64_t> nonce(const Address& account, bool pending);
  [[nodiscard]] NodeResult<Word> balance_wei(const Address& account);
  [[nodiscard]] NodeResult<std::uint64_t> tip_wei();
  [[nodiscard]] NodeResult<Word> send_raw(const Bytes& raw);
  /// Nothing inside if the transaction is not in a block.
  [[nodiscard]] NodeResult<std::optional<Receipt>> receipt(const Word& transaction);
  /// What the call would return on top of the newest block; kRefused with revert_data if it reverts.
  [[nodiscard]] NodeResult<Bytes> call(const Address& from, const Address& to, const Bytes& data);
  /// Events of one contract with these two first topics, from a block on.
  [[nodiscard]] NodeResult<std::vector<Log>> logs(const Address& contract, const Word& topic,
                                                  const Word& first_argument, std::uint64_t from_block);

 private:
  Rpc& m_rpc;
};

}  // namespace chain
