/// Where customers agree, look up, withdraw and erase: the vault, the keys of the vault and the signing of receipts,
/// behind one object that lives on the shop thread. The effect of everything asked here is immediate off the chain.
/// What the chain has to learn is written down in the same transaction of the vault and handed to the customer worker
/// at the next multiple of the batch period, so that neither moment nor size on the chain links it to a purchase.
///
/// All functions that change something throw soci::soci_error when the database itself fails, having written nothing.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chain-bridge/customer/customer_port.h"
#include "chain-bridge/customer/vault.h"

namespace chain {

struct DeskConfig {
  std::string data_dir;           ///< vault.db and keys/ live here
  CustomerDeployment deployment;  ///< its members are the brands of this desk
  proto::SpanUs batch_period = proto::minutes(10);
};

/// What the customer is asked to agree to. `notice_hash` is part of the consent's record.
struct ConsentTerms {
  std::string purpose;  ///< "recommend"
  std::string notice;   ///< English, plain words
  Word notice_hash;     ///< keccak256 of the notice
  std::uint64_t retention_s = 0;
  std::uint64_t chain_id = 0;
  Address contract;  ///< verifyingContract of what the customer's key signs
};

/// One consent as its owner sees it.
struct ConsentView {
  Consent consent;
  std::vector<Reader> readers;
  std::vector<ReadEntry> reads;  ///< newest first, at most kReadsShownMax
  std::int64_t entries = 0;      ///< how many purchases are noted under it
};
constexpr int kReadsShownMax = 50;

class ConsentDesk {
 public:
  /// Opens or makes vault.db and the keys (keys/vault-keeper.key, keys/vault-receipts.key, keys/vault-<brand>.key,
  /// keys/brand-<brand>.key); a vault whose keys are lost is refused, not given new ones. `port` outlives the desk. The
  /// error is a sentence for the operator.
  static proto::Result<std::unique_ptr<ConsentDesk>, std::string> open(DeskConfig config, RandomBytes random,
                                                                       CustomerPort& port);
  ~ConsentDesk();
  ConsentDesk(const ConsentDesk&) = delete;
  ConsentDesk& operator=(const ConsentDesk&) = delete;

  [[nodiscard]] const ConsentTerms& terms() const { return m_terms; }
  /// The brands that may note and read, in order of their ids.
  [[nodiscard]] std::vector<std::string> brands() const;

  /// Notes a consent and its readers, whole or not at all. `grant.brand_id` and `grant.purpose_id` must be those of
  /// `brand` and `purpose`; `salt` opens the commitment; readers have the sequence 1, 2, ... in order and are signed by
  /// the key that signed the grant. The same grant again is kKnown and changes nothing.
  [[nodiscard]] VaultResult<Granted> grant(const ConsentGrant& grant, const Word& salt, const Bytes& signature,
                                           const std::string& brand, const std::string& purpose,
                                           std::span<const SignedReader> readers, const proto::AccountId& account,
                                           proto::TimeUs now);

  /// Ends the consent at once. Without a signature (the key is in another browser) the chain learns of it only when a
  /// signature comes later, or when it is erased or ends by itself. Doing it twice changes nothing.
  [[nodiscard]] VaultResult<ConsentView> withdraw(const Word& consent_id, const std::optional<Bytes>& signature,
                                                  const proto::AccountId& account, proto::TimeUs now);
  /// Destroys keys, salts and all that was noted, at once. Doing it twice gives the same receipt. Where the brand has
  /// left the deployment, the house signs in its place and the receipt says so.
  [[nodiscard]] VaultResult<ErasureReceipt> erase(const Word& consent_id, const std::optional<Bytes>& signature,
                                                  const proto::AccountId& account, proto::TimeUs now);

  /// All consents of the account, newest first, erased ones included.
  [[nodiscard]] std::vector<ConsentView> views(const proto::AccountId& account);
  [[nodiscard]] VaultResult<ConsentView> view(const Word& consent_id, const proto::AccountId& account);
  /// The newest consent of the account for the brand and purpose that holds now.
  [[nodiscard]] std::optional<Consent> live_consent(const proto::AccountId& account, const std::string& brand,
                                                    const std::string& purpose, proto::TimeUs now);

  /// Notes a payload (JSON, at most kPayloadBytesMax) of something that was ordered at `ordered`, under the newest
  /// consent of the account for the brand and purpose that was granted by then and still holds: who stopped sharing
  /// and agrees again later has not agreed to what was bought before. The same `reference` twice is once.
  /// kUnknownConsent: there never was a consent. kEnded: none of that time holds any more.
  [[nodiscard]] VaultResult<proto::Unit> note(const proto::AccountId& account, const std::string& brand,
                                              const std::string& purpose, const std::string& reference,
                                              const std::string& payload, proto::TimeUs ordered, proto::TimeUs now);
  /// What was noted under the consent, for a brand that was granted to read and may now. The customer sees the read.
  [[nodiscard]] VaultResult<std::vector<std::string>> read(const Word& consent_id, const std::string& reader,
                                                           proto::TimeUs now);
  /// A visitor signed in: what the visitor agreed to now belongs to the account.
  void move_account(const proto::AccountId& from, const proto::AccountId& to);

  /// Hears the worker, erases what is past its end, finishes erasures that a reader of the file put off, makes batches
  /// of what is due and hands notes over. At least once a second.
  void tick(proto::TimeUs now);

 private:
  struct Keys;
  ConsentDesk(DeskConfig config, std::unique_ptr<Vault> vault, std::unique_ptr<Keys> keys, CustomerPort& port);
  [[nodiscard]] ConsentView view_of(Consent consent);
  void hear(const CustomerNews& news);
  void erase_expired(proto::TimeUs now);
  void make_batches(proto::TimeUs now);
  void hand_over(proto::TimeUs now);

  DeskConfig m_config;
  ConsentTerms m_terms;
  std::unique_ptr<Vault> m_vault;
  std::unique_ptr<Keys> m_keys;
  CustomerPort& m_port;
};

}  // namespace chain
