#include "assets/store/store.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace assets {
namespace {

namespace fs = std::filesystem;
using proto::fail;
using proto::Result;
using proto::Sha256;
using proto::Status;
using proto::Unit;

constexpr std::size_t kCopyBlockBytes = 1U << 16U;

StoreError from_errno(int error) {
  // EFBIG is what a process gets that was given a limit on file size: for the caller the same as "no room".
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) return StoreError::kDiskFull;
  if (error == ENOENT) return StoreError::kNotFound;
  return StoreError::kIo;
}

/// A file descriptor that closes itself.
class Fd {
 public:
  explicit Fd(int fd) : m_fd(fd) {}
  ~Fd() {
    if (m_fd >= 0) ::close(m_fd);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  [[nodiscard]] int get() const { return m_fd; }

 private:
  int m_fd;
};

class Hasher {
 public:
  Hasher() : m_context(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    m_ok = m_context != nullptr && EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr) == 1;
  }
  void add(const void* bytes, std::size_t size) { m_ok = m_ok && EVP_DigestUpdate(m_context.get(), bytes, size) == 1; }
  [[nodiscard]] Sha256 finish() {
    Sha256 sha;
    unsigned int size = 0;
    m_ok = m_ok && EVP_DigestFinal_ex(m_context.get(), sha.bytes.data(), &size) == 1;
    GALLERIA_CHECK(m_ok && size == sha.bytes.size());
    return sha;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> m_context;
  bool m_ok = false;
};

bool write_all(int fd, const std::uint8_t* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

Status<StoreError> sync_folder(const fs::path& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || ::fsync(fd.get()) != 0) return fail(from_errno(errno));
  return Unit{};
}

/// A file being written under tmp/; gone again unless it was renamed.
class Draft {
 public:
  static Result<std::unique_ptr<Draft>, StoreError> create(const fs::path& folder) {
    std::string name = (folder / "draft-XXXXXX").string();
    const int fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd < 0) return fail(from_errno(errno));
    return std::unique_ptr<Draft>(new Draft(fd, name));
  }
  ~Draft() { ::unlink(m_path.c_str()); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  [[nodiscard]] int fd() const { return m_fd.get(); }
  [[nodiscard]] const fs::path& path() const { return m_path; }

 private:
  Draft(int fd, fs::path path) : m_fd(fd), m_path(std::move(path)) {}
  Fd m_fd;
  fs::path m_path;
};

Result<std::string, StoreError> read_whole(const fs::path& path, std::uint64_t bytes_max) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return fail(from_errno(errno));
  std::string text;
  std::array<char, kCopyBlockBytes> block{};
  for (;;) {
    const ssize_t got = ::read(fd.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(from_errno(errno));
    if (got == 0) return text;
    if (text.size() + static_cast<std::size_t>(got) > bytes_max) return fail(StoreError::kTooLarge);
    text.append(block.data(), static_cast<std::size_t>(got));
  }
}

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::string_view to_string(StoreError error) {
  switch (error) {
    case StoreError::kNotFound:
      return "not found";
    case StoreError::kTooLarge:
      return "too large";
    case StoreError::kDiskFull:
      return "disk full";
    case StoreError::kIo:
      return "input/output error";
  }
  return "unknown";
}

Sha256 sha256(std::span<const std::uint8_t> bytes) {
  Hasher hasher;
  hasher.add(bytes.data(), bytes.size());
  return hasher.finish();
}

Result<Store, StoreError> Store::open(const fs::path& root, StageHook hook) {
  std::error_code error;
  fs::remove_all(root / "tmp", error);
  if (!error) fs::create_directories(root / "tmp", error);
  if (error) return fail(from_errno(error.value()));
  return Store(root, hook);
}

Status<StoreError> Store::publish(int fd, const fs::path& temporary, const fs::path& target) {
  reached(Stage::kWritten);
  if (::fsync(fd) != 0) return fail(from_errno(errno));
  reached(Stage::kSynced);
  const fs::path folder = target.parent_path();
  if (::mkdir(folder.c_str(), 0755) == 0) {
    if (const auto status = sync_folder(m_root); !status) return status;
  } else if (errno != EEXIST) {
    return fail(from_errno(errno));
  }
  if (::fchmod(fd, 0644) != 0 || ::rename(temporary.c_str(), target.c_str()) != 0) return fail(from_errno(errno));
  reached(Stage::kRenamed);
  return sync_folder(folder);
}

Result<Stored, StoreError> Store::put_file(const fs::path& file, std::uint64_t bytes_max) {
  const Fd in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return fail(from_errno(errno));
  auto draft = Draft::create(m_root / "tmp");
  if (!draft) return fail(draft.error());
  reached(Stage::kCreated);
  Hasher hasher;
  std::uint64_t bytes = 0;
  std::array<std::uint8_t, kCopyBlockBytes> block{};
  for (;;) {
    const ssize_t got = ::read(in.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(from_errno(errno));
    if (got == 0) break;
    bytes += static_cast<std::uint64_t>(got);
    if (bytes > bytes_max) return fail(StoreError::kTooLarge);
    hasher.add(block.data(), static_cast<std::size_t>(got));
    if (!write_all((*draft)->fd(), block.data(), static_cast<std::size_t>(got))) return fail(from_errno(errno));
  }
  const Sha256 sha = hasher.finish();
  if (has(sha)) return Stored{sha, bytes};
  if (const auto status = publish((*draft)->fd(), (*draft)->path(), path_of(sha)); !status) return fail(status.error());
  return Stored{sha, bytes};
}

Result<Stored, StoreError> Store::put(std::span<const std::uint8_t> bytes) {
  const Sha256 sha = sha256(bytes);
  if (has(sha)) return Stored{sha, bytes.size()};
  auto draft = Draft::create(m_root / "tmp");
  if (!draft) return fail(draft.error());
  reached(Stage::kCreated);
  if (!write_all((*draft)->fd(), bytes.data(), bytes.size())) return fail(from_errno(errno));
  if (const auto status = publish((*draft)->fd(), (*draft)->path(), path_of(sha)); !status) return fail(status.error());
  return Stored{sha, bytes.size()};
}

fs::path Store::path_of(const Sha256& sha) const {
  const std::string hex = sha.hex();
  return m_root / hex.substr(0, 2) / hex;
}

bool Store::has(const Sha256& sha) const {
  struct stat info {};
  return ::stat(path_of(sha).c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

Result<std::string, StoreError> Store::read(const Sha256& sha, std::uint64_t bytes_max) const {
  auto text = read_whole(path_of(sha), bytes_max);
  if (text && sha256(as_bytes(*text)) != sha) return fail(StoreError::kIo);
  return text;
}

Status<StoreError> Store::put_note(const Sha256& sha, std::string_view tag, std::string_view json) {
  GALLERIA_CHECK(json.size() <= kNoteBytesMax);
  auto draft = Draft::create(m_root / "tmp");
  if (!draft) return fail(draft.error());
  reached(Stage::kCreated);
  const auto bytes = as_bytes(json);
  if (!write_all((*draft)->fd(), bytes.data(), bytes.size())) return fail(from_errno(errno));
  return publish((*draft)->fd(), (*draft)->path(), path_of(sha).string() + "." + std::string(tag));
}

Result<std::string, StoreError> Store::note(const Sha256& sha, std::string_view tag) const {
  return read_whole(path_of(sha).string() + "." + std::string(tag), kNoteBytesMax);
}

Result<fs::path, StoreError> Store::make_temporary_folder() {
  std::string name = (m_root / "tmp" / "job-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return fail(from_errno(errno));
  return fs::path(name);
}

std::optional<std::string_view> media_type(std::string_view ending) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes = {{
      {"glb", "model/gltf-binary"},
      {"webp", "image/webp"},
      {"png", "image/png"},
      {"jpg", "image/jpeg"},
      {"json", "application/json"},
      {"bin", "application/octet-stream"},
  }};
  for (const auto& [known, type] : kTypes) {
    if (known == ending) return type;
  }
  return std::nullopt;
}

}  // namespace assets
