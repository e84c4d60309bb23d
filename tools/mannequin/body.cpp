#include "tools/mannequin/body.h"

namespace mannequin {
namespace {

RestPositions rest_positions(const Measures& m) {
  RestPositions rest;
  rest[kHips] = {0, .95, -.005};
  rest[kSpine] = {0, 1.04, 0};
  rest[kChest] = {0, 1.18, 0};
  rest[kNeck] = {0, 1.455, -.022};
  rest[kHead] = {0, 1.54, 0};
  rest[kLeftShoulder] = {.025, 1.415, -.02};
  rest[kLeftUpperArm] = m.shoulder;
  rest[kLeftLowerArm] = m.elbow;
  rest[kLeftHand] = m.wrist;
  rest[kLeftUpperLeg] = m.hip;
  rest[kLeftLowerLeg] = m.knee;
  rest[kLeftFoot] = m.ankle;
  rest[kLeftToes] = m.ball;
  for (std::size_t j = kLeftShoulder; j <= kLeftToes; j++) rest[j + kRightOffset] = mirrored(rest[j]);
  return rest;
}

/// Feet point outwards by this angle.
constexpr double kToeOut_rad = .13;

}  // namespace

Body::Body(Shape shape) : m_measures(measures_of(shape)), m_rest(rest_positions(m_measures)) {
  const Measures& m = m_measures;
  m_torso = Loft({}, m.torso, {.03, .03, m.torso_exponent});
  m_leg = Loft({}, m.leg, {.03, .05, 2});
  const double so = std::sin(kToeOut_rad), co = std::cos(kToeOut_rad);
  m_foot = Loft({{.0835, 0, -.020}, {so, 0, co}, {co, 0, -so}, {0, 1, 0}}, m.foot, {.018, .025, 2.4});
  m_upper_arm =
      Loft({m.shoulder, m.upper_arm_along, m.upper_arm_u, m.upper_arm_w}, m.upper_arm, {m.upper_arm_cap_m, .022, 2});
  m_forearm = Loft({m.elbow, m.forearm_along, m.forearm_u, m.forearm_w}, m.forearm, {.025, .02, 2});
  m_palm = Loft({m.wrist, m.forearm_along, m.forearm_u, m.forearm_w}, m.palm, {.012, .012, 2.5});
  grow_fingers();
}

void Body::grow_fingers() {
  const Measures& m = m_measures;
  const double scale = m.hand_scale;
  const auto at = [&](double s, double u, double w) {
    return m.wrist + m.forearm_along * (s * scale) + m.forearm_u * (u * scale) + m.forearm_w * (w * scale);
  };
  struct Finger {
    double across, length, base, spread, radius, curl;
  };
  const std::array<Finger, 4> fingers = {{{.0275, .072, .088, .06, .0083, .9},
                                          {.0095, .080, .094, .015, .0085, 1.0},
                                          {-.0090, .075, .091, -.03, .0081, 1.12},
                                          {-.0262, .058, .083, -.09, .0072, 1.25}}};
  constexpr std::array<double, 3> kSegments = {.47, .30, .25};
  constexpr std::array<double, 3> kFlex_rad = {0, .26, .22};
  for (const Finger& f : fingers) {
    double s = f.base - .012, u = -.001, w = f.across, angle = .14 * f.curl, radius = f.radius;
    for (std::size_t k = 0; k < kSegments.size(); k++) {
      angle += kFlex_rad[k] * f.curl;
      const double l = f.length * kSegments[k] + (k == 0 ? .012 : 0);
      const double s2 = s + l * std::cos(angle), u2 = u - l * std::sin(angle), w2 = w + l * f.spread;
      m_fingers.push_back({at(s, u, w), at(s2, u2, w2), radius * scale, radius * .91 * scale});
      s = s2;
      u = u2;
      w = w2;
      radius *= .91;
    }
  }
  const Vec3 base = at(.015, -.004, .020), first = at(.052, -.016, .045), second = at(.078, -.024, .054),
             tip = at(.100, -.029, .057);
  m_thumb = {{base, first, .0145 * scale, .0112 * scale},
             {first, second, .0112 * scale, .0095 * scale},
             {second, tip, .0095 * scale, .0072 * scale}};
}

double Body::along_upper_arm(const Vec3& p) const {
  return dot(left_side(p) - m_measures.shoulder, m_measures.upper_arm_along);
}
double Body::along_forearm(const Vec3& p) const {
  return dot(left_side(p) - m_measures.elbow, m_measures.forearm_along);
}
double Body::beyond_wrist(const Vec3& p) const {
  return dot(left_side(p) - m_measures.wrist, m_measures.forearm_along);
}

double Body::torso_core(const Vec3& p) const {
  const Measures& m = m_measures;
  const Vec3 a = left_side(p);
  double d = m_torso.distance(p);
  if (p.y < 1.2) return d;
  const double r = m.shoulder_radius_m, sx = m.shoulder.x;
  d = smooth_min(d, round_cone(a, {.03, 1.425, -.028}, {sx - .004, 1.392, -.022}, r * 1.05, r * .88), .06);
  return smooth_min(
      d, round_cone(a, {.022, 1.50, -.030}, {sx * .72, 1.405, -.034}, m.trapezius_start_m, m.trapezius_end_m), .05);
}

double Body::chest(const Vec3& p) const {
  const Bulge& b = m_measures.chest;
  const Vec3 a = left_side(p);
  const double bulge = ellipsoid(a, b.center, b.radii);
  if (shape() == Shape::kBroad) return bulge;
  const double scale = shape() == Shape::kFull ? 1.26 : 1;
  const Vec3& c = b.center;
  const double upper =
      round_cone(a, {c.x * .95, c.y + .005, c.z + .012 * scale}, {c.x * .85, 1.37, .028}, .042 * scale, .020);
  return smooth_min(bulge, upper, .05);
}

double Body::glutes(const Vec3& p) const {
  return ellipsoid(left_side(p), m_measures.glute.center, m_measures.glute.radii);
}

double Body::torso(const Vec3& p, double looseness) const {
  const double core = torso_core(p);
  if (core > .3) return core;
  // Mirroring with a soft absolute value keeps the middle of the chest free of a crease.
  const double soft = looseness > 1 ? .030 : .007;
  const Vec3 softened{std::sqrt(p.x * p.x + soft * soft) - soft * .25, p.y, p.z};
  const double chest_blend = (shape() == Shape::kBroad ? .06 : .05) * looseness;
  double d = smooth_min(core, chest(softened), chest_blend);
  d = smooth_min(d, glutes(p), .09 * std::min(looseness, 1.3));
  if (looseness <= 1.01 && std::fabs(d) < .03) d -= torso_relief(p);
  return d;
}

/// Spine, collar bones, navel and the line of the belly: a few millimetres that make a torso of a barrel.
double Body::torso_relief(const Vec3& p) const {
  const Vec3 a = left_side(p);
  double height = 0;
  if (p.z < 0)
    height -= .0045 * bell(p.x / .016) * smooth_step(1.00, 1.08, p.y) * smooth_step(1.40, 1.28, p.y) *
              smooth_step(0, -.05, p.z);
  const Vec3 from{.020, 1.418, .030}, to{m_measures.shoulder.x * .82, 1.428, -.012}, bone = to - from;
  const double t = std::clamp(dot(a - from, bone) / dot(bone, bone), 0.0, 1.0);
  height += .0035 * bell(length(a - from - bone * t) / .020) * smooth_step(0, .12, t) * smooth_step(1, .7, t);
  if (p.z > 0) {
    height -= .004 * bell(p.x / .007) * bell((p.y - 1.035) / .009);
    height -= .002 * bell(p.x / .012) * smooth_step(1.0, 1.06, p.y) * smooth_step(1.30, 1.2, p.y);
  }
  return height;
}

double Body::leg_and_foot(const Vec3& p) const {
  double d = m_leg.distance(p);
  if (p.y > .22) return d;
  const double foot_floor = smooth_max(m_foot.distance(p), .002 - p.y, .008);
  d = smooth_min(d, foot_floor, .045);
  const double ankle_bones = std::min(length(p - Vec3{.110, .078, -.022}), length(p - Vec3{.058, .086, -.016})) - .005;
  d = smooth_min(d, ankle_bones, .016);
  return smooth_max(d, .002 - p.y, .008);
}

double Body::arms(const Vec3& p) const {
  const Vec3 a = left_side(p);
  return smooth_min(m_upper_arm.distance(a), m_forearm.distance(a), .02);
}

double Body::hand(const Vec3& left) const {
  const double palm = m_palm.distance(left);
  if (palm > .15) return palm;
  double fingers = 1e9;
  for (std::size_t i = 0; i < m_fingers.size(); i++) {
    const Bone& b = m_fingers[i];
    double d = round_cone(left, b.from, b.to, b.radius_from, b.radius_to);
    if (i % 3 == 0) d = smooth_min(d, palm, .016);
    fingers = smooth_min(fingers, d, .0035);
  }
  double thumb = 1e9;
  for (const Bone& b : m_thumb)
    thumb = smooth_min(thumb, round_cone(left, b.from, b.to, b.radius_from, b.radius_to), .006);
  return smooth_min(smooth_min(palm, fingers, .006), thumb, .014);
}

double Body::arms_and_hands(const Vec3& p) const {
  const double d = arms(p);
  return beyond_wrist(p) > -.06 ? smooth_min(d, hand(left_side(p)), .018) : d;
}

double Body::neck(const Vec3& p) const {
  const double r = m_measures.neck_radius_m;
  return round_cone(p, {0, 1.42, -.026}, {0, 1.545, 0}, r * 1.10, r * .98);
}

double Body::head(const Vec3& point) const {
  const double scale = m_measures.head_scale, jaw = m_measures.jaw_scale;
  const Vec3 pivot{0, 1.54, 0};
  const Vec3 p = (point - pivot) * (1 / scale) + pivot, a = left_side(p);
  double d = ellipsoid(p, {0, 1.662, .003}, {.0735, .088, .092});
  d = smooth_min(d, ellipsoid(p, {0, 1.610, .037}, {.0565 * jaw, .086, .061}), .06);
  d = smooth_min(d, ellipsoid(p, {0, 1.548, .073}, {.018 * jaw, .017, .020}), .04);
  d = smooth_max(d, -ellipsoid(a, {.031, 1.640, .116}, {.027, .018, .020}), .042);
  d = smooth_min(d, round_cone(p, {0, 1.652, .0865}, {0, 1.609, .1030}, .0036, .0066), .026);
  d = smooth_min(d, round_cone(a, {.010, 1.661, .086}, {.044, 1.660, .068}, .003, .002), .030);
  if (std::fabs(d) < .03 && p.z > .03) {
    const double lips = bell((p.y - 1.5775) / .0055) + 1.15 * bell((p.y - 1.5655) / .0058);
    d -= .0026 * bell(p.x / .017) * lips;
    d -= .0012 * bell((a.x - .030) / .018) * bell((p.y - 1.637) / .010);
  }
  return d * scale;
}

double Body::distance(const Vec3& p) const {
  constexpr double kLegsBlend_m = .012, kHipBlend_m = .075;
  double d = p.y > .6 ? torso(p, 1) : 1e3;
  if (p.y < 1.15) d = smooth_min(d, smooth_min(leg_and_foot(p), leg_and_foot(mirrored(p)), kLegsBlend_m), kHipBlend_m);
  if (p.y > 1.36) d = smooth_min(d, smooth_min(head(p), neck(p), .045), .05);
  const double arm_blend = .045 * smooth_step(.0, .10, .16 - along_upper_arm(p)) + .0005;
  return smooth_min(d, arms_and_hands(p), arm_blend);
}

JointWeights Body::weights(const Vec3& p, const Drape& drape) const {
  const Measures& m = m_measures;
  const Vec3 a = left_side(p);
  const bool is_skirt = drape.skirt_blend_m > 0;
  JointWeights w{};

  const double trunk = std::min({torso_core(p), glutes(p), leg_and_foot(a)});
  double limb = arms(p);
  if (beyond_wrist(p) > -.06) limb = std::min(limb, hand(a));
  const double s = along_upper_arm(p);
  double arm =
      smooth_step(-.045, .055, s) * smooth_step(-.03, .025, trunk - limb + .006 + .02 * smooth_step(.1, .2, s));
  if (p.y > 1.46 || p.y < .45) arm = 0;

  double leg = smooth_step(-.055, .085, (m.hip.y - p.y) + .30 * (a.x - m.hip.x)) * (1 - arm) * drape.leg_share;
  if (is_skirt) leg = smooth_step(drape.skirt_top_m, drape.skirt_bottom_m, p.y) * drape.leg_share * (1 - arm);
  const double blend = is_skirt ? drape.skirt_blend_m : .02;
  const double left = smooth_step(-blend, blend, p.x);

  const double trunk_share = 1 - arm - leg;
  const double spine = smooth_step(.97, 1.07, p.y), chest_share = smooth_step(1.11, 1.24, p.y);
  const double neck_share = smooth_step(1.425, 1.485, p.y), head_share = smooth_step(1.515, 1.565, p.y + .25 * p.z);
  w[kHips] = trunk_share * (1 - spine);
  w[kSpine] = trunk_share * spine * (1 - chest_share);
  const double upper = trunk_share * chest_share * (1 - neck_share);
  const double shoulder = smooth_step(.045, m.shoulder.x * .95, a.x) * smooth_step(1.30, 1.40, p.y + .10 * a.x) * .85;
  const std::size_t side = p.x >= 0 ? 0 : kRightOffset;
  w[kChest] = upper * (1 - shoulder);
  w[kLeftShoulder + side] = upper * shoulder;
  w[kNeck] = trunk_share * chest_share * neck_share * (1 - head_share);
  w[kHead] = trunk_share * chest_share * neck_share * head_share;

  const double fore = smooth_step(-.045, .045, dot(a - m.elbow, normalized(m.upper_arm_along + m.forearm_along)));
  const double hand_share = smooth_step(-.025, .02, beyond_wrist(p));
  w[kLeftUpperArm + side] = arm * (1 - fore);
  w[kLeftLowerArm + side] = arm * fore * (1 - hand_share);
  w[kLeftHand + side] = arm * fore * hand_share;

  double shin = smooth_step(.055, -.055, p.y - m.knee.y);
  double foot_share = smooth_step(.035, -.03, p.y - m.ankle.y - .25 * std::clamp(p.z - m.ankle.z, -.05, .1));
  const double toes = smooth_step(.075, .115, p.z) * smooth_step(.09, .07, p.y);
  if (is_skirt) {
    foot_share = 0;
    shin *= .6;
  }
  for (std::size_t k = 0; k < 2; k++) {
    const double share = leg * (k == 0 ? left : 1 - left);
    const std::size_t j = kLeftUpperLeg + k * kRightOffset;
    w[j] = share * (1 - shin);
    w[j + 1] = share * shin * (1 - foot_share);
    w[j + 2] = share * shin * foot_share * (1 - toes);
    w[j + 3] = share * shin * foot_share * toes;
  }
  return w;
}

}  // namespace mannequin
