#include "tools/mannequin/mesh.h"

namespace mannequin {

EdgeCounts::EdgeCounts(const Mesh& mesh) {
  m_counts.reserve(mesh.triangles.size() * 2);
  for (const Triangle& t : mesh.triangles)
    for (std::size_t k = 0; k < 3; k++) m_counts[key(t[k], t[(k + 1) % 3])]++;
}

int EdgeCounts::count(Index a, Index b) const {
  const auto found = m_counts.find(key(a, b));
  return found == m_counts.end() ? 0 : found->second;
}

std::vector<char> EdgeCounts::border_vertices(std::size_t vertices) const {
  std::vector<char> border(vertices, 0);
  for (const auto& [edge, count] : m_counts) {
    if (count != 1) continue;
    border[edge >> 32] = 1;
    border[edge & 0xffffffffu] = 1;
  }
  return border;
}

bool EdgeCounts::closed() const {
  return std::all_of(m_counts.begin(), m_counts.end(), [](const auto& edge) { return edge.second == 2; });
}

bool EdgeCounts::watertight() const {
  return std::all_of(m_counts.begin(), m_counts.end(), [](const auto& edge) { return edge.second % 2 == 0; });
}

Mesh subset(const Mesh& mesh, const std::function<bool(const Triangle&)>& keep) {
  Mesh out;
  std::vector<Index> renamed(mesh.points.size(), kNoVertex);
  const auto name = [&](Index i) {
    if (renamed[i] == kNoVertex) {
      renamed[i] = static_cast<Index>(out.points.size());
      out.points.push_back(mesh.points[i]);
      if (!mesh.normals.empty()) out.normals.push_back(mesh.normals[i]);
      if (!mesh.openness.empty()) out.openness.push_back(mesh.openness[i]);
      if (!mesh.hem_m.empty()) out.hem_m.push_back(mesh.hem_m[i]);
    }
    return renamed[i];
  };
  for (const Triangle& t : mesh.triangles)
    if (keep(t)) {
      const Index a = name(t[0]), b = name(t[1]), c = name(t[2]);
      out.triangles.push_back({a, b, c});
    }
  return out;
}

void project(Mesh& mesh, const Field& surface, int steps) {
  constexpr double kStepMax_m = .004, kFlat = .05;
  parallel_for(mesh.points.size(), [&](std::size_t i) {
    Vec3& p = mesh.points[i];
    for (int k = 0; k < steps; k++) {
      const Vec3 g = gradient(surface, p);
      const double l2 = dot(g, g);
      if (l2 < kFlat) break;
      p = p - normalized(g) * std::clamp(surface(p) / std::sqrt(l2), -kStepMax_m, kStepMax_m);
    }
  });
}

void relax(Mesh& mesh, const Field& surface, int passes) {
  std::vector<std::vector<Index>> neighbours(mesh.points.size());
  for (const Triangle& t : mesh.triangles)
    for (std::size_t k = 0; k < 3; k++) {
      neighbours[t[k]].push_back(t[(k + 1) % 3]);
      neighbours[t[k]].push_back(t[(k + 2) % 3]);
    }
  const std::vector<char> border = EdgeCounts(mesh).border_vertices(mesh.points.size());
  for (int pass = 0; pass < passes; pass++) {
    std::vector<Vec3> moved = mesh.points;
    for (std::size_t i = 0; i < moved.size(); i++) {
      if (border[i] || neighbours[i].empty()) continue;
      Vec3 sum;
      for (const Index j : neighbours[i]) sum = sum + mesh.points[j];
      moved[i] = mesh.points[i] * .5 + sum * (.5 / static_cast<double>(neighbours[i].size()));
    }
    mesh.points = std::move(moved);
    project(mesh, surface, 1);
  }
}

void project_border(Mesh& mesh, const Field& surface, const Field& region) {
  const std::vector<char> border = EdgeCounts(mesh).border_vertices(mesh.points.size());
  constexpr int kRounds = 4;
  constexpr double kStepMax_m = .003, kFlat = .05;
  parallel_for(mesh.points.size(), [&](std::size_t i) {
    if (!border[i]) return;
    for (int round = 0; round < kRounds; round++)
      for (const Field* field : {&region, &surface}) {
        const Vec3 g = gradient(*field, mesh.points[i]);
        const double l = length(g);
        if (l * l < kFlat) continue;
        const double d = std::clamp((*field)(mesh.points[i]) / l, -kStepMax_m, kStepMax_m);
        mesh.points[i] = mesh.points[i] - g * (d / l);
      }
  });
}

void shade_normals(Mesh& mesh, const Field& surface, double step_m) {
  mesh.normals.resize(mesh.points.size());
  parallel_for(mesh.points.size(),
               [&](std::size_t i) { mesh.normals[i] = normalized(gradient(surface, mesh.points[i], step_m)); });
}

void shade_openness(Mesh& mesh, const Field& occluders) {
  constexpr std::array<double, 4> kReach_m = {.012, .03, .07, .12};
  mesh.openness.resize(mesh.points.size());
  parallel_for(mesh.points.size(), [&](std::size_t i) {
    const Vec3 n = mesh.normals[i];
    const Vec3 t = normalized(cross(n, std::fabs(n.y) < .9 ? Vec3{0, 1, 0} : Vec3{1, 0, 0})), b = cross(n, t);
    const std::array<Vec3, 5> directions = {n, normalized(n + t), normalized(n - t), normalized(n + b),
                                            normalized(n - b)};
    double shut = 0, total = 0;
    for (std::size_t k = 0; k < directions.size(); k++)
      for (const double reach : kReach_m) {
        const double found = occluders(mesh.points[i] + n * .002 + directions[k] * reach);
        const double expected = reach * (k == 0 ? 1 : .7), weight = .02 / (reach + .01);
        shut += weight * std::clamp((expected - found) / expected, 0.0, 1.0);
        total += weight;
      }
    mesh.openness[i] = std::clamp(1 - shut / total, 0.0, 1.0);
  });
}

}  // namespace mannequin
