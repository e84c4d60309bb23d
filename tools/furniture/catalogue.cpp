#include "tools/furniture/catalogue.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <sstream>
#include <vector>

namespace furniture {
namespace {

constexpr std::uint64_t kFileBytesMax = 64U << 20U;
/// 1 January 1980, the oldest time that a zip can hold.
constexpr std::int64_t kZipEpoch_s = 315532800;

bool is_wanted(std::string_view name) {
  for (const std::string_view ending : {".obj", ".mtl", ".png", ".jpg", ".jpeg"}) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

}  // namespace

std::optional<Catalogue> Catalogue::open(const std::string& path) {
  int error = 0;
  zip_t* opened = zip_open(path.c_str(), ZIP_RDONLY, &error);
  if (opened == nullptr) return std::nullopt;
  Catalogue catalogue(Archive(opened, zip_discard));
  if (!catalogue.parse_properties()) return std::nullopt;
  return catalogue;
}

std::optional<std::string> Catalogue::read(zip_uint64_t index) const {
  const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(zip_fopen_index(m_archive.get(), index, 0), zip_fclose);
  if (file == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 1U << 16U> block{};
  zip_int64_t got = zip_fread(file.get(), block.data(), block.size());
  while (got > 0 && text.size() < kFileBytesMax) {
    text.append(block.data(), static_cast<std::size_t>(got));
    got = zip_fread(file.get(), block.data(), block.size());
  }
  return got == 0 ? std::optional(std::move(text)) : std::nullopt;
}

bool Catalogue::parse_properties() {
  const zip_int64_t index = zip_name_locate(m_archive.get(), "PluginFurnitureCatalog.properties", 0);
  const auto text = index < 0 ? std::nullopt : read(static_cast<zip_uint64_t>(index));
  if (!text) return false;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string::npos) continue;
    const std::string key = line.substr(0, equals);
    const std::string value = line.substr(equals + 1);
    const std::size_t hash = key.find('#');
    if (hash == std::string::npos) {
      m_properties[key] = value;
    } else {
      m_pieces[key.substr(hash + 1)][key.substr(0, hash)] = value;
    }
  }
  return !m_pieces.empty();
}

std::string Catalogue::property(const std::string& name) const {
  const auto found = m_properties.find(name);
  return found == m_properties.end() ? std::string() : found->second;
}

const Piece* Catalogue::find(std::string_view id) const {
  for (const auto& [number, piece] : m_pieces) {
    const auto found = piece.find("id");
    if (found != piece.end() && found->second == id) return &piece;
  }
  return nullptr;
}

std::map<std::string, std::string> Catalogue::model_files(const Piece& piece) const {
  std::map<std::string, std::string> files;
  const auto model = piece.find("model");
  if (model == piece.end()) return files;
  const std::string folder = std::filesystem::path(model->second).parent_path().relative_path().string() + "/";
  const zip_int64_t entries = zip_get_num_entries(m_archive.get(), 0);
  for (zip_int64_t i = 0; i < entries; ++i) {
    const auto index = static_cast<zip_uint64_t>(i);
    const char* name = zip_get_name(m_archive.get(), index, 0);
    if (name == nullptr || !std::string_view(name).starts_with(folder) || !is_wanted(name)) continue;
    if (auto text = read(index)) files.emplace(std::string(name).substr(folder.size()), std::move(*text));
  }
  return files;
}

bool write_zip(const std::string& path, const std::map<std::string, std::string>& files) {
  int error = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  if (archive == nullptr) return false;
  for (const auto& [name, text] : files) {
    zip_source_t* source = zip_source_buffer(archive, text.data(), text.size(), 0);
    const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    const bool added = index >= 0 &&
                       zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 9) == 0 &&
                       zip_file_set_mtime(archive, static_cast<zip_uint64_t>(index), kZipEpoch_s, 0) == 0;
    if (!added) {
      zip_discard(archive);
      return false;
    }
  }
  return zip_close(archive) == 0;
}

}  // namespace furniture
