#include "client-proto/brain/track.h"

#include <algorithm>

#include "client-proto/move/movement.h"
#include "client-proto/wire/snapshot.h"

namespace proto {

namespace {

constexpr double kExtrapolateTicksMax = 5;
/// A difference melts at this share of the speed, but not so that anybody is drawn faster than this many times running;
/// a little of it melts anyway.
constexpr float kMeltShare = 0.35F;
constexpr float kDrawnFastest = 1.4F;
constexpr float kMeltLeast = 0.1F;
constexpr float kFastestPerTick_m = kRunSpeed_mps * kStepSeconds;
constexpr float kMeltMin_mps = 1.0F;
/// Farther off than this nobody is made to run: the avatar is simply there.
constexpr float kJump_m = 6;
/// How many states back a velocity is reckoned from.
constexpr std::size_t kRemembered = 3;
/// Others are heard of twice as long as news ever took, and this much longer: then nothing is new.
constexpr std::uint32_t kQuiet_ticks = 3;
constexpr float kHalfTurn = 3.14159265F;

/// The lag that a track may need, how fast it grows and shrinks, and how long it is kept after it was needed.
constexpr float kLagMax_ticks = 11;
constexpr float kLagGrows = 0.5F;
constexpr float kLagShrinks = 0.05F;
constexpr std::uint32_t kNeedKept_ticks = 80;
constexpr std::size_t kKnown_samples = 3;
constexpr float kSpare_ticks = 0.6F;
/// Leaving sight and coming back takes longer than this; the first state may take this long after the appearance.
constexpr std::uint32_t kFresh_ticks = 20;
constexpr double kReturn_ticks = 20;
constexpr float kCreeps_m = 0.01F;  ///< in a tick

float mixed_yaw(float from, float to, float fraction) {
  float way = to - from;
  if (way > kHalfTurn) way -= 2 * kHalfTurn;
  if (way < -kHalfTurn) way += 2 * kHalfTurn;
  return from + way * fraction;
}

std::array<float, 4> mixed_rotation(const std::array<float, 4>& from, const std::array<float, 4>& to, float fraction) {
  float cosine = 0;
  for (std::size_t i = 0; i < 4; ++i) cosine += from[i] * to[i];
  const float sign = cosine < 0 ? -1.0F : 1.0F;  // the shorter way round
  std::array<float, 4> mixed{};
  float size = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    mixed[i] = from[i] * (1 - fraction) + to[i] * sign * fraction;
    size += mixed[i] * mixed[i];
  }
  const float scale = size > 1e-6F ? 1 / square_root(size) : 0;
  for (float& part : mixed) part *= scale;
  return scale > 0 ? mixed : to;
}

}  // namespace

void Track::hide() {
  m_drawn = false;
  m_hidden = true;
  m_returned = false;
}

/// Whoever came back into sight is told of anew, as a rule; only when nothing comes is it where it was left.
bool Track::waits_for_news(double render_tick) {
  if (!m_hidden) return false;
  if (!m_returned) m_return_tick = render_tick;
  m_returned = true;
  const bool is_fresh = newest_tick() + kFresh_ticks > m_return_tick;
  if (!is_fresh && render_tick - m_return_tick < kReturn_ticks) return true;
  m_hidden = false;
  return false;
}

void Track::add(TrackSample sample, std::uint32_t complete_tick) {
  // The way from where it was seen last to where it is now is not known.
  if (m_hidden && m_count > 0 && sample.tick > newest_tick() + kFresh_ticks) m_count = 0;
  if (m_count > 0 && sample.tick > newest_tick()) {
    note_need(sample);
    note_interval(sample, complete_tick);
  }
  const auto end = m_samples.begin() + static_cast<std::ptrdiff_t>(m_count);
  const auto at = std::lower_bound(m_samples.begin(), end, sample.tick,
                                   [](const TrackSample& kept, std::uint32_t tick) { return kept.tick < tick; });
  if (at != end && at->tick == sample.tick) return;
  if (m_count == kSamples) {
    if (at == m_samples.begin()) return;  // older than everything kept
    std::move(m_samples.begin() + 1, at, m_samples.begin());
    *(at - 1) = sample;
  } else {
    std::move_backward(at, end, end + 1);
    *at = sample;
    ++m_count;
  }
  keep_drawn();
}

/// The curve has changed; what is drawn has not, the difference melts from here on.
void Track::keep_drawn() {
  m_offset = m_drawn ? m_drawn_position - point_at(m_drawn_tick).position : Vec3{};
  if (length(m_offset) > kJump_m) m_offset = {};
}

void Track::note_quiet(std::uint32_t heard_tick, std::uint32_t complete_tick) {
  const auto longest = static_cast<std::uint32_t>(2 * m_need_ticks) + kQuiet_ticks;
  const std::uint32_t wait = complete_tick <= newest_tick() ? std::min(longest, 2U * interval_ticks()) : longest;
  const bool is_quiet = heard_tick > newest_tick() + wait;
  if (is_quiet == m_is_quiet) return;
  m_is_quiet = is_quiet;
  keep_drawn();
}

Vec3 Track::arrives(std::size_t at) const {
  Vec3 velocity;
  const std::size_t first = at < kRemembered ? 0 : at - kRemembered;
  for (std::size_t i = first; i < at; ++i) {
    const TrackSample& from = m_samples[i];
    const TrackSample& to = m_samples[i + 1];
    velocity = teleported(from, to) ? Vec3{} : Way(from, to, velocity).leaves();
  }
  return velocity;
}

/// After the newest state. It goes on as it went while nothing is heard of anybody; if others are heard of and this one
/// is not, nothing is new about it.
Track::Point Track::beyond(double tick) const {
  const std::size_t last = m_count - 1;
  const TrackSample& newest = m_samples[last];
  Point point{newest.position, {}, last, last, 0};
  if (!moving(newest) || last == 0 || m_is_quiet) return point;
  Vec3 per_tick = arrives(last);
  per_tick.y = 0;
  const double ahead = tick - newest.tick;
  point.position = newest.position + per_tick * static_cast<float>(std::min(ahead, kExtrapolateTicksMax));
  if (ahead < kExtrapolateTicksMax) point.velocity_per_tick = per_tick;
  return point;
}

Track::Point Track::point_at(double tick) const {
  if (tick >= m_samples[m_count - 1].tick) return beyond(tick);
  std::size_t to = 0;
  while (m_samples[to].tick <= tick) ++to;
  if (to == 0) return {m_samples[0].position, {}, 0, 0, 0};
  const TrackSample& a = m_samples[to - 1];
  const TrackSample& b = m_samples[to];
  if (teleported(a, b)) return {a.position, {}, to - 1, to - 1, 0};
  const Way way(a, b, arrives(to - 1));
  const auto ticks = static_cast<float>(tick - a.tick);
  return {way.position(ticks), way.velocity(ticks), to - 1, to, ticks / static_cast<float>(b.tick - a.tick)};
}

/// What is left of the difference, when `walked` of what may be drawn in this time is taken by the curve itself.
void Track::melt(float ticks, float walked_m, float speed_per_tick) {
  const float size = length(m_offset);
  const float wanted = larger(speed_per_tick, kMeltMin_mps * kStepSeconds) * kMeltShare * ticks;
  const float room = larger(kDrawnFastest * kFastestPerTick_m * ticks - walked_m, kMeltLeast * wanted);
  const float most = smaller(wanted, room);
  m_offset = size <= most ? Vec3{} : m_offset * ((size - most) / size);
}

/// How long the news of somebody who moves let themselves be waited for, once they are there. Whoever creeps along a
/// wall is not told of in every tick, and misses nothing.
void Track::note_need(const TrackSample& newest) {
  if (!m_drawn || m_count < 2) return;
  const TrackSample& before = m_samples[m_count - 1];
  const auto gap_ticks = static_cast<float>(newest.tick - before.tick);
  if (!moving(before) || length(newest.position - before.position) < kCreeps_m * gap_ticks) return;
  if (length(before.position - m_samples[m_count - 2].position) < kCreeps_m) return;
  const float waited = smaller(static_cast<float>(m_seen_tick - before.tick) + kSpare_ticks, kLagMax_ticks);
  if (waited > m_need_ticks - 1) {
    m_need_tick = newest.tick;
    m_need_ticks = larger(m_need_ticks, waited);
  } else if (newest.tick - m_need_tick > kNeedKept_ticks) {
    m_need_ticks = larger(larger(0, waited), m_need_ticks - gap_ticks * kLagShrinks);
  }
}

/// The server tells of somebody in intervals, longer ones of those far away. Where a whole interval
/// was left out and nothing is missing, nothing had changed.
void Track::note_interval(TrackSample& newest, std::uint32_t complete_tick) {
  const TrackSample& before = m_samples[m_count - 1];
  if (!moving(before)) return;
  const auto gap = static_cast<std::uint8_t>(std::min(newest.tick - before.tick, kLongest_ticks));
  if (before.tick >= complete_tick && gap > 2 * interval_ticks())
    newest.still_ticks = static_cast<std::uint8_t>(gap - interval_ticks());
  m_gaps[m_next_gap] = gap;
  m_next_gap = static_cast<std::uint8_t>((m_next_gap + 1) % m_gaps.size());
}

/// Where news are missing the drawn time runs slower at once; while hardly anything is known it stands still.
void Track::move_lag(double ticks) {
  const auto dry = static_cast<float>(m_seen_tick - newest_tick());
  const bool waits = moving(m_samples[m_count - 1]) && !m_is_quiet;
  const float wanted = waits ? larger(m_need_ticks, smaller(dry, kLagMax_ticks)) : m_need_ticks;
  const float grows = m_count < kKnown_samples ? 1 : kLagGrows;
  const auto passed = static_cast<float>(ticks);
  m_lag_ticks += clamp(wanted - m_lag_ticks, -kLagShrinks * passed, grows * passed);
}

std::optional<TrackPose> Track::advance(double render_tick, std::uint32_t heard_tick, std::uint32_t complete_tick) {
  if (m_count == 0 || waits_for_news(render_tick)) return std::nullopt;
  if (!m_drawn) m_offset = {};
  const double passed = m_drawn ? std::max(0.0, render_tick - m_seen_tick) : 0;
  m_seen_tick = render_tick;
  note_quiet(heard_tick, complete_tick);
  move_lag(passed);
  const double tick = m_drawn ? std::max(m_drawn_tick, render_tick - m_lag_ticks) : render_tick - m_lag_ticks;
  // Where somebody came from is not known: he appears when the drawn time has come to what is known.
  if (!m_drawn && tick < m_samples[0].tick) return std::nullopt;
  const double ticks = m_drawn ? tick - m_drawn_tick : 0;
  const Point point = point_at(tick);
  const float walked_m = m_drawn ? length(point.position - (m_drawn_position - m_offset)) : 0;
  melt(static_cast<float>(ticks), walked_m, length(point.velocity_per_tick));
  m_drawn = true;
  m_drawn_tick = tick;
  m_drawn_position = point.position + m_offset;

  const Vec3 over_ground{point.velocity_per_tick.x, 0, point.velocity_per_tick.z};
  const float speed = length(over_ground) / kStepSeconds;
  m_speed_mps += (speed - m_speed_mps) * smaller(1, static_cast<float>(ticks) * 0.6F);
  const TrackSample& from = m_samples[point.from];
  const TrackSample& to = m_samples[point.to];
  return TrackPose{tick,
                   m_drawn_position,
                   m_speed_mps,
                   mixed_yaw(from.yaw_rad, to.yaw_rad, point.fraction),
                   mixed_rotation(from.rotation, to.rotation, point.fraction),
                   to.flags};
}

}  // namespace proto
