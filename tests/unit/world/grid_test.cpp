#include "world-server/world/grid.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <set>

using namespace world;

TEST_CASE("the grid gives everybody within the radius, each once, and nobody who is absent") {
  const bool held = rc::check([] {
    const auto coordinate = [] { return static_cast<float>(*rc::gen::inRange(-4500, 4500)) / 100.0F; };
    const auto count = *rc::gen::inRange<std::size_t>(0, 60);
    std::vector<float> x;
    std::vector<float> z;
    std::vector<std::uint8_t> present;
    for (std::size_t i = 0; i < count; ++i) {
      x.push_back(coordinate());
      z.push_back(coordinate());
      present.push_back(*rc::gen::inRange<std::uint8_t>(0, 2));
    }
    InterestGrid grid({{-30, 0, -30}, {30, 1, 30}}, 7);
    grid.fill(x, z, present);
    const float at_x = coordinate();
    const float at_z = coordinate();
    const float radius = static_cast<float>(*rc::gen::inRange(0, 40));

    std::multiset<std::uint32_t> seen;
    grid.visit_near(at_x, at_z, radius, [&seen](std::uint32_t item) { seen.insert(item); });

    for (std::uint32_t i = 0; i < count; ++i) {
      const float dx = x[i] - at_x;
      const float dz = z[i] - at_z;
      const bool within = dx * dx + dz * dz <= radius * radius;
      RC_ASSERT(seen.count(i) <= 1);
      if (present[i] == 0) RC_ASSERT(seen.count(i) == 0);
      if (present[i] != 0 && within) RC_ASSERT(seen.count(i) == 1);
    }
  });
  CHECK(held);
}

TEST_CASE("the grid leaves out who is far away") {
  const std::vector<float> x{0, 25};
  const std::vector<float> z{0, 25};
  const std::vector<std::uint8_t> present{1, 1};
  InterestGrid grid({{-30, 0, -30}, {30, 1, 30}}, 5);
  grid.fill(x, z, present);

  std::vector<std::uint32_t> seen;
  grid.visit_near(0, 0, 4, [&seen](std::uint32_t item) { seen.push_back(item); });

  CHECK(seen == std::vector<std::uint32_t>{0});
}
