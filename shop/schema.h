/// The shape of the shop's database, versioned: each migration brings a database from one version to the next, inside
/// one transaction, and the version is SQLite's own `user_version`. A database of a newer program is refused, never
/// touched.
#pragma once

#include <string>

#include "client-proto/core/result.h"

namespace soci {
class session;
}

namespace shop {

/// Brings the database to the newest version. The error is a sentence for the operator.
[[nodiscard]] proto::Status<std::string> migrate(soci::session& db);
[[nodiscard]] int schema_version(soci::session& db);
/// The version that this program writes.
[[nodiscard]] int schema_version_newest();

}  // namespace shop
