/// The little linear algebra that importing needs: 3-vectors and 4x4 matrices, column-major as in glTF, in double so
/// that long chains of nodes lose nothing that shows.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace assets {

struct Vec3 {
  double x = 0;
  double y = 0;
  double z = 0;
};

constexpr Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
constexpr Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
constexpr Vec3 operator*(Vec3 a, double s) { return {a.x * s, a.y * s, a.z * s}; }
constexpr double dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
constexpr Vec3 cross(Vec3 a, Vec3 b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
inline double length(Vec3 a) { return std::sqrt(dot(a, a)); }
/// The direction of `a`, or `otherwise` when it has none.
inline Vec3 normalized(Vec3 a, Vec3 otherwise = {0, 1, 0}) {
  const double l = length(a);
  return l > 1e-20 && std::isfinite(l) ? a * (1 / l) : otherwise;
}

struct Matrix {
  std::array<double, 16> m{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

  [[nodiscard]] double at(std::size_t row, std::size_t column) const { return m[column * 4 + row]; }
};

inline Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix product;
  for (std::size_t column = 0; column < 4; ++column) {
    for (std::size_t row = 0; row < 4; ++row) {
      double sum = 0;
      for (std::size_t k = 0; k < 4; ++k) sum += a.at(row, k) * b.at(k, column);
      product.m[column * 4 + row] = sum;
    }
  }
  return product;
}

inline Vec3 transform_point(const Matrix& a, Vec3 p) {
  return {a.at(0, 0) * p.x + a.at(0, 1) * p.y + a.at(0, 2) * p.z + a.at(0, 3),
          a.at(1, 0) * p.x + a.at(1, 1) * p.y + a.at(1, 2) * p.z + a.at(1, 3),
          a.at(2, 0) * p.x + a.at(2, 1) * p.y + a.at(2, 2) * p.z + a.at(2, 3)};
}

/// Normals go by the cofactors, which are the inverse transpose without its division, so a flat matrix does no harm.
inline Vec3 transform_normal(const Matrix& a, Vec3 n) {
  const Vec3 x{a.at(0, 0), a.at(1, 0), a.at(2, 0)};
  const Vec3 y{a.at(0, 1), a.at(1, 1), a.at(2, 1)};
  const Vec3 z{a.at(0, 2), a.at(1, 2), a.at(2, 2)};
  const Vec3 moved = cross(y, z) * n.x + cross(z, x) * n.y + cross(x, y) * n.z;
  return normalized(moved);
}

/// Positive unless the matrix mirrors.
inline double handedness(const Matrix& a) {
  const Vec3 x{a.at(0, 0), a.at(1, 0), a.at(2, 0)};
  const Vec3 y{a.at(0, 1), a.at(1, 1), a.at(2, 1)};
  const Vec3 z{a.at(0, 2), a.at(1, 2), a.at(2, 2)};
  return dot(cross(x, y), z);
}

/// Translation, rotation (unit quaternion x, y, z, w) and scale, as in a glTF node.
inline Matrix compose(Vec3 t, const std::array<double, 4>& q, Vec3 s) {
  const auto [x, y, z, w] = q;
  Matrix a;
  a.m = {(1 - 2 * (y * y + z * z)) * s.x,
         2 * (x * y + z * w) * s.x,
         2 * (x * z - y * w) * s.x,
         0,
         2 * (x * y - z * w) * s.y,
         (1 - 2 * (x * x + z * z)) * s.y,
         2 * (y * z + x * w) * s.y,
         0,
         2 * (x * z + y * w) * s.z,
         2 * (y * z - x * w) * s.z,
         (1 - 2 * (x * x + y * y)) * s.z,
         0,
         t.x,
         t.y,
         t.z,
         1};
  return a;
}

}  // namespace assets
