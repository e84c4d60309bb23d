#include "world-server/world/view.h"

#include <algorithm>
#include <bit>

namespace world {
namespace {

constexpr std::size_t kWordBits = 64;

bool is_friend(const People& people, std::size_t own_row, std::size_t row) {
  return people.party[own_row] != 0 && people.party[row] == people.party[own_row];
}

/// Staff of both kinds, and whoever tried something on a moment ago.
bool is_special(const People& people, std::size_t row, std::uint32_t tick) {
  return people.kind[row] == Kind::kStaff || people.keeps_order[row] != 0 ||
         (people.outfit_tick[row] != 0 && tick - people.outfit_tick[row] < kTryOnBonus_ticks);
}

}  // namespace

void View::refresh(std::size_t own_row, const People& people, const InterestGrid& grid, std::uint32_t tick,
                   ViewScratch& scratch) {
  find_near(own_row, people, grid, scratch);
  if (scratch.near_count > kSeenMax) keep_nearest(scratch);
  merge(people, scratch);
  rank(own_row, people, tick, scratch);
}

/// Marks everybody up to the outer border.
void View::find_near(std::size_t own_row, const People& people, const InterestGrid& grid, ViewScratch& scratch) const {
  const float x = people.x[own_row];
  const float z = people.z[own_row];
  const float exit_m = m_reach_m * kExitShare;
  scratch.near.assign((people.rows() + kWordBits - 1) / kWordBits, 0);
  scratch.distance2_m2.resize(people.rows());
  scratch.near_count = 0;
  grid.visit_near(x, z, exit_m, [&](std::uint32_t row) {
    const float dx = people.x[row] - x;
    const float dz = people.z[row] - z;
    const float distance2 = dx * dx + dz * dz;
    if (distance2 > exit_m * exit_m || row == own_row || people.is_hidden_between(own_row, row)) return;
    scratch.near[row / kWordBits] |= std::uint64_t{1} << row % kWordBits;
    scratch.distance2_m2[row] = distance2;
    ++scratch.near_count;
  });
}

namespace {

template <class Visit>
void visit_marked(std::span<const std::uint64_t> words, Visit visit) {
  for (std::size_t word = 0; word < words.size(); ++word) {
    for (std::uint64_t left = words[word]; left != 0; left &= left - 1) {
      visit(word * kWordBits + static_cast<std::size_t>(std::countr_zero(left)));
    }
  }
}

}  // namespace

void View::keep_nearest(ViewScratch& scratch) const {
  scratch.distances.clear();
  visit_marked(scratch.near, [&](std::size_t row) { scratch.distances.push_back(scratch.distance2_m2[row]); });
  const auto nth = scratch.distances.begin() + kSeenMax - 1;
  std::nth_element(scratch.distances.begin(), nth, scratch.distances.end());
  std::size_t kept = 0;
  // A word is read before any of its marks is taken away.
  visit_marked(scratch.near, [&](std::size_t row) {
    const bool keep = scratch.distance2_m2[row] <= *nth && kept < kSeenMax;
    if (keep) ++kept;
    if (!keep) scratch.near[row / kWordBits] &= ~(std::uint64_t{1} << row % kWordBits);
  });
}

/// Both lists ascend by row: one walk keeps, adds and removes.
void View::merge(const People& people, ViewScratch& scratch) {
  SeenColumns& next = scratch.seen;
  next.clear();
  scratch.gone.clear();
  std::size_t old = 0;
  const std::size_t end = m_seen.size();
  const auto drop = [&] {
    if (m_seen.known[old].introduced) scratch.gone.push_back(m_seen.id[old]);
    ++old;
  };
  visit_marked(scratch.near, [&](std::size_t row) {
    while (old < end && m_seen.id[old].index < row) drop();
    const bool known = old < end && m_seen.id[old] == people.id[row];
    if (!known && old < end && m_seen.id[old].index == row) drop();
    const float distance2 = scratch.distance2_m2[row];
    if (!known && distance2 > m_reach_m * m_reach_m) return;
    next.id.push_back(people.id[row]);
    next.told.push_back(known ? m_seen.told[old] : Told{});
    next.known.push_back(known ? m_seen.known[old] : Acquaintance{});
    next.known.back().distance_m = proto::square_root(distance2);
    m_has_newcomers = m_has_newcomers || !next.known.back().introduced;
    if (known) ++old;
  });
  while (old < end) drop();
  std::swap(m_seen, next);
}

/// Counts by bands of distance instead of sorting: the band in which the last of a rank stands belongs to that rank.
void View::rank(std::size_t own_row, const People& people, std::uint32_t tick, ViewScratch& scratch) {
  const float bands_per_m = static_cast<float>(ViewScratch::kBands - 1) / (m_reach_m * kExitShare);
  const auto band_of = [bands_per_m](float distance_m) {
    return std::min(static_cast<std::size_t>(distance_m * bands_per_m), ViewScratch::kBands - 1);
  };
  scratch.bands.fill(0);
  for (const Acquaintance& known : m_seen.known) ++scratch.bands[band_of(known.distance_m)];
  std::array<std::uint8_t, ViewScratch::kBands> interval_of{};
  std::size_t nearer = 0;
  for (std::size_t band = 0; band < ViewScratch::kBands; ++band) {
    interval_of[band] = nearer < kFocus                      ? kFocusInterval_ticks
                        : nearer < kFocus + kClose           ? kCloseInterval_ticks
                        : nearer < kFocus + kClose + kMiddle ? kMiddleInterval_ticks
                                                             : kFarInterval_ticks;
    nearer += scratch.bands[band];
  }
  m_seen.interval_ticks.resize(m_seen.size());
  std::size_t specials = 0;
  m_need = {};
  for (std::size_t i = 0; i < m_seen.size(); ++i) {
    Acquaintance& known = m_seen.known[i];
    const std::size_t row = m_seen.id[i].index;
    std::uint8_t interval = interval_of[band_of(known.distance_m)];
    const bool may_be_special = specials < kSpecialMax && known.distance_m <= kSpecialReach_m;
    if (is_friend(people, own_row, row)) {
      interval = kFocusInterval_ticks;
    } else if (may_be_special && is_special(people, row, tick)) {
      interval = kFocusInterval_ticks;
      ++specials;
    }
    known.in_focus = interval == kFocusInterval_ticks;
    if (known.introduced) ++(known.in_focus ? m_need.focus : m_need.others);
    m_seen.interval_ticks[i] = interval;
  }
}

void View::find_due(const People& people, std::uint32_t tick, ViewScratch& scratch) const {
  // Whose time has come is as good as random, and a branch on it would be guessed wrongly: first a walk without any.
  scratch.timely.resize(m_seen.size());
  std::size_t timely = 0;
  for (std::size_t i = 0; i < m_seen.size(); ++i) {
    scratch.timely[timely] = static_cast<std::uint32_t>(i);
    timely += m_seen.told[i].age_ticks(tick) >= m_seen.interval_ticks[i] ? 1U : 0U;
  }
  scratch.due.clear();
  for (const std::uint32_t i : std::span(scratch.timely).first(timely)) {
    const Told& told = m_seen.told[i];
    const AvatarId id = m_seen.id[i];
    if (!told.has_news(people.records.changed_tick(id.index), told.age_ticks(tick))) continue;
    if (!m_seen.known[i].introduced || people.present[id.index] == 0 || people.id[id.index] != id) continue;
    scratch.due.push_back({0, i});
  }
}

bool View::choose(const People& people, std::uint32_t tick, std::size_t count_max, ViewScratch& scratch) const {
  find_due(people, tick, scratch);
  if (scratch.due.size() <= count_max) return false;
  take_turns(tick, count_max, scratch);
  std::sort(scratch.due.begin(), scratch.due.end(),
            [](const auto& a, const auto& b) { return a.position < b.position; });
  return true;
}

namespace {

using Dues = std::vector<ViewScratch::Due>;

/// Brings the `count` most urgent of [from, end) to its front.
void pick(Dues& dues, std::size_t from, std::size_t count) {
  const auto begin = dues.begin() + static_cast<std::ptrdiff_t>(from);
  if (count >= dues.size() - from) return;
  std::nth_element(begin, begin + static_cast<std::ptrdiff_t>(count), dues.end(), [](const auto& a, const auto& b) {
    return a.urgency != b.urgency ? a.urgency > b.urgency : a.position < b.position;
  });
}

}  // namespace

/// Leaves the `count_max` whose turn it is, of more that are due: the focus, those who have waited longest, those most
/// overdue (above). Whoever comes before another has the greater urgency.
void View::take_turns(std::uint32_t tick, std::size_t count_max, ViewScratch& scratch) const {
  constexpr float kBeforeAll = 1e7F;
  constexpr float kBeforeOverdue = 1e4F;
  constexpr std::uint32_t kWaitMax_ticks = 1'000'000;  // who was never told of has waited for ever
  Dues& due = scratch.due;
  const auto waited = [&](const ViewScratch::Due& one) {
    return static_cast<float>(std::min(m_seen.told[one.position].age_ticks(tick), kWaitMax_ticks));
  };
  const auto middle = std::partition(due.begin(), due.end(),
                                     [&](const ViewScratch::Due& one) { return m_seen.known[one.position].in_focus; });
  const auto focus_due = static_cast<std::size_t>(middle - due.begin());
  const std::size_t turn_of_others = (m_need.others + kTurn_ticks - 1) / kTurn_ticks;
  const std::size_t needed = std::max<std::size_t>(1, m_need.focus + turn_of_others);
  // Rounded up: even with room for hardly anybody it is not the focus alone.
  const std::size_t others_least =
      count_max >= needed ? turn_of_others : (count_max * turn_of_others + needed - 1) / needed;
  const std::size_t others_kept = std::min(others_least, due.size() - focus_due);
  const std::size_t focus = std::min(focus_due, count_max - std::min(count_max, others_kept));
  for (auto one = due.begin(); one != middle; ++one) one->urgency = kBeforeAll + waited(*one);
  pick(due, 0, focus);
  due.erase(due.begin() + static_cast<std::ptrdiff_t>(focus), middle);
  const std::size_t room = count_max - focus;
  const std::size_t longest = std::min(others_kept, room);
  for (std::size_t i = focus; i < due.size(); ++i) due[i].urgency = kBeforeOverdue + waited(due[i]);
  pick(due, focus, longest);
  for (std::size_t i = focus + longest; i < due.size(); ++i) {
    due[i].urgency =
        std::min(waited(due[i]) / static_cast<float>(m_seen.interval_ticks[due[i].position]), kBeforeOverdue);
  }
  pick(due, focus + longest, room - longest);
  due.resize(std::min(due.size(), count_max));
}

void View::learn(std::uint32_t tick, std::span<const AvatarId> avatars) {
  std::size_t i = 0;
  const std::size_t end = m_seen.size();
  for (const AvatarId id : avatars) {
    while (i < end && m_seen.id[i].index < id.index) ++i;
    if (i == end) return;
    if (m_seen.id[i] == id) m_seen.told[i].learn(tick);
  }
}

bool View::is_introduced(AvatarId id) const {
  const auto at = std::lower_bound(m_seen.id.begin(), m_seen.id.end(), id.index,
                                   [](AvatarId seen, std::uint16_t index) { return seen.index < index; });
  return at != m_seen.id.end() && *at == id &&
         m_seen.known[static_cast<std::size_t>(at - m_seen.id.begin())].introduced;
}

}  // namespace world
