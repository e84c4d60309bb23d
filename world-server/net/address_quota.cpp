#include "world-server/net/address_quota.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "client-proto/core/hex.h"

namespace world::net {

namespace {
constexpr std::string_view kMappedV4Prefix = "::ffff:";
constexpr std::size_t kV6NetworkBytes = 8;
constexpr const char* kOverflowKey = "overflow";  ///< the bucket of strangers that the table has no room for
}  // namespace

std::string quota_key(std::string_view address) {
  if (address.substr(0, kMappedV4Prefix.size()) == kMappedV4Prefix && address.find('.') != std::string_view::npos) {
    return std::string(address.substr(kMappedV4Prefix.size()));
  }
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, std::string(address).c_str(), bytes.data()) != 1) return std::string(address);
  return proto::to_hex(std::span(bytes).first(kV6NetworkBytes)) + "/64";
}

QuotaRules QuotaRules::for_connections(std::uint32_t connections_max) {
  const double scale = std::max(1.0, static_cast<double>(connections_max) / kConnectionsPerAddressMax);
  QuotaRules rules;
  rules.connections_max = connections_max;
  rules.connects_per_s *= scale;
  rules.connects_burst *= scale;
  rules.requests_per_s *= scale;
  rules.requests_burst *= scale;
  return rules;
}

AddressQuota::Entry& AddressQuota::entry(std::string_view address) {
  std::string key = quota_key(address);
  auto found = m_entries.find(key);
  if (found != m_entries.end()) return found->second;
  if (m_entries.size() >= m_rules.addresses_max) key = kOverflowKey;
  return m_entries
      .try_emplace(std::move(key), Entry{0, TokenBucket(m_rules.connects_per_s, m_rules.connects_burst),
                                         TokenBucket(m_rules.requests_per_s, m_rules.requests_burst),
                                         TokenBucket(kCalmConnectsPerSecond, kCalmConnectsBurst)})
      .first->second;
}

bool AddressQuota::may_connect(std::string_view address, proto::TimeUs now) {
  const auto known = m_entries.find(quota_key(address));
  double idle_lately = 0;
  if (known != m_entries.end()) {
    Entry& e = known->second;
    if (e.open >= m_rules.connections_max || !e.connects.take(now)) return false;
    idle_lately = e.calm.missing_at(now);
  }
  const double kept = idle_lately / kCalmConnectsBurst * kKeptForNewcomers * m_rules.all_connects_burst;
  const bool welcome = m_all_connects.take(now, 1.0, kept);
  // Refused for the first time counts too, once, or thousands would be newcomers until each has been let in; but who
  // is only refused must not fill the table.
  const bool is_known = known != m_entries.end();  // `entry` may move what `known` names
  const bool noted = welcome || (idle_lately < 1.0 && m_entries.size() < m_rules.addresses_max / 2);
  if (!noted) return false;
  Entry& e = entry(address);
  (void)e.calm.take(now);
  if (is_known || !welcome) return welcome;
  // Its first: of strangers that there is no room for, one more among many.
  return e.open < m_rules.connections_max && e.connects.take(now);
}

void AddressQuota::hold(std::string_view address) { ++entry(address).open; }

void AddressQuota::release(std::string_view address) {
  auto found = m_entries.find(quota_key(address));
  // An address with an entry that holds nothing was counted when there was no room for an entry of its own.
  if (found == m_entries.end() || found->second.open == 0) found = m_entries.find(kOverflowKey);
  if (found != m_entries.end() && found->second.open > 0) --found->second.open;
}

bool AddressQuota::request(std::string_view address, proto::TimeUs now) { return entry(address).requests.take(now); }

void AddressQuota::asked(std::string_view address) {
  const auto found = m_entries.find(quota_key(address));
  if (found != m_entries.end()) found->second.calm.give_back();
}

void AddressQuota::sweep(proto::TimeUs now) {
  for (auto it = m_entries.begin(); it != m_entries.end();) {
    const Entry& e = it->second;
    const bool idle = e.open == 0 && e.connects.full_at(now) && e.requests.full_at(now) && e.calm.full_at(now);
    it = idle ? m_entries.erase(it) : std::next(it);
  }
}

}  // namespace world::net
