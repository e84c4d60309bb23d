#include "tests/unit/world/support.h"

#include <catch2/catch.hpp>

namespace world::test {

std::string mall_json() {
  return R"({
  "format": "galleria.mall/1", "name": "Test hall",
  "bounds": {"min": [-30, -1, -30], "max": [30, 12, 30]},
  "spawns": [{"position": [0, 0, 20], "yaw_rad": 3.14159}, {"position": [2, 0, 20], "yaw_rad": 3.14159}],
  "colliders": {
    "boxes": [
      {"center": [0, -0.5, 0], "half": [30, 0.5, 30], "yaw_rad": 0},
      {"center": [-30, 2, 0], "half": [0.25, 2, 30], "yaw_rad": 0},
      {"center": [30, 2, 0], "half": [0.25, 2, 30], "yaw_rad": 0},
      {"center": [0, 2, -30], "half": [30, 2, 0.25], "yaw_rad": 0},
      {"center": [0, 2, 30], "half": [30, 2, 0.25], "yaw_rad": 0},
      {"center": [0, 2, 10], "half": [3, 2, 0.25], "yaw_rad": 0},
      {"center": [16, 0.225, 5.35], "half": [0.29, 0.225, 0.8], "yaw_rad": 0}],
    "hulls": [[[20, 0, 20], [22, 0, 20], [22, 0, 22], [20, 0, 22], [21, 1, 21]]],
    "triangles": [[[24, 0, 24], [26, 0, 24], [24, 1, 26]]]},
  "boutiques": [
    {"id": "maison-lune", "name": "Maison Lune", "kind": "fashion",
     "zone": {"min": [-20, -1, -20], "max": [-10, 5, -10]}, "door": [-15, 0, -10]},
    {"id": "oak-and-linen", "name": "Oak & Linen", "kind": "furniture",
     "zone": {"min": [10, -1, -20], "max": [20, 5, -10]}, "door": [15, 0, -10]}],
  "displays": [],
  "seats": [{"position": [16, 0.45, 5], "yaw_rad": 1.570796}, {"position": [16, 0.45, 5.7], "yaw_rad": 1.570796}],
  "props": [{"id": 1, "kind": "sphere", "half": [0.3, 0.3, 0.3], "mass_kg": 0.8, "position": [0, 0.3, -5],
             "yaw_rad": 0, "look": "ball"}],
  "staff": [{"name": "Ines", "boutique": "maison-lune", "shape": 1, "tint": 3,
             "path": [[-18, -18], [-12, -18], [-12, -12]], "outfit": ["jacket"]}],
  "visitors_wear": ["tee"]})";
}

std::string mall_json_with(const std::string& from, const std::string& to) {
  std::string text = mall_json();
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string mall_json_with_door() {
  std::string text = mall_json();
  const auto put_before = [&text](const std::string& place, const std::string& more) {
    const std::size_t at = text.find(place);
    REQUIRE(at != std::string::npos);
    text.insert(at, more);
  };
  put_before(R"({"center": [16, 0.225, 5.35])", R"({"center": [12.1, 2, -10], "half": [2.1, 2, 0.07], "yaw_rad": 0},
      {"center": [17.9, 2, -10], "half": [2.1, 2, 0.07], "yaw_rad": 0},
      {"center": [10, 2, -15], "half": [0.1, 2, 5], "yaw_rad": 0},
      {"center": [20, 2, -15], "half": [0.1, 2, 5], "yaw_rad": 0},
      {"center": [15, 2, -20], "half": [5, 2, 0.1], "yaw_rad": 0},
      )");
  put_before(R"("door": [15, 0, -10])",
             R"("entrances": [{"position": [15, 0, -10], "width_m": 1.6, "height_m": 3, "yaw_rad": 0}], )");
  return text;
}

Mall small_mall() {
  auto mall = parse_mall(mall_json());
  REQUIRE(mall.ok());
  return std::move(mall).value();
}

}  // namespace world::test
