/// What one address may take: open connections, new connections and requests a second. Addresses are numeric text; an
/// IPv6 address counts by its first 64 bits, since one household owns them all.
///
/// New connections of all addresses together have a bucket besides, whose last tokens are kept for those who have not
/// come for nothing: the more connections an address has opened of late without asking anything, the more it must
/// leave. So who knocks without end, from however many addresses, does not keep out who comes to be served.
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
  double all_connects_per_s = kAllConnectsPerSecond;
  double all_connects_burst = kAllConnectsBurst;
  std::size_t addresses_max = kAddressesMax;

  /// The defaults, with the rates in step with how many connections one address may hold: a school or a load test
  /// behind one address needs more of everything.
  [[nodiscard]] static QuotaRules for_connections(std::uint32_t connections_max);
};

/// The part of an address that quotas count by.
[[nodiscard]] std::string quota_key(std::string_view address);

class AddressQuota {
 public:
  explicit AddressQuota(QuotaRules rules)
      : m_rules(rules), m_all_connects(rules.all_connects_per_s, rules.all_connects_burst) {}

  /// True if the address may open one more connection.
  [[nodiscard]] bool may_connect(std::string_view address, proto::TimeUs now);
  /// It has: counted until `release`.
  void hold(std::string_view address);
  void release(std::string_view address);
  [[nodiscard]] bool request(std::string_view address, proto::TimeUs now);
  /// A connection of the address was not for nothing.
  void asked(std::string_view address);
  /// Forgets the addresses that have nothing open and full buckets.
  void sweep(proto::TimeUs now);
  [[nodiscard]] std::size_t size() const { return m_entries.size(); }

 private:
  struct Entry {
    std::uint32_t open = 0;
    TokenBucket connects;
    TokenBucket requests;
    TokenBucket calm;  ///< empty for who comes often, for nothing
  };
  Entry& entry(std::string_view address);

  QuotaRules m_rules;
  TokenBucket m_all_connects;
  std::unordered_map<std::string, Entry> m_entries;
};

}  // namespace world::net
