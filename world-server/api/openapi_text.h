/// openapi.json, as it stood when the program was built.
#pragma once

#include <string_view>

namespace world {
[[nodiscard]] std::string_view openapi_text();
}  // namespace world
