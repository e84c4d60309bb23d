#include "assets/piece.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace assets {
namespace {

/// Tenths of a millimetre: what a reader needs, without the dust of single precision.
std::array<double, 3> rounded(const std::array<float, 3>& v) {
  std::array<double, 3> out{};
  for (std::size_t i = 0; i < 3; ++i) out[i] = std::round(static_cast<double>(v[i]) * 1e4) / 1e4 + 0.0;
  return out;
}

}  // namespace

std::string Piece::to_json() const {
  nlohmann::ordered_json boxes = nlohmann::ordered_json::array();
  for (const ColliderBox& box : colliders) {
    boxes.push_back({{"center", rounded(box.center_m)}, {"half", rounded(box.half_m)}, {"yaw_rad", 0}});
  }
  const nlohmann::ordered_json piece = {
      {"source", source.hex()},
      {"model", model.hex()},
      {"thumbnail", thumbnail.hex()},
      {"model_url", "/assets/" + model.hex() + ".glb"},
      {"thumb_url", "/assets/" + thumbnail.hex() + ".webp"},
      {"source_bytes", source_bytes},
      {"model_bytes", model_bytes},
      {"thumbnail_bytes", thumbnail_bytes},
      {"size_m", rounded(size_m)},
      {"source_triangles", source_triangles},
      {"triangles", triangles},
      {"vertices", vertices},
      {"draws", draws},
      {"materials", materials},
      {"textures", textures},
      {"texture_side_px_max", texture_side_px_max},
      {"joints", joints},
      {"animations", animations},
      {"colliders", {{"boxes", boxes}}},
  };
  return piece.dump();
}

}  // namespace assets
