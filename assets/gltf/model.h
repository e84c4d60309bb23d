/// What the checks make of a document: the same content as typed, range-checked structures. Whoever holds a Model may
/// follow every index in it and read every accessor without looking again. Checking is iterative and bounded: no depth,
/// count or offset of the file is believed before it was compared with the bytes that are there.
/// Rules: glTF 2.0 specification, sections 3.5 (scenes), 3.6.2 (accessors), 3.7 (geometry), 3.11 (animations).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assets/gltf/document.h"
#include "assets/math/matrix.h"

namespace assets::gltf {

constexpr std::uint32_t kNone = 0xffffffffU;

struct Accessor {
  std::uint64_t offset = 0;  ///< into the binary chunk; unused without a view
  std::uint64_t stride = 0;  ///< bytes from one element to the next
  std::uint32_t count = 0;
  std::uint32_t component = 5126;  ///< 5120 byte ... 5126 float, as in the format
  std::uint32_t components = 1;    ///< 1, 2, 3, 4, 9 or 16
  bool normalized = false;
  bool has_view = false;
  bool sparse = false;
};

struct Primitive {
  std::vector<std::pair<std::string, std::uint32_t>> attributes;  ///< name and accessor
  std::uint32_t indices = kNone;
  std::uint32_t material = kNone;
  std::uint32_t mode = 4;
  std::uint32_t vertices = 0;
  bool has_targets = false;
  bool has_extensions = false;

  [[nodiscard]] std::uint32_t attribute(std::string_view name) const;
};

struct Node {
  std::vector<std::uint32_t> children;
  std::uint32_t mesh = kNone;
  std::uint32_t skin = kNone;
  Matrix local;
};

struct Skin {
  std::vector<std::uint32_t> joints;
  std::uint32_t inverse_bind = kNone;
};

struct Material {
  std::array<float, 4> base_color{1, 1, 1, 1};
  std::array<float, 3> emissive{0, 0, 0};
  float metallic = 1;
  float roughness = 1;
  float alpha_cutoff = 0.5F;
  bool blend = false;
  bool mask = false;
  std::uint32_t image = kNone;  ///< of the base colour
  std::uint32_t texcoord = 0;   ///< which set the base colour uses
};

struct Model {
  std::vector<Accessor> accessors;
  std::vector<std::vector<Primitive>> meshes;
  std::vector<Node> nodes;
  std::vector<std::uint32_t> order;  ///< nodes of the scene, parents before children
  std::vector<std::uint32_t> roots;
  std::vector<Skin> skins;
  std::vector<Material> materials;
  std::vector<std::uint32_t> image_views;  ///< the buffer view of each image
  std::uint32_t animations = 0;
  std::uint64_t triangles = 0;  ///< as drawn: a mesh used by two nodes counts twice
};

struct ModelLimits {
  std::uint32_t nodes_max = 20'000;
  std::uint32_t node_depth_max = 256;
  std::uint32_t accessors_max = 50'000;
  std::uint32_t primitives_max = 4'000;
  std::uint64_t vertices_max = 6'000'000;
  std::uint64_t triangles_max = 2'000'000;
};

/// Nothing when there are errors; every error is in the report with its JSON pointer.
[[nodiscard]] std::optional<Model> check(const Document& document, const ModelLimits& limits, Report& report);

/// The elements of an accessor as floats, `components` for each element, normalised where the accessor says so, sparse
/// replacements applied. The accessor comes from `check`.
[[nodiscard]] std::vector<float> read_floats(const Document& document, const Model& model, std::uint32_t accessor);
/// The indices of a triangle list; strips and fans are unrolled. 0, 1, 2, ... without an index accessor.
[[nodiscard]] std::vector<std::uint32_t> read_triangles(const Document& document, const Model& model,
                                                        const Primitive& primitive);

}  // namespace assets::gltf
