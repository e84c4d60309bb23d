/// The picture of a piece, for lists and for the certificate: a small ray tracer's photo studio. A warm paper backdrop
/// without horizon, a large soft key light from the upper left, a bright room around, soft contact shadows. Runs
/// without a GPU in the sandboxed worker, and gives the same bytes for the same piece.
///
/// Each pixel is sampled a few times; the light that falls on surfaces is kept apart from their colour and smoothed
/// where normal and depth agree (an edge-avoiding à-trous filter, Dammertz et al. 2010), so few rays look like many.
#pragma once

#include <cstdint>
#include <vector>

#include "assets/cook/soup.h"
#include "assets/gltf/model.h"
#include "assets/picture/picture.h"

namespace assets {

/// `soup` is placed (on the floor, front to +Z); `pictures` holds one for each image of the document.
[[nodiscard]] Picture photograph(const Soup& soup, const std::vector<gltf::Material>& materials,
                                 const std::vector<Picture>& pictures, std::uint32_t side_px);

}  // namespace assets
