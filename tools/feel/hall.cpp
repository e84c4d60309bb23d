#include "tools/feel/hall.h"

#include "client-proto/move/walk_check.h"

namespace feel {

namespace {

using proto::TestNumbers;

constexpr int kSpawnsPerSide = 7;
constexpr float kSpawnGap_m = 8;
constexpr float kSpawnFree_m = 3.5F;
constexpr float kEdge_m = 4;
constexpr int kSteps = 5;

void add_walls(world::Mall& mall) {
  mall.boxes.push_back({{0, -0.5F, 0}, {kHalfHall_m, 0.5F, kHalfHall_m}, 0});
  for (const float side : {-kHalfHall_m, kHalfHall_m}) {
    mall.boxes.push_back({{side, 2, 0}, {0.2F, 2, kHalfHall_m}, 0});
    mall.boxes.push_back({{0, 2, side}, {kHalfHall_m, 2, 0.2F}, 0});
  }
}

void add_spawns(world::Mall& mall) {
  for (int row = 0; row < kSpawnsPerSide; ++row) {
    for (int column = 0; column < kSpawnsPerSide; ++column) {
      const auto along = [](int i) { return (static_cast<float>(i) - (kSpawnsPerSide - 1) / 2.0F) * kSpawnGap_m; };
      mall.spawns.push_back({{along(column), 0, along(row)}, 0});
    }
  }
}

void add_ramp(Hall& hall, TestNumbers& numbers, Vec3 place) {
  const float width = numbers.between(0.8F, 2);
  const float rise = numbers.between(0.3F, 1.5F);
  const float run = rise * numbers.between(1.2F, 2.5F);
  hall.mall.hulls.push_back({place, place + Vec3{width, 0, 0}, place + Vec3{0, 0, run}, place + Vec3{width, 0, run},
                             place + Vec3{0, rise, run}, place + Vec3{width, rise, run}});
  hall.ascents.push_back({place + Vec3{width / 2, 0, -1}, place + Vec3{width / 2, rise, run}});
}

void add_stairs(Hall& hall, TestNumbers& numbers, Vec3 place) {
  const float height = numbers.between(0.12F, 0.28F);
  const float depth = numbers.between(0.28F, 0.5F);
  for (int i = 0; i < kSteps; ++i) {
    const float top = height * static_cast<float>(i + 1);
    hall.mall.boxes.push_back({place + Vec3{0, top / 2, depth * static_cast<float>(i)}, {0.8F, top / 2, depth / 2}, 0});
  }
  hall.ascents.push_back({place + Vec3{0, 0, -1}, place + Vec3{0, height * kSteps, depth * (kSteps - 1)}});
}

void add_box(Hall& hall, TestNumbers& numbers, Vec3 place) {
  const Vec3 half{numbers.between(0.1F, 0.9F), numbers.between(0.05F, 1.2F), numbers.between(0.1F, 0.9F)};
  hall.mall.boxes.push_back({place + Vec3{0, half.y, 0}, half, numbers.between(-3.2F, 3.2F)});
}

void add_triangle(Hall& hall, TestNumbers& numbers, Vec3 place) {
  const float reach = numbers.between(0.6F, 1.5F);
  const float rise = numbers.between(0.2F, 1.2F);
  hall.mall.triangles.push_back({place, place + Vec3{reach, rise, 0}, place + Vec3{0, rise / 2, reach}});
}

bool is_free(const world::Mall& mall, Vec3 place) {
  for (const world::Spawn& spawn : mall.spawns) {
    const Vec3 way = spawn.position - place;
    if (proto::length({way.x, 0, way.z}) < kSpawnFree_m) return false;
  }
  return true;
}

}  // namespace

Hall make_hall(std::uint64_t seed, std::size_t colliders) {
  TestNumbers numbers(seed);
  Hall hall;
  hall.mall.name = "Feel";
  hall.mall.bounds = {{-kHalfHall_m, -1, -kHalfHall_m}, {kHalfHall_m, 8, kHalfHall_m}};
  add_walls(hall.mall);
  add_spawns(hall.mall);
  const auto count = [&hall] { return hall.mall.boxes.size() + hall.mall.hulls.size() + hall.mall.triangles.size(); };
  while (count() < colliders) {
    const float x = numbers.between(-kHalfHall_m + kEdge_m, kHalfHall_m - kEdge_m);
    const float z = numbers.between(-kHalfHall_m + kEdge_m, kHalfHall_m - kEdge_m);
    const Vec3 place{x, 0, z};
    const std::uint32_t kind = numbers.below(10);
    if (!is_free(hall.mall, place)) continue;
    if (kind == 0) {
      add_ramp(hall, numbers, place);
    } else if (kind == 1) {
      add_stairs(hall, numbers, place);
    } else if (kind == 2) {
      add_triangle(hall, numbers, place);
    } else {
      add_box(hall, numbers, place);
    }
  }
  return hall;
}

}  // namespace feel
