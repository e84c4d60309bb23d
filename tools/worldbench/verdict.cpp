#include "tools/worldbench/verdict.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <sstream>
#include <utility>

namespace worldbench {

namespace {

constexpr std::int64_t kTickUs = proto::kStepUs;
constexpr proto::SpanUs kRoundLong = proto::milliseconds(250);
/// A server gives somebody up after four seconds of silence at the soonest, and a way in takes several answers.
constexpr proto::SpanUs kHoldUpsTelling = proto::seconds(2);
constexpr proto::SpanUs kHoldUpsRemembered = proto::seconds(20);
constexpr std::size_t kLooksForClock = 6;

double seconds_of(proto::TimeUs time) { return static_cast<double>(time.us) * 1e-6; }

double rise_of(std::span<const Look> looks, const std::function<double(const Look&)>& value) {
  std::vector<Point> points;
  for (const Look& look : looks) points.push_back({seconds_of(look.at), value(look)});
  return rise(points);
}

double mean_of(std::span<const Look> looks, const std::function<double(const Look&)>& value) {
  double sum = 0;
  for (const Look& look : looks) sum += value(look);
  return looks.empty() ? 0 : sum / static_cast<double>(looks.size());
}

double row(const Look& look, const std::string& table) {
  const auto found = look.server.rows.find(table);
  return found == look.server.rows.end() ? 0 : found->second;
}

double ticks_of(const ServerSample& sample) {
  return sample.ticks_below.empty() ? 0 : sample.ticks_below.back().second;
}

double of_world(const std::map<std::string, double>& threads) {
  const auto found = threads.find("world");
  return found == threads.end() ? 0 : found->second;
}

class Complaints {
 public:
  void none_of(std::uint64_t count, const std::string& what) {
    if (count > 0) m_list.push_back(std::to_string(count) + " " + what);
  }
  void at_most(const std::string& what, double value, double bound) {
    if (!(value <= bound)) m_list.push_back(what + " " + figure(value) + ", which is more than " + figure(bound));
  }
  void at_least(const std::string& what, double value, double bound) {
    if (!(value >= bound)) m_list.push_back(what + " " + figure(value) + ", which is less than " + figure(bound));
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(m_list); }

 private:
  static std::string figure(double value) {
    std::ostringstream text;
    text << rounded(value);
    return text.str();
  }
  std::vector<std::string> m_list;
};

void judge_people(const Day& day, Complaints& list) {
  list.none_of(day.lost, "were lost");
  list.none_of(day.not_itself, "came back as somebody else");
  list.none_of(day.refused, "were given no ticket");
  list.none_of(day.unreadable, "messages could not be read");
  list.none_of(day.pages_failed, "pages did not come");
  if (day.came < kVisitsTelling) return;
  list.at_least("pages read:", static_cast<double>(day.pages), 1);
  for (std::size_t i = 0; i < kDeeds; ++i) {
    list.at_least(std::string(kDeedNames[i]) + ":", static_cast<double>(day.tally[i]), 1);
  }
}

void judge_tables(std::span<const Look> looks, Complaints& list) {
  std::set<std::string> tables;
  for (const Look& look : looks) {
    for (const auto& [table, rows] : look.server.rows) tables.insert(table);
  }
  for (const std::string& table : tables) {
    const auto rows = [&table](const Look& look) { return row(look, table); };
    const double bound = std::max(kRowsRiseMax, kRowsRiseShareMax * mean_of(looks, rows));
    list.at_most("rows of " + table + " grew by", rise_of(looks, rows), bound);
  }
}

void judge_server(const Day& day, Complaints& list) {
  const std::span<const Look> half = second_half(day);
  const auto rss_mb = [](const Look& look) { return look.server.rss_mb; };
  const auto descriptors = [](const Look& look) { return static_cast<double>(look.server.descriptors); };
  const auto present = [](const Look& look) { return static_cast<double>(look.present); };
  // Whom the server counts as in, and nobody is there to be it.
  const auto ghosts = [](const Look& look) { return look.server.clients - static_cast<double>(look.present); };
  list.at_most("memory in MB grew by", rise_of(half, rss_mb), kRssRiseMax_mb);
  list.at_most("descriptors grew by", rise_of(half, descriptors), kDescriptorsRiseMax);
  list.at_most("clients with nobody behind them grew by", rise_of(half, ghosts), kRowsRiseMax);
  list.at_least("people in the hall on average:", mean_of(half, present),
                kPresentShareMin * static_cast<double>(day.clients));
  judge_tables(half, list);
}

void judge_ticks(const Day& day, Complaints& list) {
  const std::span<const Look> half = second_half(day);
  list.at_most("the newest state is late by ms", behind_ms(day), kClockOffMax_ms);
  list.at_most("the clock of ticks moved by ms", std::abs(clock_moved_ms(half)), kClockOffMax_ms);
  const QuietTicks ticks = quiet_ticks(half);
  if (ticks.stretches < kQuietMin) return;
  list.at_most("the ticks' p99 in ms is", ticks.p99_ms, kTickP99Max_ms);
  list.at_most("a tick's processor time in ms grew by", ticks.cost_rise_ms, kTickCostRiseShareMax * ticks.cost_ms);
}

}  // namespace

double rise(std::span<const Point> points) {
  if (points.size() < 3) return 0;
  const auto count = static_cast<double>(points.size());
  Point mean;
  for (const Point& point : points) {
    mean.at += point.at / count;
    mean.value += point.value / count;
  }
  double both = 0;
  double squares = 0;
  for (const Point& point : points) {
    both += (point.at - mean.at) * (point.value - mean.value);
    squares += (point.at - mean.at) * (point.at - mean.at);
  }
  return squares > 0 ? both / squares * (points.back().at - points.front().at) : 0;
}

double others_share(const Look& before, const Look& after) {
  if (!before.server.core_busy_s || !after.server.core_busy_s) return 0;
  const double busy_s = *after.server.core_busy_s - *before.server.core_busy_s;
  const double own_s = after.server.cpu_s - before.server.cpu_s;
  return std::max(0.0, busy_s - own_s) / (seconds_of(after.at) - seconds_of(before.at));
}

bool is_disturbed(const Look& before, const Look& after) {
  const double ticks = ticks_of(after.server) - ticks_of(before.server);
  const double waited_s = of_world(after.server.threads.wait_s) - of_world(before.server.threads.wait_s);
  return others_share(before, after) > kOthersShareMax && waited_s * 1e3 > kWaitMax_ms * ticks;
}

QuietTicks quiet_ticks(std::span<const Look> looks) {
  QuietTicks quiet;
  ServerSample before;
  ServerSample after;
  std::vector<Point> costs;
  for (std::size_t i = 1; i < looks.size(); ++i) {
    const ServerSample& one = looks[i - 1].server;
    const ServerSample& other = looks[i].server;
    const double ticks = ticks_of(other) - ticks_of(one);
    const bool is_same_shape = one.ticks_below.size() == other.ticks_below.size();
    if (is_disturbed(looks[i - 1], looks[i]) || ticks <= 0 || !is_same_shape) continue;
    ++quiet.stretches;
    before.ticks_below.resize(one.ticks_below.size());
    after.ticks_below.resize(one.ticks_below.size());
    for (std::size_t step = 0; step < one.ticks_below.size(); ++step) {
      after.ticks_below[step].first = other.ticks_below[step].first;
      after.ticks_below[step].second += other.ticks_below[step].second - one.ticks_below[step].second;
    }
    costs.push_back(
        {seconds_of(looks[i].at), (of_world(other.threads.cpu_s) - of_world(one.threads.cpu_s)) / ticks * 1e3});
    quiet.cost_ms += costs.back().value;
  }
  if (quiet.stretches == 0) return quiet;
  quiet.p99_ms = tick_percentile_ms(before, after, 0.99);
  quiet.cost_ms /= static_cast<double>(quiet.stretches);
  quiet.cost_rise_ms = rise(costs);
  return quiet;
}

std::span<const Look> second_half(const Day& day) { return std::span(day.looks).subspan(day.looks.size() / 2); }

double behind_ms(const Day& day) {
  double best_ms = std::numeric_limits<double>::infinity();
  const std::size_t first = day.looks.size() - std::min(day.looks.size(), kLooksForClock);
  for (std::size_t i = first; i < day.looks.size(); ++i) {
    const Look& look = day.looks[i];
    // A tick happens when its time has come; what is told of it is on its way for less than two ticks.
    const std::int64_t us = look.at.us - look.server.tick_zero_us - std::int64_t{look.tick} * kTickUs;
    best_ms = std::min(best_ms, static_cast<double>(us) * 1e-3);
  }
  return best_ms;
}

double clock_moved_ms(std::span<const Look> looks) {
  std::int64_t moved_us = 0;
  for (std::size_t i = 1; i < looks.size(); ++i) {
    if (is_disturbed(looks[i - 1], looks[i])) continue;
    moved_us += looks[i].server.tick_zero_us - looks[i - 1].server.tick_zero_us;
  }
  return static_cast<double>(moved_us) * 1e-3;
}

std::vector<std::string> complaints(const Day& day) {
  Complaints list;
  list.none_of(day.unanswered, "questions to the server were not answered");
  judge_people(day, list);
  judge_server(day, list);
  judge_ticks(day, list);
  return list.take();
}

void HoldUps::add(proto::TimeUs now, proto::SpanUs by) {
  m_lately.push_back({now, by});
  m_all.us += by.us;
  while (now - m_lately.front().at > kHoldUpsRemembered) m_lately.pop_front();
}

void HoldUps::round(proto::TimeUs now) {
  if (m_round.us != 0 && now - m_round > kRoundLong) add(now, now - m_round);
  m_round = now;
}

bool HoldUps::may_have_lost(proto::TimeUs now) const {
  proto::SpanUs together = m_round.us != 0 && now - m_round > kRoundLong ? now - m_round : proto::SpanUs{};
  for (const HoldUp& one : m_lately) {
    if (now - one.at <= kHoldUpsRemembered) together.us += one.by.us;
  }
  return together >= kHoldUpsTelling;
}

}  // namespace worldbench
