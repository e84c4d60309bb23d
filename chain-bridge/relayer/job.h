/// A job is something that has to happen on a chain exactly once: an order settled, a consent noted. Its life:
///
///     queued -> signed -> sent -> seen -> final
///                  ^________|______|        (not included for long, reverted, or taken back by a reorg)
///     queued -> failed                      (it can never happen any more, or was given up)
///
/// Assigning the nonce and storing the signed bytes is one transaction of the job database, so there is no nonce
/// without bytes and no broadcast that is not remembered.
#pragma once

#include "chain-bridge/eth/types.h"
#include "client-proto/core/time.h"

namespace chain {

enum class JobState : std::uint8_t { kQueued, kSigned, kSent, kSeen, kFinal, kFailed };
[[nodiscard]] std::string_view to_text(JobState state);
[[nodiscard]] std::optional<JobState> job_state(std::string_view text);

/// What is wanted. The payload is a JSON text that only its `Calls` read.
struct Intent {
  Word key;  ///< names the job for good; adding it twice is adding it once
  std::string kind;
  std::string payload;
  std::string bucket;  ///< what its weight counts against in caps, for instance a currency
  std::uint64_t weight = 0;
};

struct Job {
  Intent intent;
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

}  // namespace chain
