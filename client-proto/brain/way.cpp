#include "client-proto/brain/way.h"

#include "client-proto/move/movement.h"
#include "client-proto/wire/snapshot.h"

namespace proto {

namespace {

/// A little less than running: a jump must fit in as well.
constexpr float kHurryPerTick_m = 0.95F * kRunSpeed_mps * kStepSeconds;
constexpr float kGravityPerTick2_m = kGravity_mps2 * kStepSeconds * kStepSeconds;
/// A jump's first step goes without gravity: in the curve through the steps' ends it is half a tick of it faster.
constexpr float kJumpPerTick_m = kJumpSpeed_mps * kStepSeconds + kGravityPerTick2_m / 2;
/// Where between "at once" and "as late as running allows" one is taken to turn.
constexpr float kTurnShare = 0.3F;
/// A longer gap in the news is not one flight.
constexpr float kFlightMax_ticks = 16;
/// Slower than this is creeping along a wall.
constexpr float kCreepPerTick_m = 0.1F * kStepSeconds;

bool grounded(const TrackSample& sample) { return (sample.flags & kAvatarGrounded) != 0; }
Vec3 level(Vec3 a) { return {a.x, 0, a.z}; }

/// The latest time until which one can keep `first` and still come as far as `way` by the end, running.
float latest_turn(Vec3 first, Vec3 way, float span_ticks) {
  const float fastest2 = kHurryPerTick_m * kHurryPerTick_m;
  // |way - first s|^2 = fastest^2 (span - s)^2, a s^2 + b s + c = 0
  const float a = dot(first, first) - fastest2;
  const float b = -2 * (dot(way, first) - fastest2 * span_ticks);
  const float c = dot(way, way) - fastest2 * span_ticks * span_ticks;
  if (c >= 0) return 0;
  if (magnitude(a) < 1e-6F) return b > 1e-6F ? clamp(-c / b, 0, span_ticks) : span_ticks;
  const float root = square_root(b * b - 4 * a * c);
  const float one = (-b + root) / (2 * a);
  const float two = (-b - root) / (2 * a);
  const float low = smaller(one, two);
  return clamp(low > 0 ? low : larger(one, two), 0, span_ticks);
}

}  // namespace

bool moving(const TrackSample& sample) { return (sample.flags & kAvatarMoving) != 0; }
bool teleported(const TrackSample& a, const TrackSample& b) {
  return ((a.flags ^ b.flags) & kAvatarTeleportParity) != 0;
}

Way::Way(const TrackSample& a, const TrackSample& b, Vec3 enters)
    : m_from(a.position),
      m_to(b.position),
      m_enters(level(enters)),
      m_span_ticks(static_cast<float>(b.tick - a.tick)),
      m_there_ticks(m_span_ticks) {
  plan_ground(a, b);
  m_up_per_tick = enters.y;
  plan_height(a, b);
}

void Way::plan_ground(const TrackSample& a, const TrackSample& b) {
  const Vec3 way = level(m_to - m_from);
  const float far_m = length(way);
  const float speed = length(m_enters);
  const bool is_still = grounded(a) && b.still_ticks > 0;  // who falls is never still
  const bool rested = !moving(a) || speed < kCreepPerTick_m;
  if (rested) {
    m_enters = {};
    m_turn_ticks = larger(0, m_span_ticks - larger(1, far_m / kHurryPerTick_m));
  } else if (is_still) {
    m_enters = {};
    m_turn_ticks =
        clamp(static_cast<float>(b.still_ticks), 0, m_span_ticks - smaller(m_span_ticks, far_m / kHurryPerTick_m));
  } else if (!moving(b)) {
    m_there_ticks = clamp(far_m / speed, 0, m_span_ticks);
  } else {
    m_turn_ticks = kTurnShare * latest_turn(m_enters, way, m_span_ticks);
  }
  const float left = m_there_ticks - m_turn_ticks;
  m_second = left > 1e-3F ? (way - m_enters * m_turn_ticks) * (1 / left) : Vec3{};
}

void Way::plan_height(const TrackSample& a, const TrackSample& b) {
  const float up_m = m_to.y - m_from.y;
  m_land_ticks = m_span_ticks;
  if (!moving(a) || (grounded(a) && b.still_ticks > 0)) {
    m_off_ticks = larger(0, m_span_ticks - larger(m_span_ticks - m_turn_ticks, magnitude(up_m) / kJumpPerTick_m));
  } else if (m_span_ticks > kFlightMax_ticks) {
    return;
  }
  if (!grounded(a) && !grounded(b)) {
    m_flies = moving(a);
    if (m_flies) m_up_per_tick = up_m / m_span_ticks + kGravityPerTick2_m * m_span_ticks / 2;
  } else if (!grounded(b)) {
    take_off(up_m);
  } else if (!grounded(a)) {
    land(up_m);
  }
}

/// Off the ground by a jump or over an edge, as late as that takes to come to the height at the end.
void Way::take_off(float up_m) {
  const bool jumped = up_m > 0;
  const float up_per_tick = jumped ? kJumpPerTick_m : 0;
  const float end2 = up_per_tick * up_per_tick - 2 * kGravityPerTick2_m * up_m;
  const float end = (jumped ? 1.0F : -1.0F) * square_root(end2);
  const float in_air = (up_per_tick - end) / kGravityPerTick2_m;
  if (end2 < 0 || in_air > m_span_ticks) return;
  m_flies = true;
  m_up_per_tick = up_per_tick;
  m_off_ticks = m_span_ticks - in_air;
}

/// Down to the floor from a flight with the velocity that the way before left.
void Way::land(float up_m) {
  const float end2 = m_up_per_tick * m_up_per_tick - 2 * kGravityPerTick2_m * up_m;
  const float in_air = (m_up_per_tick + square_root(end2)) / kGravityPerTick2_m;
  if (end2 < 0 || in_air <= 0 || in_air > m_span_ticks) return;
  m_flies = true;
  m_off_ticks = 0;
  m_land_ticks = in_air;
}

float Way::height(float ticks) const {
  if (ticks >= m_land_ticks) return m_to.y;
  const float on_way = larger(0, ticks - m_off_ticks);
  if (!m_flies) return m_from.y + (m_to.y - m_from.y) * (on_way / (m_span_ticks - m_off_ticks));
  return m_from.y + m_up_per_tick * on_way - kGravityPerTick2_m / 2 * on_way * on_way;
}

Vec3 Way::position(float ticks) const {
  Vec3 at = ticks >= m_there_ticks ? m_to : m_from + m_enters * smaller(ticks, m_turn_ticks);
  if (ticks > m_turn_ticks && ticks < m_there_ticks) at = at + m_second * (ticks - m_turn_ticks);
  at.y = height(ticks);
  return at;
}

Vec3 Way::velocity(float ticks) const {
  return ticks >= m_there_ticks && m_there_ticks < m_span_ticks ? Vec3{} : ticks < m_turn_ticks ? m_enters : m_second;
}

Vec3 Way::leaves() const {
  Vec3 velocity = m_there_ticks < m_span_ticks ? Vec3{} : m_second;
  const bool in_air = m_flies && m_land_ticks >= m_span_ticks;
  velocity.y = in_air ? m_up_per_tick - kGravityPerTick2_m * (m_span_ticks - m_off_ticks) : 0;
  return velocity;
}

}  // namespace proto
