/// Fuzzes unpacking: whatever the bytes, the limits hold, and no name leaves the archive.
#include <cstddef>
#include <cstdint>
#include <span>

#include "assets/ingest/archive.h"
#include "client-proto/core/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const assets::ArchiveLimits limits{16, 1U << 20U, 50};
  assets::FileSet files;
  assets::Report report;
  const bool ok = assets::unpack(std::span(data, size), limits, files, report);
  GALLERIA_CHECK(ok != report.has_errors());
  std::size_t total = 0;
  for (const auto& [name, bytes] : files.files) {
    const auto resolved = assets::resolve("", name);
    GALLERIA_CHECK(resolved.reference == assets::Reference::kInside && resolved.path == name);
    total += bytes.size();
  }
  GALLERIA_CHECK(total <= limits.unpacked_bytes_max);
  return 0;
}
