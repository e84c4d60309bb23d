#include "world-server/net/files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

#include "world-server/net/http_rules.h"

namespace world::net {

namespace {

struct Coding {
  std::string_view name;
  std::string_view suffix;
};
constexpr std::array kCodings{Coding{"br", ".br"}, Coding{"gzip", ".gz"}};  // the better one first

std::string make_etag(const struct stat& info, std::string_view coding) {
  std::array<char, 96> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "\"%llx-%llx%09llx%s%.*s\"", static_cast<unsigned long long>(info.st_size),
      static_cast<unsigned long long>(info.st_mtim.tv_sec), static_cast<unsigned long long>(info.st_mtim.tv_nsec),
      coding.empty() ? "" : "-", static_cast<int>(coding.size()), coding.data());
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

void Fd::reset() {
  if (m_fd >= 0) ::close(m_fd);
  m_fd = -1;
}

FileFolder::FileFolder(const std::string& folder) {
  if (!folder.empty()) m_root = Fd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

Fd FileFolder::open_below(const std::string& relative) const {
  struct open_how how = {};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;  // a named pipe must not stop the thread
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(::syscall(SYS_openat2, m_root.get(), relative.c_str(), &how, sizeof(how))));
}

std::optional<ServedFile> FileFolder::open(std::string_view path, std::string_view accept_encoding,
                                           bool want_range) const {
  if (!m_root.open() || !path_is_plain(path) || path.back() == '/') return std::nullopt;
  const std::string relative(path.substr(1));
  std::string_view chosen;
  Fd fd;
  int best_quality = 0;
  for (const Coding& coding : kCodings) {
    const int quality = want_range ? 0 : accepted_quality(accept_encoding, coding.name);
    if (quality <= best_quality) continue;
    Fd encoded = open_below(relative + std::string(coding.suffix));
    if (!encoded.open()) continue;
    fd = std::move(encoded);
    chosen = coding.name;
    best_quality = quality;
  }
  if (!fd.open()) fd = open_below(relative);
  struct stat info = {};
  if (!fd.open() || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return ServedFile{std::move(fd), static_cast<std::uint64_t>(info.st_size), make_etag(info, chosen), chosen};
}

}  // namespace world::net
