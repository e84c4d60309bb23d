/// What the API says about the shop's nouns, as JSON, and the few ways of answering that handlers share.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "shop/command.h"
#include "shop/model.h"
#include "world-server/api/http.h"
#include "world-server/api/parts.h"

namespace world {

[[nodiscard]] nlohmann::json money_json(proto::Money money);
[[nodiscard]] nlohmann::json product_json(const shop::Product& product);
[[nodiscard]] nlohmann::json session_json(const Parts& parts, const Call& call, const shop::Session* session);
[[nodiscard]] nlohmann::json certificate_json(const Parts& parts, const shop::Order& order,
                                              const shop::Certificate& certificate);
/// `certificate` may be null.
[[nodiscard]] nlohmann::json order_json(const Parts& parts, const shop::Order& order,
                                        const shop::Certificate* certificate);

/// "2026-11-22T01:02:03Z"
[[nodiscard]] std::string iso_time(proto::TimeUs time);
/// "7K3M-9QXT-2B": enough of the token to tell certificates apart, in letters that cannot be confused.
[[nodiscard]] std::string certificate_number(const proto::TokenId& token);
/// The features of this server, for clients to show only what works here and what the caller's browser has not refused.
[[nodiscard]] nlohmann::json features_json(const Parts& parts, const Call& call);

[[nodiscard]] HttpResponse ok_json(const nlohmann::json& body, int status = 200);
/// 200 with a strong ETag over `body`, or 304 when the caller has these bytes already.
[[nodiscard]] HttpResponse cached(const HttpRequest& request, std::string body, std::string_view content_type,
                                  std::string_view cache_control);
/// The problem that tells the caller which rule of the shop was broken.
[[nodiscard]] HttpResponse refused(shop::Refusal refusal);

}  // namespace world
