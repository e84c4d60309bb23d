/// Makes meshes of fields: the body and each garment in two levels of detail, shaded and ready to be skinned.
#pragma once

#include <vector>

#include "tools/mannequin/garment.h"

namespace mannequin {

/// A finished panel and what of it is hidden: bit k of a triangle's mask says that cover k of the wardrobe hides it.
struct SewnPanel {
  std::size_t material = 0;
  double stitch_m = 0;
  Mesh mesh;
  /// The first triangles are the cloth's outer side; after them comes the rim.
  std::size_t outer_triangles = 0;
  std::vector<std::uint32_t> hidden_by;
};

struct LevelOfDetail {
  std::vector<SewnPanel> panels;
  [[nodiscard]] std::size_t triangles() const;
};

struct SewnGarment {
  LevelOfDetail near, far;
};

/// Coarser cells make a run fast enough for a test under sanitizers; what ships uses 1.
struct TailorOptions {
  double coarseness = 1;
};

constexpr std::size_t kBodyNear_max = 15400, kBodyFar_max = 2450;

[[nodiscard]] SewnGarment sew(const Garment& garment, const Body& body, const TailorOptions& options);
/// Both levels of the body from one fine mesh.
[[nodiscard]] SewnGarment grow_body(const Body& body, const TailorOptions& options);

/// Fills `hidden_by`: a triangle is hidden when all of its corners are well inside the cover. Cover k sets bit k.
void hide_covered(LevelOfDetail& level, const std::vector<const Cover*>& covers, bool is_skin);

}  // namespace mannequin
