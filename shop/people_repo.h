/// Rows of people: accounts, sessions, login codes. One function per query; SQL stays in here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shop/model.h"

namespace soci {
class session;
}

namespace shop::people {

/// A guest: no e-mail address.
void insert_account(soci::session& db, const proto::AccountId& id, proto::TimeUs now);
[[nodiscard]] std::optional<proto::AccountId> account_by_email(soci::session& db, std::string_view email);
/// Empty for a guest and for nobody.
[[nodiscard]] std::string email_of(soci::session& db, const proto::AccountId& id);
void set_email(soci::session& db, const proto::AccountId& id, std::string_view email);

void insert_session(soci::session& db, const Session& session, proto::TimeUs now);
/// Nothing for a session that is unknown or over.
[[nodiscard]] std::optional<Session> session(soci::session& db, std::string_view token_hash, proto::TimeUs now);
void set_look(soci::session& db, std::string_view token_hash, const Look& look);
/// The session goes on under a new token and, after a login, for another account; the old token is worth nothing.
void renew_session(soci::session& db, std::string_view old_hash, std::string_view new_hash,
                   const proto::AccountId& account, proto::TimeUs expires);
void delete_expired_sessions(soci::session& db, proto::TimeUs now);

/// Six digits, sent to an address, good for the one browser that asked.
struct LoginCode {
  std::string session;  ///< token hash
  std::string email;
  std::string code_hash;
  proto::TimeUs expires;
  std::int64_t tries_left = 0;
};
[[nodiscard]] std::optional<LoginCode> login_code(soci::session& db, std::string_view session);
/// A newer code replaces the older one.
void put_login_code(soci::session& db, const LoginCode& code);
void set_tries_left(soci::session& db, std::string_view session, std::int64_t tries_left);
void delete_login_code(soci::session& db, std::string_view session);

/// A guest became an account; whoever keeps things of the guest elsewhere has yet to hear of it.
struct AccountMove {
  std::int64_t id = 0;
  proto::AccountId from;
  proto::AccountId to;
};
void insert_account_move(soci::session& db, const proto::AccountId& from, const proto::AccountId& to,
                         proto::TimeUs now);
/// Oldest first.
[[nodiscard]] std::vector<AccountMove> account_moves(soci::session& db, int rows_max);
void delete_account_move(soci::session& db, std::int64_t id);

}  // namespace shop::people
