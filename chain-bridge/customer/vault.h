/// What customers have agreed to have noted, encrypted, and who may read it. It has a database of its own, because who
/// may see it and how it is erased differ from everything else.
///
/// Each consent (one customer, one brand, one purpose) has a key of its own; that key is kept wrapped, once for the
/// keeper and once for each reader that the customer granted. Erasing destroys the wrapped keys, the salts and the
/// boxes; the commitments that were anchored on the chain then say nothing to anybody.
///
/// What the customer chain has to learn is a note in the vault's own outbox, written in the same transaction as the
/// change. A note is offered to the chain side once it is due and every earlier note of its consent is final. A consent
/// that ends before its grant was ever offered leaves no trace on the chain at all.
///
/// Every time is an argument, all randomness comes from the source given at opening. What `due` names is the moment
/// from which the chain may learn of a change.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "chain-bridge/customer/chain_note.h"
#include "chain-bridge/customer/seal.h"
#include "client-proto/core/ids.h"
#include "client-proto/core/time.h"

namespace soci {
class session;
}

namespace chain {

enum class VaultRefusal : std::uint8_t {
  kUnknownConsent,
  kConsentExists,
  kAgreedAlready,  ///< the account has one of this brand and purpose that holds: ending it must end it
  kNotYours,
  kWrongSignature,
  kWrongEnd,
  kEnded,     ///< withdrawn, erased or past its end
  kNoReader,  ///< the brand was not granted to read
  kTooMany,   ///< more consents of one account, readers or entries of one consent, or bytes, than the named limits
  kWrongSequence,
  kWrongCommitment,  ///< salt and record do not open it
  kWrongTerms,       ///< a brand or purpose that nobody here offers, or ids that are not theirs
};
[[nodiscard]] std::string_view to_text(VaultRefusal refusal);

constexpr std::int64_t kConsentsPerAccountMax = 200;
constexpr std::int64_t kEntriesPerConsentMax = 1000;
constexpr std::int64_t kReadsPerConsentMax = 1000;  ///< older reads are forgotten
constexpr std::size_t kReadersPerConsentMax = 16;
constexpr std::size_t kPayloadBytesMax = 4096;
constexpr std::size_t kBatchLeavesMin = 8;
constexpr int kBatchLeavesMax = 256;               ///< more make more batches
constexpr std::int64_t kNotesWaitingMax = 20'000;  ///< for the chain; no grant is taken beyond it

/// What the chain knows of a consent for good. kNever: it never heard of the consent and never will. kLeft: the brand
/// has left with its key, so the chain hears nothing more of it, unless the brand comes back.
enum class ChainMark : std::uint8_t { kWaiting, kNoted, kEnded, kErased, kNever, kLeft };
[[nodiscard]] std::string_view to_text(ChainMark mark);

struct Consent {
  ConsentGrant grant;
  std::string brand;    ///< the shop's id, "maison-lune"
  std::string purpose;  ///< "recommend"
  proto::AccountId account;
  Address key;  ///< whose signature counts for this consent
  proto::TimeUs granted;
  std::optional<proto::TimeUs> withdrawn;  ///< also by erasing it
  bool erased = false;
  ChainMark chain = ChainMark::kWaiting;
};
[[nodiscard]] bool holds(const Consent& consent, proto::TimeUs now);
/// Whether the customer has ended it at that time or later; that its time ran out is nobody's word.
[[nodiscard]] bool stopped_since(const Consent& consent, proto::TimeUs time);

struct Reader {
  std::string brand;
  std::uint64_t not_after_s = 0;
  bool operator==(const Reader&) const = default;
};

struct ReadEntry {
  std::string reader;
  std::string purpose;
  proto::TimeUs at;
};

/// A reader as the customer's browser asks for it.
struct SignedReader {
  std::string brand;
  std::uint64_t not_after_s = 0;
  std::uint64_t sequence = 0;
  Bytes signature;
};

struct GrantRequest {
  ConsentGrant grant;
  Word salt;  ///< opens the commitment together with the record
  Word notice_hash;
  Bytes signature;
  std::string brand;
  std::string purpose;
  std::uint64_t life_s_max = 0;
  std::vector<SignedReader> readers;
  std::vector<Word> reader_keys;  ///< wrap the consent's key, one for each of `readers`
  proto::AccountId account;
};

enum class Granted : std::uint8_t { kNew, kKnown };

/// Proof that erasing was done, signed over the hash of the text by the brand's key, or by the house's where the brand
/// has left; the hash goes on chain, unless the chain never heard of the consent. (The text begins with "{", which no
/// transaction does, so the signature can be taken for nothing else.)
struct ErasureReceipt {
  std::string text;  ///< JSON
  Word hash;
  Bytes signature;
  Address signer;
};

/// Where an entry's commitment stands in a batch that was anchored.
struct AnchoredLeaf {
  Word leaf;
  Word root;
  std::size_t index = 0;
  std::vector<Word> proof;
};

/// A note that the chain side has not taken yet.
struct OfferedNote {
  std::string brand;
  ChainNote note;
};

template <class T>
using VaultResult = proto::Result<T, VaultRefusal>;

/// "<consent id>|<brand>|<purpose>|<end>|<notice hash>", ids in hexadecimal without prefix: what the commitment commits
/// to.
[[nodiscard]] std::string consent_record(const ConsentGrant& grant, const std::string& brand,
                                         const std::string& purpose, const Word& notice_hash);
/// Who holds the wrap that the vault itself uses; the others are brands.
inline const std::string kKeeperHolder;
constexpr std::string_view kConsentTag = "galleria/consent/1";
constexpr std::string_view kEntryTag = "galleria/entry/1";

class Vault {
 public:
  /// Opens or makes the database. `keeper_key` wraps the keys of consents; the error is a sentence for the operator.
  static proto::Result<std::unique_ptr<Vault>, std::string> open(const std::string& path, const Word& keeper_key,
                                                                 CustomerDeployment deployment, RandomBytes random);
  /// Who holds wraps in the database at `path`, which is made if there is none.
  static proto::Result<std::set<std::string>, std::string> holders(const std::string& path);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  /// Notes a consent that the customer's browser signed, with its readers, whole or not at all. The signer becomes the
  /// consent's key.
  [[nodiscard]] VaultResult<Granted> grant(const GrantRequest& request, proto::TimeUs now, proto::TimeUs due);
  /// Ends the consent at once, and every other one of the account with the brand for the purpose: a login can join two
  /// accounts that had agreed, and who stops sharing means all of it. Doing it twice changes nothing, except that a
  /// signature that comes later is passed on.
  [[nodiscard]] VaultResult<proto::Unit> withdraw(const Word& consent_id, const std::optional<Bytes>& signature,
                                                  const proto::AccountId& account, proto::TimeUs now,
                                                  proto::TimeUs due);
  /// Ends the consent as `withdraw` does and destroys everything that was noted under it. Doing it twice gives the same
  /// receipt.
  [[nodiscard]] VaultResult<ErasureReceipt> erase(const Word& consent_id, const std::optional<Bytes>& signature,
                                                  const proto::AccountId& account, const SecretKey& brand_key,
                                                  proto::TimeUs now, proto::TimeUs due);
  /// The same for a consent past its end, by the job that enforces retention.
  void erase_expired(const Consent& consent, const SecretKey& brand_key, proto::TimeUs now, proto::TimeUs due);

  /// Notes a payload (JSON) under a consent that holds; noting the same `reference` twice is noting it once.
  [[nodiscard]] VaultResult<proto::Unit> note(const Word& consent_id, const std::string& reference,
                                              const std::string& payload, proto::TimeUs now, proto::TimeUs due);
  /// What was noted, for a brand that may read now; the read is logged for the customer.
  [[nodiscard]] VaultResult<std::vector<std::string>> read(const Word& consent_id, const std::string& reader,
                                                           const Word& reader_key, proto::TimeUs now);
  void move_account(const proto::AccountId& from, const proto::AccountId& to);

  /// Newest first.
  [[nodiscard]] std::vector<Consent> consents_of(const proto::AccountId& account);
  [[nodiscard]] std::optional<Consent> consent(const Word& consent_id);
  /// The newest one of the account that holds, for the brand and purpose.
  [[nodiscard]] std::optional<Consent> live_consent(const proto::AccountId& account, const std::string& brand,
                                                    const std::string& purpose, proto::TimeUs now);
  [[nodiscard]] std::vector<Reader> readers_of(const Word& consent_id);
  /// Newest first.
  [[nodiscard]] std::vector<ReadEntry> reads_of(const Word& consent_id, int rows_max);
  [[nodiscard]] std::int64_t entries_count(const Word& consent_id);
  /// Whether the reference was noted under any consent of the account for the brand and purpose.
  [[nodiscard]] bool is_noted(const proto::AccountId& account, const std::string& brand, const std::string& purpose,
                              const std::string& reference);
  /// Past their end and not erased yet.
  [[nodiscard]] std::vector<Consent> expired(proto::TimeUs now, int rows_max);
  /// What a customer needs to check the anchors of a consent on the chain.
  [[nodiscard]] std::vector<AnchoredLeaf> anchored_leaves(const Word& consent_id);

  /// Anchors the entries of a brand and purpose that are due: pads them with random leaves to a power of two, remembers
  /// the way of each to the root, and notes the root for the chain. False if none was due.
  bool make_batch(const std::string& brand, const std::string& purpose, proto::TimeUs now);
  /// Erasing is complete when the database's log was folded in too, which a reader of the file can put off; this tries
  /// again what was put off.
  void finish_erasing();
  /// False if a wrap of the holder does not open with the key, which then is not the one that it was made with.
  [[nodiscard]] bool opens(const std::string& holder, const Word& holder_key);
  /// Notes that are due and not stored by the chain side, oldest first, none twice within `again_after`; stored ones of
  /// which nothing was heard for an hour too.
  [[nodiscard]] std::vector<OfferedNote> offer(proto::TimeUs now, proto::SpanUs again_after, int rows_max);
  /// The chain side has it in its own database.
  void stored(const Word& key);
  /// It is on the chain for good.
  void final_on_chain(const Word& key);
  /// It will never be on the chain. A batch is made anew; what comes after a failed grant fails with it.
  void failed_on_chain(const Word& key, const std::string& reason);
  /// The brand has left with its key. Everything waits for its return, in order, and is offered again once an hour.
  void nobody_sends(const Word& key, const std::string& reason);

 private:
  Vault(std::unique_ptr<soci::session> db, const Word& keeper_key, CustomerDeployment deployment, RandomBytes random);
  [[nodiscard]] VaultResult<Consent> own(const Word& consent_id, const proto::AccountId& account);
  [[nodiscard]] std::optional<VaultRefusal> broken_rule(const GrantRequest& request, proto::TimeUs now);
  [[nodiscard]] bool is_same(const Consent& known, const GrantRequest& request);
  void write_grant(const GrantRequest& request, const Address& key, proto::TimeUs now, proto::TimeUs due);
  /// Ends the consent here. True if the chain knows nothing of it and never will.
  bool end(const Word& consent_id, proto::TimeUs now);
  void end_others(const Consent& ended, proto::TimeUs now);
  void log_read(const Consent& consent, const std::string& reader, proto::TimeUs now);
  [[nodiscard]] std::optional<Word> unwrap(const Word& consent_id, const std::string& holder, const Word& holder_key);
  void wrap(const Word& consent_id, const std::string& holder, const Word& holder_key, const Word& key);
  ErasureReceipt destroy(const Consent& consent, const SecretKey& brand_key, proto::TimeUs now, proto::TimeUs due);
  [[nodiscard]] std::optional<ErasureReceipt> receipt_of(const Word& consent_id);
  void add_note(const std::string& brand, const std::optional<Word>& consent_id, const ChainNote& note,
                proto::TimeUs due);
  [[nodiscard]] std::int64_t notes_waiting();
  [[nodiscard]] bool has_note(const Word& consent_id, std::string_view kind);
  /// Takes back a grant that was never offered, and all that hangs on it. True if the chain knows nothing of the
  /// consent and never will.
  [[nodiscard]] bool take_back(const Word& consent_id);
  void mark(const Word& consent_id, ChainMark mark);

  std::unique_ptr<soci::session> m_db;
  Word m_keeper_key;
  CustomerDeployment m_deployment;
  RandomBytes m_random;
  bool m_fold_due = true;  ///< after a kill nobody knows
};

}  // namespace chain
