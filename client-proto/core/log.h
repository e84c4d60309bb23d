/// Log facade: rooms write events here; the program decides where they go. Nothing a peer sends is logged without a
/// limit: use `LogBudget` for what a peer can cause.
#pragma once

#include <cstdint>
#include <string_view>

#include "client-proto/core/time.h"

namespace proto {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

using LogSink = void (*)(LogLevel level, std::string_view room, std::string_view text);

/// Replaces the sink (default: standard error). Call once, before threads start.
void set_log_sink(LogSink sink);
/// Writes one line. `room` is the folder it comes from. Text is cut at 2,000 bytes.
void log(LogLevel level, std::string_view room, std::string_view text);

/// Lets at most `lines_max` lines a minute through, so that a peer cannot fill the disk.
class LogBudget {
 public:
  explicit LogBudget(std::uint32_t lines_max) : m_lines_max(lines_max) {}
  [[nodiscard]] bool take(TimeUs now);

 private:
  std::uint32_t m_lines_max;
  std::uint32_t m_used = 0;
  TimeUs m_since{};
};

}  // namespace proto
