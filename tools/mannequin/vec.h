/// Points, rotations and the few scalar curves that the mannequin's fields and poses are written in. Metres, Y up,
/// +Z is the avatar's front, +X its left side, as everywhere in Galleria.
#pragma once

#include <algorithm>
#include <cmath>

namespace mannequin {

constexpr double kPi = 3.14159265358979323846;

struct Vec3 {
  double x = 0, y = 0, z = 0;
};

inline Vec3 operator+(const Vec3& a, const Vec3& b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(const Vec3& a, const Vec3& b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator*(const Vec3& a, double s) { return {a.x * s, a.y * s, a.z * s}; }
inline double dot(const Vec3& a, const Vec3& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 cross(const Vec3& a, const Vec3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline double length(const Vec3& a) { return std::sqrt(dot(a, a)); }

/// A unit vector; straight up for a vector too short to have a direction.
inline Vec3 normalized(const Vec3& a) {
  const double l = length(a);
  return l > 1e-12 ? a * (1 / l) : Vec3{0, 1, 0};
}
inline Vec3 mirrored(const Vec3& p) { return {-p.x, p.y, p.z}; }
/// The same point on the left side (x >= 0): most of a body is symmetric.
inline Vec3 left_side(const Vec3& p) { return {std::fabs(p.x), p.y, p.z}; }

inline double mix(double a, double b, double t) { return a + (b - a) * t; }
/// Rises smoothly from 0 at `from` to 1 at `to`; falls when `from` > `to`.
inline double smooth_step(double from, double to, double x) {
  const double t = std::clamp((x - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}
/// A bump of height 1 at 0 that has fallen to 1/e at 1.
inline double bell(double x) { return std::exp(-x * x); }

/// A rotation; always of unit length.
struct Quat {
  double x = 0, y = 0, z = 0, w = 1;
};

inline Quat operator*(const Quat& a, const Quat& b) {
  return {a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y, a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
          a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w, a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z};
}
inline Quat conjugate(const Quat& q) { return {-q.x, -q.y, -q.z, q.w}; }
inline Quat normalized(const Quat& q) {
  const double l = std::sqrt(q.x * q.x + q.y * q.y + q.z * q.z + q.w * q.w);
  return {q.x / l, q.y / l, q.z / l, q.w / l};
}
inline Vec3 rotate(const Quat& q, const Vec3& v) {
  const Vec3 u{q.x, q.y, q.z};
  const Vec3 t = cross(u, v) * 2;
  return v + t * q.w + cross(u, t);
}
inline Quat about(const Vec3& axis, double angle_rad) {
  const Vec3 n = normalized(axis) * std::sin(angle_rad / 2);
  return {n.x, n.y, n.z, std::cos(angle_rad / 2)};
}
inline Quat about_x(double angle_rad) { return about({1, 0, 0}, angle_rad); }
inline Quat about_y(double angle_rad) { return about({0, 1, 0}, angle_rad); }
inline Quat about_z(double angle_rad) { return about({0, 0, 1}, angle_rad); }
/// First about Z (roll), then X (pitch), then Y (yaw).
inline Quat yaw_pitch_roll(double yaw_rad, double pitch_rad, double roll_rad) {
  return about_y(yaw_rad) * about_x(pitch_rad) * about_z(roll_rad);
}
/// The shortest rotation that takes one unit vector to another (not opposite) one.
inline Quat between(const Vec3& from, const Vec3& to) {
  const Vec3 c = cross(from, to);
  return normalized(Quat{c.x, c.y, c.z, 1 + dot(from, to)});
}

}  // namespace mannequin
