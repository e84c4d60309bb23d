/// What an upload is told: a list of findings that a machine can act on and a person can read. Every finding names a
/// code that never changes its meaning, where in the upload it is (a JSON pointer for glTF, a file name otherwise),
/// what is wrong, and what to do about it. The same limits block for everybody.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assets {

enum class Severity : std::uint8_t { kInfo, kWarning, kError };

struct Finding {
  std::string code;  ///< for instance "reference.outside"; stable, documented in assets/README.md
  Severity severity = Severity::kError;
  std::string pointer;  ///< "/accessors/0/count" or "chair.obj"; empty for the upload as a whole
  std::string message;  ///< one sentence: what is wrong
  std::string remedy;   ///< one sentence: what to do
};

/// At most this many findings; what comes later is counted but not kept.
constexpr std::size_t kFindingsMax = 100;
/// Each text of a finding is cut at this length, so that hostile names stay small.
constexpr std::size_t kFindingTextBytesMax = 300;

struct Report {
  std::vector<Finding> findings;

  void add(Severity severity, std::string_view code, std::string_view pointer, std::string_view message,
           std::string_view remedy);
  void error(std::string_view code, std::string_view pointer, std::string_view message, std::string_view remedy) {
    add(Severity::kError, code, pointer, message, remedy);
  }
  void warning(std::string_view code, std::string_view pointer, std::string_view message, std::string_view remedy) {
    add(Severity::kWarning, code, pointer, message, remedy);
  }
  void info(std::string_view code, std::string_view pointer, std::string_view message, std::string_view remedy) {
    add(Severity::kInfo, code, pointer, message, remedy);
  }

  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] bool has(std::string_view code) const;
  /// A JSON array of {code, severity, pointer, message, remedy}.
  [[nodiscard]] std::string to_json() const;
  /// One line per finding, for people.
  [[nodiscard]] std::string to_text() const;
};

[[nodiscard]] std::string_view to_string(Severity severity);

}  // namespace assets
