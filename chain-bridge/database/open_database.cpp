#include "chain-bridge/database/open_database.h"

#include <fcntl.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace chain {

namespace {

constexpr mode_t kDatabaseMode = 0600;
constexpr int kBusyWait_s = 5;  ///< for the writes of another process
constexpr int kFoldWait_ms = 20;

void make_schema(soci::session& db, const DatabaseShape& shape) {
  int version = 0;
  db << "PRAGMA user_version", soci::into(version);
  if (version == shape.schema_version) return;
  if (version != 0) throw soci::soci_error("it was written by another version of Galleria");
  soci::transaction change(db);
  for (const char* statement : shape.schema) db << statement;
  db << "PRAGMA user_version = " << shape.schema_version;
  change.commit();
}

}  // namespace

proto::Result<std::unique_ptr<soci::session>, std::string> open_database(const std::string& path,
                                                                         const DatabaseShape& shape) {
  // SQLite gives its other files the rights of this one; nobody but the owner has to read any of them.
  const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, kDatabaseMode);
  if (file < 0 || ::fchmod(file, kDatabaseMode) != 0) {
    const std::string reason = std::generic_category().message(errno);
    if (file >= 0) ::close(file);
    return proto::fail("cannot open the database " + path + ": " + reason);
  }
  ::close(file);
  try {
    auto db = std::make_unique<soci::session>(*soci::factory_sqlite3(),
                                              "db=\"" + path + "\" timeout=" + std::to_string(kBusyWait_s));
    std::string mode;
    *db << "PRAGMA journal_mode = WAL", soci::into(mode);
    *db << "PRAGMA synchronous = FULL";
    *db << "PRAGMA foreign_keys = ON";
    if (shape.secure_delete) *db << "PRAGMA secure_delete = ON";
    make_schema(*db, shape);
    // Where somebody reads it, the database opens all the same; its owner folds again.
    if (shape.secure_delete) (void)fold_log(*db);
    return db;
  } catch (const soci::soci_error& error) {
    return proto::fail("cannot open the database " + path + ": " + error.what());
  }
}

bool fold_log(soci::session& db) {
  int busy = 1;
  db << "PRAGMA busy_timeout = " << kFoldWait_ms;
  try {
    db << "PRAGMA wal_checkpoint(TRUNCATE)", soci::into(busy);
  } catch (const soci::soci_error&) {
    busy = 1;
  }
  db << "PRAGMA busy_timeout = " << kBusyWait_s * 1000;
  return busy == 0;
}

}  // namespace chain
