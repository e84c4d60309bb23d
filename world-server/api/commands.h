/// How handlers give commands to the shop: under the caller's Idempotency-Key, scoped by who calls, so that nobody
/// meets another's keys.
#pragma once

#include <optional>
#include <string>

#include "shop/command.h"
#include "shop/order_repo.h"
#include "world-server/api/parts.h"

namespace world {

[[nodiscard]] inline std::string command_key(const Call& call) {
  const std::string key(call.request.header("idempotency-key"));
  if (key.empty()) return {};
  return (call.operator_call ? std::string("operator") : "account/" + call.session->account.hex()) + "/" + key;
}

/// What the caller was answered before under this key. It is looked at first: a repeated call gets its answer even if
/// what it asks for would be refused by now.
[[nodiscard]] inline std::optional<shop::StoredReceipt> answered_before(Parts& parts, const Call& call) {
  const std::string key = command_key(call);
  return key.empty() ? std::nullopt : shop::orders::receipt(parts.db(), key);
}

[[nodiscard]] inline proto::Result<shop::Receipt, shop::Refusal> run(Parts& parts, const Call& call,
                                                                     shop::Action action) {
  return parts.store->execute({command_key(call), call.now(), std::move(action)});
}

}  // namespace world
