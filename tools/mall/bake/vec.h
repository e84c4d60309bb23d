// Three floats, and nothing more than the baker needs of them.
#pragma once

#include <algorithm>
#include <cmath>

namespace bake {

struct Vec3 {
  float x = 0;
  float y = 0;
  float z = 0;

  [[nodiscard]] float operator[](int axis) const { return axis == 0 ? x : axis == 1 ? y : z; }
};

inline Vec3 operator+(const Vec3& a, const Vec3& b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(const Vec3& a, const Vec3& b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator*(const Vec3& a, const Vec3& b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
inline Vec3 operator*(const Vec3& a, float k) { return {a.x * k, a.y * k, a.z * k}; }
inline float dot(const Vec3& a, const Vec3& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 cross(const Vec3& a, const Vec3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline Vec3 normalize(const Vec3& a) { return a * (1.0F / std::sqrt(dot(a, a) + 1e-20F)); }
inline float max_component(const Vec3& a) { return std::max(a.x, std::max(a.y, a.z)); }
inline Vec3 min(const Vec3& a, const Vec3& b) { return {std::min(a.x, b.x), std::min(a.y, b.y), std::min(a.z, b.z)}; }
inline Vec3 max(const Vec3& a, const Vec3& b) { return {std::max(a.x, b.x), std::max(a.y, b.y), std::max(a.z, b.z)}; }

/// An axis-aligned box; starts empty.
struct Box {
  Vec3 lo{1e30F, 1e30F, 1e30F};
  Vec3 hi{-1e30F, -1e30F, -1e30F};

  void grow(const Vec3& p) {
    lo = min(lo, p);
    hi = max(hi, p);
  }
  void grow(const Box& b) {
    lo = min(lo, b.lo);
    hi = max(hi, b.hi);
  }
  [[nodiscard]] bool contains(const Vec3& p) const {
    return p.x >= lo.x && p.x <= hi.x && p.y >= lo.y && p.y <= hi.y && p.z >= lo.z && p.z <= hi.z;
  }
  /// Half the surface: the measure of how often a ray meets the box.
  [[nodiscard]] float half_area() const {
    const Vec3 d = hi - lo;
    return d.x < 0 ? 0 : d.x * d.y + d.y * d.z + d.z * d.x;
  }
};

}  // namespace bake
