#include "world-server/api/operator_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <system_error>

#include "shop/secret.h"

namespace world {
namespace {

constexpr std::size_t kKeyCharactersMin = 32;
constexpr std::size_t kKeyCharactersMax = 128;

std::string reason() { return std::error_code(errno, std::generic_category()).message(); }

proto::Result<std::string, std::string> make_key(const std::string& path,
                                                 const std::function<void(std::span<std::uint8_t>)>& random) {
  std::array<std::uint8_t, 32> bytes{};
  random(bytes);
  const std::string key = shop::to_base64url(bytes);
  const std::string line = key + "\n";
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return proto::fail("cannot make the operator's key " + path + ": " + reason());
  const bool written = ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written) return proto::fail("cannot write the operator's key " + path + ": " + reason());
  return key;
}

}  // namespace

proto::Result<std::string, std::string> operator_key(const std::string& path,
                                                     const std::function<void(std::span<std::uint8_t>)>& random) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return make_key(path, random);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return proto::fail("others may read the operator's key " + path + ": chmod 600 it, or delete it to get a new one");
  }
  std::ifstream file(path);
  std::string key;
  if (!std::getline(file, key) || key.size() < kKeyCharactersMin || key.size() > kKeyCharactersMax) {
    return proto::fail("the operator's key " + path + " is not usable: delete it to get a new one");
  }
  return key;
}

}  // namespace world
