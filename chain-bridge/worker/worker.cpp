#include "chain-bridge/worker/worker.h"

#include <openssl/rand.h>
#include <sys/stat.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "chain-bridge/keys/key_file.h"
#include "client-proto/core/log.h"

namespace chain {

using nlohmann::json;

namespace {

constexpr int kReportsPerStepMax = 64;
constexpr std::size_t kSignatureBytesMax = 4096;

bool random_bytes(std::span<std::uint8_t> out) { return RAND_bytes(out.data(), static_cast<int>(out.size())) == 1; }

template <class Id>
Word word_of(const Id& id) {
  Word word;
  word.bytes = id.bytes;
  return word;
}

template <class Id>
Id id_of(const Word& word) {
  Id id;
  id.bytes = word.bytes;
  return id;
}

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// What the contract's refusal means for the order.
shop::OrderReason reason_of(const Report& report) {
  if (!report.request.is_purchase()) return shop::OrderReason::kNoCertificate;
  if (report.reason == "NotEnoughMoney") return shop::OrderReason::kNotEnoughMoney;
  if (report.reason == "WrongSignature") return shop::OrderReason::kWrongAccount;
  return shop::OrderReason::kPaymentNotTaken;
}

shop::ChainNewsKind kind_of(JobState state) {
  if (state == JobState::kSeen) return shop::ChainNewsKind::kSeen;
  return state == JobState::kFinal ? shop::ChainNewsKind::kFinal : shop::ChainNewsKind::kFailed;
}

JobState state_of(shop::ChainNewsKind kind) {
  if (kind == shop::ChainNewsKind::kSeen) return JobState::kSeen;
  return kind == shop::ChainNewsKind::kFinal ? JobState::kFinal : JobState::kFailed;
}

/// Adds payer, end and signature from the JSON text that the API wrote.
bool read_authorisation(const std::string& text, MintRequest& request) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object() || !document.value("payer", json()).is_string() ||
      !document.value("signature", json()).is_string() ||
      !document.value("valid_before_s", json()).is_number_unsigned()) {
    return false;
  }
  const auto payer = Address::parse(document["payer"].get<std::string>());
  auto signature = parse_data(document["signature"].get<std::string>(), kSignatureBytesMax);
  if (!payer || !signature || signature->empty()) return false;
  request.order.recipient = *payer;
  request.order.valid_before_s = document["valid_before_s"].get<std::uint64_t>();
  request.buyer_signature = std::move(*signature);
  return true;
}

}  // namespace

std::optional<MintRequest> mint_request(const Deployment& deployment, const shop::ChainTask& task) {
  const auto brand = deployment.brands.find(task.brand);
  if (brand == deployment.brands.end()) return std::nullopt;
  MintRequest request;
  request.order.order_id = word_of(task.order);
  request.order.token_id = word_of(task.token);
  request.order.twin = brand->second.twin;
  request.order.recipient = deployment.keeper;
  if (task.authorisation.empty()) return request;
  const auto amount = token_amount(deployment.currency, task.amount.minor);
  if (!amount || task.amount.currency.text() != deployment.currency.code) return std::nullopt;
  request.order.currency = deployment.currency.token;
  request.order.amount = *amount;
  request.order.payout = brand->second.payout;
  if (!read_authorisation(task.authorisation, request)) return std::nullopt;
  return request;
}

proto::Result<std::unique_ptr<Worker>, std::string> Worker::open(WorkerConfig config, shop::ChainPort& port) {
  auto keys = load_keys(config);
  if (!keys) return proto::fail(keys.error());
  auto store = JobStore::open(config.data_dir + "/relayer.db");
  if (!store) return proto::fail(store.error());
  return std::unique_ptr<Worker>(
      new Worker(std::move(config), std::move(store).value(), std::move(keys).value(), port));
}

proto::Result<Worker::Keys, std::string> Worker::load_keys(const WorkerConfig& config) {
  const std::string folder = config.data_dir + "/keys";
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return proto::fail("cannot make the folder " + folder);
  auto signer = load_or_make_key(folder + "/store-signer.key", random_bytes);
  if (!signer) return proto::fail(signer.error());
  auto sender = load_or_make_key(folder + "/sender.key", random_bytes);
  if (!sender) return proto::fail(sender.error());
  const bool development = is_development_account(signer->address()) || is_development_account(sender->address());
  if (development && config.deployment.chain_id != kDevelopmentChainId) {
    return proto::fail(
        std::string("a key that every development node knows must not be used on this chain; "
                    "move data/keys away and deploy anew"));
  }
  return Keys{std::move(signer).value(), std::move(sender).value()};
}

Worker::Worker(WorkerConfig config, std::unique_ptr<JobStore> store, Keys keys, shop::ChainPort& port)
    : m_config(std::move(config)),
      m_store(std::move(store)),
      m_keys(std::move(keys)),
      m_rpc(http_rpc({m_config.rpc_url})),
      m_node(*m_rpc),
      m_jobs(*m_store, m_config.deployment, m_keys.store_signer, m_config.checkout_limits),
      m_queue(m_node, *m_store, m_jobs, m_keys.sender, m_config.deployment.chain_id, m_config.queue_limits),
      m_port(port) {}

ChainHealth Worker::step(proto::TimeUs now) {
  for (const shop::ToChain& message : m_port.to_chain.take_all()) {
    std::visit([this, now](const auto& taken) { take(taken, now); }, message);
  }
  ChainHealth health = m_queue.tick(now);
  for (const Report& report : m_jobs.reports(kReportsPerStepMax)) {
    if (!m_port.to_shop.push(news_of(report))) break;  // told again in the next step
  }
  return health;
}

void Worker::take(const shop::ChainTask& task, proto::TimeUs now) {
  const auto request = mint_request(m_config.deployment, task);
  if (request) {
    m_jobs.accept(*request, now);
  } else {
    m_jobs.refuse(word_of(task.order), "nothing is deployed for " + task.brand + ", or the authorisation is unreadable",
                  now);
  }
  shop::ChainNews stored;
  stored.row = task.row;
  stored.order = task.order;
  // A full queue loses nothing: the row is not acknowledged and comes again.
  static_cast<void>(m_port.to_shop.push(std::move(stored)));
}

void Worker::take(const shop::ChainHeard& heard, proto::TimeUs) {
  m_store->told(word_of(heard.order), state_of(heard.kind));
}

shop::ChainNews Worker::news_of(const Report& report) const {
  const CheckoutOrder& order = report.request.order;
  shop::ChainNews news;
  news.kind = kind_of(report.state);
  news.order = id_of<proto::OrderId>(order.order_id);
  if (news.kind == shop::ChainNewsKind::kFailed) {
    news.reason = reason_of(report);
    return news;
  }
  news.tx_hash = report.transaction.hex();
  news.block = report.block_number;
  news.owner = lower_case(order.recipient.text());
  news.contract = lower_case(order.twin.text());
  news.chain_id = m_config.deployment.chain_id;
  news.token = id_of<proto::TokenId>(order.token_id);
  return news;
}

}  // namespace chain
