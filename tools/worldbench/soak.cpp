#include "tools/worldbench/soak.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "tools/loadbot/api_client.h"

namespace worldbench {

namespace {

constexpr std::uint32_t kVisitMin_s = 10;
constexpr std::uint32_t kVisitSpread_s = 110;
constexpr std::uint32_t kBreakSpread_s = 180;  ///< until the connection is lost, if the visit lasts so long
constexpr std::uint32_t kGoodbyePercent = 75;  ///< the server keeps the others' places for a while
constexpr std::uint32_t kComeBackPercent = 85;
constexpr std::uint32_t kOtherWayPercent = 25;  ///< come back over the other transport
/// An avatar waits for 30 s; sooner than that, so that a late round does not miss it.
constexpr std::uint32_t kAwayMax_ms = 20'000;
constexpr proto::SpanUs kEnterTimeout = proto::seconds(30);
constexpr std::int64_t kLooks = 60;  ///< in a day; but neither more often nor more rarely than these
constexpr std::int64_t kLookMin_s = 5;
constexpr std::int64_t kLookMax_s = 60;
constexpr proto::SpanUs kGlancePeriod = proto::seconds(1);
constexpr double kGlanceTold_s = 0.8;  ///< of a glance: it stood still, more or less
constexpr std::chrono::milliseconds kRound{2};

/// Pictures and models of what is sold.
std::vector<std::string> pictures(const std::string& mall_json) {
  std::vector<std::string> paths;
  const auto mall = nlohmann::json::parse(mall_json, nullptr, false);
  if (!mall.is_object() || !mall.contains("products")) return paths;
  for (const auto& product : mall["products"]) {
    for (const char* url : {"model_url", "thumb_url"}) {
      if (product.contains(url) && product[url].is_string()) paths.push_back(product[url].get<std::string>());
    }
  }
  return paths;
}

}  // namespace

std::unique_ptr<Soak> Soak::open(const SoakPlan& plan) {
  const std::string mall = loadbot::http("GET", plan.server.url() + "/api/mall", {}, {}).body;
  auto market = loadbot::read_market(mall);
  if (!market || market->benches.empty() || market->stands.empty()) {
    std::fprintf(stderr, "soak: the mall cannot be read, or has nothing to sit on or to try on\n");
    return nullptr;
  }
  return std::unique_ptr<Soak>(new Soak(plan, std::move(*market), pictures(mall)));
}

/// The avatars' numbers reach as far as the server's places: those who vanished hold theirs for a while.
Soak::Soak(const SoakPlan& plan, loadbot::Market market, std::vector<std::string> paths)
    : m_plan(plan),
      m_market(std::move(market)),
      m_dice(plan.seed),
      m_truth(proto::kAvatarIndexMax + 1),
      m_server(plan.server_pid, plan.server.url()),
      m_visits(static_cast<std::size_t>(plan.clients)),
      m_porter(plan.server.url(), std::numeric_limits<int>::max()),
      m_pages(plan.server.url(), std::move(paths), plan.seed) {
  m_day.clients = m_visits.size();
}

// --- visits ---

void Soak::begin(Visit& visit, std::size_t place, const Guest& guest) {
  const proto::TimeUs now = now_steady();
  visit.resident = std::make_unique<Resident>(m_dice(), m_market, m_floor, m_truth, m_day.tally);
  visit.stage = Visit::Stage::kHere;
  visit.until = now + proto::seconds(kVisitMin_s + m_dice() % kVisitSpread_s);
  visit.says_goodbye = chance(kGoodbyePercent);
  choose_break(visit, now);
  ++m_day.came;
  const bool web = place % 2 == 1;
  if (!visit.resident->enter(guest, web ? &m_web : nullptr, m_plan.server)) lose(visit, now);
}

void Soak::choose_break(Visit& visit, proto::TimeUs now) {
  visit.breaks = now + proto::seconds(kVisitMin_s + m_dice() % kBreakSpread_s);
  visit.comes_back = chance(kComeBackPercent);
}

void Soak::live(std::size_t place, proto::TimeUs now) {
  Visit& visit = m_visits[place];
  switch (visit.stage) {
    case Visit::Stage::kNobody:
      if (const auto guest = m_porter.next()) begin(visit, place, *guest);
      return;
    case Visit::Stage::kHere:
      return be_here(visit, now);
    case Visit::Stage::kBreaking:
      if (!visit.resident->walker().web.closed) return;
      visit.stage = Visit::Stage::kAway;
      return;
    case Visit::Stage::kAway:
      if (!visit.comes_back) return forget(visit);
      if (now >= visit.back) come_back(visit);
      return;
    case Visit::Stage::kLeaving:
      if (visit.resident->walker().web.closed) forget(visit);
      return;
  }
}

void Soak::be_here(Visit& visit, proto::TimeUs now) {
  Walker& walker = visit.resident->walker();
  visit.resident->live(now);
  const bool is_late = walker.stood.us == 0 && now - walker.asked > kEnterTimeout;
  if (walker.ended() || is_late) return lose(visit, now);
  if (!visit.resident->is_itself()) {
    ++m_day.not_itself;
    return leave(visit);
  }
  if (walker.stood.us == 0) return;
  if (now >= visit.until) {
    visit.comes_back = false;
    return visit.says_goodbye ? leave(visit) : break_off(visit, now);
  }
  if (now >= visit.breaks && visit.resident->can_come_back()) break_off(visit, now);
}

void Soak::break_off(Visit& visit, proto::TimeUs now) {
  visit.back = now + proto::milliseconds(m_dice() % kAwayMax_ms);
  visit.stage = visit.resident->walker().link ? Visit::Stage::kAway : Visit::Stage::kBreaking;
  visit.resident->drop();
}

void Soak::come_back(Visit& visit) {
  const proto::TimeUs now = now_steady();
  const bool was_web = visit.resident->walker().link == nullptr;
  m_day.unreadable += visit.resident->walker().arrived().unreadable;
  visit.stage = Visit::Stage::kHere;
  choose_break(visit, now);
  if (!visit.resident->come_back(was_web != chance(kOtherWayPercent) ? &m_web : nullptr, m_plan.server)) {
    lose(visit, now);
  }
}

void Soak::leave(Visit& visit) {
  Walker& walker = visit.resident->walker();
  if (walker.link) {
    walker.link->leave();
    return forget(visit);
  }
  walker.web.leaving = true;
  visit.stage = Visit::Stage::kLeaving;
}

void Soak::lose(Visit& visit, proto::TimeUs now) {
  const Walker& walker = visit.resident->walker();
  const bool held_up = m_hold_ups.may_have_lost(now);
  ++(held_up ? m_day.lost_while_held_up : m_day.lost);
  std::fprintf(stderr, "lost over %s after %.1f s, %s%s\n", walker.link ? "ENet" : "WebSocket",
               static_cast<double>((now - walker.asked).us) * 1e-6,
               walker.stood.us == 0  ? "not in yet"
               : walker.told_to_go() ? "sent away"
                                     : "without a word",
               held_up ? ", while the machine held us up" : "");
  const bool still_open = !walker.link && walker.web.wsi != nullptr && !walker.web.closed;
  if (!still_open) return forget(visit);
  visit.resident->drop();
  visit.comes_back = false;
  visit.stage = Visit::Stage::kBreaking;
}

void Soak::forget(Visit& visit) {
  m_day.unreadable += visit.resident->walker().arrived().unreadable;
  ++m_day.left;
  visit.resident.reset();
  visit.stage = Visit::Stage::kNobody;
}

// --- looks ---

std::size_t Soak::present() const {
  return static_cast<std::size_t>(std::count_if(m_visits.begin(), m_visits.end(), [](const Visit& visit) {
    return visit.stage == Visit::Stage::kHere && visit.resident->walker().stood.us != 0;
  }));
}

/// The server is asked on a thread of its own: everybody lives on meanwhile.
void Soak::look(proto::TimeUs now) {
  if (m_asked.valid()) {
    if (m_asked.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
    Look look{m_asked.get(), now, m_truth.newest_tick(), present()};
    if (!look.server.answered) {
      ++m_day.unanswered;
      return;
    }
    m_day.looks.push_back(std::move(look));
    return tell();
  }
  if (now < m_next_look) return;
  const std::int64_t period_s = std::clamp(m_plan.minutes * 60 / kLooks, kLookMin_s, kLookMax_s);
  m_next_look = now + proto::seconds(period_s);
  m_asked = std::async(std::launch::async, [this] { return m_server.sample(); });
}

void Soak::glance(proto::TimeUs now) {
  if (now < m_next_glance) return;
  m_next_glance = now + kGlancePeriod;
  ThreadTimes threads = m_server.threads();
  const double held_up = held_up_s(m_threads, threads);
  if (held_up > kGlanceTold_s) m_hold_ups.server_waited(now, {static_cast<std::int64_t>(held_up * 1e6)});
  m_threads = std::move(threads);
}

void Soak::tell() const {
  const Look& now = m_day.looks.back();
  const double others = m_day.looks.size() > 1 ? others_share(m_day.looks[m_day.looks.size() - 2], now) : 0;
  std::fprintf(stderr,
               "%4lld s: %zu in, %.1f MB, %d descriptors, %llu came, %llu left, %llu lost (%llu held up), %llu back, "
               "%.1f s of hold-ups, others took %.0f %% of the server's core\n",
               static_cast<long long>((now.at.us - m_day.looks.front().at.us) / 1'000'000), now.present,
               now.server.rss_mb, now.server.descriptors, static_cast<unsigned long long>(m_day.came),
               static_cast<unsigned long long>(m_day.left),
               static_cast<unsigned long long>(m_day.lost + m_day.lost_while_held_up),
               static_cast<unsigned long long>(m_day.lost_while_held_up),
               static_cast<unsigned long long>(m_day.tally[static_cast<std::size_t>(Deed::kResumed)]),
               m_hold_ups.all_s(), others * 100);
}

void Soak::run() {
  const proto::TimeUs end = now_steady() + proto::minutes(m_plan.minutes);
  for (proto::TimeUs now = now_steady(); now < end || m_asked.valid(); now = now_steady()) {
    m_hold_ups.round(now);
    glance(now);
    for (std::size_t place = 0; place < m_visits.size(); ++place) live(place, now);
    m_web.service();
    look(now);
    std::this_thread::sleep_for(kRound);
  }
  m_day.refused = m_porter.refused();
  m_day.pages = m_pages.read();
  m_day.pages_failed = m_pages.failed();
}

bool Soak::report() const {
  const std::span<const Look> half = second_half(m_day);
  const std::vector<std::string> wrong = complaints(m_day);
  const QuietTicks ticks = quiet_ticks(half);
  nlohmann::ordered_json line{{"minutes", m_plan.minutes},
                              {"clients", m_plan.clients},
                              {"came", m_day.came},
                              {"left", m_day.left},
                              {"lost", m_day.lost},
                              {"lost_while_held_up", m_day.lost_while_held_up},
                              {"held_up_s", rounded(m_hold_ups.all_s())},
                              {"unreadable", m_day.unreadable},
                              {"pages", m_day.pages}};
  for (std::size_t i = 0; i < kDeeds; ++i) line[kDeedNames[i]] = m_day.tally[i];
  if (!half.empty()) {
    const Look& first = half.front();
    const Look& last = half.back();
    const double seconds = static_cast<double>((last.at - first.at).us) * 1e-6;
    line["rss_mb_half"] = rounded(first.server.rss_mb);
    line["rss_mb_end"] = rounded(last.server.rss_mb);
    line["descriptors_half"] = first.server.descriptors;
    line["descriptors_end"] = last.server.descriptors;
    line["rows_end"] = last.server.rows;
    line["quiet_stretches"] = ticks.stretches;
    line["tick_p99_ms"] = rounded(ticks.p99_ms);
    line["tick_cost_ms"] = rounded(ticks.cost_ms);
    line["tick_cost_rise_ms"] = rounded(ticks.cost_rise_ms);
    line["others_took_pct"] = rounded(others_share(first, last) * 100);
    line["server_cpu_pct"] = rounded((last.server.cpu_s - first.server.cpu_s) / std::max(seconds, 1.0) * 100);
    line["newest_state_behind_ms"] = rounded(behind_ms(m_day));
    line["tick_clock_moved_ms"] = rounded(clock_moved_ms(half));
  }
  line["complaints"] = wrong;
  std::printf("%s\n", line.dump().c_str());
  if (ticks.stretches < kQuietMin) std::fprintf(stderr, "soak: the machine was too busy to say anything of ticks\n");
  for (const std::string& complaint : wrong) std::fprintf(stderr, "soak: %s\n", complaint.c_str());
  return wrong.empty();
}

}  // namespace worldbench
