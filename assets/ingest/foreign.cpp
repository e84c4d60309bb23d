#include "assets/ingest/foreign.h"

#include <assimp/GltfMaterial.h>
#include <assimp/importerdesc.h>
#include <assimp/material.h>
#include <assimp/postprocess.h>
#include <assimp/scene.h>

#include <algorithm>
#include <array>
#include <assimp/Importer.hpp>
#include <cmath>
#include <cstring>
#include <map>
#include <span>

#include "assets/ingest/upload_files.h"
#include "assets/picture/picture.h"

namespace assets {
namespace {

using gltf::Document;
using nlohmann::json;

constexpr std::array<std::string_view, 6> kEndings = {"obj", "fbx", "dae", "stl", "ply", "3mf"};
constexpr float kCreaseDeg = 40;
constexpr std::size_t kForeignNodesMax = 20'000;

bool mentions_our_format(std::string_view endings) {
  for (std::size_t begin = 0; begin <= endings.size();) {
    const std::size_t end = std::min(endings.find(' ', begin), endings.size());
    if (is_foreign_ending(endings.substr(begin, end - begin))) return true;
    begin = end + 1;
  }
  return false;
}

/// Assimp picks a reader by looking at the content too; readers that are not there cannot be picked.
void keep_only_our_formats(Assimp::Importer& importer) {
  std::vector<Assimp::BaseImporter*> others;
  for (std::size_t i = 0; i < importer.GetImporterCount(); ++i) {
    const aiImporterDesc* description = importer.GetImporterInfo(i);
    if (description == nullptr || !mentions_our_format(description->mFileExtensions)) {
      others.push_back(importer.GetImporter(i));
    }
  }
  for (Assimp::BaseImporter* other : others) static_cast<void>(importer.UnregisterLoader(other));
}

/// One primitive in the making: everything with the same material.
struct Part {
  std::vector<float> positions;
  std::vector<float> normals;
  std::vector<float> uvs;
  std::vector<std::uint32_t> indices;
};

Matrix to_matrix(const aiMatrix4x4& a) {
  const auto d = [](ai_real v) { return static_cast<double>(v); };
  Matrix m;
  m.m = {d(a.a1), d(a.b1), d(a.c1), d(a.d1), d(a.a2), d(a.b2), d(a.c2), d(a.d2),
         d(a.a3), d(a.b3), d(a.c3), d(a.d3), d(a.a4), d(a.b4), d(a.c4), d(a.d4)};
  return m;
}

Vec3 to_vec(const aiVector3D& v) {
  return {static_cast<double>(v.x), static_cast<double>(v.y), static_cast<double>(v.z)};
}

class Converter {
 public:
  Converter(const FileSet& files, std::string folder, const aiScene& scene, Report& report)
      : m_files(files), m_folder(std::move(folder)), m_scene(scene), m_report(report) {}

  std::optional<Document> run(const Matrix& upright, std::uint64_t triangles_max) {
    if (!gather(upright, triangles_max)) return std::nullopt;
    json& top = m_document.json;
    top = {{"asset", {{"version", "2.0"}, {"generator", "Galleria"}}},
           {"scene", 0},
           {"scenes", json::array({{{"nodes", {0}}}})},
           {"nodes", json::array({{{"name", "model"}, {"mesh", 0}}})},
           {"meshes", json::array({{{"primitives", json::array()}}})}};
    for (const auto& [material, part] : m_parts) {
      json primitive = {{"attributes", json::object()}};
      m_textured = false;
      primitive["attributes"]["POSITION"] = write_floats(part.positions, 3, true);
      primitive["attributes"]["NORMAL"] = write_floats(part.normals, 3, false);
      if (material < m_scene.mNumMaterials) primitive["material"] = write_material(*m_scene.mMaterials[material]);
      if (m_textured) primitive["attributes"]["TEXCOORD_0"] = write_floats(part.uvs, 2, false);
      primitive["indices"] = write_indices(part.indices);
      top["meshes"][0]["primitives"].push_back(std::move(primitive));
    }
    return m_report.has_errors() ? std::nullopt : std::optional(std::move(m_document));
  }

 private:
  /// Collects all meshes in world space with a list of nodes, for the tree may be deep.
  bool gather(const Matrix& upright, std::uint64_t triangles_max) {
    std::vector<std::pair<const aiNode*, Matrix>> open = {{m_scene.mRootNode, upright}};
    std::size_t visited = 0;
    std::uint64_t triangles = 0;
    while (!open.empty()) {
      const auto [node, parent] = open.back();
      open.pop_back();
      const Matrix world = parent * to_matrix(node->mTransformation);
      for (unsigned i = 0; i < node->mNumMeshes; ++i) {
        const aiMesh& mesh = *m_scene.mMeshes[node->mMeshes[i]];
        triangles += mesh.mNumFaces;
        if (triangles > triangles_max) return too_many(triangles_max);
        add(mesh, world);
      }
      if (++visited > kForeignNodesMax) {
        m_report.error("gltf.count", "", "There are too many nodes.", "Merge parts before exporting.");
        return false;
      }
      for (unsigned i = 0; i < node->mNumChildren; ++i) open.emplace_back(node->mChildren[i], world);
    }
    if (triangles > 0) return true;
    m_report.error("mesh.empty", "", "There is not a single triangle in the model.", "Export meshes, not curves.");
    return false;
  }

  bool too_many(std::uint64_t triangles_max) {
    m_report.error("mesh.triangles", "", "The model has more than " + std::to_string(triangles_max) + " triangles.",
                   "Reduce the model before uploading it.");
    return false;
  }

  void add(const aiMesh& mesh, const Matrix& world) {
    if (!mesh.HasPositions() || !mesh.HasNormals()) return;
    Part& part = m_parts[mesh.mMaterialIndex];
    const auto first = static_cast<std::uint32_t>(part.positions.size() / 3);
    const auto push = [](std::vector<float>& to, Vec3 v) {
      to.insert(to.end(), {static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z)});
    };
    for (unsigned i = 0; i < mesh.mNumVertices; ++i) {
      push(part.positions, transform_point(world, to_vec(mesh.mVertices[i])));
      push(part.normals, transform_normal(world, to_vec(mesh.mNormals[i])));
      const aiVector3D uv = mesh.HasTextureCoords(0) ? mesh.mTextureCoords[0][i] : aiVector3D();
      part.uvs.insert(part.uvs.end(), {std::isfinite(uv.x) ? uv.x : 0.0F, std::isfinite(uv.y) ? uv.y : 0.0F});
    }
    const bool mirrored = handedness(world) < 0;
    for (unsigned f = 0; f < mesh.mNumFaces; ++f) {
      const aiFace& face = mesh.mFaces[f];
      if (face.mNumIndices != 3) continue;
      for (const unsigned k : {0U, mirrored ? 2U : 1U, mirrored ? 1U : 2U}) {
        part.indices.push_back(first + face.mIndices[k]);
      }
    }
  }

  std::uint64_t write_floats(const std::vector<float>& values, std::size_t components, bool bounds) {
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(float));
    const std::uint64_t view = gltf::append_view(m_document, bytes, 34962, std::nullopt);
    json accessor = {{"bufferView", view},
                     {"componentType", 5126},
                     {"count", values.size() / components},
                     {"type", components == 3 ? "VEC3" : "VEC2"}};
    for (std::size_t axis = 0; bounds && axis < components; ++axis) {
      float low = values[axis];
      float high = values[axis];
      for (std::size_t i = axis; i < values.size(); i += components) {
        low = std::min(low, values[i]);
        high = std::max(high, values[i]);
      }
      accessor["min"].push_back(low);
      accessor["max"].push_back(high);
    }
    return push("accessors", std::move(accessor));
  }

  std::uint64_t write_indices(const std::vector<std::uint32_t>& values) {
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * 4);
    const std::uint64_t view = gltf::append_view(m_document, bytes, 34963, std::nullopt);
    return push("accessors",
                {{"bufferView", view}, {"componentType", 5125}, {"count", values.size()}, {"type", "SCALAR"}});
  }

  std::uint64_t push(const char* list, json value) {
    m_document.json[list].push_back(std::move(value));
    return m_document.json[list].size() - 1;
  }

  static std::array<float, 3> linear(const aiColor3D& colour) {
    const auto channel = [](float v) { return std::isfinite(v) ? srgb_to_linear(std::clamp(v, 0.0F, 1.0F)) : 0.0F; };
    return {channel(colour.r), channel(colour.g), channel(colour.b)};
  }

  /// Phong to metallic-roughness. The exponent becomes a roughness by the usual equality of lobe widths (Karis 2013); a
  /// surface with hardly any highlight is rough whatever its exponent says.
  static float roughness_of(const aiMaterial& material) {
    float roughness = 0;
    if (material.Get(AI_MATKEY_ROUGHNESS_FACTOR, roughness) == aiReturn_SUCCESS)
      return std::clamp(roughness, 0.0F, 1.0F);
    float exponent = 0;
    aiColor3D specular(0, 0, 0);
    static_cast<void>(material.Get(AI_MATKEY_SHININESS, exponent));
    static_cast<void>(material.Get(AI_MATKEY_COLOR_SPECULAR, specular));
    const float highlight = std::max({specular.r, specular.g, specular.b});
    const float by_lobe = std::sqrt(std::sqrt(2.0F / (std::max(exponent, 0.0F) + 2.0F)));
    return std::clamp(by_lobe + (1.0F - std::min(highlight * 2.0F, 1.0F)) * 0.5F, 0.25F, 0.95F);
  }

  /// Phong has no metals, but its authors write them one way: a hard highlight nearly as bright as the light itself.
  static bool looks_metallic(const aiMaterial& material, const std::array<float, 3>& colour) {
    float exponent = 0;
    aiColor3D specular(0, 0, 0);
    static_cast<void>(material.Get(AI_MATKEY_SHININESS, exponent));
    static_cast<void>(material.Get(AI_MATKEY_COLOR_SPECULAR, specular));
    const bool bright = std::max({colour[0], colour[1], colour[2]}) > 0.2F;
    return std::min({specular.r, specular.g, specular.b}) >= 0.75F && exponent >= 50 && bright;
  }

  std::uint64_t write_material(const aiMaterial& from) {
    aiColor3D diffuse(0.8F, 0.8F, 0.8F);
    static_cast<void>(from.Get(AI_MATKEY_COLOR_DIFFUSE, diffuse));
    float opacity = 1;
    static_cast<void>(from.Get(AI_MATKEY_OPACITY, opacity));
    opacity = std::isfinite(opacity) ? std::clamp(opacity, 0.0F, 1.0F) : 1.0F;
    std::array<float, 3> colour = linear(diffuse);
    float metallic = opacity > 0.9F && looks_metallic(from, colour) ? 1.0F : 0.0F;
    static_cast<void>(from.Get(AI_MATKEY_METALLIC_FACTOR, metallic));
    // Cloth, leaves and shades are modelled as single sheets in these formats, which know no sides.
    json to = {{"doubleSided", true}};
    aiString name;
    if (from.Get(AI_MATKEY_NAME, name) == aiReturn_SUCCESS) to["name"] = std::string(name.C_Str());
    json pbr = json::object();
    bool sheer = false;
    if (const auto texture = write_texture(from, sheer)) {
      m_textured = true;
      pbr["baseColorTexture"] = {{"index", *texture}};
      // The picture carries the colour; the grey that exporters write beside it would only darken it.
      colour = {1, 1, 1};
      metallic = 0;
    }
    pbr["baseColorFactor"] = {colour[0], colour[1], colour[2], opacity};
    pbr["metallicFactor"] = std::isfinite(metallic) ? std::clamp(metallic, 0.0F, 1.0F) : 0.0F;
    pbr["roughnessFactor"] = roughness_of(from);
    to["pbrMetallicRoughness"] = std::move(pbr);
    if (opacity < 0.995F) to["alphaMode"] = "BLEND";
    if (sheer && opacity >= 0.995F) to["alphaMode"] = "MASK";
    return push("materials", std::move(to));
  }

  /// The base colour's texture; `sheer` when it has holes.
  std::optional<std::uint64_t> write_texture(const aiMaterial& from, bool& sheer) {
    aiString written;
    if (from.GetTexture(aiTextureType_BASE_COLOR, 0, &written) != aiReturn_SUCCESS &&
        from.GetTexture(aiTextureType_DIFFUSE, 0, &written) != aiReturn_SUCCESS) {
      return std::nullopt;
    }
    const std::string key = written.C_Str();
    if (const auto known = m_textures.find(key); known != m_textures.end()) {
      sheer = known->second.second;
      return known->second.first;
    }
    const auto bytes = texture_bytes(key);
    if (!bytes) return std::nullopt;
    const DecodedPicture decoded = decode_picture(*bytes);
    if (!decoded.picture) {
      m_report.error("texture.format", key, "This texture is damaged or neither PNG nor JPEG.",
                     "Convert it to PNG or JPEG.");
      return std::nullopt;
    }
    sheer = has_alpha(*decoded.picture);
    const std::uint64_t view = gltf::append_view(m_document, *bytes, std::nullopt, std::nullopt);
    const std::uint64_t image =
        push("images", {{"bufferView", view}, {"mimeType", (*bytes)[0] == 0x89 ? "image/png" : "image/jpeg"}});
    if (!m_document.json.contains("samplers")) {
      push("samplers", {{"magFilter", 9729}, {"minFilter", 9987}, {"wrapS", 10497}, {"wrapT", 10497}});
    }
    const std::uint64_t texture = push("textures", {{"source", image}, {"sampler", 0}});
    m_textures.emplace(key, std::pair(texture, sheer));
    return texture;
  }

  std::optional<std::span<const std::uint8_t>> texture_bytes(const std::string& written) {
    if (const aiTexture* embedded = m_scene.GetEmbeddedTexture(written.c_str())) {
      if (embedded->mHeight == 0)
        return std::span(reinterpret_cast<const std::uint8_t*>(embedded->pcData), embedded->mWidth);
      m_report.error("texture.format", written, "The embedded texture is not a PNG or JPEG file.",
                     "Embed textures as PNG or JPEG.");
      return std::nullopt;
    }
    const ResolvedPath path = resolve(m_folder, written);
    if (path.reference != Reference::kInside) {
      m_report.error(path.reference == Reference::kRemote ? "reference.remote" : "reference.outside", written,
                     "The model refers to a texture that is not part of the upload.",
                     "Put the texture beside the model, refer to it by a relative name, and upload both in one zip.");
      return std::nullopt;
    }
    const Bytes* found = m_files.find(path.path);
    if (found == nullptr) {
      m_report.error("reference.missing", path.path, "This texture is not part of the upload.",
                     "Upload the model and its textures together in one zip.");
      return std::nullopt;
    }
    return std::span(*found);
  }

  const FileSet& m_files;
  std::string m_folder;
  const aiScene& m_scene;
  Report& m_report;
  Document m_document;
  std::map<unsigned, Part> m_parts;  ///< ordered, so that the same input gives the same bytes
  std::map<std::string, std::pair<std::uint64_t, bool>> m_textures;
  bool m_textured = false;
};

void report_refused(const RefusedPaths& refused, Report& report) {
  for (const std::string& path : refused.outside) {
    report.error("reference.outside", path, "The model refers to a file that is not part of the upload.",
                 "Put the file beside the model, refer to it by a relative name, and upload both in one zip.");
  }
  for (const std::string& path : refused.missing) {
    report.error("reference.missing", path, "The model refers to this file, which is not part of the upload.",
                 "Upload the model and all its files together in one zip.");
  }
}

/// What turns the format's own up axis and unit into Y up and metres.
Matrix upright_of(const aiScene& scene, std::string_view ending, FileUnit& unit, Report& report) {
  Matrix m;
  if (ending == "stl" || ending == "3mf") {
    m.m = {1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1};
    report.info("axis.z-up", "", "The file was read with Z up, as this format has it.", "");
  }
  double scale = 1;
  if (ending == "3mf") scale = 0.001;
  double centimetres = 1;
  if (ending == "fbx" && scene.mMetaData != nullptr && scene.mMetaData->Get("UnitScaleFactor", centimetres)) {
    scale = 0.01 * (std::isfinite(centimetres) && centimetres > 0 ? centimetres : 1);
  }
  if (ending == "3mf" || ending == "fbx" || ending == "dae") unit = FileUnit::kMetre;
  for (std::size_t i = 0; i < 12; ++i) m.m[i] *= scale;
  return m;
}

}  // namespace

bool is_foreign_ending(std::string_view ending) {
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::optional<ForeignModel> read_foreign(const FileSet& files, const std::string& path, std::uint64_t triangles_max,
                                         Report& report) {
  RefusedPaths refused;
  Assimp::Importer importer;
  keep_only_our_formats(importer);
  importer.SetIOHandler(new UploadFiles(files, refused));  // the importer owns it
  importer.SetPropertyFloat(AI_CONFIG_PP_GSN_MAX_SMOOTHING_ANGLE, kCreaseDeg);
  importer.SetPropertyInteger(AI_CONFIG_PP_SBP_REMOVE, aiPrimitiveType_POINT | aiPrimitiveType_LINE);
  const aiScene* scene =
      importer.ReadFile(path, aiProcess_Triangulate | aiProcess_GenSmoothNormals | aiProcess_SortByPType |
                                  aiProcess_FlipUVs | aiProcess_FindInvalidData);
  report_refused(refused, report);
  if (scene == nullptr || scene->mRootNode == nullptr) {
    report.error("import.unreadable", path, std::string("The model could not be read: ") + importer.GetErrorString(),
                 "Export it again, or export it as glTF.");
    return std::nullopt;
  }
  if (report.has_errors()) return std::nullopt;
  if (scene->mNumAnimations > 0) {
    report.warning("import.animation-dropped", path, "Animations of this format are not kept.",
                   "Export animated pieces as glTF.");
  }
  ForeignModel out;
  const Matrix upright = upright_of(*scene, ending_of(path), out.unit, report);
  auto document = Converter(files, folder_of(path), *scene, report).run(upright, triangles_max);
  if (!document) return std::nullopt;
  out.document = std::move(*document);
  return out;
}

}  // namespace assets
