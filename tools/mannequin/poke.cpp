#include "tools/mannequin/poke.h"

#include <map>

namespace mannequin {
namespace {

/// Vertices of a level that bend with the skeleton.
struct Posable {
  std::vector<Vec3> rest, normals;
  std::vector<JointWeights> weights;

  void add(const Mesh& mesh, const Body& body, const Drape& drape) {
    const std::size_t base = rest.size();
    rest.insert(rest.end(), mesh.points.begin(), mesh.points.end());
    normals.insert(normals.end(), mesh.normals.begin(), mesh.normals.end());
    weights.resize(rest.size());
    parallel_for(mesh.points.size(), [&](std::size_t i) { weights[base + i] = body.weights(mesh.points[i], drape); });
  }
  [[nodiscard]] std::vector<Vec3> posed(const JointFrames& frames) const {
    std::vector<Vec3> out(rest.size());
    parallel_for(out.size(), [&](std::size_t i) {
      Vec3 sum;
      double total = 0;
      for (std::size_t j = 0; j < kJoints; j++) {
        if (weights[i][j] <= 0) continue;
        const JointFrame& f = frames[j];
        sum = sum + (rotate(f.rotation, rest[i] - f.rest) + f.position) * weights[i][j];
        total += weights[i][j];
      }
      out[i] = sum * (1 / total);
    });
    return out;
  }
};

/// The point of a triangle that is nearest to `p` (Ericson, Real-Time Collision Detection, 5.1.5).
Vec3 nearest_on_triangle(const Vec3& p, const Vec3& a, const Vec3& b, const Vec3& c) {
  const Vec3 ab = b - a, ac = c - a, ap = p - a;
  const double d1 = dot(ab, ap), d2 = dot(ac, ap);
  if (d1 <= 0 && d2 <= 0) return a;
  const Vec3 bp = p - b;
  const double d3 = dot(ab, bp), d4 = dot(ac, bp);
  if (d3 >= 0 && d4 <= d3) return b;
  const double vc = d1 * d4 - d3 * d2;
  if (vc <= 0 && d1 >= 0 && d3 <= 0) return a + ab * (d1 / (d1 - d3));
  const Vec3 cp = p - c;
  const double d5 = dot(ab, cp), d6 = dot(ac, cp);
  if (d6 >= 0 && d5 <= d6) return c;
  const double vb = d5 * d2 - d1 * d6;
  if (vb <= 0 && d2 >= 0 && d6 <= 0) return a + ac * (d2 / (d2 - d6));
  const double va = d3 * d6 - d5 * d4;
  if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) return b + (c - b) * ((d4 - d3) / ((d4 - d3) + (d5 - d6)));
  const double scale = 1 / (va + vb + vc);
  return a + ab * (vb * scale) + ac * (vc * scale);
}

using Cell = std::array<int, 3>;
constexpr double kCell_m = .05;
Cell cell_of(const Vec3& p) {
  return {static_cast<int>(std::floor(p.x / kCell_m)), static_cast<int>(std::floor(p.y / kCell_m)),
          static_cast<int>(std::floor(p.z / kCell_m))};
}

/// Which triangles lie near a place at rest: those are what a vertex may come through.
std::map<Cell, std::vector<Triangle>> by_cell(const Posable& cloth, const std::vector<Triangle>& triangles) {
  std::map<Cell, std::vector<Triangle>> cells;
  for (const Triangle& t : triangles) {
    const Vec3 middle = (cloth.rest[t[0]] + cloth.rest[t[1]] + cloth.rest[t[2]]) * (1.0 / 3);
    const Cell c = cell_of(middle);
    for (int dx = -1; dx <= 1; dx++)
      for (int dy = -1; dy <= 1; dy++)
        for (int dz = -1; dz <= 1; dz++) cells[{c[0] + dx, c[1] + dy, c[2] + dz}].push_back(t);
  }
  return cells;
}

bool is_outside(const Vec3& p, const std::vector<Triangle>& triangles, const std::vector<Vec3>& cloth) {
  constexpr double kVisible_m = .0005;
  double best = 1e9;
  Vec3 nearest, normal;
  for (const Triangle& t : triangles) {
    const Vec3 q = nearest_on_triangle(p, cloth[t[0]], cloth[t[1]], cloth[t[2]]), d = p - q;
    const double d2 = dot(d, d);
    const Vec3 n = normalized(cross(cloth[t[1]] - cloth[t[0]], cloth[t[2]] - cloth[t[0]]));
    // Where several triangles share the nearest point, the one that faces the vertex most decides.
    const bool shared = std::fabs(d2 - best) < 1e-12 && std::fabs(dot(d, n)) > std::fabs(dot(p - nearest, normal));
    if (d2 < best - 1e-12 || shared) {
      best = d2;
      nearest = q;
      normal = n;
    }
  }
  return best < 1e8 && dot(p - nearest, normal) > kVisible_m;
}

}  // namespace

PokeThrough poke_through(const Body& body, const Garment& garment, const LevelOfDetail& sewn,
                         const Underneath& underneath, const std::vector<Pose>& poses) {
  Posable cloth, skin;
  std::vector<Triangle> triangles;
  for (const SewnPanel& panel : sewn.panels) {
    const Index base = static_cast<Index>(cloth.rest.size());
    cloth.add(panel.mesh, body, garment.drape);
    for (std::size_t t = 0; t < panel.outer_triangles; t++) {
      const Triangle& own = panel.mesh.triangles[t];
      triangles.push_back({own[0] + base, own[1] + base, own[2] + base});
    }
  }
  std::vector<char> drawn;
  for (const SewnPanel& panel : underneath.level->panels) {
    const std::size_t base = skin.rest.size();
    skin.add(panel.mesh, body, underneath.drape);
    drawn.resize(skin.rest.size(), 0);
    for (std::size_t t = 0; t < panel.mesh.triangles.size(); t++)
      if ((panel.hidden_by[t] & underneath.hidden_bit) == 0)
        for (const Index i : panel.mesh.triangles[t]) drawn[base + i] = 1;
  }
  constexpr double kEdge_m = .004;
  std::vector<std::size_t> covered;
  for (std::size_t i = 0; i < skin.rest.size(); i++)
    for (const Cover& c : garment.covers)
      if (c.region(skin.rest[i]) < -kEdge_m && c.surface(skin.rest[i]) < 0) {
        covered.push_back(i);
        break;
      }
  const auto cells = by_cell(cloth, triangles);
  PokeThrough result;
  for (const Pose& pose : poses) {
    const JointFrames frames = joint_frames(body.rest(), pose);
    const std::vector<Vec3> cloth_now = cloth.posed(frames), skin_now = skin.posed(frames);
    std::vector<char> pokes(covered.size(), 0);
    parallel_for(covered.size(), [&](std::size_t k) {
      const std::size_t i = covered[k];
      const auto near = cells.find(cell_of(skin.rest[i]));
      if (!drawn[i] || near == cells.end()) return;
      // The cloth over a vertex faces the way it does. In the armpit, sleeve and side of a tee lie next to each other.
      std::vector<Triangle> facing;
      for (const Triangle& t : near->second)
        if (dot(cloth.normals[t[0]] + cloth.normals[t[1]] + cloth.normals[t[2]], skin.normals[i]) > 0)
          facing.push_back(t);
      pokes[k] = is_outside(skin_now[i], facing, cloth_now);
    });
    result.covered += covered.size();
    result.poking += static_cast<std::size_t>(std::count(pokes.begin(), pokes.end(), 1));
  }
  return result;
}

std::vector<Pose> moments(const Clip& clip, std::size_t count) {
  std::vector<Pose> poses;
  for (std::size_t k = 0; k < count; k++)
    poses.push_back(sample(clip, static_cast<double>(k) / static_cast<double>(count)));
  return poses;
}

}  // namespace mannequin
