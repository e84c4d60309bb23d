/// galleria-attack: honest walkers in the bench hall, a quiet phase, then one attack after another and all of them
/// together. Tells what the walkers, newcomers and the server had of each, and fails when a bound breaks or an attack
/// achieved too little to show anything.
#include <curl/curl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/attack/attacker.h"
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

using Figures = nlohmann::ordered_json;

// The bounds of the issue: rhythm, staleness of the nearest and of everything in view, nobody lost, memory flat.
constexpr double kTicksPerSecondMin = 19.8;
constexpr double kTickP99MaxMs = 40;
constexpr double kNearP99MaxMs = 100;
constexpr double kViewMaxMs = 1000;
constexpr double kNewcomerMaxMs = 5000;
constexpr double kGrowthMaxMb = 48;  ///< buffers and tables that fill once, up to their limits
constexpr rlim_t kDescriptors = 20'000;

/// The most that the process ever had in memory.
double peak_mb(int pid) {
  constexpr std::string_view kKey = "VmHWM:";
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind(kKey, 0) == 0) return worldbench::rounded(std::strtod(line.c_str() + kKey.size(), nullptr) / 1024);
  }
  return 0;
}

class Bench {
 public:
  Bench(const worldbench::Plan& plan, worldbench::Crowd& crowd, int seconds)
      : m_crowd(crowd),
        m_newcomer({plan.server.url(), plan.server.port, plan.server.port}),
        m_server_pid(plan.server_pid) {
    m_target.base_url = plan.server.url();
    m_target.port = plan.server.port;
    m_target.udp_port = plan.server.port;
    m_target.seed = plan.seed;
    m_target.seconds = seconds;
    std::fprintf(stderr, "%-14s %7s %8s %8s %8s %4s %6s %10s %7s\n", "attack", "ticks/s", "tick p99", "near p99",
                 "view max", "lost", "cpu %", "newcomer", "peak MB");
  }

  void phase(const std::string& name, std::span<const Attack> attacks) {
    m_target.udp_victims = m_crowd.udp_ports();
    m_target.tcp_victims = m_crowd.tcp_ports();
    std::vector<std::unique_ptr<Attacker>> attackers;
    for (const Attack& attack : attacks) attackers.push_back(std::make_unique<Attacker>(attack, m_target));
    m_crowd.walk_until([&attackers] {
      return std::all_of(attackers.begin(), attackers.end(), [](const auto& one) { return one->ready(); });
    });
    m_crowd.begin_measure();
    m_newcomer.begin();
    for (const auto& attacker : attackers) attacker->go();
    m_crowd.walk(m_target.seconds);
    const Newcomer::Wait wait = m_newcomer.end();
    Figures feats = Figures::array();
    bool enough = true;
    for (const auto& attacker : attackers) {
      const Feat feat = attacker->end();
      enough = enough && feat.enough;
      feats.push_back({{"attack", attacker->name()}, {"enough", feat.enough}, {"achieved", feat.words}});
    }
    m_crowd.end_measure();
    row(name, wait, enough, feats);
  }

  [[nodiscard]] bool good() const { return m_good; }
  [[nodiscard]] const Figures& phases() const { return m_phases; }

 private:
  void row(const std::string& name, const Newcomer::Wait& wait, bool enough, const Figures& feats) {
    const Figures f = m_crowd.figures();
    const double peak = peak_mb(m_server_pid);
    if (m_quiet_mb == 0) m_quiet_mb = peak;
    const bool held = f["ticks_per_s"] >= kTicksPerSecondMin && f["tick_p99_ms"] <= kTickP99MaxMs &&
                      f["staleness_near_p99_ms"] <= kNearP99MaxMs && f["staleness_view_max_ms"] <= kViewMaxMs &&
                      f["lost"] == 0 && f["unreadable"] == 0 && peak <= m_quiet_mb + kGrowthMaxMb &&
                      wait.longest_ms <= kNewcomerMaxMs && wait.let_in > 0;
    m_good = m_good && held && enough;
    Figures line{{"phase", name}, {"held", held}, {"enough", enough}, {"attacks", feats}};
    for (const char* key : {"seconds", "ticks_per_s", "tick_p99_ms", "staleness_near_p99_ms", "staleness_near_max_ms",
                            "staleness_view_max_ms", "lost", "unreadable", "server_cpu_pct", "load_cpu_pct", "rss_mb"})
      line[key] = f[key];
    line["rss_peak_mb"] = peak;
    line["newcomer_ms_max"] = worldbench::rounded(wait.longest_ms);
    line["newcomers_in"] = wait.let_in;
    m_phases.push_back(line);
    std::string words;
    for (const Figures& feat : feats) {
      words += (words.empty() ? "" : "; ") + (feats.size() > 1 ? feat["attack"].get<std::string>() + ": " : "") +
               feat["achieved"].get<std::string>() + (feat["enough"] ? "" : " (TOO LITTLE)");
    }
    std::fprintf(stderr, "%-14s %7.2f %8.2f %8.0f %8.0f %4d %6.1f %5.0f (%2d) %7.1f  %s  %s\n", name.c_str(),
                 f["ticks_per_s"].get<double>(), f["tick_p99_ms"].get<double>(),
                 f["staleness_near_p99_ms"].get<double>(), f["staleness_view_max_ms"].get<double>(),
                 f["lost"].get<int>(), f["server_cpu_pct"].get<double>(), wait.longest_ms, wait.let_in, peak,
                 !held    ? "BROKE"
                 : enough ? "held "
                          : "WEAK ",
                 words.c_str());
  }

  worldbench::Crowd& m_crowd;
  Newcomer m_newcomer;
  Target m_target;
  int m_server_pid;
  double m_quiet_mb = 0;
  bool m_good = true;
  Figures m_phases = Figures::array();
};

int run(const worldbench::Plan& plan, int seconds, const std::string& only) {
  const rlimit limit{kDescriptors, kDescriptors};
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) std::fprintf(stderr, "attack: fewer than %lu files\n", kDescriptors);
  ::signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  worldbench::Crowd crowd(plan);
  if (!crowd.gather()) return 1;
  constexpr const char* kTogether = "together";
  Bench bench(plan, crowd, seconds);
  bench.phase("quiet", {});
  for (const Attack& attack : all_attacks()) {
    if (only.empty() || only == attack.name) bench.phase(attack.name, {&attack, 1});
  }
  if (only.empty() || only == kTogether) bench.phase(kTogether, all_attacks());
  bench.phase("quiet again", {});
  const Figures line{{"clients", plan.clients}, {"good", bench.good()}, {"phases", bench.phases()}};
  std::printf("%s\n", line.dump().c_str());
  std::fprintf(stderr, "%s\n", bench.good() ? "every bound held" : "a bound broke, or an attack was too weak");
  return bench.good() ? 0 : 1;
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
  cli.add_option("--strangers", plan.strangers, "For how many more the server has room")->check(CLI::Range(0, 4000));
  cli.add_option("--seconds", seconds, "For each attack")->check(CLI::Range(1, 3600));
  cli.add_option("--seed", plan.seed, "Of everybody's way, and of the noise");
  cli.add_option("--view-m", plan.view_m, "How far the server lets everybody see");
  cli.add_option("--server-pid", plan.server_pid, "The server's process");
  cli.add_option("--only", only, "One attack by its name, or `together`");
  CLI11_PARSE(cli, argc, argv);
  return attack::run(plan, seconds, only);
}
