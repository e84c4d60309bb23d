/// Rows of whom somebody has muted or blocked in the world. One function per query; SQL stays in here. The list belongs
/// to the account and is bounded: the oldest entry gives way. A guest's list ends with the guest's session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "client-proto/core/ids.h"
#include "client-proto/core/time.h"

namespace soci {
class session;
}

namespace shop::relations {

constexpr int kRelationsMax = 256;  ///< of one account
constexpr std::uint8_t kMutedFlag = 1;
constexpr std::uint8_t kBlockedFlag = 2;

struct Relation {
  proto::AccountId other;
  std::uint8_t flags = 0;
  std::string name{};       ///< as the other was called when this was wished last; may be empty
  proto::TimeUs changed{};  ///< given by `put`
  bool operator==(const Relation&) const = default;
};

/// Oldest first.
[[nodiscard]] std::vector<Relation> of_account(soci::session& db, const proto::AccountId& account);
/// No flags: the row goes. Accounts that the shop does not know are left alone.
void put(soci::session& db, const proto::AccountId& account, const Relation& relation, proto::TimeUs now);
/// A guest turned out to be somebody: what the guest wanted, and what others wanted of the guest, is theirs.
void move(soci::session& db, const proto::AccountId& from, const proto::AccountId& to);
/// Forgets the lists of guests whose last session is over.
void forget_gone_guests(soci::session& db);

}  // namespace shop::relations
