/// Between the shop thread and the chain thread: plain structs over two bounded queues. The shop hands over what its
/// outbox holds, again and again until the chain side says that it has stored it; the chain side tells what became of
/// it, again and again until the shop says that it has written it down. So either side may die at any moment.
#pragma once

#include <string>
#include <variant>

#include "chain-bridge/relayer/checkout_jobs.h"
#include "client-proto/core/bounded_queue.h"

namespace world {

constexpr std::size_t kChainQueueMax = 256;  ///< items a queue; what does not fit comes again a tick later

/// An outbox row that asks for a mint.
struct MintTask {
  std::int64_t row = 0;
  chain::MintRequest request;
};
/// The shop has written this report down.
struct ReportStored {
  chain::Report report;
};
using ChainTask = std::variant<MintTask, ReportStored>;

/// The relayer has stored the task.
struct MintTaken {
  std::int64_t row = 0;
};
/// The relayer's own rules refuse it; nothing was or will be sent.
struct MintRefused {
  std::int64_t row = 0;
  chain::Word order_id;
  std::string reason;
};
struct Progress {
  chain::Report report;
};
struct HealthChanged {
  chain::ChainHealth::Kind kind = chain::ChainHealth::Kind::kUnreachable;
  std::string message;
};
using ChainNews = std::variant<MintTaken, MintRefused, Progress, HealthChanged>;

struct ChainPort {
  proto::BoundedQueue<ChainTask> to_chain{kChainQueueMax};
  proto::BoundedQueue<ChainNews> from_chain{kChainQueueMax};
};

}  // namespace world
