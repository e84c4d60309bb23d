/// Unpacks a zip into memory under limits. Sizes stated by the archive are never believed: bytes are counted as they
/// come.
#pragma once

#include <cstdint>
#include <span>

#include "assets/ingest/files.h"
#include "assets/report.h"

namespace assets {

struct ArchiveLimits {
  std::uint32_t entries_max = 512;
  std::uint64_t unpacked_bytes_max = 256U << 20U;
  std::uint32_t ratio_max = 200;
};

/// Fills `out`; false with an error in `report` when the archive is broken or asks for too much.
[[nodiscard]] bool unpack(std::span<const std::uint8_t> zip, const ArchiveLimits& limits, FileSet& out, Report& report);

}  // namespace assets
