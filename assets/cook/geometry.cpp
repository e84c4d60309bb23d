#include "assets/cook/geometry.h"

#include <meshoptimizer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>

#include "assets/gltf/json_text.h"
#include "assets/math/matrix.h"

namespace assets {
namespace {

using gltf::Accessor;
using gltf::Document;
using gltf::kNone;
using gltf::Model;
using gltf::Primitive;
using nlohmann::json;

constexpr std::uint32_t kTargetVertices = 34962;
constexpr std::uint32_t kTargetIndices = 34963;
constexpr std::size_t kStreamsMax = 16;
/// Deviations, as a part of the primitive's size, that simplification may cause; each is tried before the next.
constexpr std::array<float, 3> kErrorSteps = {0.01F, 0.04F, 0.12F};

/// Extensions that hold nothing but numbers, names and texture references.
constexpr std::array<std::string_view, 13> kPlainExtensions = {
    "KHR_materials_variants", "KHR_materials_unlit",       "KHR_materials_clearcoat",
    "KHR_materials_sheen",    "KHR_materials_ior",         "KHR_materials_emissive_strength",
    "KHR_materials_volume",   "KHR_materials_specular",    "KHR_materials_transmission",
    "KHR_texture_transform",  "KHR_materials_iridescence", "KHR_materials_anisotropy",
    "KHR_lights_punctual"};

/// One attribute: its bytes packed tightly, and what its accessor says.
struct Stream {
  std::string name;
  Accessor accessor;
  std::size_t element_bytes = 0;
  std::vector<std::uint8_t> bytes;
};

struct Mesh {
  std::vector<Stream> streams;
  std::vector<std::uint32_t> indices;
  std::size_t vertices = 0;

  [[nodiscard]] const Stream& positions() const {
    return *std::find_if(streams.begin(), streams.end(), [](const Stream& s) { return s.name == "POSITION"; });
  }
  [[nodiscard]] const float* xyz() const { return reinterpret_cast<const float*>(positions().bytes.data()); }
};

std::size_t component_bytes(std::uint32_t component) {
  if (component == 5120 || component == 5121) return 1;
  return component == 5122 || component == 5123 ? 2 : 4;
}

Mesh load(const Document& document, const Model& model, const Primitive& primitive) {
  Mesh mesh;
  mesh.vertices = primitive.vertices;
  for (const auto& [name, number] : primitive.attributes) {
    Stream stream{name, model.accessors[number], 0, {}};
    const Accessor& a = stream.accessor;
    stream.element_bytes = component_bytes(a.component) * a.components;
    stream.bytes.resize(stream.element_bytes * mesh.vertices);
    for (std::size_t i = 0; i < mesh.vertices; ++i) {
      std::memcpy(stream.bytes.data() + i * stream.element_bytes, document.bin.data() + a.offset + i * a.stride,
                  stream.element_bytes);
    }
    mesh.streams.push_back(std::move(stream));
  }
  mesh.indices = gltf::read_triangles(document, model, primitive);
  return mesh;
}

/// Flat shading made explicit: every triangle gets corners of its own with the surface's normal.
void add_flat_normals(Mesh& mesh) {
  Stream normals{"NORMAL", {}, 12, {}};
  normals.accessor.components = 3;
  normals.accessor.count = static_cast<std::uint32_t>(mesh.indices.size());
  for (Stream& stream : mesh.streams) {
    std::vector<std::uint8_t> spread(mesh.indices.size() * stream.element_bytes);
    for (std::size_t i = 0; i < mesh.indices.size(); ++i) {
      std::memcpy(spread.data() + i * stream.element_bytes,
                  stream.bytes.data() + mesh.indices[i] * stream.element_bytes, stream.element_bytes);
    }
    stream.bytes = std::move(spread);
  }
  mesh.vertices = mesh.indices.size();
  for (std::size_t i = 0; i < mesh.indices.size(); ++i) mesh.indices[i] = static_cast<std::uint32_t>(i);
  normals.bytes.resize(mesh.vertices * 12);
  const float* p = mesh.xyz();
  const auto at = [&](std::size_t i) {
    return Vec3{static_cast<double>(p[i * 3]), static_cast<double>(p[i * 3 + 1]), static_cast<double>(p[i * 3 + 2])};
  };
  for (std::size_t i = 0; i + 2 < mesh.vertices; i += 3) {
    const Vec3 n = normalized(cross(at(i + 1) - at(i), at(i + 2) - at(i)));
    const std::array<float, 3> f{static_cast<float>(n.x), static_cast<float>(n.y), static_cast<float>(n.z)};
    for (std::size_t k = 0; k < 3; ++k) std::memcpy(normals.bytes.data() + (i + k) * 12, f.data(), 12);
  }
  mesh.streams.push_back(std::move(normals));
}

/// Normals must be of unit length; exporters write zeros where a triangle has no area.
void repair_normals(Mesh& mesh) {
  for (Stream& stream : mesh.streams) {
    if (stream.name != "NORMAL" || stream.accessor.component != 5126) continue;
    for (std::size_t i = 0; i < mesh.vertices; ++i) {
      std::array<float, 3> n{};
      std::memcpy(n.data(), stream.bytes.data() + i * 12, 12);
      const Vec3 unit = normalized({static_cast<double>(n[0]), static_cast<double>(n[1]), static_cast<double>(n[2])});
      n = {static_cast<float>(unit.x), static_cast<float>(unit.y), static_cast<float>(unit.z)};
      std::memcpy(stream.bytes.data() + i * 12, n.data(), 12);
    }
  }
}

void reorder(Mesh& mesh, const std::vector<std::uint32_t>& remap, std::size_t vertices) {
  std::vector<std::uint32_t> indices(mesh.indices.size());
  meshopt_remapIndexBuffer(indices.data(), mesh.indices.data(), mesh.indices.size(), remap.data());
  mesh.indices = std::move(indices);
  for (Stream& stream : mesh.streams) {
    std::vector<std::uint8_t> moved(vertices * stream.element_bytes);
    meshopt_remapVertexBuffer(moved.data(), stream.bytes.data(), mesh.vertices, stream.element_bytes, remap.data());
    stream.bytes = std::move(moved);
  }
  mesh.vertices = vertices;
}

void weld(Mesh& mesh) {
  std::vector<meshopt_Stream> streams;
  for (const Stream& s : mesh.streams) streams.push_back({s.bytes.data(), s.element_bytes, s.element_bytes});
  std::vector<std::uint32_t> remap(mesh.vertices);
  const std::size_t vertices = meshopt_generateVertexRemapMulti(remap.data(), mesh.indices.data(), mesh.indices.size(),
                                                                mesh.vertices, streams.data(), streams.size());
  reorder(mesh, remap, vertices);
}

/// Triangles whose corners fell together draw nothing.
void drop_degenerate(Mesh& mesh) {
  std::vector<std::uint32_t> kept;
  kept.reserve(mesh.indices.size());
  for (std::size_t i = 0; i + 2 < mesh.indices.size(); i += 3) {
    const std::uint32_t a = mesh.indices[i];
    const std::uint32_t b = mesh.indices[i + 1];
    const std::uint32_t c = mesh.indices[i + 2];
    if (a != b && b != c && c != a) kept.insert(kept.end(), {a, b, c});
  }
  mesh.indices = std::move(kept);
}

void simplify(Mesh& mesh, double part, float error) {
  const std::size_t triangles = mesh.indices.size() / 3;
  const auto wanted = static_cast<std::size_t>(static_cast<double>(triangles) * part) * 3;
  std::vector<std::uint32_t> fewer(mesh.indices.size());
  const std::size_t count = meshopt_simplify(fewer.data(), mesh.indices.data(), mesh.indices.size(), mesh.xyz(),
                                             mesh.vertices, 12, std::max<std::size_t>(wanted, 3), error, 0, nullptr);
  fewer.resize(count);
  if (!fewer.empty()) mesh.indices = std::move(fewer);
}

void order_for_drawing(Mesh& mesh) {
  std::vector<std::uint32_t> ordered(mesh.indices.size());
  meshopt_optimizeVertexCache(ordered.data(), mesh.indices.data(), mesh.indices.size(), mesh.vertices);
  mesh.indices = std::move(ordered);
  std::vector<std::uint32_t> remap(mesh.vertices);
  const std::size_t used =
      meshopt_optimizeVertexFetchRemap(remap.data(), mesh.indices.data(), mesh.indices.size(), mesh.vertices);
  reorder(mesh, remap, used);
}

/// Writes one attribute; elements are padded to four bytes, as the format demands of vertex data.
std::uint64_t write_stream(Document& out, const Stream& stream, std::size_t vertices) {
  const std::size_t stride = (stream.element_bytes + 3) / 4 * 4;
  std::vector<std::uint8_t> bytes(stride * vertices, 0);
  for (std::size_t i = 0; i < vertices; ++i) {
    std::memcpy(bytes.data() + i * stride, stream.bytes.data() + i * stream.element_bytes, stream.element_bytes);
  }
  const bool padded = stride != stream.element_bytes;
  const std::uint64_t view = gltf::append_view(
      out, bytes, kTargetVertices, padded ? std::optional(static_cast<std::uint32_t>(stride)) : std::nullopt);
  constexpr std::array<const char*, 5> kTypes = {"", "SCALAR", "VEC2", "VEC3", "VEC4"};
  json accessor = {{"bufferView", view},
                   {"componentType", stream.accessor.component},
                   {"count", vertices},
                   {"type", kTypes[stream.accessor.components]}};
  if (stream.accessor.normalized) accessor["normalized"] = true;
  if (stream.name == "POSITION") {
    std::array<float, 3> low{};
    std::array<float, 3> high{};
    const auto* p = reinterpret_cast<const float*>(stream.bytes.data());
    for (std::size_t axis = 0; axis < 3; ++axis) {
      low[axis] = high[axis] = p[axis];
      for (std::size_t i = 1; i < vertices; ++i) {
        low[axis] = std::min(low[axis], p[i * 3 + axis]);
        high[axis] = std::max(high[axis], p[i * 3 + axis]);
      }
    }
    accessor["min"] = low;
    accessor["max"] = high;
  }
  out.json["accessors"].push_back(std::move(accessor));
  return out.json["accessors"].size() - 1;
}

std::uint64_t write_indices(Document& out, const Mesh& mesh) {
  const bool small = mesh.vertices < 65535;
  std::vector<std::uint8_t> bytes;
  for (const std::uint32_t index : mesh.indices) {
    for (unsigned shift = 0; shift < (small ? 16U : 32U); shift += 8) {
      bytes.push_back(static_cast<std::uint8_t>(index >> shift));
    }
  }
  const std::uint64_t view = gltf::append_view(out, bytes, kTargetIndices, std::nullopt);
  out.json["accessors"].push_back({{"bufferView", view},
                                   {"componentType", small ? 5123 : 5125},
                                   {"count", mesh.indices.size()},
                                   {"type", "SCALAR"}});
  return out.json["accessors"].size() - 1;
}

void write_mesh(Document& out, json& primitive, const Mesh& mesh) {
  json attributes = json::object();
  for (const Stream& stream : mesh.streams) attributes[stream.name] = write_stream(out, stream, mesh.vertices);
  primitive["attributes"] = std::move(attributes);
  primitive["indices"] = write_indices(out, mesh);
  primitive.erase("mode");
}

using MeshTable = std::vector<std::vector<Mesh>>;

std::uint64_t triangles_of(const Model& model, const MeshTable& meshes) {
  std::uint64_t triangles = 0;
  for (const std::uint32_t node : model.order) {
    if (model.nodes[node].mesh == kNone) continue;
    for (const Mesh& mesh : meshes[model.nodes[node].mesh]) triangles += mesh.indices.size() / 3;
  }
  return triangles;
}

void bring_to_limit(const Model& model, MeshTable& meshes, std::uint32_t triangles_max, Report& report) {
  const std::uint64_t before = triangles_of(model, meshes);
  std::uint64_t now = before;
  for (const float error : kErrorSteps) {
    if (now <= triangles_max) break;
    const double part = static_cast<double>(triangles_max) / static_cast<double>(now);
    for (auto& primitives : meshes) {
      for (Mesh& mesh : primitives) simplify(mesh, part, error);
    }
    now = triangles_of(model, meshes);
  }
  if (now < before) {
    report.info(
        "mesh.simplified", "",
        "The model was simplified from " + std::to_string(before) + " to " + std::to_string(now) + " triangles.", "");
  }
  if (now > triangles_max + triangles_max / 4) {
    report.error("mesh.triangles", "",
                 "The model still draws " + std::to_string(now) + " triangles after simplification; the limit is " +
                     std::to_string(triangles_max) + ".",
                 "Merge loose parts and reduce the model before uploading it.");
  }
}

}  // namespace

bool is_rebuildable(const Document& document, const Model& model) {
  if (!model.skins.empty() || model.animations > 0) return false;
  if (const json* used = gltf::member(document.json, "extensionsUsed")) {
    for (const json& name : *used) {
      const bool plain = name.is_string() && std::find(kPlainExtensions.begin(), kPlainExtensions.end(),
                                                       name.get_ref<const std::string&>()) != kPlainExtensions.end();
      if (!plain) return false;
    }
  }
  for (const auto& primitives : model.meshes) {
    for (const Primitive& p : primitives) {
      if (p.has_targets || p.mode < 4 || p.attributes.size() > kStreamsMax - 1) return false;
      for (const auto& [name, number] : p.attributes) {
        const Accessor& a = model.accessors[number];
        if (a.sparse || !a.has_view || a.components > 4) return false;
      }
    }
  }
  return true;
}

Document cook_geometry(const Document& document, const Model& model, std::uint32_t triangles_max, Report& report) {
  MeshTable meshes;
  for (const auto& primitives : model.meshes) {
    meshes.emplace_back();
    for (const Primitive& primitive : primitives) {
      Mesh mesh = load(document, model, primitive);
      if (primitive.attribute("NORMAL") == kNone) add_flat_normals(mesh);
      repair_normals(mesh);
      weld(mesh);
      drop_degenerate(mesh);
      meshes.back().push_back(std::move(mesh));
    }
  }
  bring_to_limit(model, meshes, triangles_max, report);

  Document out{document.json, {}};
  out.json["accessors"] = json::array();
  out.json["bufferViews"] = json::array();
  out.json.erase("buffers");
  for (std::size_t i = 0; i < model.image_views.size(); ++i) {
    out.json["images"][i]["bufferView"] =
        gltf::append_view(out, gltf::view_bytes(document, model.image_views[i]), std::nullopt, std::nullopt);
  }
  for (std::size_t i = 0; i < meshes.size(); ++i) {
    for (std::size_t j = 0; j < meshes[i].size(); ++j) {
      Mesh& mesh = meshes[i][j];
      // A primitive without a triangle left would be invalid; it keeps one that has no area.
      if (mesh.indices.empty()) mesh.indices = {0, 0, 0};
      order_for_drawing(mesh);
      write_mesh(out, out.json["meshes"][i]["primitives"][j], mesh);
    }
  }
  return out;
}

}  // namespace assets
