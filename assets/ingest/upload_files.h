/// Assimp's window to the world: the files of one upload, in memory, and nothing else. It remembers what was asked for
/// and not there, so that the report can say so.
#pragma once

#include <assimp/IOStream.hpp>
#include <assimp/IOSystem.hpp>
#include <set>
#include <string>

#include "assets/ingest/files.h"

namespace assets {

struct RefusedPaths {
  std::set<std::string> outside;  ///< as written; leads out of the upload
  std::set<std::string> missing;  ///< inside, but not there
};

class UploadFiles final : public Assimp::IOSystem {
 public:
  /// Both outlive this object.
  UploadFiles(const FileSet& files, RefusedPaths& refused) : m_files(files), m_refused(refused) {}

  bool Exists(const char* path) const override;
  char getOsSeparator() const override { return '/'; }
  Assimp::IOStream* Open(const char* path, const char* mode) override;
  void Close(Assimp::IOStream* file) override { delete file; }

 private:
  const FileSet& m_files;
  RefusedPaths& m_refused;
};

}  // namespace assets
