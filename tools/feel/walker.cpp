#include "tools/feel/walker.h"

#include <algorithm>
#include <cmath>

namespace feel {

namespace {
constexpr float kTurn_rad = 6.2831853F;
constexpr float kNearAscent_m = 15;
constexpr float kArrived_m = 0.4F;
constexpr double kClimbMax_s = 8;
constexpr double kJumpHeld_s = 0.12;
}  // namespace

Walker::Walker(std::uint64_t seed, std::span<const Ascent> ascents) : m_numbers(seed), m_ascents(ascents) {
  m_has_stick = m_numbers.below(3) == 0;
  m_heading_rad = m_numbers.between(0, kTurn_rad);
  m_next_jump_s = static_cast<double>(m_numbers.between(1, 8));
}

void Walker::choose_mood(Vec3 position) {
  const std::uint32_t dice = m_numbers.below(20);
  m_mood = dice < 4    ? Mood::kStand
           : dice < 10 ? Mood::kStraight
           : dice < 14 ? Mood::kTurn
           : dice < 16 ? Mood::kZigzag
                       : Mood::kClimb;
  m_mood_left_s = static_cast<double>(m_numbers.between(0.3F, m_mood == Mood::kStand ? 3.0F : 5.0F));
  m_runs = m_numbers.below(2) == 0;
  m_push = m_has_stick && m_numbers.below(2) == 0 ? m_numbers.between(0.3F, 1) : 1;
  m_turn_left_s = 0;
  m_turn_rad_s = m_numbers.between(-3, 3);
  m_heading_rad += m_numbers.between(-2.5F, 2.5F);
  if (m_mood == Mood::kClimb) choose_ascent(position);
}

void Walker::choose_ascent(Vec3 position) {
  m_ascent = nullptr;
  m_at_foot = false;
  float nearest = kNearAscent_m;
  for (const Ascent& ascent : m_ascents) {
    const float distance = proto::length(ascent.foot - position) + m_numbers.between(0, 6);
    if (distance >= nearest) continue;
    nearest = distance;
    m_ascent = &ascent;
  }
  m_mood_left_s = kClimbMax_s;
  if (m_ascent == nullptr) m_mood = Mood::kStraight;
}

void Walker::head_for(Vec3 position) {
  const Vec3 goal = m_at_foot ? m_ascent->top : m_ascent->foot;
  const Vec3 way = goal - position;
  if (proto::length({way.x, 0, way.z}) < kArrived_m) {
    if (m_at_foot) m_mood_left_s = 0;
    m_at_foot = true;
    return;
  }
  m_heading_rad = std::atan2(way.x, way.z);
}

void Walker::think_of_jumping(double frame_s) {
  m_jump_left_s -= frame_s;
  m_next_jump_s -= frame_s;
  if (m_next_jump_s > 0) return;
  m_jump_left_s = kJumpHeld_s;
  m_next_jump_s = static_cast<double>(m_numbers.between(1, 10));
}

proto::Wish Walker::next(Vec3 position, double frame_s) {
  m_mood_left_s -= frame_s;
  if (m_mood_left_s <= 0) choose_mood(position);
  think_of_jumping(frame_s);
  m_turn_left_s -= frame_s;
  if (m_mood == Mood::kTurn) m_heading_rad += m_turn_rad_s * static_cast<float>(frame_s);
  if (m_mood == Mood::kClimb) head_for(position);
  if (m_mood == Mood::kZigzag && m_turn_left_s <= 0) {
    m_turn_left_s = static_cast<double>(m_numbers.between(0.2F, 0.6F));
    m_heading_rad += m_numbers.between(-1.6F, 1.6F);
  }
  m_heading_rad = std::remainder(m_heading_rad, kTurn_rad);
  proto::Wish wish;
  wish.yaw_rad = m_heading_rad;
  if (m_jump_left_s > 0) wish.buttons |= proto::kButtonJump;
  if (m_mood == Mood::kStand) return wish;
  if (m_runs) wish.buttons |= proto::kButtonRun;
  wish.move_x = std::sin(m_heading_rad) * m_push;
  wish.move_z = std::cos(m_heading_rad) * m_push;
  return wish;
}

}  // namespace feel
