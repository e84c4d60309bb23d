/// How the vault's files write and read its rows. Ids are 0x and hexadecimal digits, times are UTC microseconds (*_us).
#pragma once

#include <soci/soci.h>

#include "chain-bridge/customer/vault.h"
#include "chain-bridge/database/open_database.h"

namespace chain {

/// When an entry is due that is put into no batch any more, because its consent was withdrawn.
constexpr proto::TimeUs kNeverDue{INT64_MAX};
constexpr std::size_t kBoxBytesMax = kPayloadBytesMax + 256;

[[nodiscard]] inline std::uint64_t whole_seconds(proto::TimeUs time) {
  return static_cast<std::uint64_t>(time.us / 1'000'000);
}

/// Consents; `condition` is SQL behind SELECT, its one parameter is `value`.
[[nodiscard]] std::vector<Consent> consents_where(soci::session& db, const std::string& condition,
                                                  const std::string& value);

}  // namespace chain
