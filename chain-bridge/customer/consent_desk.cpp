#include "chain-bridge/customer/consent_desk.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "chain-bridge/customer/terms.h"
#include "chain-bridge/keys/key_file.h"
#include "client-proto/core/check.h"

namespace chain {

namespace {

constexpr std::uint64_t kDaySeconds = 24ULL * 3600;
constexpr proto::SpanUs kOfferAgainAfter = proto::seconds(5);
constexpr int kOffersPerTickMax = 64;
constexpr int kExpiredPerTickMax = 64;
constexpr int kBatchesPerTickMax = 4;

/// The next moment at which the chain may learn of something.
proto::TimeUs next_batch(proto::TimeUs now, proto::SpanUs period) {
  return {(now.us + period.us - 1) / period.us * period.us};
}

/// The key that opens the wraps of `holder`. It is made only where nothing is wrapped under it: a new key in the place
/// of one that was lost would open nothing.
proto::Result<Word, std::string> wrapping_key(const std::string& path, const std::string& holder,
                                              const std::set<std::string>& holders, const RandomSource& random) {
  if (holders.contains(holder) && ::access(path.c_str(), F_OK) != 0)
    return proto::fail("the key file " + path + " is missing, and vault.db cannot be read without it; bring it back");
  return load_or_make_secret(path, random);
}

std::string wrong_key(const std::string& path) {
  return "the key file " + path + " is not the one that vault.db was written with; bring that one back";
}

}  // namespace

/// The keys of one brand: what its consents' keys are wrapped with, and what signs its receipts.
struct ConsentDesk::Keys {
  struct Brand {
    Word wrapping;
    SecretKey signing;
  };
  std::map<std::string, Brand> brands;
  /// Signs the receipts of brands that have left and took their keys along; nothing else, and never for the chain.
  std::optional<SecretKey> receipts;

  [[nodiscard]] const SecretKey& signing(const std::string& brand) const {
    const auto keys = brands.find(brand);
    return keys == brands.end() ? *receipts : keys->second.signing;
  }

  static std::string wrapping_path(const DeskConfig& config, const std::string& brand) {
    return config.data_dir + "/keys/vault-" + brand + ".key";
  }
  static proto::Result<std::unique_ptr<Keys>, std::string> load(const DeskConfig& config,
                                                                const std::set<std::string>& holders,
                                                                const RandomSource& random) {
    auto keys = std::make_unique<Keys>();
    auto receipts = load_or_make_key(config.data_dir + "/keys/vault-receipts.key", random);
    if (!receipts) return proto::fail(receipts.error());
    keys->receipts = std::move(receipts).value();
    for (const auto& [brand, address] : config.deployment.members) {
      auto wrapping = wrapping_key(wrapping_path(config, brand), brand, holders, random);
      if (!wrapping) return proto::fail(wrapping.error());
      auto signing = load_or_make_key(config.data_dir + "/keys/brand-" + brand + ".key", random);
      if (!signing) return proto::fail(signing.error());
      keys->brands.emplace(brand, Brand{*wrapping, std::move(signing).value()});
    }
    return keys;
  }
};

proto::Result<std::unique_ptr<ConsentDesk>, std::string> ConsentDesk::open(DeskConfig config, RandomBytes random,
                                                                           CustomerPort& port) {
  GALLERIA_CHECK(config.batch_period.us > 0);
  const std::string folder = config.data_dir + "/keys";
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return proto::fail("cannot make the folder " + folder);
  const RandomSource source = [&random](std::span<std::uint8_t> out) {
    random(out);
    return true;
  };
  const std::string vault_path = config.data_dir + "/vault.db";
  const auto holders = Vault::holders(vault_path);
  if (!holders) return proto::fail(holders.error());
  const std::string keeper_path = folder + "/vault-keeper.key";
  const auto keeper = wrapping_key(keeper_path, kKeeperHolder, *holders, source);
  if (!keeper) return proto::fail(keeper.error());
  auto keys = Keys::load(config, *holders, source);
  if (!keys) return proto::fail(keys.error());
  auto vault = Vault::open(vault_path, *keeper, config.deployment, random);
  if (!vault) return proto::fail(vault.error());
  if (!vault.value()->opens(kKeeperHolder, *keeper)) return proto::fail(wrong_key(keeper_path));
  for (const auto& [brand, held] : keys.value()->brands) {
    if (!vault.value()->opens(brand, held.wrapping)) return proto::fail(wrong_key(Keys::wrapping_path(config, brand)));
  }
  return std::unique_ptr<ConsentDesk>(
      new ConsentDesk(std::move(config), std::move(vault).value(), std::move(keys).value(), port));
}

ConsentDesk::ConsentDesk(DeskConfig config, std::unique_ptr<Vault> vault, std::unique_ptr<Keys> keys,
                         CustomerPort& port)
    : m_config(std::move(config)), m_vault(std::move(vault)), m_keys(std::move(keys)), m_port(port) {
  const Purpose& purpose = recommend_purpose();
  m_terms = {std::string(purpose.name), std::string(purpose.notice),  notice_hash(purpose),
             purpose.retention_s,       m_config.deployment.chain_id, m_config.deployment.consents};
}

ConsentDesk::~ConsentDesk() = default;

std::vector<std::string> ConsentDesk::brands() const {
  std::vector<std::string> names;
  for (const auto& [brand, keys] : m_keys->brands) names.push_back(brand);
  return names;
}

VaultResult<Granted> ConsentDesk::grant(const ConsentGrant& grant, const Word& salt, const Bytes& signature,
                                        const std::string& brand, const std::string& purpose,
                                        std::span<const SignedReader> readers, const proto::AccountId& account,
                                        proto::TimeUs now) {
  if (purpose != m_terms.purpose || !m_keys->brands.contains(brand)) return proto::fail(VaultRefusal::kWrongTerms);
  GrantRequest request;
  request.grant = grant;
  request.salt = salt;
  request.notice_hash = m_terms.notice_hash;
  request.signature = signature;
  request.brand = brand;
  request.purpose = purpose;
  request.life_s_max = m_terms.retention_s + kDaySeconds;  // browsers round the end up to midnight
  request.account = account;
  for (const SignedReader& reader : readers) {
    const auto keys = m_keys->brands.find(reader.brand);
    if (keys == m_keys->brands.end()) return proto::fail(VaultRefusal::kWrongTerms);
    request.readers.push_back(reader);
    request.reader_keys.push_back(keys->second.wrapping);
  }
  return m_vault->grant(request, now, next_batch(now, m_config.batch_period));
}

VaultResult<ConsentView> ConsentDesk::withdraw(const Word& consent_id, const std::optional<Bytes>& signature,
                                               const proto::AccountId& account, proto::TimeUs now) {
  const auto done = m_vault->withdraw(consent_id, signature, account, now, next_batch(now, m_config.batch_period));
  if (!done) return proto::fail(done.error());
  return view(consent_id, account);
}

VaultResult<ErasureReceipt> ConsentDesk::erase(const Word& consent_id, const std::optional<Bytes>& signature,
                                               const proto::AccountId& account, proto::TimeUs now) {
  const auto known = m_vault->consent(consent_id);
  if (!known) return proto::fail(VaultRefusal::kUnknownConsent);
  return m_vault->erase(consent_id, signature, account, m_keys->signing(known->brand), now,
                        next_batch(now, m_config.batch_period));
}

ConsentView ConsentDesk::view_of(Consent consent) {
  const Word id = consent.grant.consent_id;
  return {std::move(consent), m_vault->readers_of(id), m_vault->reads_of(id, kReadsShownMax),
          m_vault->entries_count(id)};
}

std::vector<ConsentView> ConsentDesk::views(const proto::AccountId& account) {
  std::vector<ConsentView> out;
  for (Consent& consent : m_vault->consents_of(account)) out.push_back(view_of(std::move(consent)));
  return out;
}

VaultResult<ConsentView> ConsentDesk::view(const Word& consent_id, const proto::AccountId& account) {
  auto known = m_vault->consent(consent_id);
  if (!known) return proto::fail(VaultRefusal::kUnknownConsent);
  if (known->account != account) return proto::fail(VaultRefusal::kNotYours);
  return view_of(std::move(*known));
}

std::optional<Consent> ConsentDesk::live_consent(const proto::AccountId& account, const std::string& brand,
                                                 const std::string& purpose, proto::TimeUs now) {
  return m_vault->live_consent(account, brand, purpose, now);
}

VaultResult<proto::Unit> ConsentDesk::note(const proto::AccountId& account, const std::string& brand,
                                           const std::string& purpose, const std::string& reference,
                                           const std::string& payload, proto::TimeUs ordered, proto::TimeUs now) {
  if (m_vault->is_noted(account, brand, purpose, reference)) return proto::Unit{};
  bool was = false;
  std::optional<Word> holding;
  for (const Consent& consent : m_vault->consents_of(account)) {
    if (consent.brand != brand || consent.purpose != purpose) continue;
    was = true;
    if (consent.granted > ordered) continue;
    // What was on its way when sharing was stopped is not noted under another one either.
    if (stopped_since(consent, ordered)) return proto::fail(VaultRefusal::kEnded);
    if (!holding && holds(consent, now)) holding = consent.grant.consent_id;
  }
  if (!holding) return proto::fail(was ? VaultRefusal::kEnded : VaultRefusal::kUnknownConsent);
  return m_vault->note(*holding, reference, payload, now, next_batch(now, m_config.batch_period));
}

VaultResult<std::vector<std::string>> ConsentDesk::read(const Word& consent_id, const std::string& reader,
                                                        proto::TimeUs now) {
  const auto keys = m_keys->brands.find(reader);
  if (keys == m_keys->brands.end()) return proto::fail(VaultRefusal::kNoReader);
  return m_vault->read(consent_id, reader, keys->second.wrapping, now);
}

void ConsentDesk::move_account(const proto::AccountId& from, const proto::AccountId& to) {
  m_vault->move_account(from, to);
}

void ConsentDesk::tick(proto::TimeUs now) {
  for (const CustomerNews& news : m_port.to_desk.take_all()) hear(news);
  erase_expired(now);
  m_vault->finish_erasing();
  make_batches(now);
  hand_over(now);
}

void ConsentDesk::hear(const CustomerNews& news) {
  if (news.kind == CustomerNewsKind::kStored) return m_vault->stored(news.key);
  if (news.kind == CustomerNewsKind::kNoKey) return m_vault->nobody_sends(news.key, news.reason);
  if (news.kind == CustomerNewsKind::kFinal) m_vault->final_on_chain(news.key);
  if (news.kind == CustomerNewsKind::kFailed) m_vault->failed_on_chain(news.key, news.reason);
  // A full queue only means that the worker tells it once more.
  (void)m_port.to_chain.push(CustomerHeard{news.key, news.kind});
}

void ConsentDesk::erase_expired(proto::TimeUs now) {
  for (const Consent& consent : m_vault->expired(now, kExpiredPerTickMax)) {
    m_vault->erase_expired(consent, m_keys->signing(consent.brand), now, next_batch(now, m_config.batch_period));
  }
}

void ConsentDesk::make_batches(proto::TimeUs now) {
  for (const auto& [brand, keys] : m_keys->brands) {
    for (int i = 0; i < kBatchesPerTickMax && m_vault->make_batch(brand, m_terms.purpose, now); ++i) {
    }
  }
}

void ConsentDesk::hand_over(proto::TimeUs now) {
  for (OfferedNote& offered : m_vault->offer(now, kOfferAgainAfter, kOffersPerTickMax)) {
    // A full queue loses nothing: what is not stored is offered again.
    (void)m_port.to_chain.push(CustomerTask{std::move(offered.brand), std::move(offered.note)});
  }
}

}  // namespace chain
