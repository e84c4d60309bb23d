#include "world-server/world/view.h"

#include <algorithm>
#include <bit>

namespace world {
namespace {

/// What waiting weighs for the focus, and what is added for whoever waits too long. Neither is absolute: with too few
/// bytes for the focus alone, everybody else is still told of.
constexpr float kFocusWeight = 4;
constexpr float kStaleBonus = 8;
constexpr std::size_t kWordBits = 64;

float priority_of(std::uint32_t age_ticks, std::uint8_t interval_ticks, bool in_focus) {
  float priority = static_cast<float>(age_ticks) / static_cast<float>(interval_ticks);
  if (in_focus) priority *= kFocusWeight;
  if (age_ticks >= kStale_ticks) priority += kStaleBonus;
  return priority;
}

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
    m_seen.interval_ticks[i] = interval;
  }
}

void View::choose(const People& people, std::uint32_t tick, std::size_t count_max, ViewScratch& scratch) const {
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
  if (scratch.due.size() <= count_max) return;
  for (ViewScratch::Due& due : scratch.due) {
    const std::size_t i = due.position;
    due.priority = priority_of(m_seen.told[i].age_ticks(tick), m_seen.interval_ticks[i], m_seen.known[i].in_focus);
  }
  std::nth_element(scratch.due.begin(), scratch.due.begin() + static_cast<std::ptrdiff_t>(count_max), scratch.due.end(),
                   [](const auto& a, const auto& b) {
                     return a.priority != b.priority ? a.priority > b.priority : a.position < b.position;
                   });
  scratch.due.resize(count_max);
  std::sort(scratch.due.begin(), scratch.due.end(),
            [](const auto& a, const auto& b) { return a.position < b.position; });
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
