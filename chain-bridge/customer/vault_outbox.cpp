// What the vault has for the chain: notes on their way, and the batches of anchors.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "chain-bridge/customer/merkle.h"
#include "chain-bridge/customer/vault_rows.h"
#include "client-proto/core/log.h"

namespace chain {

using soci::into;
using soci::use;

namespace {

/// A note that was stored and of which nothing was heard for so long is offered once more: the chain side may have lost
/// its database.
constexpr proto::SpanUs kStoredAgainAfter = proto::hours(1);

struct DueLeaf {
  long long row = 0;
  Word leaf;
};

std::vector<DueLeaf> due_leaves(soci::session& db, const std::string& brand, const std::string& purpose,
                                proto::TimeUs now) {
  const long long now_us = now.us;
  const int rows_max = kBatchLeavesMax;
  long long row = 0;
  std::string leaf;
  soci::statement statement =
      (db.prepare << "SELECT entry.row, entry.leaf FROM entry JOIN consent ON consent.id = entry.consent WHERE "
                     "entry.root IS NULL AND entry.due_us <= :now AND consent.brand = :brand AND consent.purpose = "
                     ":purpose ORDER BY entry.row LIMIT :rows",
       into(row), into(leaf), use(now_us), use(brand), use(purpose), use(rows_max));
  std::vector<DueLeaf> out;
  statement.execute();
  while (statement.fetch()) out.push_back({row, trusted(Word::parse(leaf))});
  return out;
}

std::string text_of(const std::vector<Word>& words) {
  Bytes all;
  for (const Word& word : words) all.insert(all.end(), word.bytes.begin(), word.bytes.end());
  return hex_data(all);
}

/// A note as its row tells it.
struct NoteRow {
  std::string kind;
  std::string body;
  std::string consent;
  std::string state;
};

std::optional<NoteRow> note_row(soci::session& db, const Word& key) {
  const std::string id = key.hex();
  NoteRow row;
  soci::indicator has_consent = soci::i_null;
  db << "SELECT kind, body, consent, state FROM chain_note WHERE key = :key", use(id), into(row.kind), into(row.body),
      into(row.consent, has_consent), into(row.state);
  if (!db.got_data()) return std::nullopt;
  return row;
}

void set_state(soci::session& db, const Word& key, const std::string& state, const std::string& trouble) {
  const std::string id = key.hex();
  db << "UPDATE chain_note SET state = :state, trouble = :trouble WHERE key = :key", use(state), use(trouble), use(id);
}

std::optional<ChainMark> mark_after(const std::string& kind) {
  if (kind == "grant") return ChainMark::kNoted;
  if (kind == "withdraw") return ChainMark::kEnded;
  if (kind == "erased") return ChainMark::kErased;
  return std::nullopt;
}

}  // namespace

void Vault::add_note(const std::string& brand, const std::optional<Word>& consent_id, const ChainNote& note,
                     proto::TimeUs due) {
  const std::string key = note_key(note).hex();
  const std::string kind(kind_of(note));
  const std::string body = to_text(note);
  const std::string consent_text = consent_id ? consent_id->hex() : std::string();
  soci::indicator has_consent = consent_id ? soci::i_ok : soci::i_null;
  const long long due_us = due.us;
  *m_db << "INSERT INTO chain_note(key, brand, kind, consent, body, due_us) VALUES(:key, :brand, :kind, :consent, "
           ":body, :due)",
      use(key), use(brand), use(kind), use(consent_text, has_consent), use(body), use(due_us);
}

std::int64_t Vault::notes_waiting() {
  long long count = 0;
  *m_db << "SELECT COUNT(*) FROM chain_note WHERE state = 'waiting'", into(count);
  return count;
}

bool Vault::has_note(const Word& consent_id, std::string_view kind) {
  const std::string id = consent_id.hex();
  const std::string kind_text(kind);
  int count = 0;
  *m_db << "SELECT COUNT(*) FROM chain_note WHERE consent = :id AND kind = :kind AND state <> 'failed'", use(id),
      use(kind_text), into(count);
  return count > 0;
}

bool Vault::take_back(const Word& consent_id) {
  const std::string id = consent_id.hex();
  *m_db << "DELETE FROM chain_note WHERE consent = :id AND EXISTS (SELECT 1 FROM chain_note WHERE consent = :id2 AND "
           "kind = 'grant' AND state = 'waiting' AND offered_us IS NULL)",
      use(id), use(id);
  return !has_note(consent_id, "grant");
}

void Vault::mark(const Word& consent_id, ChainMark mark) {
  const std::string id = consent_id.hex();
  const std::string text(to_text(mark));
  *m_db << "UPDATE consent SET chain = :mark WHERE id = :id", use(text), use(id);
}

bool Vault::make_batch(const std::string& brand, const std::string& purpose, proto::TimeUs now) {
  const std::vector<DueLeaf> due = due_leaves(*m_db, brand, purpose, now);
  if (due.empty()) return false;
  std::vector<Word> leaves;
  for (const DueLeaf& leaf : due) leaves.push_back(leaf.leaf);
  const std::size_t padded = padded_size(leaves.size(), kBatchLeavesMin);
  while (leaves.size() < padded) m_random(leaves.emplace_back().bytes);
  // All leaves look random, so sorting hides which of them are padding.
  std::sort(leaves.begin(), leaves.end());
  const Word root = merkle_root(leaves);

  const std::string root_text = root.hex();
  soci::transaction change(*m_db);
  for (const DueLeaf& leaf : due) {
    const auto index = std::lower_bound(leaves.begin(), leaves.end(), leaf.leaf) - leaves.begin();
    const std::string proof = text_of(merkle_proof(leaves, static_cast<std::size_t>(index)));
    const auto index_number = static_cast<long long>(index);
    *m_db << "UPDATE entry SET root = :root, leaf_index = :index, proof = :proof WHERE row = :row", use(root_text),
        use(index_number), use(proof), use(leaf.row);
  }
  add_note(brand, std::nullopt, AnchorNote{registry_id(purpose), root, static_cast<std::uint32_t>(padded)}, now);
  change.commit();
  return true;
}

std::vector<OfferedNote> Vault::offer(proto::TimeUs now, proto::SpanUs again_after, int rows_max) {
  const long long now_us = now.us;
  const long long again_us = now.us - again_after.us;
  const long long forgotten_us = now.us - kStoredAgainAfter.us;
  std::string key;
  std::string brand;
  std::string body;
  soci::transaction change(*m_db);
  soci::statement statement =
      (m_db->prepare
           << "SELECT key, brand, body FROM chain_note AS note WHERE due_us <= :now AND ((state = 'waiting' AND "
              "(offered_us IS NULL OR offered_us <= :again OR offered_us > :now2)) OR (state = 'stored' AND offered_us "
              "<= :forgotten)) AND NOT EXISTS (SELECT 1 FROM chain_note AS earlier WHERE earlier.consent = "
              "note.consent "
              "AND earlier.row < note.row AND earlier.state IN ('waiting', 'stored')) ORDER BY row LIMIT :rows",
       into(key), into(brand), into(body), use(now_us), use(again_us), use(now_us), use(forgotten_us), use(rows_max));
  std::vector<OfferedNote> out;
  std::vector<std::string> keys;
  statement.execute();
  while (statement.fetch()) {
    out.push_back({brand, trusted(parse_note(body))});
    keys.push_back(key);
  }
  // Written down before it is said: from here on the chain may know.
  for (const std::string& offered : keys)
    *m_db << "UPDATE chain_note SET offered_us = :now WHERE key = :key", use(now_us), use(offered);
  change.commit();
  return out;
}

void Vault::stored(const Word& key) {
  const std::string id = key.hex();
  *m_db << "UPDATE chain_note SET state = 'stored' WHERE key = :key AND state = 'waiting'", use(id);
}

void Vault::final_on_chain(const Word& key) {
  const auto row = note_row(*m_db, key);
  if (!row) return;
  soci::transaction change(*m_db);
  set_state(*m_db, key, "final", "");
  const auto reached = mark_after(row->kind);
  if (reached) mark(trusted(Word::parse(row->consent)), *reached);
  change.commit();
}

void Vault::nobody_sends(const Word& key, const std::string& reason) {
  const auto row = note_row(*m_db, key);
  if (!row) return;
  // Said when it is offered for the first time, not every hour.
  if (row->state == "waiting") {
    proto::log(proto::LogLevel::kError, "vault",
               "nobody here can send this " + row->kind + " to the customer chain: " + reason);
  }
  soci::transaction change(*m_db);
  stored(key);
  if (!row->consent.empty()) mark(trusted(Word::parse(row->consent)), ChainMark::kLeft);
  change.commit();
}

void Vault::failed_on_chain(const Word& key, const std::string& reason) {
  const auto row = note_row(*m_db, key);
  if (!row) return;
  proto::log(proto::LogLevel::kError, "vault",
             "the customer chain will never know of this " + row->kind + ": " + reason);
  soci::transaction change(*m_db);
  set_state(*m_db, key, "failed", reason);
  if (row->kind == "grant") {
    mark(trusted(Word::parse(row->consent)), ChainMark::kNever);
    const std::string trouble = "the grant failed";
    *m_db
        << "UPDATE chain_note SET state = 'failed', trouble = :trouble WHERE consent = :consent AND state = 'waiting'",
        use(trouble), use(row->consent);
  }
  if (row->kind == "anchor") {
    const auto note = trusted(parse_note(row->body));
    const std::string root = std::get<AnchorNote>(note).root.hex();
    const long long never_us = kNeverDue.us;
    *m_db << "UPDATE entry SET root = NULL, leaf_index = NULL, proof = NULL, due_us = CASE WHEN (SELECT withdrawn_us "
             "FROM consent WHERE consent.id = entry.consent) IS NULL THEN due_us ELSE :never END WHERE root = :root",
        use(never_us), use(root);
  }
  change.commit();
}

}  // namespace chain
