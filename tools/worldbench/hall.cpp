#include "tools/worldbench/hall.h"

#include <array>
#include <nlohmann/json.hpp>
#include <random>

namespace worldbench {

namespace {

using nlohmann::json;

constexpr int kFloorAndWalls = 5;
constexpr int kColumns = 23;
constexpr float kPitch_m = 4.2F;
constexpr int kSpawnsPerSide = 16;
constexpr float kSpawnPitch_m = 6;

json box(std::array<float, 3> centre, std::array<float, 3> half, float yaw_rad) {
  return {{"center", centre}, {"half", half}, {"yaw_rad", yaw_rad}};
}

/// Half extents of what stands about.
constexpr std::array<std::array<float, 3>, 4> kPieces{{
    {0.3F, 1.5F, 0.3F},    // pillar
    {0.8F, 0.5F, 0.35F},   // counter
    {0.9F, 0.22F, 0.25F},  // bench
    {0.7F, 0.1F, 0.7F},    // step, walked over
}};

json colliders(std::mt19937& dice) {
  json boxes = json::array();
  boxes.push_back(box({0, -0.5F, 0}, {kHallHalf_m, 0.5F, kHallHalf_m}, 0));
  for (const float side : {-1.0F, 1.0F}) {
    boxes.push_back(box({side * kHallHalf_m, 2, 0}, {0.5F, 2, kHallHalf_m}, 0));
    boxes.push_back(box({0, 2, side * kHallHalf_m}, {kHallHalf_m, 2, 0.5F}, 0));
  }
  // Distributions of the library differ between libraries; plain remainders do not.
  const auto below = [&dice](unsigned bound) { return static_cast<float>(dice() % bound); };
  for (int i = 0; i < kHallColliders - kFloorAndWalls; ++i) {
    const auto& half = kPieces[dice() % kPieces.size()];
    const int column = i % kColumns - kColumns / 2;
    const int row = i / kColumns - kColumns / 2;
    const float x = static_cast<float>(column) * kPitch_m + below(100) * 0.01F;
    const float z = static_cast<float>(row) * kPitch_m + below(100) * 0.01F;
    const float yaw_rad = below(628) * 0.01F;
    boxes.push_back(box({x, half[1], z}, half, yaw_rad));
  }
  return {{"boxes", boxes}, {"hulls", json::array()}, {"triangles", json::array()}};
}

json spawns() {
  json list = json::array();
  for (int i = 0; i < kSpawnsPerSide * kSpawnsPerSide; ++i) {
    const auto along = [](int step) {
      return (static_cast<float>(step) - kSpawnsPerSide / 2.0F + 0.5F) * kSpawnPitch_m;
    };
    const int column = i % kSpawnsPerSide;
    const int row = i / kSpawnsPerSide;
    list.push_back({{"position", {along(column), 0, along(row)}}, {"yaw_rad", 0}});
  }
  return list;
}

}  // namespace

std::string hall_document(unsigned seed) {
  std::mt19937 dice(seed);
  const json hall{
      {"format", "galleria.mall/1"},
      {"name", "Bench"},
      {"bounds", {{"min", {-kHallHalf_m, -1, -kHallHalf_m}}, {"max", {kHallHalf_m, 5, kHallHalf_m}}}},
      {"spawns", spawns()},
      {"colliders", colliders(dice)},
      {"boutiques", json::array()},
      {"displays", json::array()},
      {"props", json::array()},
      {"staff", json::array()},
  };
  return hall.dump();
}

}  // namespace worldbench
