#include "chain-bridge/relayer/transaction_queue.h"

#include <algorithm>

#include "chain-bridge/eth/transaction.h"
#include "client-proto/core/log.h"

namespace chain {

namespace {

constexpr int kJobsPerTickMax = 64;
constexpr std::int64_t kBackoffTriesMax = 8;

/// Nodes have no codes for these; the words are those of the common clients.
bool says(const RpcError& error, std::string_view words) { return error.message.find(words) != std::string::npos; }

/// Replacing needs at least 10 % more; 12.5 % is what clients accept everywhere.
std::uint64_t raised(std::uint64_t wei) { return wei + wei / 8 + 1; }

ChainHealth forgotten(const std::string& what) {
  return {ChainHealth::Kind::kForgotten,
          what +
              "; Galleria has stopped sending so that nothing is minted twice. Start the node with its old state, or "
              "move the data folder away to begin anew",
          {}};
}

}  // namespace

ChainHealth TransactionQueue::tick(proto::TimeUs now) {
  ChainHealth health = check_chain();
  if (health.kind != ChainHealth::Kind::kWorking) return health;
  for (const Job& job : m_store.jobs(JobState::kSeen, kJobsPerTickMax)) confirm(job, health.head);
  for (const JobState state : {JobState::kSigned, JobState::kSent}) {
    for (const Job& job : m_store.jobs(state, kJobsPerTickMax)) follow(job, health.head, now);
  }
  std::int64_t room = m_limits.in_flight_jobs_max - m_store.count(JobState::kSigned) - m_store.count(JobState::kSent);
  for (const Job& job : m_store.due(now, kJobsPerTickMax)) {
    if (room-- <= 0) break;
    start(job, health.head, now);
  }
  return health;
}

ChainHealth TransactionQueue::check_chain() {
  const auto id = m_node.chain_id();
  const auto genesis = id ? m_node.block(0) : NodeResult<std::optional<Block>>(proto::fail(id.error()));
  const auto head = genesis ? m_node.latest() : NodeResult<Block>(proto::fail(genesis.error()));
  if (!head) return {ChainHealth::Kind::kUnreachable, "the chain's node does not answer: " + head.error().message, {}};
  if (*id != m_chain_id) {
    return {ChainHealth::Kind::kWrongChain,
            "the node speaks for chain " + std::to_string(*id) + ", but the contracts are on chain " +
                std::to_string(m_chain_id),
            {}};
  }
  if (!genesis->has_value()) return forgotten("the node has no first block");
  const std::optional<ChainMemory> memory = m_store.memory();
  if (memory) {
    if ((**genesis).hash != memory->genesis)
      return forgotten("the node's chain begins with another block than the one known");
    const auto remembered = m_node.block(memory->number);
    if (!remembered) return {ChainHealth::Kind::kUnreachable, remembered.error().message, {}};
    if (!remembered->has_value() || (**remembered).hash != memory->hash) {
      return forgotten("the node no longer has block " + std::to_string(memory->number) + " as it was");
    }
  }
  const std::uint64_t deep = deep_number(*head);
  if (!memory || deep > memory->number) {
    const auto block = m_node.block(deep);
    if (block && block->has_value()) m_store.remember({(**genesis).hash, deep, (**block).hash});
  }
  return {ChainHealth::Kind::kWorking, "working", *head};
}

std::uint64_t TransactionQueue::deep_number(const Block& head) const {
  return head.number > m_limits.finality_blocks ? head.number - m_limits.finality_blocks : 0;
}

Attempt TransactionQueue::sign(const Call& call, std::uint64_t nonce, std::uint64_t tip_wei, std::uint64_t fee_wei,
                               proto::TimeUs now) const {
  const Transaction transaction{m_chain_id, nonce, tip_wei, fee_wei, m_limits.gas_max, call.to, Word{}, call.data};
  SignedTransaction made = chain::sign(transaction, m_sender);
  return {made.hash, std::move(made.raw), tip_wei, fee_wei, now};
}

NodeResult<bool> TransactionQueue::adopt_settled(Job& job) {
  const auto settled = m_calls.settled(m_node, job);
  if (!settled) return proto::fail(settled.error());
  if (!settled->has_value()) return false;
  see(job, (**settled).transaction, (**settled).receipt);
  return true;
}

void TransactionQueue::start(Job job, const Block& head, proto::TimeUs now) {
  if (auto reason = m_calls.too_late(job, head.timestamp_s)) {
    return give_up(std::move(job), std::move(*reason), head, now);
  }
  const Call call = m_calls.call(job, now);
  const Address sender = m_sender.address();
  // Tried out first: a transaction that reverts would cost gas and a nonce and tell nobody why.
  if (const auto tried = m_node.call(sender, call.to, call.data); !tried)
    return refuse(std::move(job), tried.error(), head, now);
  const auto tip = m_node.tip_wei();
  const auto nonce = tip ? m_node.nonce(sender, false) : NodeResult<std::uint64_t>(proto::fail(tip.error()));
  if (!nonce) return postpone(std::move(job), nonce.error().message, now);
  const std::uint64_t fee = std::min(2 * head.base_fee_wei + *tip, m_limits.fee_wei_max);
  const Attempt attempt = m_store.assign(job.intent.key, *nonce, [&](std::uint64_t assigned) {
    job.nonce = assigned;
    return sign(call, assigned, std::min(*tip, fee), fee, now);
  });
  job.state = JobState::kSigned;
  broadcast(std::move(job), attempt, now);
}

void TransactionQueue::refuse(Job job, const RpcError& error, const Block& head, proto::TimeUs now) {
  if (error.kind != RpcError::Kind::kRefused) return postpone(std::move(job), error.message, now);
  const auto adopted = adopt_settled(job);
  if (!adopted) return postpone(std::move(job), adopted.error().message, now);
  if (*adopted) return;
  Judgement judgement = m_calls.judge(job, error.revert_data, now);
  if (judgement.give_up) return give_up(std::move(job), std::move(judgement.reason), head, now);
  postpone(std::move(job), "the contract refuses: " + judgement.reason, now);
}

void TransactionQueue::give_up(Job job, std::string reason, const Block& head, proto::TimeUs now) {
  const std::vector<Attempt> attempts = m_store.attempts(job.intent.key);
  const auto end_s = attempts.empty() ? std::nullopt : m_calls.ends_s(job, attempts.back());
  if (end_s) {
    // The time of a block that no reorg takes back: whatever may still follow it is later.
    const auto deep = m_node.block(deep_number(head));
    if (!deep) return postpone(std::move(job), deep.error().message, now);
    if (!deep->has_value() || (**deep).timestamp_s < *end_s) {
      return postpone(std::move(job), reason + "; waits until what was sent cannot take effect any more", now);
    }
  }
  // Asked last, so that nothing can happen after the answer.
  const auto adopted = adopt_settled(job);
  if (!adopted) return postpone(std::move(job), adopted.error().message, now);
  if (!*adopted) fail(std::move(job), std::move(reason));
}

void TransactionQueue::postpone(Job job, std::string trouble, proto::TimeUs now) {
  job.trouble = std::move(trouble);
  job.tries += 1;
  const std::int64_t wait_s = std::int64_t{1} << std::min(job.tries, kBackoffTriesMax);
  job.next_try = now + proto::seconds(wait_s);
  m_store.update(job);
}

void TransactionQueue::fail(Job job, std::string reason) {
  proto::log(proto::LogLevel::kWarning, "chain", "job " + job.intent.key.hex() + " failed: " + reason);
  job.state = JobState::kFailed;
  job.trouble = std::move(reason);
  m_store.update(job);
}

void TransactionQueue::see(Job job, const Word& transaction, const Receipt& receipt) {
  job.state = JobState::kSeen;
  job.transaction = transaction;
  job.block_number = receipt.block_number;
  job.block_hash = receipt.block_hash;
  job.trouble.clear();
  m_store.update(job);
}

void TransactionQueue::broadcast(Job job, const Attempt& attempt, proto::TimeUs now) {
  const auto sent = m_node.send_raw(attempt.raw);
  // Whatever is not a plain refusal may have reached the network: it is followed up, never sent anew with another
  // nonce.
  const bool refused = !sent && sent.error().kind == RpcError::Kind::kRefused && !says(sent.error(), "already known") &&
                       !says(sent.error(), "already imported") && !says(sent.error(), "nonce too low");
  job.state = refused ? JobState::kSigned : JobState::kSent;
  job.trouble = sent ? std::string() : sent.error().message;
  job.next_try = now + m_limits.resend_after;
  m_store.update(job);
}

void TransactionQueue::follow(Job job, const Block& head, proto::TimeUs now) {
  // Counted before the receipts are asked for: a block that comes in between must not make our own look missing.
  const auto counted = m_node.nonce(m_sender.address(), false);
  if (!counted) return;
  const std::vector<Attempt> attempts = m_store.attempts(job.intent.key);
  for (const Attempt& attempt : attempts) {
    const auto receipt = m_node.receipt(attempt.hash);
    if (!receipt) return;
    if (!receipt->has_value()) continue;
    if ((**receipt).succeeded) return see(std::move(job), attempt.hash, **receipt);
    // A chain that forgets this block waits for the nonce again, and everything behind it would wait for ever: a nonce
    // counts as spent in vain only when its block is deep.
    if (head.number < (**receipt).block_number + m_limits.finality_blocks) return;
  }
  if (job.nonce && *counted > *job.nonce) {
    return requeue_without_effect(std::move(job), now);
  }
  if (attempts.empty() || job.next_try > now) return;
  const Attempt& last = attempts.back();
  if (now - last.signed_at > m_limits.replace_after) return replace(job, last, now);
  broadcast(std::move(job), last, now);
}

void TransactionQueue::requeue_without_effect(Job job, proto::TimeUs now) {
  // The nonce is spent and none of our attempts succeeded: either one reverted, or somebody else settled the order.
  const auto adopted = adopt_settled(job);
  if (!adopted) {
    if (job.trouble == adopted.error().message) return;
    job.trouble = adopted.error().message;
    return m_store.update(job);
  }
  if (*adopted) return;
  job.state = JobState::kQueued;
  job.nonce.reset();
  postpone(std::move(job), "the transaction was included without effect", now);
}

void TransactionQueue::replace(const Job& job, const Attempt& last, proto::TimeUs now) {
  const std::uint64_t fee = raised(last.fee_wei);
  if (fee > m_limits.fee_wei_max) {
    proto::log(proto::LogLevel::kError, "chain", "fee cap reached for job " + job.intent.key.hex());
    return broadcast(job, last, now);
  }
  const Attempt attempt = sign(m_calls.call(job, now), *job.nonce, raised(last.tip_wei), fee, now);
  m_store.add_attempt(job.intent.key, attempt);
  broadcast(job, attempt, now);
}

void TransactionQueue::confirm(Job job, const Block& head) {
  const auto receipt = m_node.receipt(job.transaction);
  if (!receipt) return;
  if (!receipt->has_value() || (**receipt).block_hash != job.block_hash) {
    proto::log(proto::LogLevel::kWarning, "chain", "a reorg took back job " + job.intent.key.hex());
    job.state = job.nonce ? JobState::kSent : JobState::kQueued;
    job.transaction = {};
    job.block_hash = {};
    job.next_try = {};
    m_store.update(job);
    m_store.told(job.intent.key, JobState::kQueued);
    return;
  }
  if (head.number < job.block_number + m_limits.finality_blocks) return;
  const auto block = m_node.block(job.block_number);
  if (!block || !block->has_value() || (**block).hash != job.block_hash) return;
  job.state = JobState::kFinal;
  m_store.update(job);
}

}  // namespace chain
