// What the baker is given: triangles with their colour, lamps grouped by shop, and the points whose light is wanted.
//
// The file is little-endian: the magic "GLBK", a version, four counts (triangles, groups, lamps, samples) as uint32,
// then
//   triangle: 3 corners, albedo (12 floats), flags (float: bit 0 two-sided, bit 1 emits a little),
//   group:    inner box lo/hi, outer box lo/hi (12 floats), first lamp, lamp count (2 floats),
//   lamp:     position, direction, intensity (9 floats), cosines of the inner and outer cone (2 floats),
//   sun:      direction, colour (6 floats),
//   sample:   position, normal (6 floats).
// A group's lamps are asked for only at points inside one of its two boxes: the shop, and the hall before its front.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/mall/bake/vec.h"

namespace bake {

struct Triangle {
  Vec3 a;
  Vec3 edge1;
  Vec3 edge2;
  Vec3 normal;
  Vec3 albedo;
  Vec3 emission;
  bool two_sided = false;
};

struct Lamp {
  Vec3 position;
  Vec3 direction;
  Vec3 intensity;
  float cos_inner = 0;
  float cos_outer = 0;
};

struct LampGroup {
  Box inner;
  Box outer;
  uint32_t first = 0;
  uint32_t count = 0;
};

struct Sample {
  Vec3 position;
  Vec3 normal;
};

struct Scene {
  std::vector<Triangle> triangles;
  std::vector<LampGroup> groups;
  std::vector<Lamp> lamps;
  std::vector<Sample> samples;
  Vec3 sun_direction;
  Vec3 sun_colour;
};

/// Reads a scene; throws std::runtime_error with the reason when the file is not one.
[[nodiscard]] Scene read_scene(const std::string& path);

}  // namespace bake
