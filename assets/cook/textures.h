/// Brings the pictures of a document to the allowed size and to what is smaller: JPEG for opaque colour pictures, PNG
/// where alpha or exact values matter (normals, roughness). A picture that is already fine is not touched.
#pragma once

#include <cstdint>
#include <vector>

#include "assets/gltf/model.h"
#include "assets/picture/picture.h"
#include "assets/report.h"

namespace assets {

struct Textures {
  std::vector<Picture> pictures;  ///< one for each image; empty where it could not be decoded
  std::uint32_t side_px_max = 0;  ///< after shrinking
};

/// Changes the document where a picture was shrunk or re-encoded. Broken pictures become errors in the report.
[[nodiscard]] Textures cook_textures(gltf::Document& document, const gltf::Model& model, std::uint32_t side_px_max,
                                     Report& report);

}  // namespace assets
