/// Bodies and garments as GLB files: one skeleton, a node `near` in the scene and its coarser partner `far` (MSFT_lod),
/// PBR materials with sheen, and clips in the body's file. README.md of this folder describes the layout.
#pragma once

#include "tools/mannequin/glb.h"
#include "tools/mannequin/motion.h"
#include "tools/mannequin/tailor.h"

namespace mannequin {

struct ExportedModel {
  std::string name;
  const SewnGarment* meshes = nullptr;
  std::vector<Material> materials;
  Drape drape;
  /// Names of the bits in `hidden_by`.
  std::vector<std::string> covers;
  std::vector<Clip> clips;
  /// Skin is smooth and slightly glossy and shows steps in its normals; cloth does not.
  bool fine_normals = false;
};

[[nodiscard]] std::vector<std::uint8_t> to_glb(const ExportedModel& model, const Body& body);

/// At most four joints per vertex with weights that add up to 255.
struct VertexSkin {
  std::array<std::uint8_t, 4> joints{};
  std::array<std::uint8_t, 4> weights{};
};
[[nodiscard]] VertexSkin vertex_skin(const JointWeights& weights);

[[nodiscard]] Material skin_material();

}  // namespace mannequin
