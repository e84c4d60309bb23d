#include <array>
#include <string>

#include "shop/conduct_repo.h"
#include "shop/login.h"
#include "shop/order_repo.h"
#include "shop/people_repo.h"
#include "shop/relations_repo.h"
#include "shop/secret.h"
#include "world-server/api/answers.h"
#include "world-server/api/consent_door.h"
#include "world-server/api/cookies.h"
#include "world-server/api/handlers.h"
#include "world-server/api/json_read.h"
#include "world-server/api/mailer.h"
#include "world-server/api/problem.h"

namespace world {
namespace {

constexpr std::uint32_t kMailsPerSessionMax = 3;  ///< in ten minutes
constexpr std::uint32_t kMailsPerAddressMax = 6;  ///< to one e-mail address in an hour
constexpr std::uint32_t kMailsPerPeerMax = 60;    ///< asked for from one network address in an hour

HttpResponse too_many() {
  return problem(429, "too-many-codes", "Too many codes were asked for.", "Use the newest one, or wait ten minutes.");
}

std::string read_email(Fields& fields) {
  std::string email = normal_email(fields.text("email", 3, 254));
  if (!is_email_address(email)) fields.complain("email", "must be one e-mail address");
  return email;
}

/// Hashed under a key that is not in the database, so that a stolen database does not give away six digits.
std::string code_hash(const Parts& parts, const std::string& session, const std::string& email,
                      const std::string& code) {
  return proto::to_hex(shop::hmac_sha256(parts.operator_key, "login/" + session + "/" + email + "/" + code));
}

/// From what costs most to have many of to what can be made up: whoever is stopped at one makes no entry for the next.
bool may_send(Parts& parts, const Call& call, const std::string& email) {
  const std::string& peer = call.request.peer_address;
  const std::string& session = call.session->token_hash;
  return parts.limits.take("mail/peer/" + peer, kMailsPerPeerMax, proto::hours(1), call.now()) &&
         parts.limits.take("mail/session/" + session, kMailsPerSessionMax, proto::minutes(10), call.now()) &&
         parts.limits.take("mail/to/" + email, kMailsPerAddressMax, proto::hours(1), call.now());
}

Mail code_mail(const std::string& to, const std::string& code) {
  return {to, "Your code: " + code,
          "Your code for the mall is\n\n    " + code +
              "\n\nIt is good for ten minutes, in the browser that asked for it.\n"
              "If you did not ask for it, nothing needs to be done.\n"};
}

HttpResponse login_refused(shop::LoginStatus status) {
  switch (status) {
    case shop::LoginStatus::kWrongCode:
      return problem(403, "wrong-code", "That code is not right.", "Look at the newest mail and try again.");
    case shop::LoginStatus::kNoTriesLeft:
      return problem(403, "no-tries-left", "Too many wrong codes.", "Ask for a new code.");
    case shop::LoginStatus::kExpired:
      return problem(403, "code-expired", "The code is too old.", "Ask for a new code.");
    case shop::LoginStatus::kNoCode:
    case shop::LoginStatus::kOk:
      break;
  }
  return problem(403, "no-code", "No code was asked for here.",
                 "Ask for one in this browser, with POST /api/login/email.");
}

/// The account that belongs to the proved address: an existing one, or this session's own, which gets the address.
proto::AccountId log_in(Parts& parts, soci::session& db, const shop::Session& session, const std::string& email,
                        proto::TimeUs now) {
  const auto known = shop::people::account_by_email(db, email);
  const bool guest = session.email.empty();
  proto::AccountId account = known.value_or(session.account);
  if (!known && !guest) {
    account = parts.random_id<proto::AccountId>();
    shop::people::insert_account(db, account, now);
  }
  if (!known) shop::people::set_email(db, account, email);
  if (known && guest) {
    shop::orders::move_orders(db, session.account, account);
    shop::relations::move(db, session.account, account);
    shop::conduct::move_ban(db, session.account, account);
    shop::people::insert_account_move(db, session.account, account, now);
  }
  shop::orders::move_orders_of_email(db, email, account);
  return account;
}

}  // namespace

HttpResponse post_login_email(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  const std::string email = read_email(fields);
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);
  if (parts.config.mail_url.empty()) {
    return problem(409, "no-mail", "This server sends no mail.", "Ask the operator to configure a mail server.");
  }
  const std::string& session = call.session->token_hash;
  if (!may_send(parts, call, email)) return too_many();
  const std::string code = shop::draw_login_code(parts.config.random);
  shop::people::put_login_code(parts.db(), {session, email, code_hash(parts, session, email, code),
                                            call.now() + shop::kLoginCodeLife, shop::kLoginTriesMax});
  if (!parts.postman->send(MailErrand{code_mail(email, code)})) {
    return problem(503, "mail-busy", "Too many mails are waiting.", "Try again in a moment.");
  }
  return ok_json({{"sent", true}}, 202);
}

HttpResponse post_login_code(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  const std::string email = read_email(fields);
  const std::string code = fields.text("code", 1, 16);
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);

  const std::string& session = call.session->token_hash;
  const auto stored = shop::people::login_code(parts.db(), session);
  const std::string given = code_hash(parts, session, email, code);
  const shop::LoginStatus status = shop::check_login_code(stored, given, call.now());
  if (status == shop::LoginStatus::kWrongCode) {
    shop::people::set_tries_left(parts.db(), session, stored->tries_left - 1);
  }
  if (status != shop::LoginStatus::kOk) return login_refused(status);

  // The session goes on under a new cookie: whoever knew the old one is not logged in with the shopper.
  const std::string token = fresh_token(parts);
  const std::string token_hash = shop::sha256_hex(token);
  parts.store->in_one_transaction([&](soci::session& db) {
    shop::people::delete_login_code(db, session);
    const proto::AccountId account = log_in(parts, db, *call.session, email, call.now());
    shop::people::renew_session(db, session, token_hash, account, call.now() + shop::kSessionLife);
  });
  (void)finish_account_moves(parts, call.now());  // what the vault cannot take now, the next tick carries
  const auto renewed = shop::people::session(parts.db(), token_hash, call.now());
  const bool was_guest = call.session->email.empty();
  if (was_guest && renewed->account != call.session->account) {
    parts.door_orders.push_back(MovedOn{call.session->account});
  }
  HttpResponse response = ok_json(session_json(parts, call, &*renewed));
  response.headers.push_back(session_cookie(token, call.request.secure));
  return response;
}

}  // namespace world
