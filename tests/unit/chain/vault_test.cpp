#include "chain-bridge/customer/vault.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "chain-bridge/customer/merkle.h"
#include "chain-bridge/eth/keccak.h"

using chain::ChainMark;
using chain::keccak256;
using chain::VaultRefusal;
using chain::Word;

namespace {

constexpr proto::TimeUs kNow{1'800'000'000'000'000};
constexpr std::uint64_t kNowS = 1'800'000'000;
constexpr std::uint64_t kYearS = 365ULL * 24 * 3600;
constexpr proto::TimeUs kDue = kNow + proto::seconds(60);
constexpr proto::SpanUs kAgain = proto::seconds(5);
const std::string kLune = "maison-lune";
const std::string kOak = "oak-and-linen";

/// Different bytes at every call, the same in every run.
void counted_bytes(std::span<std::uint8_t> out) {
  static std::uint64_t count = 0;
  const Word word = keccak256(Word::of(++count).bytes);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = word.bytes[i % 32];
}

struct Fixture {
  std::string folder = std::filesystem::temp_directory_path() / "galleria-vault-XXXXXX";
  Word keeper_key = keccak256("keeper key");
  Word oak_key = keccak256("oak key");
  chain::SecretKey customer = *chain::SecretKey::from(keccak256("customer"));
  chain::SecretKey stranger = *chain::SecretKey::from(keccak256("stranger"));
  chain::SecretKey brand_key = *chain::SecretKey::from(keccak256("brand"));
  chain::CustomerDeployment deployment;
  proto::AccountId account;
  proto::AccountId other;
  std::unique_ptr<chain::Vault> vault;
  Word id = keccak256("consent");
  Word salt = keccak256("salt");

  Fixture() {
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    deployment.chain_id = 31338;
    account.bytes[0] = 1;
    other.bytes[0] = 2;
    reopen();
  }
  ~Fixture() {
    vault.reset();
    std::filesystem::remove_all(folder);
  }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  void reopen() {
    vault.reset();
    auto opened = chain::Vault::open(folder + "/vault.db", keeper_key, deployment, counted_bytes);
    REQUIRE(opened.ok());
    vault = std::move(opened).value();
  }

  /// A consent as an honest browser asks for it, to be spoilt by tests; `sign` comes last.
  chain::GrantRequest request() const {
    chain::GrantRequest asked;
    asked.grant = {id, chain::registry_id(kLune), chain::registry_id("recommend"), kNowS + 3600, {}};
    asked.salt = salt;
    asked.notice_hash = keccak256("notice");
    asked.brand = kLune;
    asked.purpose = "recommend";
    asked.life_s_max = kYearS;
    asked.account = account;
    return asked;
  }
  void add_oak(chain::GrantRequest& asked, std::uint64_t end_s) const {
    asked.readers.push_back({kOak, end_s, asked.readers.size() + 1, {}});
    asked.reader_keys.push_back(oak_key);
  }
  void sign(chain::GrantRequest& asked, const chain::SecretKey& key) const {
    const std::string record = chain::consent_record(asked.grant, asked.brand, asked.purpose, asked.notice_hash);
    asked.grant.commitment = chain::commitment(chain::kConsentTag, salt, record);
    asked.signature = key.sign(chain::grant_digest(deployment, asked.grant)).bytes();
    for (chain::SignedReader& reader : asked.readers) {
      const chain::ReaderGrant grant{asked.grant.consent_id, chain::registry_id(reader.brand), reader.not_after_s,
                                     reader.sequence};
      reader.signature = key.sign(chain::reader_digest(deployment, grant)).bytes();
    }
  }
  chain::VaultResult<chain::Granted> take(const chain::GrantRequest& asked) { return vault->grant(asked, kNow, kDue); }
  void grant() {
    chain::GrantRequest asked = request();
    sign(asked, customer);
    REQUIRE(take(asked).value() == chain::Granted::kNew);
  }
  void grant_with_oak(std::uint64_t end_s) {
    chain::GrantRequest asked = request();
    add_oak(asked, end_s);
    sign(asked, customer);
    REQUIRE(take(asked).value() == chain::Granted::kNew);
  }
  VaultRefusal refusal(const chain::GrantRequest& asked) {
    const auto taken = take(asked);
    REQUIRE_FALSE(taken.ok());
    // Whole or not at all: nothing of a refused grant may stay.
    CHECK(vault->offer(kDue, kAgain, 100).empty());
    return taken.error();
  }

  chain::Bytes signed_withdrawal(const chain::SecretKey& key) const {
    return key.sign(chain::withdraw_digest(deployment, id)).bytes();
  }
  chain::Bytes signed_erasure(const chain::SecretKey& key) const {
    return key.sign(chain::erase_digest(deployment, id)).bytes();
  }
  chain::VaultResult<proto::Unit> note(const std::string& reference) {
    return vault->note(id, reference, R"({"category":"Jackets"})", kNow, kDue);
  }
  chain::VaultResult<proto::Unit> withdraw(const std::optional<chain::Bytes>& signature) {
    return vault->withdraw(id, signature, account, kNow, kDue);
  }
  chain::VaultResult<chain::ErasureReceipt> erase(const std::optional<chain::Bytes>& signature) {
    return vault->erase(id, signature, account, brand_key, kNow, kDue);
  }

  /// Offers what is due and plays a chain that takes all of it; the kinds in the order in which they came.
  std::vector<std::string> settle() {
    std::vector<std::string> kinds;
    for (auto offered = vault->offer(kDue, kAgain, 100); !offered.empty(); offered = vault->offer(kDue, kAgain, 100)) {
      for (const auto& [brand, note] : offered) {
        kinds.emplace_back(chain::kind_of(note));
        vault->stored(chain::note_key(note));
        vault->final_on_chain(chain::note_key(note));
      }
    }
    return kinds;
  }

  /// Everything that stands on disk, all files of the database together.
  std::string disk() const {
    std::ostringstream all;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      all << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    return all.str();
  }
  /// A column of a table, read by another connection.
  std::vector<std::string> column(const std::string& query) const {
    soci::session db(*soci::factory_sqlite3(), "db=\"" + folder + "/vault.db\" timeout=5");
    std::vector<std::string> values;
    for (const soci::row& row : soci::rowset<soci::row>(db.prepare << query)) values.push_back(row.get<std::string>(0));
    return values;
  }
};

}  // namespace

TEST_CASE("a reader that was granted reads what was noted, and the customer sees that it did") {
  Fixture f;
  f.grant_with_oak(kNowS + 600);
  REQUIRE(f.note("order 1").ok());
  REQUIRE(f.note("order 1").ok());
  CHECK(f.vault->read(f.id, "nobody", f.oak_key, kNow).error() == VaultRefusal::kNoReader);
  CHECK(f.vault->reads_of(f.id, 10).empty());
  const auto read = f.vault->read(f.id, kOak, f.oak_key, kNow);
  REQUIRE(read.ok());
  CHECK(read.value() == std::vector<std::string>{R"({"category":"Jackets"})"});
  REQUIRE(f.vault->reads_of(f.id, 10).size() == 1);
  CHECK(f.vault->reads_of(f.id, 10)[0].reader == kOak);
}

TEST_CASE("reading ends with the reader's grant and with the consent") {
  Fixture f;
  f.grant_with_oak(kNowS + 600);
  CHECK(f.vault->read(f.id, kOak, f.oak_key, kNow + proto::seconds(599)).ok());
  CHECK(f.vault->read(f.id, kOak, f.oak_key, kNow + proto::seconds(600)).error() == VaultRefusal::kNoReader);
  REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
  CHECK(f.vault->read(f.id, kOak, f.oak_key, kNow).error() == VaultRefusal::kEnded);
  CHECK(f.note("order 2").error() == VaultRefusal::kEnded);
}

TEST_CASE("the key of another brand opens nothing") {
  Fixture f;
  f.grant_with_oak(kNowS + 600);
  CHECK(f.vault->read(f.id, kOak, keccak256("another key"), kNow).error() == VaultRefusal::kNoReader);
}

TEST_CASE("the log of reads keeps the newest and has an end") {
  Fixture f;
  f.grant_with_oak(kNowS + 3000);
  for (std::int64_t i = 0; i < chain::kReadsPerConsentMax + 5; ++i)
    REQUIRE(f.vault->read(f.id, kOak, f.oak_key, kNow + proto::seconds(i)).ok());
  const auto reads = f.vault->reads_of(f.id, 100'000);
  REQUIRE(reads.size() == static_cast<std::size_t>(chain::kReadsPerConsentMax));
  CHECK(reads.front().at == kNow + proto::seconds(chain::kReadsPerConsentMax + 4));
}

TEST_CASE("a grant that breaks a rule is refused whole, and says which rule") {
  Fixture f;
  chain::GrantRequest asked = f.request();
  SECTION("an end in the past") {
    asked.grant.not_after_s = kNowS;
    f.sign(asked, f.customer);
    CHECK(f.refusal(asked) == VaultRefusal::kWrongEnd);
  }
  SECTION("an end beyond what the terms allow") {
    asked.grant.not_after_s = kNowS + kYearS + 1;
    f.sign(asked, f.customer);
    CHECK(f.refusal(asked) == VaultRefusal::kWrongEnd);
  }
  SECTION("the id of another brand") {
    asked.grant.brand_id = chain::registry_id(kOak);
    f.sign(asked, f.customer);
    CHECK(f.refusal(asked) == VaultRefusal::kWrongTerms);
  }
  SECTION("the id of another purpose") {
    asked.grant.purpose_id = chain::registry_id("sell");
    f.sign(asked, f.customer);
    CHECK(f.refusal(asked) == VaultRefusal::kWrongTerms);
  }
  SECTION("a commitment that its salt does not open") {
    f.sign(asked, f.customer);
    asked.salt = keccak256("other salt");
    CHECK(f.refusal(asked) == VaultRefusal::kWrongCommitment);
  }
  SECTION("a commitment to another notice") {
    f.sign(asked, f.customer);
    asked.notice_hash = keccak256("other words");
    CHECK(f.refusal(asked) == VaultRefusal::kWrongCommitment);
  }
  SECTION("no signature that can be read") {
    f.sign(asked, f.customer);
    asked.signature.pop_back();
    CHECK(f.refusal(asked) == VaultRefusal::kWrongSignature);
  }
  SECTION("a reader whom another key signed for") {
    f.add_oak(asked, kNowS + 600);
    f.sign(asked, f.customer);
    chain::GrantRequest forged = asked;
    f.sign(forged, f.stranger);
    asked.readers[0].signature = forged.readers[0].signature;
    CHECK(f.refusal(asked) == VaultRefusal::kWrongSignature);
  }
  SECTION("a reader with another end than the one signed") {
    f.add_oak(asked, kNowS + 600);
    f.sign(asked, f.customer);
    asked.readers[0].not_after_s = kNowS + 700;
    CHECK(f.refusal(asked) == VaultRefusal::kWrongSignature);
  }
  SECTION("a reader that outlives the consent") {
    f.add_oak(asked, kNowS + 3601);
    f.sign(asked, f.customer);
    CHECK(f.refusal(asked) == VaultRefusal::kWrongEnd);
  }
  SECTION("readers out of order") {
    f.add_oak(asked, kNowS + 600);
    asked.readers[0].sequence = 2;
    f.sign(asked, f.customer);
    CHECK(f.refusal(asked) == VaultRefusal::kWrongSequence);
  }
  SECTION("one reader twice") {
    f.add_oak(asked, kNowS + 600);
    f.add_oak(asked, kNowS + 600);
    f.sign(asked, f.customer);
    CHECK(f.refusal(asked) == VaultRefusal::kWrongTerms);
  }
  SECTION("more readers than the limit") {
    for (std::size_t i = 0; i <= chain::kReadersPerConsentMax; ++i) f.add_oak(asked, kNowS + 600);
    f.sign(asked, f.customer);
    CHECK(f.refusal(asked) == VaultRefusal::kTooMany);
  }
  CHECK_FALSE(f.vault->consent(f.id));
}

TEST_CASE("an account has only so many consents, and a consent only so many entries") {
  Fixture f;
  f.grant();
  const std::string long_payload(chain::kPayloadBytesMax + 1, ' ');
  CHECK(f.vault->note(f.id, "r", long_payload, kNow, kDue).error() == VaultRefusal::kTooMany);
  for (std::int64_t i = 0; i < chain::kEntriesPerConsentMax; ++i) REQUIRE(f.note(std::to_string(i)).ok());
  CHECK(f.note("one more").error() == VaultRefusal::kTooMany);
  CHECK(f.note("0").ok());
  REQUIRE(f.withdraw(std::nullopt).ok());
  for (std::int64_t i = 1; i < chain::kConsentsPerAccountMax; ++i) {
    f.id = Word::of(static_cast<std::uint64_t>(i));
    f.grant();
    REQUIRE(f.withdraw(std::nullopt).ok());
  }
  f.id = keccak256("one more");
  chain::GrantRequest asked = f.request();
  f.sign(asked, f.customer);
  CHECK(f.take(asked).error() == VaultRefusal::kTooMany);
}

TEST_CASE("one brand is agreed with once at a time, so that ending it ends it") {
  Fixture f;
  f.grant();
  const Word first = std::exchange(f.id, keccak256("from another window"));
  chain::GrantRequest again = f.request();
  f.sign(again, f.customer);
  CHECK(f.take(again).error() == VaultRefusal::kAgreedAlready);
  CHECK_FALSE(f.vault->consent(f.id));

  f.id = first;
  REQUIRE(f.withdraw(std::nullopt).ok());
  CHECK(f.take(again).value() == chain::Granted::kNew);
}

TEST_CASE("of two consents that a login has joined both end; the other's signature is passed on when it comes") {
  Fixture f;
  f.grant();
  const Word first = std::exchange(f.id, keccak256("of the phone"));
  f.vault->move_account(f.account, f.other);
  f.grant();
  f.vault->move_account(f.other, f.account);
  CHECK(f.settle() == std::vector<std::string>{"grant", "grant"});
  REQUIRE(f.vault->withdraw(first, std::nullopt, f.account, kNow, kDue).ok());
  CHECK(f.vault->consent(f.id)->withdrawn == kNow);
  CHECK(f.settle().empty());
  REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
  REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
  CHECK(f.settle() == std::vector<std::string>{"withdraw"});
}

TEST_CASE("of two consents that a login has joined the one whose time runs out ends alone") {
  Fixture f;
  f.grant();
  const Word first = std::exchange(f.id, keccak256("of the phone"));
  f.vault->move_account(f.account, f.other);
  chain::GrantRequest longer = f.request();
  longer.grant.not_after_s += 60;
  f.sign(longer, f.customer);
  REQUIRE(f.take(longer).ok());
  f.vault->move_account(f.account, f.other);
  const proto::TimeUs over{static_cast<std::int64_t>(f.request().grant.not_after_s) * 1'000'000};
  f.vault->erase_expired(*f.vault->consent(first), f.brand_key, over, kDue);
  CHECK(f.vault->consent(first)->erased);
  CHECK(chain::holds(*f.vault->consent(f.id), over));
  CHECK_FALSE(chain::stopped_since(*f.vault->consent(first), kNow));
}

TEST_CASE("the same grant again is known; another one under its id is refused") {
  Fixture f;
  f.grant();
  chain::GrantRequest same = f.request();
  f.sign(same, f.customer);
  CHECK(f.take(same).value() == chain::Granted::kKnown);
  chain::GrantRequest foreign = same;
  foreign.account = f.other;
  CHECK(f.take(foreign).error() == VaultRefusal::kConsentExists);
  chain::GrantRequest resigned = f.request();
  f.sign(resigned, f.stranger);
  CHECK(f.take(resigned).error() == VaultRefusal::kConsentExists);
  chain::GrantRequest longer = f.request();
  longer.grant.not_after_s += 60;
  f.sign(longer, f.customer);
  CHECK(f.take(longer).error() == VaultRefusal::kConsentExists);
  CHECK(f.settle() == std::vector<std::string>{"grant"});
}

TEST_CASE("only the customer's own key and account change a consent") {
  Fixture f;
  f.grant();
  CHECK(f.vault->withdraw(f.id, f.signed_withdrawal(f.customer), f.other, kNow, kDue).error() ==
        VaultRefusal::kNotYours);
  CHECK(f.vault->withdraw(f.id, std::nullopt, f.other, kNow, kDue).error() == VaultRefusal::kNotYours);
  CHECK(f.vault->erase(f.id, std::nullopt, f.other, f.brand_key, kNow, kDue).error() == VaultRefusal::kNotYours);
  CHECK(f.withdraw(f.signed_withdrawal(f.stranger)).error() == VaultRefusal::kWrongSignature);
  CHECK(f.withdraw(f.signed_erasure(f.customer)).error() == VaultRefusal::kWrongSignature);
  CHECK(f.withdraw(chain::Bytes{}).error() == VaultRefusal::kWrongSignature);
  CHECK(f.erase(f.signed_erasure(f.stranger)).error() == VaultRefusal::kWrongSignature);
  CHECK(f.erase(f.signed_withdrawal(f.customer)).error() == VaultRefusal::kWrongSignature);
  const auto consent = f.vault->consent(f.id);
  CHECK_FALSE(consent->withdrawn);
  CHECK_FALSE(consent->erased);
}

TEST_CASE("what a visitor agreed to follows the visitor into the account, and leaves nothing behind") {
  Fixture f;
  f.grant();
  f.vault->move_account(f.account, f.other);
  CHECK(f.vault->consents_of(f.account).empty());
  REQUIRE(f.vault->consents_of(f.other).size() == 1);
  CHECK(f.withdraw(f.signed_withdrawal(f.customer)).error() == VaultRefusal::kNotYours);
}

TEST_CASE("notes wait until they are due and until the earlier ones of their consent are final") {
  Fixture f;
  f.grant_with_oak(kNowS + 600);
  CHECK(f.vault->offer({kDue.us - 1}, kAgain, 100).empty());
  const auto first = f.vault->offer(kDue, kAgain, 100);
  REQUIRE(first.size() == 1);
  CHECK(chain::kind_of(first[0].note) == "grant");
  CHECK(first[0].brand == kLune);
  CHECK(f.vault->consent(f.id)->chain == ChainMark::kWaiting);
  // Not stored, so it comes again; not before its time.
  CHECK(f.vault->offer(kDue + proto::seconds(4), kAgain, 100).empty());
  CHECK(f.vault->offer(kDue + proto::seconds(5), kAgain, 100).size() == 1);
  const Word key = chain::note_key(first[0].note);
  f.vault->stored(key);
  f.reopen();
  CHECK(f.vault->offer(kDue + proto::seconds(60), kAgain, 100).empty());
  f.vault->final_on_chain(key);
  f.vault->final_on_chain(key);
  CHECK(f.vault->consent(f.id)->chain == ChainMark::kNoted);
  CHECK(f.settle() == std::vector<std::string>{"reader"});
  REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
  REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
  CHECK(f.settle() == std::vector<std::string>{"withdraw"});
  CHECK(f.vault->consent(f.id)->chain == ChainMark::kEnded);
  REQUIRE(f.erase(f.signed_erasure(f.customer)).ok());
  CHECK(f.settle() == std::vector<std::string>{"erased"});
  CHECK(f.vault->consent(f.id)->chain == ChainMark::kErased);
}

TEST_CASE("without a signature the effect is immediate all the same, and the chain hears of it when one comes") {
  Fixture f;
  f.grant_with_oak(kNowS + 600);
  f.settle();
  REQUIRE(f.withdraw(std::nullopt).ok());
  CHECK(f.vault->read(f.id, kOak, f.oak_key, kNow).error() == VaultRefusal::kEnded);
  CHECK(f.settle().empty());
  CHECK(f.vault->consent(f.id)->chain == ChainMark::kNoted);
  REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
  CHECK(f.settle() == std::vector<std::string>{"withdraw"});
}

TEST_CASE("an erasure without a signature reaches the chain, because it is the brand's call") {
  Fixture f;
  f.grant();
  f.settle();
  const auto receipt = f.erase(std::nullopt);
  REQUIRE(receipt.ok());
  const auto offered = f.vault->offer(kDue, kAgain, 100);
  REQUIRE(offered.size() == 1);
  CHECK(std::get<chain::ErasedNote>(offered[0].note).receipt_hash == receipt->hash);
}

TEST_CASE("a consent that ends before its grant was offered never reaches the chain") {
  Fixture f;
  f.grant_with_oak(kNowS + 600);
  SECTION("withdrawn, then erased") {
    REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
    CHECK(f.vault->consent(f.id)->chain == ChainMark::kNever);
    REQUIRE(f.erase(std::nullopt).ok());
  }
  SECTION("erased") { REQUIRE(f.erase(std::nullopt).ok()); }
  f.reopen();
  CHECK(f.vault->consent(f.id)->chain == ChainMark::kNever);
  CHECK(f.settle().empty());
}

TEST_CASE("a grant that was offered may be on the chain, so its end is noted there") {
  Fixture f;
  f.grant();
  REQUIRE(f.vault->offer(kDue, kAgain, 100).size() == 1);
  REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
  CHECK(f.vault->offer(kDue + kAgain, kAgain, 100).size() == 1);
  CHECK(f.vault->consent(f.id)->chain == ChainMark::kWaiting);
}

TEST_CASE("what comes after a grant that the chain refuses for good fails with it") {
  Fixture f;
  f.grant_with_oak(kNowS + 600);
  const auto offered = f.vault->offer(kDue, kAgain, 100);
  REQUIRE(offered.size() == 1);
  f.vault->failed_on_chain(chain::note_key(offered[0].note), "refused");
  CHECK(f.settle().empty());
  CHECK(f.vault->consent(f.id)->chain == ChainMark::kNever);
  REQUIRE(f.erase(std::nullopt).ok());
  CHECK(f.settle().empty());
  CHECK(f.vault->consent(f.id)->chain == ChainMark::kNever);
}

TEST_CASE(
    "of a brand that has left nobody says that the chain never heard of the consent, and all waits for its return") {
  Fixture f;
  f.grant();
  const auto offered = f.vault->offer(kDue, kAgain, 100);
  REQUIRE(offered.size() == 1);
  f.vault->nobody_sends(chain::note_key(offered[0].note), "no key is here");
  f.reopen();
  CHECK(f.vault->consent(f.id)->chain == ChainMark::kLeft);
  REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
  REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
  REQUIRE(f.erase(std::nullopt).ok());
  CHECK(f.vault->consent(f.id)->chain == ChainMark::kLeft);
  CHECK(f.vault->offer(kDue + kAgain + kAgain, kAgain, 100).empty());

  // The brand is back: the chain hears all of it, in order.
  const auto later = kDue + proto::hours(2);
  for (const auto& [kind, reached] : {std::pair{"grant", ChainMark::kNoted}, std::pair{"withdraw", ChainMark::kEnded},
                                      std::pair{"erased", ChainMark::kErased}}) {
    const auto again = f.vault->offer(later, kAgain, 100);
    REQUIRE(again.size() == 1);
    CHECK(chain::kind_of(again[0].note) == kind);
    f.vault->stored(chain::note_key(again[0].note));
    f.vault->final_on_chain(chain::note_key(again[0].note));
    CHECK(f.vault->consent(f.id)->chain == reached);
  }
}

TEST_CASE("erasing leaves nothing to read and gives a receipt that anyone can check, the same one twice") {
  Fixture f;
  f.grant_with_oak(kNowS + 600);
  REQUIRE(f.note("order 1").ok());
  CHECK(f.disk().find("Jackets") == std::string::npos);

  const auto receipt = f.erase(f.signed_erasure(f.customer));
  REQUIRE(receipt.ok());
  CHECK(receipt->hash == keccak256(receipt->text));
  CHECK(chain::recover(receipt->hash, *chain::Signature::parse(receipt->signature)) == f.brand_key.address());
  CHECK(receipt->signer == f.brand_key.address());
  CHECK(receipt->text.find("\"entries_destroyed\":1") != std::string::npos);
  CHECK(f.vault->entries_count(f.id) == 0);
  CHECK(f.vault->read(f.id, kOak, f.oak_key, kNow).error() == VaultRefusal::kEnded);
  CHECK(f.note("order 1").error() == VaultRefusal::kEnded);
  CHECK(f.vault->consent(f.id)->erased);

  const auto again = f.vault->erase(f.id, std::nullopt, f.account, f.brand_key, kNow + proto::hours(1), kDue);
  REQUIRE(again.ok());
  CHECK(again->text == receipt->text);
  CHECK(again->signature == receipt->signature);
}

TEST_CASE("keys, salts, boxes and what was noted are on the disk before an erasure and gone after it") {
  Fixture f;
  f.grant_with_oak(kNowS + 600);
  REQUIRE(f.note("the order's id").ok());
  std::vector<std::string> secrets = f.column("SELECT box FROM wrap");
  REQUIRE(secrets.size() == 2);
  for (const char* query :
       {"SELECT box FROM entry", "SELECT leaf FROM entry", "SELECT reference FROM entry", "SELECT salt FROM consent"}) {
    const auto values = f.column(query);
    REQUIRE(values.size() == 1);
    secrets.push_back(values[0]);
  }
  const std::string before = f.disk();
  for (const std::string& secret : secrets) REQUIRE(before.find(secret) != std::string::npos);

  REQUIRE(f.erase(f.signed_erasure(f.customer)).ok());
  const std::string after = f.disk();
  CHECK(after.find(f.id.hex()) != std::string::npos);
  for (const std::string& secret : secrets) {
    INFO(secret);
    CHECK(after.find(secret) == std::string::npos);
  }
}

TEST_CASE("nobody but its owner can read the vault's files") {
  Fixture f;
  f.grant();
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(f.folder)) {
    INFO(entry.path());
    const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    CHECK((entry.status().permissions() & others) == std::filesystem::perms::none);
    ++files;
  }
  CHECK(files == 3);
  f.vault.reset();
  CHECK_FALSE(
      chain::Vault::open(f.folder + "/no such folder/vault.db", f.keeper_key, f.deployment, counted_bytes).ok());
}

TEST_CASE("a consent past its end is erased by the job that enforces retention, with a receipt") {
  Fixture f;
  f.grant();
  f.settle();
  CHECK(f.vault->expired(kNow + proto::seconds(3599), 10).empty());
  const auto later = kNow + proto::seconds(3600);
  const auto expired = f.vault->expired(later, 10);
  REQUIRE(expired.size() == 1);
  CHECK(expired[0].grant.consent_id == f.id);
  f.vault->erase_expired(expired[0], f.brand_key, later, later);
  CHECK(f.vault->expired(later, 10).empty());
  REQUIRE(f.erase(std::nullopt).ok());
  const auto offered = f.vault->offer(later, kAgain, 10);
  REQUIRE(offered.size() == 1);
  CHECK(chain::kind_of(offered[0].note) == "erased");
}

TEST_CASE("due entries are anchored in a padded batch, and each proves its place in it") {
  Fixture f;
  f.grant();
  f.settle();
  for (const char* reference : {"a", "b", "c"}) REQUIRE(f.note(reference).ok());
  CHECK_FALSE(f.vault->make_batch(kLune, "recommend", {kDue.us - 1}));
  CHECK_FALSE(f.vault->make_batch(kOak, "recommend", kDue));
  REQUIRE(f.vault->make_batch(kLune, "recommend", kDue));
  CHECK_FALSE(f.vault->make_batch(kLune, "recommend", kDue));
  const auto offered = f.vault->offer(kDue, kAgain, 10);
  REQUIRE(offered.size() == 1);
  const auto& anchor = std::get<chain::AnchorNote>(offered[0].note);
  CHECK(anchor.count == chain::kBatchLeavesMin);
  CHECK(anchor.purpose_id == chain::registry_id("recommend"));
  const auto leaves = f.vault->anchored_leaves(f.id);
  REQUIRE(leaves.size() == 3);
  for (const auto& leaf : leaves) {
    CHECK(leaf.root == anchor.root);
    CHECK(chain::merkle_holds(anchor.root, leaf.leaf, leaf.index, leaf.proof));
  }
}

TEST_CASE("what was noted before a withdrawal is put into no batch after it") {
  Fixture f;
  f.grant();
  f.settle();
  REQUIRE(f.note("a").ok());
  SECTION("not made yet") {}
  SECTION("made, but refused by the chain") {
    REQUIRE(f.vault->make_batch(kLune, "recommend", kDue));
    const auto offered = f.vault->offer(kDue, kAgain, 10);
    REQUIRE(offered.size() == 1);
    REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
    f.vault->failed_on_chain(chain::note_key(offered[0].note), "refused");
  }
  REQUIRE(f.withdraw(f.signed_withdrawal(f.customer)).ok());
  CHECK_FALSE(f.vault->make_batch(kLune, "recommend", kDue));
}

TEST_CASE("a batch that the chain refuses is made anew with another root") {
  Fixture f;
  f.grant();
  f.settle();
  REQUIRE(f.note("a").ok());
  REQUIRE(f.vault->make_batch(kLune, "recommend", kDue));
  const auto first = f.vault->offer(kDue, kAgain, 10);
  REQUIRE(first.size() == 1);
  f.vault->failed_on_chain(chain::note_key(first[0].note), "refused");
  CHECK(f.vault->anchored_leaves(f.id).empty());
  REQUIRE(f.vault->make_batch(kLune, "recommend", kDue));
  const auto second = f.vault->offer(kDue, kAgain, 10);
  REQUIRE(second.size() == 1);
  CHECK(std::get<chain::AnchorNote>(second[0].note).root != std::get<chain::AnchorNote>(first[0].note).root);
}

TEST_CASE("notes come back from their text as they were, and nothing else does") {
  const chain::Bytes signature{1, 2, 3};
  const std::vector<chain::ChainNote> notes{
      chain::GrantNote{{Word::of(1), Word::of(2), Word::of(3), 4, Word::of(5)}, signature},
      chain::ReaderNote{{Word::of(1), Word::of(2), 3, 4}, signature}, chain::WithdrawNote{Word::of(1), signature},
      chain::ErasedNote{Word::of(1), Word::of(2)}, chain::AnchorNote{Word::of(1), Word::of(2), 8}};
  for (const chain::ChainNote& note : notes) {
    const auto back = chain::parse_note(chain::to_text(note));
    REQUIRE(back.has_value());
    CHECK(chain::note_key(*back) == chain::note_key(note));
    CHECK(chain::kind_of(*back) == chain::kind_of(note));
  }
  for (const char* text : {"", "[]", "{}", R"({"kind":"erased","consent":"0x1"})", R"({"kind":"rotateKey"})"})
    CHECK_FALSE(chain::parse_note(text));
}

TEST_CASE("an entry that was moved to another consent on disk does not open") {
  const Word key = keccak256("k");
  const chain::Bytes text{1, 2, 3};
  const auto box = chain::seal(key, text, "entry one", counted_bytes);
  CHECK(chain::open_sealed(key, box, "entry one") == text);
  CHECK_FALSE(chain::open_sealed(key, box, "entry two"));
  CHECK_FALSE(chain::open_sealed(keccak256("other"), box, "entry one"));
  auto broken = box;
  broken[12] ^= 1U;
  CHECK_FALSE(chain::open_sealed(key, broken, "entry one"));
  CHECK_FALSE(chain::open_sealed(key, chain::ByteView(box).first(20), "entry one"));
}

TEST_CASE("each leaf of a padded batch can be proved, and no other") {
  std::vector<Word> leaves;
  for (std::uint64_t i = 0; i < 5; ++i) leaves.push_back(Word::of(i + 1));
  leaves.resize(chain::padded_size(leaves.size(), 4));
  REQUIRE(leaves.size() == 8);
  const Word root = chain::merkle_root(leaves);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const auto proof = chain::merkle_proof(leaves, i);
    CHECK(chain::merkle_holds(root, leaves[i], i, proof));
    CHECK_FALSE(chain::merkle_holds(root, Word::of(99), i, proof));
    CHECK_FALSE(chain::merkle_holds(root, leaves[i], i + 8, proof));
  }
  CHECK(chain::padded_size(1, 8) == 8);
  CHECK(chain::padded_size(9, 8) == 16);
}
