#include "assets/cook/collider.h"

#include <catch2/catch.hpp>

namespace {

using assets::Soup;
using assets::Vec3;

void add_box(Soup& soup, Vec3 low, Vec3 high) {
  const auto first = static_cast<std::uint32_t>(soup.positions.size());
  for (unsigned i = 0; i < 8; ++i) {
    soup.positions.push_back(
        {(i & 1U) != 0 ? high.x : low.x, (i & 2U) != 0 ? high.y : low.y, (i & 4U) != 0 ? high.z : low.z});
  }
  constexpr std::array<std::array<std::uint32_t, 3>, 12> kFaces = {{{0, 2, 1},
                                                                    {1, 2, 3},
                                                                    {4, 5, 6},
                                                                    {5, 7, 6},
                                                                    {0, 1, 4},
                                                                    {1, 5, 4},
                                                                    {2, 6, 3},
                                                                    {3, 6, 7},
                                                                    {0, 4, 2},
                                                                    {2, 4, 6},
                                                                    {1, 3, 5},
                                                                    {3, 7, 5}}};
  for (const auto& f : kFaces) soup.triangles.push_back({first + f[0], first + f[1], first + f[2]});
}

bool covered(const std::vector<assets::ColliderBox>& boxes, double x, double y, double z) {
  for (const auto& box : boxes) {
    const auto inside = [&](std::size_t axis, double v) {
      return std::abs(v - static_cast<double>(box.center_m[axis])) <= static_cast<double>(box.half_m[axis]) + 1e-6;
    };
    if (inside(0, x) && inside(1, y) && inside(2, z)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a cupboard is one box") {
  Soup soup;
  add_box(soup, {-0.5, 0, -0.2}, {0.5, 1.5, 0.2});
  const auto boxes = assets::make_colliders(soup);
  REQUIRE(boxes.size() == 1);
  CHECK(boxes[0].half_m[0] == Approx(0.5F));
  CHECK(boxes[0].half_m[1] == Approx(0.75F));
  CHECK(boxes[0].center_m[1] == Approx(0.75F));
}

TEST_CASE("a corner sofa leaves its corner free") {
  Soup soup;
  add_box(soup, {-1.2, 0, -1.2}, {1.2, 0.8, -0.4});
  add_box(soup, {-1.2, 0, -1.2}, {-0.4, 0.8, 1.2});
  const auto boxes = assets::make_colliders(soup);
  CHECK(covered(boxes, 1.0, 0.4, -1.0));
  CHECK(covered(boxes, -1.0, 0.4, 1.0));
  CHECK_FALSE(covered(boxes, 0.8, 0.4, 0.8));
}

TEST_CASE("a chair is lower where one sits than where one leans") {
  Soup soup;
  add_box(soup, {-0.25, 0, -0.25}, {0.25, 0.45, 0.25});
  add_box(soup, {-0.25, 0, -0.25}, {0.25, 0.9, -0.2});
  const auto boxes = assets::make_colliders(soup);
  CHECK(covered(boxes, 0, 0.85, -0.22));
  CHECK_FALSE(covered(boxes, 0, 0.7, 0.1));
}

TEST_CASE("colliders never leave the bounds and never exceed their number") {
  Soup soup;
  for (int i = 0; i < 30; ++i) {
    const int row = i / 6;
    const double x = (i % 6) * 0.4;
    const double z = row * 0.4;
    add_box(soup, {x, 0, z}, {x + 0.1, 0.2 + 0.07 * i, z + 0.1});
  }
  const auto boxes = assets::make_colliders(soup);
  CHECK(boxes.size() <= assets::kColliderBoxesMax);
  const auto bounds = assets::bounds_of(soup);
  for (const auto& box : boxes) {
    CHECK(static_cast<double>(box.center_m[0] - box.half_m[0]) >= bounds.low.x - 1e-5);
    CHECK(static_cast<double>(box.center_m[0] + box.half_m[0]) <= bounds.high.x + 1e-5);
    CHECK(static_cast<double>(box.center_m[2] + box.half_m[2]) <= bounds.high.z + 1e-5);
  }
}
