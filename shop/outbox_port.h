/// What passes between the shop thread, which owns the outbox, and the chain thread, which carries it out: plain
/// structs over two bounded queues.
///
///     shop                                          chain
///     ToChain: ChainTask        ------------------>  stores the task in its own database
///              <------------------ ChainNews kStored (only then is the outbox row acknowledged)
///              <------------------ ChainNews kSeen, kFinal or kFailed, again and again until
///     ToChain: ChainHeard       ------------------>  the shop has written it down
///
/// Both sides repeat what they are not sure of, and both sides ignore what they know already, so a kill of either at
/// any moment loses nothing and doubles nothing.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "client-proto/core/bounded_queue.h"
#include "client-proto/core/ids.h"
#include "client-proto/core/money.h"
#include "shop/order_reason.h"

namespace shop {

/// An order that must be settled on chain, exactly once.
struct ChainTask {
  std::int64_t row = 0;  ///< of the outbox
  proto::OrderId order;
  proto::TokenId token;
  std::string brand;
  proto::Money amount;
  /// Empty: paid by card, issue on the store's word. Otherwise what a wallet signed, as the JSON text that the API
  /// checked:
  /// {"payer":"0x...","valid_before_s":n,"signature":"0x..."}.
  std::string authorisation;
};

enum class ChainNewsKind : std::uint8_t { kStored, kSeen, kFinal, kFailed };

struct ChainNews {
  ChainNewsKind kind = ChainNewsKind::kStored;
  std::int64_t row = 0;  ///< kStored
  proto::OrderId order;
  std::string tx_hash;      ///< kSeen, kFinal: 0x and 64 digits
  std::uint64_t block = 0;  ///< kSeen, kFinal
  std::string owner;        ///< kFinal: address with 0x
  std::string contract;     ///< kFinal: address of the twin's contract
  std::uint64_t chain_id = 0;
  proto::TokenId token;                     ///< kFinal
  OrderReason reason = OrderReason::kNone;  ///< kFailed
};

struct ChainHeard {
  proto::OrderId order;
  ChainNewsKind kind = ChainNewsKind::kSeen;
};

using ToChain = std::variant<ChainTask, ChainHeard>;

constexpr std::size_t kChainQueueMax = 1024;

struct ChainPort {
  proto::BoundedQueue<ToChain> to_chain{kChainQueueMax};
  proto::BoundedQueue<ChainNews> to_shop{kChainQueueMax};
};

}  // namespace shop
