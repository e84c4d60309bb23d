/// The files of one upload, all in memory. Names are normalised, relative and with '/' between folders, so whatever is
/// not in this map does not exist for the importers; that is what keeps them inside the upload.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assets {

using Bytes = std::vector<std::uint8_t>;

struct FileSet {
  std::map<std::string, Bytes> files;

  [[nodiscard]] const Bytes* find(std::string_view path) const;
};

/// What a path inside an upload refers to.
enum class Reference : std::uint8_t { kInside, kOutside, kRemote };

struct ResolvedPath {
  Reference reference = Reference::kOutside;
  std::string path;  ///< normalised; only for kInside
};

/// Resolves `path` as written in a file that lies in `folder` (empty for the top). Backslashes count as '/', as tools
/// on Windows write them. Absolute paths, drive letters, "~" and anything that climbs above the top are outside;
/// "http:" and the like are remote.
[[nodiscard]] ResolvedPath resolve(std::string_view folder, std::string_view path);

/// "a/b/chair.obj" -> "a/b"; empty for a file at the top.
[[nodiscard]] std::string folder_of(std::string_view path);
/// Lower-case letters after the last dot of the last part; empty without one.
[[nodiscard]] std::string ending_of(std::string_view path);
/// %41 -> A, as URIs in glTF have it; nothing when a percent sign is not followed by two digits or hides a zero byte.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view uri);

}  // namespace assets
