/// Files that the net thread serves by itself: which file of a folder a request means, in which encoding, and what may
/// be cached for how long. The kernel keeps every path below its folder (openat2 with RESOLVE_BENEATH), symbolic links
/// included, so an escape is impossible even where a check of text would miss it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "client-proto/core/result.h"

namespace world::net {

/// A file descriptor that closes itself.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : m_fd(fd) {}
  Fd(Fd&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      m_fd = std::exchange(other.m_fd, -1);
    }
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  [[nodiscard]] int get() const { return m_fd; }
  [[nodiscard]] bool open() const { return m_fd >= 0; }
  void reset();
  /// Whoever calls this closes it.
  [[nodiscard]] int release() { return std::exchange(m_fd, -1); }

 private:
  int m_fd = -1;
};

/// An opened file with everything its reply needs.
struct ServedFile {
  Fd fd;
  std::uint64_t size_bytes = 0;
  std::string etag;
  std::string_view content_encoding;  ///< empty, "br" or "gzip"
};

/// One folder whose files are served.
class FileFolder {
 public:
  /// A folder that does not exist serves nothing.
  explicit FileFolder(const std::string& folder);

  /// `path` starts with a slash and is taken below the folder. With `want_range` the file is never an encoded twin,
  /// since ranges count the bytes of what was asked for. Nothing when there is no such regular file.
  [[nodiscard]] std::optional<ServedFile> open(std::string_view path, std::string_view accept_encoding,
                                               bool want_range) const;

 private:
  [[nodiscard]] Fd open_below(const std::string& relative) const;
  Fd m_root;
};

}  // namespace world::net
