#include "assets/picture/picture.h"

#include <png.h>
#include <webp/encode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "assets/picture/jpeg.h"
#include "client-proto/core/check.h"

namespace assets {
namespace {

bool is_png(std::span<const std::uint8_t> bytes) { return bytes.size() > 8 && png_sig_cmp(bytes.data(), 0, 8) == 0; }

DecodedPicture decode_png(std::span<const std::uint8_t> bytes) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) return {};
  DecodedPicture out;
  if (image.width > kPictureSidePxMax || image.height > kPictureSidePxMax) {
    out.fault = PictureFault::kTooLarge;
  } else {
    image.format = PNG_FORMAT_RGBA;
    Picture picture{image.width, image.height, std::vector<std::uint8_t>(PNG_IMAGE_SIZE(image))};
    if (png_image_finish_read(&image, nullptr, picture.rgba.data(), 0, nullptr) != 0) out.picture = std::move(picture);
  }
  png_image_free(&image);
  return out;
}

const std::array<float, 256>& linear_table() {
  static const std::array<float, 256> kTable = [] {
    std::array<float, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = srgb_to_linear(static_cast<float>(i) / 255.0F);
    return table;
  }();
  return kTable;
}

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * 255.0F));
}

/// The mean of one block of the source that becomes one pixel.
std::array<std::uint8_t, 4> average(const Picture& from, std::uint32_t x0, std::uint32_t x1, std::uint32_t y0,
                                    std::uint32_t y1) {
  std::array<float, 3> sum{};
  float alpha = 0;
  float pixels = 0;
  for (std::uint32_t y = y0; y < y1; ++y) {
    for (std::uint32_t x = x0; x < x1; ++x) {
      const std::uint8_t* pixel = from.rgba.data() + (std::size_t{y} * from.width + x) * 4;
      const float weight = static_cast<float>(pixel[3]) / 255.0F;
      for (std::size_t c = 0; c < 3; ++c) sum[c] += linear_table()[pixel[c]] * weight;
      alpha += weight;
      pixels += 1;
    }
  }
  std::array<std::uint8_t, 4> out{0, 0, 0, to_byte(alpha / pixels)};
  for (std::size_t c = 0; c < 3 && alpha > 0; ++c) out[c] = to_byte(linear_to_srgb(sum[c] / alpha));
  return out;
}

}  // namespace

float srgb_to_linear(float value) {
  return value <= 0.04045F ? value / 12.92F : std::pow((value + 0.055F) / 1.055F, 2.4F);
}

float linear_to_srgb(float value) {
  return value <= 0.0031308F ? value * 12.92F : 1.055F * std::pow(value, 1.0F / 2.4F) - 0.055F;
}

DecodedPicture decode_picture(std::span<const std::uint8_t> bytes) {
  if (is_png(bytes)) return decode_png(bytes);
  if (bytes.size() > 3 && bytes[0] == 0xff && bytes[1] == 0xd8) return decode_jpeg(bytes);
  return {std::nullopt, PictureFault::kUnknownFormat};
}

bool has_alpha(const Picture& picture) {
  for (std::size_t i = 3; i < picture.rgba.size(); i += 4) {
    if (picture.rgba[i] < 250) return true;
  }
  return false;
}

Picture shrink(const Picture& picture, std::uint32_t side_px_max) {
  const std::uint32_t side = std::max(picture.width, picture.height);
  if (side <= side_px_max) return picture;
  Picture out;
  out.width = std::max(1U, static_cast<std::uint32_t>(std::uint64_t{picture.width} * side_px_max / side));
  out.height = std::max(1U, static_cast<std::uint32_t>(std::uint64_t{picture.height} * side_px_max / side));
  out.rgba.resize(std::size_t{out.width} * out.height * 4);
  const auto edge = [](std::uint32_t i, std::uint32_t from, std::uint32_t to) {
    return static_cast<std::uint32_t>(std::uint64_t{i} * from / to);
  };
  for (std::uint32_t y = 0; y < out.height; ++y) {
    for (std::uint32_t x = 0; x < out.width; ++x) {
      const auto pixel = average(picture, edge(x, picture.width, out.width), edge(x + 1, picture.width, out.width),
                                 edge(y, picture.height, out.height), edge(y + 1, picture.height, out.height));
      std::memcpy(out.rgba.data() + (std::size_t{y} * out.width + x) * 4, pixel.data(), 4);
    }
  }
  return out;
}

Bytes encode_png(const Picture& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = picture.width;
  image.height = picture.height;
  image.format = PNG_FORMAT_RGBA;
  std::vector<std::uint8_t> opaque;
  const std::uint8_t* pixels = picture.rgba.data();
  if (!has_alpha(picture)) {
    image.format = PNG_FORMAT_RGB;
    opaque.reserve(picture.rgba.size() / 4 * 3);
    for (std::size_t i = 0; i < picture.rgba.size(); i += 4) {
      opaque.insert(opaque.end(), picture.rgba.begin() + static_cast<std::ptrdiff_t>(i),
                    picture.rgba.begin() + static_cast<std::ptrdiff_t>(i + 3));
    }
    pixels = opaque.data();
  }
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  Bytes out(size);
  const int ok = png_image_write_to_memory(&image, out.data(), &size, 0, pixels, 0, nullptr);
  GALLERIA_CHECK(ok != 0);
  out.resize(size);
  return out;
}

Bytes encode_webp(const Picture& picture, float quality) {
  std::uint8_t* encoded = nullptr;
  const std::size_t size =
      WebPEncodeRGBA(picture.rgba.data(), static_cast<int>(picture.width), static_cast<int>(picture.height),
                     static_cast<int>(picture.width * 4), quality, &encoded);
  Bytes out(encoded, encoded + size);
  WebPFree(encoded);
  return out;
}

}  // namespace assets
