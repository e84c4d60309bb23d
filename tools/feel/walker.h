/// A person at the controls, seeded: stands, walks, runs, turns while walking, zigzags, jumps, goes up stairs and
/// ramps, and walks on when a wall is in the way, along it. Some hold a stick that is not always fully pressed.
#pragma once

#include <cstdint>
#include <span>

#include "client-proto/brain/brain.h"
#include "client-proto/move/walk_check.h"
#include "tools/feel/hall.h"

namespace feel {

class Walker {
 public:
  Walker(std::uint64_t seed, std::span<const Ascent> ascents);
  /// What the person wants in this frame, standing at `position`.
  [[nodiscard]] proto::Wish next(Vec3 position, double frame_s);

 private:
  enum class Mood : std::uint8_t { kStand, kStraight, kTurn, kZigzag, kClimb };
  void choose_mood(Vec3 position);
  void choose_ascent(Vec3 position);
  void head_for(Vec3 position);
  void think_of_jumping(double frame_s);

  proto::TestNumbers m_numbers;
  std::span<const Ascent> m_ascents;
  bool m_has_stick = false;
  Mood m_mood = Mood::kStand;
  double m_mood_left_s = 0;
  double m_turn_left_s = 0;
  double m_jump_left_s = 0;
  double m_next_jump_s = 0;
  float m_heading_rad = 0;
  float m_turn_rad_s = 0;
  float m_push = 1;
  bool m_runs = false;
  const Ascent* m_ascent = nullptr;
  bool m_at_foot = false;
};

}  // namespace feel
