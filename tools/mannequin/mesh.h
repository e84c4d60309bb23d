/// A triangle mesh on its way from a field to a file: surface nets give it, relaxing and simplifying shape it, and at
/// the end each vertex carries a normal, its openness to light and its distance from the garment's edge.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "tools/mannequin/field.h"

namespace mannequin {

using Index = std::uint32_t;
using Triangle = std::array<Index, 3>;
constexpr Index kNoVertex = ~Index{0};

struct Mesh {
  std::vector<Vec3> points;
  std::vector<Triangle> triangles;
  std::vector<Vec3> normals;
  /// 1 is open to the sky, 0 is shut in.
  std::vector<double> openness;
  /// Metres from the garment's edge, inwards.
  std::vector<double> hem_m;
};

struct Box {
  Vec3 low, high;
};

/// How many triangles share each edge; the key is the two indices, the smaller one first.
class EdgeCounts {
 public:
  explicit EdgeCounts(const Mesh& mesh);
  [[nodiscard]] int count(Index a, Index b) const;
  /// A vertex is on the border when one of its edges has a single triangle.
  [[nodiscard]] std::vector<char> border_vertices(std::size_t vertices) const;
  /// Every edge has two triangles.
  [[nodiscard]] bool closed() const;
  /// No edge is open; where two sheets touch (between fingers) an edge may have four.
  [[nodiscard]] bool watertight() const;

 private:
  static std::uint64_t key(Index a, Index b) {
    return static_cast<std::uint64_t>(std::min(a, b)) << 32 | static_cast<std::uint64_t>(std::max(a, b));
  }
  std::unordered_map<std::uint64_t, int> m_counts;
};

/// The triangles for which `keep` holds, with the vertices they use, in the old order.
[[nodiscard]] Mesh subset(const Mesh& mesh, const std::function<bool(const Triangle&)>& keep);

/// Twice the triangle's area, along its normal.
[[nodiscard]] inline Vec3 area_normal(const Mesh& mesh, const Triangle& t) {
  return cross(mesh.points[t[1]] - mesh.points[t[0]], mesh.points[t[2]] - mesh.points[t[0]]);
}

/// Surface nets: one vertex in every cell that the surface crosses. Blocks of cells that are clearly off the surface,
/// or outside of the optional region (negative inside), are skipped.
[[nodiscard]] Mesh surface_nets(const Field& surface, const Box& bounds, double cell_m, const Field* region = nullptr);

/// Moves every vertex onto the field's zero by Newton steps.
void project(Mesh& mesh, const Field& surface, int steps);
/// Evens out the triangles: each inner vertex goes half way to the middle of its neighbours, then back to the surface.
void relax(Mesh& mesh, const Field& surface, int passes);
/// Puts border vertices back on the line where both the surface and the region are zero.
void project_border(Mesh& mesh, const Field& surface, const Field& region);

/// Collapses edges by quadric error until at most `triangles_max` are left. `importance` weighs the error per place.
/// Borders keep their line: their vertices only slide along it, and `border_firmness` weighs how little it may change.
void simplify(Mesh& mesh, std::size_t triangles_max, const Field& importance, double border_firmness);

/// The part of an open mesh where `region` is negative, cut exactly.
[[nodiscard]] Mesh clip(const Mesh& mesh, const Field& region);

struct RimOptions {
  double thickness_m = .003;
  /// Width of the band inside the edge.
  double inner_m = .012;
  /// Only the inner band, for meshes seen from afar.
  bool is_plain = false;
};
/// Gives the border of an open mesh thickness: a rounded edge and a band on the inside. Needs normals, openness and
/// hem.
void add_rim(Mesh& mesh, const Field& region, const RimOptions& options);

/// Normals from the field, smoothed over `step_m` so that a coarse mesh does not alias fine folds.
void shade_normals(Mesh& mesh, const Field& surface, double step_m);
/// Openness from the field `occluders`, looking 12 to 120 mm outwards in five directions.
void shade_openness(Mesh& mesh, const Field& occluders);

}  // namespace mannequin
