#include "assets/worker/pipeline.h"

#include <algorithm>
#include <array>
#include <utility>

#include "assets/cook/collider.h"
#include "assets/cook/geometry.h"
#include "assets/cook/place.h"
#include "assets/cook/soup.h"
#include "assets/cook/textures.h"
#include "assets/gltf/json_text.h"
#include "assets/ingest/archive.h"
#include "assets/ingest/foreign.h"
#include "assets/thumb/studio.h"

namespace assets {
namespace {

constexpr float kThumbnailQuality = 90;
constexpr std::size_t kMaterialsAdvised = 12;

bool is_model_ending(std::string_view ending) {
  return ending == "glb" || ending == "gltf" || is_foreign_ending(ending);
}

/// What the bytes themselves claim to be; empty when they do not say.
std::string_view kind_of(const Bytes& bytes) {
  const auto begins = [&](std::string_view magic) {
    return bytes.size() >= magic.size() &&
           std::equal(magic.begin(), magic.end(), bytes.begin(),
                      [](char c, std::uint8_t b) { return static_cast<std::uint8_t>(c) == b; });
  };
  if (begins("glTF")) return "glb";
  if (begins("PK\x03\x04")) return "zip";
  return "";
}

class Pipeline {
 public:
  explicit Pipeline(const Job& job) : m_job(job) {}

  Cooked run(Bytes upload) {
    const auto path = open(std::move(upload));
    if (path && read(*path)) finish();
    if (m_cooked.report.has_errors()) m_cooked.piece.reset();
    return std::move(m_cooked);
  }

 private:
  Report& report() { return m_cooked.report; }

  /// The files of the upload, and which of them is the model.
  std::optional<std::string> open(Bytes upload) {
    const std::string ending = ending_of(m_job.filename);
    const std::string_view kind = kind_of(upload);
    const bool zip = ending == "zip" || (kind == "zip" && ending != "3mf");
    if (upload.empty()) {
      report().error("upload.empty", "", "The upload has no bytes.", "Choose the file again.");
      return std::nullopt;
    }
    if (zip) return open_archive(upload);
    if (!is_model_ending(ending) || (ending == "glb") != (kind == "glb")) {
      report().error(
          "upload.format", "", "This is not a model that can be read.",
          "Upload a .glb, a .gltf with embedded data, .obj, .fbx, .dae, .stl, .ply or .3mf, or a .zip of one.");
      return std::nullopt;
    }
    if (ending == "3mf" && !check_package(upload)) return std::nullopt;
    const std::string name = "model." + ending;
    m_files.files.emplace(name, std::move(upload));
    return name;
  }

  [[nodiscard]] ArchiveLimits archive_limits() const {
    return {m_job.limits.archive_entries_max, m_job.limits.unpacked_bytes_max, m_job.limits.archive_ratio_max};
  }

  /// A 3MF is a zip that Assimp unpacks by itself; ours looks first, with limits.
  bool check_package(const Bytes& bytes) {
    FileSet unused;
    return unpack(bytes, archive_limits(), unused, report());
  }

  std::optional<std::string> open_archive(const Bytes& upload) {
    if (!unpack(upload, archive_limits(), m_files, report())) return std::nullopt;
    std::vector<std::string> models;
    for (const auto& [name, bytes] : m_files.files) {
      if (is_model_ending(ending_of(name))) models.push_back(name);
    }
    if (models.size() == 1) {
      if (ending_of(models[0]) == "3mf" && !check_package(m_files.files[models[0]])) return std::nullopt;
      return models[0];
    }
    report().error(models.empty() ? "archive.no-model" : "archive.many-models", models.empty() ? "" : models[1],
                   "The archive holds " + std::to_string(models.size()) + " models; it must hold exactly one.",
                   "Pack one model with its materials and textures in one zip.");
    return std::nullopt;
  }

  bool read(const std::string& path) {
    if (is_foreign_ending(ending_of(path))) {
      auto foreign = read_foreign(m_files, path, m_job.limits.source_triangles_max, report());
      if (!foreign) return false;
      m_document = std::move(foreign->document);
      m_unit = foreign->unit;
    } else {
      auto document = gltf::read_document(m_files, path, report());
      if (!document) return false;
      m_document = std::move(*document);
    }
    m_files.files.clear();
    return true;
  }

  std::optional<gltf::Model> check() {
    gltf::ModelLimits limits;
    limits.triangles_max = m_job.limits.source_triangles_max;
    return gltf::check(m_document, limits, report());
  }

  void finish() {
    auto model = check();
    if (!model) return;
    const auto source_triangles = static_cast<std::uint32_t>(model->triangles);
    const Textures textures = cook_textures(m_document, *model, m_job.limits.texture_side_px_max, report());
    if (report().has_errors()) return;
    model = check();  // offsets have changed
    if (!model) return;
    const bool rebuildable = is_rebuildable(m_document, *model);
    bool finite = true;
    Soup soup = flatten(m_document, *model, finite);
    if (!finite) {
      report().error("gltf.not-finite", "", "A position is not a finite number.", "Repair the mesh before exporting.");
      return;
    }
    const auto matrix = place(soup, rebuildable);
    if (!matrix) return;
    if (rebuildable) m_document = cook_geometry(m_document, *model, m_job.limits.triangles_max, report());
    check_skinned_size(rebuildable, source_triangles);
    if (!is_identity(*matrix)) wrap_scene(m_document, *matrix);
    if (report().has_errors() || !(model = check())) return;
    soup = flatten(m_document, *model, finite);
    describe(*model, soup, textures, source_triangles);
    m_cooked.model = gltf::write_glb(m_document);
    if (m_cooked.model.size() > m_job.limits.model_bytes_max) {
      report().error("model.bytes", "",
                     "The finished model has " + std::to_string(m_cooked.model.size() >> 10U) + " KiB; at most " +
                         std::to_string(m_job.limits.model_bytes_max >> 10U) + " KiB are allowed.",
                     "Use fewer or smaller textures, fewer animations, or fewer triangles.");
      return;
    }
    m_cooked.thumbnail = encode_webp(
        photograph(soup, model->materials, textures.pictures, m_job.limits.thumbnail_side_px), kThumbnailQuality);
  }

  /// Skinned and animated pieces stay where and as large as they are unless the creator states otherwise.
  std::optional<Matrix> place(const Soup& soup, bool rebuildable) {
    const SizeCm& size = m_job.size_cm;
    const bool asked = size.width > 0 || size.height > 0 || size.depth > 0 || m_job.turn_deg != 0;
    const auto matrix = placement(bounds_of(soup), size, m_job.turn_deg, m_unit, report());
    if (!matrix || rebuildable || asked) return matrix;
    return Matrix{};
  }

  void check_skinned_size(bool rebuildable, std::uint32_t triangles) {
    if (rebuildable || triangles <= m_job.limits.skinned_triangles_max) return;
    report().error("mesh.triangles", "",
                   "The model draws " + std::to_string(triangles) +
                       " triangles; pieces that are skinned, animated or " +
                       "hold unknown extensions are not simplified, and at most " +
                       std::to_string(m_job.limits.skinned_triangles_max) + " are allowed.",
                   "Reduce the model before uploading it.");
  }

  void describe(const gltf::Model& model, const Soup& soup, const Textures& textures, std::uint32_t source_triangles) {
    Piece piece;
    const Bounds bounds = bounds_of(soup);
    const Vec3 size = bounds.high - bounds.low;
    piece.size_m = {static_cast<float>(size.x), static_cast<float>(size.y), static_cast<float>(size.z)};
    piece.source_triangles = source_triangles;
    piece.triangles = static_cast<std::uint32_t>(model.triangles);
    for (const auto& primitives : model.meshes) {
      piece.draws += static_cast<std::uint32_t>(primitives.size());
      for (const gltf::Primitive& p : primitives) piece.vertices += p.vertices;
    }
    piece.materials = static_cast<std::uint32_t>(model.materials.size());
    piece.textures = static_cast<std::uint32_t>(textures.pictures.size());
    piece.texture_side_px_max = textures.side_px_max;
    for (const gltf::Skin& skin : model.skins) {
      piece.joints = std::max(piece.joints, static_cast<std::uint32_t>(skin.joints.size()));
    }
    piece.animations = model.animations;
    piece.colliders = make_colliders(soup);
    if (piece.materials > kMaterialsAdvised) {
      report().warning("mesh.materials", "/materials",
                       "The piece has " + std::to_string(piece.materials) + " materials; each costs a draw on phones.",
                       "Combine materials, for instance by a texture atlas.");
    }
    m_cooked.piece = std::move(piece);
  }

  const Job& m_job;
  Cooked m_cooked;
  FileSet m_files;
  gltf::Document m_document;
  FileUnit m_unit = FileUnit::kMetre;
};

}  // namespace

Cooked cook(Bytes upload, const Job& job) { return Pipeline(job).run(std::move(upload)); }

}  // namespace assets
