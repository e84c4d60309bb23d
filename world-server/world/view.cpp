#include "world-server/world/view.h"

#include <algorithm>

namespace world {
namespace {

constexpr float kEnter2_m2 = kEnter_m * kEnter_m;
constexpr float kExit2_m2 = kExit_m * kExit_m;
/// What waiting weighs for the focus, and what is added for whoever waits too long. Neither is absolute: with too few
/// bytes for the focus alone, everybody else is still told of.
constexpr float kFocusWeight = 4;
constexpr float kStaleBonus = 8;

std::uint8_t interval_at(float distance_m) {
  if (distance_m < 12) return 2;
  if (distance_m < 25) return 3;
  if (distance_m < 45) return 5;
  return 8;
}

bool is_due(const Seen& seen, const proto::AvatarRecord& now, std::uint32_t age_ticks) {
  if (age_ticks < seen.interval_ticks) return false;
  if (!seen.was_sent || seen.sent != now) return true;
  const bool arrived = seen.has_baseline && seen.baseline_sequence == seen.sent_sequence;
  return !arrived && age_ticks >= kResend_ticks;
}

float priority_of(const Seen& seen, std::uint32_t age_ticks, bool is_special) {
  const float waited = static_cast<float>(age_ticks) / static_cast<float>(seen.interval_ticks);
  float priority = is_special ? 2 * waited : waited;
  if (seen.in_focus) priority *= kFocusWeight;
  if (age_ticks >= kStale_ticks) priority += kStaleBonus;
  return priority;
}

}  // namespace

proto::AvatarUpdate Seen::update(const proto::AvatarRecord& now, std::uint16_t sequence, std::uint32_t tick) const {
  proto::AvatarUpdate update;
  update.now = now;
  if (!has_baseline || tick - baseline_tick > kBaselineAgeMax_ticks) return update;
  const int age = proto::sequence_distance(sequence, baseline_sequence);
  if (age < 1 || age > proto::kBaselineAgeMax) return update;
  update.before = baseline;
  update.age = static_cast<std::uint8_t>(age);
  return update;
}

void View::refresh(std::size_t own_row, const People& people, const InterestGrid& grid, ViewScratch& scratch) {
  const float x = people.x[own_row];
  const float z = people.z[own_row];
  scratch.near.clear();
  grid.visit_near(x, z, kExit_m, [&](std::uint32_t row) {
    const float dx = people.x[row] - x;
    const float dz = people.z[row] - z;
    const float distance2 = dx * dx + dz * dz;
    if (distance2 <= kExit2_m2 && row != own_row) scratch.near.push_back({row, distance2});
  });
  if (scratch.near.size() > kSeenMax) {
    std::nth_element(scratch.near.begin(), scratch.near.begin() + kSeenMax, scratch.near.end(),
                     [](const auto& a, const auto& b) { return a.distance2_m2 < b.distance2_m2; });
    scratch.near.resize(kSeenMax);
  }
  std::sort(scratch.near.begin(), scratch.near.end(), [](const auto& a, const auto& b) { return a.row < b.row; });
  merge(people, scratch);
  rank(scratch);
}

/// Both lists ascend by row: one walk keeps, adds and removes.
void View::merge(const People& people, ViewScratch& scratch) {
  scratch.seen.clear();
  scratch.gone.clear();
  auto old = m_seen.begin();
  const auto drop = [&scratch](const Seen& seen) {
    if (seen.introduced) scratch.gone.push_back(seen.id);
  };
  for (const auto& near : scratch.near) {
    while (old != m_seen.end() && old->id.index < near.row) drop(*old++);
    const bool known = old != m_seen.end() && old->id == people.id[near.row];
    if (!known && old != m_seen.end() && old->id.index == near.row) drop(*old++);
    if (!known && near.distance2_m2 > kEnter2_m2) continue;
    scratch.seen.push_back(known ? *old++ : Seen{});
    scratch.seen.back().id = people.id[near.row];
    scratch.seen.back().distance_m = proto::square_root(near.distance2_m2);
  }
  while (old != m_seen.end()) drop(*old++);
  m_seen.swap(scratch.seen);
}

void View::rank(ViewScratch& scratch) {
  scratch.distances.clear();
  for (const Seen& seen : m_seen) scratch.distances.push_back(seen.distance_m);
  float focus_m = kExit_m;
  if (m_seen.size() > kFocus) {
    std::nth_element(scratch.distances.begin(), scratch.distances.begin() + kFocus - 1, scratch.distances.end());
    focus_m = scratch.distances[kFocus - 1];
  }
  std::size_t in_focus = 0;
  for (Seen& seen : m_seen) {
    seen.in_focus = seen.distance_m <= focus_m && in_focus < kFocus;
    if (seen.in_focus) ++in_focus;
    seen.interval_ticks = seen.in_focus ? 1 : interval_at(seen.distance_m);
  }
}

void View::choose(const People& people, std::uint32_t tick, std::size_t count_max, ViewScratch& scratch) const {
  scratch.due.clear();
  for (std::size_t position = 0; position < m_seen.size(); ++position) {
    const Seen& seen = m_seen[position];
    const std::size_t row = seen.id.index;
    if (!seen.introduced || people.present[row] == 0 || people.id[row] != seen.id) continue;
    const std::uint32_t age_ticks = seen.was_sent ? tick - seen.sent_tick : kStale_ticks;
    if (!is_due(seen, people.record[row], age_ticks)) continue;
    const bool is_special = people.kind[row] == Kind::kStaff ||
                            (people.outfit_tick[row] != 0 && tick - people.outfit_tick[row] < kTryOnBonus_ticks);
    scratch.due.push_back({priority_of(seen, age_ticks, is_special), static_cast<std::uint32_t>(position)});
  }
  if (scratch.due.size() > count_max) {
    std::nth_element(scratch.due.begin(), scratch.due.begin() + static_cast<std::ptrdiff_t>(count_max),
                     scratch.due.end(), [](const auto& a, const auto& b) {
                       return a.priority != b.priority ? a.priority > b.priority : a.position < b.position;
                     });
    scratch.due.resize(count_max);
    std::sort(scratch.due.begin(), scratch.due.end(),
              [](const auto& a, const auto& b) { return a.position < b.position; });
  }
}

void View::learn(std::uint16_t sequence, std::uint32_t tick, std::span<const proto::AvatarRecord> records) {
  auto seen = m_seen.begin();
  for (const proto::AvatarRecord& record : records) {
    while (seen != m_seen.end() && seen->id.index < record.id.index) ++seen;
    if (seen == m_seen.end()) return;
    if (seen->id != record.id) continue;
    const bool comparable = seen->has_baseline && tick - seen->baseline_tick <= kBaselineAgeMax_ticks;
    if (comparable && proto::sequence_distance(sequence, seen->baseline_sequence) <= 0) continue;
    seen->has_baseline = true;
    seen->baseline_tick = tick;
    seen->baseline_sequence = sequence;
    seen->baseline = record;
  }
}

const Seen* View::find(AvatarId id) const {
  const auto at = std::lower_bound(m_seen.begin(), m_seen.end(), id.index,
                                   [](const Seen& seen, std::uint16_t index) { return seen.id.index < index; });
  return at != m_seen.end() && at->id == id ? &*at : nullptr;
}

}  // namespace world
