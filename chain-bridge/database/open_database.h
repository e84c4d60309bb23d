/// Opening a SQLite database of the bridge: WAL with synchronous=FULL, so that what was answered survives a power cut,
/// and one schema version that is made when the file is new and must match when it is not.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "client-proto/core/check.h"
#include "client-proto/core/result.h"

namespace soci {
class session;
}

namespace chain {

struct DatabaseShape {
  int schema_version = 1;
  std::span<const char* const> schema;  ///< statements, run in one transaction when the file is new
  bool secure_delete = false;           ///< overwrite what is deleted, in the log of an earlier process too
};

/// The error is a sentence for the operator that names the path.
[[nodiscard]] proto::Result<std::unique_ptr<soci::session>, std::string> open_database(const std::string& path,
                                                                                       const DatabaseShape& shape);

/// What the database gives back was written by us; anything else means that it was tampered with or is broken.
template <class T>
T trusted(std::optional<T> value) {
  GALLERIA_CHECK(value.has_value());
  return std::move(*value);
}

/// The write-ahead log still holds old pages after a deletion; folding it in overwrites them. False if that was not
/// done, because another connection still reads the old pages or the disk refuses; then it is to be tried again. Waits
/// for others a few milliseconds at most.
[[nodiscard]] bool fold_log(soci::session& db);

}  // namespace chain
