/// Whom a shopper does not want to hear or meet, for the shopper to read and to take back. In the world this is done by
/// pointing at somebody; here it is done for those who are gone, too.
#include <algorithm>
#include <optional>
#include <string>

#include "shop/conduct_repo.h"
#include "shop/relations_repo.h"
#include "shop/secret.h"
#include "world-server/api/answers.h"
#include "world-server/api/handlers.h"
#include "world-server/api/problem.h"

namespace world {
namespace {

using nlohmann::json;
using shop::relations::Relation;

constexpr std::uint32_t kCallsPerMinuteMax = 60;  ///< of one session
constexpr std::size_t kIdBytes = 16;

/// Names an entry to its owner. Nobody learns an account from it, nor that two lists are about the same person.
std::string id_of(const Parts& parts, const proto::AccountId& account, const proto::AccountId& other) {
  const auto digest = shop::hmac_sha256(parts.operator_key, "relation/" + account.hex() + "/" + other.hex());
  return proto::to_hex(std::span(digest).first(kIdBytes));
}

std::optional<HttpResponse> check_rate(Parts& parts, const Call& call) {
  const std::string key = "relations/" + call.session->token_hash;
  if (parts.limits.take(key, kCallsPerMinuteMax, proto::minutes(1), call.now())) return std::nullopt;
  return problem(429, "too-many-calls", "Too many calls about other people.", "Wait a minute before the next one.");
}

}  // namespace

HttpResponse get_relations(Parts& parts, Call& call) {
  if (auto refusal = check_rate(parts, call)) return *std::move(refusal);
  const proto::AccountId& account = call.session->account;
  auto relations = shop::relations::of_account(parts.db(), account);
  std::reverse(relations.begin(), relations.end());
  json list = json::array();
  for (const Relation& relation : relations) {
    const bool is_staff = shop::conduct::is_staff(parts.db(), relation.other);
    const std::uint8_t flags = is_staff ? flags_about_staff(relation.flags) : relation.flags;
    list.push_back({{"id", id_of(parts, account, relation.other)},
                    {"name", relation.name},
                    {"muted", (flags & kMuted) != 0},
                    {"blocked", (flags & kBlocked) != 0},
                    {"since", iso_time(relation.changed)}});
  }
  return ok_json({{"relations", std::move(list)}});
}

HttpResponse post_relation_lift(Parts& parts, Call& call) {
  if (auto refusal = check_rate(parts, call)) return *std::move(refusal);
  const proto::AccountId& account = call.session->account;
  const std::string& id = call.parameters.front();
  const auto relations = shop::relations::of_account(parts.db(), account);
  const auto found = std::find_if(relations.begin(), relations.end(),
                                  [&](const Relation& r) { return id_of(parts, account, r.other) == id; });
  if (found == relations.end()) {
    return problem(404, "no-relation", "Nobody is muted or blocked under this id.", "GET /api/relations has the list.");
  }
  parts.store->in_one_transaction([&](soci::session& db) {
    shop::relations::put(db, account, {found->other, 0}, call.now());
  });
  parts.tickets->set_bond(account, found->other, 0);
  parts.door_orders.push_back(Reconciled{account, found->other});
  return ok_json({{"id", id}, {"lifted", true}});
}

}  // namespace world
