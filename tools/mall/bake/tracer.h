// Irradiance by path tracing: how much light arrives at a point from the sky, from lamps and, bounced, from the sun.
//
// The sun's direct light is left out (the browser draws it with a shadow map); its bounces are in. Lamps are sampled
// one at a time in proportion to what they could give. A sample whose rays mostly meet the backs of nearby faces lies
// inside something; the share of such rays is returned so that the caller can take a neighbour's light instead. The
// result depends on nothing but the scene and the number of rays: every sample draws from a random stream of its own.
#pragma once

#include <cstdint>

#include "tools/mall/bake/bvh.h"
#include "tools/mall/bake/scene.h"

namespace bake {

struct Irradiance {
  Vec3 light;
  float back_share = 0;
};

class Random {
 public:
  explicit Random(uint32_t seed);
  /// Uniform in [0, 1).
  float next();

 private:
  uint32_t m_state;
};

class Tracer {
 public:
  Tracer(const Scene& scene, const Bvh& bvh) : m_scene(scene), m_bvh(bvh) {}

  /// `rays_root` squared rays over the hemisphere.
  [[nodiscard]] Irradiance irradiance(const Sample& sample, uint32_t seed, int rays_root) const;

 private:
  struct Path {
    Vec3 light;
    bool starts_behind = false;
  };
  [[nodiscard]] Path follow(Ray ray, Random& random) const;
  [[nodiscard]] Vec3 from_lamps(const Vec3& at, const Vec3& normal, Random& random) const;
  [[nodiscard]] Vec3 from_sky(const Vec3& direction) const;

  const Scene& m_scene;
  const Bvh& m_bvh;
};

}  // namespace bake
