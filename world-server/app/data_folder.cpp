#include "world-server/app/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

namespace world::app {

namespace {
constexpr std::size_t kSecretBytesMax = 64 * 1024;
}

proto::Result<DataFolder, std::string> open_data_folder(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directories(path, error);
  DataFolder folder{path, net::Fd(::open((path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))};
  if (!folder.lock.open()) return proto::fail("the data folder " + path + " cannot be written");
  if (::flock(folder.lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return proto::fail("another server uses the data folder " + path);
  }
  // Only now is it known that these uploads are nobody's: until the lock was ours they could be a running server's.
  fs::remove_all(fs::path(path) / "spool", error);
  for (const char* name : {"log", "spool", "assets"}) {
    fs::create_directories(fs::path(path) / name, error);
    if (error) return proto::fail("the data folder " + path + " cannot be written: " + error.message());
  }
  return folder;
}

proto::Result<std::string, std::string> read_file(const std::string& path, std::size_t bytes_max) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return proto::fail(path + " cannot be read: " + error.message());
  if (size > bytes_max) return proto::fail(path + " is larger than " + std::to_string(bytes_max) + " bytes");
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) return proto::fail(path + " cannot be read");
  return text;
}

proto::Result<ProviderKeys, std::string> read_provider_keys(const std::string& path) {
  if (path.empty()) return ProviderKeys{};
  namespace fs = std::filesystem;
  std::error_code unreadable;  // which reading the file tells in words
  const fs::perms others = fs::status(path, unreadable).permissions() & (fs::perms::group_all | fs::perms::others_all);
  if (!unreadable && others != fs::perms::none)
    return proto::fail(path + " can be read by others; run: chmod 600 " + path);
  const auto text = read_file(path, kSecretBytesMax);
  if (!text) return proto::fail(text.error());
  // The parser's own depth is bounded by the file's size, and this file is the operator's own.
  const auto json = nlohmann::json::parse(text.value(), nullptr, false);
  const auto member = [&json](const char* name) {
    const bool there = json.is_object() && json.contains(name) && json[name].is_string();
    return there ? json[name].get<std::string>() : std::string();
  };
  ProviderKeys keys{member("api_key"), member("webhook_secret")};
  if (keys.api_key.empty() || keys.webhook_secret.empty()) {
    return proto::fail(path + " must be JSON with the texts api_key and webhook_secret");
  }
  return keys;
}

}  // namespace world::app
