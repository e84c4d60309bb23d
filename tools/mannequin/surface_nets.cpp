#include "tools/mannequin/mesh.h"

namespace mannequin {
namespace {

constexpr std::size_t kBlock = 8;
constexpr float kUnknown = 1e9f;

/// Samples of the field on a grid, filled only in blocks near the surface.
class Grid {
 public:
  Grid(const Field& surface, const Box& bounds, double cell_m, const Field* region)
      : m_surface(surface), m_low(bounds.low), m_cell_m(cell_m) {
    const double block_m = kBlock * cell_m;
    const auto blocks = [&](double extent) { return static_cast<std::size_t>(std::ceil(extent / block_m)); };
    m_blocks = {blocks(bounds.high.x - m_low.x), blocks(bounds.high.y - m_low.y), blocks(bounds.high.z - m_low.z)};
    for (std::size_t a = 0; a < 3; a++) m_size[a] = m_blocks[a] * kBlock + 1;
    m_samples.assign(m_size[0] * m_size[1] * m_size[2], kUnknown);
    m_active.assign(m_blocks[0] * m_blocks[1] * m_blocks[2], 0);
    find_active(region, block_m);
    fill_inner();
    fill_far_sides();
  }

  [[nodiscard]] std::size_t id(std::size_t x, std::size_t y, std::size_t z) const {
    return (z * m_size[1] + y) * m_size[0] + x;
  }
  [[nodiscard]] std::array<std::size_t, 3> coordinates(std::size_t cell) const {
    return {cell % m_size[0], cell / m_size[0] % m_size[1], cell / (m_size[0] * m_size[1])};
  }
  [[nodiscard]] float sample(std::size_t x, std::size_t y, std::size_t z) const { return m_samples[id(x, y, z)]; }
  [[nodiscard]] std::size_t cells() const { return m_samples.size(); }
  [[nodiscard]] Vec3 place(double x, double y, double z) const {
    return m_low + Vec3{x * m_cell_m, y * m_cell_m, z * m_cell_m};
  }

  /// Calls `visit(x, y, z)` for the corner of each block that may hold surface, in order.
  template <class Visit>
  void for_active_blocks(const Visit& visit) const {
    for (std::size_t z = 0; z < m_blocks[2]; z++)
      for (std::size_t y = 0; y < m_blocks[1]; y++)
        for (std::size_t x = 0; x < m_blocks[0]; x++)
          if (m_active[block(x, y, z)]) visit(x * kBlock, y * kBlock, z * kBlock);
  }

 private:
  [[nodiscard]] std::size_t block(std::size_t x, std::size_t y, std::size_t z) const {
    return (z * m_blocks[1] + y) * m_blocks[0] + x;
  }

  void find_active(const Field* region, double block_m) {
    // The fields are not exact distances: they may be off by a factor of two, hence the generous reach.
    const double reach = .87 * block_m * 2.2 + .006;
    parallel_for(m_blocks[1], [&](std::size_t y) {
      for (std::size_t z = 0; z < m_blocks[2]; z++)
        for (std::size_t x = 0; x < m_blocks[0]; x++) {
          const Vec3 center =
              m_low + Vec3{(static_cast<double>(x) + .5) * block_m, (static_cast<double>(y) + .5) * block_m,
                           (static_cast<double>(z) + .5) * block_m};
          if (std::fabs(m_surface(center)) > reach) continue;
          if (region != nullptr && (*region)(center) > reach + .02) continue;
          m_active[block(x, y, z)] = 1;
        }
    });
  }

  void fill(std::size_t x, std::size_t y, std::size_t z) {
    m_samples[id(x, y, z)] =
        static_cast<float>(m_surface(place(static_cast<double>(x), static_cast<double>(y), static_cast<double>(z))));
  }

  void fill_inner() {
    std::vector<std::array<std::size_t, 3>> corners;
    for_active_blocks([&](std::size_t x, std::size_t y, std::size_t z) { corners.push_back({x, y, z}); });
    parallel_for(corners.size(), [&](std::size_t i) {
      const auto [bx, by, bz] = corners[i];
      for (std::size_t z = bz; z < bz + kBlock; z++)
        for (std::size_t y = by; y < by + kBlock; y++)
          for (std::size_t x = bx; x < bx + kBlock; x++) fill(x, y, z);
    });
  }

  /// A block's last samples belong to its neighbour; where that one is not active they are still missing.
  void fill_far_sides() {
    for_active_blocks([&](std::size_t bx, std::size_t by, std::size_t bz) {
      for (std::size_t z = bz; z <= bz + kBlock; z++)
        for (std::size_t y = by; y <= by + kBlock; y++)
          for (std::size_t x = bx; x <= bx + kBlock; x++)
            if (m_samples[id(x, y, z)] == kUnknown) fill(x, y, z);
    });
  }

  const Field& m_surface;
  Vec3 m_low;
  double m_cell_m;
  std::array<std::size_t, 3> m_blocks{}, m_size{};
  std::vector<float> m_samples;
  std::vector<char> m_active;
};

/// The mean of the places where the surface crosses a cell's edges, or false when it does not cross the cell.
bool cell_vertex(const Grid& grid, std::size_t x, std::size_t y, std::size_t z, Vec3& vertex) {
  constexpr std::array<std::array<std::size_t, 2>, 12> kEdges = {
      {{0, 1}, {2, 3}, {4, 5}, {6, 7}, {0, 2}, {1, 3}, {4, 6}, {5, 7}, {0, 4}, {1, 5}, {2, 6}, {3, 7}}};
  std::array<float, 8> v;
  unsigned inside = 0;
  for (std::size_t q = 0; q < 8; q++) {
    v[q] = grid.sample(x + (q & 1), y + ((q >> 1) & 1), z + (q >> 2));
    if (v[q] < 0) inside |= 1u << q;
  }
  if (inside == 0 || inside == 255) return false;
  const auto corner = [](std::size_t q) {
    return Vec3{static_cast<double>(q & 1), static_cast<double>((q >> 1) & 1), static_cast<double>(q >> 2)};
  };
  Vec3 sum;
  double crossings = 0;
  for (const auto& [a, b] : kEdges) {
    if ((v[a] < 0) == (v[b] < 0)) continue;
    const double t = static_cast<double>(v[a]) / (static_cast<double>(v[a]) - static_cast<double>(v[b]));
    sum = sum + corner(a) * (1 - t) + corner(b) * t;
    crossings++;
  }
  sum = sum * (1 / crossings);
  vertex = grid.place(static_cast<double>(x) + sum.x, static_cast<double>(y) + sum.y, static_cast<double>(z) + sum.z);
  return true;
}

/// Joins the four cells around a crossed edge by two triangles, split along the shorter diagonal.
void add_quad(Mesh& mesh, std::array<Index, 4> q, bool flipped) {
  if (flipped) std::swap(q[1], q[3]);
  const auto distance = [&](Index a, Index b) { return length(mesh.points[a] - mesh.points[b]); };
  if (distance(q[0], q[2]) < distance(q[1], q[3])) {
    mesh.triangles.push_back({q[0], q[1], q[2]});
    mesh.triangles.push_back({q[0], q[2], q[3]});
  } else {
    mesh.triangles.push_back({q[0], q[1], q[3]});
    mesh.triangles.push_back({q[1], q[2], q[3]});
  }
}

}  // namespace

Mesh surface_nets(const Field& surface, const Box& bounds, double cell_m, const Field* region) {
  const Grid grid(surface, bounds, cell_m, region);
  Mesh mesh;
  std::vector<Index> vertex_of(grid.cells(), kNoVertex);
  std::vector<std::size_t> cells;
  grid.for_active_blocks([&](std::size_t bx, std::size_t by, std::size_t bz) {
    for (std::size_t z = bz; z < bz + kBlock; z++)
      for (std::size_t y = by; y < by + kBlock; y++)
        for (std::size_t x = bx; x < bx + kBlock; x++) {
          Vec3 vertex;
          if (!cell_vertex(grid, x, y, z, vertex)) continue;
          const std::size_t cell = grid.id(x, y, z);
          vertex_of[cell] = static_cast<Index>(mesh.points.size());
          cells.push_back(cell);
          mesh.points.push_back(vertex);
        }
  });
  // For an edge along each axis: the four cells around it, as offsets towards -1 on the two other axes.
  constexpr std::array<std::array<std::array<std::size_t, 3>, 4>, 3> kAround = {{
      {{{0, 1, 1}, {0, 0, 1}, {0, 0, 0}, {0, 1, 0}}},
      {{{1, 0, 1}, {1, 0, 0}, {0, 0, 0}, {0, 0, 1}}},
      {{{1, 1, 0}, {0, 1, 0}, {0, 0, 0}, {1, 0, 0}}},
  }};
  for (const std::size_t cell : cells) {
    const auto [x, y, z] = grid.coordinates(cell);
    const float here = grid.sample(x, y, z);
    for (std::size_t axis = 0; axis < 3; axis++) {
      const float there = grid.sample(x + (axis == 0), y + (axis == 1), z + (axis == 2));
      if ((here < 0) == (there < 0)) continue;
      std::array<Index, 4> around{};
      bool whole = true;
      for (std::size_t q = 0; q < 4 && whole; q++) {
        const auto& [dx, dy, dz] = kAround[axis][q];
        whole = x >= dx && y >= dy && z >= dz;
        if (whole) around[q] = vertex_of[grid.id(x - dx, y - dy, z - dz)];
        whole = whole && around[q] != kNoVertex;
      }
      if (whole) add_quad(mesh, around, here >= 0);
    }
  }
  return mesh;
}

}  // namespace mannequin
