/// galleria-walkers: the load side of the world bench. Thousands of light clients against a running server whose mall
/// is the hall; `--write-hall` makes that.
#include <curl/curl.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>

#include "tools/worldbench/crowd.h"
#include "tools/worldbench/hall.h"
#include "tools/worldbench/soak.h"

namespace {

constexpr rlim_t kDescriptors = 16'384;

bool allow_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  limit.rlim_cur = std::min(limit.rlim_max, kDescriptors);
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

int walk(const worldbench::Plan& plan) {
  worldbench::Crowd crowd(plan);
  if (!crowd.gather()) return 1;
  crowd.begin_measure();
  crowd.walk(plan.seconds);
  crowd.end_measure();
  return crowd.report() ? 0 : 1;
}

int soak(const worldbench::SoakPlan& plan) {
  const auto soak = worldbench::Soak::open(plan);
  if (!soak) return 1;
  soak->run();
  return soak->report() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli("galleria-walkers: the load of the world bench");
  worldbench::Plan plan;
  std::string transport = "enet";
  std::string hall_file;
  bool furnished = false;
  int soak_minutes = 0;
  cli.add_option("--write-hall", hall_file, "Write the hall's mall.json there and end");
  cli.add_flag("--furnished", furnished, "The hall with seats and a boutique");
  cli.add_option("--port", plan.server.port, "The server's TCP port on this machine");
  cli.add_flag("--tls", plan.server.tls, "Over TLS, whoever's certificate it is");
  cli.add_option("--clients", plan.clients, "How many walk")->check(CLI::Range(1, 4000));
  cli.add_option("--transport", transport, "enet or ws")->check(CLI::IsMember({"enet", "ws"}));
  cli.add_option("--seconds", plan.seconds, "Time that is measured")->check(CLI::Range(1, 86'400));
  cli.add_option("--soak-minutes", soak_minutes, "A long day instead: everybody comes and goes")
      ->check(CLI::Range(3, 1440));
  cli.add_option("--readers", plan.readers, "How many decode everything and are looked at")->check(CLI::Range(1, 4000));
  cli.add_option("--speakers", plan.speakers, "How many speak all the time")->check(CLI::Range(0, 4000));
  cli.add_option("--seed", plan.seed, "Of everybody's way");
  cli.add_option("--view-m", plan.view_m, "How far the server lets everybody see");
  cli.add_option("--server-pid", plan.server_pid, "The server's process");
  cli.add_flag("--profile", plan.profile, "Say where a tick goes");
  CLI11_PARSE(cli, argc, argv);
  if (!hall_file.empty()) {
    std::ofstream file(hall_file);
    file << worldbench::hall_document(plan.seed, furnished);
    return file.good() ? 0 : 1;
  }
  plan.web_percent = transport == "ws" ? 100 : 0;
  if (!allow_descriptors()) {
    std::fprintf(stderr, "walkers: the limit of open files cannot be raised\n");
    return 1;
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  if (soak_minutes == 0) return walk(plan);
  return soak({plan.server, plan.clients, soak_minutes, plan.seed, plan.server_pid});
}
