#include "assets/ingest/files.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "client-proto/core/hex.h"

namespace assets {
namespace {

bool is_remote(std::string_view path) {
  const std::size_t colon = path.find(':');
  // One letter before a colon is a drive, not a scheme.
  if (colon == std::string_view::npos || colon < 2) return false;
  return std::all_of(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-'; });
}

bool is_absolute(std::string_view path) {
  return path.starts_with('/') || path.starts_with('~') || (path.size() >= 2 && path[1] == ':');
}

}  // namespace

const Bytes* FileSet::find(std::string_view path) const {
  const auto found = files.find(std::string(path));
  return found == files.end() ? nullptr : &found->second;
}

ResolvedPath resolve(std::string_view folder, std::string_view path) {
  if (is_remote(path)) return {Reference::kRemote, {}};
  std::string whole(path);
  std::replace(whole.begin(), whole.end(), '\\', '/');
  if (whole.empty() || is_absolute(whole) || whole.find('\0') != std::string::npos) return {};
  if (!folder.empty()) whole = std::string(folder) + "/" + whole;
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= whole.size();) {
    const std::size_t end = std::min(whole.find('/', begin), whole.size());
    const std::string_view part = std::string_view(whole).substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (parts.empty()) {
      return {};
    } else {
      parts.pop_back();
    }
  }
  std::string normal;
  for (const std::string_view part : parts) {
    if (!normal.empty()) normal += '/';
    normal += part;
  }
  if (normal.empty()) return {};
  return {Reference::kInside, normal};
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

std::string ending_of(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  if (slash != std::string_view::npos) path = path.substr(slash + 1);
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string ending(path.substr(dot + 1));
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

std::optional<std::string> percent_decoded(std::string_view uri) {
  std::string decoded;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    if (uri[i] != '%') {
      decoded += uri[i];
      continue;
    }
    std::array<std::uint8_t, 1> byte{};
    if (i + 2 >= uri.size() || !proto::from_hex(uri.substr(i + 1, 2), byte) || byte[0] == 0) return std::nullopt;
    decoded += static_cast<char>(byte[0]);
    i += 2;
  }
  return decoded;
}

}  // namespace assets
