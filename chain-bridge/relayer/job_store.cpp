#include "chain-bridge/relayer/job_store.h"

#include <soci/soci.h>

#include <algorithm>
#include <array>

#include "chain-bridge/database/open_database.h"
#include "client-proto/core/check.h"

namespace chain {

using soci::into;
using soci::use;

namespace {

constexpr int kSchemaVersion = 1;
constexpr std::size_t kBytesMax = 16U << 10U;
constexpr std::array<std::string_view, 6> kStateNames{"queued", "signed", "sent", "seen", "final", "failed"};

constexpr const char* kSchema[] = {
    "CREATE TABLE job(key TEXT PRIMARY KEY, kind TEXT NOT NULL, payload TEXT NOT NULL, bucket TEXT NOT NULL, "
    "weight INTEGER NOT NULL, state TEXT NOT NULL, told TEXT NOT NULL DEFAULT '', nonce INTEGER, "
    "transaction_hash TEXT NOT NULL DEFAULT '', block_number INTEGER NOT NULL DEFAULT 0, "
    "block_hash TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0, trouble TEXT NOT NULL DEFAULT '', "
    "created_us INTEGER NOT NULL, next_try_us INTEGER NOT NULL)",
    "CREATE INDEX job_by_bucket ON job(bucket, created_us)",
    "CREATE INDEX job_by_state ON job(state, created_us)",
    "CREATE TABLE attempt(job_key TEXT NOT NULL REFERENCES job(key), hash TEXT PRIMARY KEY, raw TEXT NOT NULL, "
    "tip_wei INTEGER NOT NULL, fee_wei INTEGER NOT NULL, signed_us INTEGER NOT NULL)",
    "CREATE INDEX attempt_by_job ON attempt(job_key, signed_us)",
    "CREATE TABLE sender(id INTEGER PRIMARY KEY CHECK(id = 1), next_nonce INTEGER NOT NULL)",
    "INSERT INTO sender(id, next_nonce) VALUES(1, 0)",
    "CREATE TABLE chain_memory(id INTEGER PRIMARY KEY CHECK(id = 1), genesis TEXT NOT NULL, number INTEGER NOT NULL, "
    "hash TEXT NOT NULL)",
};

struct Row {
  std::string key, kind, payload, bucket, state, transaction, block_hash, trouble;
  long long weight = 0, block_number = 0, tries = 0, created_us = 0, next_try_us = 0, nonce = 0;
  soci::indicator has_nonce = soci::i_null;

  [[nodiscard]] Job take() const {
    Job job;
    job.intent = {trusted(Word::parse(key)), kind, payload, bucket, static_cast<std::uint64_t>(weight)};
    job.state = trusted(job_state(state));
    if (has_nonce == soci::i_ok) job.nonce = static_cast<std::uint64_t>(nonce);
    job.transaction = Word::parse(transaction).value_or(Word{});
    job.block_hash = Word::parse(block_hash).value_or(Word{});
    job.block_number = static_cast<std::uint64_t>(block_number);
    job.tries = tries;
    job.trouble = trouble;
    job.created = {created_us};
    job.next_try = {next_try_us};
    return job;
  }
};

constexpr const char* kSelect =
    "SELECT key, kind, payload, bucket, weight, state, nonce, transaction_hash, block_number, block_hash, tries, "
    "trouble, "
    "created_us, next_try_us FROM job ";

soci::details::prepare_temp_type& bind(soci::details::prepare_temp_type& query, Row& row) {
  return query, into(row.key), into(row.kind), into(row.payload), into(row.bucket), into(row.weight), into(row.state),
         into(row.nonce, row.has_nonce), into(row.transaction), into(row.block_number), into(row.block_hash),
         into(row.tries), into(row.trouble), into(row.created_us), into(row.next_try_us);
}

std::vector<Job> fetch_all(soci::statement& statement, const Row& row) {
  std::vector<Job> out;
  statement.execute();
  while (statement.fetch()) out.push_back(row.take());
  return out;
}

void insert_attempt(soci::session& db, const Word& key, const Attempt& attempt) {
  const std::string order = key.hex();
  const std::string hash = attempt.hash.hex();
  const std::string raw = hex_data(attempt.raw);
  const auto tip = static_cast<long long>(attempt.tip_wei);
  const auto fee = static_cast<long long>(attempt.fee_wei);
  const long long signed_us = attempt.signed_at.us;
  db << "INSERT INTO attempt(job_key, hash, raw, tip_wei, fee_wei, signed_us) VALUES(:order, :hash, :raw, :tip, :fee, "
        ":at)",
      use(order), use(hash), use(raw), use(tip), use(fee), use(signed_us);
}

void insert_job(soci::session& db, const Intent& intent, JobState state, const std::string& trouble,
                proto::TimeUs now) {
  const std::string key = intent.key.hex();
  const std::string state_text(to_text(state));
  const auto weight = static_cast<long long>(intent.weight);
  const long long now_us = now.us;
  db << "INSERT INTO job(key, kind, payload, bucket, weight, state, trouble, created_us, next_try_us) "
        "VALUES(:key, :kind, :payload, :bucket, :weight, :state, :trouble, :now, 0) ON CONFLICT(key) DO NOTHING",
      use(key), use(intent.kind), use(intent.payload), use(intent.bucket), use(weight), use(state_text), use(trouble),
      use(now_us);
}

}  // namespace

std::string_view to_text(JobState state) { return kStateNames[static_cast<std::size_t>(state)]; }

std::optional<JobState> job_state(std::string_view text) {
  const auto found = std::find(kStateNames.begin(), kStateNames.end(), text);
  if (found == kStateNames.end()) return std::nullopt;
  return static_cast<JobState>(found - kStateNames.begin());
}

JobStore::JobStore(std::unique_ptr<soci::session> db) : m_db(std::move(db)) {}
JobStore::~JobStore() = default;

proto::Result<std::unique_ptr<JobStore>, std::string> JobStore::open(const std::string& path) {
  auto db = open_database(path, {kSchemaVersion, kSchema, false});
  if (!db) return proto::fail(db.error());
  return std::unique_ptr<JobStore>(new JobStore(std::move(db).value()));
}

void JobStore::add(const Intent& intent, proto::TimeUs now) { insert_job(*m_db, intent, JobState::kQueued, "", now); }

void JobStore::add_failed(const Intent& intent, const std::string& trouble, proto::TimeUs now) {
  insert_job(*m_db, intent, JobState::kFailed, trouble, now);
}

std::optional<Job> JobStore::job(const Word& key) {
  const std::string id = key.hex();
  Row row;
  soci::details::prepare_temp_type query = m_db->prepare << kSelect << "WHERE key = :id";
  soci::statement statement = (bind(query, row), use(id));
  if (!statement.execute(true)) return std::nullopt;
  return row.take();
}

std::vector<Job> JobStore::jobs(JobState state, int rows_max) {
  const std::string name(to_text(state));
  Row row;
  soci::details::prepare_temp_type query = m_db->prepare << kSelect
                                                         << "WHERE state = :state ORDER BY created_us, key LIMIT :rows";
  soci::statement statement = (bind(query, row), use(name), use(rows_max));
  return fetch_all(statement, row);
}

std::vector<Job> JobStore::due(proto::TimeUs now, int rows_max) {
  const long long now_us = now.us;
  Row row;
  soci::details::prepare_temp_type query =
      m_db->prepare << kSelect << "WHERE state = 'queued' AND next_try_us <= :now ORDER BY created_us, key LIMIT :rows";
  soci::statement statement = (bind(query, row), use(now_us), use(rows_max));
  return fetch_all(statement, row);
}

std::int64_t JobStore::count(JobState state) {
  const std::string name(to_text(state));
  long long count = 0;
  *m_db << "SELECT COUNT(*) FROM job WHERE state = :state", use(name), into(count);
  return count;
}

std::vector<Attempt> JobStore::attempts(const Word& key) {
  const std::string id = key.hex();
  std::string hash;
  std::string raw;
  long long tip = 0;
  long long fee = 0;
  long long signed_us = 0;
  soci::statement statement =
      (m_db->prepare
           << "SELECT hash, raw, tip_wei, fee_wei, signed_us FROM attempt WHERE job_key = :id ORDER BY signed_us",
       into(hash), into(raw), into(tip), into(fee), into(signed_us), use(id));
  std::vector<Attempt> out;
  statement.execute();
  while (statement.fetch()) {
    out.push_back({trusted(Word::parse(hash)),
                   trusted(parse_data(raw, kBytesMax)),
                   static_cast<std::uint64_t>(tip),
                   static_cast<std::uint64_t>(fee),
                   {signed_us}});
  }
  return out;
}

std::uint64_t JobStore::added_since(const std::string& bucket, proto::TimeUs from) {
  const long long from_us = from.us;
  long long sum = 0;
  *m_db << "SELECT COALESCE(SUM(weight), 0) FROM job WHERE bucket = :bucket AND created_us >= :from AND state <> "
           "'failed'",
      use(bucket), use(from_us), into(sum);
  return static_cast<std::uint64_t>(sum);
}

Attempt JobStore::assign(const Word& key, std::uint64_t nonce_min, const std::function<Attempt(std::uint64_t)>& sign) {
  soci::transaction change(*m_db);
  long long stored = 0;
  *m_db << "SELECT next_nonce FROM sender WHERE id = 1", into(stored);
  const std::uint64_t nonce = std::max(static_cast<std::uint64_t>(stored), nonce_min);
  Attempt attempt = sign(nonce);
  const auto next = static_cast<long long>(nonce + 1);
  *m_db << "UPDATE sender SET next_nonce = :next WHERE id = 1", use(next);
  const std::string id = key.hex();
  const auto own = static_cast<long long>(nonce);
  *m_db << "UPDATE job SET nonce = :nonce, state = 'signed', next_try_us = 0 WHERE key = :id AND state = 'queued'",
      use(own), use(id);
  insert_attempt(*m_db, key, attempt);
  change.commit();
  return attempt;
}

void JobStore::add_attempt(const Word& key, const Attempt& attempt) { insert_attempt(*m_db, key, attempt); }

void JobStore::update(const Job& job) {
  const std::string id = job.intent.key.hex();
  const std::string state(to_text(job.state));
  const std::string transaction = job.transaction.is_zero() ? std::string() : job.transaction.hex();
  const std::string block_hash = job.block_hash.is_zero() ? std::string() : job.block_hash.hex();
  const auto block_number = static_cast<long long>(job.block_number);
  const long long tries = job.tries;
  const long long next_try_us = job.next_try.us;
  const auto nonce = static_cast<long long>(job.nonce.value_or(0));
  soci::indicator has_nonce = job.nonce ? soci::i_ok : soci::i_null;
  *m_db << "UPDATE job SET state = :state, transaction_hash = :tx, block_number = :number, block_hash = :hash, tries = "
           ":tries, "
           "trouble = :trouble, nonce = :nonce, next_try_us = :next WHERE key = :id",
      use(state), use(transaction), use(block_number), use(block_hash), use(tries), use(job.trouble),
      use(nonce, has_nonce), use(next_try_us), use(id);
}

std::vector<Job> JobStore::untold(int rows_max) {
  Row row;
  soci::details::prepare_temp_type query =
      m_db->prepare << kSelect
                    << "WHERE state IN ('seen', 'final', 'failed') AND told <> state ORDER BY created_us LIMIT :rows";
  soci::statement statement = (bind(query, row), use(rows_max));
  return fetch_all(statement, row);
}

void JobStore::told(const Word& key, JobState state) {
  const std::string id = key.hex();
  const std::string name(to_text(state));
  *m_db << "UPDATE job SET told = :state WHERE key = :id", use(name), use(id);
}

std::optional<ChainMemory> JobStore::memory() {
  std::string genesis;
  std::string hash;
  long long number = 0;
  *m_db << "SELECT genesis, number, hash FROM chain_memory WHERE id = 1", into(genesis), into(number), into(hash);
  if (!m_db->got_data()) return std::nullopt;
  return ChainMemory{trusted(Word::parse(genesis)), static_cast<std::uint64_t>(number), trusted(Word::parse(hash))};
}

void JobStore::remember(const ChainMemory& memory) {
  const std::string genesis = memory.genesis.hex();
  const std::string hash = memory.hash.hex();
  const auto number = static_cast<long long>(memory.number);
  *m_db << "INSERT INTO chain_memory(id, genesis, number, hash) VALUES(1, :genesis, :number, :hash) ON CONFLICT(id) DO "
           "UPDATE "
           "SET genesis = excluded.genesis, number = excluded.number, hash = excluded.hash",
      use(genesis), use(number), use(hash);
}

}  // namespace chain
