/// The data folder: made when missing, and locked, so that two servers never write one database.
#pragma once

#include <string>

#include "client-proto/core/result.h"
#include "world-server/net/files.h"

namespace world::app {

/// Holds the lock as long as it lives.
struct DataFolder {
  std::string path;
  net::Fd lock;
};

/// Also makes log/, spool/ (emptied: what waits there belongs to nobody any more) and assets/.
[[nodiscard]] proto::Result<DataFolder, std::string> open_data_folder(const std::string& path);

/// The content of a small file without its last line break; nothing when it cannot be read or is larger than 64 KiB.
[[nodiscard]] proto::Result<std::string, std::string> read_secret(const std::string& path);
[[nodiscard]] proto::Result<std::string, std::string> read_file(const std::string& path, std::size_t bytes_max);

}  // namespace world::app
