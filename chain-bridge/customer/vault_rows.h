/// How the vault's files write and read its rows. Ids are 0x and hexadecimal digits, times are UTC microseconds (*_us).
/// What the database gives back was written by us; anything else means that it was tampered with or is broken.
#pragma once

#include <soci/soci.h>

#include "chain-bridge/customer/vault.h"
#include "client-proto/core/check.h"

namespace chain::vault_rows {

constexpr std::size_t kBoxBytesMax = kPayloadBytesMax + 256;

template <class T>
T trusted(std::optional<T> value) {
  GALLERIA_CHECK(value.has_value());
  return std::move(*value);
}

[[nodiscard]] inline std::uint64_t seconds_of(proto::TimeUs time) {
  return static_cast<std::uint64_t>(time.us / 1'000'000);
}

/// Consents; `condition` is SQL behind SELECT, its one parameter is `value`.
[[nodiscard]] std::vector<Consent> consents_where(soci::session& db, const std::string& condition,
                                                  const std::string& value);

}  // namespace chain::vault_rows
