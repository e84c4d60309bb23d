#include "tools/worldbench/census.h"

#include <algorithm>

namespace worldbench {

namespace {
constexpr float kLong_ms = 300;  ///< only of these it is asked for how long they have been near
constexpr float kTickMs = static_cast<float>(proto::kStepUs) * 1e-3F;
}  // namespace

void Census::Ages::add(float age_ms) {
  const float clamped = std::clamp(age_ms, 0.0F, static_cast<float>(kMsMax));
  ++m_counts[static_cast<std::size_t>(clamped)];
  ++m_total;
}

double Census::Ages::percentile(double share) const {
  const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(m_total));
  std::uint64_t below = 0;
  for (std::size_t ms = 0; ms <= kMsMax; ++ms) {
    below += m_counts[ms];
    if (below > wanted) return static_cast<double>(ms + 1);
  }
  return 0;
}

/// Age: of the newest state that the walker has, or since it stopped being true. Staleness: the same, but nothing of
/// somebody who stands. Neither is longer than the two have been near each other: who comes back into view was not in
/// it.
Census::Neighbour Census::judge(const Walker& walker, const Truth& truth, std::uint16_t other, float distance2_m2,
                                proto::TimeUs now) const {
  const std::uint32_t told = walker.told_tick(other);
  float age_ms = truth.age_ms(truth.true_until(other, told), now);
  if (told == 0 || age_ms > kLong_ms) {
    const float near_ms = static_cast<float>(truth.ticks_near(walker.index(), other, m_view_m)) * kTickMs;
    age_ms = std::min(age_ms, near_ms + truth.age_ms(truth.newest_tick(), now));
  }
  return {distance2_m2, age_ms, told != 0 && truth.stands_since(other, told) ? 0 : age_ms, true};
}

void Census::look(const Walker& walker, const Truth& truth, std::size_t walkers, proto::TimeUs now) {
  const std::uint16_t self = walker.index();
  const float x = truth.x(self);
  const float z = truth.z(self);
  m_neighbours.clear();
  for (std::size_t i = 0; i < walkers; ++i) {
    const auto other = static_cast<std::uint16_t>(i);
    const float dx = truth.x(other) - x;
    const float dz = truth.z(other) - z;
    const float distance2 = dx * dx + dz * dz;
    if (distance2 > m_view_m * m_view_m || other == self || !truth.present(other)) continue;
    m_neighbours.push_back(judge(walker, truth, other, distance2, now));
  }
  ++m_looks;
  m_seen += m_neighbours.size();
  for (const Neighbour& neighbour : m_neighbours) count(neighbour);
  add_strangers(walker, walkers, x, z);
  if (m_neighbours.size() > kNearest) {
    std::nth_element(m_neighbours.begin(), m_neighbours.begin() + kNearest, m_neighbours.end(),
                     [](const Neighbour& a, const Neighbour& b) { return a.distance2_m2 < b.distance2_m2; });
    m_neighbours.resize(kNearest);
  }
  for (const Neighbour& neighbour : m_neighbours) {
    if (!neighbour.judged) continue;
    m_near.add(neighbour.staleness_ms);
    m_near_max_ms = std::max(m_near_max_ms, static_cast<double>(neighbour.staleness_ms));
  }
}

void Census::count(const Neighbour& neighbour) {
  m_age_sum_ms += static_cast<double>(neighbour.age_ms);
  m_view.add(neighbour.staleness_ms);
  m_view_max_ms = std::max(m_view_max_ms, static_cast<double>(neighbour.staleness_ms));
}

void Census::add_strangers(const Walker& walker, std::size_t walkers, float x, float z) {
  const auto& strangers = walker.strangers();
  for (std::size_t i = 0; i < strangers.size(); ++i) {
    if (walker.told_tick(static_cast<std::uint16_t>(walkers + i)) == 0) continue;
    const float dx = strangers[i].x - x;
    const float dz = strangers[i].z - z;
    const float distance2 = dx * dx + dz * dz;
    if (distance2 <= m_view_m * m_view_m) m_neighbours.push_back({distance2, 0, 0, false});
  }
}

double Census::visible_mean() const {
  return m_looks == 0 ? 0 : static_cast<double>(m_seen) / static_cast<double>(m_looks);
}

double Census::mean_age_ms() const { return m_seen == 0 ? 0 : m_age_sum_ms / static_cast<double>(m_seen); }

}  // namespace worldbench
