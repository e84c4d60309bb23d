/// A furniture catalogue of Sweet Home 3D (.sh3f): a zip with PluginFurnitureCatalog.properties, where each piece is a
/// number behind '#' ("name#12=Chair"), and one folder for each model.
#pragma once

#include <zip.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace furniture {

/// "name" -> "Chair", "width" -> "47.5", ...
using Piece = std::map<std::string, std::string>;

class Catalogue {
 public:
  [[nodiscard]] static std::optional<Catalogue> open(const std::string& path);

  /// The catalogue's own property, for instance "license".
  [[nodiscard]] std::string property(const std::string& name) const;
  [[nodiscard]] const Piece* find(std::string_view id) const;
  /// The model, its materials and its textures: everything an upload needs, by plain file names in order.
  [[nodiscard]] std::map<std::string, std::string> model_files(const Piece& piece) const;

 private:
  using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
  explicit Catalogue(Archive archive) : m_archive(std::move(archive)) {}
  [[nodiscard]] std::optional<std::string> read(zip_uint64_t index) const;
  bool parse_properties();

  Archive m_archive;
  std::map<std::string, std::string> m_properties;
  std::map<std::string, Piece> m_pieces;  ///< by number
};

/// A zip whose bytes depend on the files alone: no times, no owners. False when it cannot be written.
[[nodiscard]] bool write_zip(const std::string& path, const std::map<std::string, std::string>& files);

}  // namespace furniture
