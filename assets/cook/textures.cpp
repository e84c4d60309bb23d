#include "assets/cook/textures.h"

#include <algorithm>
#include <set>
#include <string>

#include "assets/gltf/json_text.h"

namespace assets {
namespace {

using nlohmann::json;

/// Colour pictures lose nothing that shows at these settings.
constexpr int kJpegQuality = 88;
/// Below this size a PNG is left alone: palettes and line drawings are smaller and sharper than any JPEG.
constexpr std::size_t kPngKeptBytes = 96U << 10U;

/// Images that some material uses for other things than colour.
std::set<std::uint64_t> exact_images(const json& top) {
  std::set<std::uint64_t> exact;
  const json* materials = gltf::member(top, "materials");
  const json* textures = gltf::member(top, "textures");
  if (materials == nullptr || textures == nullptr) return exact;
  const auto note = [&](const json& holder, const char* name) {
    const json* info = gltf::member(holder, name);
    const auto texture = info == nullptr ? std::nullopt : gltf::whole(*info, "index");
    if (!texture || *texture >= textures->size()) return;
    if (const auto source = gltf::whole((*textures)[*texture], "source")) exact.insert(*source);
  };
  for (const json& material : *materials) {
    note(material, "normalTexture");
    note(material, "occlusionTexture");
    if (const json* pbr = gltf::member(material, "pbrMetallicRoughness")) note(*pbr, "metallicRoughnessTexture");
    // Extensions may use pictures in ways we do not know; theirs stay exact by keeping what they came as.
  }
  return exact;
}

void refuse(PictureFault fault, const std::string& at, Report& report) {
  switch (fault) {
    case PictureFault::kUnknownFormat:
      report.error("texture.format", at, "This texture is neither PNG nor JPEG.", "Convert it to PNG or JPEG.");
      return;
    case PictureFault::kBroken:
      report.error("texture.broken", at, "This texture is damaged and cannot be decoded.", "Export the picture again.");
      return;
    case PictureFault::kTooLarge:
      report.error("texture.too-large", at, "This texture is larger than 8192 pixels on one side.",
                   "Scale it to at most 2048 pixels.");
      return;
  }
}

}  // namespace

Textures cook_textures(gltf::Document& document, const gltf::Model& model, std::uint32_t side_px_max, Report& report) {
  Textures out;
  const std::set<std::uint64_t> exact = exact_images(document.json);
  std::map<std::uint64_t, Bytes> replacements;
  for (std::size_t i = 0; i < model.image_views.size(); ++i) {
    const std::string at = "/images/" + std::to_string(i);
    const auto bytes = gltf::view_bytes(document, model.image_views[i]);
    DecodedPicture decoded = decode_picture(bytes);
    if (!decoded.picture) {
      refuse(decoded.fault, at, report);
      out.pictures.emplace_back();
      continue;
    }
    Picture picture = std::move(*decoded.picture);
    const bool is_png = bytes[0] == 0x89;
    const bool too_large = std::max(picture.width, picture.height) > side_px_max;
    if (too_large) {
      report.info("texture.shrunk", at,
                  "The texture of " + std::to_string(picture.width) + " x " + std::to_string(picture.height) +
                      " pixels was scaled to at most " + std::to_string(side_px_max) + ".",
                  "");
      picture = shrink(picture, side_px_max);
    }
    const bool may_lose = !exact.contains(i) && !has_alpha(picture);
    if (too_large || (is_png && may_lose && bytes.size() > kPngKeptBytes)) {
      Bytes encoded = may_lose ? encode_jpeg(picture, kJpegQuality) : encode_png(picture);
      if (too_large || encoded.size() < bytes.size()) {
        document.json["images"][i]["mimeType"] = may_lose ? "image/jpeg" : "image/png";
        replacements.emplace(model.image_views[i], std::move(encoded));
      }
    } else {
      // What the file says about its pictures is not always true.
      document.json["images"][i]["mimeType"] = is_png ? "image/png" : "image/jpeg";
    }
    out.side_px_max = std::max({out.side_px_max, picture.width, picture.height});
    out.pictures.push_back(std::move(picture));
  }
  if (!replacements.empty()) gltf::replace_views(document, replacements);
  return out;
}

}  // namespace assets
