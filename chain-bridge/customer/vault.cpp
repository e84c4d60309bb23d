#include "chain-bridge/customer/vault.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <array>
#include <nlohmann/json.hpp>

#include "chain-bridge/eth/keccak.h"
#include "client-proto/core/check.h"

namespace chain {

using nlohmann::json;
using soci::into;
using soci::use;

namespace {

constexpr int kSchemaVersion = 1;
constexpr std::size_t kBoxBytesMax = kPayloadBytesMax + 256;
constexpr std::uint64_t kConsentSecondsMax = 3ULL * 365 * 24 * 3600;
constexpr const char* kKeeper = "";  ///< holder of the key that the vault itself uses

constexpr std::array<const char*, 6> kSchema{
    "CREATE TABLE consent(id TEXT PRIMARY KEY, brand TEXT NOT NULL, purpose TEXT NOT NULL, account TEXT NOT NULL, "
    "key_address TEXT NOT NULL, not_after_s INTEGER NOT NULL, commitment TEXT NOT NULL, granted_us INTEGER NOT NULL, "
    "withdrawn_us INTEGER, erased_us INTEGER, reader_sequence INTEGER NOT NULL DEFAULT 0)",
    "CREATE INDEX consent_by_account ON consent(account, granted_us)",
    "CREATE TABLE wrap(consent TEXT NOT NULL REFERENCES consent(id), holder TEXT NOT NULL, box TEXT NOT NULL, "
    "PRIMARY KEY(consent, holder))",
    "CREATE TABLE reader(consent TEXT NOT NULL REFERENCES consent(id), brand TEXT NOT NULL, not_after_s INTEGER NOT "
    "NULL, "
    "PRIMARY KEY(consent, brand))",
    "CREATE TABLE entry(row INTEGER PRIMARY KEY AUTOINCREMENT, consent TEXT NOT NULL REFERENCES consent(id), "
    "reference TEXT NOT NULL, box TEXT, leaf TEXT NOT NULL, root TEXT, UNIQUE(consent, reference))",
    "CREATE TABLE read_log(consent TEXT NOT NULL REFERENCES consent(id), reader TEXT NOT NULL, purpose TEXT NOT NULL, "
    "at_us INTEGER NOT NULL)",
};

std::uint64_t seconds_of(proto::TimeUs time) { return static_cast<std::uint64_t>(time.us / 1'000'000); }

/// What the database gives back was written by us.
template <class T>
T trusted(std::optional<T> value) {
  GALLERIA_CHECK(value.has_value());
  return std::move(*value);
}

struct Row {
  std::string id, brand, purpose, account, key, commitment;
  long long not_after_s = 0, granted_us = 0;
  int withdrawn = 0, erased = 0;

  [[nodiscard]] Consent take() const {
    Consent out;
    out.grant = {trusted(Word::parse(id)), registry_id(brand), registry_id(purpose),
                 static_cast<std::uint64_t>(not_after_s), trusted(Word::parse(commitment))};
    out.brand = brand;
    out.purpose = purpose;
    out.account = trusted(proto::AccountId::parse(account));
    out.key = trusted(Address::parse(key));
    out.granted = {granted_us};
    out.withdrawn = withdrawn != 0;
    out.erased = erased != 0;
    return out;
  }
};

constexpr const char* kSelect =
    "SELECT id, brand, purpose, account, key_address, commitment, not_after_s, granted_us, withdrawn_us IS NOT NULL, "
    "erased_us IS NOT NULL FROM consent ";

soci::details::prepare_temp_type& bind(soci::details::prepare_temp_type& query, Row& row) {
  return query, into(row.id), into(row.brand), into(row.purpose), into(row.account), into(row.key),
         into(row.commitment), into(row.not_after_s), into(row.granted_us), into(row.withdrawn), into(row.erased);
}

bool holds(const Consent& consent, proto::TimeUs now) {
  return !consent.withdrawn && !consent.erased && seconds_of(now) < consent.grant.not_after_s;
}

std::optional<Address> signer(const Word& digest, const Bytes& signature) {
  const auto parsed = Signature::parse(signature);
  return parsed ? recover(digest, *parsed) : std::nullopt;
}

void make_schema(soci::session& db) {
  int version = 0;
  db << "PRAGMA user_version", into(version);
  if (version == kSchemaVersion) return;
  if (version != 0) throw soci::soci_error("it was written by another version of Galleria");
  soci::transaction change(db);
  for (const char* statement : kSchema) db << statement;
  db << "PRAGMA user_version = " << kSchemaVersion;
  change.commit();
}

std::string wrap_context(const Word& consent_id, const std::string& holder) {
  return "key " + consent_id.hex() + " " + holder;
}
std::string entry_context(const Word& consent_id, const std::string& reference) {
  return "entry " + consent_id.hex() + " " + reference;
}

}  // namespace

std::string_view to_text(VaultRefusal refusal) {
  constexpr std::array<std::string_view, 9> kNames{"unknown_consent", "consent_exists", "not_yours",
                                                   "wrong_signature", "wrong_end",      "ended",
                                                   "no_reader",       "too_many",       "wrong_sequence"};
  return kNames[static_cast<std::size_t>(refusal)];
}

Vault::Vault(std::unique_ptr<soci::session> db, const Word& keeper_key, CustomerDeployment deployment,
             RandomBytes random)
    : m_db(std::move(db)), m_keeper_key(keeper_key), m_deployment(std::move(deployment)), m_random(std::move(random)) {}
Vault::~Vault() = default;

proto::Result<std::unique_ptr<Vault>, std::string> Vault::open(const std::string& path, const Word& keeper_key,
                                                               CustomerDeployment deployment, RandomBytes random) {
  try {
    auto db = std::make_unique<soci::session>(*soci::factory_sqlite3(), "db=\"" + path + "\" timeout=5");
    std::string mode;
    *db << "PRAGMA journal_mode = WAL", into(mode);
    *db << "PRAGMA synchronous = FULL";
    *db << "PRAGMA foreign_keys = ON";
    *db << "PRAGMA secure_delete = ON";
    make_schema(*db);
    return std::unique_ptr<Vault>(new Vault(std::move(db), keeper_key, std::move(deployment), std::move(random)));
  } catch (const soci::soci_error& error) {
    return proto::fail("cannot open the vault " + path + ": " + error.what());
  }
}

VaultResult<proto::Unit> Vault::grant(const ConsentGrant& grant, const Bytes& signature, const std::string& brand,
                                      const std::string& purpose, const proto::AccountId& account, proto::TimeUs now) {
  if (consent(grant.consent_id)) return proto::fail(VaultRefusal::kConsentExists);
  if (grant.brand_id != registry_id(brand) || grant.purpose_id != registry_id(purpose) || grant.consent_id.is_zero()) {
    return proto::fail(VaultRefusal::kUnknownConsent);
  }
  const std::uint64_t now_s = seconds_of(now);
  if (grant.not_after_s <= now_s || grant.not_after_s > now_s + kConsentSecondsMax)
    return proto::fail(VaultRefusal::kWrongEnd);
  if (static_cast<std::int64_t>(consents_of(account).size()) >= kConsentsPerAccountMax)
    return proto::fail(VaultRefusal::kTooMany);
  const auto key = signer(grant_digest(m_deployment, grant), signature);
  if (!key) return proto::fail(VaultRefusal::kWrongSignature);

  const std::string id = grant.consent_id.hex();
  const std::string owner = account.hex();
  const std::string key_text = key->text();
  const std::string commitment = grant.commitment.hex();
  const auto not_after = static_cast<long long>(grant.not_after_s);
  const long long now_us = now.us;
  soci::transaction change(*m_db);
  *m_db << "INSERT INTO consent(id, brand, purpose, account, key_address, not_after_s, commitment, granted_us) "
           "VALUES(:id, :brand, :purpose, :account, :key, :end, :commitment, :now)",
      use(id), use(brand), use(purpose), use(owner), use(key_text), use(not_after), use(commitment), use(now_us);
  Word data_key;
  m_random(data_key.bytes);
  wrap(grant.consent_id, kKeeper, m_keeper_key, data_key);
  change.commit();
  return proto::Unit{};
}

VaultResult<proto::Unit> Vault::set_reader(const ReaderGrant& grant, const Bytes& signature, const std::string& reader,
                                           const Word& reader_key, const proto::AccountId& account, proto::TimeUs now) {
  const auto known = own(grant.consent_id, account);
  if (!known) return proto::fail(known.error());
  if (!holds(*known, now)) return proto::fail(VaultRefusal::kEnded);
  if (grant.reader_id != registry_id(reader) || grant.not_after_s > known->grant.not_after_s)
    return proto::fail(VaultRefusal::kWrongEnd);
  if (signer(reader_digest(m_deployment, grant), signature) != known->key)
    return proto::fail(VaultRefusal::kWrongSignature);
  const std::string id = grant.consent_id.hex();
  long long sequence = 0;
  *m_db << "SELECT reader_sequence FROM consent WHERE id = :id", use(id), into(sequence);
  if (grant.sequence != static_cast<std::uint64_t>(sequence) + 1) return proto::fail(VaultRefusal::kWrongSequence);

  soci::transaction change(*m_db);
  *m_db << "UPDATE consent SET reader_sequence = reader_sequence + 1 WHERE id = :id", use(id);
  *m_db << "DELETE FROM reader WHERE consent = :id AND brand = :reader", use(id), use(reader);
  *m_db << "DELETE FROM wrap WHERE consent = :id AND holder = :reader", use(id), use(reader);
  if (grant.not_after_s != 0) {
    const auto not_after = static_cast<long long>(grant.not_after_s);
    *m_db << "INSERT INTO reader(consent, brand, not_after_s) VALUES(:id, :reader, :end)", use(id), use(reader),
        use(not_after);
    wrap(grant.consent_id, reader, reader_key, trusted(unwrap(grant.consent_id, kKeeper, m_keeper_key)));
  }
  change.commit();
  return proto::Unit{};
}

VaultResult<proto::Unit> Vault::withdraw(const Word& consent_id, const Bytes& signature,
                                         const proto::AccountId& account, proto::TimeUs now) {
  const auto known = own(consent_id, account);
  if (!known) return proto::fail(known.error());
  if (signer(withdraw_digest(m_deployment, consent_id), signature) != known->key)
    return proto::fail(VaultRefusal::kWrongSignature);
  const std::string id = consent_id.hex();
  const long long now_us = now.us;
  *m_db << "UPDATE consent SET withdrawn_us = :now WHERE id = :id AND withdrawn_us IS NULL", use(now_us), use(id);
  return proto::Unit{};
}

VaultResult<ErasureReceipt> Vault::erase(const Word& consent_id, const Bytes& signature,
                                         const proto::AccountId& account, const SecretKey& brand_key,
                                         proto::TimeUs now) {
  const auto known = own(consent_id, account);
  if (!known) return proto::fail(known.error());
  if (signer(erase_digest(m_deployment, consent_id), signature) != known->key)
    return proto::fail(VaultRefusal::kWrongSignature);
  const std::int64_t entries = entries_count(consent_id);
  destroy(consent_id, now);
  ErasureReceipt receipt;
  receipt.text = json{{"consent", consent_id.hex()},
                      {"brand", known->brand},
                      {"purpose", known->purpose},
                      {"entries_destroyed", entries},
                      {"erased_us", now.us},
                      {"statement", "The keys, the salts and the encrypted entries of this consent were destroyed."}}
                     .dump();
  receipt.hash = keccak256(receipt.text);
  receipt.signature = brand_key.sign(receipt.hash).bytes();
  return receipt;
}

void Vault::destroy(const Word& consent_id, proto::TimeUs now) {
  const std::string id = consent_id.hex();
  const long long now_us = now.us;
  soci::transaction change(*m_db);
  *m_db << "DELETE FROM wrap WHERE consent = :id", use(id);
  *m_db << "DELETE FROM reader WHERE consent = :id", use(id);
  *m_db << "UPDATE entry SET box = NULL WHERE consent = :id", use(id);
  *m_db << "UPDATE consent SET erased_us = :now, withdrawn_us = COALESCE(withdrawn_us, :now2) WHERE id = :id",
      use(now_us), use(now_us), use(id);
  change.commit();
  // The write-ahead log still holds the old pages; folding it in overwrites them.
  int busy = 0;
  *m_db << "PRAGMA wal_checkpoint(TRUNCATE)", into(busy);
}

VaultResult<proto::Unit> Vault::note(const Word& consent_id, const std::string& reference, const std::string& payload,
                                     proto::TimeUs now) {
  const auto known = consent(consent_id);
  if (!known) return proto::fail(VaultRefusal::kUnknownConsent);
  if (!holds(*known, now)) return proto::fail(VaultRefusal::kEnded);
  if (payload.size() > kPayloadBytesMax || entries_count(consent_id) >= kEntriesPerConsentMax)
    return proto::fail(VaultRefusal::kTooMany);
  Word salt;
  m_random(salt.bytes);
  const std::string leaf = commitment("galleria/entry/1", salt, payload).hex();
  const std::string content = json{{"salt", salt.hex()}, {"payload", payload}}.dump();
  const Word key = trusted(unwrap(consent_id, kKeeper, m_keeper_key));
  const ByteView plaintext(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
  const std::string box = hex_data(seal(key, plaintext, entry_context(consent_id, reference), m_random));
  const std::string id = consent_id.hex();
  *m_db << "INSERT INTO entry(consent, reference, box, leaf) VALUES(:id, :reference, :box, :leaf) "
           "ON CONFLICT(consent, reference) DO NOTHING",
      use(id), use(reference), use(box), use(leaf);
  return proto::Unit{};
}

VaultResult<std::vector<std::string>> Vault::read(const Word& consent_id, const std::string& reader,
                                                  const Word& reader_key, proto::TimeUs now) {
  const auto known = consent(consent_id);
  if (!known) return proto::fail(VaultRefusal::kUnknownConsent);
  if (!holds(*known, now)) return proto::fail(VaultRefusal::kEnded);
  const std::string id = consent_id.hex();
  const auto now_s = static_cast<long long>(seconds_of(now));
  int granted = 0;
  *m_db << "SELECT COUNT(*) FROM reader WHERE consent = :id AND brand = :reader AND not_after_s > :now", use(id),
      use(reader), use(now_s), into(granted);
  const auto key = granted == 1 ? unwrap(consent_id, reader, reader_key) : std::nullopt;
  if (!key) return proto::fail(VaultRefusal::kNoReader);

  const long long now_us = now.us;
  *m_db << "INSERT INTO read_log(consent, reader, purpose, at_us) VALUES(:id, :reader, :purpose, :now)", use(id),
      use(reader), use(known->purpose), use(now_us);
  std::string reference;
  std::string box;
  soci::statement statement =
      (m_db->prepare << "SELECT reference, box FROM entry WHERE consent = :id AND box IS NOT NULL ORDER BY row",
       into(reference), into(box), use(id));
  std::vector<std::string> out;
  statement.execute();
  while (statement.fetch()) {
    const auto content =
        open_sealed(*key, trusted(parse_data(box, 2 * kBoxBytesMax)), entry_context(consent_id, reference));
    // A box that does not open was tampered with on disk; the others are still good.
    if (!content) continue;
    out.push_back(json::parse(content->begin(), content->end()).at("payload").get<std::string>());
  }
  return out;
}

VaultResult<Consent> Vault::own(const Word& consent_id, const proto::AccountId& account) {
  auto known = consent(consent_id);
  if (!known) return proto::fail(VaultRefusal::kUnknownConsent);
  if (known->account != account) return proto::fail(VaultRefusal::kNotYours);
  return std::move(*known);
}

void Vault::wrap(const Word& consent_id, const std::string& holder, const Word& holder_key, const Word& key) {
  const std::string id = consent_id.hex();
  const std::string box = hex_data(seal(holder_key, key.bytes, wrap_context(consent_id, holder), m_random));
  *m_db << "INSERT INTO wrap(consent, holder, box) VALUES(:id, :holder, :box)", use(id), use(holder), use(box);
}

std::optional<Word> Vault::unwrap(const Word& consent_id, const std::string& holder, const Word& holder_key) {
  const std::string id = consent_id.hex();
  std::string box;
  *m_db << "SELECT box FROM wrap WHERE consent = :id AND holder = :holder", use(id), use(holder), into(box);
  if (!m_db->got_data()) return std::nullopt;
  const auto opened = open_sealed(holder_key, trusted(parse_data(box, kBoxBytesMax)), wrap_context(consent_id, holder));
  if (!opened || opened->size() != 32) return std::nullopt;
  Word key;
  std::copy(opened->begin(), opened->end(), key.bytes.begin());
  return key;
}

std::vector<Consent> Vault::consents_of(const proto::AccountId& account) {
  const std::string owner = account.hex();
  Row row;
  soci::details::prepare_temp_type query = m_db->prepare << kSelect << "WHERE account = :account ORDER BY granted_us";
  soci::statement statement = (bind(query, row), use(owner));
  std::vector<Consent> out;
  statement.execute();
  while (statement.fetch()) out.push_back(row.take());
  return out;
}

std::optional<Consent> Vault::consent(const Word& consent_id) {
  const std::string id = consent_id.hex();
  Row row;
  soci::details::prepare_temp_type query = m_db->prepare << kSelect << "WHERE id = :id";
  soci::statement statement = (bind(query, row), use(id));
  if (!statement.execute(true)) return std::nullopt;
  return row.take();
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
      (m_db->prepare
           << "SELECT reader, purpose, at_us FROM read_log WHERE consent = :id ORDER BY at_us DESC LIMIT :rows",
       into(reader), into(purpose), into(at_us), use(id), use(rows_max));
  std::vector<ReadEntry> out;
  statement.execute();
  while (statement.fetch()) out.push_back({reader, purpose, {at_us}});
  return out;
}

std::int64_t Vault::entries_count(const Word& consent_id) {
  const std::string id = consent_id.hex();
  long long count = 0;
  *m_db << "SELECT COUNT(*) FROM entry WHERE consent = :id AND box IS NOT NULL", use(id), into(count);
  return count;
}

std::vector<Word> Vault::expired(proto::TimeUs now, int rows_max) {
  const auto now_s = static_cast<long long>(seconds_of(now));
  std::string id;
  soci::statement statement =
      (m_db->prepare << "SELECT id FROM consent WHERE erased_us IS NULL AND not_after_s <= :now LIMIT :rows", into(id),
       use(now_s), use(rows_max));
  std::vector<Word> out;
  statement.execute();
  while (statement.fetch()) out.push_back(trusted(Word::parse(id)));
  return out;
}

void Vault::erase_expired(const Word& consent_id, proto::TimeUs now) {
  const auto known = consent(consent_id);
  GALLERIA_CHECK(known && seconds_of(now) >= known->grant.not_after_s);
  destroy(consent_id, now);
}

std::vector<PendingLeaf> Vault::pending_leaves(const std::string& brand, const std::string& purpose, int rows_max) {
  long long row = 0;
  std::string leaf;
  soci::statement statement =
      (m_db->prepare
           << "SELECT entry.row, entry.leaf FROM entry JOIN consent ON consent.id = entry.consent WHERE entry.root IS "
              "NULL AND entry.box IS NOT NULL AND consent.brand = :brand AND consent.purpose = :purpose ORDER BY "
              "entry.row LIMIT :rows",
       into(row), into(leaf), use(brand), use(purpose), use(rows_max));
  std::vector<PendingLeaf> out;
  statement.execute();
  while (statement.fetch()) out.push_back({row, trusted(Word::parse(leaf))});
  return out;
}

void Vault::anchored(std::span<const PendingLeaf> leaves, const Word& root) {
  const std::string text = root.hex();
  soci::transaction change(*m_db);
  for (const PendingLeaf& leaf : leaves) {
    const long long row = leaf.row;
    *m_db << "UPDATE entry SET root = :root WHERE row = :row", use(text), use(row);
  }
  change.commit();
}

}  // namespace chain
