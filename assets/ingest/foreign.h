/// OBJ+MTL, FBX, DAE, STL, PLY and 3MF, read by Assimp and turned into a glTF document with one primitive for each
/// material. Assimp has known holes: this runs only inside the sandboxed worker, and what Assimp asks to open comes
/// from the upload's own files or does not exist. A reference that leaves the upload is an error, never ignored.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assets/cook/place.h"
#include "assets/gltf/document.h"
#include "assets/ingest/files.h"
#include "assets/report.h"

namespace assets {

[[nodiscard]] bool is_foreign_ending(std::string_view ending);

struct ForeignModel {
  gltf::Document document;
  FileUnit unit = FileUnit::kUnknown;
};

[[nodiscard]] std::optional<ForeignModel> read_foreign(const FileSet& files, const std::string& path,
                                                       std::uint64_t triangles_max, Report& report);

}  // namespace assets
