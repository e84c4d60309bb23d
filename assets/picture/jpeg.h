/// The wrapper around libjpeg, whose errors leave by longjmp and must not cross C++ objects.
#pragma once

#include <cstdint>
#include <span>

#include "assets/picture/picture.h"

namespace assets {

[[nodiscard]] DecodedPicture decode_jpeg(std::span<const std::uint8_t> bytes);

}  // namespace assets
