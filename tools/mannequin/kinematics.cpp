#include "tools/mannequin/motion.h"

namespace mannequin {
namespace {

std::size_t joint(std::size_t left_joint, Side side) { return left_joint + (side == Side::kRight ? kRightOffset : 0); }

/// The angle between two sides of a triangle, opposite to the third.
double angle_opposite(double opposite, double a, double b) {
  return std::acos(std::clamp((a * a + b * b - opposite * opposite) / (2 * a * b), -1.0, 1.0));
}

Quat halfway(const Quat& a, const Quat& b, double t) {
  const double sign = a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w < 0 ? -1 : 1;
  return normalized(
      Quat{mix(a.x, b.x * sign, t), mix(a.y, b.y * sign, t), mix(a.z, b.z * sign, t), mix(a.w, b.w * sign, t)});
}

}  // namespace

double place_leg(Pose& pose, const RestPositions& rest, Side side, const FootTarget& target) {
  const std::size_t upper = joint(kLeftUpperLeg, side), lower = joint(kLeftLowerLeg, side);
  const std::size_t foot = joint(kLeftFoot, side), toes = joint(kLeftToes, side);
  const Vec3 hip = rest[upper], knee = rest[lower], ankle = rest[foot];
  const Quat hips = pose.rotations[kHips];
  const Vec3 hip_now = rotate(hips, hip - rest[kHips]) + pose.hips;
  const Vec3 wanted = rotate(conjugate(hips), target.ankle - hip_now);

  const Vec3 thigh = knee - hip, shin = ankle - knee;
  const double a = length(thigh), b = length(shin), reach = (a + b) * .9996, soft = reach * .985;
  // Near full reach the leg straightens ever more slowly instead of snapping.
  double distance = length(wanted);
  const double asked = distance;
  if (distance > soft) distance = soft + (reach - soft) * (1 - std::exp(-(distance - soft) / (reach - soft)));

  const double flex = angle_opposite(length(ankle - hip), a, b) - angle_opposite(distance, a, b);
  const Quat knee_turn = about_x(flex);
  const Vec3 bent = rotate(knee_turn, shin) + thigh;
  const Quat hip_turn = between(normalized(bent), normalized(wanted));
  const Quat leg = hips * hip_turn * knee_turn;
  pose.rotations[upper] = hip_turn;
  pose.rotations[lower] = knee_turn;
  pose.rotations[foot] = conjugate(leg) * about_y(target.yaw_rad) * about_x(target.pitch_rad);
  pose.rotations[toes] = about_x(-target.toe_bend_rad);
  return asked - distance;
}

void place_arm(Pose& pose, const Measures& measures, Side side, const ArmTarget& target) {
  const double s = side == Side::kLeft ? 1 : -1;
  Vec3 along = measures.upper_arm_along;
  along.x *= s;
  pose.rotations[joint(kLeftUpperArm, side)] = about_x(-target.forward_rad) * about_y(-s * target.twist_rad) *
                                               about_z(-s * (target.lowered_rad - measures.arm_clearance_rad));
  pose.rotations[joint(kLeftLowerArm, side)] = about(cross(along, {0, 0, 1}), target.elbow_rad);
}

Pose sample(const Clip& clip, double phase) {
  const double last = static_cast<double>(clip.keys.size() - 1);
  const double position = std::clamp(phase, 0.0, 1.0) * last;
  const std::size_t i = std::min(clip.keys.size() - 2, static_cast<std::size_t>(position));
  const double t = position - static_cast<double>(i);
  const Pose &from = clip.keys[i], &to = clip.keys[i + 1];
  Pose out;
  out.hips = from.hips * (1 - t) + to.hips * t;
  for (std::size_t j = 0; j < kJoints; j++) out.rotations[j] = halfway(from.rotations[j], to.rotations[j], t);
  return out;
}

}  // namespace mannequin
