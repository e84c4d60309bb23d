#include "world-server/api/json_read.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "client-proto/wire/text.h"

namespace world {
namespace {

using nlohmann::json;

constexpr std::size_t kErrorsMax = 20;
constexpr std::size_t kNameShownMax = 64;

const json& null_value() {
  static const json value;
  return value;
}

const json& empty_array() {
  static const json value = json::array();
  return value;
}

}  // namespace

std::size_t json_depth(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

proto::Result<json, std::string> parse_json(std::string_view text) {
  if (json_depth(text) > kJsonDepthMax) {
    return proto::fail("The JSON is nested deeper than " + std::to_string(kJsonDepthMax) + " levels.");
  }
  std::vector<std::set<std::string>> names;
  bool doubled = false;
  const auto watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second) doubled = true;
    return true;
  };
  json value = json::parse(text, watch, false);
  if (value.is_discarded()) return proto::fail(std::string("The body is not JSON in UTF-8."));
  if (doubled) return proto::fail(std::string("An object names one member twice."));
  return value;
}

Fields::Fields(const json& value, std::string pointer, std::vector<FieldError>& errors)
    : m_value(value), m_pointer(std::move(pointer)), m_errors(errors) {
  if (!m_value.is_object()) m_errors.push_back({m_pointer, "must be an object"});
}

void Fields::complain(const std::string& name, std::string detail) {
  if (m_errors.size() < kErrorsMax) m_errors.push_back({pointer(name), std::move(detail)});
}

bool Fields::has(const char* name) const { return m_value.is_object() && m_value.contains(name); }

const json& Fields::member(const char* name, bool optional) {
  m_known.emplace_back(name);
  if (has(name)) return m_value[name];
  if (!optional && m_value.is_object()) complain(name, "is missing");
  return null_value();
}

std::string Fields::text(const char* name, std::size_t characters_min, std::size_t characters_max) {
  const json& value = member(name);
  if (!has(name)) return {};
  const std::string rule = "must be text of " + std::to_string(characters_min) + " to " +
                           std::to_string(characters_max) + " characters without control characters";
  if (!value.is_string()) return complain(name, rule), std::string();
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() < characters_min || !proto::is_plain_text(text, characters_max)) {
    return complain(name, rule), std::string();
  }
  return text;
}

std::optional<std::string> Fields::optional_text(const char* name, std::size_t characters_max) {
  if (!has(name) || m_value[name].is_null()) {
    m_known.emplace_back(name);
    return std::nullopt;
  }
  return text(name, 0, characters_max);
}

std::string Fields::slug(const char* name, std::size_t characters_max) {
  std::string value = text(name, 1, characters_max);
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const bool good = std::all_of(value.begin(), value.end(), fits) && value.find("--") == std::string::npos &&
                    (value.empty() || (value.front() != '-' && value.back() != '-'));
  if (!good) complain(name, "must be lower-case letters, digits and single hyphens between them");
  return value;
}

std::int64_t Fields::integer(const char* name, std::int64_t min, std::int64_t max) {
  const json& value = member(name);
  if (!has(name)) return min;
  const bool fits =
      value.is_number_integer() &&
      !(value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) &&
      value.get<std::int64_t>() >= min && value.get<std::int64_t>() <= max;
  if (fits) return value.get<std::int64_t>();
  complain(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return min;
}

double Fields::number(const char* name, double min, double max) {
  const json& value = member(name);
  if (!has(name)) return min;
  const double number = value.is_number() ? value.get<double>() : std::nan("");
  if (number >= min && number <= max) return number;
  complain(name, "must be a number from " + std::to_string(min) + " to " + std::to_string(max));
  return min;
}

bool Fields::boolean(const char* name) {
  const json& value = member(name);
  if (!has(name)) return false;
  if (!value.is_boolean()) complain(name, "must be true or false");
  return value.is_boolean() && value.get<bool>();
}

proto::Money Fields::money(const char* name) {
  const json& value = member(name);
  if (!has(name)) return {};
  Fields fields(value, pointer(name), m_errors);
  proto::Money money;
  money.minor = fields.integer("minor", 1, 100'000'000'00);
  const auto currency = proto::Currency::parse(fields.text("currency", 3, 3));
  if (!currency) fields.complain("currency", "must be an ISO 4217 code such as EUR");
  money.currency = currency.value_or(proto::Currency{});
  fields.finish();
  return money;
}

const json& Fields::array(const char* name, std::size_t items_min, std::size_t items_max) {
  const json& value = member(name);
  if (!has(name)) return empty_array();
  if (value.is_array() && value.size() >= items_min && value.size() <= items_max) return value;
  complain(name, "must be an array of " + std::to_string(items_min) + " to " + std::to_string(items_max) + " items");
  return empty_array();
}

void Fields::finish() {
  if (!m_value.is_object()) return;
  for (const auto& [name, value] : m_value.items()) {
    if (std::find(m_known.begin(), m_known.end(), name) != m_known.end()) continue;
    complain(name.substr(0, kNameShownMax), "is not known here; leave it out");
  }
}

}  // namespace world
