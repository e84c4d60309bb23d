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
constexpr std::size_t kBenchPiece = 2;
constexpr float kBoutiqueHalf_m = 20;
constexpr int kDisplays = 4;

json box(std::array<float, 3> centre, std::array<float, 3> half, float yaw_rad) {
  return {{"center", centre}, {"half", half}, {"yaw_rad", yaw_rad}};
}

/// Half extents of what stands about; kBenchPiece is one of them.
constexpr std::array<std::array<float, 3>, 4> kPieces{{
    {0.3F, 1.5F, 0.3F},    // pillar
    {0.8F, 0.5F, 0.35F},   // counter
    {0.9F, 0.22F, 0.25F},  // bench
    {0.7F, 0.1F, 0.7F},    // step, walked over
}};

struct Pieces {
  json boxes = json::array();
  json seats = json::array();
};

Pieces place_pieces(std::mt19937& dice) {
  Pieces pieces;
  json& boxes = pieces.boxes;
  boxes.push_back(box({0, -0.5F, 0}, {kHallHalf_m, 0.5F, kHallHalf_m}, 0));
  for (const float side : {-1.0F, 1.0F}) {
    boxes.push_back(box({side * kHallHalf_m, 2, 0}, {0.5F, 2, kHallHalf_m}, 0));
    boxes.push_back(box({0, 2, side * kHallHalf_m}, {kHallHalf_m, 2, 0.5F}, 0));
  }
  // Distributions of the library differ between libraries; plain remainders do not.
  const auto below = [&dice](unsigned bound) { return static_cast<float>(dice() % bound); };
  for (int i = 0; i < kHallColliders - kFloorAndWalls; ++i) {
    const std::size_t piece = dice() % kPieces.size();
    const auto& half = kPieces[piece];
    const int column = i % kColumns - kColumns / 2;
    const int row = i / kColumns - kColumns / 2;
    const float x = static_cast<float>(column) * kPitch_m + below(100) * 0.01F;
    const float z = static_cast<float>(row) * kPitch_m + below(100) * 0.01F;
    const float yaw_rad = below(628) * 0.01F;
    boxes.push_back(box({x, half[1], z}, half, yaw_rad));
    if (piece == kBenchPiece) pieces.seats.push_back({{"position", {x, 2 * half[1], z}}, {"yaw_rad", yaw_rad}});
  }
  return pieces;
}

/// Without walls, so that everybody wanders in and out.
void furnish(json& hall, json seats) {
  hall["seats"] = std::move(seats);
  hall["boutiques"].push_back(
      {{"id", "bench"},
       {"name", "Bench"},
       {"kind", "fashion"},
       {"zone", {{"min", {-kBoutiqueHalf_m, -1, -kBoutiqueHalf_m}}, {"max", {kBoutiqueHalf_m, 5, kBoutiqueHalf_m}}}},
       {"door", {kBoutiqueHalf_m, 0, 0}}});
  for (int i = 0; i < kDisplays; ++i) {
    const float aside_m = static_cast<float>(i) * kPitch_m;
    hall["displays"].push_back({{"id", i + 1},
                                {"boutique", "bench"},
                                {"mount", "rail"},
                                {"position", {aside_m, 1, aside_m}},
                                {"yaw_rad", 0},
                                {"space_m", {1, 2, 1}}});
  }
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

std::string hall_document(unsigned seed, bool furnished) {
  std::mt19937 dice(seed);
  Pieces pieces = place_pieces(dice);
  json hall{
      {"format", "galleria.mall/1"},
      {"name", "Bench"},
      {"bounds", {{"min", {-kHallHalf_m, -1, -kHallHalf_m}}, {"max", {kHallHalf_m, 5, kHallHalf_m}}}},
      {"spawns", spawns()},
      {"colliders", {{"boxes", pieces.boxes}, {"hulls", json::array()}, {"triangles", json::array()}}},
      {"boutiques", json::array()},
      {"displays", json::array()},
      {"props", json::array()},
      {"staff", json::array()},
  };
  if (furnished) furnish(hall, std::move(pieces.seats));
  return hall.dump();
}

}  // namespace worldbench
