#include "world-server/app/logging.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "client-proto/core/log.h"

namespace world::app {

namespace {

constexpr std::size_t kFileBytesMax = 5U << 20U;
constexpr std::size_t kFilesMax = 5;

void write_line(proto::LogLevel level, std::string_view room, std::string_view text) {
  constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                                   spdlog::level::err};
  spdlog::log(kLevels[static_cast<std::size_t>(level)], "{}: {}", room, text);
}

}  // namespace

void start_logging(const std::string& log_dir, bool verbose) {
  auto console = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  auto file =
      std::make_shared<spdlog::sinks::rotating_file_sink_mt>(log_dir + "/galleria.log", kFileBytesMax, kFilesMax);
  auto logger = std::make_shared<spdlog::logger>("galleria", spdlog::sinks_init_list{console, file});
  logger->set_level(verbose ? spdlog::level::debug : spdlog::level::info);
  logger->flush_on(spdlog::level::info);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
  spdlog::set_default_logger(std::move(logger));
  proto::set_log_sink(&write_line);
}

void stop_logging() { spdlog::shutdown(); }

}  // namespace world::app
