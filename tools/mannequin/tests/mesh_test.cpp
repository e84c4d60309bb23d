#include "tools/mannequin/mesh.h"

#include <catch2/catch.hpp>

using namespace mannequin;

namespace {

const Field kBall = [](const Vec3& p) { return length(p) - .1; };
const Box kAround = {{-.15, -.15, -.15}, {.15, .15, .15}};

double volume(const Mesh& mesh) {
  double sum = 0;
  for (const Triangle& t : mesh.triangles)
    sum += dot(mesh.points[t[0]], cross(mesh.points[t[1]], mesh.points[t[2]])) / 6;
  return sum;
}

}  // namespace

TEST_CASE("a smooth union equals the nearer part away from the seam and is rounder at it") {
  CHECK(smooth_min(1, 3, .5) == 1);
  CHECK(smooth_min(3, 1, .5) == 1);
  CHECK(smooth_min(1, 1, .5) < 1);
  CHECK(smooth_max(-1, -3, .5) == -1);
}

TEST_CASE("a loft of equal sections is a round bar with the right radius") {
  const Loft bar({}, {{0, 0, 0, .05, .05, .05, .05}, {1, 0, 0, .05, .05, .05, .05}}, {.03, .03, 2});
  CHECK(bar.distance({.08, .5, 0}) == Approx(.03).margin(1e-6));
  CHECK(bar.distance({0, .5, .02}) == Approx(-.03).margin(1e-6));
  CHECK(bar.distance({0, 1.05, 0}) == Approx(.02).margin(1e-3));
  CHECK(bar.section(.5).u_plus == Approx(.05));
}

TEST_CASE("a polygon's inside is negative") {
  const std::vector<Point2> square = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  CHECK(polygon(square, {.5, .5}) == Approx(-.5));
  CHECK(polygon(square, {2, .5}) == Approx(1));
}

TEST_CASE("surface nets give a closed mesh that faces outwards") {
  Mesh ball = surface_nets(kBall, kAround, .008);
  relax(ball, kBall, 2);
  project(ball, kBall, 3);
  REQUIRE(ball.triangles.size() > 1000);
  CHECK(EdgeCounts(ball).closed());
  CHECK(volume(ball) == Approx(4.0 / 3 * kPi * .001).epsilon(.02));
  for (const Vec3& p : ball.points) REQUIRE(std::fabs(length(p) - .1) < 1e-4);
}

TEST_CASE("simplifying keeps to its budget, stays closed and keeps the form") {
  Mesh ball = surface_nets(kBall, kAround, .008);
  const double before = volume(ball);
  simplify(
      ball, 400, [](const Vec3&) { return 1.0; }, 1);
  CHECK(ball.triangles.size() <= 400);
  CHECK(ball.triangles.size() > 350);
  CHECK(EdgeCounts(ball).closed());
  CHECK(volume(ball) == Approx(before).epsilon(.05));
}

TEST_CASE("what matters more keeps more triangles") {
  Mesh ball = surface_nets(kBall, kAround, .008);
  simplify(
      ball, 600, [](const Vec3& p) { return p.y > 0 ? 50.0 : 1.0; }, 1);
  std::size_t above = 0;
  for (const Triangle& t : ball.triangles) above += ball.points[t[0]].y > 0;
  CHECK(above > ball.triangles.size() * 6 / 10);
}

TEST_CASE("cutting follows the region's edge exactly, and the edge survives simplifying") {
  Mesh cap = surface_nets(kBall, kAround, .008);
  relax(cap, kBall, 2);
  const Field upper = [](const Vec3& p) { return .02 - p.y; };
  cap = clip(cap, upper);
  const auto check_border = [&](double tolerance_m) {
    const std::vector<char> border = EdgeCounts(cap).border_vertices(cap.points.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < border.size(); i++) {
      REQUIRE(cap.points[i].y > .02 - tolerance_m);
      if (!border[i]) continue;
      count++;
      REQUIRE(std::fabs(cap.points[i].y - .02) < tolerance_m);
    }
    return count;
  };
  const std::size_t before = check_border(1e-5);
  simplify(
      cap, 200, [](const Vec3&) { return 1.0; }, 2);
  project(cap, kBall, 3);
  project_border(cap, kBall, upper);
  const std::size_t after = check_border(5e-4);
  CHECK(after < before);
  CHECK(after >= 8);
}

TEST_CASE("a rim gives the edge of cloth thickness and leaves the outer side alone") {
  Mesh cap = surface_nets(kBall, kAround, .01);
  const Field upper = [](const Vec3& p) { return .02 - p.y; };
  cap = clip(cap, upper);
  shade_normals(cap, kBall, .001);
  shade_openness(cap, kBall);
  cap.hem_m.assign(cap.points.size(), 0);
  const std::size_t points = cap.points.size(), triangles = cap.triangles.size();
  add_rim(cap, upper, {.004, .01});
  REQUIRE(cap.points.size() > points);
  REQUIRE(cap.normals.size() == cap.points.size());
  REQUIRE(cap.openness.size() == cap.points.size());
  CHECK(cap.triangles.size() > triangles);
  double deepest = 0;
  for (std::size_t i = points; i < cap.points.size(); i++) deepest = std::min(deepest, kBall(cap.points[i]));
  CHECK(deepest < -.004);
}
