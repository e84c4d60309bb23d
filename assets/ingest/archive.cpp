#include "assets/ingest/archive.h"

#include <sys/stat.h>
#include <zip.h>

#include <array>
#include <memory>
#include <string>

namespace assets {
namespace {

constexpr std::size_t kPathBytesMax = 240;
/// Below this size a high ratio is harmless: a flat picture of one colour packs very well.
constexpr std::uint64_t kRatioFreeBytes = 1U << 20U;

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;

Archive open_archive(std::span<const std::uint8_t> bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (archive == nullptr && source != nullptr) zip_source_free(source);
  zip_error_fini(&error);
  return {archive, zip_discard};
}

bool is_link_or_device(zip_t* archive, zip_uint64_t index) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(archive, index, 0, &system, &attributes) != 0) return false;
  if (system != ZIP_OPSYS_UNIX) return false;
  const std::uint32_t kind = (attributes >> 16U) & S_IFMT;
  return kind != 0 && kind != S_IFREG && kind != S_IFDIR;
}

/// What the tools of the two big desktop systems leave in archives without being asked.
bool is_litter(std::string_view path) {
  return path.starts_with("__MACOSX/") || path.ends_with(".DS_Store") || path.ends_with("Thumbs.db");
}

class Unpacker {
 public:
  Unpacker(zip_t* archive, const ArchiveLimits& limits, FileSet& out, Report& report)
      : m_archive(archive), m_limits(limits), m_out(out), m_report(report) {}

  bool entry(zip_uint64_t index) {
    zip_stat_t info;
    zip_stat_init(&info);
    if (zip_stat_index(m_archive, index, ZIP_FL_ENC_GUESS, &info) != 0 || (info.valid & ZIP_STAT_NAME) == 0) {
      m_report.error("archive.broken", "", "An entry of the archive cannot be read.", "Pack the folder again.");
      return false;
    }
    const std::string name = info.name;
    const ResolvedPath path = resolve("", name);
    if (name.size() > kPathBytesMax || path.reference != Reference::kInside) {
      m_report.error("archive.path", name, "This entry's name leads out of the archive or is too long.",
                     "Pack the folder itself, with plain relative names.");
      return false;
    }
    if (is_link_or_device(m_archive, index)) {
      m_report.error("archive.link", name, "This entry is a link or a device, not a file.",
                     "Replace links by the files they point to.");
      return false;
    }
    if (name.ends_with('/') || is_litter(name)) return true;
    if (ending_of(name) == "zip" || ending_of(name) == "7z" || ending_of(name) == "rar") {
      m_report.error("archive.nested", name, "An archive inside the archive is not opened.",
                     "Put the model's files directly into one zip.");
      return false;
    }
    if ((info.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && info.encryption_method != ZIP_EM_NONE) {
      m_report.error("archive.encrypted", name, "This entry is encrypted.", "Pack without a password.");
      return false;
    }
    return content(index, info, path.path);
  }

 private:
  bool content(zip_uint64_t index, const zip_stat_t& info, const std::string& path) {
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(zip_fopen_index(m_archive, index, 0), zip_fclose);
    Bytes bytes;
    std::array<std::uint8_t, 1U << 16U> block{};
    zip_int64_t got = file == nullptr ? -1 : zip_fread(file.get(), block.data(), block.size());
    while (got > 0) {
      m_total += static_cast<std::uint64_t>(got);
      if (!within_limits(bytes.size() + static_cast<std::uint64_t>(got), info, path)) return false;
      bytes.insert(bytes.end(), block.begin(), block.begin() + got);
      got = zip_fread(file.get(), block.data(), block.size());
    }
    if (got < 0) {
      m_report.error("archive.broken", path, "This entry is damaged.", "Pack the folder again.");
      return false;
    }
    if (!m_out.files.emplace(path, std::move(bytes)).second) {
      m_report.error("archive.name-twice", path, "Two entries have this name.", "Give every file its own name.");
      return false;
    }
    return true;
  }

  bool within_limits(std::uint64_t bytes, const zip_stat_t& info, const std::string& path) {
    if (m_total > m_limits.unpacked_bytes_max) {
      m_report.error("archive.too-large", path,
                     "The archive unpacks to more than " + std::to_string(m_limits.unpacked_bytes_max >> 20U) + " MiB.",
                     "Leave out what the model does not need, and use smaller textures.");
      return false;
    }
    const std::uint64_t packed = (info.valid & ZIP_STAT_COMP_SIZE) != 0 ? info.comp_size : 0;
    if (bytes > kRatioFreeBytes && bytes > packed * m_limits.ratio_max) {
      m_report.error("archive.ratio", path, "This entry unpacks to far more than a model or picture would.",
                     "Check the file; if it is right, store it without compression.");
      return false;
    }
    return true;
  }

  zip_t* m_archive;
  const ArchiveLimits& m_limits;
  FileSet& m_out;
  Report& m_report;
  std::uint64_t m_total = 0;
};

}  // namespace

bool unpack(std::span<const std::uint8_t> zip, const ArchiveLimits& limits, FileSet& out, Report& report) {
  const Archive archive = open_archive(zip);
  if (archive == nullptr) {
    report.error("archive.broken", "", "The file is not a whole zip archive.", "Pack the folder again and upload it.");
    return false;
  }
  const zip_int64_t entries = zip_get_num_entries(archive.get(), 0);
  if (entries <= 0 || static_cast<std::uint64_t>(entries) > limits.entries_max) {
    report.error("archive.entries", "",
                 "The archive has " + std::to_string(entries) + " entries; 1 to " + std::to_string(limits.entries_max) +
                     " are allowed.",
                 "Pack only the model, its materials and its textures.");
    return false;
  }
  Unpacker unpacker(archive.get(), limits, out, report);
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(entries); ++i) {
    if (!unpacker.entry(i)) return false;
  }
  return true;
}

}  // namespace assets
