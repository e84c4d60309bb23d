#include "assets/gltf/document.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "assets/gltf/json_text.h"
#include "client-proto/core/check.h"

namespace assets::gltf {
namespace {

using nlohmann::json;

constexpr std::uint32_t kMagic = 0x46546c67;      // "glTF"
constexpr std::uint32_t kChunkJson = 0x4e4f534a;  // "JSON"
constexpr std::uint32_t kChunkBin = 0x004e4942;   // "BIN\0"
constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kChunkHeaderBytes = 8;
constexpr std::size_t kBuffersMax = 256;
constexpr std::size_t kImagesMax = 256;
constexpr std::uint64_t kBinBytesMax = 256U << 20U;

std::uint32_t read_u32(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) | static_cast<std::uint32_t>(bytes[at + 1]) << 8U |
         static_cast<std::uint32_t>(bytes[at + 2]) << 16U | static_cast<std::uint32_t>(bytes[at + 3]) << 24U;
}

void write_u32(Bytes& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

void pad_to_four(Bytes& bytes, std::uint8_t with) {
  while (bytes.size() % 4 != 0) bytes.push_back(with);
}

struct Chunks {
  std::string_view json;
  std::optional<std::span<const std::uint8_t>> bin;
};

/// The JSON chunk comes first, the binary one second; chunks of kinds we do not know are skipped, as the format
/// demands.
std::optional<Chunks> split_glb(std::span<const std::uint8_t> glb) {
  if (glb.size() < kHeaderBytes + kChunkHeaderBytes || read_u32(glb, 4) != 2) return std::nullopt;
  const std::size_t length = read_u32(glb, 8);
  if (length > glb.size()) return std::nullopt;
  Chunks chunks;
  std::size_t at = kHeaderBytes;
  for (std::size_t index = 0; at + kChunkHeaderBytes <= length; ++index) {
    const std::size_t size = read_u32(glb, at);
    const std::uint32_t kind = read_u32(glb, at + 4);
    at += kChunkHeaderBytes;
    if (size > length - at) return std::nullopt;
    const auto content = glb.subspan(at, size);
    if ((index == 0) != (kind == kChunkJson)) return std::nullopt;
    if (kind == kChunkJson) chunks.json = {reinterpret_cast<const char*>(content.data()), content.size()};
    if (kind == kChunkBin && index == 1) chunks.bin = content;
    at += size;
  }
  return chunks.json.empty() ? std::nullopt : std::optional(chunks);
}

std::optional<Bytes> base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() > kBinBytesMax * 4 / 3) return std::nullopt;
  if (text.empty()) return Bytes{};
  Bytes bytes(text.size() / 4 * 3);
  const int size =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

struct DataUri {
  std::string media_type;
  Bytes bytes;
};

std::optional<DataUri> data_uri(std::string_view uri) {
  const std::size_t comma = uri.find(',');
  if (comma == std::string_view::npos || !uri.substr(0, comma).ends_with(";base64")) return std::nullopt;
  auto bytes = base64(uri.substr(comma + 1));
  if (!bytes) return std::nullopt;
  const std::string_view head = uri.substr(5, comma - 5);
  return DataUri{std::string(head.substr(0, head.find(';'))), std::move(*bytes)};
}

std::string_view picture_type(std::span<const std::uint8_t> bytes) {
  constexpr std::array<std::uint8_t, 4> kPng = {0x89, 'P', 'N', 'G'};
  constexpr std::array<std::uint8_t, 3> kJpeg = {0xff, 0xd8, 0xff};
  if (bytes.size() > 4 && std::equal(kPng.begin(), kPng.end(), bytes.begin())) return "image/png";
  if (bytes.size() > 3 && std::equal(kJpeg.begin(), kJpeg.end(), bytes.begin())) return "image/jpeg";
  if (bytes.size() > 12 && std::memcmp(bytes.data() + 8, "WEBP", 4) == 0) return "image/webp";
  return "";
}

class Reader {
 public:
  Reader(const FileSet& files, std::string folder, Report& report)
      : m_files(files), m_folder(std::move(folder)), m_report(report) {}

  std::optional<Document> read(std::span<const std::uint8_t> bytes) {
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (bytes.size() >= 4 && read_u32(bytes, 0) == kMagic) {
      const auto chunks = split_glb(bytes);
      if (!chunks) {
        m_report.error("gltf.container", "", "The GLB container is cut off or malformed.", "Export the model again.");
        return std::nullopt;
      }
      text = chunks->json;
      m_chunk = chunks->bin;
    }
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (!parse(text) || !check_top() || !gather_buffers() || !gather_images()) return std::nullopt;
    return std::move(m_document);
  }

 private:
  bool refuse(std::string_view code, std::string_view pointer, std::string_view message, std::string_view remedy) {
    m_report.error(code, pointer, message, remedy);
    return false;
  }

  bool parse(std::string_view text) {
    auto parsed = parse_json(text);
    if (parsed) {
      m_document.json = std::move(*parsed);
      return true;
    }
    switch (parsed.error()) {
      case JsonFault::kSyntax:
        return refuse("gltf.json", "", "The JSON of the model cannot be read.", "Export the model again.");
      case JsonFault::kTooDeep:
        return refuse("gltf.json-depth", "", "The JSON is nested more than 64 levels deep.",
                      "Remove deeply nested extras from the file.");
      case JsonFault::kTooManyValues:
        return refuse("gltf.json-size", "", "The JSON has more than four million values.",
                      "Move large data from the JSON into a binary buffer.");
    }
    return false;
  }

  bool check_top() {
    json& top = m_document.json;
    if (!top.is_object() || member(top, "asset") == nullptr) {
      return refuse("gltf.structure", "/asset", "This is not a glTF document.", "Export the model as glTF 2.0.");
    }
    if (!text(top["asset"], "version").starts_with("2.")) {
      return refuse("gltf.version", "/asset/version", "Only glTF 2.0 is read.", "Export the model as glTF 2.0.");
    }
    for (const char* list : {"buffers", "bufferViews", "images", "accessors", "nodes", "meshes", "materials",
                             "textures", "skins", "animations", "scenes", "samplers", "cameras"}) {
      const json* value = member(top, list);
      if (value == nullptr) continue;
      const bool objects =
          value->is_array() && std::all_of(value->begin(), value->end(), [](const json& v) { return v.is_object(); });
      if (!objects) {
        return refuse("gltf.structure", std::string("/") + list, "This is not a list of objects.",
                      "Export the model again.");
      }
    }
    return true;
  }

  /// Bytes behind a URI of the document: a data URI or another file of the upload.
  std::optional<Bytes> fetch(std::string_view uri, const std::string& pointer, std::string& media_type) {
    if (uri.starts_with("data:")) {
      auto data = data_uri(uri);
      if (!data) refuse("gltf.uri", pointer, "This data URI is not valid base64.", "Export the model again.");
      if (data) media_type = data->media_type;
      return data ? std::optional(std::move(data->bytes)) : std::nullopt;
    }
    const auto decoded = percent_decoded(uri);
    const ResolvedPath path = decoded ? resolve(m_folder, *decoded) : ResolvedPath{};
    if (path.reference != Reference::kInside) {
      refuse(path.reference == Reference::kRemote ? "reference.remote" : "reference.outside", pointer,
             "The model refers to \"" + std::string(uri.substr(0, 120)) + "\", which is not part of the upload.",
             "Put the file beside the model, refer to it by a relative name, and upload both in one zip.");
      return std::nullopt;
    }
    const Bytes* found = m_files.find(path.path);
    if (found == nullptr) {
      refuse("reference.missing", pointer, "The file \"" + path.path + "\" is not part of the upload.",
             "Upload the model and its files together in one zip.");
      return std::nullopt;
    }
    return *found;
  }

  bool gather_buffers() {
    json& top = m_document.json;
    if (!top.contains("buffers")) return true;
    json& buffers = top["buffers"];
    if (buffers.size() > kBuffersMax) {
      return refuse("gltf.structure", "/buffers", "There are more than 256 buffers.", "Export as one GLB.");
    }
    std::vector<std::uint64_t> offsets;
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      const std::string pointer = "/buffers/" + std::to_string(i);
      offsets.push_back(m_document.bin.size());
      if (!append_buffer(buffers[i], i, pointer)) return false;
    }
    // One buffer that is the chunk itself stays as it was, to the byte.
    const bool untouched = buffers.size() == 1 && !buffers[0].contains("uri");
    if (!untouched && !shift_views(offsets)) return false;
    if (!untouched) buffers = json::array({{{"byteLength", m_document.bin.size()}}});
    if (m_document.bin.empty()) top.erase("buffers");
    return true;
  }

  bool append_buffer(const json& buffer, std::size_t index, const std::string& pointer) {
    const auto length = whole(buffer, "byteLength");
    std::optional<Bytes> bytes;
    std::string ignored;
    if (buffer.contains("uri")) {
      bytes = fetch(text(buffer, "uri"), pointer + "/uri", ignored);
      if (!bytes) return false;
    } else if (index == 0 && m_chunk) {
      bytes.emplace(m_chunk->begin(), m_chunk->end());
    }
    if (!length || *length == 0 || !bytes || bytes->size() < *length) {
      return refuse("gltf.range", pointer + "/byteLength", "The buffer has fewer bytes than it says.",
                    "Export the model again; the file may have been cut off.");
    }
    if (m_document.bin.size() + *length > kBinBytesMax) {
      return refuse("gltf.too-large", pointer, "The buffers hold more than 256 MiB.", "Use a smaller model.");
    }
    bytes->resize(*length);
    pad_to_four(*bytes, 0);
    m_document.bin.insert(m_document.bin.end(), bytes->begin(), bytes->end());
    return true;
  }

  bool shift_views(const std::vector<std::uint64_t>& offsets) {
    const json* views = member(m_document.json, "bufferViews");
    if (views == nullptr) return true;
    for (std::size_t i = 0; i < views->size(); ++i) {
      json& view = m_document.json["bufferViews"][i];
      const auto buffer = whole(view, "buffer");
      if (!buffer || *buffer >= offsets.size()) {
        return refuse("gltf.index", "/bufferViews/" + std::to_string(i) + "/buffer", "There is no such buffer.",
                      "Export the model again.");
      }
      view["byteOffset"] = whole(view, "byteOffset").value_or(0) + offsets[*buffer];
      view["buffer"] = 0;
    }
    return true;
  }

  bool gather_images() {
    json& top = m_document.json;
    if (!top.contains("images")) return true;
    if (top["images"].size() > kImagesMax) {
      return refuse("gltf.structure", "/images", "There are more than 256 images.", "Combine textures into atlases.");
    }
    for (std::size_t i = 0; i < top["images"].size(); ++i) {
      if (!top["images"][i].contains("uri")) continue;
      const std::string pointer = "/images/" + std::to_string(i) + "/uri";
      std::string media_type;
      auto bytes = fetch(text(top["images"][i], "uri"), pointer, media_type);
      if (!bytes) return false;
      const std::string_view type = picture_type(*bytes);
      if (type.empty()) {
        return refuse("texture.format", pointer, "This texture is neither PNG nor JPEG.", "Convert it to PNG or JPEG.");
      }
      const std::uint64_t view = append_view(m_document, *bytes, std::nullopt, std::nullopt);
      json& image = top["images"][i];
      image.erase("uri");
      image["bufferView"] = view;
      image["mimeType"] = type;
    }
    return true;
  }

  const FileSet& m_files;
  std::string m_folder;
  Report& m_report;
  Document m_document;
  std::optional<std::span<const std::uint8_t>> m_chunk;
};

}  // namespace

std::optional<Document> read_document(const FileSet& files, const std::string& path, Report& report) {
  const Bytes* bytes = files.find(path);
  GALLERIA_CHECK(bytes != nullptr);
  return Reader(files, folder_of(path), report).read(*bytes);
}

Bytes write_glb(const Document& document) {
  // Names in the JSON come from strangers and may not be UTF-8; the writer replaces such bytes instead of throwing.
  const std::string text = document.json.dump(-1, ' ', false, json::error_handler_t::replace);
  Bytes json_chunk(text.begin(), text.end());
  pad_to_four(json_chunk, ' ');
  Bytes bin_chunk = document.bin;
  pad_to_four(bin_chunk, 0);
  Bytes glb;
  const std::size_t bin_bytes = bin_chunk.empty() ? 0 : kChunkHeaderBytes + bin_chunk.size();
  const std::size_t total = kHeaderBytes + kChunkHeaderBytes + json_chunk.size() + bin_bytes;
  glb.reserve(total);
  write_u32(glb, kMagic);
  write_u32(glb, 2);
  write_u32(glb, static_cast<std::uint32_t>(total));
  write_u32(glb, static_cast<std::uint32_t>(json_chunk.size()));
  write_u32(glb, kChunkJson);
  glb.insert(glb.end(), json_chunk.begin(), json_chunk.end());
  if (!bin_chunk.empty()) {
    write_u32(glb, static_cast<std::uint32_t>(bin_chunk.size()));
    write_u32(glb, kChunkBin);
    glb.insert(glb.end(), bin_chunk.begin(), bin_chunk.end());
  }
  return glb;
}

std::span<const std::uint8_t> view_bytes(const Document& document, std::uint64_t view) {
  const json* views = member(document.json, "bufferViews");
  if (views == nullptr || view >= views->size()) return {};
  const std::uint64_t offset = whole((*views)[view], "byteOffset").value_or(0);
  const std::uint64_t length = whole((*views)[view], "byteLength").value_or(0);
  if (offset > document.bin.size() || length > document.bin.size() - offset) return {};
  return std::span(document.bin).subspan(offset, length);
}

void replace_views(Document& document, const std::map<std::uint64_t, Bytes>& replacements) {
  const json* views = member(document.json, "bufferViews");
  if (views == nullptr) return;
  Bytes bin;
  for (std::uint64_t i = 0; i < views->size(); ++i) {
    const auto replaced = replacements.find(i);
    const auto bytes =
        replaced == replacements.end() ? view_bytes(document, i) : std::span<const std::uint8_t>(replaced->second);
    pad_to_four(bin, 0);
    json& view = document.json["bufferViews"][i];
    view["byteOffset"] = bin.size();
    view["byteLength"] = bytes.size();
    bin.insert(bin.end(), bytes.begin(), bytes.end());
  }
  pad_to_four(bin, 0);
  document.bin = std::move(bin);
  document.json["buffers"] = json::array({{{"byteLength", document.bin.size()}}});
}

std::uint64_t append_view(Document& document, std::span<const std::uint8_t> bytes, std::optional<std::uint32_t> target,
                          std::optional<std::uint32_t> stride) {
  pad_to_four(document.bin, 0);
  json view = {{"buffer", 0}, {"byteOffset", document.bin.size()}, {"byteLength", bytes.size()}};
  if (target) view["target"] = *target;
  if (stride) view["byteStride"] = *stride;
  document.bin.insert(document.bin.end(), bytes.begin(), bytes.end());
  pad_to_four(document.bin, 0);
  json& views = document.json["bufferViews"];
  if (!views.is_array()) views = json::array();
  views.push_back(std::move(view));
  document.json["buffers"] = json::array({{{"byteLength", document.bin.size()}}});
  return views.size() - 1;
}

}  // namespace assets::gltf
