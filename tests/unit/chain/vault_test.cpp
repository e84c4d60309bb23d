#include "chain-bridge/customer/vault.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "chain-bridge/customer/merkle.h"
#include "chain-bridge/eth/keccak.h"

using chain::keccak256;
using chain::VaultRefusal;
using chain::Word;

namespace {

constexpr proto::TimeUs kNow{1'800'000'000'000'000};
constexpr std::uint64_t kNowS = 1'800'000'000;

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
  std::unique_ptr<chain::Vault> vault;
  Word id = keccak256("consent");

  Fixture() {
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    deployment.chain_id = 31338;
    account.bytes[0] = 1;
    auto opened = chain::Vault::open(folder + "/vault.db", keeper_key, deployment, counted_bytes);
    REQUIRE(opened.ok());
    vault = std::move(opened).value();
  }
  ~Fixture() {
    vault.reset();
    std::filesystem::remove_all(folder);
  }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  chain::VaultResult<proto::Unit> grant() {
    const chain::ConsentGrant grant{id, chain::registry_id("maison-lune"), chain::registry_id("recommend"),
                                    kNowS + 3600, keccak256("c")};
    const auto signature = customer.sign(chain::grant_digest(deployment, grant)).bytes();
    return vault->grant(grant, signature, "maison-lune", "recommend", account, kNow);
  }

  chain::VaultResult<proto::Unit> let_oak_read(std::uint64_t end_s, std::uint64_t sequence) {
    const chain::ReaderGrant grant{id, chain::registry_id("oak-and-linen"), end_s, sequence};
    const auto signature = customer.sign(chain::reader_digest(deployment, grant)).bytes();
    return vault->set_reader(grant, signature, "oak-and-linen", oak_key, account, kNow);
  }

  chain::Bytes signed_withdrawal(const chain::SecretKey& key) {
    return key.sign(chain::withdraw_digest(deployment, id)).bytes();
  }
  chain::Bytes signed_erasure(const chain::SecretKey& key) {
    return key.sign(chain::erase_digest(deployment, id)).bytes();
  }

  /// Everything that stands on disk, all files of the database together.
  std::string disk() {
    std::ostringstream all;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      all << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    return all.str();
  }
};

}  // namespace

TEST_CASE("a reader that was granted reads what was noted, and the customer sees that it did") {
  Fixture f;
  REQUIRE(f.grant().ok());
  REQUIRE(f.vault->note(f.id, "order 1", R"({"category":"Jackets"})", kNow).ok());
  REQUIRE(f.vault->note(f.id, "order 1", R"({"category":"Jackets"})", kNow).ok());
  CHECK(f.vault->read(f.id, "oak-and-linen", f.oak_key, kNow).error() == VaultRefusal::kNoReader);
  CHECK(f.vault->reads_of(f.id, 10).empty());
  REQUIRE(f.let_oak_read(kNowS + 600, 1).ok());
  const auto read = f.vault->read(f.id, "oak-and-linen", f.oak_key, kNow);
  REQUIRE(read.ok());
  CHECK(read.value() == std::vector<std::string>{R"({"category":"Jackets"})"});
  REQUIRE(f.vault->reads_of(f.id, 10).size() == 1);
  CHECK(f.vault->reads_of(f.id, 10)[0].reader == "oak-and-linen");
}

TEST_CASE("reading ends with the reader's grant, with its revocation, and with the consent") {
  Fixture f;
  REQUIRE(f.grant().ok());
  REQUIRE(f.let_oak_read(kNowS + 600, 1).ok());
  CHECK(f.vault->read(f.id, "oak-and-linen", f.oak_key, kNow + proto::seconds(599)).ok());
  CHECK(f.vault->read(f.id, "oak-and-linen", f.oak_key, kNow + proto::seconds(600)).error() == VaultRefusal::kNoReader);
  REQUIRE(f.let_oak_read(0, 2).ok());
  CHECK(f.vault->read(f.id, "oak-and-linen", f.oak_key, kNow).error() == VaultRefusal::kNoReader);
  REQUIRE(f.let_oak_read(kNowS + 600, 3).ok());
  REQUIRE(f.vault->withdraw(f.id, f.signed_withdrawal(f.customer), f.account, kNow).ok());
  CHECK(f.vault->read(f.id, "oak-and-linen", f.oak_key, kNow).error() == VaultRefusal::kEnded);
  CHECK(f.vault->note(f.id, "order 2", "{}", kNow).error() == VaultRefusal::kEnded);
}

TEST_CASE("the key of another brand opens nothing") {
  Fixture f;
  REQUIRE(f.grant().ok());
  REQUIRE(f.let_oak_read(kNowS + 600, 1).ok());
  CHECK(f.vault->read(f.id, "oak-and-linen", keccak256("another key"), kNow).error() == VaultRefusal::kNoReader);
}

TEST_CASE("only the customer's own key and account change a consent, and no change can be replayed") {
  Fixture f;
  REQUIRE(f.grant().ok());
  CHECK(f.grant().error() == VaultRefusal::kConsentExists);
  proto::AccountId other;
  other.bytes[0] = 2;
  CHECK(f.vault->withdraw(f.id, f.signed_withdrawal(f.customer), other, kNow).error() == VaultRefusal::kNotYours);
  CHECK(f.vault->withdraw(f.id, f.signed_withdrawal(f.stranger), f.account, kNow).error() ==
        VaultRefusal::kWrongSignature);
  CHECK(f.vault->erase(f.id, f.signed_erasure(f.stranger), f.account, f.brand_key, kNow).error() ==
        VaultRefusal::kWrongSignature);
  CHECK(f.vault->erase(f.id, f.signed_withdrawal(f.customer), f.account, f.brand_key, kNow).error() ==
        VaultRefusal::kWrongSignature);
  REQUIRE(f.let_oak_read(kNowS + 600, 1).ok());
  CHECK(f.let_oak_read(kNowS + 600, 1).error() == VaultRefusal::kWrongSequence);
}

TEST_CASE("erasing leaves nothing to read on disk and gives a receipt that anyone can check") {
  Fixture f;
  REQUIRE(f.grant().ok());
  REQUIRE(f.let_oak_read(kNowS + 600, 1).ok());
  REQUIRE(f.vault->note(f.id, "order 1", R"({"category":"Jackets"})", kNow).ok());
  const auto leaf = f.vault->pending_leaves("maison-lune", "recommend", 10).at(0).leaf;
  CHECK(f.disk().find("Jackets") == std::string::npos);

  const auto receipt = f.vault->erase(f.id, f.signed_erasure(f.customer), f.account, f.brand_key, kNow);
  REQUIRE(receipt.ok());
  CHECK(receipt->hash == keccak256(receipt->text));
  CHECK(chain::recover(receipt->hash, *chain::Signature::parse(receipt->signature)) == f.brand_key.address());
  CHECK(f.vault->entries_count(f.id) == 0);
  CHECK(f.vault->read(f.id, "oak-and-linen", f.oak_key, kNow).error() == VaultRefusal::kEnded);
  CHECK(f.vault->consent(f.id)->erased);
  CHECK(f.vault->pending_leaves("maison-lune", "recommend", 10).empty());
  CHECK(f.disk().find(leaf.hex()) != std::string::npos);
}

TEST_CASE("the wrapped keys are gone from the disk once a consent is erased") {
  Fixture f;
  REQUIRE(f.grant().ok());
  REQUIRE(f.vault->note(f.id, "order 1", R"({"category":"Jackets"})", kNow).ok());
  const std::string before = f.disk();
  const std::size_t wraps_before = before.find("0x", before.find(f.id.hex()));
  REQUIRE(wraps_before != std::string::npos);
  REQUIRE(f.vault->erase(f.id, f.signed_erasure(f.customer), f.account, f.brand_key, kNow).ok());
  // Boxes of keys are 60 bytes, of this entry more: any run of so many hexadecimal digits would be a box that stayed.
  const std::string after = f.disk();
  std::size_t run = 0;
  std::size_t longest = 0;
  for (const char c : after) {
    run = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  CHECK(longest < 120);
}

TEST_CASE("a consent past its end is found and erased by the job that enforces retention") {
  Fixture f;
  REQUIRE(f.grant().ok());
  CHECK(f.vault->expired(kNow, 10).empty());
  const auto later = kNow + proto::seconds(3600);
  REQUIRE(f.vault->expired(later, 10) == std::vector<Word>{f.id});
  f.vault->erase_expired(f.id, later);
  CHECK(f.vault->expired(later, 10).empty());
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
