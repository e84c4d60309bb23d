/// What the handlers work on: the parts of one Api, and one call as it stands after the route's conditions were met.
/// Private to world-server/api.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chain-bridge/relayer/checkout_call.h"
#include "shop/outbox_port.h"
#include "shop/store.h"
#include "world-server/api/api.h"
#include "world-server/api/courier.h"
#include "world-server/api/mall_file.h"
#include "world-server/api/people_port.h"
#include "world-server/api/rate_limit.h"

namespace chain {
class ConsentDesk;
}

namespace world {

/// Somebody who has an avatar now.
struct Visitor {
  std::string name;
  std::string address;  ///< kept only while they are here
  proto::TimeUs since;
};

struct ApiParts {
  ApiConfig config;
  TicketBook* tickets = nullptr;
  assets::Importer* importer = nullptr;
  shop::ChainPort* chain = nullptr;        ///< null: orders wait in the outbox
  chain::ConsentDesk* consents = nullptr;  ///< null: nothing can be shared
  std::unique_ptr<shop::Store> store;
  MallFile mall;
  std::optional<chain::Deployment> deployment;  ///< empty: no wallet payments
  std::string operator_key;
  CollisionBytes collision;
  RateLimits limits;                            ///< of visitors
  RateLimits errands;                           ///< of the shop's own work, so that no crowd of visitors can stop it
  std::unique_ptr<Courier> courier;             ///< to the payment provider
  std::unique_ptr<Courier> postman;             ///< to the mail server, so that neither waits for the other
  std::set<proto::OrderId> orders_with_errand;  ///< what the courier is on its way for
  std::int64_t last_refund_asked = 0;           ///< outbox row; the next round begins after it
  std::set<std::string> uploads_submitted;      ///< ids that the importer has now
  std::string openapi;
  std::map<proto::AccountId, Visitor> visitors;
  std::uint64_t doors_version = 0;     ///< grows with every boutique that is closed or opened
  std::vector<DoorOrder> door_orders;  ///< that net has not been told yet

  [[nodiscard]] soci::session& db() { return store->db(); }
  template <class Id>
  [[nodiscard]] Id random_id() {
    Id id;
    config.random(id.bytes);
    return id;
  }
};

using Parts = ApiParts;

/// One request on its way through a handler.
struct Call {
  const HttpRequest& request;
  std::vector<std::string> parameters;   ///< of the path's pattern, in order
  nlohmann::json body;                   ///< for routes that take JSON
  std::optional<shop::Session> session;  ///< always there where the route asks for one
  bool operator_call = false;            ///< came with the operator's key

  [[nodiscard]] proto::TimeUs now() const { return request.received; }
  /// The browser says so for its person (Global Privacy Control); only this very value does.
  [[nodiscard]] bool refuses_sharing() const { return request.header("sec-gpc") == "1"; }
};

}  // namespace world
