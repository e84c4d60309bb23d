/// The database of one transaction queue: jobs, the signed bytes of every attempt, the next nonce, and what it
/// remembers of the chain. SQLite in WAL mode with synchronous=FULL; it belongs to the chain thread.
#pragma once

#include <functional>
#include <memory>

#include "chain-bridge/relayer/job.h"
#include "client-proto/core/result.h"

namespace soci {
class session;
}

namespace chain {

/// Blocks that must still be there: the first, and the newest one that was deep enough.
struct ChainMemory {
  Word genesis;
  std::uint64_t number = 0;
  Word hash;
};

class JobStore {
 public:
  /// Opens or makes the database; the error is a sentence for the operator.
  static proto::Result<std::unique_ptr<JobStore>, std::string> open(const std::string& path);
  ~JobStore();
  JobStore(const JobStore&) = delete;
  JobStore& operator=(const JobStore&) = delete;

  /// Adds a queued job; one that is known already is left as it is.
  void add(const Intent& intent, proto::TimeUs now);
  /// Adds one that will not be tried, so that its owner is told why; it counts against no cap.
  void add_failed(const Intent& intent, const std::string& trouble, proto::TimeUs now);
  [[nodiscard]] std::optional<Job> job(const Word& key);
  /// Jobs in a state, oldest first.
  [[nodiscard]] std::vector<Job> jobs(JobState state, int rows_max);
  /// Queued jobs whose next try has come, oldest first.
  [[nodiscard]] std::vector<Job> due(proto::TimeUs now, int rows_max);
  [[nodiscard]] std::int64_t count(JobState state);
  [[nodiscard]] std::vector<Attempt> attempts(const Word& key);
  /// Sum of the weights in a bucket that were added since `from`.
  [[nodiscard]] std::uint64_t added_since(const std::string& bucket, proto::TimeUs from);

  /// Takes the next nonce (at least `nonce_min`, what the chain counts) and stores the bytes that `sign` makes with it,
  /// all in one transaction.
  Attempt assign(const Word& key, std::uint64_t nonce_min, const std::function<Attempt(std::uint64_t nonce)>& sign);
  /// A replacement with the nonce that the job has.
  void add_attempt(const Word& key, const Attempt& attempt);
  /// Writes state, transaction, block, tries, trouble, nonce and next try.
  void update(const Job& job);

  /// Jobs that are seen, final or failed, and whose owner has not been told so.
  [[nodiscard]] std::vector<Job> untold(int rows_max);
  void told(const Word& key, JobState state);

  [[nodiscard]] std::optional<ChainMemory> memory();
  void remember(const ChainMemory& memory);

 private:
  explicit JobStore(std::unique_ptr<soci::session> db);
  std::unique_ptr<soci::session> m_db;
};

}  // namespace chain
