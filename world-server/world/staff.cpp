#include "world-server/world/staff.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace world {
namespace {

constexpr std::uint32_t kPauseMin_ticks = 3 * kTicksPerSecond;
constexpr std::uint32_t kPauseMax_ticks = 9 * kTicksPerSecond;
/// A shopper this near is looked at; one that is nearer than the second figure also stops a walk.
constexpr float kLookReach_m = 4.0F;
constexpr float kAttendReach_m = 2.2F;
constexpr std::uint32_t kAttend_ticks = 6 * kTicksPerSecond;
constexpr std::uint32_t kAttendAgain_ticks = 15 * kTicksPerSecond;
constexpr std::uint32_t kWaveDelay_ticks = 14;
constexpr std::uint32_t kWaveBackAgain_ticks = 4 * kTicksPerSecond;
constexpr float kArrived_m = 0.25F;
/// A walk that came no nearer for this long is blocked.
constexpr std::uint32_t kBlocked_ticks = 30;
constexpr float kProgress_m = 0.05F;
/// A calm step: share of the full walking speed, and how fast it turns (1/4096 turns a tick).
constexpr float kStride = 80;
constexpr int kTurnPerTick = 130;

float square(float v) { return v * v; }

/// At most kTurnPerTick from `now` towards `wanted`, the short way round.
std::uint16_t turned(std::uint16_t now, std::uint16_t wanted) {
  constexpr int kTurn = proto::kYawUnitsPerTurn;
  int difference = (wanted - now) % kTurn;
  if (difference > kTurn / 2) difference -= kTurn;
  if (difference < -kTurn / 2) difference += kTurn;
  const int step = std::clamp(difference, -kTurnPerTick, kTurnPerTick);
  return static_cast<std::uint16_t>((now + step + kTurn) % kTurn);
}

float floor_distance_m(Vec3 a, Vec3 b) { return proto::square_root(square(a.x - b.x) + square(a.z - b.z)); }

}  // namespace

std::uint16_t yaw_units_of(float dx, float dz) {
  const float ax = proto::magnitude(dx);
  const float az = proto::magnitude(dz);
  if (ax + az <= 0) return 0;
  // Arc tangent on the first eighth of a turn, error below 0.3 degrees; the other eighths by symmetry.
  const float ratio = proto::smaller(ax, az) / proto::larger(ax, az);
  const float eighth = ratio * (0.7853982F + 0.273F * (1.0F - ratio)) * (proto::kYawUnitsPerTurn / 6.2831853F);
  float units = ax < az ? eighth : proto::kYawUnitsPerTurn / 4.0F - eighth;
  if (dz < 0) units = proto::kYawUnitsPerTurn / 2.0F - units;
  if (dx < 0) units = static_cast<float>(proto::kYawUnitsPerTurn) - units;
  return static_cast<std::uint16_t>(static_cast<std::uint32_t>(std::lround(units)) % proto::kYawUnitsPerTurn);
}

StaffMember::StaffMember(const StaffPlan& plan, std::uint64_t seed) : m_path(plan.path), m_dice(seed) {
  if (m_path.size() > 1) m_look_yaw = yaw_units_of(m_path[1].x - m_path[0].x, m_path[1].z - m_path[0].z);
  m_until_tick = m_dice.between(1, kPauseMax_ticks);
}

proto::MoveState StaffMember::first_state() const {
  proto::MoveState state;
  state.position = m_path.front();
  state.yaw = m_look_yaw;
  return proto::snapped(state);
}

void StaffMember::pause(std::uint32_t tick) {
  m_mood = Mood::kPause;
  m_until_tick = tick + m_dice.between(kPauseMin_ticks, kPauseMax_ticks);
}

void StaffMember::turn_back() { m_forward = !m_forward; }

void StaffMember::set_out(std::uint32_t tick) {
  if (m_forward && m_goal + 1 >= m_path.size()) m_forward = false;
  if (!m_forward && m_goal == 0) m_forward = true;
  m_goal = m_forward ? std::min(m_goal + 1, m_path.size() - 1) : m_goal - 1;
  m_mood = Mood::kWalk;
  m_best_m = 1e9F;
  m_best_tick = tick;
}

proto::MoveInput StaffMember::walk(const proto::MoveState& state, std::uint32_t tick) {
  proto::MoveInput input;
  const Vec3 goal = m_path[m_goal];
  const float distance = floor_distance_m(goal, state.position);
  if (distance < kArrived_m) {
    pause(tick);
    return input;
  }
  if (distance < m_best_m - kProgress_m) {
    m_best_m = distance;
    m_best_tick = tick;
  } else if (tick - m_best_tick > kBlocked_ticks) {
    turn_back();
    pause(tick);
    return input;
  }
  m_look_yaw = yaw_units_of(goal.x - state.position.x, goal.z - state.position.z);
  input.move_x = static_cast<std::int8_t>((goal.x - state.position.x) / distance * kStride);
  input.move_z = static_cast<std::int8_t>((goal.z - state.position.z) / distance * kStride);
  return input;
}

proto::MoveInput StaffMember::think(const proto::MoveState& state, const std::optional<Visitor>& nearest,
                                    std::uint32_t tick) {
  proto::MoveInput input;
  const bool may_attend = tick >= m_attend_from_tick;
  if (nearest && nearest->distance_m < kAttendReach_m && m_mood == Mood::kWalk && may_attend) {
    m_mood = Mood::kAttend;
    m_until_tick = tick + kAttend_ticks;
  }
  if (m_mood == Mood::kAttend && (tick >= m_until_tick || !nearest || nearest->distance_m > kLookReach_m)) {
    m_attend_from_tick = tick + kAttendAgain_ticks;
    m_best_tick = tick;
    m_mood = Mood::kWalk;
  }
  if (m_mood == Mood::kPause && tick >= m_until_tick && m_path.size() > 1) set_out(tick);
  if (m_mood == Mood::kWalk) {
    input = walk(state, tick);
  } else if (nearest && nearest->distance_m < kLookReach_m) {
    m_look_yaw = yaw_units_of(nearest->position.x - state.position.x, nearest->position.z - state.position.z);
  }
  input.yaw = turned(state.yaw, m_look_yaw);
  return input;
}

void StaffMember::notice_wave(std::uint32_t tick) {
  if (m_wave_tick != 0 || tick < m_wave_ready_tick) return;
  m_wave_tick = tick + kWaveDelay_ticks;
  m_wave_ready_tick = tick + kWaveBackAgain_ticks;
}

bool StaffMember::waves_back(std::uint32_t tick) {
  if (m_wave_tick == 0 || tick < m_wave_tick) return false;
  m_wave_tick = 0;
  return true;
}

}  // namespace world
