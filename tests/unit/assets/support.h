/// What the tests of assets share: temporary folders, small models written by hand, zips, and the worker's place.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "assets/importer.h"
#include "assets/ingest/files.h"

namespace test {

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
  /// Writes a file here and gives its path.
  [[nodiscard]] std::filesystem::path write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path m_path;
};

/// A program of this build.
[[nodiscard]] std::filesystem::path program(const std::string& name);
/// ../shared/data of the source, where it exists (not on a newcomer's machine).
[[nodiscard]] std::optional<std::filesystem::path> shared_data();

[[nodiscard]] std::string read_file(const std::filesystem::path& path);
[[nodiscard]] assets::Bytes bytes_of(const std::string& text);

/// One triangle as glTF with an embedded buffer; `patch` is merged into the JSON (RFC 7386).
[[nodiscard]] nlohmann::json triangle_gltf();
[[nodiscard]] std::string triangle_with(const nlohmann::json& patch);
/// A box of 2 x 1 x 3 units as OBJ, away from the origin, with `head` before it.
[[nodiscard]] std::string box_obj(const std::string& head);

/// The files as a zip; a name ending in "@link" becomes a symbolic link to the text.
[[nodiscard]] std::string zip_of(const std::vector<std::pair<std::string, std::string>>& files);

/// A store and a worker with small pictures, for quick imports.
struct Workshop {
  Workshop();
  assets::ImportResult import(const std::string& filename, const std::string& bytes, assets::SizeCm size = {});

  Folder folder;
  assets::Store store;
  assets::ImportEnvironment environment;
};

/// The JSON chunk of GLB bytes.
[[nodiscard]] nlohmann::json glb_json(const std::string& glb);
/// The binary chunk of GLB bytes.
[[nodiscard]] std::string glb_bin(const std::string& glb);
/// What Khronos' gltf-validator says: the number of errors and its messages, one for each file.
struct Verdict {
  int errors = -1;
  std::string messages;
};
[[nodiscard]] std::vector<Verdict> validate(const std::vector<std::filesystem::path>& files);

}  // namespace test
