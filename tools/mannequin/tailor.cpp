#include "tools/mannequin/tailor.h"

namespace mannequin {
namespace {

/// How firmly an edge keeps its line while a mesh gets simpler: a coarse mesh needs its outline more than its inside.
constexpr double kNearBorder = 2.5, kFarBorder = 12;
constexpr double kFarRim_m = .010, kFarShading_m = .008;

/// Where a shopper looks: the face and the hands keep more triangles.
double body_importance(const Body& body, const Vec3& p) {
  constexpr double kFace = 60, kHands = 12, kHead = 3, kFeet = 3;
  if (body.beyond_wrist(p) > .02 && p.y < 1.2) return kHands;
  if (p.y > 1.54 && p.y < 1.675 && p.z > .05 && std::fabs(p.x) < .05) return kFace;
  if (p.y > 1.5) return kHead;
  return p.y < .1 ? kFeet : 1;
}

SewnPanel finish(Mesh mesh, const Panel& panel, const Field& occluders, bool is_near) {
  const bool open = static_cast<bool>(panel.region);
  const std::size_t outer_triangles = mesh.triangles.size();
  project(mesh, panel.surface, is_near ? 3 : 2);
  if (open) project_border(mesh, panel.surface, panel.region);
  shade_normals(mesh, panel.surface, is_near ? panel.shading_m : kFarShading_m);
  shade_openness(mesh, occluders);
  if (open) {
    for (const Vec3& p : mesh.points) mesh.hem_m.push_back(std::max(0.0, -panel.region(p)));
    RimOptions rim = panel.rim;
    rim.is_plain = rim.is_plain || !is_near;
    if (!is_near) rim.inner_m = std::min(rim.inner_m, kFarRim_m);
    if (rim.thickness_m > 0) add_rim(mesh, panel.region, rim);
  }
  return {panel.material, open ? panel.stitch_m : 0, std::move(mesh), outer_triangles, {}};
}

/// The panel's surface in full detail, cut to its region.
Mesh cut_cloth(const Panel& panel, const TailorOptions& options) {
  const bool open = static_cast<bool>(panel.region);
  Mesh mesh =
      surface_nets(panel.surface, panel.bounds, panel.cell_m * options.coarseness, open ? &panel.region : nullptr);
  if (open) {
    // Only a seam's width is kept outside of the region: enough to relax without the border showing.
    constexpr double kSeam_m = .012;
    std::vector<char> near(mesh.points.size());
    parallel_for(near.size(),
                 [&](std::size_t i) { near[i] = panel.region(mesh.points[i]) < kSeam_m * options.coarseness; });
    mesh = subset(mesh, [&](const Triangle& t) { return near[t[0]] || near[t[1]] || near[t[2]]; });
  }
  relax(mesh, panel.surface, 2);
  return open ? clip(mesh, panel.region) : mesh;
}

}  // namespace

std::size_t LevelOfDetail::triangles() const {
  std::size_t sum = 0;
  for (const SewnPanel& p : panels) sum += p.mesh.triangles.size();
  return sum;
}

SewnGarment sew(const Garment& garment, const Body& body, const TailorOptions& options) {
  SewnGarment sewn;
  const Field evenly = [](const Vec3&) { return 1.0; };
  for (const Panel& panel : garment.panels) {
    Mesh mesh = cut_cloth(panel, options);
    const Field& cloth = garment.occluders ? garment.occluders : panel.surface;
    const Field occluders = [&](const Vec3& p) { return std::min(cloth(p), body.distance(p)); };
    simplify(mesh, panel.near_max, evenly, kNearBorder);
    sewn.near.panels.push_back(finish(mesh, panel, occluders, true));
    if (panel.far_max == 0) continue;
    simplify(mesh, panel.far_max, evenly, kFarBorder);
    sewn.far.panels.push_back(finish(std::move(mesh), panel, occluders, false));
  }
  return sewn;
}

SewnGarment grow_body(const Body& body, const TailorOptions& options) {
  constexpr double kFineCell_m = .0032;
  Panel skin;
  skin.shading_m = .0012;
  skin.surface = [&body](const Vec3& p) { return body.distance(p); };
  const Field importance = [&body](const Vec3& p) { return body_importance(body, p); };
  Mesh mesh = surface_nets(skin.surface, {{-.66, -.01, -.24}, {.66, 1.78, .26}}, kFineCell_m * options.coarseness);
  relax(mesh, skin.surface, 2);
  SewnGarment grown;
  simplify(mesh, kBodyNear_max, importance, kNearBorder);
  grown.near.panels.push_back(finish(mesh, skin, skin.surface, true));
  simplify(mesh, kBodyFar_max, importance, kFarBorder);
  grown.far.panels.push_back(finish(std::move(mesh), skin, skin.surface, false));
  return grown;
}

void hide_covered(LevelOfDetail& level, const std::vector<const Cover*>& covers, bool is_skin) {
  constexpr double kOnSurface_m = .001;
  for (SewnPanel& panel : level.panels) {
    const Mesh& mesh = panel.mesh;
    std::vector<std::uint32_t> masks(mesh.points.size(), 0);
    parallel_for(masks.size(), [&](std::size_t i) {
      const Vec3& p = mesh.points[i];
      for (std::size_t k = 0; k < covers.size(); k++) {
        const Cover& c = *covers[k];
        const double margin = is_skin ? c.margin_m : c.cloth_margin_m;
        if (c.region(p) < -margin && c.surface(p) < kOnSurface_m) masks[i] |= 1u << k;
      }
    });
    panel.hidden_by.clear();
    for (const Triangle& t : mesh.triangles) panel.hidden_by.push_back(masks[t[0]] & masks[t[1]] & masks[t[2]]);
  }
}

}  // namespace mannequin
