#include "assets/cook/collider.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace assets {
namespace {

constexpr std::size_t kCells = 12;
/// What hangs higher than a person is nothing to bump into.
constexpr double kReach_m = 2.2;
/// Columns whose heights differ by less than this part (and at least 6 cm) go into one box.
constexpr double kHeightTolerance = 0.22;
constexpr double kHeightTolerance_m = 0.06;
constexpr std::size_t kSamplesPerEdgeMax = 96;

struct Grid {
  Bounds bounds;
  std::array<std::array<double, kCells>, kCells> top{};  ///< [x][z]; 0 where nothing stands

  [[nodiscard]] double x(std::size_t i) const {
    return bounds.low.x + (bounds.high.x - bounds.low.x) * static_cast<double>(i) / kCells;
  }
  [[nodiscard]] double z(std::size_t i) const {
    return bounds.low.z + (bounds.high.z - bounds.low.z) * static_cast<double>(i) / kCells;
  }
  void mark(Vec3 p) {
    if (p.y > kReach_m) return;
    const auto cell = [](double at, double low, double high) {
      const double part = high > low ? (at - low) / (high - low) * kCells : 0;
      return std::min(static_cast<std::size_t>(std::max(part, 0.0)), kCells - 1);
    };
    double& height = top[cell(p.x, bounds.low.x, bounds.high.x)][cell(p.z, bounds.low.z, bounds.high.z)];
    height = std::max({height, p.y, 1e-4});
  }
};

/// Samples every triangle finely enough that no cell it crosses is missed.
Grid fill(const Soup& soup) {
  Grid grid;
  grid.bounds = bounds_of(soup);
  const double step =
      std::max(std::min(grid.x(1) - grid.x(0), grid.z(1) - grid.z(0)) / 2, (grid.x(kCells) - grid.x(0)) / 200);
  for (const auto& t : soup.triangles) {
    const Vec3 a = soup.positions[t[0]];
    const Vec3 ab = soup.positions[t[1]] - a;
    const Vec3 ac = soup.positions[t[2]] - a;
    const double edge = std::max({length(ab), length(ac), length(ab - ac)});
    const auto n = std::min(static_cast<std::size_t>(edge / std::max(step, 1e-6)) + 1, kSamplesPerEdgeMax);
    for (std::size_t i = 0; i <= n; ++i) {
      for (std::size_t j = 0; i + j <= n; ++j) {
        const double u = static_cast<double>(i) / static_cast<double>(n);
        const double v = static_cast<double>(j) / static_cast<double>(n);
        grid.mark(a + ab * u + ac * v);
      }
    }
  }
  return grid;
}

struct Rectangle {
  std::size_t x0 = 0;
  std::size_t x1 = 0;  ///< one past the last
  std::size_t z0 = 0;
  std::size_t z1 = 0;
  double top = 0;
  [[nodiscard]] std::size_t cells() const { return (x1 - x0) * (z1 - z0); }
};

using Taken = std::array<std::array<bool, kCells>, kCells>;

/// Grows from a corner cell while all cells are free, stand and are about equally high.
std::optional<Rectangle> largest(const Grid& grid, const Taken& taken) {
  std::optional<Rectangle> best;
  for (std::size_t x0 = 0; x0 < kCells; ++x0) {
    for (std::size_t z0 = 0; z0 < kCells; ++z0) {
      std::size_t z_end = kCells;
      double low = 1e9;
      double high = 0;
      for (std::size_t x1 = x0; x1 < kCells; ++x1) {
        double row_low = low;
        double row_high = high;
        std::size_t z = z0;
        for (; z < z_end; ++z) {
          const double top = grid.top[x1][z];
          const double next_low = std::min(row_low, top);
          const double next_high = std::max(row_high, top);
          const double allowed = std::max(kHeightTolerance * next_high, kHeightTolerance_m);
          if (taken[x1][z] || top <= 0 || next_high - next_low > allowed) break;
          row_low = next_low;
          row_high = next_high;
        }
        if (z == z0) break;
        z_end = z;
        low = row_low;
        high = row_high;
        const Rectangle found{x0, x1 + 1, z0, z_end, high};
        if (!best || found.cells() > best->cells()) best = found;
      }
    }
  }
  return best;
}

ColliderBox to_box(const Grid& grid, const Rectangle& r) {
  const double x0 = grid.x(r.x0);
  const double x1 = grid.x(r.x1);
  const double z0 = grid.z(r.z0);
  const double z1 = grid.z(r.z1);
  const auto f = [](double v) { return static_cast<float>(v); };
  return {{f((x0 + x1) / 2), f(r.top / 2), f((z0 + z1) / 2)}, {f((x1 - x0) / 2), f(r.top / 2), f((z1 - z0) / 2)}};
}

/// What is left when the boxes run out is covered by one more.
std::optional<Rectangle> around_the_rest(const Grid& grid, const Taken& taken) {
  std::optional<Rectangle> rest;
  for (std::size_t x = 0; x < kCells; ++x) {
    for (std::size_t z = 0; z < kCells; ++z) {
      if (taken[x][z] || grid.top[x][z] <= 0) continue;
      if (!rest) rest = Rectangle{x, x + 1, z, z + 1, grid.top[x][z]};
      rest->x0 = std::min(rest->x0, x);
      rest->x1 = std::max(rest->x1, x + 1);
      rest->z0 = std::min(rest->z0, z);
      rest->z1 = std::max(rest->z1, z + 1);
      rest->top = std::max(rest->top, grid.top[x][z]);
    }
  }
  return rest;
}

}  // namespace

std::vector<ColliderBox> make_colliders(const Soup& soup) {
  const Grid grid = fill(soup);
  Taken taken{};
  std::vector<ColliderBox> boxes;
  while (boxes.size() + 1 < kColliderBoxesMax) {
    const auto found = largest(grid, taken);
    if (!found) break;
    for (std::size_t x = found->x0; x < found->x1; ++x) {
      for (std::size_t z = found->z0; z < found->z1; ++z) taken[x][z] = true;
    }
    boxes.push_back(to_box(grid, *found));
  }
  if (const auto rest = around_the_rest(grid, taken)) boxes.push_back(to_box(grid, *rest));
  if (boxes.empty()) {
    // Everything hangs above people's heads: one box as high as the piece still says where it is.
    Rectangle all{0, kCells, 0, kCells, grid.bounds.high.y};
    boxes.push_back(to_box(grid, all));
  }
  return boxes;
}

}  // namespace assets
