/// Takes jobs to a chain and sees them through: it never loses one, never does one twice, and says plainly why one
/// waits. `tick` does one bounded round of work and blocks for no longer than a few calls to the node; everything it
/// decides is in the database before the node hears of it, so the process may die at any moment. One queue for each
/// sending key.
#pragma once

#include "chain-bridge/eth/signature.h"
#include "chain-bridge/relayer/job_store.h"
#include "chain-bridge/rpc/node.h"

namespace chain {

struct QueueLimits {
  std::uint64_t finality_blocks = 2;  ///< how deep a block must be before it counts as final
  std::int64_t in_flight_jobs_max = 16;
  std::uint64_t gas_max = 600'000;              ///< of one transaction
  std::uint64_t fee_wei_max = 500'000'000'000;  ///< a unit of gas; reaching it is an alarm
  proto::SpanUs resend_after = proto::seconds(5);
  proto::SpanUs replace_after = proto::seconds(30);
};

/// Whether the chain can be worked with, in words for operators.
struct ChainHealth {
  enum class Kind : std::uint8_t {
    kWorking,
    kUnreachable,  ///< jobs wait and go on when it is back
    kWrongChain,   ///< another chain id than the one deployed on
    kForgotten,    ///< the node has lost blocks that the queue knew: stopped until somebody looks
  };
  Kind kind = Kind::kUnreachable;
  std::string message;
  Block head;
};

/// The call that a job makes on the chain.
struct Call {
  Address to;
  Bytes data;
};

/// Where the effect of a job was found.
struct Settled {
  Word transaction;
  Receipt receipt;
};

/// What a refusal by the contract means for a job.
struct Judgement {
  std::string reason;
  bool give_up = false;
};

/// What the queue has to know of the contracts it talks to; one implementation for each set of contracts.
class Calls {
 public:
  virtual ~Calls() = default;
  /// The call of the next try; made anew each time, so that it may carry a fresh deadline.
  [[nodiscard]] virtual Call call(const Job& job, proto::TimeUs now) const = 0;
  /// Asks the chain whether the job's effect is there already. An error means that it cannot be told now, which is not
  /// "no": a job is never given up on it.
  [[nodiscard]] virtual NodeResult<std::optional<Settled>> settled(Node& node, const Job& job) const = 0;
  /// Why a call made at this second of the chain's own time could no longer succeed, whatever the contract would say.
  [[nodiscard]] virtual std::optional<std::string> too_late(const Job& job, std::uint64_t chain_time_s) const = 0;
  /// From which second of the chain's own time on nothing that was signed for the job can take effect any more, the
  /// newest of it being `last`. What was broadcast is public and may be sent again by anybody, so the job is not given
  /// up before. Nothing: giving up need not wait.
  [[nodiscard]] virtual std::optional<std::uint64_t> ends_s(const Job& job, const Attempt& last) const = 0;
  [[nodiscard]] virtual Judgement judge(const Job& job, const Bytes& revert_data, proto::TimeUs now) const = 0;
};

class TransactionQueue {
 public:
  TransactionQueue(Node& node, JobStore& store, const Calls& calls, const SecretKey& sender, std::uint64_t chain_id,
                   QueueLimits limits)
      : m_node(node), m_store(store), m_calls(calls), m_sender(sender), m_chain_id(chain_id), m_limits(limits) {}

  ChainHealth tick(proto::TimeUs now);

 private:
  ChainHealth check_chain();
  /// The newest block that no reorg takes back.
  [[nodiscard]] std::uint64_t deep_number(const Block& head) const;
  void start(Job job, const Block& head, proto::TimeUs now);
  void follow(Job job, const Block& head, proto::TimeUs now);
  void confirm(Job job, const Block& head);
  /// True when the effect was found on the chain and the job was moved to seen; an error when nobody can tell now.
  NodeResult<bool> adopt_settled(Job& job);
  void refuse(Job job, const RpcError& error, const Block& head, proto::TimeUs now);
  /// Ends the job as failed, if it is certain that it did not happen and never will.
  void give_up(Job job, std::string reason, const Block& head, proto::TimeUs now);
  void requeue_without_effect(Job job, proto::TimeUs now);
  void postpone(Job job, std::string trouble, proto::TimeUs now);
  void fail(Job job, std::string reason);
  void see(Job job, const Word& transaction, const Receipt& receipt);
  void broadcast(Job job, const Attempt& attempt, proto::TimeUs now);
  void replace(const Job& job, const Attempt& last, proto::TimeUs now);
  [[nodiscard]] Attempt sign(const Call& call, std::uint64_t nonce, std::uint64_t tip_wei, std::uint64_t fee_wei,
                             proto::TimeUs now) const;

  Node& m_node;
  JobStore& m_store;
  const Calls& m_calls;
  const SecretKey& m_sender;
  std::uint64_t m_chain_id;
  QueueLimits m_limits;
};

}  // namespace chain
