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

[[nodiscard]] proto::Result<std::string, std::string> read_file(const std::string& path, std::size_t bytes_max);

/// The keys that a payment provider gave us, from a file that the provider's side wrote.
struct ProviderKeys {
  std::string api_key;
  std::string webhook_secret;
};
/// {"api_key":"...","webhook_secret":"..."}; an empty path gives empty keys.
[[nodiscard]] proto::Result<ProviderKeys, std::string> read_provider_keys(const std::string& path);

}  // namespace world::app
