#include "chain-bridge/relayer/relayer.h"

#include <algorithm>

#include "chain-bridge/eth/abi.h"
#include "chain-bridge/eth/transaction.h"
#include "client-proto/core/log.h"

namespace chain {

namespace {

constexpr int kJobsPerTickMax = 64;
constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kBackoffTriesMax = 8;
/// A payment that ends sooner than this is not started: it could be included too late.
constexpr std::uint64_t kPaymentMarginSeconds = 5;

std::uint64_t seconds_of(proto::TimeUs time) { return static_cast<std::uint64_t>(time.us / kSecond); }

proto::TimeUs start_of_day(proto::TimeUs now) { return {now.us - now.us % proto::days(1).us}; }

/// Nodes have no codes for these; the words are those of the common clients.
bool says(const RpcError& error, std::string_view words) { return error.message.find(words) != std::string::npos; }

/// Replacing needs at least 10 % more; 12.5 % is what clients accept everywhere.
std::uint64_t raised(std::uint64_t wei) { return wei + wei / 8 + 1; }

}  // namespace

proto::Status<std::string> Relayer::accept(const MintRequest& request, proto::TimeUs now) {
  const CheckoutOrder& order = request.order;
  if (m_store.job(order.order_id)) return proto::Unit{};
  const bool known_twin = std::any_of(m_deployment.brands.begin(), m_deployment.brands.end(), [&](const auto& entry) {
    return entry.second.twin == order.twin && (!request.is_purchase() || entry.second.payout == order.payout);
  });
  if (!known_twin) return proto::fail(std::string("twin and payout are not those of one brand of the deployment"));
  if (order.order_id.is_zero() || order.token_id.is_zero())
    return proto::fail(std::string("order id and token id must not be zero"));
  const std::uint64_t accepted = m_store.accepted_since(order.currency, start_of_day(now));
  if (!request.is_purchase()) {
    if (!order.currency.is_zero() || order.amount != 0 || !order.payout.is_zero()) {
      return proto::fail(std::string("an order that was paid elsewhere has no currency, amount or payout"));
    }
    if (accepted >= m_limits.day_issues_max)
      return proto::fail(std::string("today's cap of orders paid elsewhere is reached"));
  } else {
    if (order.currency != m_deployment.currency.token)
      return proto::fail(std::string("the currency is not the deployment's"));
    if (order.amount == 0 || order.amount > m_limits.order_amount_max)
      return proto::fail(std::string("the amount is above the cap per order"));
    if (accepted + order.amount > m_limits.day_amount_max)
      return proto::fail(std::string("today's cap of amounts is reached"));
  }
  m_store.add(request, now);
  return proto::Unit{};
}

ChainHealth Relayer::tick(proto::TimeUs now) {
  ChainHealth health = check_chain();
  if (health.kind != ChainHealth::Kind::kWorking) return health;
  for (const Job& job : m_store.jobs(JobState::kSeen, kJobsPerTickMax)) confirm(job, health.head);
  for (const JobState state : {JobState::kSigned, JobState::kSent}) {
    for (const Job& job : m_store.jobs(state, kJobsPerTickMax)) follow(job, now);
  }
  std::int64_t room = m_limits.in_flight_jobs_max - m_store.count(JobState::kSigned) - m_store.count(JobState::kSent);
  for (const Job& job : m_store.jobs(JobState::kQueued, kJobsPerTickMax)) {
    if (room <= 0) break;
    if (job.next_try > now) continue;
    start(job, now);
    --room;
  }
  return health;
}

std::vector<Report> Relayer::reports(int rows_max) {
  std::vector<Report> out;
  for (const Job& job : m_store.untold(rows_max)) {
    const CheckoutOrder& order = job.request.order;
    out.push_back({order.order_id, job.state, job.transaction, job.block_number, order.recipient, order.twin,
                   order.token_id, job.trouble, job.request.is_purchase()});
  }
  return out;
}

ChainHealth Relayer::forgotten(const std::string& what) const {
  return {ChainHealth::Kind::kForgotten,
          what +
              "; Galleria has stopped sending so that nothing is minted twice. Start the node with its old state, or "
              "move the data folder away to begin anew",
          {}};
}

ChainHealth Relayer::check_chain() {
  const auto id = m_node.chain_id();
  const auto genesis = id ? m_node.block(0) : NodeResult<std::optional<Block>>(proto::fail(id.error()));
  const auto head = genesis ? m_node.latest() : NodeResult<Block>(proto::fail(genesis.error()));
  if (!head) return {ChainHealth::Kind::kUnreachable, "the chain's node does not answer: " + head.error().message, {}};
  if (*id != m_deployment.chain_id) {
    return {ChainHealth::Kind::kWrongChain,
            "the node speaks for chain " + std::to_string(*id) + ", but the contracts are on chain " +
                std::to_string(m_deployment.chain_id),
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
  const std::uint64_t deep = head->number > m_limits.finality_blocks ? head->number - m_limits.finality_blocks : 0;
  if (!memory || deep > memory->number) {
    const auto block = m_node.block(deep);
    if (block && block->has_value()) m_store.remember({(**genesis).hash, deep, (**block).hash});
  }
  return {ChainHealth::Kind::kWorking, "working", *head};
}

CheckoutOrder Relayer::order_for_chain(const Job& job, proto::TimeUs now) const {
  CheckoutOrder order = job.request.order;
  if (!job.request.is_purchase()) order.valid_before_s = seconds_of(now + m_limits.issue_life);
  return order;
}

Bytes Relayer::call_data(const Job& job, const CheckoutOrder& order) const {
  const Signature store = m_keys.store_signer.sign(order_digest(m_deployment, order));
  return job.request.is_purchase() ? purchase_call(order, store, job.request.buyer_signature)
                                   : issue_call(order, store);
}

Attempt Relayer::sign(const Bytes& data, std::uint64_t nonce, std::uint64_t tip_wei, std::uint64_t fee_wei,
                      proto::TimeUs now) const {
  const Transaction transaction{m_deployment.chain_id, nonce,  tip_wei, fee_wei, m_limits.gas_max,
                                m_deployment.checkout, Word{}, data};
  SignedTransaction made = chain::sign(transaction, m_keys.sender);
  return {made.hash, std::move(made.raw), tip_wei, fee_wei, now};
}

bool Relayer::adopt_settled(Job& job) {
  const Word& order_id = job.request.order.order_id;
  const auto used = m_node.call(m_keys.sender.address(), m_deployment.checkout, used_call(order_id));
  if (!used || abi::Reader(*used).boolean(0) != true) return false;
  const auto logs = m_node.logs(m_deployment.checkout, settled_topic(), order_id, m_deployment.first_block);
  if (!logs || logs->empty()) return false;
  const auto receipt = m_node.receipt(logs->front().transaction_hash);
  if (!receipt || !receipt->has_value()) return false;
  see(job, logs->front().transaction_hash, **receipt);
  return true;
}

void Relayer::start(Job job, proto::TimeUs now) {
  if (job.request.is_purchase() && seconds_of(now) + kPaymentMarginSeconds >= job.request.order.valid_before_s) {
    if (!adopt_settled(job)) fail(std::move(job), "the payment's time ran out before the chain could take it");
    return;
  }
  const CheckoutOrder order = order_for_chain(job, now);
  const Bytes data = call_data(job, order);
  const Address sender = m_keys.sender.address();
  // Tried out first: a transaction that reverts would cost gas and a nonce and tell nobody why.
  if (const auto tried = m_node.call(sender, m_deployment.checkout, data); !tried)
    return refuse(std::move(job), tried.error(), now);
  const auto head = m_node.latest();
  const auto tip = head ? m_node.tip_wei() : NodeResult<std::uint64_t>(proto::fail(head.error()));
  const auto nonce = tip ? m_node.nonce(sender, false) : NodeResult<std::uint64_t>(proto::fail(tip.error()));
  if (!nonce) return postpone(std::move(job), nonce.error().message, now);
  const std::uint64_t fee = std::min(2 * head->base_fee_wei + *tip, m_limits.fee_wei_max);
  const Attempt attempt = m_store.assign(job.request.order.order_id, *nonce, [&](std::uint64_t assigned) {
    job.nonce = assigned;
    return sign(data, assigned, std::min(*tip, fee), fee, now);
  });
  job.state = JobState::kSigned;
  broadcast(std::move(job), attempt, now);
}

void Relayer::refuse(Job job, const RpcError& error, proto::TimeUs now) {
  if (error.kind != RpcError::Kind::kRefused) return postpone(std::move(job), error.message, now);
  if (adopt_settled(job)) return;
  const Refusal refusal = explain_revert(error.revert_data);
  const bool given_up = !job.request.is_purchase() && now - job.created > m_limits.issue_give_up_after;
  if ((job.request.is_purchase() && !refusal.may_pass) || given_up) return fail(std::move(job), refusal.name);
  postpone(std::move(job), "the checkout refuses: " + refusal.name, now);
}

void Relayer::postpone(Job job, std::string trouble, proto::TimeUs now) {
  job.trouble = std::move(trouble);
  job.tries += 1;
  const std::int64_t wait_s = std::int64_t{1} << std::min(job.tries, kBackoffTriesMax);
  job.next_try = now + proto::seconds(wait_s);
  m_store.update(job);
}

void Relayer::fail(Job job, std::string reason) {
  proto::log(proto::LogLevel::kWarning, "chain", "order " + job.request.order.order_id.hex() + " failed: " + reason);
  job.state = JobState::kFailed;
  job.trouble = std::move(reason);
  m_store.update(job);
}

void Relayer::see(Job job, const Word& transaction, const Receipt& receipt) {
  job.state = JobState::kSeen;
  job.transaction = transaction;
  job.block_number = receipt.block_number;
  job.block_hash = receipt.block_hash;
  job.trouble.clear();
  m_store.update(job);
}

void Relayer::broadcast(Job job, const Attempt& attempt, proto::TimeUs now) {
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

void Relayer::follow(Job job, proto::TimeUs now) {
  const std::vector<Attempt> attempts = m_store.attempts(job.request.order.order_id);
  for (const Attempt& attempt : attempts) {
    const auto receipt = m_node.receipt(attempt.hash);
    if (!receipt) return;
    if (!receipt->has_value()) continue;
    if ((**receipt).succeeded) return see(std::move(job), attempt.hash, **receipt);
  }
  const auto counted = m_node.nonce(m_keys.sender.address(), false);
  if (!counted) return;
  if (job.nonce && *counted > *job.nonce) {
    // The nonce is spent and none of our attempts succeeded: either one reverted, or somebody else settled the order.
    if (adopt_settled(job)) return;
    job.state = JobState::kQueued;
    job.nonce.reset();
    return postpone(std::move(job), "the transaction was included without effect", now);
  }
  if (attempts.empty() || job.next_try > now) return;
  const Attempt& last = attempts.back();
  if (now - last.signed_at > m_limits.replace_after) return replace(job, last, now);
  broadcast(std::move(job), last, now);
}

void Relayer::replace(const Job& job, const Attempt& last, proto::TimeUs now) {
  const std::uint64_t fee = raised(last.fee_wei);
  if (fee > m_limits.fee_wei_max) {
    proto::log(proto::LogLevel::kError, "chain", "fee cap reached for order " + job.request.order.order_id.hex());
    return broadcast(job, last, now);
  }
  const CheckoutOrder order = order_for_chain(job, now);
  const Attempt attempt = sign(call_data(job, order), *job.nonce, raised(last.tip_wei), fee, now);
  m_store.add_attempt(job.request.order.order_id, attempt);
  broadcast(job, attempt, now);
}

void Relayer::confirm(Job job, const Block& head) {
  const auto receipt = m_node.receipt(job.transaction);
  if (!receipt) return;
  if (!receipt->has_value() || (**receipt).block_hash != job.block_hash) {
    proto::log(proto::LogLevel::kWarning, "chain", "a reorg took back order " + job.request.order.order_id.hex());
    job.state = job.nonce ? JobState::kSent : JobState::kQueued;
    job.transaction = {};
    job.block_hash = {};
    job.next_try = {};
    m_store.update(job);
    m_store.told(job.request.order.order_id, JobState::kQueued);
    return;
  }
  if (head.number < job.block_number + m_limits.finality_blocks) return;
  const auto block = m_node.block(job.block_number);
  if (!block || !block->has_value() || (**block).hash != job.block_hash) return;
  job.state = JobState::kFinal;
  m_store.update(job);
}

}  // namespace chain
