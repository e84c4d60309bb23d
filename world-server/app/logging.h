/// Where log lines go: the console, and a rotating file in the data folder, so that a flood can never fill the disk.
#pragma once

#include <string>

namespace world::app {

/// Call once, before threads start. Throws spdlog::spdlog_ex when the folder cannot be written.
void start_logging(const std::string& log_dir, bool verbose);
void stop_logging();

}  // namespace world::app
