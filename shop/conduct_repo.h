/// Rows of who keeps order in the world and who may not come in: the mall's human staff, and bans with who made them,
/// when, why and until when. One function per query; SQL stays in here. A short ban is called a kick. A ban
/// also holds for guests of the network address, as a keyed hash: nobody can read the address from it, and it goes with
/// the ban.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client-proto/core/ids.h"
#include "client-proto/core/time.h"

namespace soci {
class session;
}

namespace shop::conduct {

constexpr int kBansMax = 10'000;  ///< at once; the one that ends first gives way

struct StaffMember {
  proto::AccountId account;
  std::string email;
  proto::TimeUs granted;
};

struct Ban {
  proto::AccountId account;
  bool is_kick = false;
  std::string name;  ///< as the person was called then; may be empty
  std::string by;    ///< "operator", or the account of a member of staff
  proto::TimeUs made;
  proto::TimeUs until;
  std::string reason;
  std::string address_hash;  ///< empty: of the account alone
};

void grant_staff(soci::session& db, const proto::AccountId& account, proto::TimeUs now);
void revoke_staff(soci::session& db, const proto::AccountId& account);
[[nodiscard]] bool is_staff(soci::session& db, const proto::AccountId& account);
[[nodiscard]] std::vector<StaffMember> staff(soci::session& db);

/// One for each account: a newer one replaces it only when it lasts longer. Nothing happens for an unknown account.
void put_ban(soci::session& db, const Ban& ban);
[[nodiscard]] std::optional<Ban> ban_of_account(soci::session& db, const proto::AccountId& account, proto::TimeUs now);
[[nodiscard]] std::optional<Ban> ban_of_address(soci::session& db, std::string_view address_hash, proto::TimeUs now);
/// Newest first.
[[nodiscard]] std::vector<Ban> bans(soci::session& db, proto::TimeUs now, int rows_max);
/// False when there was none.
[[nodiscard]] bool lift_ban(soci::session& db, const proto::AccountId& account);
/// A guest turned out to be somebody: of their bans the longer one holds.
void move_ban(soci::session& db, const proto::AccountId& from, const proto::AccountId& to);
void delete_ended_bans(soci::session& db, proto::TimeUs now);

}  // namespace shop::conduct
