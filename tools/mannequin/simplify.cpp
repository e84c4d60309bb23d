#include <queue>

#include "tools/mannequin/mesh.h"

namespace mannequin {
namespace {

/// The sum of squared distances to a set of planes (Garland and Heckbert 1997), weighted.
struct Quadric {
  std::array<double, 10> a{};

  void add_plane(const Vec3& n, double offset, double weight) {
    const std::array<double, 4> v = {n.x, n.y, n.z, offset};
    std::size_t k = 0;
    for (std::size_t i = 0; i < 4; i++)
      for (std::size_t j = i; j < 4; j++) a[k++] += weight * v[i] * v[j];
  }
  void add(const Quadric& other) {
    for (std::size_t i = 0; i < a.size(); i++) a[i] += other.a[i];
  }
  [[nodiscard]] double at(const Vec3& p) const {
    return a[0] * p.x * p.x + 2 * a[1] * p.x * p.y + 2 * a[2] * p.x * p.z + 2 * a[3] * p.x + a[4] * p.y * p.y +
           2 * a[5] * p.y * p.z + 2 * a[6] * p.y + a[7] * p.z * p.z + 2 * a[8] * p.z + a[9];
  }
};

struct Collapse {
  double cost;
  Index keep, drop;
  std::uint32_t keep_version, drop_version;
  /// Cheapest first; ties by index, so that the result does not depend on the heap's whims.
  bool operator<(const Collapse& o) const {
    if (cost != o.cost) return cost > o.cost;
    return keep != o.keep ? keep > o.keep : drop > o.drop;
  }
};

class Simplifier {
 public:
  Simplifier(Mesh& mesh, const Field& importance, double border_firmness)
      : m_mesh(mesh),
        m_importance(importance),
        m_border_firmness(border_firmness),
        m_quadrics(mesh.points.size()),
        m_fans(mesh.points.size()),
        m_border(EdgeCounts(mesh).border_vertices(mesh.points.size())),
        m_versions(mesh.points.size(), 0),
        m_dead(mesh.triangles.size(), 0),
        m_live(mesh.triangles.size()) {
    const EdgeCounts edges(mesh);
    for (std::size_t i = 0; i < mesh.triangles.size(); i++) add_triangle(i, edges);
    for (const Triangle& t : mesh.triangles)
      for (std::size_t k = 0; k < 3; k++)
        if (t[k] < t[(k + 1) % 3] || edges.count(t[k], t[(k + 1) % 3]) == 1) push(t[k], t[(k + 1) % 3]);
  }

  void run(std::size_t triangles_max) {
    while (m_live > triangles_max && !m_queue.empty()) {
      const Collapse next = m_queue.top();
      m_queue.pop();
      if (m_versions[next.keep] == next.keep_version && m_versions[next.drop] == next.drop_version) try_collapse(next);
    }
    std::size_t i = 0;
    m_mesh = subset(m_mesh, [&](const Triangle&) { return !m_dead[i++]; });
  }

 private:
  static constexpr std::uint32_t kGone = ~std::uint32_t{0};

  void add_triangle(std::size_t i, const EdgeCounts& edges) {
    const Triangle& t = m_mesh.triangles[i];
    const Vec3 c = area_normal(m_mesh, t), n = normalized(c);
    for (std::size_t k = 0; k < 3; k++) {
      const Vec3 &a = m_mesh.points[t[k]], &b = m_mesh.points[t[(k + 1) % 3]];
      m_quadrics[t[k]].add_plane(n, -dot(n, a), length(c));
      m_fans[t[k]].push_back(i);
      if (edges.count(t[k], t[(k + 1) % 3]) != 1) continue;
      // A border must keep its line: a plane through the edge, at a right angle to the triangle.
      const Vec3 wall = normalized(cross(b - a, n));
      const double weight = m_border_firmness * dot(b - a, b - a);
      m_quadrics[t[k]].add_plane(wall, -dot(wall, a), weight);
      m_quadrics[t[(k + 1) % 3]].add_plane(wall, -dot(wall, a), weight);
    }
  }

  [[nodiscard]] Vec3 target(Index a, Index b) const {
    if (m_border[a] != m_border[b]) return m_mesh.points[m_border[a] ? a : b];
    return (m_mesh.points[a] + m_mesh.points[b]) * .5;
  }

  void push(Index a, Index b) {
    const Vec3 p = target(a, b);
    Quadric sum = m_quadrics[a];
    sum.add(m_quadrics[b]);
    const Vec3 edge = m_mesh.points[a] - m_mesh.points[b];
    const double l2 = dot(edge, edge);
    // The second term prefers short edges, so that flat parts still get evenly sized triangles.
    constexpr double kEvenness = 1e-4;
    m_queue.push(
        {(std::max(0.0, sum.at(p)) + kEvenness * l2 * l2) * m_importance(p), a, b, m_versions[a], m_versions[b]});
  }

  [[nodiscard]] std::vector<Index> ring(Index v) const {
    std::vector<Index> out;
    for (const std::size_t t : m_fans[v])
      if (!m_dead[t])
        for (const Index i : m_mesh.triangles[t])
          if (i != v) out.push_back(i);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  /// Collapsing must not fold the surface onto itself: the two rings may only share the edge's own triangles.
  [[nodiscard]] bool keeps_topology(Index a, Index b) const {
    const std::vector<Index> ring_a = ring(a), ring_b = ring(b);
    std::vector<Index> shared;
    std::set_intersection(ring_a.begin(), ring_a.end(), ring_b.begin(), ring_b.end(), std::back_inserter(shared));
    return shared.size() == (m_border[a] && m_border[b] ? 1u : 2u);
  }

  static double longest_edge2(const std::array<Vec3, 3>& t) {
    const Vec3 a = t[1] - t[0], b = t[2] - t[1], c = t[0] - t[2];
    return std::max({dot(a, a), dot(b, b), dot(c, c), 1e-18});
  }

  [[nodiscard]] bool keeps_shape(Index moved, Index other, const Vec3& place) const {
    constexpr double kTurnMin = .6, kSliverMin = .12;
    for (const std::size_t t : m_fans[moved]) {
      if (m_dead[t]) continue;
      const Triangle& triangle = m_mesh.triangles[t];
      if (std::find(triangle.begin(), triangle.end(), other) != triangle.end()) continue;
      std::array<Vec3, 3> before, after;
      for (std::size_t k = 0; k < 3; k++) {
        before[k] = m_mesh.points[triangle[k]];
        after[k] = triangle[k] == moved ? place : before[k];
      }
      const Vec3 old_normal = cross(before[1] - before[0], before[2] - before[0]);
      const Vec3 new_normal = cross(after[1] - after[0], after[2] - after[0]);
      const double old_quality = length(old_normal) / longest_edge2(before);
      // Cutting cloth leaves slivers along the edge. They may get better, and their direction says nothing.
      if (length(new_normal) / longest_edge2(after) < std::min(kSliverMin, old_quality)) return false;
      if (old_quality < kSliverMin / 2) continue;
      if (dot(normalized(old_normal), normalized(new_normal)) < kTurnMin) return false;
    }
    return true;
  }

  void try_collapse(const Collapse& c) {
    const Vec3 place = target(c.keep, c.drop);
    if (!keeps_topology(c.keep, c.drop)) return;
    if (!keeps_shape(c.keep, c.drop, place) || !keeps_shape(c.drop, c.keep, place)) return;
    m_mesh.points[c.keep] = place;
    m_border[c.keep] = m_border[c.keep] || m_border[c.drop];
    m_quadrics[c.keep].add(m_quadrics[c.drop]);
    std::vector<std::size_t> fan;
    for (const std::size_t t : m_fans[c.drop]) {
      if (m_dead[t]) continue;
      Triangle& triangle = m_mesh.triangles[t];
      if (std::find(triangle.begin(), triangle.end(), c.keep) != triangle.end()) {
        m_dead[t] = 1;
        m_live--;
      } else {
        std::replace(triangle.begin(), triangle.end(), c.drop, c.keep);
        fan.push_back(t);
      }
    }
    for (const std::size_t t : m_fans[c.keep])
      if (!m_dead[t]) fan.push_back(t);
    m_fans[c.keep] = std::move(fan);
    m_fans[c.drop].clear();
    m_versions[c.keep]++;
    m_versions[c.drop] = kGone;
    for (const Index v : ring(c.keep)) push(c.keep, v);
  }

  Mesh& m_mesh;
  const Field& m_importance;
  double m_border_firmness;
  std::vector<Quadric> m_quadrics;
  std::vector<std::vector<std::size_t>> m_fans;
  std::vector<char> m_border;
  std::vector<std::uint32_t> m_versions;
  std::vector<char> m_dead;
  std::size_t m_live;
  std::priority_queue<Collapse> m_queue;
};

}  // namespace

void simplify(Mesh& mesh, std::size_t triangles_max, const Field& importance, double border_firmness) {
  if (mesh.triangles.size() > triangles_max) Simplifier(mesh, importance, border_firmness).run(triangles_max);
}

}  // namespace mannequin
