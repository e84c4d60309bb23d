#include "assets/gltf/json_text.h"

#include <algorithm>
#include <cmath>

namespace assets::gltf {
namespace {

using nlohmann::json;

/// Counts brackets and commas outside of strings: enough to bound depth and size without understanding the text.
std::optional<JsonFault> measure(std::string_view text, const JsonLimits& limits) {
  std::uint32_t depth = 0;
  std::uint32_t values = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') {
      if (++depth > limits.depth_max) return JsonFault::kTooDeep;
      ++values;
    }
    if (c == '}' || c == ']') depth = depth == 0 ? 0 : depth - 1;
    if (c == ',') ++values;
    if (values > limits.values_max) return JsonFault::kTooManyValues;
  }
  return std::nullopt;
}

}  // namespace

proto::Result<json, JsonFault> parse_json(std::string_view text, const JsonLimits& limits) {
  if (const auto fault = measure(text, limits)) return proto::fail(JsonFault(*fault));
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) return proto::fail(JsonFault::kSyntax);
  return value;
}

const json* member(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> whole(const json& object, const char* name) {
  const json* value = member(object, name);
  return value == nullptr ? std::nullopt : whole(*value);
}

std::optional<std::uint64_t> whole(const json& number_value) {
  constexpr double kExactMax = 9007199254740992.0;  // 2^53
  const json* value = &number_value;
  if (value->is_number_integer()) {
    // Text gives unsigned values, code of ours also signed ones.
    if (!value->is_number_unsigned() && value->get<std::int64_t>() < 0) return std::nullopt;
    const auto number = value->get<std::uint64_t>();
    return number <= static_cast<std::uint64_t>(kExactMax) ? std::optional(number) : std::nullopt;
  }
  // "3.0" is a whole number too, for JSON knows only one kind.
  if (!value->is_number_float()) return std::nullopt;
  const double number = value->get<double>();
  if (!(number >= 0 && number <= kExactMax) || number != std::floor(number)) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

std::string_view text(const json& object, const char* name) {
  const json* value = member(object, name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_ref<const std::string&>())
                                                : std::string_view{};
}

double number(const json& object, const char* name, double otherwise) {
  const json* value = member(object, name);
  if (value == nullptr || !value->is_number()) return otherwise;
  const double found = value->get<double>();
  return std::isfinite(found) ? found : otherwise;
}

}  // namespace assets::gltf
