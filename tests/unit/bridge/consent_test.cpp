// Consents on the whole way from the desk to a real customer chain and back, with either side dying in between.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <thread>

#include "chain-bridge/customer/consent_desk.h"
#include "chain-bridge/eth/abi.h"
#include "chain-bridge/eth/keccak.h"
#include "chain-bridge/keys/key_file.h"
#include "chain-bridge/worker/customer_worker.h"
#include "tests/support/dev_chain.h"

using chain::ChainMark;
using chain::keccak256;
using chain::Word;
using nlohmann::json;

namespace {

const std::string kBrand = "maison-lune";
const std::string kReader = "oak-and-linen";
const std::string kPurpose = "recommend";
const std::string kPayload =
    R"({"gtin":null,"slug":"lune-jacket","name":"Mond Jacket","category":"aa-1-10-2","brand":"maison-lune","month":"2026-11"})";

/// Desk and worker of two brands on a chain of their own; each can be thrown away and opened again, and then what was
/// in the queues between them is lost.
class ConsentHouse {
 public:
  std::string folder = std::filesystem::temp_directory_path() / "galleria-consents-XXXXXX";
  std::unique_ptr<test::DevChain> node;
  std::unique_ptr<chain::CustomerPort> port;
  std::unique_ptr<chain::ConsentDesk> desk;
  std::unique_ptr<chain::CustomerWorker> worker;
  chain::SecretKey customer = *chain::SecretKey::from(keccak256("customer"));
  proto::AccountId account;
  Word id = keccak256("consent");
  std::set<std::string> gone;

  ConsentHouse() {
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    std::filesystem::create_directory(folder + "/keys");
    account.bytes[0] = 7;
    std::map<std::string, chain::Address> members;
    for (const std::string& brand : {kBrand, kReader}) {
      const auto key = chain::load_or_make_key(folder + "/keys/brand-" + brand + ".key", random_key);
      REQUIRE(key.ok());
      members[brand] = key->address();
    }
    node = test::DevChain::start_customer(members);
    if (node) restart();
  }
  ~ConsentHouse() {
    worker.reset();
    desk.reset();
    std::filesystem::remove_all(folder);
  }
  ConsentHouse(const ConsentHouse&) = delete;
  ConsentHouse& operator=(const ConsentHouse&) = delete;

  /// What a process that was killed does.
  void restart() {
    worker.reset();
    desk.reset();
    port = std::make_unique<chain::CustomerPort>();
    auto opened = chain::ConsentDesk::open({folder, deployed(), proto::seconds(1)}, random_bytes, *port);
    INFO((opened ? "" : opened.error()));
    REQUIRE(opened.ok());
    desk = std::move(opened).value();
    auto hired = chain::CustomerWorker::open({node->url(), folder, deployed(), {}}, *port);
    INFO((hired ? "" : hired.error()));
    REQUIRE(hired.ok());
    worker = std::move(hired).value();
    // What was lost is offered again after some seconds; the desk's clock is moved there.
    skew = skew.us + proto::seconds(6).us > proto::minutes(20).us ? skew : proto::SpanUs{skew.us + 6'000'000};
  }

  /// Without the brands that have left.
  [[nodiscard]] chain::CustomerDeployment deployed() const {
    chain::CustomerDeployment out = node->customer_deployment();
    for (const std::string& brand : gone) out.members.erase(brand);
    return out;
  }
  [[nodiscard]] proto::TimeUs now() const { return test::now_utc() + skew; }

  /// Lets time pass for the desk.
  void pass(proto::SpanUs span) { skew = {skew.us + span.us}; }

  /// As a browser does it: a random id, a salted commitment, a reader, all signed by the consent's own key.
  chain::VaultResult<chain::Granted> grant() {
    const Word salt = keccak256("salt");
    const auto end_s = static_cast<std::uint64_t>(test::now_utc().us / 1'000'000) / 86400 * 86400 + 365 * 86400;
    if (end == 0) end = end_s;
    chain::ConsentGrant asked{id, chain::registry_id(kBrand), chain::registry_id(kPurpose), end, {}};
    asked.commitment = chain::commitment(chain::kConsentTag, salt,
                                         chain::consent_record(asked, kBrand, kPurpose, desk->terms().notice_hash));
    const auto signature = customer.sign(chain::grant_digest(deployed(), asked)).bytes();
    const chain::ReaderGrant reads{id, chain::registry_id(kReader), end, 1};
    const std::array readers{
        chain::SignedReader{kReader, end, 1, customer.sign(chain::reader_digest(deployed(), reads)).bytes()}};
    return desk->grant(asked, salt, signature, kBrand, kPurpose, readers, account, now());
  }
  chain::VaultResult<proto::Unit> note(const std::string& reference) { return note(reference, now()); }
  chain::VaultResult<proto::Unit> note(const std::string& reference, proto::TimeUs at) {
    return desk->note(account, kBrand, kPurpose, reference, kPayload, at, at);
  }
  chain::Bytes withdrawal() const { return customer.sign(chain::withdraw_digest(deployed(), id)).bytes(); }
  chain::Bytes erasure() const { return customer.sign(chain::erase_digest(deployed(), id)).bytes(); }
  ChainMark mark() { return desk->view(id, account).value().consent.chain; }

  /// Steps both sides until `done`, killing them at every step with the given chance.
  template <class Done>
  bool until(Done done, unsigned kill_percent = 0) {
    for (int i = 0; i < 600 && !done(); ++i) {
      desk->tick(now());
      maybe_kill(kill_percent);
      worker->step(test::now_utc());
      maybe_kill(kill_percent);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return done();
  }
  bool reaches(ChainMark wanted, unsigned kill_percent = 0) {
    return until([&] { return mark() == wanted; }, kill_percent);
  }
  bool reader_may_read(unsigned kill_percent = 0) {
    return until(
        [&] {
          return !word(deployed().consents, "mayRead(bytes32,bytes32)", {id, chain::registry_id(kReader)}).is_zero();
        },
        kill_percent);
  }
  bool is_anchored(const Word& root) { return !word(deployed().anchors, "anchoredAt(bytes32)", {root}).is_zero(); }

  /// What a contract answers, read by a call of our own.
  Word word(const chain::Address& contract, const char* question, std::vector<chain::abi::Value> arguments,
            std::size_t index = 0) {
    const auto answer = chain::Node(node->rpc()).call(contract, contract, chain::abi::encode_call(question, arguments));
    REQUIRE(answer.ok());
    return chain::abi::Reader(*answer).word(index).value();
  }
  json logs(const chain::Address& contract, const char* event) {
    const json filter{{"address", contract.text()},
                      {"fromBlock", "0x0"},
                      {"topics", json::array({chain::abi::event_topic(event).hex()})}};
    const auto answer = node->rpc().call("eth_getLogs", json::array({filter}));
    REQUIRE(answer.ok());
    return *answer;
  }
  /// The calldata of everything that the two brands ever sent.
  std::vector<std::string> calldata() {
    std::vector<std::string> out;
    const auto members = deployed().members;
    const auto head = chain::Node(node->rpc()).latest();
    REQUIRE(head.ok());
    for (std::uint64_t i = 0; i <= head->number; ++i) {
      const auto block = node->rpc().call("eth_getBlockByNumber", json::array({chain::hex_quantity(i), true}));
      REQUIRE(block.ok());
      for (const json& sent : (*block)["transactions"]) {
        const auto from = chain::Address::parse(sent["from"].get<std::string>());
        const bool is_brand =
            std::any_of(members.begin(), members.end(), [&](const auto& member) { return member.second == from; });
        if (!is_brand) continue;
        const auto bytes = chain::parse_data(sent["input"].get<std::string>(), 100'000);
        out.emplace_back(bytes->begin(), bytes->end());
      }
    }
    return out;
  }

 private:
  void maybe_kill(unsigned percent) {
    if (m_dice() % 100 < percent) restart();
  }
  static void random_bytes(std::span<std::uint8_t> out) {
    static std::mt19937 engine(11);  // NOLINT(cert-msc51-cpp): a fixed seed replays
    for (auto& byte : out) byte = static_cast<std::uint8_t>(engine());
  }
  static bool random_key(std::span<std::uint8_t> out) {
    random_bytes(out);
    return true;
  }

  proto::SpanUs skew;
  std::uint64_t end = 0;
  std::mt19937 m_dice{5};  // NOLINT(cert-msc51-cpp): a fixed seed replays
};

constexpr const char* kGranted = "ConsentGranted(bytes32,bytes32,bytes32,uint64,bytes32)";
constexpr const char* kReaderGranted = "ReaderGranted(bytes32,bytes32,uint64)";
constexpr const char* kWithdrawn = "ConsentWithdrawn(bytes32)";
constexpr const char* kErased = "Erased(bytes32,bytes32)";
constexpr const char* kAnchored = "BatchAnchored(bytes32,bytes32,bytes32,uint32)";

Word first_word(const json& log) {
  return chain::abi::Reader(*chain::parse_data(log["data"].get<std::string>(), 1000)).word(0).value();
}

}  // namespace

TEST_CASE(
    "a consent goes to the chain and back: granted, read, anchored, withdrawn, erased, and nothing personal shows") {
  ConsentHouse house;
  REQUIRE_CHAIN(house.node);
  const auto deployed = house.deployed();
  REQUIRE(house.grant().value() == chain::Granted::kNew);
  REQUIRE(house.note("order of alice@example.org").ok());
  CHECK(house.mark() == ChainMark::kWaiting);
  REQUIRE(house.reaches(ChainMark::kNoted));
  const auto key = chain::Address::from_word(house.word(deployed.consents, "consentOf(bytes32)", {house.id}, 2));
  CHECK(key == house.customer.address());
  REQUIRE(house.reader_may_read());
  const auto read = house.desk->read(house.id, kReader, house.now());
  REQUIRE(read.ok());
  CHECK(read.value() == std::vector<std::string>{kPayload});

  REQUIRE(house.until([&] { return !house.logs(deployed.anchors, kAnchored).empty(); }));
  const Word root = first_word(house.logs(deployed.anchors, kAnchored)[0]);
  CHECK(house.is_anchored(root));

  REQUIRE(house.desk->withdraw(house.id, house.withdrawal(), house.account, house.now()).ok());
  REQUIRE(house.reaches(ChainMark::kEnded));
  CHECK(house.word(deployed.consents, "holds(bytes32)", {house.id}).is_zero());
  CHECK(house.word(deployed.consents, "mayRead(bytes32,bytes32)", {house.id, chain::registry_id(kReader)}).is_zero());

  const auto receipt = house.desk->erase(house.id, house.erasure(), house.account, house.now());
  REQUIRE(receipt.ok());
  REQUIRE(house.reaches(ChainMark::kErased));
  const json erased = house.logs(deployed.consents, kErased);
  REQUIRE(erased.size() == 1);
  CHECK(first_word(erased[0]) == receipt->hash);
  CHECK(chain::recover(receipt->hash, *chain::Signature::parse(receipt->signature)) == deployed.members.at(kBrand));

  std::string sent;
  for (const std::string& data : house.calldata()) sent += data;
  // The search finds what is there: the term of the purpose is public and sent as text.
  REQUIRE(sent.find("w3id.org") != std::string::npos);
  for (const char* word : {"lune", "jacket", "Jacket", "aa-1-10-2", "2026-11", "alice", "example.org", "slug"}) {
    INFO(word);
    CHECK(sent.find(word) == std::string::npos);
  }
  const std::string account(house.account.bytes.begin(), house.account.bytes.end());
  CHECK(sent.find(account) == std::string::npos);
}

TEST_CASE("desk and worker die between any two steps: nothing is lost, nothing doubled") {
  ConsentHouse house;
  REQUIRE_CHAIN(house.node);
  constexpr unsigned kKillPercent = 25;
  const auto deployed = house.deployed();
  REQUIRE(house.grant().value() == chain::Granted::kNew);
  house.restart();
  CHECK(house.grant().value() == chain::Granted::kKnown);
  const proto::TimeUs noted = house.now();
  // At one moment: a batch ends each second.
  for (const char* reference : {"a", "b", "a"}) REQUIRE(house.note(reference, noted).ok());
  REQUIRE(house.reaches(ChainMark::kNoted, kKillPercent));
  REQUIRE(house.reader_may_read(kKillPercent));
  REQUIRE(house.until([&] { return !house.logs(deployed.anchors, kAnchored).empty(); }, kKillPercent));
  REQUIRE(house.desk->withdraw(house.id, house.withdrawal(), house.account, house.now()).ok());
  house.restart();
  REQUIRE(house.reaches(ChainMark::kEnded, kKillPercent));
  const auto receipt = house.desk->erase(house.id, house.erasure(), house.account, house.now());
  REQUIRE(receipt.ok());
  house.restart();
  CHECK(house.desk->erase(house.id, std::nullopt, house.account, house.now())->hash == receipt->hash);
  REQUIRE(house.reaches(ChainMark::kErased, kKillPercent));

  for (const char* event : {kGranted, kReaderGranted, kWithdrawn, kErased}) {
    INFO(event);
    CHECK(house.logs(deployed.consents, event).size() == 1);
  }
  CHECK(house.logs(deployed.anchors, kAnchored).size() == 1);
  CHECK(house.logs(deployed.purposes, "PurposeAdded(bytes32,bytes32,uint64,string)").size() == 1);
  CHECK(house.calldata().size() == 6);
}

TEST_CASE("while the chain is away consents are taken, and go to it when it is back") {
  ConsentHouse house;
  REQUIRE_CHAIN(house.node);
  house.node->kill();
  REQUIRE(house.grant().ok());
  REQUIRE(house.note("a").ok());
  for (int i = 0; i < 3; ++i) {
    house.desk->tick(house.now() + proto::seconds(10));
    CHECK(house.worker->step(test::now_utc()).kind == chain::ChainHealth::Kind::kUnreachable);
  }
  CHECK(house.desk->read(house.id, kReader, house.now())->size() == 1);
  CHECK(house.mark() == ChainMark::kWaiting);
  house.node->revive();
  CHECK(house.reaches(ChainMark::kNoted));
}

TEST_CASE("a desk refuses brands and purposes that nobody here offers, and what was never agreed to") {
  ConsentHouse house;
  REQUIRE_CHAIN(house.node);
  const auto& desk = house.desk;
  CHECK(house.note("a").error() == chain::VaultRefusal::kUnknownConsent);
  CHECK(desk->read(house.id, kReader, house.now()).error() == chain::VaultRefusal::kUnknownConsent);
  CHECK(desk->read(house.id, "nobody", house.now()).error() == chain::VaultRefusal::kNoReader);
  const chain::ConsentGrant none;
  CHECK(desk->grant(none, {}, {}, "nobody", kPurpose, {}, house.account, house.now()).error() ==
        chain::VaultRefusal::kWrongTerms);
  CHECK(desk->grant(none, {}, {}, kBrand, "sell", {}, house.account, house.now()).error() ==
        chain::VaultRefusal::kWrongTerms);
  REQUIRE(house.grant().ok());
  REQUIRE(desk->withdraw(house.id, std::nullopt, house.account, house.now()).ok());
  CHECK(house.note("a").error() == chain::VaultRefusal::kEnded);
  proto::AccountId other;
  CHECK(desk->view(house.id, other).error() == chain::VaultRefusal::kNotYours);
}

TEST_CASE("a brand that has left enters nothing more until it is back, and nobody is told otherwise") {
  ConsentHouse house;
  REQUIRE_CHAIN(house.node);
  REQUIRE(house.grant().ok());
  REQUIRE(house.note("a").ok());
  REQUIRE(house.reaches(ChainMark::kNoted));
  house.gone = {kBrand};
  house.restart();
  REQUIRE(house.desk->withdraw(house.id, house.withdrawal(), house.account, house.now()).ok());
  REQUIRE(house.reaches(ChainMark::kLeft));
  CHECK(house.desk->view(house.id, house.account)->entries == 1);
  REQUIRE(house.desk->erase(house.id, std::nullopt, house.account, house.now()).ok());
  CHECK(house.desk->view(house.id, house.account)->entries == 0);
  CHECK(house.mark() == ChainMark::kLeft);
  house.gone.clear();
  house.restart();
  house.pass(proto::hours(2));
  CHECK(house.reaches(ChainMark::kErased));
}

TEST_CASE("a worker starts only with the keys that the brands were admitted with") {
  ConsentHouse house;
  REQUIRE_CHAIN(house.node);
  chain::CustomerPort port;
  chain::CustomerWorkerConfig config{house.node->url(), house.folder, house.deployed(), {}};
  config.deployment.members[kBrand] = house.customer.address();
  CHECK_FALSE(chain::CustomerWorker::open(config, port).ok());
  config.deployment.members = {{"newcomer", house.customer.address()}};
  CHECK_FALSE(chain::CustomerWorker::open(config, port).ok());
  CHECK_FALSE(std::filesystem::exists(house.folder + "/keys/brand-newcomer.key"));
}
