/// The command line of galleria-server. Secrets never stand on it, since others can read it: they come from files.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "world-server/world/port.h"

namespace world::app {

struct Options {
  std::string bind = "127.0.0.1";
  std::uint16_t port = 8080;
  std::uint16_t udp_port = 0;  ///< 0: the same number as `port`
  std::string data_dir = "data";
  std::string web_dir = "build/web";
  std::string content_dir = "build/content";
  std::string tls_cert;
  std::string tls_key;
  std::uint16_t clients_max = 256;
  std::uint32_t per_address_max = 64;
  float view_m = 60;
  std::uint32_t enet_bytes_per_s_max = kBytesPerSecondDefault;
  std::uint32_t websocket_bytes_per_s_max = kBytesPerSecondDefault;
  std::vector<std::string> allowed_origins;
  std::string public_url;  ///< empty: made of bind and port
  std::string record_file;
  std::string provider_url;
  std::string provider_key_file;  ///< JSON: {"api_key", "webhook_secret"}
  std::string chain_rpc_url;
  std::string chain_deployment_file;
  std::string customer_chain_rpc_url;
  std::string customer_chain_deployment_file;
  std::uint32_t customer_batch_seconds = 600;
  std::string mail_url;
  std::string mail_from;
  bool private_fetch = false;
  bool verbose = false;
};

/// The program ends here, with this exit code, after this text (help, version or what was wrong).
struct EndAtOnce {
  int exit_code = 0;
  std::string text;
};

[[nodiscard]] std::variant<Options, EndAtOnce> parse_options(int argc, const char* const* argv);

}  // namespace world::app
