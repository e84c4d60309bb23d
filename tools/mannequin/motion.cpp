#include "tools/mannequin/motion.h"

namespace mannequin {
namespace {

constexpr double kTurn_rad = kPi / 2;

/// Heel strike, flat, then the heel rises and the foot rolls over the ball. Given in the avatar's space, relative to
/// the ankle's rest place.
struct FootPath {
  double y = 0, z = 0, pitch = 0, toe = 0;
  bool stands = false;
};

/// How far the ankle moves when the foot turns about a point of its sole instead of about the ankle.
void pivot_about(FootPath& foot, const Vec3& pivot) {
  const Vec3 turned = rotate(about_x(foot.pitch), pivot);
  foot.y += pivot.y - turned.y;
  foot.z += pivot.z - turned.z;
}

struct RollOff {
  double strike_pitch, push_pitch;
};
constexpr RollOff kWalkRoll = {-.34, .80}, kRunRoll = {-.12, .95};

FootPath stance_path(const Gait& g, const RestPositions& rest, double q) {
  const Vec3 ball = rest[kLeftToes] - rest[kLeftFoot], heel{0, -rest[kLeftFoot].y, -.045};
  const double travel = g.speed_mps * g.period_s * g.stance, front = travel * (g.is_run ? .46 : .475);
  FootPath foot;
  foot.stands = true;
  foot.z = front - travel * q;
  if (g.is_run) {
    foot.pitch = kRunRoll.strike_pitch * (1 - smooth_step(0, .2, q)) + kRunRoll.push_pitch * smooth_step(.40, 1, q);
    foot.toe = std::max(0.0, foot.pitch) * .9;
  } else {
    foot.pitch = kWalkRoll.strike_pitch * (1 - smooth_step(0, .16, q)) +
                 kWalkRoll.push_pitch * std::pow(smooth_step(.60, 1.02, q), 1.15);
    foot.toe = std::max(0.0, foot.pitch) * .95;
  }
  pivot_about(foot, foot.pitch < 0 ? heel : ball);
  return foot;
}

FootPath swing_path(const Gait& g, const RestPositions& rest, double q) {
  const FootPath from = stance_path(g, rest, 1), to = stance_path(g, rest, 0);
  const double slide = -g.speed_mps * g.period_s * (1 - g.stance);
  const double q2 = q * q, q3 = q2 * q;
  FootPath foot;
  foot.z = (2 * q3 - 3 * q2 + 1) * from.z + (q3 - 2 * q2 + q) * slide * .6 + (-2 * q3 + 3 * q2) * to.z +
           (q3 - q2) * slide * .9;
  const double arc =
      g.is_run ? std::pow(std::sin(kPi * std::pow(q, .75)), 1.2) : std::sin(kPi * std::pow(q, .7)) * (1 - .55 * q);
  foot.y = from.y + (to.y - from.y) * smooth_step(0, 1, q) + g.lift_m * std::max(0.0, arc);
  constexpr double kRelaxed_rad = .25;
  if (q < .35)
    foot.pitch = from.pitch + (g.is_run ? .35 : .12) * std::sin(kPi * q / .35) -
                 (from.pitch - kRelaxed_rad) * smooth_step(.08, .35, q);
  else
    foot.pitch = kRelaxed_rad + (to.pitch - kRelaxed_rad) * smooth_step(.35, .92, q);
  foot.toe = from.pitch * .9 * (1 - smooth_step(0, .3, q));
  return foot;
}

void place_trunk(Pose& pose, const Gait& g, const RestPositions& rest, double u) {
  const double bob = g.is_run ? -std::cos(4 * kPi * (u - g.stance / 2)) : -std::cos(4 * kPi * (u - .02));
  const double sway = std::sin(2 * kPi * (u - .06));
  pose.hips = rest[kHips] + Vec3{sway * (g.is_run ? .008 : .018), bob * g.bob_m - g.drop_m, 0};
  const double yaw = std::cos(2 * kPi * u) * g.twist_rad, roll = sway * .045, lean = g.lean_rad;
  pose.rotations[kHips] = yaw_pitch_roll(-yaw, lean * .4, -roll * .9);
  pose.rotations[kSpine] = yaw_pitch_roll(yaw * .9, lean * .3, roll * .6);
  pose.rotations[kChest] = yaw_pitch_roll(yaw * .95, lean * .3, roll * .4);
  pose.rotations[kNeck] = yaw_pitch_roll(-yaw * .45, -lean * .4, 0);
  pose.rotations[kHead] = yaw_pitch_roll(-yaw * .35, -lean * .4, 0);
}

double bump(double from, double to, double u) { return std::sin(kPi * std::clamp((u - from) / (to - from), 0.0, 1.0)); }

Clip bake(const std::string& name, double duration_s, std::size_t intervals,
          const std::function<Pose(double)>& pose_at) {
  Clip clip;
  clip.name = name;
  clip.duration_s = duration_s;
  for (std::size_t k = 0; k < intervals; k++)
    clip.keys.push_back(pose_at(static_cast<double>(k) / static_cast<double>(intervals)));
  clip.keys.push_back(clip.keys.front());
  return clip;
}

}  // namespace

const std::vector<Gait>& gaits() {
  static const std::vector<Gait> all = {
      {"walk", 1.02, 1.10, .60, .070, .016, .028, .02, .34, .16, .28, .10, false},
      {"walk_fast", .80, 2.00, .52, .085, .020, .054, .06, .42, .26, .34, .14, false},
      {"run", .70, 2.90, .35, .260, .035, .036, .15, .65, 1.35, .30, .14, true},
      {"run_fast", .64, 4.20, .28, .330, .038, .040, .20, .80, 1.40, .30, .16, true},
  };
  return all;
}

Stride stride(const Gait& g, const Body& body, double phase) {
  const RestPositions& rest = body.rest();
  Stride out;
  place_trunk(out.pose, g, rest, phase);
  for (const Side side : {Side::kLeft, Side::kRight}) {
    const std::size_t k = static_cast<std::size_t>(side);
    const double s = side == Side::kLeft ? 1 : -1, offset = side == Side::kLeft ? 0 : .5;
    const double u = phase + offset - std::floor(phase + offset);
    const FootPath foot =
        u < g.stance ? stance_path(g, rest, u / g.stance) : swing_path(g, rest, (u - g.stance) / (1 - g.stance));
    const Vec3 ankle = rest[kLeftFoot];
    const double missed = place_leg(
        out.pose, rest, side,
        {{ankle.x * s * (g.is_run ? .55 : .72), ankle.y + foot.y, ankle.z + foot.z}, foot.pitch, foot.toe, 0});
    out.stands[k] = foot.stands;
    if (foot.stands) out.missed_m = std::max(out.missed_m, missed);
    const double swing = -std::cos(2 * kPi * (phase + offset - .03));
    place_arm(out.pose, body.measures(), side,
              {g.is_run ? .36 : .47, swing * g.arm_swing_rad + (g.is_run ? -.10 : .06),
               g.elbow_rad + g.elbow_swing_rad * (.5 + .5 * swing), g.is_run ? .15 : .06});
  }
  return out;
}

Pose idle_pose(const Body& body, double phase) {
  const RestPositions& rest = body.rest();
  // Two breaths in one slow shift of the weight.
  const double breath = std::sin(4 * kPi * phase), shift = std::sin(2 * kPi * phase);
  Pose pose;
  pose.hips = rest[kHips] + Vec3{.022 + .006 * shift, -.005 - .001 * breath, 0};
  pose.rotations[kHips] = yaw_pitch_roll(.05, 0, .056 + .010 * shift);
  pose.rotations[kSpine] = yaw_pitch_roll(-.02, -.015 + .008 * breath, -.041 - .007 * shift);
  pose.rotations[kChest] = yaw_pitch_roll(-.03, -.02 - .012 * breath, -.032 - .005 * shift);
  pose.rotations[kNeck] = yaw_pitch_roll(.03 + .02 * shift, .03, .01);
  pose.rotations[kHead] = yaw_pitch_roll(.06 + .05 * shift, .004 * breath, .025);
  const Vec3 ankle = rest[kLeftFoot];
  place_leg(pose, rest, Side::kLeft, {{ankle.x * .92, ankle.y, ankle.z - .012}, 0, 0, .06});
  place_leg(pose, rest, Side::kRight, {{-ankle.x * 1.18, ankle.y, ankle.z + .045}, 0, 0, -.20});
  place_arm(pose, body.measures(), Side::kLeft, {.42 - .006 * breath, .02 + .015 * shift, .18 + .010 * breath, .05});
  place_arm(pose, body.measures(), Side::kRight, {.38 - .006 * breath, .05 - .015 * shift, .24 + .010 * breath, .05});
  pose.rotations[kLeftHand] = about_z(-.04);
  pose.rotations[kLeftHand + kRightOffset] = about_z(.04);
  return pose;
}

Pose turn_pose(const Body& body, double phase, int direction) {
  const RestPositions& rest = body.rest();
  const double u = phase, a = kTurn_rad * direction, turned = a * u;
  // The foot on the inner side steps first, wide open; the other one follows.
  const double first = smooth_step(.08, .46, u), second = smooth_step(.50, .90, u);
  const double first_lift = bump(.08, .46, u), second_lift = bump(.50, .90, u);
  const bool left_first = direction > 0;
  const std::array<double, 2> yaw = {a * (left_first ? first : second) - turned,
                                     a * (left_first ? second : first) - turned};
  const std::array<double, 2> lift = {left_first ? first_lift : second_lift, left_first ? second_lift : first_lift};
  Pose pose;
  const double sway = .022 * (lift[1] - lift[0]);
  pose.hips = rest[kHips] + Vec3{sway, -.007 - .003 * (lift[0] + lift[1]), 0};
  const double body_yaw = a * smooth_step(.05, .92, u) - turned, lead = .30 * direction * std::sin(kPi * u);
  pose.rotations[kHips] = yaw_pitch_roll(body_yaw, 0, .02 * (lift[0] - lift[1]));
  pose.rotations[kSpine] = about_y(lead * .25);
  pose.rotations[kChest] = about_y(lead * .3);
  pose.rotations[kNeck] = about_y(lead * .4);
  pose.rotations[kHead] = about_y(lead * .4);
  const Vec3 ankle = rest[kLeftFoot];
  for (const Side side : {Side::kLeft, Side::kRight}) {
    const std::size_t k = static_cast<std::size_t>(side);
    const Vec3 at{side == Side::kLeft ? ankle.x : -ankle.x, ankle.y + .038 * lift[k], ankle.z};
    place_leg(pose, rest, side, {rotate(about_y(yaw[k]), at), .22 * lift[k], 0, yaw[k]});
    place_arm(pose, body.measures(), side, {.43, .02 - .12 * lift[k] + .08 * lift[1 - k], .22, .05});
  }
  return pose;
}

Pose wave_pose(const Body& body, double phase) {
  // The right arm rises, the forearm swings three times, and it comes down again over a standing body.
  const double raised = smooth_step(0, .22, phase) * smooth_step(1, .78, phase);
  const double swing =
      std::sin(2 * kPi * 3 * (phase - .2) / .6) * smooth_step(.18, .26, phase) * smooth_step(.84, .74, phase);
  Pose pose = idle_pose(body, 0);
  const std::size_t shoulder = kRightShoulder, upper = shoulder + 1, lower = shoulder + 2, hand = shoulder + 3;
  const Vec3 along = mirrored(body.measures().upper_arm_along), fore = mirrored(body.measures().forearm_along);
  const auto blend = [&](std::size_t j, const Quat& to) {
    const Quat from = pose.rotations[j];
    const double sign = from.x * to.x + from.y * to.y + from.z * to.z + from.w * to.w < 0 ? -1 : 1;
    pose.rotations[j] = normalized(Quat{mix(from.x, to.x * sign, raised), mix(from.y, to.y * sign, raised),
                                        mix(from.z, to.z * sign, raised), mix(from.w, to.w * sign, raised)});
  };
  blend(shoulder, about_z(-.16));
  blend(upper, about_z(-.78) * about_x(-.42) * about(along, .5));
  blend(lower, about_z(-1.52 - .30 * swing) * about(fore, .55));
  blend(hand, about_z(-.12 * swing) * about(fore, .45));
  pose.rotations[kHead] = pose.rotations[kHead] * yaw_pitch_roll(-.06 * raised, 0, .05 * raised);
  return pose;
}

std::vector<Clip> bake_clips(const Body& body) {
  constexpr std::size_t kGaitKeys = 48, kIdleKeys = 32, kTurnKeys = 32, kWaveKeys = 40;
  constexpr double kIdle_s = 7.8, kTurn_s = 1.1, kWave_s = 2.6;
  std::vector<Clip> clips;
  clips.push_back(bake("idle", kIdle_s, kIdleKeys, [&](double u) { return idle_pose(body, u); }));
  for (const Gait& gait : gaits()) {
    clips.push_back(bake(gait.name, gait.period_s, kGaitKeys, [&](double u) { return stride(gait, body, u).pose; }));
    clips.back().speed_mps = gait.speed_mps;
  }
  clips.push_back(bake("turn_left", kTurn_s, kTurnKeys, [&](double u) { return turn_pose(body, u, 1); }));
  clips.push_back(bake("turn_right", kTurn_s, kTurnKeys, [&](double u) { return turn_pose(body, u, -1); }));
  clips.push_back(bake("wave", kWave_s, kWaveKeys, [&](double u) { return wave_pose(body, u); }));
  clips.back().loops = false;
  return clips;
}

}  // namespace mannequin
