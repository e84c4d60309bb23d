/// galleria-server: opens what it needs in the order in which it can fail, starts net, world and shop, waits for
/// SIGTERM or SIGINT, and stops in the order in which nobody is left without an answer: first net says goodbye and
/// finishes what is asked, then the shop, then the world.
#include <openssl/rand.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "assets/importer.h"
#include "chain-bridge/customer/consent_desk.h"
#include "chain-bridge/worker/customer_worker.h"
#include "chain-bridge/worker/worker.h"
#include "client-proto/core/log.h"
#include "world-server/api/api.h"
#include "world-server/app/chain_thread.h"
#include "world-server/app/data_folder.h"
#include "world-server/app/exit_codes.h"
#include "world-server/app/logging.h"
#include "world-server/app/options.h"
#include "world-server/app/shop_thread.h"
#include "world-server/app/world_thread.h"
#include "world-server/net/server.h"

namespace world::app {

namespace {

constexpr std::size_t kDeploymentBytesMax = 1U << 20U;

/// What start-up gives up with.
struct Refusal {
  int exit_code = 0;
  std::string text;
};

void fill_random(std::span<std::uint8_t> bytes) {
  GALLERIA_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

/// SIGTERM and SIGINT are taken by `sigwait` on the main thread, so they must be blocked before any thread starts.
sigset_t block_stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return set;
}

proto::Result<std::string, Refusal> load_mall_text(const std::string& path) {
  auto text = read_file(path, kMallBytesMax);
  if (!text) return proto::fail(Refusal{kExitContent, text.error()});
  return std::move(text).value();
}

proto::Result<Mall, Refusal> read_mall(const std::string& path, const std::string& text) {
  auto mall = parse_mall(text);
  if (!mall) return proto::fail(Refusal{kExitContent, path + ": " + mall.error().pointer + " " + mall.error().reason});
  return std::move(mall).value();
}

net::NetConfig net_config(const Options& options, const DataFolder& data) {
  net::NetConfig config;
  config.bind = options.bind;
  config.port = options.port;
  config.udp_port = options.udp_port;
  config.tls_cert = options.tls_cert;
  config.tls_key = options.tls_key;
  config.http.web_dir = options.web_dir;
  config.http.content_dir = options.content_dir;
  config.http.assets_dir = data.path + "/assets";
  config.http.spool_dir = data.path + "/spool";
  config.http.allowed_origins = options.allowed_origins;
  config.http.quota = net::QuotaRules::for_connections(options.per_address_max);
  config.session.clients_max = options.clients_max;
  config.session.enet_bytes_per_s_max = options.enet_bytes_per_s_max;
  config.session.websocket_bytes_per_s_max = options.websocket_bytes_per_s_max;
  config.session.pending_per_address_max = options.per_address_max;
  config.session.waiting_per_address_max = options.per_address_max;
  config.session.random = fill_random;
  return config;
}

proto::Result<ApiConfig, Refusal> api_config(const Options& options, const DataFolder& data, std::uint16_t udp_port) {
  const auto keys = read_provider_keys(options.provider_key_file);
  if (!keys) return proto::fail(Refusal{kExitUsage, keys.error()});
  ApiConfig config;
  config.data_dir = data.path;
  config.mall_path = options.content_dir + "/mall/mall.json";
  config.public_base_url = options.public_url;
  config.provider_url = options.provider_url;
  config.provider_api_key = keys.value().api_key;
  config.provider_webhook_secret = keys.value().webhook_secret;
  config.deployment_path = options.chain_deployment_file;
  config.mail_url = options.mail_url;
  if (!options.mail_from.empty()) config.mail_from = options.mail_from;
  config.private_addresses_allowed = options.private_fetch;
  config.udp_port = udp_port;
  // Who may hold more connections may also come in more often.
  config.new_sessions_per_minute_max *= std::max(1U, options.per_address_max / net::kConnectionsPerAddressMax);
  return config;
}

/// Everything that runs, in the order in which it is made; destroyed the other way round.
struct House {
  net::Ports ports;
  TicketBook tickets;
  ShopToWorldQueue shop_to_world{kShopToWorldMax};
  std::unique_ptr<assets::Store> store;
  std::unique_ptr<assets::Importer> importer;
  std::unique_ptr<net::NetServer> net;
  std::unique_ptr<WorldThread> world;
  shop::ChainPort chain_port;
  std::unique_ptr<ChainThread> chain;
  chain::CustomerPort customer_port;
  std::unique_ptr<ChainThread> customer_chain;
  std::unique_ptr<ShopThread> shop;
};

template <class Deployment>
proto::Result<Deployment, Refusal> read_deployment(const std::string& path) {
  const auto text = read_file(path, kDeploymentBytesMax);
  if (!text) return proto::fail(Refusal{kExitFolder, text.error()});
  auto deployment = Deployment::parse(text.value());
  if (!deployment) return proto::fail(Refusal{kExitFolder, path + ": " + deployment.error()});
  return std::move(deployment).value();
}

/// The chain's half; without a deployment there is none, and orders wait in the outbox.
proto::Status<Refusal> build_chain(const Options& options, const DataFolder& data, Api& api, House& house) {
  if (options.chain_deployment_file.empty()) return proto::Unit{};
  auto deployment = read_deployment<chain::Deployment>(options.chain_deployment_file);
  if (!deployment) return proto::fail(deployment.error());
  chain::WorkerConfig config;
  config.rpc_url = options.chain_rpc_url;
  config.data_dir = data.path;
  config.deployment = std::move(deployment).value();
  auto worker = chain::Worker::open(std::move(config), house.chain_port);
  if (!worker) return proto::fail(Refusal{kExitFolder, worker.error()});
  api.connect_chain(house.chain_port);
  const auto round = [body = std::shared_ptr<chain::Worker>(std::move(worker).value())](proto::TimeUs now) {
    return body->step(now);
  };
  house.chain = std::make_unique<ChainThread>("chain", round, house.ports.vitals.shop_chain);
  return proto::Unit{};
}

/// The desk of consents and the customer chain's half; without a deployment there are none, and nothing is shared.
proto::Result<std::unique_ptr<chain::ConsentDesk>, Refusal> build_customer_chain(const Options& options,
                                                                                 const DataFolder& data, Api& api,
                                                                                 House& house) {
  if (options.customer_chain_deployment_file.empty()) return std::unique_ptr<chain::ConsentDesk>();
  auto deployment = read_deployment<chain::CustomerDeployment>(options.customer_chain_deployment_file);
  if (!deployment) return proto::fail(deployment.error());
  auto worker = chain::CustomerWorker::open({options.customer_chain_rpc_url, data.path, deployment.value(), {}},
                                            house.customer_port);
  if (!worker) return proto::fail(Refusal{kExitFolder, worker.error()});
  auto desk = chain::ConsentDesk::open(
      {data.path, std::move(deployment).value(), proto::seconds(options.customer_batch_seconds)}, fill_random,
      house.customer_port);
  if (!desk) return proto::fail(Refusal{kExitFolder, desk.error()});
  api.connect_consents(*desk.value());
  const auto round = [body = std::shared_ptr<chain::CustomerWorker>(std::move(worker).value())](proto::TimeUs now) {
    return body->step(now);
  };
  house.customer_chain = std::make_unique<ChainThread>("customer-chain", round, house.ports.vitals.customer_chain);
  return std::move(desk).value();
}

proto::Status<Refusal> build(const Options& options, const DataFolder& data, House& house) {
  const std::string mall_path = options.content_dir + "/mall/mall.json";
  auto mall_text = load_mall_text(mall_path);
  if (!mall_text) return proto::fail(mall_text.error());
  auto mall = read_mall(mall_path, mall_text.value());
  if (!mall) return proto::fail(mall.error());
  WorldOptions world_options;
  world_options.clients_max = options.clients_max;
  world_options.view_m = options.view_m;
  auto world = World::make(mall.value(), world_options);
  if (!world) return proto::fail(Refusal{kExitContent, world.error().pointer + " " + world.error().reason});

  auto net = net::NetServer::open(net_config(options, data), house.ports, house.tickets);
  if (!net) return proto::fail(Refusal{kExitPort, net.error()});
  house.net = std::move(net).value();

  auto store = assets::Store::open(data.path + "/assets");
  if (!store) return proto::fail(Refusal{kExitFolder, "the asset store cannot be opened"});
  house.store = std::make_unique<assets::Store>(std::move(store).value());
  house.importer = std::make_unique<assets::Importer>(
      assets::ImportEnvironment{house.store.get(), assets::default_worker_path(), {}});

  auto config = api_config(options, data, house.net->udp_port());
  if (!config) return proto::fail(config.error());
  auto api = Api::open(config.value(), house.tickets, house.importer.get());
  if (!api) return proto::fail(Refusal{kExitShop, api.error()});
  if (const auto chain = build_chain(options, data, *api.value(), house); !chain) return proto::fail(chain.error());
  auto desk = build_customer_chain(options, data, *api.value(), house);
  if (!desk) return proto::fail(desk.error());

  std::unique_ptr<Recorder> recorder;
  if (!options.record_file.empty()) {
    recorder = std::make_unique<Recorder>(
        options.record_file, RecordingHeader{world_options.seed, options.clients_max, std::move(mall_text).value()});
    if (!recorder->ok()) return proto::fail(Refusal{kExitFolder, options.record_file + " cannot be written"});
  }
  const auto wake = [net = house.net.get()] { net->wake(); };
  house.world = std::make_unique<WorldThread>(std::move(world).value(), house.ports, house.shop_to_world, wake,
                                              std::move(recorder));
  house.shop = std::make_unique<ShopThread>(std::move(desk).value(), std::move(api).value(), std::move(mall).value(),
                                            house.ports, house.shop_to_world, wake);
  return proto::Unit{};
}

void serve(const Options& options, House& house, const sigset_t& stop_signals) {
  if (house.chain) house.chain->start();
  if (house.customer_chain) house.customer_chain->start();
  house.shop->start();
  house.world->start();
  std::thread net_thread([&] {
    pthread_setname_np(pthread_self(), "net");
    house.net->run();
  });
  proto::log(proto::LogLevel::kInfo, "app",
             "serving " + options.public_url + " (TCP " + std::to_string(house.net->port()) + ", UDP " +
                 std::to_string(house.net->udp_port()) + ")");
  int received = 0;
  sigwait(&stop_signals, &received);
  proto::log(proto::LogLevel::kInfo, "app", "stopping");
  house.net->stop();
  net_thread.join();
  house.shop->stop();
  // Both are told before either is waited for: a node that does not answer costs its timeout only once.
  for (ChainThread* thread : {house.chain.get(), house.customer_chain.get()}) {
    if (thread != nullptr) thread->finish();
  }
  if (house.chain) house.chain->stop();
  if (house.customer_chain) house.customer_chain->stop();
  house.world->stop();
}

int run(const Options& options) {
  const sigset_t stop_signals = block_stop_signals();
  // Everything that the server writes (databases, uploads, logs) is for its own account only.
  ::umask(077);
  const auto data = open_data_folder(options.data_dir);
  if (!data) {
    std::fprintf(stderr, "galleria-server: %s\n", data.error().c_str());
    return kExitFolder;
  }
  start_logging(data.value().path + "/log", options.verbose);
  House house;
  const auto built = build(options, data.value(), house);
  if (!built) {
    proto::log(proto::LogLevel::kError, "app", built.error().text);
    stop_logging();
    return built.error().exit_code;
  }
  serve(options, house, stop_signals);
  proto::log(proto::LogLevel::kInfo, "app", "stopped");
  stop_logging();
  return kExitOk;
}

}  // namespace

}  // namespace world::app

int main(int argc, char** argv) {
  const auto parsed = world::app::parse_options(argc, argv);
  if (const auto* end = std::get_if<world::app::EndAtOnce>(&parsed)) {
    std::fputs(end->text.c_str(), end->exit_code == 0 ? stdout : stderr);
    return end->exit_code;
  }
  try {
    return world::app::run(std::get<world::app::Options>(parsed));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "galleria-server: %s\n", error.what());
    return world::app::kExitShop;
  }
}
