/// Fuzzes the glTF reader: container, JSON, checks, and everything that follows indices and offsets which the checks
/// let through. Whatever passes is also written and read again, and must then be the same.
#include <cstddef>
#include <cstdint>

#include "assets/cook/geometry.h"
#include "assets/cook/soup.h"
#include "assets/gltf/document.h"
#include "assets/gltf/model.h"
#include "client-proto/core/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  assets::FileSet files;
  files.files["model"] = assets::Bytes(data, data + size);
  assets::Report report;
  const auto document = assets::gltf::read_document(files, "model", report);
  if (!document) {
    GALLERIA_CHECK(report.has_errors());
    return 0;
  }
  assets::gltf::ModelLimits limits;
  limits.vertices_max = 100'000;
  limits.triangles_max = 100'000;
  const auto model = assets::gltf::check(*document, limits, report);
  GALLERIA_CHECK(model.has_value() != report.has_errors());
  if (!model) return 0;
  bool finite = true;
  static_cast<void>(assets::flatten(*document, *model, finite));
  if (finite && assets::is_rebuildable(*document, *model)) {
    static_cast<void>(assets::cook_geometry(*document, *model, 1000, report));
  }
  files.files["again"] = assets::gltf::write_glb(*document);
  assets::Report second;
  const auto again = assets::gltf::read_document(files, "again", second);
  GALLERIA_CHECK(again.has_value() && again->json == document->json);
  return 0;
}
