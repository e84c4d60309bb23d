#include "tools/loadbot/shoppers.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "client-proto/brain/brain.h"
#include "client-proto/native/client.h"
#include "tools/loadbot/api_client.h"
#include "tools/loadbot/market.h"
#include "tools/loadbot/web_client.h"

namespace loadbot {

namespace {

using namespace std::chrono_literals;
constexpr float kTurn_rad = 6.2831853F;
constexpr proto::SpanUs kSettle = proto::seconds(3);  ///< not measured: everybody arrives at once
constexpr std::uint64_t kSeedStride = 1'000'003;
constexpr proto::SpanUs kFramePeriod = proto::milliseconds(200);

proto::TimeUs now() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(time).count()};
}

/// What one transport's bots measured together.
struct Figures {
  int joined = 0;
  int lost = 0;
  std::uint64_t bytes_down = 0;
  std::uint64_t bytes_up = 0;
  std::vector<float> intervals_ms;
  std::vector<float> staleness_ms;
};

class Bot {
 public:
  Bot(unsigned seed, proto::CollisionWorld scene) : m_dice(seed), m_scene(std::move(scene)) {}

  std::optional<Shopper> shopper;  ///< else one who only walks about
  std::unique_ptr<proto::NativeClient> native;
  std::unique_ptr<proto::Brain> own_brain;  ///< of a WebSocket bot
  WebClient web;

  [[nodiscard]] proto::Brain& brain() { return native ? native->brain() : *own_brain; }
  void give_scene() { brain().set_collision(m_scene); }
  [[nodiscard]] bool joined() { return brain().state() == proto::BrainState::kJoined; }

  void live(proto::TimeUs time, bool measure, Figures& figures) {
    if (native) native->service(time);
    if (own_brain) pass_messages(time);
    proto::Brain& mind = brain();
    if (!shopper) m_wish = wish(time);
    mind.input(m_wish, time);
    const std::uint32_t snapshots = mind.statistics().snapshots;
    if (snapshots != m_snapshots) {
      if (measure && m_snapshot_at.us != 0) {
        figures.intervals_ms.push_back(static_cast<float>((time - m_snapshot_at).us) * 1e-3F);
      }
      m_snapshots = snapshots;
      m_snapshot_at = time;
    }
    if (time < m_next_frame) return;
    m_next_frame = time + kFramePeriod;
    const proto::Frame& frame = mind.frame(time);
    if (shopper) m_wish = shopper->next(mind, frame, static_cast<double>(kFramePeriod.us) * 1e-6);
    for (const proto::AvatarPose& avatar : frame.avatars) {
      if (measure) figures.staleness_ms.push_back(avatar.staleness_s * 1e3F);
    }
  }

  void mark() {
    m_down_before = down();
    m_up_before = up();
  }
  void count_bytes(Figures& figures) {
    figures.bytes_down += down() - m_down_before;
    figures.bytes_up += up() - m_up_before;
  }
  void count(Figures& figures) {
    count_bytes(figures);
    figures.joined += joined() ? 1 : 0;
    figures.lost += joined() ? 0 : 1;
  }

 private:
  [[nodiscard]] std::uint64_t down() const { return native ? native->link().bytes_received() : web.bytes_received; }
  [[nodiscard]] std::uint64_t up() const { return native ? native->link().bytes_sent() : web.bytes_sent; }

  void pass_messages(proto::TimeUs time) {
    if (web.closed) own_brain->on_closed();
    if (!web.open) return;
    while (auto message = own_brain->poll(time)) web.outgoing.push_back(std::move(message->packet));
  }

  /// Walks a while in one direction, stands a while, turns: a shopper before shop windows.
  proto::Wish wish(proto::TimeUs time) {
    if (time >= m_next_plan) {
      std::uniform_real_distribution<float> turn(0, kTurn_rad);
      std::uniform_int_distribution<int> plan(0, 9);
      m_yaw_rad = turn(m_dice);
      m_walking = plan(m_dice) < 8;
      m_running = plan(m_dice) == 0;
      m_next_plan = time + proto::milliseconds(800 + 400 * plan(m_dice));
    }
    proto::Wish wish;
    wish.yaw_rad = m_yaw_rad;
    wish.buttons = m_running ? proto::kButtonRun : 0;
    wish.move_x = m_walking ? std::sin(m_yaw_rad) : 0;
    wish.move_z = m_walking ? std::cos(m_yaw_rad) : 0;
    return wish;
  }

  std::mt19937 m_dice;
  proto::CollisionWorld m_scene;
  proto::Wish m_wish;
  float m_yaw_rad = 0;
  bool m_walking = true;
  bool m_running = false;
  proto::TimeUs m_next_plan{};
  proto::TimeUs m_next_frame{};
  proto::TimeUs m_snapshot_at{};
  std::uint32_t m_snapshots = 0;
  std::uint64_t m_down_before = 0;
  std::uint64_t m_up_before = 0;
};

float percentile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

void print_row(const char* name, Figures& figures, double seconds) {
  const double clients = std::max(1, figures.joined);
  std::printf("%-10s %7d %7d %11.0f %11.0f %9.0f %9.0f %10.0f %10.0f\n", name, figures.joined, figures.lost,
              static_cast<double>(figures.bytes_down) / clients / seconds,
              static_cast<double>(figures.bytes_up) / clients / seconds,
              static_cast<double>(percentile(figures.intervals_ms, 0.5)),
              static_cast<double>(percentile(figures.intervals_ms, 0.99)),
              static_cast<double>(percentile(figures.staleness_ms, 0.5)),
              static_cast<double>(percentile(figures.staleness_ms, 0.99)));
}

/// How long ticks take, from the server's histogram: the edge below which each share of them lies.
void print_ticks(const std::string& base_url) {
  std::istringstream lines(http("GET", base_url + "/metrics", {}, {}).body);
  std::vector<std::pair<std::string, double>> edges;  // in seconds as text, and the ticks below
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view kBucket = "galleria_tick_seconds_bucket{le=\"";
    if (line.rfind("galleria_ticks_late", 0) == 0) std::printf("%s\n", line.c_str());
    const std::size_t quote = line.find('"', kBucket.size());
    if (line.rfind(kBucket, 0) != 0 || quote == std::string::npos) continue;
    const std::string count = line.substr(line.rfind(' ') + 1);
    edges.emplace_back(line.substr(kBucket.size(), quote - kBucket.size()), std::strtod(count.c_str(), nullptr));
  }
  for (const double share : {0.5, 0.99}) {
    const auto edge = std::find_if(edges.begin(), edges.end(), [&edges, share](const auto& bucket) {
      return bucket.second >= share * edges.back().second;
    });
    if (edge != edges.end()) std::printf("tick p%.0f below %s s\n", share * 100, edge->first.c_str());
  }
}

std::optional<proto::CollisionWorld> fetch_scene(const std::string& base_url) {
  const HttpAnswer answer = http("GET", base_url + "/api/mall/collision", {}, {});
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(answer.body.data());
  auto scene = proto::CollisionWorld::decode({bytes, answer.body.size()});
  if (answer.status != 200 || !scene) return std::nullopt;
  return std::move(scene).value();
}

void print_deeds(const Deeds& all, int visits) {
  std::printf("%d visits: looked at %u, tried on %u, said %u, waved %u, sat %u, invited %u, accepted %u\n", visits,
              all.looked, all.tried_on, all.said, all.waved, all.sat, all.invited, all.accepted);
}

class Crowd {
 public:
  explicit Crowd(const CrowdPlan& plan) : m_plan(plan) {}

  bool gather() {
    m_scene = fetch_scene(m_plan.base_url);
    if (!m_scene) {
      std::fprintf(stderr, "loadbot: the collision world cannot be had\n");
      return false;
    }
    if (m_plan.shops) {
      m_market = read_market(http("GET", m_plan.base_url + "/api/mall", {}, {}).body);
      if (!m_market) {
        std::fprintf(stderr, "loadbot: the mall cannot be read\n");
        return false;
      }
    }
    m_bots.resize(static_cast<std::size_t>(m_plan.enet + m_plan.web));
    for (std::size_t i = 0; i < m_bots.size(); ++i) {
      if (!arrive(i)) return false;
      step(false);
    }
    return true;
  }

  int measure() {
    const proto::TimeUs settled = now() + kSettle;
    while (now() < settled) step(false);
    for (auto& bot : m_bots) bot->mark();
    const proto::TimeUs begun = now();
    while (now() - begun < proto::seconds(m_plan.seconds)) step(true);
    const double seconds = static_cast<double>((now() - begun).us) * 1e-6;
    for (auto& bot : m_bots) bot->count(figures_of(*bot));
    std::printf("%-10s %7s %7s %11s %11s %9s %9s %10s %10s\n", "transport", "clients", "lost", "B/s down", "B/s up",
                "snap p50", "snap p99", "stale p50", "stale p99");
    if (m_plan.enet > 0) print_row("enet", m_enet, seconds);
    if (m_plan.web > 0) print_row("websocket", m_web, seconds);
    if (m_market) {
      for (const auto& bot : m_bots) {
        if (bot->shopper) m_deeds += bot->shopper->deeds();
      }
      print_deeds(m_deeds, m_visits);
    }
    print_ticks(m_plan.base_url);
    return m_enet.lost + m_web.lost;
  }

 private:
  /// A ticket lives for 30 s, so each bot goes in as soon as it has one, and those inside keep walking meanwhile.
  bool arrive(std::size_t number) {
    const auto i = static_cast<int>(number);
    const auto admission = admit(m_plan.base_url, "Bot " + std::to_string(i), i % 3, i % 8);
    if (!admission) return false;
    m_bots[number] = std::make_unique<Bot>(static_cast<unsigned>(i), *m_scene);
    if (m_market)
      m_bots[number]->shopper.emplace(m_plan.seed * kSeedStride + static_cast<std::uint64_t>(m_visits), *m_market);
    ++m_visits;
    return enter(*m_bots[number], i, *admission);
  }

  /// Who has seen enough goes home, and somebody new comes. Over ENet only: a WebSocket's connection here lasts as long
  /// as its bot.
  void come_and_go(std::size_t number) {
    Bot& bot = *m_bots[number];
    if (!bot.shopper || !bot.native || !bot.shopper->goes_home()) return;
    m_deeds += bot.shopper->deeds();
    bot.count_bytes(figures_of(bot));
    bot.native->leave();
    bot.shopper.reset();  // whoever has gone goes once, also when nobody comes after
    if (!arrive(number)) std::fprintf(stderr, "loadbot: nobody came after bot %zu\n", number);
    m_bots[number]->mark();
  }

  bool enter(Bot& bot, int number, const Admission& admission) {
    if (number < m_plan.enet) {
      proto::CookieNonce nonce{};
      for (std::size_t i = 0; i < nonce.size(); ++i) nonce[i] = admission.ticket.id[i];
      auto client = proto::NativeClient::open(m_plan.host, admission.udp_port, admission.ticket, nonce, now());
      if (!client) return false;
      bot.native = std::move(client).value();
      bot.give_scene();
      return true;
    }
    bot.own_brain = std::make_unique<proto::Brain>();
    bot.give_scene();
    bot.own_brain->hello(admission.ticket);
    bot.web.on_message = [&bot](std::span<const std::uint8_t> packet) {
      (void)bot.own_brain->on_message(packet, now());
    };
    return m_clients.connect(bot.web, m_plan.host, m_plan.port, m_plan.tls);
  }

  Figures& figures_of(const Bot& bot) { return bot.native ? m_enet : m_web; }

  void step(bool measuring) {
    const auto next = std::chrono::steady_clock::now() + 4ms;
    for (std::size_t i = 0; i < m_bots.size() && m_bots[i] != nullptr; ++i) {
      m_bots[i]->live(now(), measuring, figures_of(*m_bots[i]));
      if (measuring) come_and_go(i);
    }
    m_clients.service();
    std::this_thread::sleep_until(next);
  }

  CrowdPlan m_plan;
  std::optional<proto::CollisionWorld> m_scene;
  std::optional<Market> m_market;
  Deeds m_deeds;
  int m_visits = 0;
  std::vector<std::unique_ptr<Bot>> m_bots;
  WebClients m_clients;  ///< after the bots: its end still speaks to their connections
  Figures m_enet;
  Figures m_web;
};

}  // namespace

int run_crowd(const CrowdPlan& plan) {
  Crowd crowd(plan);
  if (!crowd.gather()) return plan.enet + plan.web;
  return crowd.measure();
}

}  // namespace loadbot
