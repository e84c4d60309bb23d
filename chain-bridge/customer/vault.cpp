#include "chain-bridge/customer/vault.h"

#include <array>
#include <nlohmann/json.hpp>

#include "chain-bridge/customer/vault_rows.h"
#include "chain-bridge/database/open_database.h"
#include "chain-bridge/eth/keccak.h"
#include "client-proto/core/log.h"

namespace chain {

using nlohmann::json;
using soci::into;
using soci::use;

namespace {

constexpr std::array kVaultSchema{
    "CREATE TABLE consent(id TEXT PRIMARY KEY, brand TEXT NOT NULL, purpose TEXT NOT NULL, account TEXT NOT NULL, "
    "key_address TEXT NOT NULL, not_after_s INTEGER NOT NULL, commitment TEXT NOT NULL, salt TEXT, "
    "granted_us INTEGER NOT NULL, withdrawn_us INTEGER, erased_us INTEGER, chain TEXT NOT NULL DEFAULT 'waiting') "
    "STRICT",
    "CREATE INDEX consent_by_account ON consent(account, granted_us)",
    "CREATE INDEX consent_by_end ON consent(not_after_s) WHERE erased_us IS NULL",
    "CREATE TABLE wrap(consent TEXT NOT NULL REFERENCES consent(id), holder TEXT NOT NULL, box TEXT NOT NULL, "
    "PRIMARY KEY(consent, holder)) STRICT",
    "CREATE TABLE reader(consent TEXT NOT NULL REFERENCES consent(id), brand TEXT NOT NULL, "
    "not_after_s INTEGER NOT NULL, PRIMARY KEY(consent, brand)) STRICT",
    "CREATE TABLE entry(row INTEGER PRIMARY KEY AUTOINCREMENT, consent TEXT NOT NULL REFERENCES consent(id), "
    "reference TEXT NOT NULL, box TEXT NOT NULL, leaf TEXT NOT NULL, due_us INTEGER NOT NULL, root TEXT, "
    "leaf_index INTEGER, proof TEXT, UNIQUE(consent, reference)) STRICT",
    "CREATE INDEX entry_not_anchored ON entry(due_us) WHERE root IS NULL",
    "CREATE INDEX entry_by_root ON entry(root)",
    "CREATE TABLE read_log(row INTEGER PRIMARY KEY AUTOINCREMENT, consent TEXT NOT NULL REFERENCES consent(id), "
    "reader TEXT NOT NULL, purpose TEXT NOT NULL, at_us INTEGER NOT NULL) STRICT",
    "CREATE INDEX read_log_by_consent ON read_log(consent, row)",
    "CREATE TABLE receipt(consent TEXT PRIMARY KEY REFERENCES consent(id), text TEXT NOT NULL, hash TEXT NOT NULL, "
    "signature TEXT NOT NULL, signer TEXT NOT NULL) STRICT",
    "CREATE TABLE chain_note(row INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, brand TEXT NOT NULL, "
    "kind TEXT NOT NULL, consent TEXT REFERENCES consent(id), body TEXT NOT NULL, due_us INTEGER NOT NULL, "
    "offered_us INTEGER, state TEXT NOT NULL DEFAULT 'waiting' CHECK(state IN ('waiting','stored','final','failed')), "
    "trouble TEXT NOT NULL DEFAULT '') STRICT",
    "CREATE INDEX chain_note_waiting ON chain_note(due_us) WHERE state = 'waiting'",
    "CREATE INDEX chain_note_by_consent ON chain_note(consent, row)",
};
constexpr DatabaseShape kVaultShape{1, kVaultSchema, true};

std::optional<Address> signer(const Word& digest, const Bytes& signature) {
  const auto parsed = Signature::parse(signature);
  return parsed ? recover(digest, *parsed) : std::nullopt;
}

std::string wrap_context(const Word& consent_id, const std::string& holder) {
  return "key " + consent_id.hex() + " " + holder;
}
std::string entry_context(const Word& consent_id, const std::string& reference) {
  return "entry " + consent_id.hex() + " " + reference;
}

ReaderGrant reader_grant(const Word& consent_id, const SignedReader& reader) {
  return {consent_id, registry_id(reader.brand), reader.not_after_s, reader.sequence};
}

std::optional<VaultRefusal> broken_reader_rule(const GrantRequest& request, std::uint64_t now_s) {
  if (request.readers.size() > kReadersPerConsentMax) return VaultRefusal::kTooMany;
  std::set<std::string> brands{request.brand};
  std::uint64_t sequence = 0;
  for (const SignedReader& reader : request.readers) {
    if (!brands.insert(reader.brand).second) return VaultRefusal::kWrongTerms;
    if (reader.sequence != ++sequence) return VaultRefusal::kWrongSequence;
    if (reader.not_after_s <= now_s || reader.not_after_s > request.grant.not_after_s) return VaultRefusal::kWrongEnd;
  }
  return std::nullopt;
}

}  // namespace

std::string consent_record(const ConsentGrant& grant, const std::string& brand, const std::string& purpose,
                           const Word& notice_hash) {
  return grant.consent_id.hex().substr(2) + "|" + brand + "|" + purpose + "|" + std::to_string(grant.not_after_s) +
         "|" + notice_hash.hex().substr(2);
}

Vault::Vault(std::unique_ptr<soci::session> db, const Word& keeper_key, CustomerDeployment deployment,
             RandomBytes random)
    : m_db(std::move(db)), m_keeper_key(keeper_key), m_deployment(std::move(deployment)), m_random(std::move(random)) {}
Vault::~Vault() = default;

proto::Result<std::unique_ptr<Vault>, std::string> Vault::open(const std::string& path, const Word& keeper_key,
                                                               CustomerDeployment deployment, RandomBytes random) {
  auto db = open_database(path, kVaultShape);
  if (!db) return proto::fail(db.error());
  return std::unique_ptr<Vault>(new Vault(std::move(db).value(), keeper_key, std::move(deployment), std::move(random)));
}

proto::Result<std::set<std::string>, std::string> Vault::holders(const std::string& path) {
  const auto db = open_database(path, kVaultShape);
  if (!db) return proto::fail(db.error());
  std::set<std::string> out;
  std::string holder;
  soci::statement statement = (db.value()->prepare << "SELECT DISTINCT holder FROM wrap", into(holder));
  statement.execute();
  while (statement.fetch()) out.insert(holder);
  return out;
}

VaultResult<Granted> Vault::grant(const GrantRequest& request, proto::TimeUs now, proto::TimeUs due) {
  GALLERIA_CHECK(request.readers.size() == request.reader_keys.size());
  if (const auto known = consent(request.grant.consent_id)) {
    if (is_same(*known, request)) return Granted::kKnown;
    return proto::fail(VaultRefusal::kConsentExists);
  }
  if (const auto broken = broken_rule(request, now)) return proto::fail(*broken);
  const auto key = signer(grant_digest(m_deployment, request.grant), request.signature);
  if (!key) return proto::fail(VaultRefusal::kWrongSignature);
  for (const SignedReader& reader : request.readers) {
    const Word digest = reader_digest(m_deployment, reader_grant(request.grant.consent_id, reader));
    if (signer(digest, reader.signature) != key) return proto::fail(VaultRefusal::kWrongSignature);
  }
  write_grant(request, *key, now, due);
  return Granted::kNew;
}

std::optional<VaultRefusal> Vault::broken_rule(const GrantRequest& request, proto::TimeUs now) {
  const ConsentGrant& grant = request.grant;
  if (grant.consent_id.is_zero() || grant.brand_id != registry_id(request.brand) ||
      grant.purpose_id != registry_id(request.purpose)) {
    return VaultRefusal::kWrongTerms;
  }
  const std::uint64_t now_s = whole_seconds(now);
  if (grant.not_after_s <= now_s || grant.not_after_s > now_s + request.life_s_max) return VaultRefusal::kWrongEnd;
  if (const auto broken = broken_reader_rule(request, now_s)) return broken;
  const std::string record = consent_record(grant, request.brand, request.purpose, request.notice_hash);
  if (grant.commitment != commitment(kConsentTag, request.salt, record)) return VaultRefusal::kWrongCommitment;
  if (static_cast<std::int64_t>(consents_of(request.account).size()) >= kConsentsPerAccountMax ||
      notes_waiting() >= kNotesWaitingMax) {
    return VaultRefusal::kTooMany;
  }
  if (live_consent(request.account, request.brand, request.purpose, now)) return VaultRefusal::kAgreedAlready;
  return std::nullopt;
}

bool Vault::is_same(const Consent& known, const GrantRequest& request) {
  return known.grant == request.grant && known.account == request.account &&
         signer(grant_digest(m_deployment, request.grant), request.signature) == known.key;
}

void Vault::write_grant(const GrantRequest& request, const Address& key, proto::TimeUs now, proto::TimeUs due) {
  const Word& id = request.grant.consent_id;
  const std::string id_text = id.hex();
  const std::string owner = request.account.hex();
  const std::string key_text = key.text();
  const std::string commitment_text = request.grant.commitment.hex();
  const std::string salt = request.salt.hex();
  const auto not_after = static_cast<long long>(request.grant.not_after_s);
  const long long now_us = now.us;
  soci::transaction change(*m_db);
  *m_db << "INSERT INTO consent(id, brand, purpose, account, key_address, not_after_s, commitment, salt, granted_us) "
           "VALUES(:id, :brand, :purpose, :account, :key, :end, :commitment, :salt, :now)",
      use(id_text), use(request.brand), use(request.purpose), use(owner), use(key_text), use(not_after),
      use(commitment_text), use(salt), use(now_us);
  Word data_key;
  m_random(data_key.bytes);
  wrap(id, kKeeperHolder, m_keeper_key, data_key);
  add_note(request.brand, id, GrantNote{request.grant, request.signature}, due);
  for (std::size_t i = 0; i < request.readers.size(); ++i) {
    const SignedReader& reader = request.readers[i];
    const auto reader_end = static_cast<long long>(reader.not_after_s);
    *m_db << "INSERT INTO reader(consent, brand, not_after_s) VALUES(:id, :reader, :end)", use(id_text),
        use(reader.brand), use(reader_end);
    wrap(id, reader.brand, request.reader_keys[i], data_key);
    add_note(request.brand, id, ReaderNote{reader_grant(id, reader), reader.signature}, due);
  }
  change.commit();
}

VaultResult<proto::Unit> Vault::withdraw(const Word& consent_id, const std::optional<Bytes>& signature,
                                         const proto::AccountId& account, proto::TimeUs now, proto::TimeUs due) {
  const auto known = own(consent_id, account);
  if (!known) return proto::fail(known.error());
  if (signature && signer(withdraw_digest(m_deployment, consent_id), *signature) != known->key)
    return proto::fail(VaultRefusal::kWrongSignature);
  if (known->erased) return proto::Unit{};
  soci::transaction change(*m_db);
  if (holds(*known, now)) end_others(*known, now);
  if (!end(consent_id, now) && signature && !has_note(consent_id, "withdraw")) {
    add_note(known->brand, consent_id, WithdrawNote{consent_id, *signature}, due);
  }
  change.commit();
  return proto::Unit{};
}

bool Vault::end(const Word& consent_id, proto::TimeUs now) {
  const std::string id = consent_id.hex();
  const long long now_us = now.us;
  const long long never_us = kNeverDue.us;
  *m_db << "UPDATE consent SET withdrawn_us = COALESCE(withdrawn_us, :now) WHERE id = :id", use(now_us), use(id);
  *m_db << "UPDATE entry SET due_us = :never WHERE consent = :id AND root IS NULL", use(never_us), use(id);
  if (!take_back(consent_id)) return false;
  mark(consent_id, ChainMark::kNever);
  return true;
}

void Vault::end_others(const Consent& ended, proto::TimeUs now) {
  for (const Consent& other : consents_of(ended.account)) {
    if (other.grant.consent_id == ended.grant.consent_id || !holds(other, now)) continue;
    if (other.brand == ended.brand && other.purpose == ended.purpose) end(other.grant.consent_id, now);
  }
}

VaultResult<ErasureReceipt> Vault::erase(const Word& consent_id, const std::optional<Bytes>& signature,
                                         const proto::AccountId& account, const SecretKey& brand_key, proto::TimeUs now,
                                         proto::TimeUs due) {
  const auto known = own(consent_id, account);
  if (!known) return proto::fail(known.error());
  if (signature && signer(erase_digest(m_deployment, consent_id), *signature) != known->key)
    return proto::fail(VaultRefusal::kWrongSignature);
  if (known->erased) return trusted(receipt_of(consent_id));
  return destroy(*known, brand_key, now, due);
}

void Vault::erase_expired(const Consent& consent, const SecretKey& brand_key, proto::TimeUs now, proto::TimeUs due) {
  GALLERIA_CHECK(!consent.erased && whole_seconds(now) >= consent.grant.not_after_s);
  destroy(consent, brand_key, now, due);
}

ErasureReceipt Vault::destroy(const Consent& consent, const SecretKey& brand_key, proto::TimeUs now,
                              proto::TimeUs due) {
  const Word& consent_id = consent.grant.consent_id;
  ErasureReceipt receipt;
  receipt.text = json{{"consent", consent_id.hex()},
                      {"chain_id", m_deployment.chain_id},
                      {"contract", m_deployment.consents.text()},
                      {"brand", consent.brand},
                      {"purpose", consent.purpose},
                      {"entries_destroyed", entries_count(consent_id)},
                      {"erased_us", now.us},
                      {"signed_by", m_deployment.members.contains(consent.brand) ? "brand" : "house"},
                      {"statement", "The keys, the salts and the encrypted entries of this consent were destroyed."}}
                     .dump();
  receipt.hash = keccak256(receipt.text);
  receipt.signature = brand_key.sign(receipt.hash).bytes();
  receipt.signer = brand_key.address();

  const std::string id = consent_id.hex();
  const std::string hash = receipt.hash.hex();
  const std::string signature = hex_data(receipt.signature);
  const std::string signer_text = receipt.signer.text();
  const long long now_us = now.us;
  soci::transaction change(*m_db);
  if (holds(consent, now)) end_others(consent, now);
  for (const char* table : {"wrap", "reader", "entry"})
    *m_db << "DELETE FROM " << table << " WHERE consent = :id", use(id);
  *m_db << "UPDATE consent SET salt = NULL, erased_us = :now, withdrawn_us = COALESCE(withdrawn_us, :now2) WHERE id = "
           ":id",
      use(now_us), use(now_us), use(id);
  *m_db << "INSERT INTO receipt(consent, text, hash, signature, signer) VALUES(:id, :text, :hash, :signature, :signer)",
      use(id), use(receipt.text), use(hash), use(signature), use(signer_text);
  if (take_back(consent_id)) {
    mark(consent_id, ChainMark::kNever);
  } else {
    add_note(consent.brand, consent_id, ErasedNote{consent_id, receipt.hash}, due);
  }
  change.commit();
  m_fold_due = true;
  finish_erasing();
  if (m_fold_due) {
    proto::log(
        proto::LogLevel::kWarning, "vault",
        "the log of vault.db still holds what was just erased, as somebody reads it; tried again until it is gone");
  }
  return receipt;
}

void Vault::finish_erasing() {
  if (m_fold_due) m_fold_due = !fold_log(*m_db);
}

VaultResult<proto::Unit> Vault::note(const Word& consent_id, const std::string& reference, const std::string& payload,
                                     proto::TimeUs now, proto::TimeUs due) {
  const auto known = consent(consent_id);
  if (!known) return proto::fail(VaultRefusal::kUnknownConsent);
  if (is_noted(known->account, known->brand, known->purpose, reference)) return proto::Unit{};
  if (!holds(*known, now)) return proto::fail(VaultRefusal::kEnded);
  if (payload.size() > kPayloadBytesMax || entries_count(consent_id) >= kEntriesPerConsentMax)
    return proto::fail(VaultRefusal::kTooMany);
  Word salt;
  m_random(salt.bytes);
  const std::string leaf = commitment(kEntryTag, salt, payload).hex();
  const std::string content = json{{"salt", salt.hex()}, {"payload", payload}}.dump();
  const Word key = trusted(unwrap(consent_id, kKeeperHolder, m_keeper_key));
  const ByteView plaintext(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
  const std::string box = hex_data(seal(key, plaintext, entry_context(consent_id, reference), m_random));
  const std::string id = consent_id.hex();
  const long long due_us = due.us;
  *m_db << "INSERT INTO entry(consent, reference, box, leaf, due_us) VALUES(:id, :reference, :box, :leaf, :due)",
      use(id), use(reference), use(box), use(leaf), use(due_us);
  return proto::Unit{};
}

VaultResult<std::vector<std::string>> Vault::read(const Word& consent_id, const std::string& reader,
                                                  const Word& reader_key, proto::TimeUs now) {
  const auto known = consent(consent_id);
  if (!known) return proto::fail(VaultRefusal::kUnknownConsent);
  if (!holds(*known, now)) return proto::fail(VaultRefusal::kEnded);
  const std::string id = consent_id.hex();
  const auto now_s = static_cast<long long>(whole_seconds(now));
  int granted = 0;
  *m_db << "SELECT COUNT(*) FROM reader WHERE consent = :id AND brand = :reader AND not_after_s > :now", use(id),
      use(reader), use(now_s), into(granted);
  const auto key = granted == 1 ? unwrap(consent_id, reader, reader_key) : std::nullopt;
  if (!key) return proto::fail(VaultRefusal::kNoReader);

  log_read(*known, reader, now);
  std::string reference;
  std::string box;
  soci::statement statement = (m_db->prepare << "SELECT reference, box FROM entry WHERE consent = :id ORDER BY row",
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

void Vault::log_read(const Consent& consent, const std::string& reader, proto::TimeUs now) {
  const std::string id = consent.grant.consent_id.hex();
  const long long now_us = now.us;
  const long long rows_max = kReadsPerConsentMax;
  soci::transaction change(*m_db);
  *m_db << "INSERT INTO read_log(consent, reader, purpose, at_us) VALUES(:id, :reader, :purpose, :now)", use(id),
      use(reader), use(consent.purpose), use(now_us);
  *m_db << "DELETE FROM read_log WHERE consent = :id AND row <= (SELECT row FROM read_log WHERE consent = :id2 "
           "ORDER BY row DESC LIMIT 1 OFFSET :max)",
      use(id), use(id), use(rows_max);
  change.commit();
}

void Vault::move_account(const proto::AccountId& from, const proto::AccountId& to) {
  const std::string from_text = from.hex();
  const std::string to_text = to.hex();
  *m_db << "UPDATE consent SET account = :to WHERE account = :from", use(to_text), use(from_text);
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

bool Vault::opens(const std::string& holder, const Word& holder_key) {
  std::string id;
  *m_db << "SELECT consent FROM wrap WHERE holder = :holder LIMIT 1", use(holder), into(id);
  return !m_db->got_data() || unwrap(trusted(Word::parse(id)), holder, holder_key);
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

}  // namespace chain
