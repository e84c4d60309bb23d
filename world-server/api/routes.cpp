#include "world-server/api/routes.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "shop/catalogue_repo.h"
#include "shop/people_repo.h"
#include "shop/secret.h"
#include "world-server/api/cookies.h"
#include "world-server/api/handlers.h"
#include "world-server/api/json_read.h"
#include "world-server/api/problem.h"

namespace world {
namespace {

constexpr std::array kRoutes{
    Route{"GET", "/api/openapi.json", Auth::kNone, Body::kNone, false, get_openapi},
    Route{"GET", "/api/session", Auth::kNone, Body::kNone, false, get_session},
    Route{"POST", "/api/session", Auth::kNone, Body::kJson, false, post_session},
    Route{"POST", "/api/world/ticket", Auth::kSession, Body::kNone, false, post_world_ticket},
    Route{"GET", "/api/mall", Auth::kNone, Body::kNone, false, get_mall},
    Route{"GET", "/api/mall/collision", Auth::kNone, Body::kNone, false, get_collision},
    Route{"GET", "/api/products", Auth::kNone, Body::kNone, false, get_products},
    Route{"GET", "/api/products/{id}", Auth::kNone, Body::kNone, false, get_product},
    Route{"POST", "/api/checkout", Auth::kSession, Body::kJson, true, post_checkout},
    Route{"GET", "/api/orders/{id}", Auth::kSession, Body::kNone, false, get_order},
    Route{"POST", "/api/orders/{id}/cancel", Auth::kSession, Body::kNone, false, post_order_cancel},
    Route{"POST", "/api/orders/{id}/authorisation", Auth::kSession, Body::kJson, false, post_order_authorisation},
    Route{"POST", "/api/orders/{id}/payment", Auth::kSession, Body::kJson, true, post_order_payment},
    Route{"GET", "/api/things", Auth::kSession, Body::kNone, false, get_things},
    Route{"GET", "/api/consents/terms", Auth::kNone, Body::kNone, false, get_consent_terms},
    Route{"GET", "/api/consents", Auth::kSession, Body::kNone, false, get_consents},
    Route{"POST", "/api/consents", Auth::kSession, Body::kJson, false, post_consent},
    Route{"POST", "/api/consents/{id}/withdraw", Auth::kSession, Body::kJson, false, post_consent_withdraw},
    Route{"POST", "/api/consents/{id}/erase", Auth::kSession, Body::kJson, false, post_consent_erase},
    Route{"GET", "/api/for-you", Auth::kSession, Body::kNone, false, get_for_you},
    Route{"GET", "/api/relations", Auth::kSession, Body::kNone, false, get_relations},
    Route{"POST", "/api/relations/{id}/lift", Auth::kSession, Body::kNone, false, post_relation_lift},
    Route{"POST", "/api/login/email", Auth::kSession, Body::kJson, false, post_login_email},
    Route{"POST", "/api/login/code", Auth::kSession, Body::kJson, false, post_login_code},
    Route{"POST", "/api/uploads", Auth::kCreator, Body::kRaw, false, post_upload},
    Route{"GET", "/api/uploads/{id}", Auth::kCreator, Body::kNone, false, get_upload},
    Route{"POST", "/api/brands", Auth::kOperator, Body::kJson, true, post_brand},
    Route{"POST", "/api/brands/{id}/members", Auth::kOperator, Body::kJson, false, post_member},
    Route{"POST", "/api/boutiques/{id}/doors", Auth::kRetailer, Body::kJson, false, post_boutique_doors},
    Route{"POST", "/api/products", Auth::kOperator, Body::kJson, true, post_product},
    Route{"POST", "/api/placements", Auth::kOperator, Body::kJson, true, post_placement},
    Route{"POST", "/api/stock", Auth::kOperator, Body::kJson, true, post_stock},
    Route{"GET", "/api/orders", Auth::kOperator, Body::kNone, false, get_operator_orders},
    Route{"GET", "/api/visitors", Auth::kOperator, Body::kNone, false, get_visitors},
    Route{"POST", "/api/visitors/{account}/kick", Auth::kOperator, Body::kJson, false, post_visitor_kick},
    Route{"GET", "/api/staff", Auth::kOperator, Body::kNone, false, get_staff},
    Route{"POST", "/api/staff", Auth::kOperator, Body::kJson, false, post_staff},
    Route{"GET", "/api/bans", Auth::kOperator, Body::kNone, false, get_bans},
    Route{"POST", "/api/bans", Auth::kOperator, Body::kJson, false, post_ban},
    Route{"POST", "/api/bans/{account}/lift", Auth::kOperator, Body::kNone, false, post_ban_lift},
    Route{"POST", "/hooks/payment", Auth::kNone, Body::kRaw, false, post_payment_hook},
    Route{"GET", "/twins/{token}", Auth::kNone, Body::kNone, false, get_twin},
};

constexpr std::size_t kIdempotencyKeyCharactersMax = 128;
constexpr std::size_t kParameterCharactersMax = 128;

/// The next part of a path: "api" of "/api/mall", leaving "/mall".
std::string_view next_part(std::string_view& path) {
  if (!path.empty()) path.remove_prefix(1);
  const std::size_t end = path.find('/');
  const std::string_view part = path.substr(0, end);
  path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  return part;
}

/// The parameters, if `path` has the shape of `pattern`.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> parameters;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = next_part(pattern);
    const std::string_view given = next_part(path);
    const bool parameter = wanted.size() > 2 && wanted.front() == '{';
    if (parameter && (given.empty() || given.size() > kParameterCharactersMax)) return std::nullopt;
    if (!parameter && wanted != given) return std::nullopt;
    if (parameter) parameters.emplace_back(given);
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

HttpResponse wrong_method(std::string allowed) {
  HttpResponse response = problem(405, "wrong-method", "This address does not take that method.",
                                  "Use one of the methods in the header Allow.");
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

/// A browser names the page that a request comes from; one that is not ours may not act for the shopper.
bool foreign_origin(const HttpRequest& request) {
  const std::string_view origin = request.header("origin");
  if (origin.empty() || request.method == "GET") return false;
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos || origin.substr(scheme + 3) != request.header("host");
}

bool has_operator_key(const Parts& parts, const HttpRequest& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view header = request.header("authorization");
  return header.starts_with(kBearer) && shop::equal_in_constant_time(header.substr(kBearer.size()), parts.operator_key);
}

std::optional<HttpResponse> check_auth(Parts& parts, const Route& route, const Call& call) {
  const bool creator = call.operator_call || (call.session && route.auth == Auth::kCreator &&
                                              shop::catalogue::is_member(parts.db(), call.session->account));
  const bool needs_session = route.auth == Auth::kSession || (route.auth == Auth::kRetailer && !call.operator_call);
  if (needs_session && !call.session) {
    return problem(401, "no-session", "You have not come in yet.", "Begin with POST /api/session and keep its cookie.");
  }
  if (route.auth == Auth::kCreator && !creator) {
    return problem(403, "not-a-creator", "Only creators may do this.",
                   "Ask the brand's owner to make you a member, or send the operator's key.");
  }
  if (route.auth == Auth::kOperator && !call.operator_call) {
    return problem(401, "not-the-operator", "Only the operator may do this.",
                   "Send `Authorization: Bearer <key>`; the key is in the file operator.key of the data folder.");
  }
  return std::nullopt;
}

std::optional<HttpResponse> check_body(const Route& route, Call& call) {
  const HttpRequest& request = call.request;
  if (!request.body_file.empty() && route.body != Body::kRaw) {
    return problem(413, "too-large", "The body is too large.", "Send at most 64 KiB.");
  }
  if (route.idempotency_key) {
    const std::string_view key = request.header("idempotency-key");
    if (key.empty() || key.size() > kIdempotencyKeyCharactersMax) {
      return problem(400, "idempotency-key", "The header Idempotency-Key is missing or too long.",
                     "Send a fresh random text of at most 128 characters, and the same text when you repeat.");
    }
  }
  if (route.body != Body::kJson) return std::nullopt;
  if (!request.header("content-type").starts_with("application/json")) {
    return problem(415, "not-json", "The body must be JSON.", "Send it with `Content-Type: application/json`.");
  }
  auto parsed = parse_json(request.body);
  if (!parsed) return problem(400, "bad-json", "The body cannot be read.", parsed.error());
  call.body = std::move(*parsed);
  return std::nullopt;
}

HttpResponse answer(Parts& parts, const Route& route, const HttpRequest& request, std::vector<std::string> parameters) {
  if (foreign_origin(request)) {
    return problem(403, "foreign-origin", "This page may not act here.", "Open the mall itself in your browser.");
  }
  Call call{request, std::move(parameters), {}, std::nullopt, has_operator_key(parts, request)};
  const std::string_view token = session_token(request);
  if (!token.empty()) call.session = shop::people::session(parts.db(), shop::sha256_hex(token), request.received);
  if (auto refusal = check_auth(parts, route, call)) return *std::move(refusal);
  if (auto refusal = check_body(route, call)) return *std::move(refusal);
  return route.handler(parts, call);
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

HttpResponse dispatch(Parts& parts, const HttpRequest& request) {
  std::string allowed;
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : request.method;
  for (const Route& route : kRoutes) {
    auto parameters = match(route.pattern, request.path);
    if (!parameters) continue;
    if (route.method == method) return answer(parts, route, request, *std::move(parameters));
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  if (!allowed.empty()) return wrong_method(std::move(allowed));
  return problem(404, "no-such-address", "There is nothing here.", "GET /api/openapi.json lists every address.");
}

}  // namespace world
