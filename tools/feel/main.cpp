/// galleria-feel: how it feels to walk among others over bad networks, in figures. One line of JSON per scenario; the
/// same seed gives the same figures.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "tools/feel/figures.h"

namespace {

using feel::Manners;
using proto::LinkManners;
using proto::StallManners;

struct Scenario {
  const char* name;
  Manners manners;
};

/// Each way takes half of the round trip on average; the jitter is added and taken away in equal parts.
LinkManners path(std::int64_t round_trip_ms, std::int64_t jitter_ms, std::uint32_t loss_percent) {
  LinkManners manners;
  manners.delay_us = (round_trip_ms / 2 - jitter_ms) * 1000;
  manners.jitter_us = 2 * jitter_ms * 1000;
  manners.loss_percent = loss_percent;
  return manners;
}

LinkManners disorder() {
  LinkManners manners = path(100, 20, 2);
  manners.double_percent = 5;
  manners.reorder_percent = 5;
  manners.reorder_us = 120'000;
  return manners;
}

StallManners stalls(std::size_t room_bytes) { return {25'000, 5'000'000, 300'000, 0, room_bytes}; }

/// Drawing everybody for everybody takes most of the time in a crowd; what so many see says as much.
constexpr std::uint16_t kLookersMax = 40;

/// What a system's send buffer takes of a snapshot stream in 300 ms, and more.
constexpr std::size_t kBuffer_bytes = 64 * 1024;

const std::array<Scenario, 6> kScenarios{{{"clean", path(20, 2, 0)},
                                          {"rtt100_jitter20_loss2", path(100, 20, 2)},
                                          {"rtt300_jitter50_loss10", path(300, 50, 10)},
                                          {"disorder", disorder()},
                                          {"stall_latest_wins", stalls(0)},
                                          {"stall_buffered", stalls(kBuffer_bytes)}}};

/// What a browser sends while nothing moves waits in its own buffer, all of it.
Manners upward(const Manners& down) {
  Manners up = down;
  if (auto* stall = std::get_if<StallManners>(&up)) stall->room_bytes = kBuffer_bytes;
  return up;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Measures prediction and interpolation over bad networks, in virtual time");
  std::vector<std::uint64_t> seeds{1};
  std::vector<std::string> names;
  std::uint32_t seconds = 60;
  std::uint16_t clients = 40;
  std::uint16_t lookers = kLookersMax;
  std::size_t colliders = 500;
  app.add_option("--seed", seeds, "one run per seed")->capture_default_str();
  std::vector<std::string> known;
  for (const Scenario& scenario : kScenarios) known.emplace_back(scenario.name);
  app.add_option("--scenario", names, "which; without it all of them")->check(CLI::IsMember(known));
  app.add_option("--seconds", seconds, "measured time")->check(CLI::Range(1U, 3600U))->capture_default_str();
  app.add_option("--clients", clients, "people in the hall")->check(CLI::Range(2, 1000))->capture_default_str();
  app.add_option("--lookers", lookers, "how many of them draw what they see, at most; the rest walks blindly")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--colliders", colliders, "on the floor of the hall")
      ->check(CLI::Range(5, 3000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  for (const Scenario& scenario : kScenarios) {
    if (!names.empty() && std::find(names.begin(), names.end(), scenario.name) == names.end()) continue;
    for (const std::uint64_t seed : seeds) {
      feel::CrowdPlan plan;
      plan.down = scenario.manners;
      plan.up = upward(scenario.manners);
      plan.seed = seed;
      plan.clients = clients;
      plan.lookers = std::min(clients, lookers);
      plan.colliders = colliders;
      std::puts(feel::to_json(scenario.name, plan, seconds, feel::measure(plan, seconds)).c_str());
      std::fflush(stdout);
    }
  }
  return 0;
}
