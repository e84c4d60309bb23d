/// The content-addressed store: every file is named by the SHA-256 of its bytes, so the same bytes are kept once, a
/// name can be cached for ever, and what was written is never changed. Layout under the root (data/assets):
///
///     <2 hex>/<64 hex>          bytes
///     <2 hex>/<64 hex>.<tag>    a small JSON note about these bytes (what was cooked from them, with which wishes)
///     tmp/                      what is being written; emptied when the store is opened
///
/// A file appears under its name only after all its bytes are on disk (write, fsync, rename, fsync of the folder), so a
/// full disk or a kill at any moment leaves either the whole file or none. Safe to use from several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "client-proto/core/ids.h"
#include "client-proto/core/result.h"

namespace assets {

enum class StoreError : std::uint8_t {
  kNotFound,
  kTooLarge,
  kDiskFull,
  kIo,
};

[[nodiscard]] std::string_view to_string(StoreError error);

struct Stored {
  proto::Sha256 sha;
  std::uint64_t bytes = 0;
};

/// A note is at most this long.
constexpr std::size_t kNoteBytesMax = 1U << 20U;

class Store {
 public:
  /// Moments at which a test may end the process, to prove that nothing is lost.
  enum class Stage : std::uint8_t { kCreated, kWritten, kSynced, kRenamed };
  using StageHook = void (*)(Stage);

  /// Creates the folders, and removes what an earlier run left half-written.
  [[nodiscard]] static proto::Result<Store, StoreError> open(const std::filesystem::path& root,
                                                             StageHook hook = nullptr);

  /// Copies a file in, at most `bytes_max` of it.
  [[nodiscard]] proto::Result<Stored, StoreError> put_file(const std::filesystem::path& file, std::uint64_t bytes_max);
  [[nodiscard]] proto::Result<Stored, StoreError> put(std::span<const std::uint8_t> bytes);

  /// Where the bytes are, whether or not they exist.
  [[nodiscard]] std::filesystem::path path_of(const proto::Sha256& sha) const;
  [[nodiscard]] bool has(const proto::Sha256& sha) const;
  /// Reads at most `bytes_max`, and checks that the bytes still have their name.
  [[nodiscard]] proto::Result<std::string, StoreError> read(const proto::Sha256& sha, std::uint64_t bytes_max) const;

  /// Writes or replaces the note `tag` (letters, digits and '-') of these bytes.
  [[nodiscard]] proto::Status<StoreError> put_note(const proto::Sha256& sha, std::string_view tag,
                                                   std::string_view json);
  [[nodiscard]] proto::Result<std::string, StoreError> note(const proto::Sha256& sha, std::string_view tag) const;

  /// A fresh private folder (0700) under tmp/, for one job.
  [[nodiscard]] proto::Result<std::filesystem::path, StoreError> make_temporary_folder();

 private:
  Store(std::filesystem::path root, StageHook hook) : m_root(std::move(root)), m_hook(hook) {}
  void reached(Stage stage) const {
    if (m_hook != nullptr) m_hook(stage);
  }
  proto::Status<StoreError> publish(int fd, const std::filesystem::path& temporary,
                                    const std::filesystem::path& target);

  std::filesystem::path m_root;
  StageHook m_hook;
};

/// SHA-256 (FIPS 180-4) of bytes.
[[nodiscard]] proto::Sha256 sha256(std::span<const std::uint8_t> bytes);

/// The media type for a file ending without dot ("glb" -> "model/gltf-binary"); nothing for endings we never serve.
[[nodiscard]] std::optional<std::string_view> media_type(std::string_view ending);

}  // namespace assets
