/// A job is one order on its way through the chain. Its life:
///
///     queued -> signed -> sent -> seen -> final
///                  ^________|______|        (not included for long, reverted, or taken back by a reorg)
///     queued -> failed                      (a wallet's payment that can never be taken; issuing given up after a day)
///
/// Assigning the nonce and storing the signed bytes is one transaction of the relayer's database, so there is no nonce
/// without bytes and no broadcast that is not remembered.
#pragma once

#include "chain-bridge/relayer/checkout_call.h"
#include "client-proto/core/time.h"

namespace chain {

enum class JobState : std::uint8_t { kQueued, kSigned, kSent, kSeen, kFinal, kFailed };
[[nodiscard]] std::string_view to_text(JobState state);
[[nodiscard]] std::optional<JobState> job_state(std::string_view text);

/// What the shop asks for. A purchase carries the buyer's signature and a fixed end; an issue is signed anew for each
/// try, because it was paid elsewhere and only has to happen.
struct MintRequest {
  CheckoutOrder order;
  Bytes buyer_signature;  ///< empty: issue on the store's word
  [[nodiscard]] bool is_purchase() const { return !buyer_signature.empty(); }
};

struct Job {
  MintRequest request;
  JobState state = JobState::kQueued;
  std::optional<std::uint64_t> nonce;
  Word transaction;  ///< seen and final: the one that was included
  std::uint64_t block_number = 0;
  Word block_hash;
  std::int64_t tries = 0;
  std::string trouble;  ///< the last thing that went wrong, for operators
  proto::TimeUs created;
  proto::TimeUs next_try;  ///< queued: not before; signed and sent: when to broadcast again
};

/// One signed transaction of a job; replacements add another with the same nonce.
struct Attempt {
  Word hash;
  Bytes raw;
  std::uint64_t tip_wei = 0;
  std::uint64_t fee_wei = 0;
  proto::TimeUs signed_at;
};

/// What the shop has to hear about a job; told until the shop has stored it.
struct Report {
  Word order_id;
  JobState state = JobState::kSeen;  ///< kSeen, kFinal or kFailed
  Word transaction;
  std::uint64_t block_number = 0;
  Address owner;
  Address twin;
  Word token_id;
  std::string reason;
  bool is_purchase = false;
};

}  // namespace chain
