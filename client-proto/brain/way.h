/// The way that somebody took between two states, rebuilt from what the movement rule allows. News of those far away
/// come a few times a second only, and a straight line between them would cut every corner and flatten every jump:
///
/// - over ground one keeps one's velocity and turns once; somewhere between at once and as late as running allows;
/// - who rests at the end stopped when he got there; who rested at the start set out as late as he could, because the
///   first step of somebody who rested is told of at once;
/// - while it is known that nothing was told because nothing changed, one stood;
/// - in the air one falls, and the floor ends it.
#pragma once

#include <array>
#include <cstdint>

#include "client-proto/move/vec.h"

namespace proto {

struct TrackSample {
  std::uint32_t tick = 0;
  Vec3 position;
  float yaw_rad = 0;
  std::array<float, 4> rotation{0, 0, 0, 1};
  std::uint8_t flags = 0;        ///< AvatarFlag; a prop has none
  std::uint8_t still_ticks = 0;  ///< so long after the sample before, nothing changed
};

[[nodiscard]] bool moving(const TrackSample& sample);
[[nodiscard]] bool teleported(const TrackSample& a, const TrackSample& b);

/// From `a` to `b`, both without a teleport between them; times are ticks after `a`.
class Way {
 public:
  /// `enters` is the velocity at `a` in metres a tick, as `leaves` of the way before says it; zero if not known.
  Way(const TrackSample& a, const TrackSample& b, Vec3 enters);

  [[nodiscard]] Vec3 position(float ticks) const;
  /// Over ground, in metres a tick.
  [[nodiscard]] Vec3 velocity(float ticks) const;
  /// The velocity at `b`.
  [[nodiscard]] Vec3 leaves() const;

 private:
  void plan_ground(const TrackSample& a, const TrackSample& b);
  void plan_height(const TrackSample& a, const TrackSample& b);
  void take_off(float up_m);
  void land(float up_m);
  [[nodiscard]] float height(float ticks) const;

  Vec3 m_from, m_to;
  Vec3 m_enters;
  float m_span_ticks;
  // Over ground: `m_enters` until here, then straight to `m_to`, and there from m_there_ticks on.
  float m_turn_ticks = 0;
  float m_there_ticks = 0;
  Vec3 m_second;  ///< velocity after the turn
  // Height: as it was until m_off_ticks; then, in the air, a throw of m_up_per_tick, else a slope, until m_land_ticks.
  bool m_flies = false;
  float m_off_ticks = 0;
  float m_up_per_tick = 0;
  float m_land_ticks = 0;
};

}  // namespace proto
