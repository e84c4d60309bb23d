#include "assets/thumb/studio.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "assets/thumb/bvh.h"
#include "assets/thumb/shade.h"

namespace assets {
namespace {

constexpr std::uint32_t kGridPerPixel = 3;  ///< samples a pixel: the square of this
constexpr float kHalfFovTangent = 0.20F;    ///< about a 90 mm lens: furniture looks calm from afar
constexpr float kFrameFill = 0.80F;
constexpr float kYaw_rad = 0.52F;  ///< from the front, a little to its left
constexpr float kPitch_rad = 0.23F;
constexpr std::size_t kSheetsMax = 8;  ///< transparent surfaces in front of an opaque one
constexpr std::size_t kSmoothingSteps = 3;
constexpr int kGroundRays = 2;  ///< of each kind, for each sample of the paper
constexpr float kKeyStrength = 1.28F;
constexpr float kRoomStrength = 0.86F;

/// A hash as random numbers: the same picture every time (PCG, O'Neill 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : m_state(seed * 0x9e3779b97f4a7c15ULL + 0x853c49e6748fea9bULL) { next(); }
  float next() {
    m_state = m_state * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto shifted = static_cast<std::uint32_t>(((m_state >> 18U) ^ m_state) >> 27U);
    const auto turn = static_cast<std::uint32_t>(m_state >> 59U);
    const std::uint32_t bits = (shifted >> turn) | (shifted << ((32U - turn) & 31U));
    return static_cast<float>(bits >> 8U) / 16777216.0F;
  }

 private:
  std::uint64_t m_state;
};

struct Camera {
  Float3 eye;
  Float3 right;
  Float3 up;
  Float3 ahead;
};

/// Any two directions that stand upright on `n` (Duff et al. 2017).
void basis(Float3 n, Float3& a, Float3& b) {
  const float sign = std::copysign(1.0F, n.z);
  const float k = -1.0F / (sign + n.z);
  const float m = n.x * n.y * k;
  a = {1.0F + sign * n.x * n.x * k, sign * m, -sign * n.x};
  b = {m, sign + n.y * n.y * k, -n.y};
}

Float3 cosine_direction(Float3 n, float u, float v) {
  Float3 a;
  Float3 b;
  basis(n, a, b);
  const float radius = std::sqrt(u);
  const float angle = 6.2831853F * v;
  return unit(a * (radius * std::cos(angle)) + b * (radius * std::sin(angle)) + n * std::sqrt(std::max(0.0F, 1 - u)));
}

/// Far enough away that every corner of the bounds is in the frame, and centred on what is seen.
Camera frame(const Bounds& bounds) {
  Camera camera;
  const Float3 towards = {std::sin(kYaw_rad) * std::cos(kPitch_rad), std::sin(kPitch_rad),
                          std::cos(kYaw_rad) * std::cos(kPitch_rad)};
  camera.ahead = towards * -1.0F;
  camera.right = unit(cross3(camera.ahead, {0, 1, 0}));
  camera.up = cross3(camera.right, camera.ahead);
  const auto f = [](double v) { return static_cast<float>(v); };
  Float3 target = {f(bounds.low.x + bounds.high.x) / 2, f(bounds.low.y + bounds.high.y) / 2,
                   f(bounds.low.z + bounds.high.z) / 2};
  float distance = 1;
  for (int round = 0; round < 6; ++round) {
    float needed = 0;
    float left = 1e30F;
    float right = -1e30F;
    float low = 1e30F;
    float high = -1e30F;
    for (unsigned corner = 0; corner < 8; ++corner) {
      const Float3 p = Float3{f((corner & 1U) != 0 ? bounds.high.x : bounds.low.x),
                              f((corner & 2U) != 0 ? bounds.high.y : bounds.low.y),
                              f((corner & 4U) != 0 ? bounds.high.z : bounds.low.z)} -
                       target;
      const float depth = dot(p, camera.ahead);
      const float x = dot(p, camera.right);
      const float y = dot(p, camera.up);
      needed = std::max({needed, std::fabs(x) / (kHalfFovTangent * kFrameFill) - depth,
                         std::fabs(y) / (kHalfFovTangent * kFrameFill) - depth});
      const float scale = 1 / std::max(distance + depth, 1e-3F);
      left = std::min(left, x * scale);
      right = std::max(right, x * scale);
      low = std::min(low, y * scale);
      high = std::max(high, y * scale);
    }
    if (round > 0)
      target = target + camera.right * ((left + right) / 2 * distance) + camera.up * ((low + high) / 2 * distance);
    distance = std::max(needed, 1e-3F);
  }
  camera.eye = target - camera.ahead * distance;
  return camera;
}

/// What one pixel gathers, apart so that light can be smoothed without blurring colour.
struct Pixel {
  Float3 colour;
  Float3 light;
  Float3 extra;  ///< highlights, glass, glow
  Float3 normal;
  float depth = 0;
};

class Studio {
 public:
  Studio(const Soup& soup, const std::vector<gltf::Material>& materials, const std::vector<Picture>& pictures)
      : m_surfaces(soup, materials, pictures),
        m_bounds(bounds_of(soup)),
        m_camera(frame(m_bounds)),
        m_bvh(positions_of(soup), soup.triangles, chosen(soup, materials, true)),
        m_solid(positions_of(soup), soup.triangles, chosen(soup, materials, false)) {
    const Vec3 size = m_bounds.high - m_bounds.low;
    m_scale = static_cast<float>(std::max({size.x, size.y, size.z}));
    m_key = unit({-0.58F, 0.74F, 0.48F});
  }

  Pixel take(std::uint32_t x, std::uint32_t y, std::uint32_t side) const {
    Pixel sum;
    Random random(std::uint64_t{y} * side + x + 1);
    const float samples = static_cast<float>(kGridPerPixel * kGridPerPixel);
    for (std::uint32_t i = 0; i < kGridPerPixel; ++i) {
      for (std::uint32_t j = 0; j < kGridPerPixel; ++j) {
        const float px = (static_cast<float>(x) + (static_cast<float>(i) + random.next()) / kGridPerPixel) /
                         static_cast<float>(side);
        const float py = (static_cast<float>(y) + (static_cast<float>(j) + random.next()) / kGridPerPixel) /
                         static_cast<float>(side);
        add(sum, sample(px, py, random), 1 / samples);
      }
    }
    return sum;
  }

 private:
  static std::vector<Float3> positions_of(const Soup& soup) {
    std::vector<Float3> positions;
    positions.reserve(soup.positions.size());
    for (const Vec3& p : soup.positions) {
      positions.push_back({static_cast<float>(p.x), static_cast<float>(p.y), static_cast<float>(p.z)});
    }
    return positions;
  }

  /// The numbers of all triangles, or of those that let no light through.
  static std::vector<std::uint32_t> chosen(const Soup& soup, const std::vector<gltf::Material>& materials,
                                           bool with_glass) {
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < soup.triangles.size(); ++i) {
      const std::uint32_t material = soup.materials[i];
      const bool glass = material != gltf::kNone && materials[material].blend;
      if (with_glass || !glass) numbers.push_back(i);
    }
    return numbers;
  }

  static void add(Pixel& sum, const Pixel& one, float weight) {
    sum.colour = sum.colour + one.colour * weight;
    sum.light = sum.light + one.light * weight;
    sum.extra = sum.extra + one.extra * weight;
    sum.normal = sum.normal + one.normal * weight;
    sum.depth += one.depth * weight;
  }

  Pixel sample(float px, float py, Random& random) const {
    Ray ray{m_camera.eye,
            unit(m_camera.ahead + m_camera.right * ((px * 2 - 1) * kHalfFovTangent) +
                 m_camera.up * ((1 - py * 2) * kHalfFovTangent)),
            1e30F};
    Float3 through{1, 1, 1};
    Float3 glass{0, 0, 0};
    for (std::size_t sheet = 0; sheet < kSheetsMax; ++sheet) {
      const Hit hit = m_bvh.nearest(ray);
      if (!hit.any()) break;
      const Surface s = m_surfaces.at(ray, hit);
      const bool clear = s.alpha < 0.02F;
      if (!clear && (s.alpha > 0.98F || sheet + 1 == kSheetsMax)) return opaque(ray, s, through, glass, random);
      if (!clear) {
        glass = glass + through * (s.colour * (0.75F * s.alpha) + reflection(ray, s, random));
        through = through * mix({1, 1, 1}, s.colour, 0.35F) * (1 - s.alpha);
      }
      ray.origin = s.position + ray.direction * (m_scale * 1e-4F);
    }
    return ground(ray, px, py, through, glass, random);
  }

  /// The paper: its own picture colour, darkened by what stands on it.
  Pixel ground(const Ray& ray, float px, float py, Float3 through, Float3 glass, Random& random) const {
    Pixel pixel;
    pixel.colour = through * backdrop(py, px);
    pixel.extra = glass;
    pixel.light = {1, 1, 1};
    pixel.normal = {0, 1, 0};
    pixel.depth = m_scale * 50;
    if (ray.direction.y >= -1e-4F) return pixel;
    const float distance = (static_cast<float>(m_bounds.low.y) - ray.origin.y) / ray.direction.y;
    const Float3 p = ray.origin + ray.direction * distance;
    const Float3 from = p + Float3{0, m_scale * 1e-3F, 0};
    float open = 0;
    float lit = 0;
    for (int ray_number = 0; ray_number < kGroundRays; ++ray_number) {
      const Float3 sky = cosine_direction({0, 1, 0}, random.next(), random.next());
      open += m_solid.blocked({from, sky, m_scale * 1.2F}) ? 0.0F : 1.0F / kGroundRays;
      lit += m_solid.blocked({from, key_direction(random), 1e30F}) ? 0.0F : 1.0F / kGroundRays;
    }
    const float light = 0.26F + 0.50F * open + 0.24F * lit;
    pixel.light = Float3{light, light * 0.995F + 0.005F, light * 0.985F + 0.015F};
    pixel.depth = distance;
    return pixel;
  }

  Float3 key_direction(Random& random) const {
    constexpr float kSoftness = 0.16F;
    Float3 a;
    Float3 b;
    basis(m_key, a, b);
    const float radius = kSoftness * std::sqrt(random.next());
    const float angle = 6.2831853F * random.next();
    return unit(m_key + a * (radius * std::cos(angle)) + b * (radius * std::sin(angle)));
  }

  /// Light from one direction of the room, or what a nearby surface sends instead.
  Float3 incoming(Float3 from, Float3 direction, float roughness) const {
    const Ray ray{from, direction, 1e30F};
    const Hit hit = m_solid.nearest(ray);
    if (!hit.any()) return room_light(direction, roughness);
    const Surface s = m_surfaces.at(ray, hit);
    return s.colour * 0.40F + s.glow;
  }

  /// The mirror part, blurred by roughness; Schlick's Fresnel.
  Float3 reflection(const Ray& ray, const Surface& s, Random& random) const {
    const float facing = std::clamp(-dot(ray.direction, s.normal), 0.0F, 1.0F);
    const Float3 base = mix({0.04F, 0.04F, 0.04F}, s.colour, s.metallic);
    const float rest = std::pow(1 - facing, 5.0F) * (1 - s.roughness * 0.8F);
    const Float3 fresnel = base + (Float3{1, 1, 1} - base) * rest;
    const Float3 mirrored = ray.direction - s.normal * (2 * dot(ray.direction, s.normal));
    const float spread = s.roughness * s.roughness;
    Float3 direction = unit(mirrored + cosine_direction(s.normal, random.next(), random.next()) * spread);
    if (dot(direction, s.flat) < 0.02F) direction = unit(direction + s.flat * (0.05F - dot(direction, s.flat)));
    const Float3 from = s.position + s.flat * (m_scale * 5e-4F);
    return fresnel * incoming(from, direction, s.roughness) * (1 - 0.45F * s.roughness);
  }

  Pixel opaque(const Ray& ray, const Surface& s, Float3 through, Float3 glass, Random& random) const {
    Pixel pixel;
    pixel.normal = s.normal;
    pixel.depth = std::sqrt(dot(s.position - m_camera.eye, s.position - m_camera.eye));
    const Float3 from = s.position + s.flat * (m_scale * 5e-4F);
    const Float3 key = key_direction(random);
    const float facing = dot(s.normal, key);
    Float3 light{};
    if (facing > 0 && dot(s.flat, key) > 0 && !m_solid.blocked({from, key, 1e30F})) {
      light = Float3{1.0F, 0.965F, 0.90F} * (facing * kKeyStrength);
    }
    Float3 sky = cosine_direction(s.normal, random.next(), random.next());
    if (dot(sky, s.flat) < 0) sky = unit(sky - s.flat * (1.05F * dot(sky, s.flat)));
    pixel.light = light + incoming(from, sky, 1) * kRoomStrength;
    pixel.colour = through * s.colour * (1 - s.metallic);
    pixel.extra = glass + through * (reflection(ray, s, random) + s.glow);
    return pixel;
  }

  Surfaces m_surfaces;
  Bounds m_bounds;
  Camera m_camera;
  Bvh m_bvh;    ///< what the camera sees
  Bvh m_solid;  ///< what throws shadows: everything but glass
  float m_scale = 1;
  Float3 m_key;
};

/// One pass of the à-trous filter: a 5 x 5 kernel with holes of `step`, held back by differences of normal and depth.
void smooth_light(std::vector<Pixel>& pixels, std::uint32_t side, std::uint32_t step) {
  constexpr std::array<float, 3> kKernel = {0.375F, 0.25F, 0.0625F};
  std::vector<Float3> out(pixels.size());
  const auto s = static_cast<std::int32_t>(side);
  for (std::int32_t y = 0; y < s; ++y) {
    for (std::int32_t x = 0; x < s; ++x) {
      const Pixel& here = pixels[static_cast<std::size_t>(y * s + x)];
      Float3 sum{};
      float total = 0;
      for (std::int32_t j = -2; j <= 2; ++j) {
        for (std::int32_t i = -2; i <= 2; ++i) {
          const std::int32_t at_x = x + i * static_cast<std::int32_t>(step);
          const std::int32_t at_y = y + j * static_cast<std::int32_t>(step);
          if (at_x < 0 || at_y < 0 || at_x >= s || at_y >= s) continue;
          const Pixel& there = pixels[static_cast<std::size_t>(at_y * s + at_x)];
          const float bend = std::max(0.0F, dot(here.normal, there.normal));
          const float gap =
              std::fabs(here.depth - there.depth) / (0.012F * here.depth * static_cast<float>(step) + 1e-6F);
          const float weight = kKernel[static_cast<std::size_t>(std::abs(i))] *
                               kKernel[static_cast<std::size_t>(std::abs(j))] * std::pow(bend, 24.0F) * std::exp(-gap);
          sum = sum + there.light * weight;
          total += weight;
        }
      }
      out[static_cast<std::size_t>(y * s + x)] = total > 1e-6F ? sum * (1 / total) : here.light;
    }
  }
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i].light = out[i];
}

/// Straight up to a shoulder, then gently towards white, so that the backdrop keeps its colour and highlights do not
/// clip.
std::uint8_t develop(float linear) {
  constexpr float kShoulder = 0.72F;
  const float over = std::max(linear - kShoulder, 0.0F);
  const float value = linear <= kShoulder ? linear : kShoulder + (1 - kShoulder) * over / (over + (1 - kShoulder));
  return static_cast<std::uint8_t>(std::lround(std::clamp(linear_to_srgb(std::max(value, 0.0F)), 0.0F, 1.0F) * 255.0F));
}

}  // namespace

Picture photograph(const Soup& soup, const std::vector<gltf::Material>& materials, const std::vector<Picture>& pictures,
                   std::uint32_t side_px) {
  const Studio studio(soup, materials, pictures);
  std::vector<Pixel> pixels;
  pixels.reserve(std::size_t{side_px} * side_px);
  for (std::uint32_t y = 0; y < side_px; ++y) {
    for (std::uint32_t x = 0; x < side_px; ++x) pixels.push_back(studio.take(x, y, side_px));
  }
  for (std::size_t step = 0; step < kSmoothingSteps; ++step) smooth_light(pixels, side_px, 1U << step);
  Picture out{side_px, side_px, {}};
  out.rgba.reserve(pixels.size() * 4);
  for (const Pixel& p : pixels) {
    const Float3 c = p.colour * p.light + p.extra;
    out.rgba.insert(out.rgba.end(), {develop(c.x), develop(c.y), develop(c.z), 255});
  }
  return out;
}

}  // namespace assets
