/// Movements as clips of poses. Legs are placed by analytic inverse kinematics: a gait says where each foot is, and
/// hip, knee and ankle follow, so a foot that stands does not slide. Clips move in place: in the avatar's own space a
/// standing foot goes backwards at the walking speed, or turns back at the turning speed.
#pragma once

#include <string>
#include <vector>

#include "tools/mannequin/body.h"

namespace mannequin {

struct Clip {
  std::string name;
  double duration_s = 1;
  /// Evenly spaced; the last key equals the first one when the clip loops.
  std::vector<Pose> keys;
  bool loops = true;
  /// Nominal ground speed, 0 for clips on the spot.
  double speed_mps = 0;
};

enum class Side : std::size_t { kLeft = 0, kRight = 1 };

struct FootTarget {
  /// Of the ankle, in the avatar's space.
  Vec3 ankle;
  /// Positive lowers the toes.
  double pitch_rad = 0;
  double toe_bend_rad = 0;
  double yaw_rad = 0;
};

/// Bends one leg so that its ankle meets the target; `hips` must be set in the pose. Returns by how many metres the
/// target was out of reach (0 when it was met).
double place_leg(Pose& pose, const RestPositions& rest, Side side, const FootTarget& target);

struct ArmTarget {
  /// Towards the body, forwards and about its own axis, from the rest pose.
  double lowered_rad = 0, forward_rad = 0, elbow_rad = 0, twist_rad = 0;
};
void place_arm(Pose& pose, const Measures& measures, Side side, const ArmTarget& target);

/// What makes a walk or a run.
struct Gait {
  std::string name;
  double period_s, speed_mps;
  /// The share of a cycle in which a foot stands.
  double stance;
  double lift_m, bob_m, drop_m, lean_rad, arm_swing_rad, elbow_rad, elbow_swing_rad, twist_rad;
  bool is_run;
};

[[nodiscard]] const std::vector<Gait>& gaits();

/// One moment of a gait; `phase` runs from 0 to 1, the left heel strikes at 0. Says which feet stand, and how far a
/// standing foot was out of reach.
struct Stride {
  Pose pose;
  std::array<bool, 2> stands{};
  double missed_m = 0;
};
[[nodiscard]] Stride stride(const Gait& gait, const Body& body, double phase);

[[nodiscard]] Pose idle_pose(const Body& body, double phase);
/// Turning on the spot by a quarter, seen from the turning avatar; `direction` is 1 to the left, -1 to the right.
[[nodiscard]] Pose turn_pose(const Body& body, double phase, int direction);
[[nodiscard]] Pose wave_pose(const Body& body, double phase);

/// idle, walk, walk_fast, run, run_fast, turn_left, turn_right, wave.
[[nodiscard]] std::vector<Clip> bake_clips(const Body& body);

/// The pose between two keys, as players blend it: straight between places, normalised between rotations.
[[nodiscard]] Pose sample(const Clip& clip, double phase);

}  // namespace mannequin
