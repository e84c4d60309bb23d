#include "world-server/bridge/chain_worker.h"

#include <openssl/rand.h>

#include "chain-bridge/keys/key_file.h"
#include "client-proto/core/log.h"

namespace world {

namespace {

constexpr int kReportsPerStepMax = 64;

bool random_bytes(std::span<std::uint8_t> out) { return RAND_bytes(out.data(), static_cast<int>(out.size())) == 1; }

}  // namespace

proto::Result<ChainWorker::Keys, std::string> ChainWorker::load_keys(const ChainConfig& config) {
  auto signer = chain::load_or_make_key(config.data_dir + "/keys/store-signer.key", random_bytes);
  if (!signer) return proto::fail(signer.error());
  auto sender = chain::load_or_make_key(config.data_dir + "/keys/sender.key", random_bytes);
  if (!sender) return proto::fail(sender.error());
  const bool development =
      chain::is_development_account(signer->address()) || chain::is_development_account(sender->address());
  if (development && config.deployment.chain_id != chain::kDevelopmentChainId) {
    return proto::fail(
        std::string("a key that every development node knows must not be used on this chain; "
                    "move data/keys away and deploy anew"));
  }
  return Keys{std::move(signer).value(), std::move(sender).value()};
}

proto::Result<std::unique_ptr<ChainWorker>, std::string> ChainWorker::open(ChainConfig config, ChainPort& port) {
  auto keys = load_keys(config);
  if (!keys) return proto::fail(keys.error());
  auto store = chain::JobStore::open(config.data_dir + "/relayer.db");
  if (!store) return proto::fail(store.error());
  return std::unique_ptr<ChainWorker>(
      new ChainWorker(std::move(config), std::move(store).value(), std::move(keys).value(), port));
}

ChainWorker::ChainWorker(ChainConfig config, std::unique_ptr<chain::JobStore> store, Keys keys, ChainPort& port)
    : m_config(std::move(config)),
      m_store(std::move(store)),
      m_keys(std::move(keys)),
      m_rpc(chain::http_rpc({m_config.rpc_url})),
      m_node(*m_rpc),
      m_jobs(*m_store, m_config.deployment, m_keys.store_signer, m_config.checkout_limits),
      m_queue(m_node, *m_store, m_jobs, m_keys.sender, m_config.deployment.chain_id, m_config.queue_limits),
      m_port(port) {}

void ChainWorker::step(proto::TimeUs now) {
  for (const ChainTask& task : m_port.to_chain.take_all()) take(task, now);
  tell_health(m_queue.tick(now));
  for (chain::Report& report : m_jobs.reports(kReportsPerStepMax)) {
    if (!m_port.from_chain.push(Progress{std::move(report)})) return;
  }
}

void ChainWorker::take(const ChainTask& task, proto::TimeUs now) {
  if (const auto* stored = std::get_if<ReportStored>(&task)) return m_jobs.told(stored->report);
  const auto& mint = std::get<MintTask>(task);
  const auto accepted = m_jobs.accept(mint.request, now);
  ChainNews news = MintTaken{mint.row};
  if (!accepted) news = MintRefused{mint.row, mint.request.order.order_id, accepted.error()};
  // A full queue loses nothing: the row is not acknowledged and comes again.
  static_cast<void>(m_port.from_chain.push(std::move(news)));
}

void ChainWorker::tell_health(const chain::ChainHealth& health) {
  if (health.message == m_told_health) return;
  const bool working = health.kind == chain::ChainHealth::Kind::kWorking;
  proto::log(working ? proto::LogLevel::kInfo : proto::LogLevel::kError, "chain", health.message);
  if (m_port.from_chain.push(HealthChanged{health.kind, health.message})) m_told_health = health.message;
}

}  // namespace world
