#include "shop/people_repo.h"

#include <soci/soci.h>

#include "client-proto/core/check.h"

namespace shop::people {

using soci::into;
using soci::use;

void insert_account(soci::session& db, const proto::AccountId& id, proto::TimeUs now) {
  const std::string key = id.hex();
  const long long created_us = now.us;
  db << "INSERT INTO accounts(id, email, created_us) VALUES(:id, NULL, :created)", use(key), use(created_us);
}

std::optional<proto::AccountId> account_by_email(soci::session& db, std::string_view email) {
  const std::string address(email);
  std::string id;
  db << "SELECT id FROM accounts WHERE email = :email", use(address), into(id);
  if (!db.got_data()) return std::nullopt;
  return proto::AccountId::parse(id);
}

std::string email_of(soci::session& db, const proto::AccountId& id) {
  const std::string key = id.hex();
  std::string email;
  db << "SELECT COALESCE(email, '') FROM accounts WHERE id = :id", use(key), into(email);
  return email;
}

void set_email(soci::session& db, const proto::AccountId& id, std::string_view email) {
  const std::string key = id.hex();
  const std::string address(email);
  db << "UPDATE accounts SET email = :email WHERE id = :id", use(address), use(key);
}

void insert_session(soci::session& db, const Session& session, proto::TimeUs now) {
  const std::string account = session.account.hex();
  const int shape = session.look.shape;
  const int tint = session.look.tint;
  const long long created_us = now.us;
  const long long expires_us = session.expires.us;
  db << "INSERT INTO sessions(token_hash, account, name, shape, tint, created_us, expires_us) "
        "VALUES(:hash, :account, :name, :shape, :tint, :created, :expires)",
      use(session.token_hash), use(account), use(session.look.name), use(shape), use(tint), use(created_us),
      use(expires_us);
}

std::optional<Session> session(soci::session& db, std::string_view token_hash, proto::TimeUs now) {
  const std::string key(token_hash);
  const long long now_us = now.us;
  Session row;
  std::string account;
  int shape = 0;
  int tint = 0;
  long long expires_us = 0;
  db << "SELECT s.token_hash, s.account, COALESCE(a.email, ''), s.name, s.shape, s.tint, s.expires_us FROM sessions s "
        "JOIN accounts a ON a.id = s.account WHERE s.token_hash = :hash AND s.expires_us > :now",
      use(key), use(now_us), into(row.token_hash), into(account), into(row.email), into(row.look.name), into(shape),
      into(tint), into(expires_us);
  if (!db.got_data()) return std::nullopt;
  const auto id = proto::AccountId::parse(account);
  GALLERIA_CHECK(id.has_value());
  row.account = *id;
  row.look.shape = static_cast<std::uint8_t>(shape);
  row.look.tint = static_cast<std::uint8_t>(tint);
  row.expires = {expires_us};
  return row;
}

void set_look(soci::session& db, std::string_view token_hash, const Look& look) {
  const std::string key(token_hash);
  const int shape = look.shape;
  const int tint = look.tint;
  db << "UPDATE sessions SET name = :name, shape = :shape, tint = :tint WHERE token_hash = :hash", use(look.name),
      use(shape), use(tint), use(key);
}

void renew_session(soci::session& db, std::string_view old_hash, std::string_view new_hash,
                   const proto::AccountId& account, proto::TimeUs expires) {
  const std::string old_key(old_hash);
  const std::string new_key(new_hash);
  const std::string account_id = account.hex();
  const long long expires_us = expires.us;
  db << "UPDATE sessions SET token_hash = :new, account = :account, expires_us = :expires WHERE token_hash = :old",
      use(new_key), use(account_id), use(expires_us), use(old_key);
}

void delete_expired_sessions(soci::session& db, proto::TimeUs now) {
  const long long now_us = now.us;
  db << "DELETE FROM sessions WHERE expires_us <= :now", use(now_us);
}

std::optional<LoginCode> login_code(soci::session& db, std::string_view session) {
  const std::string key(session);
  LoginCode row;
  long long expires_us = 0;
  long long tries_left = 0;
  db << "SELECT session, email, code_hash, expires_us, tries_left FROM login_codes WHERE session = :session", use(key),
      into(row.session), into(row.email), into(row.code_hash), into(expires_us), into(tries_left);
  if (!db.got_data()) return std::nullopt;
  row.expires = {expires_us};
  row.tries_left = tries_left;
  return row;
}

void put_login_code(soci::session& db, const LoginCode& code) {
  const long long expires_us = code.expires.us;
  const long long tries_left = code.tries_left;
  db << "INSERT OR REPLACE INTO login_codes(session, email, code_hash, expires_us, tries_left) "
        "VALUES(:session, :email, :hash, :expires, :tries)",
      use(code.session), use(code.email), use(code.code_hash), use(expires_us), use(tries_left);
}

void set_tries_left(soci::session& db, std::string_view session, std::int64_t tries_left) {
  const std::string key(session);
  const long long tries = tries_left;
  db << "UPDATE login_codes SET tries_left = :tries WHERE session = :session", use(tries), use(key);
}

void delete_login_code(soci::session& db, std::string_view session) {
  const std::string key(session);
  db << "DELETE FROM login_codes WHERE session = :session", use(key);
}

void insert_account_move(soci::session& db, const proto::AccountId& from, const proto::AccountId& to,
                         proto::TimeUs now) {
  const std::string from_id = from.hex();
  const std::string to_id = to.hex();
  const long long now_us = now.us;
  db << "INSERT INTO account_moves(from_account, to_account, created_us) VALUES(:from, :to, :now)", use(from_id),
      use(to_id), use(now_us);
}

std::vector<AccountMove> account_moves(soci::session& db, int rows_max) {
  long long id = 0;
  std::string from;
  std::string to;
  soci::statement statement =
      (db.prepare << "SELECT id, from_account, to_account FROM account_moves ORDER BY id LIMIT :rows", into(id),
       into(from), into(to), use(rows_max));
  std::vector<AccountMove> out;
  statement.execute();
  while (statement.fetch()) {
    const auto from_id = proto::AccountId::parse(from);
    const auto to_id = proto::AccountId::parse(to);
    GALLERIA_CHECK(from_id && to_id);
    out.push_back({id, *from_id, *to_id});
  }
  return out;
}

void delete_account_move(soci::session& db, std::int64_t id) {
  const long long key = id;
  db << "DELETE FROM account_moves WHERE id = :id", use(key);
}

}  // namespace shop::people
