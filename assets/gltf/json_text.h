/// JSON text from strangers. The parser of nlohmann-json does not recurse, but copying, comparing, dumping and freeing
/// deeply nested values do; so nesting and the number of values are counted on the text itself before anything is
/// built.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "client-proto/core/result.h"

namespace assets::gltf {

struct JsonLimits {
  std::uint32_t depth_max = 64;
  std::uint32_t values_max = 4'000'000;
};

enum class JsonFault : std::uint8_t { kSyntax, kTooDeep, kTooManyValues };

[[nodiscard]] proto::Result<nlohmann::json, JsonFault> parse_json(std::string_view text, const JsonLimits& limits = {});

/// The member, or nullptr when `object` is no object or has no such member.
[[nodiscard]] const nlohmann::json* member(const nlohmann::json& object, const char* name);
/// The member as a whole number from 0 to 2^53; nothing when absent or anything else.
[[nodiscard]] std::optional<std::uint64_t> whole(const nlohmann::json& object, const char* name);
[[nodiscard]] std::optional<std::uint64_t> whole(const nlohmann::json& number_value);
/// The member as text, or an empty view.
[[nodiscard]] std::string_view text(const nlohmann::json& object, const char* name);
/// The member as a finite number, or `otherwise`.
[[nodiscard]] double number(const nlohmann::json& object, const char* name, double otherwise);

}  // namespace assets::gltf
