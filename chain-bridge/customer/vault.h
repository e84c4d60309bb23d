/// What customers have agreed to have noted, encrypted, and who may read it. It has a database of its own, because who
/// may see it and how it is erased differ from everything else.
///
/// Each consent (one customer, one brand, one purpose) has a key of its own; that key is kept wrapped, once for the
/// keeper and once for each reader that the customer granted. Erasing destroys the wrapped keys, the salts and the
/// boxes; the commitments that were anchored on the chain then say nothing to anybody.
///
/// Every time is an argument, all randomness comes from the source given at opening.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chain-bridge/customer/consent_call.h"
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
  kNotYours,
  kWrongSignature,
  kWrongEnd,
  kEnded,     ///< withdrawn, erased or past its end
  kNoReader,  ///< the brand was not granted to read
  kTooMany,   ///< more consents of one account, or entries of one consent, than the named limits
  kWrongSequence,
};
[[nodiscard]] std::string_view to_text(VaultRefusal refusal);

constexpr std::int64_t kConsentsPerAccountMax = 200;
constexpr std::int64_t kEntriesPerConsentMax = 1000;
constexpr std::size_t kPayloadBytesMax = 4096;

struct Consent {
  ConsentGrant grant;
  std::string brand;    ///< the shop's id, "maison-lune"
  std::string purpose;  ///< "recommend"
  proto::AccountId account;
  Address key;  ///< whose signature counts for this consent
  proto::TimeUs granted;
  bool withdrawn = false;
  bool erased = false;
};

struct Reader {
  std::string brand;
  std::uint64_t not_after_s = 0;
};

struct ReadEntry {
  std::string reader;
  std::string purpose;
  proto::TimeUs at;
};

/// Proof that erasing was done, signed by the keeper's brand key; its hash goes on chain.
struct ErasureReceipt {
  std::string text;  ///< JSON
  Word hash;
  Bytes signature;
};

/// A commitment that waits to be anchored.
struct PendingLeaf {
  std::int64_t row = 0;
  Word leaf;
};

template <class T>
using VaultResult = proto::Result<T, VaultRefusal>;

class Vault {
 public:
  /// Opens or makes the database. `keeper_key` wraps the keys of consents; the error is a sentence for the operator.
  static proto::Result<std::unique_ptr<Vault>, std::string> open(const std::string& path, const Word& keeper_key,
                                                                 CustomerDeployment deployment, RandomBytes random);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  /// Notes a consent that the customer's browser signed. The signer becomes the consent's key.
  [[nodiscard]] VaultResult<proto::Unit> grant(const ConsentGrant& grant, const Bytes& signature,
                                               const std::string& brand, const std::string& purpose,
                                               const proto::AccountId& account, proto::TimeUs now);
  /// Lets `reader` read, or stops it when the grant's end is zero. `reader_key` wraps the consent's key for it.
  [[nodiscard]] VaultResult<proto::Unit> set_reader(const ReaderGrant& grant, const Bytes& signature,
                                                    const std::string& reader, const Word& reader_key,
                                                    const proto::AccountId& account, proto::TimeUs now);
  /// Ends the consent at once. Doing it twice changes nothing.
  [[nodiscard]] VaultResult<proto::Unit> withdraw(const Word& consent_id, const Bytes& signature,
                                                  const proto::AccountId& account, proto::TimeUs now);
  /// Destroys everything that was noted under the consent.
  [[nodiscard]] VaultResult<ErasureReceipt> erase(const Word& consent_id, const Bytes& signature,
                                                  const proto::AccountId& account, const SecretKey& brand_key,
                                                  proto::TimeUs now);

  /// Notes a payload (JSON) under a consent that holds; noting the same `reference` twice is noting it once.
  [[nodiscard]] VaultResult<proto::Unit> note(const Word& consent_id, const std::string& reference,
                                              const std::string& payload, proto::TimeUs now);
  /// What was noted, for a brand that may read now; the read is logged for the customer.
  [[nodiscard]] VaultResult<std::vector<std::string>> read(const Word& consent_id, const std::string& reader,
                                                           const Word& reader_key, proto::TimeUs now);

  [[nodiscard]] std::vector<Consent> consents_of(const proto::AccountId& account);
  [[nodiscard]] std::optional<Consent> consent(const Word& consent_id);
  [[nodiscard]] std::vector<Reader> readers_of(const Word& consent_id);
  /// Newest first.
  [[nodiscard]] std::vector<ReadEntry> reads_of(const Word& consent_id, int rows_max);
  [[nodiscard]] std::int64_t entries_count(const Word& consent_id);
  /// Past their end: the job that enforces retention erases them.
  [[nodiscard]] std::vector<Word> expired(proto::TimeUs now, int rows_max);
  void erase_expired(const Word& consent_id, proto::TimeUs now);

  [[nodiscard]] std::vector<PendingLeaf> pending_leaves(const std::string& brand, const std::string& purpose,
                                                        int rows_max);
  void anchored(std::span<const PendingLeaf> leaves, const Word& root);

 private:
  Vault(std::unique_ptr<soci::session> db, const Word& keeper_key, CustomerDeployment deployment, RandomBytes random);
  [[nodiscard]] VaultResult<Consent> own(const Word& consent_id, const proto::AccountId& account);
  [[nodiscard]] std::optional<Word> unwrap(const Word& consent_id, const std::string& holder, const Word& holder_key);
  void wrap(const Word& consent_id, const std::string& holder, const Word& holder_key, const Word& key);
  void destroy(const Word& consent_id, proto::TimeUs now);

  std::unique_ptr<soci::session> m_db;
  Word m_keeper_key;
  CustomerDeployment m_deployment;
  RandomBytes m_random;
};

}  // namespace chain
