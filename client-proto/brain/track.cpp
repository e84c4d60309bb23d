#include "client-proto/brain/track.h"

#include <algorithm>

#include "client-proto/move/movement.h"
#include "client-proto/wire/snapshot.h"

namespace proto {

namespace {

constexpr double kExtrapolateTicksMax = 5;
/// The drawn way may run this much faster than the curve while it catches up.
constexpr float kMeltShare = 0.3F;
constexpr float kMeltMin_mps = 1.0F;
/// Farther off than this nobody is made to run: the avatar is simply there.
constexpr float kJump_m = 3;
/// How many states back a velocity is reckoned from.
constexpr std::size_t kRemembered = 3;
/// Others are heard of this much longer: then nothing is new.
constexpr std::uint32_t kQuiet_ticks = 3;
constexpr float kHalfTurn = 3.14159265F;

/// The lag that a track may need, how fast it grows and shrinks, and how long it is kept after it was needed.
constexpr float kLagMax_ticks = 8;
constexpr float kLagGrows = 0.25F;
constexpr float kLagShrinks = 0.08F;
constexpr double kNeedKept_ticks = 80;
constexpr float kSpare_ticks = 0.3F;
/// Leaving sight and coming back takes longer than this; the first state may take this long after the appearance.
constexpr std::uint32_t kFresh_ticks = 20;
constexpr double kReturn_ticks = 20;
constexpr float kCreeps_m = 0.02F;


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

void Track::add(const TrackSample& sample) {
  // The way from where it was seen last to where it is now is not known.
  if (m_hidden && m_count > 0 && sample.tick > newest_tick() + kFresh_ticks) m_count = 0;
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

void Track::note_quiet(std::uint32_t heard_tick) {
  const bool is_quiet = heard_tick > newest_tick() + static_cast<std::uint32_t>(2 * m_need_ticks) + kQuiet_ticks;
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

void Track::melt(double ticks, float speed_per_tick) {
  const float size = length(m_offset);
  const float most = larger(speed_per_tick, kMeltMin_mps * kStepSeconds) * kMeltShare * static_cast<float>(ticks);
  m_offset = size <= most ? Vec3{} : m_offset * ((size - most) / size);
}

/// How late the next state of somebody who moves is by now.
void Track::note_need(double render_tick) {
  const TrackSample& newest = m_samples[m_count - 1];
  if (!moving(newest) || newest.tick > render_tick) return;
  // Whoever creeps along a wall is not told of in every tick, and misses nothing.
  if (m_count > 1 && length(newest.position - m_samples[m_count - 2].position) < kCreeps_m) return;
  const float dry = smaller(static_cast<float>(render_tick - newest.tick) + kSpare_ticks, kLagMax_ticks);
  if (dry > m_need_ticks - 1) m_need_tick = render_tick;
  m_need_ticks = larger(m_need_ticks, dry);
}

void Track::move_lag(double ticks) {
  if (m_seen_tick - m_need_tick > kNeedKept_ticks) m_need_ticks = larger(0, m_need_ticks - static_cast<float>(ticks) * kLagShrinks);
  const float wrong = m_need_ticks - m_lag_ticks;
  m_lag_ticks += clamp(wrong, -kLagShrinks * static_cast<float>(ticks), kLagGrows * static_cast<float>(ticks));
}

std::optional<TrackPose> Track::advance(double render_tick, std::uint32_t heard_tick) {
  if (m_count == 0 || waits_for_news(render_tick)) return std::nullopt;
  if (!m_drawn) m_offset = {};
  const double passed = m_drawn ? std::max(0.0, render_tick - m_seen_tick) : 0;
  m_seen_tick = render_tick;
  note_quiet(heard_tick);
  note_need(render_tick);
  move_lag(passed);
  const double tick = m_drawn ? std::max(m_drawn_tick, render_tick - m_lag_ticks) : render_tick - m_lag_ticks;
  const double ticks = m_drawn ? tick - m_drawn_tick : 0;
  const Point point = point_at(tick);
  melt(ticks, length(point.velocity_per_tick));
  m_drawn = true;
  m_drawn_tick = tick;
  m_drawn_position = point.position + m_offset;

  const Vec3 over_ground{point.velocity_per_tick.x, 0, point.velocity_per_tick.z};
  const float speed = length(over_ground) / kStepSeconds;
  m_speed_mps += (speed - m_speed_mps) * smaller(1, static_cast<float>(ticks) * 0.6F);
  const TrackSample& from = m_samples[point.from];
  const TrackSample& to = m_samples[point.to];
  return TrackPose{tick,        m_drawn_position,
                   m_speed_mps, mixed_yaw(from.yaw_rad, to.yaw_rad, point.fraction),
                   mixed_rotation(from.rotation, to.rotation, point.fraction), to.flags};
}

}  // namespace proto
