#include "assets/thumb/shade.h"

#include <algorithm>
#include <cmath>

namespace assets {
namespace {

Float3 to_float(const Vec3& v) { return {static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z)}; }

const std::array<float, 256>& linear_of_byte() {
  static const std::array<float, 256> kTable = [] {
    std::array<float, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = srgb_to_linear(static_cast<float>(i) / 255.0F);
    return table;
  }();
  return kTable;
}

std::array<float, 4> texel(const Picture& picture, std::int64_t x, std::int64_t y) {
  const auto wrap = [](std::int64_t v, std::uint32_t size) {
    const auto n = static_cast<std::int64_t>(size);
    return static_cast<std::size_t>(((v % n) + n) % n);
  };
  const std::uint8_t* p = picture.rgba.data() + (wrap(y, picture.height) * picture.width + wrap(x, picture.width)) * 4;
  const auto& linear = linear_of_byte();
  return {linear[p[0]], linear[p[1]], linear[p[2]], static_cast<float>(p[3]) / 255.0F};
}

/// Bilinear, repeating.
std::array<float, 4> sample(const Picture& picture, float u, float v) {
  if (!std::isfinite(u) || !std::isfinite(v)) return {1, 1, 1, 1};
  const float x = (u - std::floor(u)) * static_cast<float>(picture.width) - 0.5F;
  const float y = (v - std::floor(v)) * static_cast<float>(picture.height) - 0.5F;
  const auto x0 = static_cast<std::int64_t>(std::floor(x));
  const auto y0 = static_cast<std::int64_t>(std::floor(y));
  const float fx = x - std::floor(x);
  const float fy = y - std::floor(y);
  const auto a = texel(picture, x0, y0);
  const auto b = texel(picture, x0 + 1, y0);
  const auto c = texel(picture, x0, y0 + 1);
  const auto d = texel(picture, x0 + 1, y0 + 1);
  std::array<float, 4> out{};
  for (std::size_t i = 0; i < 4; ++i) {
    out[i] = (a[i] * (1 - fx) + b[i] * fx) * (1 - fy) + (c[i] * (1 - fx) + d[i] * fx) * fy;
  }
  return out;
}

float smooth(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.0F, 1.0F);
  return t * t * (3 - 2 * t);
}

/// A light as seen in a direction: a soft-edged patch of the sky around `centre`.
float patch(Float3 direction, Float3 centre, float inner, float outer, float roughness) {
  const float blur = roughness * 0.5F;
  return smooth(outer - blur, inner + blur * 0.2F, dot(direction, centre)) / (1 + 2.5F * roughness);
}

}  // namespace

Float3 unit(Float3 a) {
  const float l = std::sqrt(dot(a, a));
  return l > 1e-20F ? a * (1 / l) : Float3{0, 1, 0};
}

Surface Surfaces::at(const Ray& ray, const Hit& hit) const {
  const auto& t = m_soup.triangles[hit.triangle];
  const std::array<float, 3> weight = {1 - hit.u - hit.v, hit.u, hit.v};
  Surface s;
  s.position = ray.origin + ray.direction * hit.distance;
  Float3 normal{};
  std::array<float, 2> uv{};
  Float3 colour{};
  float alpha = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    normal = normal + to_float(m_soup.normals[t[k]]) * weight[k];
    uv[0] += m_soup.uvs[t[k]][0] * weight[k];
    uv[1] += m_soup.uvs[t[k]][1] * weight[k];
    const auto& c = m_soup.colours[t[k]];
    colour = colour + Float3{c[0], c[1], c[2]} * weight[k];
    alpha += c[3] * weight[k];
  }
  const Float3 a = to_float(m_soup.positions[t[0]]);
  const Float3 ab = to_float(m_soup.positions[t[1]]) - a;
  const Float3 ac = to_float(m_soup.positions[t[2]]) - a;
  s.flat = unit({ab.y * ac.z - ab.z * ac.y, ab.z * ac.x - ab.x * ac.z, ab.x * ac.y - ab.y * ac.x});
  s.normal = unit(normal);
  if (dot(s.flat, ray.direction) > 0) s.flat = s.flat * -1.0F;
  // Files disagree about which way surfaces face; seen is what faces the viewer.
  if (dot(s.normal, s.flat) < 0) s.normal = s.normal * -1.0F;
  const std::uint32_t number = m_soup.materials[hit.triangle];
  const gltf::Material material = number == gltf::kNone ? gltf::Material{} : m_materials[number];
  s.colour = colour * Float3{material.base_color[0], material.base_color[1], material.base_color[2]};
  s.alpha = alpha * material.base_color[3];
  if (material.image != gltf::kNone && !m_pictures[material.image].rgba.empty()) {
    const auto picture = sample(m_pictures[material.image], uv[0], uv[1]);
    s.colour = s.colour * Float3{picture[0], picture[1], picture[2]};
    s.alpha *= picture[3];
  }
  if (material.mask) s.alpha = s.alpha < material.alpha_cutoff ? 0.0F : 1.0F;
  if (!material.mask && !material.blend) s.alpha = 1;
  s.glow = {material.emissive[0], material.emissive[1], material.emissive[2]};
  s.metallic = number == gltf::kNone ? 0 : material.metallic;
  s.roughness = std::max(material.roughness, 0.08F);
  return s;
}

Float3 room_light(Float3 direction, float roughness) {
  const Float3 ceiling{1.02F, 1.0F, 0.97F};
  const Float3 wall{0.62F, 0.58F, 0.53F};
  const Float3 floor{0.50F, 0.46F, 0.41F};
  const float up = direction.y;
  Float3 light = up > 0 ? mix(wall, ceiling, smooth(0.0F, 0.9F, up)) : mix(wall, floor, smooth(0.0F, 0.4F, -up));
  const float key = patch(direction, unit({-0.62F, 0.62F, 0.55F}), 0.93F, 0.86F, roughness);
  const float rim = patch(direction, unit({0.86F, 0.28F, -0.30F}), 0.95F, 0.89F, roughness);
  light = light + Float3{3.1F, 2.95F, 2.7F} * key + Float3{1.5F, 1.6F, 1.75F} * rim;
  return light;
}

Float3 backdrop(float height, float across) {
  const Float3 top{0.80F, 0.765F, 0.715F};
  const Float3 bottom{0.640F, 0.595F, 0.540F};
  const float away = (across - 0.5F) * (across - 0.5F) + (height - 0.55F) * (height - 0.55F);
  return mix(top, bottom, smooth(0.15F, 1.0F, height)) * (1.04F - 0.30F * away);
}

}  // namespace assets
