/// Puts a piece where every piece stands: metres, the middle of its footprint at the origin, its lowest point on the
/// floor, turned so that its front looks to +Z, at the size that the creator states.
#pragma once

#include <optional>

#include "assets/cook/soup.h"
#include "assets/gltf/document.h"
#include "assets/importer.h"
#include "assets/report.h"

namespace assets {

/// How lengths of a file without units are understood when the creator states no size.
enum class FileUnit : std::uint8_t { kMetre, kUnknown };

/// The matrix from the document's space to the piece's; nothing (and an error) when the size is absurd.
[[nodiscard]] std::optional<Matrix> placement(const Bounds& bounds, const SizeCm& size_cm, int turn_deg, FileUnit unit,
                                              Report& report);
/// Hangs the scene's roots under one new node with this matrix (a scale, a turn about Y and a move).
void wrap_scene(gltf::Document& document, const Matrix& matrix);
[[nodiscard]] bool is_identity(const Matrix& matrix);

}  // namespace assets
