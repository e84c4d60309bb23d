/// What the studio's rays need to know about surfaces and about the room: colour, roughness and alpha at a hit, and the
/// light that comes from a direction.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "assets/cook/soup.h"
#include "assets/gltf/model.h"
#include "assets/picture/picture.h"
#include "assets/thumb/bvh.h"

namespace assets {

inline Float3 operator+(Float3 a, Float3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Float3 operator-(Float3 a, Float3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Float3 operator*(Float3 a, float s) { return {a.x * s, a.y * s, a.z * s}; }
inline Float3 operator*(Float3 a, Float3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
inline float dot(Float3 a, Float3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
Float3 unit(Float3 a);
inline Float3 mix(Float3 a, Float3 b, float t) { return a * (1 - t) + b * t; }

struct Surface {
  Float3 position;
  Float3 normal;  ///< shading normal, towards the viewer
  Float3 flat;    ///< the triangle's own normal, towards the viewer
  Float3 colour;  ///< linear
  Float3 glow;    ///< what it sends out itself
  float alpha = 1;
  float metallic = 0;
  float roughness = 1;
};

class Surfaces {
 public:
  Surfaces(const Soup& soup, const std::vector<gltf::Material>& materials, const std::vector<Picture>& pictures)
      : m_soup(soup), m_materials(materials), m_pictures(pictures) {}

  [[nodiscard]] Surface at(const Ray& ray, const Hit& hit) const;

 private:
  const Soup& m_soup;
  const std::vector<gltf::Material>& m_materials;
  const std::vector<Picture>& m_pictures;
};

/// The bright room: a soft ceiling, two tall windows of light, a paper floor.
[[nodiscard]] Float3 room_light(Float3 direction, float roughness);
/// The backdrop at a height of the picture, 0 at the top and 1 at the bottom.
[[nodiscard]] Float3 backdrop(float height, float across);

}  // namespace assets
