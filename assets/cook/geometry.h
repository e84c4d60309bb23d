/// Makes the geometry of a static piece small and quick to draw: vertices that are equal become one, triangles are
/// simplified to a limit (meshoptimizer, which keeps borders and seams), ordered for the vertex cache and packed.
/// Materials, nodes and extensions stay as they are.
#pragma once

#include <cstdint>

#include "assets/gltf/model.h"
#include "assets/report.h"

namespace assets {

/// Static geometry may be rebuilt: no skins, animations, morph targets, points, lines, nor extensions that could refer
/// to accessors or buffer views in ways we do not know.
[[nodiscard]] bool is_rebuildable(const gltf::Document& document, const gltf::Model& model);

/// The document with new buffers; `document` and `model` are of one `check`, and rebuildable. When even strong
/// simplification leaves more than 1.25 times `triangles_max`, an error is added.
[[nodiscard]] gltf::Document cook_geometry(const gltf::Document& document, const gltf::Model& model,
                                           std::uint32_t triangles_max, Report& report);

}  // namespace assets
