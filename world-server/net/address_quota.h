/// What one address may take: open connections, new connections and requests a second. Addresses are numeric text; an
/// IPv6 address counts by its first 64 bits, since one household owns them all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "client-proto/core/time.h"
#include "world-server/net/limits.h"
#include "world-server/net/token_bucket.h"

namespace world::net {

struct QuotaRules {
  std::uint32_t connections_max = kConnectionsPerAddressMax;
  double connects_per_s = kConnectsPerSecond;
  double connects_burst = kConnectsBurst;
  double requests_per_s = kRequestsPerSecond;
  double requests_burst = kRequestsBurst;
  std::size_t addresses_max = kAddressesMax;

  /// The defaults, with the rates in step with how many connections one address may hold: a school or a load test
  /// behind one address needs more of everything.
  [[nodiscard]] static QuotaRules for_connections(std::uint32_t connections_max);
};

/// The part of an address that quotas count by.
[[nodiscard]] std::string quota_key(std::string_view address);

class AddressQuota {
 public:
  explicit AddressQuota(QuotaRules rules) : m_rules(rules) {}

  /// True if the address may open one more connection; it is then counted until `release`.
  [[nodiscard]] bool connect(std::string_view address, proto::TimeUs now);
  void release(std::string_view address);
  [[nodiscard]] bool request(std::string_view address, proto::TimeUs now);
  /// Forgets the addresses that have nothing open and full buckets.
  void sweep(proto::TimeUs now);
  [[nodiscard]] std::size_t size() const { return m_entries.size(); }

 private:
  struct Entry {
    std::uint32_t open = 0;
    TokenBucket connects;
    TokenBucket requests;
  };
  Entry& entry(std::string_view address);

  QuotaRules m_rules;
  std::unordered_map<std::string, Entry> m_entries;
};

}  // namespace world::net
