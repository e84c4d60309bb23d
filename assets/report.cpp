#include "assets/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace assets {
namespace {

/// Cuts at the limit without leaving half a UTF-8 character behind.
std::string cut(std::string_view text) {
  if (text.size() <= kFindingTextBytesMax) return std::string(text);
  std::size_t end = kFindingTextBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

void Report::add(Severity severity, std::string_view code, std::string_view pointer, std::string_view message,
                 std::string_view remedy) {
  if (findings.size() >= kFindingsMax) {
    // An error must never be lost behind a hundred warnings.
    if (severity != Severity::kError || has_errors()) return;
    findings.pop_back();
  }
  findings.push_back({std::string(code), severity, cut(pointer), cut(message), cut(remedy)});
}

bool Report::has_errors() const {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::kError; });
}

bool Report::has(std::string_view code) const {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& f) { return f.code == code; });
}

std::string Report::to_json() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Finding& f : findings) {
    list.push_back({{"code", f.code},
                    {"severity", to_string(f.severity)},
                    {"pointer", f.pointer},
                    {"message", f.message},
                    {"remedy", f.remedy}});
  }
  // Names come from uploads: bytes that are not UTF-8 are replaced, never thrown about.
  return list.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string Report::to_text() const {
  std::string text;
  for (const Finding& f : findings) {
    text += std::string(to_string(f.severity)) + " " + f.code;
    if (!f.pointer.empty()) text += " at " + f.pointer;
    text += ": " + f.message;
    if (!f.remedy.empty()) text += " " + f.remedy;
    text += '\n';
  }
  return text;
}

}  // namespace assets
