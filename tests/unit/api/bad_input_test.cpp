#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <vector>

#include "tests/unit/api/api_fixture.h"
#include "world-server/api/json_read.h"
#include "world-server/api/routes.h"

using nlohmann::json;
using world::ApiFixture;
using world::json_of;

namespace {

std::string path_of(const world::Route& route) {
  std::string path(route.pattern);
  if (const std::size_t brace = path.find('{'); brace != std::string::npos) {
    path.replace(brace, path.find('}') - brace + 1, "abc");
  }
  return path;
}

/// A server with everything switched on, so that no route answers before it looks at its input.
class BadInput : public ApiFixture {
 public:
  BadInput() {
    config.provider_url = "http://127.0.0.1:9";
    config.provider_webhook_secret = "s";
    config.mail_url = "smtp://127.0.0.1:9";
    config.private_addresses_allowed = true;
    open();
    cookie = enter();
  }
  world::HttpResponse send(const world::Route& route, const std::string& body) {
    if (route.pattern == "/hooks/payment") return hook(body, "s");
    Headers headers = as(cookie, "k" + std::to_string(++count));
    headers.emplace_back("content-type", "application/json");
    headers.emplace_back("authorization", "Bearer " + operator_secret());
    return call(std::string(route.method), path_of(route), body, headers);
  }

  std::string cookie;
  int count = 0;
};

void check_problem(const world::HttpResponse& response) {
  CHECK(response.status >= 400);
  CHECK(response.status < 500);
  CHECK(response.content_type == "application/problem+json");
  const json problem = json_of(response);
  CHECK(problem["status"] == response.status);
  CHECK_FALSE(problem["detail"].get<std::string>().empty());
  CHECK_FALSE(problem["title"].get<std::string>().empty());
}

}  // namespace

TEST_CASE("every route that takes JSON answers bad bodies with a problem, never with a crash") {
  BadInput fixture;
  const std::string deep = std::string(40'000, '[') + std::string(40'000, ']');
  const std::vector<std::string> bodies{
      "",
      "{",
      "null",
      "[]",
      "7",
      "\"text\"",
      "{}",
      "{\"a\":1}",
      "\xff\xfe",
      "{\"name\":\"\\ud800\"}",
      deep,
      R"({"name": {"a": []}, "email": 7, "code": [], "variant_id": "1", "pay": true, "share": "no", "delta": 1.5})",
      R"({"variant_id": 1e400, "delta": 99999999999999999999999999, "display": -1, "product_id": 1e10})",
      R"({"variant_id": 18446744073709551615, "pay": "gold", "share": null, "email": "a@b\r\nBcc: c@d"})",
      R"({"id": "UPPER", "name": "", "boutique": "../..", "slug": "a--b", "variants": {}, "wear": 3, "model": null})",
  };
  for (const world::Route& route : world::routes()) {
    if (route.body != world::Body::kJson && route.pattern != "/hooks/payment") continue;
    for (const std::string& body : bodies) {
      INFO(route.method << " " << route.pattern << " <- " << body.substr(0, 80));
      check_problem(fixture.send(route, body));
    }
  }
}

TEST_CASE("every route asks for what its row says before it does anything") {
  BadInput fixture;
  for (const world::Route& route : world::routes()) {
    INFO(route.method << " " << route.pattern);
    const std::string method(route.method);
    const auto bare = fixture.call(method, path_of(route), "{}", {{"content-type", "application/json"}});
    if (route.auth == world::Auth::kSession || route.auth == world::Auth::kOperator) CHECK(bare.status == 401);
    if (route.auth == world::Auth::kCreator) CHECK(bare.status == 403);

    const auto wrong = fixture.call("PATCH", path_of(route), "{}", {});
    CHECK(wrong.status == 405);
    CHECK(header_of(wrong, "Allow").find(method) != std::string::npos);

    if (route.body == world::Body::kJson) {
      world::ApiFixture::Headers headers = ApiFixture::as(fixture.cookie, "k");
      headers.emplace_back("authorization", "Bearer " + fixture.operator_secret());
      CHECK(fixture.call(method, path_of(route), "{}", headers).status == 415);
    }
    if (route.idempotency_key) {
      world::ApiFixture::Headers headers = ApiFixture::as(fixture.cookie);
      headers.emplace_back("authorization", "Bearer " + fixture.operator_secret());
      headers.emplace_back("content-type", "application/json");
      CHECK(fixture.call(method, path_of(route), "{}", headers).status == 400);
      headers.emplace_back("idempotency-key", std::string(129, 'k'));
      CHECK(fixture.call(method, path_of(route), "{}", headers).status == 400);
    }
  }
}

TEST_CASE("addresses that are not there, and odd ones, are answered calmly") {
  BadInput fixture;
  for (const char* path : {"/api", "/api/", "/api/nothing", "/api/products/", "/api/products/1/2", "//api/mall",
                           "/api/mall/", "/twins/", "/twins/%00", "/api/orders/../mall"}) {
    INFO(path);
    CHECK(fixture.get(path).status == 404);
  }
  CHECK(fixture.get("/api/orders/" + std::string(200, 'a'), ApiFixture::as(fixture.cookie)).status == 404);
  CHECK(fixture.get("/api/orders/" + std::string(64, 'g'), ApiFixture::as(fixture.cookie)).status == 404);
}

TEST_CASE("cookies that are none of ours are nobody's") {
  BadInput fixture;
  for (const std::string& cookie :
       {std::string("galleria_session="), "galleria_session=" + std::string(43, 'A'), std::string(";;;=;"),
        "galleria_session=" + std::string(10'000, 'A'), "x=" + fixture.cookie.substr(17)}) {
    CHECK(fixture.get("/api/things", {{"cookie", cookie}}).status == 401);
  }
  CHECK(fixture.get("/api/things", {{"cookie", "a=b; " + fixture.cookie + " ; c=d"}}).status == 200);
}

TEST_CASE("JSON is read within a depth, and a member that is named twice is refused") {
  CHECK(world::json_depth(R"({"a":"[[[[","b":[{}]})") == 3);
  CHECK(world::json_depth(R"(["\"[[["])") == 1);
  CHECK(world::parse_json(std::string(16, '[') + std::string(16, ']')).ok());
  CHECK_FALSE(world::parse_json(std::string(17, '[') + std::string(17, ']')).ok());
  CHECK_FALSE(world::parse_json(R"({"a":1,"a":2})").ok());
  CHECK_FALSE(world::parse_json(R"({"b":{"a":1,"c":{"a":1},"a":2}})").ok());
  CHECK(world::parse_json(R"({"b":{"a":1},"a":2})").ok());
}

TEST_CASE("every answer carries the headers that keep browsers from guessing") {
  BadInput fixture;
  for (const char* path : {"/api/session", "/api/mall", "/api/nothing"}) {
    const auto response = fixture.get(path);
    CHECK(header_of(response, "X-Content-Type-Options") == "nosniff");
    CHECK(header_of(response, "Content-Security-Policy").find("frame-ancestors 'none'") != std::string::npos);
  }
}
