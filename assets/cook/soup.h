/// A document as plain triangles in world space: what bounds, colliders and pictures are made from. Skinned meshes
/// stand in the pose of their nodes.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "assets/gltf/model.h"
#include "assets/math/matrix.h"

namespace assets {

struct Soup {
  std::vector<Vec3> positions;
  std::vector<Vec3> normals;                  ///< unit; of the surface where the document has none
  std::vector<std::array<float, 2>> uvs;      ///< for the base colour
  std::vector<std::array<float, 4>> colours;  ///< vertex colours, white where there are none
  std::vector<std::array<std::uint32_t, 3>> triangles;
  std::vector<std::uint32_t> materials;  ///< one for each triangle; gltf::kNone for the default material
};

struct Bounds {
  Vec3 low{1e30, 1e30, 1e30};
  Vec3 high{-1e30, -1e30, -1e30};
};

/// False in `finite` when a position is not a finite number; such a soup must not be used.
[[nodiscard]] Soup flatten(const gltf::Document& document, const gltf::Model& model, bool& finite);
[[nodiscard]] Bounds bounds_of(const Soup& soup);
void transform(Soup& soup, const Matrix& by);

}  // namespace assets
