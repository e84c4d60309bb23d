#include "client-proto/core/log.h"

#include <cstdio>

namespace proto {

namespace {
constexpr std::size_t kLineBytesMax = 2000;

void to_stderr(LogLevel level, std::string_view room, std::string_view text) {
  constexpr const char* kNames[] = {"debug", "info", "warning", "error"};
  std::fprintf(stderr, "%s %.*s: %.*s\n", kNames[static_cast<int>(level)], static_cast<int>(room.size()), room.data(),
               static_cast<int>(text.size()), text.data());
}

LogSink g_sink = to_stderr;
}  // namespace

void set_log_sink(LogSink sink) { g_sink = sink; }

void log(LogLevel level, std::string_view room, std::string_view text) {
  g_sink(level, room, text.substr(0, kLineBytesMax));
}

bool LogBudget::take(TimeUs now) {
  if (now - m_since >= minutes(1)) {
    m_since = now;
    m_used = 0;
  }
  if (m_used >= m_lines_max) return false;
  ++m_used;
  return true;
}

}  // namespace proto
