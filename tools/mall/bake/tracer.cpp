#include "tools/mall/bake/tracer.h"

namespace bake {
namespace {

constexpr float kPi = 3.14159265F;
constexpr int kBouncesMax = 5;
/// A path brighter than this is a firefly; its light is scaled down to it.
constexpr float kRadianceMax = 7;
/// Lamps farther away give nothing worth a ray.
constexpr float kLampReach_m = 9;
/// Lamps are drawn bodies themselves; a shadow ray stops short of them.
constexpr float kLampBody_m = 0.22F;
constexpr int kLampRays = 16;
constexpr float kSurfaceOffset_m = 0.012F;
constexpr float kBounceOffset_m = 0.004F;
/// A back face nearer than this means that the sample lies inside something.
constexpr float kInside_m = 1.5F;

struct Basis {
  Vec3 u;
  Vec3 v;
};

Basis basis_about(const Vec3& n) {
  const Vec3 side = std::fabs(n.y) > 0.9F ? Vec3{1, 0, 0} : Vec3{0, 1, 0};
  const Vec3 u = normalize(cross(side, n));
  return {u, cross(n, u)};
}

/// Cosine-weighted direction about n.
Vec3 hemisphere(const Basis& basis, const Vec3& n, float a, float b) {
  const float r = std::sqrt(b);
  const float angle = 2 * kPi * a;
  return basis.u * (r * std::cos(angle)) + basis.v * (r * std::sin(angle)) + n * std::sqrt(std::max(0.0F, 1 - b));
}

}  // namespace

Random::Random(uint32_t seed) : m_state(seed * 9781U + 77U) {
  if (m_state == 0) m_state = 1;
  for (int i = 0; i < 6; ++i) next();
}

float Random::next() {
  m_state ^= m_state << 13U;
  m_state ^= m_state >> 17U;
  m_state ^= m_state << 5U;
  return static_cast<float>(m_state >> 8U) * (1.0F / 16777216.0F);
}

Vec3 Tracer::from_sky(const Vec3& direction) const {
  if (direction.y < 0) return {0.35F, 0.33F, 0.30F};
  const float low = std::pow(1 - direction.y, 3.0F);
  const float towards_sun = std::max(0.0F, dot(direction, m_scene.sun_direction));
  const Vec3 blue{0.95F + 0.5F * low, 1.18F + 0.35F * low, 1.50F + 0.1F * low};
  return blue * 0.98F + Vec3{1, 0.85F, 0.6F} * (1.6F * std::pow(towards_sun, 24.0F));
}

Vec3 Tracer::from_lamps(const Vec3& at, const Vec3& normal, Random& random) const {
  float total = 0;
  Vec3 colour;
  Vec3 towards;
  float distance = 0;
  for (const LampGroup& group : m_scene.groups) {
    if (!group.inner.contains(at) && !group.outer.contains(at)) continue;
    for (uint32_t i = group.first; i < group.first + group.count; ++i) {
      const Lamp& lamp = m_scene.lamps[i];
      const Vec3 to = lamp.position - at;
      const float squared = dot(to, to);
      if (squared > kLampReach_m * kLampReach_m) continue;
      const float away = std::sqrt(squared);
      const Vec3 direction = to * (1 / away);
      const float facing = dot(direction, normal);
      const float in_cone = -dot(direction, lamp.direction);
      if (facing <= 0 || in_cone <= lamp.cos_outer) continue;
      const float k = std::min(1.0F, (in_cone - lamp.cos_outer) / (lamp.cos_inner - lamp.cos_outer));
      const float weight = facing * k * k * (3 - 2 * k) / std::max(squared, 0.04F) * lamp.intensity.y;
      total += weight;
      // Reservoir of one: each lamp is kept in proportion to its weight.
      if (random.next() * total <= weight) {
        colour = lamp.intensity * (1 / lamp.intensity.y);
        towards = direction;
        distance = away;
      }
    }
  }
  if (total <= 1e-6F) return {};
  const float clear = distance - kLampBody_m;
  if (clear > 0 && m_bvh.blocked({at, towards}, clear)) return {};
  return colour * total;
}

Tracer::Path Tracer::follow(Ray ray, Random& random) const {
  Path path;
  Vec3 through{1, 1, 1};
  for (int bounce = 0; bounce < kBouncesMax; ++bounce) {
    float distance = 1e9F;
    const int hit = m_bvh.nearest(ray, distance);
    if (hit < 0) {
      path.light = path.light + through * from_sky(ray.direction);
      break;
    }
    const Triangle& t = m_scene.triangles[static_cast<size_t>(hit)];
    Vec3 normal = t.normal;
    if (dot(normal, ray.direction) > 0) {
      if (!t.two_sided) {
        path.starts_behind = bounce == 0 && distance < kInside_m;
        break;
      }
      normal = normal * -1.0F;
    }
    path.light = path.light + through * t.emission;
    through = through * t.albedo;
    const Vec3 at = ray.origin + ray.direction * distance + normal * kBounceOffset_m;
    Vec3 direct = from_lamps(at, normal, random);
    const float sun = dot(normal, m_scene.sun_direction);
    if (sun > 0 && !m_bvh.blocked({at, m_scene.sun_direction}, 1e9F)) direct = direct + m_scene.sun_colour * sun;
    path.light = path.light + through * direct * (1 / kPi);
    if (bounce > 0) {
      const float survive = max_component(through);
      if (random.next() > survive) break;
      through = through * (1 / survive);
    }
    const float a = random.next();
    const float b = random.next();
    ray = {at, hemisphere(basis_about(normal), normal, a, b)};
  }
  const float brightest = max_component(path.light);
  if (brightest > kRadianceMax) path.light = path.light * (kRadianceMax / brightest);
  return path;
}

Irradiance Tracer::irradiance(const Sample& sample, uint32_t seed, int rays_root) const {
  Random random(seed);
  const Vec3 at = sample.position + sample.normal * kSurfaceOffset_m;
  const Basis basis = basis_about(sample.normal);
  const auto rays = static_cast<float>(rays_root * rays_root);
  Vec3 sum;
  int behind = 0;
  for (int i = 0; i < rays_root; ++i) {
    for (int j = 0; j < rays_root; ++j) {
      const float a = (static_cast<float>(i) + random.next()) / static_cast<float>(rays_root);
      const float b = (static_cast<float>(j) + random.next()) / static_cast<float>(rays_root);
      const Path path = follow({at, hemisphere(basis, sample.normal, a, b)}, random);
      sum = sum + path.light;
      if (path.starts_behind) ++behind;
    }
  }
  Vec3 lamps;
  for (int i = 0; i < kLampRays; ++i) lamps = lamps + from_lamps(at, sample.normal, random);
  return {sum * (kPi / rays) + lamps * (1.0F / kLampRays), static_cast<float>(behind) / rays};
}

}  // namespace bake
