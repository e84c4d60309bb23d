// The desk without a chain: when it hands what over, and what it does when nobody takes it. The test plays the worker.
#include "chain-bridge/customer/consent_desk.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "chain-bridge/eth/keccak.h"

using chain::ChainMark;
using chain::keccak256;
using chain::VaultRefusal;
using chain::Word;

namespace {

/// Four seconds after a batch; the next is six seconds later.
constexpr proto::TimeUs kDeskNow{1'800'000'004'000'000};
constexpr proto::TimeUs kNextBatch{1'800'000'010'000'000};
constexpr proto::SpanUs kPeriod = proto::seconds(10);
const std::string kShop = "maison-lune";
const std::string kFriend = "oak-and-linen";

struct DeskBench {
  std::string folder = std::filesystem::temp_directory_path() / "galleria-desk-XXXXXX";
  chain::CustomerDeployment deployment;
  chain::CustomerPort port;
  std::unique_ptr<chain::ConsentDesk> desk;
  chain::SecretKey customer = *chain::SecretKey::from(keccak256("customer"));
  proto::AccountId account;
  std::uint64_t end_s = 1'800'000'000 + 86400;
  proto::TimeUs now = kDeskNow;  ///< when consents are granted and purchases noted

  DeskBench() {
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    deployment.chain_id = 31338;
    deployment.members = {{kShop, {}}, {kFriend, {}}};
    account.bytes[0] = 1;
    desk = std::move(open()).value();
  }
  ~DeskBench() {
    desk.reset();
    std::filesystem::remove_all(folder);
  }
  DeskBench(const DeskBench&) = delete;
  DeskBench& operator=(const DeskBench&) = delete;

  proto::Result<std::unique_ptr<chain::ConsentDesk>, std::string> open() {
    return chain::ConsentDesk::open({folder, deployment, kPeriod}, random_bytes, port);
  }
  /// Whether any file of the vault holds the text.
  [[nodiscard]] bool on_disk(const std::string& text) const {
    for (const char* file : {"/vault.db", "/vault.db-wal", "/vault.db-shm"}) {
      std::ostringstream content;
      content << std::ifstream(folder + file, std::ios::binary).rdbuf();
      if (content.str().find(text) != std::string::npos) return true;
    }
    return false;
  }

  /// A consent with one reader, or none if its name is empty.
  chain::VaultResult<chain::Granted> grant(const Word& id, const std::string& brand = kShop,
                                           const std::string& reader = "") const {
    chain::ConsentGrant asked{id, chain::registry_id(brand), chain::registry_id("recommend"), end_s, {}};
    const Word salt = keccak256("salt");
    asked.commitment = chain::commitment(chain::kConsentTag, salt,
                                         chain::consent_record(asked, brand, "recommend", desk->terms().notice_hash));
    const auto signature = customer.sign(chain::grant_digest(deployment, asked)).bytes();
    std::vector<chain::SignedReader> readers;
    if (!reader.empty()) {
      const chain::ReaderGrant allowed{id, chain::registry_id(reader), end_s, 1};
      readers.push_back({reader, end_s, 1, customer.sign(chain::reader_digest(deployment, allowed)).bytes()});
    }
    return desk->grant(asked, salt, signature, brand, "recommend", readers, account, now);
  }
  chain::VaultResult<proto::Unit> note(const std::string& reference, proto::TimeUs ordered = kDeskNow) const {
    return desk->note(account, kShop, "recommend", reference, "{}", ordered, now);
  }
  /// The notes that were handed over.
  std::vector<chain::CustomerTask> tasks() {
    std::vector<chain::CustomerTask> out;
    for (chain::ToCustomerChain& message : port.to_chain.take_all()) {
      if (auto* task = std::get_if<chain::CustomerTask>(&message)) out.push_back(std::move(*task));
    }
    return out;
  }
  void tell(chain::CustomerNewsKind kind, const chain::ChainNote& note) {
    REQUIRE(port.to_desk.push({kind, chain::note_key(note), "said so"}));
  }

  static void random_bytes(std::span<std::uint8_t> out) {
    static std::uint64_t count = 1'000'000;
    const Word word = keccak256(Word::of(++count).bytes);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = word.bytes[i % 32];
  }
};

}  // namespace

TEST_CASE("consents and anchors are handed over at the next multiple of the batch period, not before") {
  DeskBench bench;
  REQUIRE(bench.grant(Word::of(1)).ok());
  REQUIRE(bench.note("a").ok());
  bench.desk->tick(kDeskNow);
  bench.desk->tick({kNextBatch.us - 1});
  CHECK(bench.tasks().empty());
  bench.desk->tick(kNextBatch);
  const auto tasks = bench.tasks();
  REQUIRE(tasks.size() == 2);
  CHECK(chain::kind_of(tasks[0].note) == "grant");
  CHECK(chain::kind_of(tasks[1].note) == "anchor");
  CHECK(tasks[0].brand == kShop);
  CHECK(tasks[1].brand == kShop);
}

TEST_CASE("what a full queue refuses is offered again, and what was stored is not") {
  DeskBench bench;
  REQUIRE(bench.grant(Word::of(1)).ok());
  while (bench.port.to_chain.push(chain::CustomerHeard{})) {
  }
  bench.desk->tick(kNextBatch);
  CHECK(bench.tasks().empty());
  bench.desk->tick(kNextBatch + proto::seconds(4));
  CHECK(bench.tasks().empty());
  bench.desk->tick(kNextBatch + proto::seconds(5));
  const auto tasks = bench.tasks();
  REQUIRE(tasks.size() == 1);
  bench.tell(chain::CustomerNewsKind::kStored, tasks[0].note);
  bench.desk->tick(kNextBatch + proto::minutes(30));
  CHECK(bench.tasks().empty());
  bench.tell(chain::CustomerNewsKind::kFinal, tasks[0].note);
  bench.desk->tick(kNextBatch + proto::minutes(31));
  CHECK(bench.desk->view(Word::of(1), bench.account)->consent.chain == ChainMark::kNoted);
}

TEST_CASE("a stored note of which nothing is heard for an hour is offered once more") {
  DeskBench bench;
  REQUIRE(bench.grant(Word::of(1)).ok());
  bench.desk->tick(kNextBatch);
  const auto tasks = bench.tasks();
  REQUIRE(tasks.size() == 1);
  bench.tell(chain::CustomerNewsKind::kStored, tasks[0].note);
  bench.desk->tick(kNextBatch + proto::minutes(59));
  CHECK(bench.tasks().empty());
  bench.desk->tick(kNextBatch + proto::minutes(60));
  CHECK(bench.tasks().size() == 1);
}

TEST_CASE("news is acknowledged, known or not, so that it is not told for ever") {
  DeskBench bench;
  const chain::ChainNote unknown = chain::ErasedNote{Word::of(1), Word::of(2)};
  bench.tell(chain::CustomerNewsKind::kFinal, unknown);
  bench.desk->tick(kDeskNow);
  const auto answers = bench.port.to_chain.take_all();
  REQUIRE(answers.size() == 1);
  CHECK(std::get<chain::CustomerHeard>(answers[0]).key == chain::note_key(unknown));
}

TEST_CASE("the desk erases what is past its end by itself") {
  DeskBench bench;
  REQUIRE(bench.grant(Word::of(1)).ok());
  REQUIRE(bench.note("a").ok());
  bench.desk->tick({static_cast<std::int64_t>(bench.end_s) * 1'000'000 - 1});
  CHECK_FALSE(bench.desk->view(Word::of(1), bench.account)->consent.erased);
  bench.desk->tick({static_cast<std::int64_t>(bench.end_s) * 1'000'000});
  const auto view = bench.desk->view(Word::of(1), bench.account);
  CHECK(view->consent.erased);
  CHECK(view->entries == 0);
}

TEST_CASE("a purchase is noted once, under the newest consent that holds and was there when it was ordered") {
  DeskBench bench;
  REQUIRE(bench.grant(Word::of(1)).ok());
  REQUIRE(bench.note("a").ok());
  REQUIRE(bench.desk->withdraw(Word::of(1), std::nullopt, bench.account, kDeskNow).ok());
  CHECK(bench.note("a").ok());
  CHECK(bench.note("b").error() == VaultRefusal::kEnded);

  bench.now = kDeskNow + proto::seconds(1);
  REQUIRE(bench.grant(Word::of(2)).ok());
  REQUIRE(bench.grant(Word::of(3), kFriend).ok());
  CHECK(bench.note("a").ok());
  CHECK(bench.note("b").error() == VaultRefusal::kEnded);
  CHECK(bench.note("b", {bench.now.us - 1}).error() == VaultRefusal::kEnded);
  CHECK(bench.desk->view(Word::of(2), bench.account)->entries == 0);

  CHECK(bench.note("c", bench.now).ok());
  CHECK(bench.desk->view(Word::of(1), bench.account)->entries == 1);
  CHECK(bench.desk->view(Word::of(2), bench.account)->entries == 1);
  CHECK(bench.desk->view(Word::of(3), bench.account)->entries == 0);
  CHECK(bench.desk->views(bench.account).size() == 3);
}

TEST_CASE("what was agreed to is still there when the desk is opened again, and erased under the same keys") {
  DeskBench bench;
  REQUIRE(bench.grant(Word::of(1)).ok());
  REQUIRE(bench.note("a").ok());
  bench.desk.reset();
  bench.desk = std::move(bench.open()).value();
  REQUIRE(bench.note("b").ok());
  CHECK(bench.desk->view(Word::of(1), bench.account)->entries == 2);
  CHECK(bench.desk->erase(Word::of(1), std::nullopt, bench.account, kDeskNow).ok());
}

TEST_CASE("what a reader of the file keeps in the database's log after an erasure is gone as soon as it lets go") {
  DeskBench bench;
  REQUIRE(bench.grant(Word::of(1)).ok());
  REQUIRE(bench.note("a").ok());
  soci::session other(*soci::factory_sqlite3(), "db=\"" + bench.folder + "/vault.db\"");
  std::string box;
  other << "BEGIN";
  other << "SELECT box FROM entry", soci::into(box);
  REQUIRE(bench.on_disk(box));
  REQUIRE(bench.desk->erase(Word::of(1), std::nullopt, bench.account, kDeskNow).ok());
  bench.desk->tick(kDeskNow);
  CHECK(bench.on_disk(box));
  other << "COMMIT";
  bench.desk->tick(kDeskNow + proto::seconds(1));
  CHECK_FALSE(bench.on_disk(box));
}

TEST_CASE("a vault whose key is lost or is another one is refused, and no new key is put in its place") {
  DeskBench bench;
  REQUIRE(bench.grant(Word::of(1), kShop, kFriend).ok());
  bench.desk.reset();
  const auto name = GENERATE(as<std::string>(), "vault-keeper.key", "vault-oak-and-linen.key");
  const std::string path = bench.folder + "/keys/" + name;
  const std::string spare = bench.folder + "/spare.key";
  std::filesystem::rename(path, spare);

  const auto lost = bench.open();
  REQUIRE_FALSE(lost.ok());
  CHECK(lost.error().find(path + " is missing") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(path));

  std::filesystem::copy_file(bench.folder + "/keys/vault-maison-lune.key", path);
  const auto wrong = bench.open();
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().find(path + " is not the one") != std::string::npos);

  std::filesystem::rename(spare, path);
  bench.desk = std::move(bench.open()).value();
  CHECK(bench.note("a").ok());
}

TEST_CASE("what was noted for a brand that has left is destroyed all the same, and the receipt says who signed it") {
  DeskBench bench;
  REQUIRE(bench.grant(Word::of(1)).ok());
  const auto before = bench.desk->erase(Word::of(1), std::nullopt, bench.account, kDeskNow);
  REQUIRE(before.ok());
  CHECK(before->text.find(R"("signed_by":"brand")") != std::string::npos);
  bench.now = kDeskNow + proto::seconds(1);
  REQUIRE(bench.grant(Word::of(2)).ok());
  REQUIRE(bench.note("a", bench.now).ok());
  REQUIRE(bench.desk->withdraw(Word::of(2), std::nullopt, bench.account, bench.now).ok());
  REQUIRE(bench.grant(Word::of(3)).ok());

  bench.desk.reset();
  bench.deployment.members.erase(kShop);
  bench.desk = std::move(bench.open()).value();
  const auto after = bench.desk->erase(Word::of(2), std::nullopt, bench.account, kDeskNow);
  REQUIRE(after.ok());
  CHECK(bench.desk->view(Word::of(2), bench.account)->consent.erased);
  CHECK(bench.desk->view(Word::of(2), bench.account)->entries == 0);
  CHECK(after->text.find(R"("signed_by":"house")") != std::string::npos);
  CHECK(chain::recover(after->hash, *chain::Signature::parse(after->signature)) == after->signer);
  CHECK_FALSE(after->signer == before->signer);
  // What ends by itself does not outlive the brand either.
  bench.desk->tick({static_cast<std::int64_t>(bench.end_s) * 1'000'000});
  CHECK(bench.desk->view(Word::of(3), bench.account)->consent.erased);
}

TEST_CASE("the key of a brand under which nothing is wrapped is made anew") {
  DeskBench bench;
  REQUIRE(bench.grant(Word::of(1)).ok());
  bench.desk.reset();
  const std::string path = bench.folder + "/keys/vault-oak-and-linen.key";
  std::filesystem::remove(path);
  CHECK(bench.open().ok());
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("the deployment of the customer chain names its members by names that are safe in file names") {
  const std::string address = "\"0x5FbDB2315678afecb367f032d93F642f64180aa3\"";
  const auto text = [&](const std::string& members) {
    return R"({"chain_id":1,"first_block":2,"brands":)" + address + R"(,"purposes":)" + address + R"(,"consents":)" +
           address + R"(,"anchors":)" + address + members + "}";
  };
  const auto parsed = chain::CustomerDeployment::parse(text(R"(,"members":{"oak-and-linen":)" + address + "}"));
  REQUIRE(parsed.ok());
  CHECK(parsed.value().members.size() == 1);
  CHECK_FALSE(chain::CustomerDeployment::parse(text("")).ok());
  CHECK_FALSE(chain::CustomerDeployment::parse(text(R"(,"members":{})")).ok());
  CHECK_FALSE(chain::CustomerDeployment::parse(text(R"(,"members":{"../keys":)" + address + "}")).ok());
  CHECK_FALSE(chain::CustomerDeployment::parse(text(R"(,"members":{"":)" + address + "}")).ok());
  CHECK_FALSE(chain::CustomerDeployment::parse(text(R"(,"members":{"oak":"0x1"})")).ok());
}
