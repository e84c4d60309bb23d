// What the vault tells; nothing here changes anything.
#include <array>
#include <nlohmann/json.hpp>

#include "chain-bridge/customer/vault_rows.h"

namespace chain {

using soci::into;
using soci::use;

namespace {

constexpr std::array<std::string_view, 6> kMarkNames{"waiting", "noted", "ended", "erased", "never", "left"};

ChainMark mark_of(std::string_view text) {
  const auto found = std::find(kMarkNames.begin(), kMarkNames.end(), text);
  GALLERIA_CHECK(found != kMarkNames.end());
  return static_cast<ChainMark>(found - kMarkNames.begin());
}

struct ConsentRow {
  std::string id, brand, purpose, account, key, commitment, chain;
  long long not_after_s = 0, granted_us = 0, withdrawn_us = 0;
  int erased = 0;

  [[nodiscard]] Consent take() const {
    Consent out;
    out.grant = {trusted(Word::parse(id)), registry_id(brand), registry_id(purpose),
                 static_cast<std::uint64_t>(not_after_s), trusted(Word::parse(commitment))};
    out.brand = brand;
    out.purpose = purpose;
    out.account = trusted(proto::AccountId::parse(account));
    out.key = trusted(Address::parse(key));
    out.granted = {granted_us};
    if (withdrawn_us >= 0) out.withdrawn = proto::TimeUs{withdrawn_us};
    out.erased = erased != 0;
    out.chain = mark_of(chain);
    return out;
  }
};

/// A proof is stored as its words behind each other.
std::vector<Word> proof_words(const std::string& text) {
  const Bytes bytes = trusted(parse_data(text, 32 * 32));
  std::vector<Word> words(bytes.size() / 32);
  for (std::size_t i = 0; i < words.size(); ++i)
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(32 * i), 32, words[i].bytes.begin());
  return words;
}

}  // namespace

std::string_view to_text(VaultRefusal refusal) {
  constexpr std::array<std::string_view, 12> kNames{
      "unknown_consent", "consent_exists", "agreed_already", "not_yours",      "wrong_signature",  "wrong_end",
      "ended",           "no_reader",      "too_many",       "wrong_sequence", "wrong_commitment", "wrong_terms"};
  return kNames[static_cast<std::size_t>(refusal)];
}

std::string_view to_text(ChainMark mark) { return kMarkNames[static_cast<std::size_t>(mark)]; }

bool holds(const Consent& consent, proto::TimeUs now) {
  return !consent.withdrawn && !consent.erased && whole_seconds(now) < consent.grant.not_after_s;
}

bool stopped_since(const Consent& consent, proto::TimeUs time) {
  return consent.withdrawn && *consent.withdrawn >= time &&
         whole_seconds(*consent.withdrawn) < consent.grant.not_after_s;
}

std::vector<Consent> consents_where(soci::session& db, const std::string& condition, const std::string& value) {
  ConsentRow row;
  soci::statement statement =
      (db.prepare << "SELECT id, brand, purpose, account, key_address, commitment, not_after_s, granted_us, "
                     "COALESCE(withdrawn_us, -1), erased_us IS NOT NULL, chain FROM consent "
                  << condition,
       into(row.id), into(row.brand), into(row.purpose), into(row.account), into(row.key), into(row.commitment),
       into(row.not_after_s), into(row.granted_us), into(row.withdrawn_us), into(row.erased), into(row.chain),
       use(value));
  std::vector<Consent> out;
  statement.execute();
  while (statement.fetch()) out.push_back(row.take());
  return out;
}

std::vector<Consent> Vault::consents_of(const proto::AccountId& account) {
  return consents_where(*m_db, "WHERE account = :account ORDER BY granted_us DESC, id", account.hex());
}

std::optional<Consent> Vault::consent(const Word& consent_id) {
  auto found = consents_where(*m_db, "WHERE id = :id", consent_id.hex());
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::optional<Consent> Vault::live_consent(const proto::AccountId& account, const std::string& brand,
                                           const std::string& purpose, proto::TimeUs now) {
  for (Consent& consent : consents_of(account)) {
    if (consent.brand == brand && consent.purpose == purpose && holds(consent, now)) return std::move(consent);
  }
  return std::nullopt;
}

std::vector<Consent> Vault::expired(proto::TimeUs now, int rows_max) {
  // The text is compared as the number that it is.
  return consents_where(*m_db,
                        "WHERE erased_us IS NULL AND not_after_s <= CAST(:now AS INTEGER) ORDER BY not_after_s LIMIT " +
                            std::to_string(rows_max),
                        std::to_string(whole_seconds(now)));
}

std::vector<Reader> Vault::readers_of(const Word& consent_id) {
  const std::string id = consent_id.hex();
  std::string brand;
  long long not_after = 0;
  soci::statement statement =
      (m_db->prepare << "SELECT brand, not_after_s FROM reader WHERE consent = :id ORDER BY brand", into(brand),
       into(not_after), use(id));
  std::vector<Reader> out;
  statement.execute();
  while (statement.fetch()) out.push_back({brand, static_cast<std::uint64_t>(not_after)});
  return out;
}

std::vector<ReadEntry> Vault::reads_of(const Word& consent_id, int rows_max) {
  const std::string id = consent_id.hex();
  std::string reader;
  std::string purpose;
  long long at_us = 0;
  soci::statement statement =
      (m_db->prepare << "SELECT reader, purpose, at_us FROM read_log WHERE consent = :id ORDER BY row DESC LIMIT :rows",
       into(reader), into(purpose), into(at_us), use(id), use(rows_max));
  std::vector<ReadEntry> out;
  statement.execute();
  while (statement.fetch()) out.push_back({reader, purpose, {at_us}});
  return out;
}

std::int64_t Vault::entries_count(const Word& consent_id) {
  const std::string id = consent_id.hex();
  long long count = 0;
  *m_db << "SELECT COUNT(*) FROM entry WHERE consent = :id", use(id), into(count);
  return count;
}

bool Vault::is_noted(const proto::AccountId& account, const std::string& brand, const std::string& purpose,
                     const std::string& reference) {
  const std::string owner = account.hex();
  int count = 0;
  *m_db << "SELECT COUNT(*) FROM entry JOIN consent ON consent.id = entry.consent WHERE consent.account = :account AND "
           "consent.brand = :brand AND consent.purpose = :purpose AND entry.reference = :reference",
      use(owner), use(brand), use(purpose), use(reference), into(count);
  return count > 0;
}

std::vector<AnchoredLeaf> Vault::anchored_leaves(const Word& consent_id) {
  const std::string id = consent_id.hex();
  std::string leaf;
  std::string root;
  std::string proof;
  long long index = 0;
  soci::statement statement = (m_db->prepare << "SELECT leaf, root, leaf_index, proof FROM entry WHERE consent = :id "
                                                "AND root IS NOT NULL ORDER BY row",
                               into(leaf), into(root), into(index), into(proof), use(id));
  std::vector<AnchoredLeaf> out;
  statement.execute();
  while (statement.fetch()) {
    out.push_back(
        {trusted(Word::parse(leaf)), trusted(Word::parse(root)), static_cast<std::size_t>(index), proof_words(proof)});
  }
  return out;
}

std::optional<ErasureReceipt> Vault::receipt_of(const Word& consent_id) {
  const std::string id = consent_id.hex();
  ErasureReceipt out;
  std::string hash;
  std::string signature;
  std::string signer;
  *m_db << "SELECT text, hash, signature, signer FROM receipt WHERE consent = :id", use(id), into(out.text), into(hash),
      into(signature), into(signer);
  if (!m_db->got_data()) return std::nullopt;
  constexpr std::size_t kSignatureBytes = 65;
  out.hash = trusted(Word::parse(hash));
  out.signature = trusted(parse_data(signature, kSignatureBytes));
  out.signer = trusted(Address::parse(signer));
  return out;
}

}  // namespace chain
