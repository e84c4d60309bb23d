#include "tools/worldbench/soak.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>

namespace worldbench {

namespace {

constexpr int kVisitMin_s = 10;
constexpr int kVisitMax_s = 120;
constexpr int kReadersOneOf = 4;
constexpr int kVanishOneOf = 5;  ///< go without a goodbye; the server keeps their place for a while
constexpr proto::SpanUs kLookPeriod = proto::seconds(60);
constexpr proto::SpanUs kEnterTimeout = proto::seconds(30);
constexpr std::chrono::milliseconds kRound{2};
constexpr std::int64_t kTickUs = 50'000;
constexpr double kGrowthMax_mb_per_hour = 8;
constexpr double kClockOffMax_ms = 100;
constexpr int kDescriptorsSpare = 32;

}  // namespace

/// The avatars' numbers reach as far as the server's places: those who vanished hold theirs for a while.
Soak::Soak(const SoakPlan& plan)
    : m_plan(plan),
      m_dice(plan.seed),
      m_truth(proto::kAvatarIndexMax + 1),
      m_porter(plan.server.url(), std::numeric_limits<int>::max()),
      m_server(plan.server_pid, plan.server.url()),
      m_visits(static_cast<std::size_t>(plan.clients)) {}

void Soak::begin(Visit& visit, std::size_t place, const Guest& guest) {
  const bool reads = m_dice() % kReadersOneOf == 0;
  visit.walker = std::make_unique<Walker>(m_dice(), proto::kAvatarIndexMax + 1, reads, m_truth);
  visit.until = now_steady() + proto::seconds(kVisitMin_s + m_dice() % (kVisitMax_s - kVisitMin_s));
  // Over WebSocket everybody says goodbye: libwebsockets' clients cannot just fall silent.
  const bool web = place % 2 == 1;
  visit.says_goodbye = web || m_dice() % kVanishOneOf != 0;
  visit.ending = false;
  ++m_came;
  if (!visit.walker->enter(guest, web ? &m_web : nullptr, m_plan.server)) {
    ++m_lost;
    visit.walker.reset();
  }
}

void Soak::end(Visit& visit) {
  const Walker& walker = *visit.walker;
  m_unreadable += walker.arrived().unreadable;
  if (walker.stood.us == 0 || (walker.ended() && !visit.ending)) {
    ++m_lost;
    std::fprintf(stderr, "lost over %s after %.1f s, %s\n", walker.link ? "ENet" : "WebSocket",
                 static_cast<double>((now_steady() - walker.asked).us) * 1e-6,
                 walker.stood.us == 0  ? "not in yet"
                 : walker.told_to_go() ? "sent away"
                                       : "without a word");
  }
  ++m_left;
  visit.walker.reset();
}

void Soak::live(std::size_t place) {
  Visit& visit = m_visits[place];
  if (!visit.walker) {
    if (const auto guest = m_porter.next()) begin(visit, place, *guest);
    return;
  }
  Walker& walker = *visit.walker;
  const proto::TimeUs now = now_steady();
  walker.live(now);
  const bool late = walker.stood.us == 0 && now - walker.asked > kEnterTimeout;
  if (visit.ending || (now < visit.until && !walker.ended() && !late)) {
    if (walker.web.closed) end(visit);  // only then libwebsockets lets go of it
    return;
  }
  if (walker.link) {
    if (visit.says_goodbye && !walker.ended()) {
      visit.ending = true;
      walker.link->leave();
    }
    end(visit);
  } else if (walker.web.closed) {
    end(visit);
  } else {
    visit.ending = !walker.ended();
    walker.web.leaving = true;
  }
}

void Soak::look() {
  Minute minute;
  minute.server = m_server.sample();
  minute.at = now_steady();
  minute.tick = m_truth.newest_tick();
  if (!m_minutes.empty()) minute.tick_p99_ms = tick_percentile_ms(m_minutes.back().server, minute.server, 0.99);
  m_minutes.push_back(minute);
  std::fprintf(stderr, "minute %zu: %.1f MB, %d descriptors, tick p99 %.1f ms, %zu came, %zu left, %zu lost\n",
               m_minutes.size() - 1, minute.server.rss_mb, minute.server.descriptors, minute.tick_p99_ms, m_came,
               m_left, m_lost);
}

void Soak::run() {
  const proto::TimeUs begun = now_steady();
  proto::TimeUs next_look = begun;
  while (static_cast<int>(m_minutes.size()) <= m_plan.minutes) {
    for (std::size_t place = 0; place < m_visits.size(); ++place) live(place);
    m_web.service();
    if (now_steady() >= next_look) {
      look();
      next_look = next_look + kLookPeriod;
    }
    std::this_thread::sleep_for(kRound);
  }
}

double Soak::growth_mb_per_hour() const {
  const std::size_t first = m_minutes.size() / 3;
  const auto count = static_cast<double>(m_minutes.size() - first);
  double mean_h = 0;
  double mean_mb = 0;
  const auto hours = [this](std::size_t i) {
    return static_cast<double>((m_minutes[i].at - m_minutes[0].at).us) / 3.6e9;
  };
  for (std::size_t i = first; i < m_minutes.size(); ++i) {
    mean_h += hours(i) / count;
    mean_mb += m_minutes[i].server.rss_mb / count;
  }
  double both = 0;
  double squares = 0;
  for (std::size_t i = first; i < m_minutes.size(); ++i) {
    both += (hours(i) - mean_h) * (m_minutes[i].server.rss_mb - mean_mb);
    squares += (hours(i) - mean_h) * (hours(i) - mean_h);
  }
  return squares > 0 ? both / squares : 0;
}

bool Soak::report() const {
  const std::size_t settled = m_minutes.size() / 3;
  const Minute& first = m_minutes[settled];
  const Minute& last = m_minutes.back();
  // A tick happens when its time has come; what is told of it is on its way for less than two ticks.
  const double behind_ms =
      static_cast<double>(last.at.us - last.server.tick_zero_us - std::int64_t{last.tick} * kTickUs) * 1e-3;
  const double clock_off_ms = static_cast<double>(last.server.tick_zero_us - first.server.tick_zero_us) * 1e-3;
  const double growth = growth_mb_per_hour();
  const nlohmann::ordered_json line{
      {"minutes", m_plan.minutes},
      {"clients", m_plan.clients},
      {"came", m_came},
      {"left", m_left},
      {"lost", m_lost},
      {"unreadable", m_unreadable},
      {"rss_mb_settled", rounded(first.server.rss_mb)},
      {"rss_mb_end", rounded(last.server.rss_mb)},
      {"rss_growth_mb_per_hour", rounded(growth)},
      {"descriptors_settled", first.server.descriptors},
      {"descriptors_end", last.server.descriptors},
      {"tick_p99_ms_settled", rounded(first.tick_p99_ms)},
      {"tick_p99_ms_end", rounded(last.tick_p99_ms)},
      {"ticks_late", last.server.ticks_late - first.server.ticks_late},
      {"newest_state_behind_ms", rounded(behind_ms)},
      {"tick_clock_moved_ms", rounded(clock_off_ms)},
      {"server_cpu_pct",
       rounded((last.server.cpu_s - first.server.cpu_s) * 1e8 / static_cast<double>((last.at - first.at).us))},
  };
  std::printf("%s\n", line.dump().c_str());
  const bool is_sound = m_lost == 0 && m_unreadable == 0 && last.server.answered && growth <= kGrowthMax_mb_per_hour &&
                        last.server.descriptors <= first.server.descriptors + kDescriptorsSpare &&
                        behind_ms <= kClockOffMax_ms && std::abs(clock_off_ms) <= kClockOffMax_ms;
  if (!is_sound) std::fprintf(stderr, "soak: somebody was lost, or the server grew or lost time\n");
  return is_sound;
}

}  // namespace worldbench
