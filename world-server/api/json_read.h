/// Reading JSON from outside without trusting it: a depth limit before the parser runs, and `Fields`, which takes an
/// object apart member by member, remembers everything that is wrong, and complains about members that nobody asked
/// for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client-proto/core/money.h"
#include "client-proto/core/result.h"
#include "world-server/api/problem.h"

namespace world {

constexpr std::size_t kJsonDepthMax = 16;

/// The deepest nesting of arrays and objects, without parsing.
[[nodiscard]] std::size_t json_depth(std::string_view text);

/// The error is a sentence for whoever sent it. Duplicate members are an error, because readers disagree about them.
[[nodiscard]] proto::Result<nlohmann::json, std::string> parse_json(std::string_view text);

class Fields {
 public:
  /// `pointer` is where `value` stands in the body; a value that is no object is the first complaint.
  Fields(const nlohmann::json& value, std::string pointer, std::vector<FieldError>& errors);

  /// Text without control characters; `characters_max` counts code points.
  [[nodiscard]] std::string text(const char* name, std::size_t characters_min, std::size_t characters_max);
  [[nodiscard]] std::optional<std::string> optional_text(const char* name, std::size_t characters_max);
  /// Lower-case letters, digits and single hyphens between them.
  [[nodiscard]] std::string slug(const char* name, std::size_t characters_max);
  [[nodiscard]] std::int64_t integer(const char* name, std::int64_t min, std::int64_t max);
  [[nodiscard]] double number(const char* name, double min, double max);
  [[nodiscard]] bool boolean(const char* name);
  [[nodiscard]] proto::Money money(const char* name);
  /// An array with at most `items_max` items; empty (and a complaint) when it is not.
  [[nodiscard]] const nlohmann::json& array(const char* name, std::size_t items_min, std::size_t items_max);
  /// The member as it is; null when it is missing, which is a complaint too unless `optional`.
  [[nodiscard]] const nlohmann::json& member(const char* name, bool optional = false);
  [[nodiscard]] bool has(const char* name) const;

  void complain(const std::string& name, std::string detail);
  [[nodiscard]] std::string pointer(const std::string& name) const { return m_pointer + "/" + name; }
  /// Call last: names the members that were not asked for.
  void finish();

 private:
  const nlohmann::json& m_value;
  std::string m_pointer;
  std::vector<FieldError>& m_errors;
  std::vector<std::string> m_known;
};

}  // namespace world
