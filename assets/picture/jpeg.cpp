#include "assets/picture/jpeg.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include "client-proto/core/check.h"

namespace assets {
namespace {

struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf back;
};

[[noreturn]] void leave(j_common_ptr info) {
  std::longjmp(reinterpret_cast<ErrorManager*>(info->err)->back, 1);  // NOLINT: libjpeg's own way out
}

void say_nothing(j_common_ptr) {}

/// Everything that must survive the jump lives here, outside of the frame that calls setjmp.
struct Decoder {
  jpeg_decompress_struct info{};
  ErrorManager errors{};
  std::span<const std::uint8_t> bytes;
  DecodedPicture out;
};

void read_rows(Decoder& decoder) {
  jpeg_decompress_struct& info = decoder.info;
  jpeg_mem_src(&info, decoder.bytes.data(), decoder.bytes.size());
  jpeg_read_header(&info, TRUE);
  if (info.image_width > kPictureSidePxMax || info.image_height > kPictureSidePxMax) {
    decoder.out.fault = PictureFault::kTooLarge;
    return;
  }
  info.out_color_space = JCS_EXT_RGBA;
  jpeg_start_decompress(&info);
  decoder.out.picture.emplace();
  Picture& picture = *decoder.out.picture;
  picture.width = info.output_width;
  picture.height = info.output_height;
  picture.rgba.resize(std::size_t{picture.width} * picture.height * 4);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = picture.rgba.data() + std::size_t{info.output_scanline} * picture.width * 4;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
}

/// False when libjpeg gave up.
bool guarded(Decoder& decoder) {
  if (setjmp(decoder.errors.back) != 0) return false;  // NOLINT: libjpeg's own way out
  jpeg_create_decompress(&decoder.info);
  read_rows(decoder);
  return true;
}

}  // namespace

DecodedPicture decode_jpeg(std::span<const std::uint8_t> bytes) {
  Decoder decoder;
  decoder.bytes = bytes;
  decoder.info.err = jpeg_std_error(&decoder.errors.base);
  decoder.errors.base.error_exit = leave;
  decoder.errors.base.output_message = say_nothing;
  if (!guarded(decoder)) decoder.out.picture.reset();
  jpeg_destroy_decompress(&decoder.info);
  return std::move(decoder.out);
}

Bytes encode_jpeg(const Picture& picture, int quality) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* encoded = nullptr;
  unsigned long size = 0;  // NOLINT: libjpeg's own type
  jpeg_mem_dest(&info, &encoded, &size);
  info.image_width = picture.width;
  info.image_height = picture.height;
  info.input_components = 4;
  info.in_color_space = JCS_EXT_RGBA;
  jpeg_set_defaults(&info);
  info.optimize_coding = TRUE;
  jpeg_set_quality(&info, quality, TRUE);
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    // libjpeg reads the row only; its interface predates const.
    auto* row = const_cast<JSAMPLE*>(picture.rgba.data() + std::size_t{info.next_scanline} * picture.width * 4);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  Bytes out(encoded, encoded + size);
  std::free(encoded);
  return out;
}

}  // namespace assets
