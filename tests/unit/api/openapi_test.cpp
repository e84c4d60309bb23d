#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "shop/recommend.h"
#include "tests/unit/api/sharing_fixture.h"
#include "world-server/api/routes.h"

using nlohmann::json;
using world::ApiFixture;
using world::json_of;

namespace {

std::string lower(std::string_view method) { return method == "GET" ? "get" : method == "POST" ? "post" : "other"; }

bool has_header(const json& operation, const std::string& name) {
  for (const json& parameter : operation.value("parameters", json::array())) {
    if (parameter["in"] == "header" && parameter["name"] == name) return true;
  }
  return false;
}

std::set<std::string> security_of(const json& operation) {
  std::set<std::string> names;
  for (const json& way : operation["security"]) {
    for (const auto& [name, scopes] : way.items()) names.insert(name);
  }
  return names;
}

std::set<std::string> security_of(world::Auth auth) {
  switch (auth) {
    case world::Auth::kSession:
      return {"session"};
    case world::Auth::kCreator:
    case world::Auth::kRetailer:
      return {"session", "operator"};
    case world::Auth::kOperator:
      return {"operator"};
    case world::Auth::kNone:
      break;
  }
  return {};
}

void collect_references(const json& value, std::set<std::string>& names) {
  if (value.is_object() && value.contains("$ref")) names.insert(value["$ref"].get<std::string>());
  if (!value.is_structured()) return;
  for (const json& part : value) collect_references(part, names);
}

}  // namespace

TEST_CASE("the OpenAPI document and the route table say the same") {
  ApiFixture fixture;
  const json document = json_of(fixture.get("/api/openapi.json"));
  CHECK(document["openapi"] == "3.1.0");
  std::size_t operations = 0;
  for (const auto& [path, item] : document["paths"].items()) operations += item.size();
  CHECK(operations == world::routes().size());
  for (const world::Route& route : world::routes()) {
    INFO(route.method << " " << route.pattern);
    const std::string path(route.pattern);
    REQUIRE(document["paths"].contains(path));
    REQUIRE(document["paths"][path].contains(lower(route.method)));
    const json& operation = document["paths"][path][lower(route.method)];
    CHECK(has_header(operation, "Idempotency-Key") == route.idempotency_key);
    CHECK(operation.contains("requestBody") == (route.body != world::Body::kNone));
    CHECK(security_of(operation) == security_of(route.auth));
  }
}

TEST_CASE("every reference of the OpenAPI document leads somewhere, and every schema is used") {
  ApiFixture fixture;
  const json document = json_of(fixture.get("/api/openapi.json"));
  std::set<std::string> referred;
  collect_references(document, referred);
  std::set<std::string> defined;
  for (const auto& [name, schema] : document["components"]["schemas"].items()) {
    defined.insert("#/components/schemas/" + name);
  }
  CHECK(referred == defined);
}

TEST_CASE("answers have exactly the members that the document names") {
  ApiFixture fixture;
  fixture.add_jacket();
  const json schemas = json_of(fixture.get("/api/openapi.json"))["components"]["schemas"];
  const auto members = [](const json& object) {
    std::set<std::string> names;
    for (const auto& [name, value] : object.items()) names.insert(name);
    return names;
  };
  CHECK(members(json_of(fixture.get("/api/session"))) == members(schemas["Session"]["properties"]));
  CHECK(members(json_of(fixture.get("/api/products/1"))) == members(schemas["Product"]["properties"]));
  CHECK(members(json_of(fixture.get("/api/mall"))) == members(schemas["Mall"]["properties"]));
  const std::string cookie = fixture.enter();
  const auto ticket = json_of(fixture.call("POST", "/api/world/ticket", {}, ApiFixture::as(cookie)));
  CHECK(members(ticket) == members(schemas["Ticket"]["properties"]));
  fixture.config.provider_url = "http://127.0.0.1:9";
  fixture.open();
  const json body{{"variant_id", 1}, {"pay", "card"}, {"email", "a@example.org"}, {"share", false}};
  const auto order = json_of(fixture.post("/api/checkout", body, ApiFixture::as(cookie, "k")));
  CHECK(members(order) == members(schemas["Order"]["properties"]));
  CHECK(members(order["lines"][0]) == members(schemas["OrderLine"]["properties"]));
}

TEST_CASE("why an order came to nothing has exactly the codes that the document names") {
  std::set<json> codes{nullptr};
  for (int i = 1; i <= static_cast<int>(shop::OrderReason::kNoCertificate); ++i) {
    codes.emplace(to_text(static_cast<shop::OrderReason>(i)));
  }
  ApiFixture fixture;
  const json document = json_of(fixture.get("/api/openapi.json"));
  CHECK(document["components"]["schemas"]["Order"]["properties"]["reason"]["enum"].get<std::set<json>>() == codes);
}

TEST_CASE("agreements and shelves have exactly the members, and reasons the codes, that the document names") {
  world::SharingFixture fixture;
  const json schemas = json_of(fixture.get("/api/openapi.json"))["components"]["schemas"];
  const auto members = [](const json& object) {
    std::set<std::string> names;
    for (const auto& [name, value] : object.items()) names.insert(name);
    return names;
  };
  CHECK(members(json_of(fixture.get("/api/consents/terms"))) == members(schemas["ConsentTerms"]["properties"]));
  const auto browser = fixture.draw(1);
  CHECK(members(fixture.signed_body(browser)) == members(schemas["NewConsent"]["properties"]));
  const json consent = json_of(fixture.agree(browser, fixture.cookie));
  CHECK(members(consent) == members(schemas["Consent"]["properties"]));
  const json shelf = fixture.for_you(fixture.cookie);
  CHECK(members(shelf) == members(schemas["ForYou"]["properties"]));
  const json& pick = schemas["ForYou"]["properties"]["picks"]["items"]["properties"];
  CHECK(members(shelf["picks"][0]) == members(pick));
  CHECK(members(shelf["picks"][0]["reason"]) == members(pick["reason"]["properties"]));
  const json erasure = json_of(fixture.erase(browser, fixture.cookie));
  CHECK(members(erasure) == members(schemas["Erasure"]["properties"]));
  CHECK(members(erasure["receipt"]) == members(schemas["Erasure"]["properties"]["receipt"]["properties"]));
  std::set<std::string> codes;
  for (int i = 0; i <= static_cast<int>(shop::Reason::kNewcomer); ++i) {
    codes.emplace(to_text(static_cast<shop::Reason>(i)));
  }
  CHECK(schemas["ReasonCode"]["enum"].get<std::set<std::string>>() == codes);
}
