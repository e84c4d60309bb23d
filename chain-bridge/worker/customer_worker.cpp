#include "chain-bridge/worker/customer_worker.h"

#include <algorithm>
#include <filesystem>

#include "chain-bridge/eth/abi.h"
#include "chain-bridge/keys/key_file.h"
#include "client-proto/core/log.h"

namespace chain {

namespace {

constexpr int kNewsPerStepMax = 64;

/// The keys were made before the brands were admitted with them; a new one would be nobody's.
bool no_new_keys(std::span<std::uint8_t>) { return false; }

proto::Result<SecretKey, std::string> admitted_key(const std::string& path, const Address& admitted) {
  if (!std::filesystem::exists(path))
    return proto::fail(path + " is missing: it is the key that the brand was admitted with");
  auto key = load_or_make_key(path, no_new_keys);
  if (!key) return proto::fail(key.error());
  if (key->address() != admitted)
    return proto::fail(path + " is not the key that the brand was admitted with (" + admitted.text() + ")");
  if (is_development_account(admitted)) return proto::fail(path + " is a key that every development node knows");
  return std::move(key).value();
}

}  // namespace

CustomerWorker::Lane::Lane(std::string name, std::unique_ptr<JobStore> jobs_store, SecretKey key, Node& node,
                           const CustomerWorkerConfig& config)
    : brand(std::move(name)),
      store(std::move(jobs_store)),
      sender(std::move(key)),
      jobs(*store, config.deployment, brand),
      queue(node, *store, jobs, sender, config.deployment.chain_id, config.queue_limits) {}

CustomerWorker::CustomerWorker(CustomerWorkerConfig config, CustomerPort& port)
    : m_config(std::move(config)), m_rpc(http_rpc({m_config.rpc_url})), m_node(*m_rpc), m_port(port) {}

proto::Result<std::unique_ptr<CustomerWorker>, std::string> CustomerWorker::open(CustomerWorkerConfig config,
                                                                                 CustomerPort& port) {
  std::unique_ptr<CustomerWorker> worker(new CustomerWorker(std::move(config), port));
  for (const auto& [brand, admitted] : worker->m_config.deployment.members) {
    const auto added = worker->add_lane(brand, admitted);
    if (!added) return proto::fail(added.error());
  }
  if (worker->m_lanes.empty()) return proto::fail(std::string("the customer chain's deployment names no members"));
  return worker;
}

proto::Status<std::string> CustomerWorker::add_lane(const std::string& brand, const Address& admitted) {
  auto key = admitted_key(m_config.data_dir + "/keys/brand-" + brand + ".key", admitted);
  if (!key) return proto::fail(key.error());
  auto store = JobStore::open(m_config.data_dir + "/customer-" + brand + ".db");
  if (!store) return proto::fail(store.error());
  m_lanes.push_back(std::make_unique<Lane>(brand, std::move(store).value(), std::move(key).value(), m_node, m_config));
  return proto::Unit{};
}

ChainHealth CustomerWorker::step(proto::TimeUs now) {
  for (const ToCustomerChain& message : m_port.to_chain.take_all()) {
    std::visit([this, now](const auto& taken) { take(taken, now); }, message);
  }
  ChainHealth worst{ChainHealth::Kind::kWorking, "working", {}};
  for (const auto& lane : m_lanes) {
    const ChainHealth health = lane->queue.tick(now);
    if (worst.kind == ChainHealth::Kind::kWorking) worst = health;
    tell_desk(*lane);
    // The others would only wait for the same node.
    if (health.kind == ChainHealth::Kind::kUnreachable) break;
  }
  if (worst.kind == ChainHealth::Kind::kWorking && !m_purpose_is_known) add_missing_purpose(now);
  return worst;
}

void CustomerWorker::take(const CustomerTask& task, proto::TimeUs now) {
  const Word key = note_key(task.note);
  const auto lane =
      std::find_if(m_lanes.begin(), m_lanes.end(), [&task](const auto& known) { return known->brand == task.brand; });
  CustomerNews news{CustomerNewsKind::kStored, key, ""};
  if (lane == m_lanes.end()) {
    news = {CustomerNewsKind::kNoKey, key, "no key of " + task.brand + " is here"};
  } else {
    (*lane)->jobs.add(task.note, now);
    // A desk that offers it has not heard what became of it, whatever this side believes.
    (*lane)->store->told(key, JobState::kQueued);
  }
  // A full queue loses nothing: what is not answered comes again.
  static_cast<void>(m_port.to_desk.push(std::move(news)));
}

void CustomerWorker::take(const CustomerHeard& heard, proto::TimeUs) {
  const JobState state = heard.kind == CustomerNewsKind::kFinal ? JobState::kFinal : JobState::kFailed;
  for (const auto& lane : m_lanes) lane->store->told(heard.key, state);
}

void CustomerWorker::tell_desk(Lane& lane) {
  for (const Job& job : lane.store->untold(kNewsPerStepMax)) {
    // The desk shows only what is for good, and no purposes.
    if (job.state == JobState::kSeen || job.intent.kind == "purpose") {
      lane.store->told(job.intent.key, job.state);
      continue;
    }
    const bool is_final = job.state == JobState::kFinal;
    const auto kind = is_final ? CustomerNewsKind::kFinal : CustomerNewsKind::kFailed;
    if (!m_port.to_desk.push({kind, job.intent.key, is_final ? "" : job.trouble})) return;  // again in the next step
  }
}

void CustomerWorker::add_missing_purpose(proto::TimeUs now) {
  const Purpose& purpose = recommend_purpose();
  const Word id = registry_id(purpose.name);
  const std::array<abi::Value, 1> arguments{id};
  const Address& registry = m_config.deployment.purposes;
  const auto known = m_node.call(registry, registry, abi::encode_call("known(bytes32)", arguments));
  if (!known) return;
  if (abi::Reader(*known).boolean(0) != true) return m_lanes.front()->jobs.add(purpose, now);
  m_purpose_is_known = true;
  // purpose() returns a tuple with a text in it: one word says where it begins, its first member is the notice's hash.
  const auto told = m_node.call(registry, registry, abi::encode_call("purpose(bytes32)", arguments));
  if (told && abi::Reader(*told).word(1) != notice_hash(purpose)) {
    proto::log(proto::LogLevel::kError, "chain",
               "the customer chain knows the purpose " + std::string(purpose.name) +
                   " with other words than the shoppers read; other words need another purpose");
  }
}

}  // namespace chain
