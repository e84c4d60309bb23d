/// Keeping order: the operator's list of who is here, of the human staff, and of who may not come in.
#include <optional>
#include <string>

#include "shop/conduct_repo.h"
#include "shop/people_repo.h"
#include "world-server/api/answers.h"
#include "world-server/api/handlers.h"
#include "world-server/api/json_read.h"
#include "world-server/api/mailer.h"
#include "world-server/api/people_door.h"
#include "world-server/api/problem.h"

namespace world {
namespace {

using nlohmann::json;

constexpr int kBansShownMax = 1000;
constexpr std::size_t kReasonCharactersMax = 200;
constexpr const char* kOperator = "operator";

HttpResponse unknown_account() {
  return problem(404, "unknown-account", "No such account.",
                 "Take an account from GET /api/visitors or GET /api/bans, or an e-mail address that has logged in.");
}

json ban_json(const shop::conduct::Ban& ban) {
  return {{"account", ban.account.hex()},
          {"kind", ban.is_kick ? "kick" : "ban"},
          {"name", ban.name},
          {"by", ban.by},
          {"made", iso_time(ban.made)},
          {"until", iso_time(ban.until)},
          {"reason", ban.reason},
          {"holds_for_address", !ban.address_hash.empty()}};
}

/// What the operator says about sending somebody away.
struct Order {
  std::uint32_t minutes = 0;
  std::string reason;
};

Order read_order(Fields& fields, bool is_ban) {
  Order order;
  order.minutes = static_cast<std::uint32_t>(fields.integer("minutes", is_ban ? 1 : 0, proto::kModerateMinutesMax));
  order.reason = fields.text("reason", 0, kReasonCharactersMax);
  return order;
}

}  // namespace

HttpResponse get_visitors(Parts& parts, Call& /*call*/) {
  json visitors = json::array();
  for (const auto& [account, visitor] : parts.visitors) {
    visitors.push_back({{"account", account.hex()}, {"name", visitor.name}, {"since", iso_time(visitor.since)}});
  }
  return ok_json({{"visitors", std::move(visitors)}});
}

HttpResponse get_staff(Parts& parts, Call& /*call*/) {
  json staff = json::array();
  for (const auto& member : shop::conduct::staff(parts.db())) {
    staff.push_back(
        {{"account", member.account.hex()}, {"email", member.email}, {"granted", iso_time(member.granted)}});
  }
  return ok_json({{"staff", std::move(staff)}});
}

HttpResponse post_staff(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  const std::string email = normal_email(fields.text("email", 3, 254));
  const bool is_staff = fields.boolean("staff");
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);
  const auto account = shop::people::account_by_email(parts.db(), email);
  if (!account) return unknown_account();
  parts.store->in_one_transaction([&](soci::session& db) {
    if (is_staff) {
      shop::conduct::grant_staff(db, *account, call.now());
    } else {
      shop::conduct::revoke_staff(db, *account);
    }
  });
  parts.door_orders.push_back(SetStaff{*account, is_staff});
  return ok_json({{"account", account->hex()}, {"email", email}, {"staff", is_staff}});
}

HttpResponse post_visitor_kick(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  const Order order = read_order(fields, false);
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);
  const auto account = proto::AccountId::parse(call.parameters.front());
  if (!account || !parts.visitors.contains(*account)) return unknown_account();
  const proto::TimeUs until = send_away(parts, {*account, true, order.minutes, kOperator, order.reason}, call.now());
  parts.door_orders.push_back(TurnOut{*account, order.minutes});
  return ok_json({{"account", account->hex()}, {"until", iso_time(until)}});
}

HttpResponse get_bans(Parts& parts, Call& call) {
  json bans = json::array();
  for (const auto& ban : shop::conduct::bans(parts.db(), call.now(), kBansShownMax)) bans.push_back(ban_json(ban));
  return ok_json({{"bans", std::move(bans)}});
}

HttpResponse post_ban(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  const auto account = proto::AccountId::parse(fields.text("account", 64, 64));
  const Order order = read_order(fields, true);
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);
  if (!account) return unknown_account();
  send_away(parts, {*account, false, order.minutes, kOperator, order.reason}, call.now());
  const auto ban = shop::conduct::ban_of_account(parts.db(), *account, call.now());
  if (!ban) return unknown_account();
  parts.door_orders.push_back(TurnOut{*account, order.minutes});
  return ok_json(ban_json(*ban), 201);
}

HttpResponse post_ban_lift(Parts& parts, Call& call) {
  const auto account = proto::AccountId::parse(call.parameters.front());
  if (!account || !shop::conduct::lift_ban(parts.db(), *account)) {
    return problem(404, "no-ban", "This account is not banned.", "GET /api/bans lists those that are.");
  }
  return ok_json({{"account", account->hex()}, {"lifted", true}});
}

}  // namespace world
