/// galleria-bench-ticks: how long a tick takes with N clients in one mall, and what each of them is sent; without
/// sockets, on one core. Everybody moves all the time (walks a few seconds, turns, walks on), sends an input every tick
/// and acknowledges snapshots two ticks after they were written. A few clients decode what they get, outside of the
/// time that is measured, to count updates.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "client-proto/wire/snapshot.h"
#include "tools/worldbench/hall.h"
#include "world-server/world/random.h"
#include "world-server/world/world.h"

namespace {

using namespace world;

constexpr std::size_t kReadersMax = 32;
constexpr std::uint32_t kWarmUp_ticks = 200;
constexpr std::uint32_t kAckDelay_ticks = 2;
constexpr unsigned kHallSeed = 1;

struct Options {
  std::vector<std::uint32_t> clients{50, 250, 500, 1000};
  std::uint32_t seconds = 30;
  std::uint32_t bytes_per_s = kBytesPerSecondDefault;
  float view_m = 25;
  std::string mall_file;
};

Mall load_mall(const std::string& file) {
  std::string text = worldbench::hall_document(kHallSeed);
  if (!file.empty()) {
    std::ifstream stream(file, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  auto mall = parse_mall(text);
  if (!mall.ok()) throw std::runtime_error(file + " " + mall.error().pointer + ": " + mall.error().reason);
  return std::move(mall).value();
}

/// One client: wanders, sends, acknowledges.
struct Bot {
  AvatarId id;
  Dice dice{1};
  proto::MoveInput wish;
  std::uint32_t wish_until_tick = 0;
  std::uint16_t sequence = 0;
  std::vector<proto::MoveInput> recent;
  std::uint16_t heard = 0;  ///< newest snapshot sequence
  std::uint16_t heard_before[kAckDelay_ticks]{};
  std::uint64_t bytes = 0;
  std::uint64_t updates = 0;
  std::uint64_t updates_bytes = 0;
  bool reads = false;
  proto::SnapshotHistory history;
};

Inputs next_inputs(Bot& bot, std::uint32_t tick) {
  if (tick >= bot.wish_until_tick) {
    bot.wish_until_tick = tick + bot.dice.between(20, 80);
    bot.wish.move_x = static_cast<std::int8_t>(static_cast<int>(bot.dice.between(0, 254)) - 127);
    bot.wish.move_z = static_cast<std::int8_t>(static_cast<int>(bot.dice.between(0, 254)) - 127);
    bot.wish.yaw = yaw_units_of(bot.wish.move_x, bot.wish.move_z);
    bot.wish.buttons = bot.dice.between(0, 3) == 0 ? proto::kButtonRun : 0;
  }
  bot.recent.push_back(bot.wish);
  if (bot.recent.size() > 3) bot.recent.erase(bot.recent.begin());
  Inputs inputs;
  inputs.avatar = bot.id;
  inputs.message.newest = ++bot.sequence;
  inputs.message.inputs = bot.recent;
  inputs.message.ack = {bot.heard_before[0] != 0, bot.heard_before[0], 0xffffffffU};
  std::copy(std::begin(bot.heard_before) + 1, std::end(bot.heard_before), std::begin(bot.heard_before));
  bot.heard_before[kAckDelay_ticks - 1] = bot.heard;
  return inputs;
}

void receive(Bot& bot, const Outgoing& message, std::span<const std::uint8_t> payload) {
  bot.bytes += payload.size();
  if (message.lane != Lane::kState) return;
  if (const auto header = proto::peek_header(payload)) bot.heard = header->sequence;
  if (!bot.reads) return;
  const auto snapshot = proto::decode_snapshot(payload, bot.history);
  if (!snapshot.ok()) throw std::runtime_error("a snapshot could not be read");
  bot.history.store(*snapshot);
  bot.updates += snapshot->avatars.size();
  bot.updates_bytes += payload.size();
}

double thread_cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

struct Figures {
  std::vector<double> cpu_ms;
  std::vector<double> wall_ms;
  double bytes_per_client_s = 0;
  double updates_per_client_s = 0;
  double bytes_per_update = 0;
};

Figures measure(const Options& options, std::uint32_t clients) {
  auto made = World::make(load_mall(options.mall_file), {static_cast<std::uint16_t>(clients), 1, options.view_m});
  if (!made.ok()) throw std::runtime_error(made.error().pointer + ": " + made.error().reason);
  World& world = **made;
  std::vector<Bot> bots(clients);
  std::vector<NetToWorld> messages;
  for (std::uint32_t i = 0; i < clients; ++i) {
    bots[i].id = {static_cast<std::uint16_t>(i), 1};
    bots[i].dice = Dice(i + 1);
    bots[i].reads = i % std::max<std::size_t>(1, clients / kReadersMax) == 0;
    Join join;
    join.avatar = bots[i].id;
    join.name = "Bot " + std::to_string(i);
    join.bytes_per_s_max = options.bytes_per_s;
    messages.emplace_back(join);
  }
  Figures figures;
  TickOutput output;
  const std::uint32_t ticks = kWarmUp_ticks + options.seconds * kTicksPerSecond;
  for (std::uint32_t tick = 0; tick < ticks; ++tick) {
    if (tick == kWarmUp_ticks) {
      for (Bot& bot : bots) bot.bytes = bot.updates = bot.updates_bytes = 0;
    }
    const auto before = std::chrono::steady_clock::now();
    const double cpu_before_ms = thread_cpu_ms();
    world.tick({}, messages, output);
    const double cpu_ms = thread_cpu_ms() - cpu_before_ms;
    const std::chrono::duration<double, std::milli> wall_ms = std::chrono::steady_clock::now() - before;
    if (tick >= kWarmUp_ticks) {
      figures.cpu_ms.push_back(cpu_ms);
      figures.wall_ms.push_back(wall_ms.count());
    }
    messages.clear();
    for (const Outgoing& message : output.outgoing) receive(bots[message.to.index], message, output.payload(message));
    for (Bot& bot : bots) messages.emplace_back(next_inputs(bot, tick));
  }
  double bytes = 0;
  double updates = 0;
  double updates_bytes = 0;
  double readers = 0;
  for (const Bot& bot : bots) {
    bytes += static_cast<double>(bot.bytes);
    updates += static_cast<double>(bot.updates);
    updates_bytes += static_cast<double>(bot.updates_bytes);
    readers += bot.reads ? 1 : 0;
  }
  figures.bytes_per_client_s = bytes / clients / options.seconds;
  figures.updates_per_client_s = updates / readers / options.seconds;
  figures.bytes_per_update = updates > 0 ? updates_bytes / updates : 0;
  return figures;
}

int run(const Options& options) {
  std::printf("%8s %12s %12s %13s %16s %18s %14s\n", "clients", "cpu p50 ms", "cpu p99 ms", "wall p99 ms",
              "bytes/client/s", "updates/client/s", "bytes/update");
  for (const std::uint32_t clients : options.clients) {
    const Figures figures = measure(options, clients);
    std::printf("%8u %12.2f %12.2f %13.2f %16.0f %18.0f %14.1f\n", clients, percentile(figures.cpu_ms, 0.5),
                percentile(figures.cpu_ms, 0.99), percentile(figures.wall_ms, 0.99), figures.bytes_per_client_s,
                figures.updates_per_client_s, figures.bytes_per_update);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Measures world ticks with many clients in one mall, without sockets");
  app.add_option("--clients", options.clients, "how many; one row per number")->check(CLI::Range(1U, 4000U));
  app.add_option("--seconds", options.seconds, "simulated time per row")->check(CLI::Range(1U, 3600U));
  app.add_option("--bytes-per-s", options.bytes_per_s, "budget of each client");
  app.add_option("--view-m", options.view_m, "how far everybody sees")->check(CLI::Range(kViewMin_m, kViewMax_m));
  app.add_option("--mall", options.mall_file, "a mall.json; without it, the hall of the world bench");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "galleria-bench-ticks: %s\n", problem.what());
    return 1;
  }
}
