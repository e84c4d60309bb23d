/// The three body shapes as numbers: cross-sections and joints, measured off good mannequins. Everything else in this
/// folder is a function of these.
#pragma once

#include <vector>

#include "tools/mannequin/field.h"

namespace mannequin {

enum class Shape { kSlim = 0, kBroad = 1, kFull = 2 };
constexpr int kShapes = 3;

/// An ellipsoid, given on the left side.
struct Bulge {
  Vec3 center, radii;
};

struct Measures {
  Shape shape = Shape::kSlim;

  // Joints of the left side.
  Vec3 shoulder, elbow, wrist, hip, knee, ankle, ball;
  Vec3 upper_arm_along, upper_arm_u, upper_arm_w;
  Vec3 forearm_along, forearm_u, forearm_w;

  double torso_exponent = 2;
  std::vector<LoftKey> torso, leg, upper_arm, forearm, palm, foot;
  double upper_arm_cap_m = .04;
  Bulge glute, chest;
  double shoulder_radius_m = .041;
  double trapezius_start_m = .022, trapezius_end_m = .018;
  double neck_radius_m = .0435;
  double head_scale = 1, jaw_scale = 1;
  double hand_scale = 1;
  /// Arms are lowered by this much less than on the slim body, to clear the hips.
  double arm_clearance_rad = 0;
};

[[nodiscard]] Measures measures_of(Shape shape);

}  // namespace mannequin
