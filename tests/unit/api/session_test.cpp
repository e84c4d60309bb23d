#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/unit/api/api_fixture.h"

using world::ApiFixture;
using world::header_of;
using world::json_of;

TEST_CASE("a visitor without a cookie has no session yet, and learns what the server offers") {
  ApiFixture fixture;
  const auto answer = json_of(fixture.get("/api/session"));
  CHECK(answer["name"].is_null());
  CHECK(answer["account"].is_null());
  CHECK(answer["features"].is_array());
}

TEST_CASE("coming in gives a cookie that scripts cannot read and other sites cannot send") {
  ApiFixture fixture;
  const auto response = fixture.post("/api/session", {{"name", "Ada"}, {"shape", 1}, {"tint", 3}});
  CHECK(response.status == 201);
  const std::string cookie = header_of(response, "Set-Cookie");
  CHECK(cookie.find("HttpOnly") != std::string::npos);
  CHECK(cookie.find("SameSite=Strict") != std::string::npos);
  CHECK(cookie.find("Path=/;") != std::string::npos);
  CHECK(cookie.find("Secure") == std::string::npos);
}

TEST_CASE("a session is remembered across a restart, and its look can change") {
  ApiFixture fixture;
  const std::string cookie = fixture.enter("Ada");
  fixture.open();
  CHECK(json_of(fixture.get("/api/session", {{"cookie", cookie}}))["name"] == "Ada");

  const auto changed =
      fixture.post("/api/session", {{"name", "Ada L"}, {"shape", 2}, {"tint", 7}}, {{"cookie", cookie}});
  CHECK(changed.status == 200);
  const auto answer = json_of(fixture.get("/api/session", {{"cookie", cookie}}));
  CHECK(answer["name"] == "Ada L");
  CHECK(answer["shape"] == 2);
}

TEST_CASE("a stolen database does not hold the cookie, and a changed cookie is worth nothing") {
  ApiFixture fixture;
  std::string cookie = fixture.enter("Ada");
  cookie.back() = cookie.back() == 'A' ? 'B' : 'A';
  CHECK(json_of(fixture.get("/api/session", {{"cookie", cookie}}))["name"].is_null());
}

TEST_CASE("a session ends after thirty days") {
  ApiFixture fixture;
  const std::string cookie = fixture.enter("Ada");
  fixture.now = fixture.now + proto::days(29);
  CHECK(json_of(fixture.get("/api/session", {{"cookie", cookie}}))["name"] == "Ada");
  fixture.now = fixture.now + proto::days(2);
  CHECK(json_of(fixture.get("/api/session", {{"cookie", cookie}}))["name"].is_null());
}

TEST_CASE("a look outside the conventions is refused, member by member") {
  ApiFixture fixture;
  const auto response = fixture.post("/api/session", {{"name", " Ada "}, {"shape", 3}, {"tint", -1}, {"admin", true}});
  CHECK(response.status == 422);
  const auto problem = json_of(response);
  CHECK(problem["type"] == "/problems/invalid-members");
  CHECK(problem["errors"].size() == 3);

  CHECK(fixture.post("/api/session", {{"name", " Ada"}, {"shape", 0}, {"tint", 0}}).status == 422);
  CHECK(fixture.post("/api/session", {{"name", "a\nb"}, {"shape", 0}, {"tint", 0}}).status == 422);
  CHECK(fixture.post("/api/session", {{"name", 7}, {"shape", 0}, {"tint", 0}}).status == 422);
}

TEST_CASE("one address cannot make sessions without end") {
  ApiFixture fixture;
  int refused = 0;
  for (int i = 0; i < 610; ++i) {
    if (fixture.post("/api/session", {{"name", "Bot"}, {"shape", 0}, {"tint", 0}}).status == 429) ++refused;
  }
  CHECK(refused == 10);
  fixture.now = fixture.now + proto::minutes(2);
  CHECK(fixture.post("/api/session", {{"name", "Ada"}, {"shape", 0}, {"tint", 0}}).status == 201);
}

TEST_CASE("a ticket needs a session and opens the world once, within thirty seconds") {
  ApiFixture fixture;
  CHECK(fixture.call("POST", "/api/world/ticket").status == 401);
  const std::string cookie = fixture.enter("Ada");
  const auto response = fixture.call("POST", "/api/world/ticket", {}, {{"cookie", cookie}});
  CHECK(response.status == 201);
  const auto answer = json_of(response);
  CHECK(answer["ticket"].get<std::string>().size() == 64);
  CHECK(answer["ws"] == "/ws");
  CHECK(fixture.tickets.size() == 1);
}

TEST_CASE("a page of another site cannot act with the shopper's cookie") {
  ApiFixture fixture;
  const std::string cookie = fixture.enter("Ada");
  const ApiFixture::Headers foreign{{"cookie", cookie}, {"host", "mall.example"}, {"origin", "https://evil.example"}};
  CHECK(fixture.call("POST", "/api/world/ticket", {}, foreign).status == 403);
  const ApiFixture::Headers own{{"cookie", cookie}, {"host", "mall.example"}, {"origin", "https://mall.example"}};
  CHECK(fixture.call("POST", "/api/world/ticket", {}, own).status == 201);
}

TEST_CASE("the operator's key is a file that only its owner may read") {
  ApiFixture fixture;
  const std::string path = fixture.config.data_dir + "/operator.key";
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  world::TicketBook tickets;
  CHECK_FALSE(world::Api::open(fixture.config, tickets).ok());
}

TEST_CASE("a ticket carries whom its shopper has blocked, also after a restart") {
  ApiFixture fixture;
  const auto account_in = [&fixture](const std::string& cookie) {
    const auto text = json_of(fixture.call("POST", "/api/world/ticket", {}, {{"cookie", cookie}}))["ticket"];
    return fixture.passenger(text.get<std::string>());
  };
  const std::string ada = fixture.enter("Ada");
  const world::Passenger bob = account_in(fixture.enter("Bob"));
  CHECK(account_in(ada).bonds.all().empty());
  fixture.api->note(world::Related{account_in(ada).account, bob.account, world::kBlocked}, fixture.now);
  CHECK(account_in(ada).bonds.flags(bob.account) == world::kBlocked);
  fixture.open();
  CHECK(account_in(ada).bonds.flags(bob.account) == world::kBlocked);
  fixture.api->note(world::Related{account_in(ada).account, bob.account, 0}, fixture.now);
  CHECK(account_in(ada).bonds.all().empty());
}
