/// A glTF 2.0 document as we hold it: the JSON just as it came, and one binary chunk. Reading turns every other form
/// (separate buffers, data URIs, external images) into this one by moving bytes and adjusting offsets only; nothing is
/// interpreted, so extensions, skins, animations, morph targets and variants come out exactly as they went in.
/// Formats: glTF 2.0 specification, sections 3.6 (buffers), 3.8 (images), 4 (GLB).
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "assets/ingest/files.h"
#include "assets/report.h"

namespace assets::gltf {

struct Document {
  nlohmann::json json;
  Bytes bin;
};

/// Reads `path` of the upload (GLB if it starts with GLB's magic, JSON otherwise). Nothing with an error in `report`
/// when the file is malformed or refers to something that is not part of the upload.
[[nodiscard]] std::optional<Document> read_document(const FileSet& files, const std::string& path, Report& report);

/// GLB bytes: header, JSON chunk padded with spaces, binary chunk padded with zeros. A document without binary data has
/// no binary chunk.
[[nodiscard]] Bytes write_glb(const Document& document);

/// The bytes of a buffer view; empty when it is out of range.
[[nodiscard]] std::span<const std::uint8_t> view_bytes(const Document& document, std::uint64_t view);

/// Lays the binary chunk out anew with some buffer views replaced; indices of views stay, offsets change.
void replace_views(Document& document, const std::map<std::uint64_t, Bytes>& replacements);

/// Appends bytes as a new buffer view aligned to four; gives its index.
[[nodiscard]] std::uint64_t append_view(Document& document, std::span<const std::uint8_t> bytes,
                                        std::optional<std::uint32_t> target, std::optional<std::uint32_t> stride);

}  // namespace assets::gltf
