/// galleria-loadbot: real clients in any number, or hostile ones, against a running server.
///
///     galleria-loadbot --url http://127.0.0.1:8080 --enet 200 --ws 50 --seconds 30
///     galleria-loadbot --url http://127.0.0.1:8080 --enet 100 --seconds 600 --shop --seed 7
///     galleria-loadbot --url http://127.0.0.1:8080 --hostile
#include <curl/curl.h>

#include <CLI/CLI.hpp>
#include <string>

#include "tools/loadbot/hostile.h"
#include "tools/loadbot/shoppers.h"

namespace {

/// http://host[:port] and nothing after it.
bool parse_url(const std::string& url, loadbot::CrowdPlan& plan) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return false;
  plan.tls = url.substr(0, scheme) == "https";
  const std::string rest = url.substr(scheme + 3);
  const std::size_t colon = rest.find(':');
  plan.host = rest.substr(0, colon);
  plan.port = plan.tls ? 443 : 80;
  if (colon != std::string::npos) {
    unsigned long port = 0;
    if (!CLI::detail::lexical_cast(rest.substr(colon + 1), port) || port == 0 || port > 65535) return false;
    plan.port = static_cast<std::uint16_t>(port);
  }
  plan.base_url = url;
  return !plan.host.empty() && rest.find('/') == std::string::npos;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli("galleria-loadbot: clients in numbers");
  loadbot::CrowdPlan plan;
  std::string url = "http://127.0.0.1:8080";
  bool hostile = false;
  cli.add_option("--url", url, "Server, as http://host:port")->capture_default_str();
  cli.add_option("--enet", plan.enet, "Clients over ENet")->check(CLI::Range(0, 4000));
  cli.add_option("--ws", plan.web, "Clients over WebSocket")->check(CLI::Range(0, 2000));
  cli.add_option("--seconds", plan.seconds, "Time that is measured")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  cli.add_flag("--shop", plan.shops, "Look at displays, try on, talk, wave, sit, go together, come and go");
  cli.add_option("--seed", plan.seed, "Of what they do when they shop")->capture_default_str();
  cli.add_flag("--hostile", hostile, "Send what no honest client sends, and check the answers");
  CLI11_PARSE(cli, argc, argv);
  if (!parse_url(url, plan)) {
    std::fprintf(stderr, "loadbot: %s is not http://host:port\n", url.c_str());
    return 2;
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const int failed =
      hostile ? loadbot::run_hostile(plan.base_url, plan.host, plan.port, plan.tls) : loadbot::run_crowd(plan);
  curl_global_cleanup();
  return failed == 0 ? 0 : 1;
}
