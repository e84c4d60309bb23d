/// Pictures in uploads: PNG and JPEG come in, and after being brought to the allowed size they go out as what is
/// smaller for what they hold. Decoding looks at the stated size before it allocates.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assets/ingest/files.h"

namespace assets {

/// Eight bits a channel, RGBA, rows from top to bottom, alpha not multiplied in.
struct Picture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::uint8_t> rgba;
};

/// No side of a picture may be longer.
constexpr std::uint32_t kPictureSidePxMax = 8192;

enum class PictureFault : std::uint8_t { kUnknownFormat, kBroken, kTooLarge };

struct DecodedPicture {
  std::optional<Picture> picture;
  PictureFault fault = PictureFault::kBroken;  ///< when there is no picture
};

[[nodiscard]] DecodedPicture decode_picture(std::span<const std::uint8_t> bytes);
[[nodiscard]] bool has_alpha(const Picture& picture);
/// Averages areas (in linear light, weighted by alpha) until no side is longer than `side_px_max`.
[[nodiscard]] Picture shrink(const Picture& picture, std::uint32_t side_px_max);

[[nodiscard]] Bytes encode_png(const Picture& picture);
/// Drops alpha. `quality` from 1 to 100.
[[nodiscard]] Bytes encode_jpeg(const Picture& picture, int quality);
[[nodiscard]] Bytes encode_webp(const Picture& picture, float quality);

/// IEC 61966-2-1 both ways, for one channel from 0 to 1.
[[nodiscard]] float srgb_to_linear(float value);
[[nodiscard]] float linear_to_srgb(float value);

}  // namespace assets
