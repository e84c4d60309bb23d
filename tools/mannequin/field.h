/// Signed distance fields: a shape is a function that is negative inside, positive outside and about as large as the
/// distance to the surface. Shapes are joined by a smooth minimum, so that a body is a handful of parts that flow
/// into each other. The key part is the loft: an axis with cross-sections that change along it.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "tools/mannequin/vec.h"

namespace mannequin {

using Field = std::function<double(const Vec3&)>;

/// The union of two shapes, rounded where they are nearer than `k` to each other; equals min() elsewhere.
inline double smooth_min(double a, double b, double k) {
  const double h = std::max(k - std::fabs(a - b), 0.0) / k;
  return std::min(a, b) - h * h * h * k / 6;
}
/// The intersection of two shapes, rounded in the same way.
inline double smooth_max(double a, double b, double k) { return -smooth_min(-a, -b, k); }

[[nodiscard]] double ellipsoid(const Vec3& p, const Vec3& center, const Vec3& radii);
/// A capsule whose radius goes from `radius_a` to `radius_b`.
[[nodiscard]] double round_cone(const Vec3& p, const Vec3& a, const Vec3& b, double radius_a, double radius_b);
/// Smooth noise in -1..1 whose cells have size 1.
[[nodiscard]] double value_noise(const Vec3& p);

struct Point2 {
  double x = 0, y = 0;
};
/// Signed distance to a polygon in the plane.
[[nodiscard]] double polygon(const std::vector<Point2>& corners, const Point2& p);

/// One cross-section of a loft: at `s` along the axis, centred at (u, w), with a radius towards each of the four sides.
struct LoftKey {
  double s = 0, u = 0, w = 0, u_plus = 0, u_minus = 0, w_plus = 0, w_minus = 0;
};

/// An axis with cross-sections, cubic Hermite between the keys, closed by rounded caps at both ends.
class Loft {
 public:
  struct Frame {
    Vec3 origin;
    Vec3 along{0, 1, 0};
    Vec3 u{1, 0, 0};
    Vec3 w{0, 0, 1};
  };
  struct Options {
    double cap_start_m = .03;
    double cap_end_m = .03;
    /// The cross-section's exponent: 2 is an ellipse, more is boxier.
    double exponent = 2;
  };

  Loft() = default;
  Loft(const Frame& frame, const std::vector<LoftKey>& keys, const Options& options);

  [[nodiscard]] double distance(const Vec3& p) const;
  /// The cross-section at `s`, clamped to the axis.
  [[nodiscard]] LoftKey section(double s) const;
  [[nodiscard]] const Frame& frame() const { return m_frame; }

 private:
  static constexpr int kSteps = 512;
  static constexpr int kChannels = 6;
  using Row = std::array<double, 2 * kChannels>;

  void tabulate(const std::vector<LoftKey>& keys);
  [[nodiscard]] Row row(double s) const;
  [[nodiscard]] double bound(double s, double u, double w) const;

  Frame m_frame;
  Options m_options;
  std::vector<Row> m_table;
  double m_start = 0, m_end = 0;
  std::array<double, 2> m_u_range{}, m_w_range{};
};

/// The field's gradient at `p` by central differences over `step_m`.
[[nodiscard]] Vec3 gradient(const Field& field, const Vec3& p, double step_m = .0008);

/// Runs `work` for every index below `count` on all cores; the calls must not depend on each other.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace mannequin
