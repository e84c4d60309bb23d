// Edges of cloth: cutting an open mesh along a region's border and giving the cut thickness.
#include <map>

#include "tools/mannequin/mesh.h"

namespace mannequin {
namespace {

class Clipper {
 public:
  Clipper(const Mesh& mesh, const Field& region)
      : m_mesh(mesh), m_region(region), m_renamed(mesh.points.size(), kNoVertex) {
    // A vertex exactly on the border would give triangles without area.
    constexpr double kNudge_m = 1e-5;
    m_values.resize(mesh.points.size());
    parallel_for(mesh.points.size(), [&](std::size_t i) {
      const double value = region(mesh.points[i]);
      m_values[i] = std::fabs(value) < kNudge_m ? -kNudge_m : value;
    });
  }

  Mesh run() {
    for (const Triangle& t : m_mesh.triangles) {
      std::size_t inside = 0;
      for (const Index i : t) inside += m_values[i] < 0;
      if (inside == 3) add(whole(t[0]), whole(t[1]), whole(t[2]));
      if (inside == 1) cut_to_corner(t);
      if (inside == 2) cut_off_corner(t);
    }
    return std::move(m_out);
  }

 private:
  void add(Index a, Index b, Index c) { m_out.triangles.push_back({a, b, c}); }

  void cut_to_corner(const Triangle& t) {
    std::size_t k = 0;
    while (m_values[t[k]] >= 0) k++;
    const Index a = t[k], b = t[(k + 1) % 3], c = t[(k + 2) % 3];
    const Index ab = crossing(a, b), ac = crossing(a, c);
    add(whole(a), ab, ac);
  }

  void cut_off_corner(const Triangle& t) {
    std::size_t k = 0;
    while (m_values[t[k]] < 0) k++;
    const Index c = t[k], a = t[(k + 1) % 3], b = t[(k + 2) % 3];
    const Index bc = crossing(b, c), ac = crossing(a, c);
    add(whole(a), whole(b), bc);
    add(whole(a), bc, ac);
  }

  Index whole(Index i) {
    if (m_renamed[i] == kNoVertex) {
      m_renamed[i] = static_cast<Index>(m_out.points.size());
      m_out.points.push_back(m_mesh.points[i]);
    }
    return m_renamed[i];
  }

  Index crossing(Index a, Index b) {
    const auto [entry, is_new] = m_crossings.try_emplace({std::min(a, b), std::max(a, b)}, kNoVertex);
    if (!is_new) return entry->second;
    constexpr int kBisections = 14;
    const Vec3 &inside = m_mesh.points[m_values[a] < 0 ? a : b], &outside = m_mesh.points[m_values[a] < 0 ? b : a];
    double low = 0, high = 1;
    for (int k = 0; k < kBisections; k++) {
      const double t = (low + high) / 2;
      (m_region(inside * (1 - t) + outside * t) < 0 ? low : high) = t;
    }
    const double t = (low + high) / 2;
    entry->second = static_cast<Index>(m_out.points.size());
    m_out.points.push_back(inside * (1 - t) + outside * t);
    return entry->second;
  }

  const Mesh& m_mesh;
  const Field& m_region;
  Mesh m_out;
  std::vector<double> m_values;
  std::vector<Index> m_renamed;
  std::map<std::pair<Index, Index>, Index> m_crossings;
};

/// One ring of the rim, as offsets from the border vertex: outwards along the cloth, inwards through it, the normal's
/// share of both, and how much light reaches it.
struct Ring {
  double out, depth, normal_out, normal_up, light;
};

}  // namespace

Mesh clip(const Mesh& mesh, const Field& region) { return Clipper(mesh, region).run(); }

void add_rim(Mesh& mesh, const Field& region, const RimOptions& options) {
  constexpr std::array<Ring, 3> kRings = {{{.40, .5, 1, 0, .9}, {.10, 1.0, .3, -1, .6}, {0, 1.3, 0, -1, .25}}};
  const std::size_t first_ring = options.is_plain ? kRings.size() - 1 : 0;
  const Index rings = static_cast<Index>(kRings.size() - first_ring);
  const EdgeCounts edges(mesh);
  std::map<Index, Index> first_of;
  const auto rings_at = [&](Index v) {
    const auto [entry, is_new] = first_of.try_emplace(v, static_cast<Index>(mesh.points.size()));
    if (!is_new) return entry->second;
    const Vec3 p = mesh.points[v], n = mesh.normals[v], g = gradient(region, p);
    const Vec3 out = normalized(g - n * dot(g, n));
    const double open = mesh.openness[v], hem = mesh.hem_m[v], thick = options.thickness_m;
    for (std::size_t r = first_ring; r < kRings.size(); r++) {
      const Ring& ring = kRings[r];
      const bool last = r + 1 == kRings.size();
      mesh.points.push_back(p + out * (last ? -options.inner_m : thick * ring.out) - n * (thick * ring.depth));
      mesh.normals.push_back(normalized(out * ring.normal_out + n * ring.normal_up));
      mesh.openness.push_back(open * ring.light);
      mesh.hem_m.push_back(hem);
    }
    return entry->second;
  };
  std::vector<Triangle> band;
  for (const Triangle& t : mesh.triangles)
    for (std::size_t k = 0; k < 3; k++) {
      Index a = t[k], b = t[(k + 1) % 3];
      if (edges.count(a, b) != 1) continue;
      const Index ring_a = rings_at(a), ring_b = rings_at(b);
      for (Index r = 0; r < rings; r++) {
        band.push_back({b, a, ring_a + r});
        band.push_back({b, ring_a + r, ring_b + r});
        a = ring_a + r;
        b = ring_b + r;
      }
    }
  mesh.triangles.insert(mesh.triangles.end(), band.begin(), band.end());
}

}  // namespace mannequin
