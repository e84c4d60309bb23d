#include "tools/worldbench/crowd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <future>
#include <nlohmann/json.hpp>

namespace worldbench {

namespace {

constexpr proto::SpanUs kJoinTimeout = proto::seconds(30);
constexpr proto::SpanUs kSettle = proto::seconds(5);  ///< until everybody knows who is around
constexpr int kEventsMax = 256;
constexpr int kJoiningAtOnceMax = 64;
/// Everybody is looked at once in so many milliseconds.
constexpr std::size_t kLookPeriod_ms = 200;

double own_cpu_s() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace

Crowd::Crowd(const Plan& plan)
    : m_plan(plan),
      m_truth(static_cast<std::size_t>(plan.clients)),
      m_census(plan.view_m),
      m_server(plan.server_pid, plan.server.url()),
      m_epoll(epoll_create1(EPOLL_CLOEXEC)),
      m_porter(plan.server.url(), plan.clients) {}

Crowd::~Crowd() { ::close(m_epoll); }

bool Crowd::enter(const Guest& guest) {
  const auto number = static_cast<unsigned>(m_walkers.size());
  const auto clients = static_cast<unsigned>(m_plan.clients);
  const unsigned readers = std::min(clients, static_cast<unsigned>(m_plan.readers));
  const bool reads = (number + 1) * readers / clients > number * readers / clients;
  m_walkers.push_back(std::make_unique<Walker>(m_plan.seed * 100'003 + number, clients, reads, m_truth,
                                               static_cast<std::size_t>(m_plan.strangers)));
  Walker& walker = *m_walkers.back();
  if (reads) m_readers.push_back(&walker);
  if (m_plan.speakers > 0) walker.join_talk(m_hearsay, number < static_cast<unsigned>(m_plan.speakers));
  const auto percent = static_cast<unsigned>(m_plan.web_percent);
  const bool web = (number + 1) * percent / 100 > number * percent / 100;
  if (!walker.enter(guest, web ? &m_web : nullptr, m_plan.server)) return false;
  if (web) return true;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = number;
  return epoll_ctl(m_epoll, EPOLL_CTL_ADD, walker.link->descriptor(), &event) == 0;
}

bool Crowd::gather() {
  const auto standing = [this] {
    return static_cast<std::size_t>(
        std::count_if(m_walkers.begin(), m_walkers.end(), [](const auto& walker) { return walker->stood.us != 0; }));
  };
  const auto wanted = static_cast<std::size_t>(m_plan.clients);
  proto::TimeUs progress = now_steady();
  std::size_t stood = 0;
  while (stood < wanted) {
    if (m_walkers.size() - stood < kJoiningAtOnceMax) {
      if (auto guest = m_porter.next(); guest && !enter(*guest)) {
        std::fprintf(stderr, "walkers: walker %zu cannot connect\n", m_walkers.size());
        return false;
      }
    }
    live(false);
    const std::size_t before = stood;
    stood = standing();
    if (stood > before) progress = now_steady();
    if (now_steady() - progress > kJoinTimeout) {
      const auto lost = std::count_if(m_walkers.begin(), m_walkers.end(), [](const auto& one) { return one->ended(); });
      std::fprintf(stderr, "walkers: only %zu of %zu stand in the hall, %td were lost\n", stood, wanted, lost);
      return false;
    }
  }
  const proto::TimeUs settled = now_steady() + kSettle;
  while (now_steady() < settled) live(false);
  return true;
}

void Crowd::receive() {
  std::array<epoll_event, kEventsMax> events{};
  const int ready = epoll_wait(m_epoll, events.data(), kEventsMax, 1);
  for (int i = 0; i < ready; ++i) m_walkers[events[static_cast<std::size_t>(i)].data.u32]->serve(now_steady());
  if (m_plan.web_percent > 0) m_web.service();
}

void Crowd::live(bool measuring) {
  receive();
  const proto::TimeUs at = now_steady();
  for (auto& walker : m_walkers) walker->live(at);
  if (!measuring) return;
  const std::size_t looks = m_readers.size() / kLookPeriod_ms + 1;
  for (std::size_t i = 0; i < looks; ++i) {
    m_census.look(*m_readers[m_next_look++ % m_readers.size()], m_truth, m_walkers.size(), at);
  }
  watch_budgets(at);
}

/// What each was sent in any one second.
void Crowd::watch_budgets(proto::TimeUs at) {
  if (at < m_budget_second) return;
  m_budget_second = at + proto::seconds(1);
  const bool has_before = !m_wire_before.empty();
  m_wire_before.resize(m_walkers.size());
  for (std::size_t i = 0; i < m_walkers.size(); ++i) {
    const std::uint64_t wire = m_walkers[i]->arrived().wire_bytes;
    if (has_before) m_wire_most = std::max(m_wire_most, wire - m_wire_before[i]);
    m_wire_before[i] = wire;
  }
}

Arrived Crowd::arrived(bool readers_only) const {
  Arrived all;
  for (const auto& walker : m_walkers) {
    if (readers_only && !walker->reads()) continue;
    const Arrived one = walker->arrived();
    all.payload_bytes += one.payload_bytes;
    all.wire_bytes += one.wire_bytes;
    all.updates += one.updates;
    all.unreadable += one.unreadable;
  }
  return all;
}

/// A server under attack may take seconds to answer, during which nobody may stand still.
ServerSample Crowd::ask_server() {
  auto answer = std::async(std::launch::async, [this] { return m_server.sample(); });
  while (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready) live(false);
  return answer.get();
}

void Crowd::begin_measure() {
  m_server_before = ask_server();
  m_truth.set_zero({m_server_before.tick_zero_us});
  m_census = Census(m_plan.view_m);
  m_wire_before.clear();
  m_wire_most = 0;
  m_begun = now_steady();
  m_before = arrived(false);
  m_read_before = arrived(true);
  m_tick_before = m_truth.newest_tick();
  m_load_cpu_before_s = own_cpu_s();
  m_hearsay = {};
}

void Crowd::walk(int seconds) {
  const proto::TimeUs begun = now_steady();
  while (now_steady() - begun < proto::seconds(seconds)) live(true);
  m_load_cpu_s = own_cpu_s() - m_load_cpu_before_s;
  m_after = arrived(false);
  m_read_after = arrived(true);
  m_tick_after = m_truth.newest_tick();
  m_seconds = static_cast<double>((now_steady() - m_begun).us) * 1e-6;
}

void Crowd::end_measure() {
  m_server_after = ask_server();
  m_lost = static_cast<std::size_t>(
      std::count_if(m_walkers.begin(), m_walkers.end(), [](const auto& walker) { return walker->ended(); }));
}

namespace {

std::uint16_t port_of(int descriptor) {
  sockaddr_in own = {};
  socklen_t size = sizeof(own);
  if (descriptor < 0 || ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &size) != 0) return 0;
  return ntohs(own.sin_port);
}

}  // namespace

std::vector<std::uint16_t> Crowd::udp_ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& walker : m_walkers) {
    if (walker->link) ports.push_back(port_of(walker->link->descriptor()));
  }
  return ports;
}

std::vector<std::uint16_t> Crowd::tcp_ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& walker : m_walkers) {
    if (walker->web.open && !walker->web.closed) ports.push_back(port_of(lws_get_socket_fd(walker->web.wsi)));
  }
  return ports;
}

std::vector<double> Crowd::join_times_ms() const {
  std::vector<double> times;
  for (const auto& walker : m_walkers) times.push_back(static_cast<double>((walker->stood - walker->asked).us) * 1e-3);
  std::sort(times.begin(), times.end());
  return times;
}

nlohmann::ordered_json Crowd::figures() const {
  const double each = m_seconds * static_cast<double>(m_plan.clients);
  const auto updates = static_cast<double>(m_read_after.updates - m_read_before.updates);
  const auto read_payload = static_cast<double>(m_read_after.payload_bytes - m_read_before.payload_bytes);
  const auto payload = static_cast<double>(m_after.payload_bytes - m_before.payload_bytes);
  const auto wire = static_cast<double>(m_after.wire_bytes - m_before.wire_bytes);
  const std::vector<double> joins = join_times_ms();
  nlohmann::ordered_json line{
      {"clients", m_plan.clients},
      {"transport", m_plan.web_percent == 100 ? "ws"
                    : m_plan.web_percent == 0 ? "enet"
                                              : "both"},
      {"seconds", rounded(m_seconds)},
      {"ticks_per_s", rounded((m_tick_after - m_tick_before) / m_seconds)},
      {"tick_p50_ms", rounded(tick_percentile_ms(m_server_before, m_server_after, 0.5))},
      {"tick_p99_ms", rounded(tick_percentile_ms(m_server_before, m_server_after, 0.99))},
      {"server_cpu_pct", rounded((m_server_after.cpu_s - m_server_before.cpu_s) / m_seconds * 100)},
      {"rss_mb", rounded(m_server_after.rss_mb)},
      {"payload_bytes_per_client_s", rounded(payload / each)},
      {"wire_bytes_per_client_s", rounded(wire / each)},
      {"wire_bytes_per_client_s_max", m_wire_most},
      {"bytes_per_update", updates > 0 ? rounded(read_payload / updates) : 0},
      {"updates_per_client_s", rounded(updates / m_seconds / static_cast<double>(m_readers.size()))},
      {"readers", m_readers.size()},
      {"visible_mean", rounded(m_census.visible_mean())},
      {"mean_age_ms", rounded(m_census.mean_age_ms())},
      {"staleness_near_p99_ms", m_census.near_p99_ms()},
      {"staleness_near_max_ms", rounded(m_census.near_max_ms())},
      {"staleness_view_p99_ms", m_census.view_p99_ms()},
      {"staleness_view_max_ms", rounded(m_census.view_max_ms())},
      {"join_p99_ms", rounded(joins[joins.size() * 99 / 100])},
      {"lost", m_lost},
      {"unreadable", m_after.unreadable},
      {"states_replaced", m_server_after.replaced - m_server_before.replaced},
      {"states_lost", m_server_after.states_lost - m_server_before.states_lost},
      {"ticks_late", m_server_after.ticks_late - m_server_before.ticks_late},
      {"load_cpu_pct", rounded(m_load_cpu_s / m_seconds * 100)},
  };
  if (m_plan.speakers > 0) report_talk(line);
  return line;
}

bool Crowd::report() const {
  std::printf("%s\n", figures().dump().c_str());
  if (m_plan.profile) profile();
  const bool is_sound = m_lost == 0 && m_after.unreadable == 0 && m_server_after.answered;
  if (!is_sound) std::fprintf(stderr, "walkers: somebody was lost, could not read, or the server is gone\n");
  return is_sound;
}

void Crowd::report_talk(nlohmann::ordered_json& line) const {
  const auto& [lost, came, played] = m_hearsay;
  line["speakers"] = m_plan.speakers;
  line["voice_frames_heard_per_s"] = rounded(static_cast<double>(came.size()) / m_seconds);
  line["voice_lost_pct"] = rounded(100.0 * static_cast<double>(lost) / static_cast<double>(lost + played.size() + 1));
  for (const auto& [name, values] : {std::pair{"voice_came_", &came}, std::pair{"voice_played_", &played}}) {
    line[std::string(name) + "p50_ms"] = rounded(Hearsay::percentile(*values, 0.5));
    line[std::string(name) + "p99_ms"] = rounded(Hearsay::percentile(*values, 0.99));
  }
}

void Crowd::profile() const {
  const double ticks = m_tick_after - m_tick_before;
  std::fprintf(stderr, "of each tick, in ms:\n");
  for (const auto& [stage, seconds] : m_server_after.stage_s) {
    const auto before = m_server_before.stage_s.find(stage);
    const double spent = seconds - (before == m_server_before.stage_s.end() ? 0 : before->second);
    std::fprintf(stderr, "  %-10s %8.3f\n", stage.c_str(), spent / ticks * 1e3);
  }
  std::fprintf(stderr, "of the core, in %%:\n");
  for (const auto& [thread, seconds] : m_server_after.threads.cpu_s) {
    const auto before = m_server_before.threads.cpu_s.find(thread);
    const double spent = seconds - (before == m_server_before.threads.cpu_s.end() ? 0 : before->second);
    std::fprintf(stderr, "  %-10s %8.1f\n", thread.c_str(), spent / m_seconds * 100);
  }
}

}  // namespace worldbench
