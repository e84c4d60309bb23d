/// What comes out of an upload: one GLB in metres, Y up, centred on the floor with its front to +Z, a picture, boxes to
/// bump into, and the figures that a shop shows. Files are named by the SHA-256 of their bytes (assets/store/store.h).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "client-proto/core/ids.h"

namespace assets {

/// An axis-aligned box in the piece's own space, in metres.
struct ColliderBox {
  std::array<float, 3> center_m{};
  std::array<float, 3> half_m{};
};

/// A piece has at most this many collider boxes.
constexpr std::size_t kColliderBoxesMax = 8;

struct Piece {
  proto::Sha256 source;     ///< the upload as it came
  proto::Sha256 model;      ///< GLB, served as /assets/<hex>.glb
  proto::Sha256 thumbnail;  ///< WebP, served as /assets/<hex>.webp
  std::uint64_t source_bytes = 0;
  std::uint64_t model_bytes = 0;
  std::uint64_t thumbnail_bytes = 0;
  std::array<float, 3> size_m{};  ///< width (x), height (y), depth (z)
  std::uint32_t source_triangles = 0;
  std::uint32_t triangles = 0;
  std::uint32_t vertices = 0;
  std::uint32_t draws = 0;  ///< primitives
  std::uint32_t materials = 0;
  std::uint32_t textures = 0;
  std::uint32_t texture_side_px_max = 0;
  std::uint32_t joints = 0;  ///< 0 unless skinned
  std::uint32_t animations = 0;
  std::vector<ColliderBox> colliders;

  /// {"source","model","model_url","thumb_url","size_m",...,"colliders":{"boxes":[{"center","half","yaw_rad"}]}}
  [[nodiscard]] std::string to_json() const;
};

}  // namespace assets
