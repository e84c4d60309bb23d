/// galleria-attack: honest walkers in the bench hall, a quiet phase, then one attack after another and all of them
/// together. Prints what the walkers and the server had of each, and fails when a bound breaks.
#include <curl/curl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "tools/attack/attacks.h"
#include "tools/attack/newcomer.h"
#include "tools/worldbench/crowd.h"

namespace attack {

std::span<const Attack> all_attacks() {
  static constexpr std::array kAttacks{
      Attack{"half-open", "ways in that are begun and not gone on with", &half_open},
      Attack{"garbage-udp", "datagrams of noise at the rate of a core", &garbage},
      Attack{"garbage-tcp", "frames and heads of noise", &garbage_web},
      Attack{"slow-readers", "guests who never read", &slow_readers},
      Attack{"giants", "fragments and frames without end", &giants},
      Attack{"resets", "forged disconnects, connects and resets", &forged_resets},
  };
  return kAttacks;
}

namespace {

// The bounds of the issue: rhythm, staleness of the nearest and of everything in view, nobody lost, memory flat.
constexpr double kTicksPerSecondMin = 19.8;
constexpr double kNearP99MaxMs = 100;
constexpr double kViewMaxMs = 1000;
constexpr double kGrowthMaxMb = 48;  ///< buffers and tables that fill once, up to their limits
constexpr rlim_t kDescriptors = 20'000;
constexpr const char* kNoWord = "ended without a word";  ///< an attacker that died: nothing was shown
constexpr int kNicer = 10;                               ///< an attacker gets what the walkers leave of their core

/// A process that attacks, and the end of a pipe from which its last word is read.
struct Attacker {
  pid_t pid = 0;
  int pipe = -1;
};

Attacker start(const Attack& attack, const Target& target) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return {};
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    (void)::nice(kNicer);
    const std::string word = attack.run(target);
    (void)!::write(ends[1], word.data(), word.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  return {pid, ends[0]};
}

std::string end(const Attacker& attacker) {
  std::array<char, 256> word{};
  const ssize_t size = ::read(attacker.pipe, word.data(), word.size());
  ::close(attacker.pipe);
  int status = 0;
  ::waitpid(attacker.pid, &status, 0);
  return size > 0 ? std::string(word.data(), static_cast<std::size_t>(size)) : kNoWord;
}

struct Bench {
  worldbench::Crowd& crowd;
  Newcomer& newcomer;
  Target target;
  int seconds = 12;
  double quiet_mb = 0;

  /// One row of the table; whether it is within the bounds.
  bool phase(const std::string& name, std::span<const Attack> attacks) {
    target.until = worldbench::now_steady() + proto::seconds(seconds);
    target.udp_victims = crowd.udp_ports();
    target.tcp_victims = crowd.tcp_ports();
    std::vector<Attacker> attackers;
    crowd.begin_measure();
    newcomer.begin();
    for (const Attack& attack : attacks) attackers.push_back(start(attack, target));
    crowd.walk(seconds);
    const double newcomer_ms = newcomer.end_ms();
    std::string words;
    for (std::size_t i = 0; i < attackers.size(); ++i) {
      words +=
          (i == 0 ? "" : "; ") + (attackers.size() == 1 ? "" : attacks[i].name + std::string(": ")) + end(attackers[i]);
    }
    crowd.end_measure();
    return row(name, newcomer_ms, words) && words.find(kNoWord) == std::string::npos;
  }

  bool row(const std::string& name, double newcomer_ms, const std::string& words) {
    const nlohmann::ordered_json f = crowd.figures();
    const double rss_mb = f["rss_mb"];
    if (quiet_mb == 0) quiet_mb = rss_mb;
    const bool good = f["ticks_per_s"] >= kTicksPerSecondMin && f["staleness_near_p99_ms"] <= kNearP99MaxMs &&
                      f["staleness_view_max_ms"] <= kViewMaxMs && f["lost"] == 0 && f["unreadable"] == 0 &&
                      rss_mb <= quiet_mb + kGrowthMaxMb;
    std::printf("%-14s %7.2f %9.2f %8.0f %8.0f %5d %8.1f %8.0f %8.1f  %s  %s\n", name.c_str(),
                f["ticks_per_s"].get<double>(), f["tick_p99_ms"].get<double>(),
                f["staleness_near_p99_ms"].get<double>(), f["staleness_view_max_ms"].get<double>(),
                f["lost"].get<int>(), f["server_cpu_pct"].get<double>(), newcomer_ms, rss_mb, good ? "held " : "BROKE",
                words.c_str());
    std::fflush(stdout);
    return good;
  }
};

int run(const worldbench::Plan& plan, int seconds, const std::string& only) {
  const rlimit limit{kDescriptors, kDescriptors};
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) std::fprintf(stderr, "attack: fewer than %lu files\n", kDescriptors);
  ::signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  worldbench::Crowd crowd(plan);
  if (!crowd.gather()) return 1;
  Newcomer newcomer(plan.server.url());
  Target target;
  target.base_url = plan.server.url();
  target.port = plan.server.port;
  target.udp_port = plan.server.port;
  target.seed = plan.seed;
  Bench bench{crowd, newcomer, target, seconds};
  std::printf("%-14s %7s %9s %8s %8s %5s %8s %8s %8s\n", "attack", "ticks/s", "tick p99", "near p99", "view max",
              "lost", "cpu %", "newcomer", "rss MB");
  bool good = bench.phase("quiet", {});
  for (const Attack& attack : all_attacks()) {
    if (only.empty() || only == attack.name) good = bench.phase(attack.name, {&attack, 1}) && good;
  }
  if (only.empty()) good = bench.phase("all together", all_attacks()) && good;
  good = bench.phase("quiet again", {}) && good;
  std::printf("%s\n", good ? "every bound held" : "a bound broke");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace attack

int main(int argc, char** argv) {
  CLI::App cli("galleria-attack: what strangers can do to a hall full of honest walkers");
  worldbench::Plan plan;
  plan.clients = 500;
  plan.readers = 100;
  plan.web_percent = 10;
  int seconds = 12;
  std::string only;
  cli.add_option("--port", plan.server.port, "The server's port on this machine, TCP and UDP");
  cli.add_option("--clients", plan.clients, "How many walk honestly")->check(CLI::Range(1, 4000));
  cli.add_option("--seconds", seconds, "For each attack")->check(CLI::Range(1, 3600));
  cli.add_option("--seed", plan.seed, "Of everybody's way, and of the noise");
  cli.add_option("--view-m", plan.view_m, "How far the server lets everybody see");
  cli.add_option("--server-pid", plan.server_pid, "The server's process");
  cli.add_option("--only", only, "One attack by its name");
  CLI11_PARSE(cli, argc, argv);
  return attack::run(plan, seconds, only);
}
