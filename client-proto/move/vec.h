/// Three floats and what the movement rule does with them. Every operation here is an IEEE 754 addition,
/// multiplication, division or square root, so GCC, clang and WebAssembly give the same bits (with -ffp-contract=off).
/// No libm.
#pragma once

namespace proto {

struct Vec3 {
  float x = 0;
  float y = 0;
  float z = 0;
  bool operator==(const Vec3&) const = default;
};

constexpr Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
constexpr Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
constexpr Vec3 operator-(Vec3 a) { return {-a.x, -a.y, -a.z}; }
constexpr Vec3 operator*(Vec3 a, float s) { return {a.x * s, a.y * s, a.z * s}; }
constexpr float dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
constexpr Vec3 cross(Vec3 a, Vec3 b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
constexpr float clamp(float value, float low, float high) { return value < low ? low : value > high ? high : value; }
constexpr float smaller(float a, float b) { return a < b ? a : b; }
constexpr float larger(float a, float b) { return a > b ? a : b; }
constexpr float magnitude(float a) { return a < 0 ? -a : a; }

/// Zero for anything not above zero, so that no build calls libm for its error path.
inline float square_root(float value) { return value > 0 ? __builtin_sqrtf(value) : 0.0F; }
inline float length(Vec3 a) { return square_root(dot(a, a)); }

/// False for infinities and for what is not a number.
constexpr bool finite(float value) { return value - value == 0.0F; }
constexpr bool finite(Vec3 a) { return finite(a.x) && finite(a.y) && finite(a.z); }

struct SinCos {
  float sin = 0;
  float cos = 1;
};
/// Sine and cosine from a polynomial, error below 1e-6 for |angle| up to 100 rad.
[[nodiscard]] SinCos sin_cos(float angle_rad);

}  // namespace proto
