#include "assets/ingest/upload_files.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>

namespace assets {
namespace {

class MemoryFile final : public Assimp::IOStream {
 public:
  explicit MemoryFile(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}

  size_t Read(void* to, size_t size, size_t count) override {
    if (size == 0) return 0;
    const std::size_t items = std::min(count, (m_bytes.size() - m_at) / size);
    std::memcpy(to, m_bytes.data() + m_at, items * size);
    m_at += items * size;
    return items;
  }
  size_t Write(const void*, size_t, size_t) override { return 0; }
  aiReturn Seek(size_t offset, aiOrigin origin) override {
    std::size_t to = offset;
    if (origin == aiOrigin_CUR) to = m_at + offset;
    if (origin == aiOrigin_END) to = m_bytes.size() - std::min(offset, m_bytes.size());
    if (to > m_bytes.size()) return aiReturn_FAILURE;
    m_at = to;
    return aiReturn_SUCCESS;
  }
  size_t Tell() const override { return m_at; }
  size_t FileSize() const override { return m_bytes.size(); }
  void Flush() override {}

 private:
  std::span<const std::uint8_t> m_bytes;
  std::size_t m_at = 0;
};

}  // namespace

bool UploadFiles::Exists(const char* path) const {
  const ResolvedPath resolved = resolve("", path);
  if (resolved.reference != Reference::kInside) m_refused.outside.insert(path);
  return resolved.reference == Reference::kInside && m_files.find(resolved.path) != nullptr;
}

Assimp::IOStream* UploadFiles::Open(const char* path, const char* mode) {
  if (std::strchr(mode, 'w') != nullptr || std::strchr(mode, 'a') != nullptr) return nullptr;
  const ResolvedPath resolved = resolve("", path);
  if (resolved.reference != Reference::kInside) {
    m_refused.outside.insert(path);
    return nullptr;
  }
  const Bytes* found = m_files.find(resolved.path);
  if (found == nullptr) {
    m_refused.missing.insert(resolved.path);
    return nullptr;
  }
  return new MemoryFile(*found);  // Assimp hands it back to Close()
}

}  // namespace assets
