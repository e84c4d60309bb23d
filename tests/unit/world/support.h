/// A small mall for tests: a floor of 60 x 60 m with walls around it, one wall across with a gap, a fashion boutique
/// and a furniture boutique, a ball, and an assistant.
#pragma once

#include <string>

#include "world-server/world/mall.h"

namespace world::test {

/// The document, valid as it is.
[[nodiscard]] std::string mall_json();
/// The same with the first `from` replaced by `to`; fails the test when `from` is not in it.
[[nodiscard]] std::string mall_json_with(const std::string& from, const std::string& to);
/// The document with walls around "oak-and-linen" and one entrance, 1.6 m wide, in the middle of its front (z = -10).
[[nodiscard]] std::string mall_json_with_door();
/// The document, parsed.
[[nodiscard]] Mall small_mall();

}  // namespace world::test
