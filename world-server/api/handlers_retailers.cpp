/// Retailers: who belongs to a brand, which the operator says, and the doors of a boutique, which its retailer closes
/// and opens. A closed boutique goes on selling: only its doors in the world are shut.
#include <string>

#include "shop/catalogue_repo.h"
#include "shop/doors_repo.h"
#include "shop/people_repo.h"
#include "world-server/api/answers.h"
#include "world-server/api/handlers.h"
#include "world-server/api/json_read.h"
#include "world-server/api/mailer.h"
#include "world-server/api/problem.h"

namespace world {

namespace {
constexpr std::uint32_t kDoorsPerMinuteMax = 20;  ///< of one account
}

HttpResponse post_member(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  const std::string email = normal_email(fields.text("email", 3, 254));
  const std::string role = fields.text("role", 1, 16);
  const bool is_leaving = role == "none";
  if (role != "owner" && role != "creator" && !is_leaving) fields.complain("role", "must be owner, creator or none");
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);
  const auto brand = shop::catalogue::brand(parts.db(), call.parameters.front());
  if (!brand) return refused(shop::Refusal::kUnknownBrand);
  const auto account = shop::people::account_by_email(parts.db(), email);
  if (!account) {
    return problem(404, "unknown-account", "No such account.", "Take an e-mail address that has logged in.");
  }
  parts.store->in_one_transaction([&](soci::session& db) {
    if (is_leaving) {
      shop::catalogue::remove_member(db, brand->id, *account);
    } else {
      const shop::Role granted = role == "owner" ? shop::Role::kOwner : shop::Role::kCreator;
      shop::catalogue::put_member(db, brand->id, *account, granted);
    }
  });
  return ok_json({{"brand", brand->id}, {"account", account->hex()}, {"email", email}, {"role", role}});
}

HttpResponse post_boutique_doors(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  Fields fields(call.body, "", errors);
  const bool is_closed = fields.boolean("closed");
  fields.finish();
  if (!errors.empty()) return invalid_members(errors);
  const std::string& boutique = call.parameters.front();
  if (!parts.mall.boutique_ids.contains(boutique)) {
    return problem(404, "unknown-boutique", "This mall has no such boutique.", "GET /api/mall lists them.");
  }
  if (!call.operator_call && !shop::catalogue::owns_boutique(parts.db(), call.session->account, boutique)) {
    return problem(403, "not-your-boutique", "Only the boutique's retailer may do this.",
                   "Ask the operator to make you an owner of its brand.");
  }
  if (is_closed && !parts.mall.boutiques_with_doors.contains(boutique)) {
    return problem(409, "no-doors", "This boutique has no doors that could be shut.",
                   "Give it \"entrances\" in mall.json.");
  }
  const std::string who = call.operator_call ? std::string(shop::doors::kByOperator) : call.session->account.hex();
  if (!parts.limits.take("doors/" + who, kDoorsPerMinuteMax, proto::minutes(1), call.now())) {
    return problem(429, "too-many-doors", "The doors are opened and closed too often.", "Wait a minute.");
  }
  const std::string before = shop::doors::closed_by(parts.db(), boutique);
  if (!is_closed && !call.operator_call && before == shop::doors::kByOperator) {
    return problem(403, "closed-by-operator", "The operator has closed this boutique.",
                   "Ask the operator to open it again.");
  }
  parts.store->in_one_transaction([&](soci::session& db) {
    if (is_closed) {
      shop::doors::close(db, boutique, who, call.now());
    } else {
      shop::doors::open(db, boutique);
    }
  });
  if (is_closed == before.empty()) ++parts.doors_version;
  return ok_json({{"boutique", boutique}, {"closed", is_closed}});
}

}  // namespace world
