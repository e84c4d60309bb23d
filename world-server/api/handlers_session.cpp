#include <algorithm>
#include <array>
#include <string>

#include "client-proto/wire/text.h"
#include "shop/people_repo.h"
#include "shop/secret.h"
#include "world-server/api/answers.h"
#include "world-server/api/cookies.h"
#include "world-server/api/handlers.h"
#include "world-server/api/json_read.h"
#include "world-server/api/people_door.h"
#include "world-server/api/problem.h"
#include "world-server/world/port.h"

namespace world {
namespace {

using nlohmann::json;

constexpr std::uint32_t kTicketsPerMinuteMax = 30;  ///< of one session

shop::Look read_look(const json& body, std::vector<FieldError>& errors) {
  Fields fields(body, "", errors);
  shop::Look look;
  look.name = fields.text("name", 1, proto::kNameCodePointsMax);
  look.shape = static_cast<std::uint8_t>(fields.integer("shape", 0, shop::kShapesCount - 1));
  look.tint = static_cast<std::uint8_t>(fields.integer("tint", 0, shop::kTintsCount - 1));
  fields.finish();
  if (errors.empty() && (!proto::is_name(look.name) || look.name.size() > kNameBytesMax)) {
    fields.complain("name", "must not begin or end with a space, and must fit in " + std::to_string(kNameBytesMax) +
                                " bytes of UTF-8");
  }
  return look;
}

}  // namespace

HttpResponse post_session(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  const shop::Look look = read_look(call.body, errors);
  if (!errors.empty()) return invalid_members(errors);
  if (call.session) {
    shop::people::set_look(parts.db(), call.session->token_hash, look);
    call.session->look = look;
    return ok_json(session_json(parts, call, &*call.session));
  }
  if (!parts.limits.take("session/" + call.request.peer_address, parts.config.new_sessions_per_minute_max,
                         proto::minutes(1), call.now())) {
    return problem(429, "too-many-sessions", "Too many new visitors from your network.", "Try again in a minute.");
  }
  const std::string token = fresh_token(parts);
  shop::Session session{
      shop::sha256_hex(token), parts.random_id<proto::AccountId>(), {}, look, call.now() + shop::kSessionLife};
  parts.store->in_one_transaction([&](soci::session& db) {
    shop::people::insert_account(db, session.account, call.now());
    shop::people::insert_session(db, session, call.now());
  });
  HttpResponse response = ok_json(session_json(parts, call, &session), 201);
  response.headers.push_back(session_cookie(token, call.request.secure));
  return response;
}

HttpResponse get_session(Parts& parts, Call& call) {
  return ok_json(session_json(parts, call, call.session ? &*call.session : nullptr));
}

HttpResponse post_world_ticket(Parts& parts, Call& call) {
  if (!parts.limits.take("ticket/" + call.session->token_hash, kTicketsPerMinuteMax, proto::minutes(1), call.now())) {
    return problem(429, "too-many-tickets", "Too many tickets.", "Wait a minute before you enter again.");
  }
  if (auto refusal = refused_at_door(parts, call)) return *std::move(refusal);
  proto::Ticket ticket;
  parts.config.random(ticket.id);
  parts.config.random(ticket.secret);
  std::array<std::uint8_t, sizeof(ticket.id) + sizeof(ticket.secret)> text{};
  std::copy(ticket.id.begin(), ticket.id.end(), text.begin());
  std::copy(ticket.secret.begin(), ticket.secret.end(), text.begin() + ticket.id.size());
  if (!parts.tickets->issue(ticket, passenger_of(parts, *call.session), call.now())) {
    return problem(503, "world-busy", "The mall is very busy.", "Try again in a few seconds.");
  }
  return ok_json({{"ticket", shop::to_base64url(text)},
                  {"expires_s", kTicketLife.us / 1'000'000},
                  {"ws", "/ws"},
                  {"udp_port", parts.config.udp_port == 0 ? json() : json(parts.config.udp_port)}},
                 201);
}

}  // namespace world
