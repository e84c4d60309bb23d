#include "tools/mannequin/motion.h"

#include <catch2/catch.hpp>

using namespace mannequin;

namespace {

/// A point of the sole that stands while the foot rolls from heel to toe: the ball.
Vec3 ball_of(const Body& body, const Pose& pose, Side side) {
  const std::size_t toes = kLeftToes + (side == Side::kRight ? kRightOffset : 0);
  return joint_frames(body.rest(), pose)[toes].position;
}

const Clip& clip_named(const std::vector<Clip>& clips, const std::string& name) {
  for (const Clip& clip : clips)
    if (clip.name == name) return clip;
  FAIL("no clip " << name);
  return clips.front();
}

}  // namespace

TEST_CASE("a leg bends to reach its target, and says by how much it cannot") {
  const Body body(Shape::kSlim);
  Pose pose;
  pose.hips = body.rest()[kHips];
  const Vec3 wanted{.09, .30, .12};
  CHECK(place_leg(pose, body.rest(), Side::kLeft, {wanted, .2, 0, .1}) < 1e-9);
  const Vec3 ankle = joint_frames(body.rest(), pose)[kLeftFoot].position;
  // The knee turns about X alone, though thigh and shin lean sideways a little.
  CHECK(length(ankle - wanted) < 1e-4);
  CHECK(place_leg(pose, body.rest(), Side::kLeft, {{.09, -.3, 0}, 0, 0, 0}) > .2);
}

TEST_CASE("the ball of a planted foot drifts less than two millimetres in every gait and shape") {
  constexpr double kDrift_max_m = .002;
  constexpr int kMoments = 400;
  for (int shape = 0; shape < kShapes; shape++) {
    const Body body(static_cast<Shape>(shape));
    const std::vector<Clip> clips = bake_clips(body);
    for (const Gait& gait : gaits()) {
      const Clip& clip = clip_named(clips, gait.name);
      // From the moment the sole lies flat until the toes begin to leave the ground (the last key before the swing).
      constexpr double kFlat = .22, kLeaving = .95;
      double worst = 0;
      for (const Side side : {Side::kLeft, Side::kRight}) {
        const double offset = side == Side::kLeft ? 0 : .5;
        Vec3 first;
        bool has_first = false;
        for (int k = 0; k < kMoments; k++) {
          const double u = gait.stance * (kFlat + (kLeaving - kFlat) * k / kMoments);
          const double phase = u - offset - std::floor(u - offset);
          Vec3 at = ball_of(body, sample(clip, phase), side);
          at.z += gait.speed_mps * gait.period_s * u;
          if (!has_first) first = at;
          has_first = true;
          worst = std::max(worst, length(at - first));
        }
      }
      INFO(gait.name << " shape " << shape << " drift " << worst * 1000 << " mm");
      CHECK(worst < kDrift_max_m);
    }
  }
}

TEST_CASE("standing legs are never asked for more than they reach") {
  const Body body(Shape::kBroad);
  constexpr double kMissed_max_m = .004;
  for (const Gait& gait : gaits())
    for (int k = 0; k < 100; k++) {
      // A runner's heel meets the ground while the leg is still stretching: until the sole lies flat it may be short.
      const double q = gait.is_run ? .2 + .8 * k / 100 : k / 100.0;
      const Stride left = stride(gait, body, gait.stance * q);
      INFO(gait.name << " at " << q << " of the stance");
      REQUIRE(left.stands[0]);
      REQUIRE(left.missed_m < kMissed_max_m);
    }
}

TEST_CASE("while turning on the spot the standing foot keeps its place and direction on the ground") {
  const Body body(Shape::kSlim);
  for (const int direction : {1, -1}) {
    const Clip clip = clip_named(bake_clips(body), direction > 0 ? "turn_left" : "turn_right");
    // The outer foot stands until half of the turn; the avatar turns a quarter per cycle.
    const Side outer = direction > 0 ? Side::kRight : Side::kLeft;
    const Vec3 first = ball_of(body, sample(clip, 0), outer);
    double worst = 0;
    for (int k = 0; k <= 100; k++) {
      const double u = .49 * k / 100;
      const Vec3 at = rotate(about_y(direction * kPi / 2 * u), ball_of(body, sample(clip, u), outer));
      worst = std::max(worst, length(at - first));
    }
    INFO("drift " << worst * 1000 << " mm");
    CHECK(worst < .002);
  }
}

TEST_CASE("clips are closed, their rotations are unit and neighbours are close") {
  const Body body(Shape::kFull);
  const std::vector<Clip> clips = bake_clips(body);
  REQUIRE(clips.size() == 8);
  for (const Clip& clip : clips) {
    INFO(clip.name);
    REQUIRE(clip.keys.size() > 2);
    CHECK(length(clip.keys.front().hips - clip.keys.back().hips) < 1e-9);
    for (std::size_t k = 0; k + 1 < clip.keys.size(); k++)
      for (std::size_t j = 0; j < kJoints; j++) {
        const Quat &a = clip.keys[k].rotations[j], &b = clip.keys[k + 1].rotations[j];
        REQUIRE(std::fabs(a.x * a.x + a.y * a.y + a.z * a.z + a.w * a.w - 1) < 1e-9);
        // No joint jumps by more than half a radian between two keys, the last one included.
        REQUIRE(std::fabs(a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w) > std::cos(.25));
      }
  }
}
