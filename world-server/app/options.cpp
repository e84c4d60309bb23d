#include "world-server/app/options.h"

#include <CLI/CLI.hpp>
#include <sstream>

#include "world-server/app/exit_codes.h"
#include "world-server/world/world.h"

namespace world::app {

namespace {

void add_network(CLI::App& cli, Options& options) {
  cli.add_option("--bind", options.bind, "Address to listen on; 0.0.0.0 for all")->capture_default_str();
  cli.add_option("--port", options.port, "TCP port of HTTP and WebSocket")->capture_default_str();
  cli.add_option("--udp-port", options.udp_port, "UDP port of native clients; 0: the same number as --port");
  CLI::Option* cert = cli.add_option("--tls-cert", options.tls_cert, "PEM certificate chain")->check(CLI::ExistingFile);
  CLI::Option* key = cli.add_option("--tls-key", options.tls_key, "PEM private key")->check(CLI::ExistingFile);
  cert->needs(key);
  key->needs(cert);
  cli.add_option("--clients-max", options.clients_max, "Shoppers at once")
      ->check(CLI::Range(std::size_t{1}, kClientsMax))
      ->capture_default_str();
  cli.add_option("--per-address", options.per_address_max, "Connections of one address at once")
      ->check(CLI::Range(1U, 4096U))
      ->capture_default_str();
  cli.add_option("--view-m", options.view_m, "How far a shopper is told of others, in metres")
      ->check(CLI::Range(kViewMin_m, kViewMax_m))
      ->capture_default_str();
  const auto add_budget = [&cli](const char* name, std::uint32_t& bytes_per_s, const char* text) {
    cli.add_option(name, bytes_per_s, text)
        ->check(CLI::Range(kBytesPerSecondMin, kBytesPerSecondMax))
        ->capture_default_str();
  };
  add_budget("--enet-bytes-per-s", options.enet_bytes_per_s_max, "What one native client is sent at most, with IP");
  add_budget("--ws-bytes-per-s", options.websocket_bytes_per_s_max,
             "What one browser is sent at most, with TLS and IP");
  cli.add_option("--allow-origin", options.allowed_origins, "Origin that may call besides the server's own");
  cli.add_option("--public-url", options.public_url, "Address under which people reach the server, for links");
}

void add_folders(CLI::App& cli, Options& options) {
  cli.add_option("--data", options.data_dir, "Folder of everything that must outlive the server")
      ->capture_default_str();
  cli.add_option("--web", options.web_dir, "Folder of the built browser client")->capture_default_str();
  cli.add_option("--content", options.content_dir, "Folder of the mall, avatars and garments")->capture_default_str();
  cli.add_option("--record", options.record_file, "Record every tick's commands into this file (where people walk!)");
}

void add_customer_chain(CLI::App& cli, Options& options) {
  CLI::Option* rpc =
      cli.add_option("--customer-chain-rpc", options.customer_chain_rpc_url, "JSON-RPC of the customer chain's node");
  CLI::Option* deployment = cli.add_option("--customer-chain-deployment", options.customer_chain_deployment_file,
                                           "JSON file that says where its registries are; without it nothing is shared")
                                ->check(CLI::ExistingFile);
  rpc->needs(deployment);
  deployment->needs(rpc);
  cli.add_option("--customer-batch-seconds", options.customer_batch_seconds,
                 "Consents and purchases go to the customer chain at multiples of this, so that no moment betrays them")
      ->check(CLI::Range(1U, 86400U))
      ->capture_default_str();
}

void add_shop(CLI::App& cli, Options& options) {
  cli.add_option("--provider-url", options.provider_url, "API of the payment provider; without it no card payments");
  cli.add_option("--provider-key-file", options.provider_key_file,
                 "JSON file with the provider's api_key, webhook_secret")
      ->check(CLI::ExistingFile);
  CLI::Option* rpc = cli.add_option("--chain-rpc", options.chain_rpc_url, "JSON-RPC of the shop chain's node");
  CLI::Option* deployment = cli.add_option("--chain-deployment", options.chain_deployment_file,
                                           "JSON file that says where the contracts are; without it no certificates")
                                ->check(CLI::ExistingFile);
  rpc->needs(deployment);
  deployment->needs(rpc);
  add_customer_chain(cli, options);
  cli.add_option("--mail-url", options.mail_url, "smtp://host:port; without it no mails and no login by mail");
  cli.add_option("--mail-from", options.mail_from, "Sender of mails");
  cli.add_flag("--private-fetch", options.private_fetch,
               "Let the shop call services on private addresses (development)");
}

}  // namespace

std::variant<Options, EndAtOnce> parse_options(int argc, const char* const* argv) {
  Options options;
  CLI::App cli("galleria-server: a store for shared 3D worlds");
  add_network(cli, options);
  add_folders(cli, options);
  add_shop(cli, options);
  cli.add_flag("--verbose", options.verbose, "Log details");
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream text;
    const int code = cli.exit(error, text, text);
    return EndAtOnce{code == 0 ? kExitOk : kExitUsage, text.str()};
  }
  if (options.udp_port == 0) options.udp_port = options.port;
  if (options.public_url.empty()) {
    const std::string host = options.bind == "0.0.0.0" || options.bind == "::" ? "127.0.0.1" : options.bind;
    options.public_url =
        (options.tls_cert.empty() ? "http://" : "https://") + host + ":" + std::to_string(options.port);
  }
  return options;
}

}  // namespace world::app
