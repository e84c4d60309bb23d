/// Keeping order by HTTP: who is here, who is staff, who may not come in, and what the door says to them.
#include <catch2/catch.hpp>

#include "shop/people_repo.h"
#include "shop/store.h"
#include "tests/unit/api/api_fixture.h"

using nlohmann::json;
using world::ApiFixture;
using world::json_of;

namespace {

class Door : public ApiFixture {
 public:
  world::HttpResponse ask_ticket(const std::string& cookie) {
    return call("POST", "/api/world/ticket", {}, as(cookie));
  }
  /// The account behind a cookie; the caller may enter.
  proto::AccountId account(const std::string& cookie) {
    return passenger(json_of(ask_ticket(cookie))["ticket"].get<std::string>()).account;
  }
  world::HttpResponse order(const std::string& path, const json& body) { return as_operator(path, body, "key"); }
  json list(const std::string& path, const std::string& name) {
    const auto response = get(path, {{"authorization", "Bearer " + operator_secret()}});
    REQUIRE(response.status == 200);
    return json_of(response)[name];
  }
  /// As after a login.
  proto::AccountId with_email(const std::string& cookie, const std::string& email) {
    const auto id = account(cookie);
    shop::people::set_email(api->store().db(), id, email);
    return id;
  }
};

}  // namespace

TEST_CASE("the operator sees who is here, nobody else does") {
  Door door;
  const std::string cookie = door.enter("Ada");
  const auto ada = door.account(cookie);
  CHECK(door.list("/api/visitors", "visitors").empty());
  door.api->note(world::Came{ada, "Ada", "192.0.2.1"}, door.now);
  const json visitors = door.list("/api/visitors", "visitors");
  REQUIRE(visitors.size() == 1);
  CHECK(visitors[0]["account"] == ada.hex());
  CHECK(visitors[0]["name"] == "Ada");
  CHECK(visitors[0].size() == 3);
  door.api->note(world::Went{ada}, door.now);
  CHECK(door.list("/api/visitors", "visitors").empty());
  for (const char* path : {"/api/visitors", "/api/staff", "/api/bans"}) {
    CHECK(door.get(path, ApiFixture::as(cookie)).status == 401);
  }
  CHECK(
      door.post("/api/bans", {{"account", ada.hex()}, {"minutes", 5}, {"reason", ""}}, ApiFixture::as(cookie)).status ==
      401);
}

TEST_CASE("staff are accounts that the operator names, also after a restart, until taken back") {
  Door door;
  const std::string cookie = door.enter("Ines");
  CHECK(door.order("/api/staff", {{"email", "ines@example.org"}, {"staff", true}}).status == 404);
  const auto ines = door.with_email(cookie, "ines@example.org");
  CHECK(door.order("/api/staff", {{"email", "Ines@example.org"}, {"staff", true}}).status == 200);
  const auto orders = door.api->take_door_orders();
  REQUIRE(orders.size() == 1);
  CHECK(std::get<world::SetStaff>(orders[0]).account == ines);
  CHECK(std::get<world::SetStaff>(orders[0]).is_staff);
  CHECK(door.api->take_door_orders().empty());
  door.open();
  CHECK(door.list("/api/staff", "staff")[0]["email"] == "ines@example.org");
  const auto enter = [&door, &cookie] {
    return door.passenger(json_of(door.ask_ticket(cookie))["ticket"].get<std::string>());
  };
  CHECK(enter().is_staff);
  CHECK(door.order("/api/staff", {{"email", "ines@example.org"}, {"staff", false}}).status == 200);
  CHECK_FALSE(enter().is_staff);
  CHECK(door.list("/api/staff", "staff").empty());
}

TEST_CASE("a kick turns out, and for its minutes there is no ticket") {
  Door door;
  const std::string cookie = door.enter("Eve");
  const auto eve = door.with_email(cookie, "eve@example.org");
  const std::string path = "/api/visitors/" + eve.hex() + "/kick";
  CHECK(door.order(path, {{"minutes", 0}, {"reason", ""}}).status == 404);  // is not here
  door.api->note(world::Came{eve, "Eve", "192.0.2.1"}, door.now);
  CHECK(door.order(path, {{"minutes", 0}, {"reason", "shouting"}}).status == 200);
  CHECK(std::get<world::TurnOut>(door.api->take_door_orders().at(0)).account == eve);
  CHECK(door.ask_ticket(cookie).status == 201);
  CHECK(door.order(path, {{"minutes", 5}, {"reason", "shouting again"}}).status == 200);
  CHECK(std::get<world::TurnOut>(door.api->take_door_orders().at(0)).minutes == 5);
  const auto refused = door.ask_ticket(cookie);
  CHECK(refused.status == 403);
  CHECK(json_of(refused)["type"] == "/problems/sent-away");
  door.now = door.now + proto::minutes(5);
  CHECK(door.ask_ticket(cookie).status == 201);
}

TEST_CASE("a ban is written down with who, when, why and until when, survives a restart, and can be lifted") {
  Door door;
  const std::string cookie = door.enter("Eve");
  const auto eve = door.with_email(cookie, "eve@example.org");
  door.api->note(world::Came{eve, "Eve", "127.0.0.1"}, door.now);
  const auto made = door.order("/api/bans", {{"account", eve.hex()}, {"minutes", 60}, {"reason", "threats"}});
  REQUIRE(made.status == 201);
  const json schema = json_of(door.get("/api/openapi.json"))["components"]["schemas"]["Ban"]["properties"];
  const json written = json_of(made);
  for (const auto& [name, value] : written.items()) CHECK(schema.contains(name));
  CHECK(written.size() == schema.size());
  door.open();
  const json ban = door.list("/api/bans", "bans").at(0);
  CHECK(ban["name"] == "Eve");
  CHECK(ban["by"] == "operator");
  CHECK(ban["kind"] == "ban");
  CHECK(ban["reason"] == "threats");
  CHECK(ban["holds_for_address"] == true);
  CHECK(door.ask_ticket(cookie).status == 403);
  CHECK(door.ask_ticket(door.enter("Eve without her cookie")).status == 403);
  const std::string lift = "/api/bans/" + eve.hex() + "/lift";
  const auto call_lift = [&] {
    return door.call("POST", lift, {}, {{"authorization", "Bearer " + door.operator_secret()}});
  };
  CHECK(call_lift().status == 200);
  CHECK(call_lift().status == 404);
  CHECK(door.ask_ticket(cookie).status == 201);
}

TEST_CASE("who is banned is known by the address too, as long as the ban lasts, and only guests are refused for it") {
  Door door;
  door.peer = "192.0.2.7";
  const auto eve = door.account(door.enter("Eve"));
  door.api->note(world::Came{eve, "Eve", "192.0.2.7"}, door.now);
  const std::string known = door.enter("Bob");
  door.with_email(known, "bob@example.org");
  door.api->note(world::SentAway{eve, eve, false, 60}, door.now);
  CHECK(door.ask_ticket(door.enter("Eve again")).status == 403);
  CHECK(door.ask_ticket(known).status == 201);
  CHECK(door.list("/api/bans", "bans").at(0)["holds_for_address"] == true);
  door.peer = "192.0.2.8";
  CHECK(door.ask_ticket(door.enter("Somebody else")).status == 201);
  door.peer = "192.0.2.7";
  door.now = door.now + proto::hours(1);
  CHECK(door.ask_ticket(door.enter("Eve again")).status == 201);
}

TEST_CASE("a shorter ban does not end a longer one, and nonsense is refused member by member") {
  Door door;
  const std::string cookie = door.enter("Eve");
  const auto eve = door.account(cookie);
  door.api->note(world::SentAway{eve, eve, false, 600}, door.now);
  door.api->note(world::SentAway{eve, eve, true, 1}, door.now);
  door.now = door.now + proto::minutes(2);
  CHECK(door.ask_ticket(cookie).status == 403);
  CHECK(door.list("/api/bans", "bans").at(0)["kind"] == "ban");
  CHECK(door.order("/api/bans", {{"account", eve.hex()}, {"minutes", 0}, {"reason", ""}}).status == 422);
  CHECK(door.order("/api/bans", {{"account", "eve"}, {"minutes", 5}, {"reason", ""}}).status == 422);
  CHECK(door.order("/api/bans", {{"account", std::string(64, '0')}, {"minutes", 5}, {"reason", ""}}).status == 404);
  CHECK(door.order("/api/staff", {{"email", "x"}, {"staff", "yes"}}).status == 422);
}

TEST_CASE("nobody hides from staff: a block that is written down counts as a mute for as long as they are staff") {
  Door door;
  const std::string eve_cookie = door.enter("Eve");
  const auto eve = door.account(eve_cookie);
  const auto ines = door.with_email(door.enter("Ines"), "ines@example.org");
  const auto bob = door.account(door.enter("Bob"));
  door.api->note(world::Related{eve, ines, world::kBlocked}, door.now);
  door.api->note(world::Related{eve, bob, world::kBlocked}, door.now);
  const auto flags = [&](const proto::AccountId& other) {
    return door.passenger(json_of(door.ask_ticket(eve_cookie))["ticket"].get<std::string>()).bonds.flags(other);
  };
  CHECK(flags(ines) == world::kBlocked);
  REQUIRE(door.order("/api/staff", {{"email", "ines@example.org"}, {"staff", true}}).status == 200);
  CHECK(flags(ines) == world::kMuted);
  CHECK(flags(bob) == world::kBlocked);
  REQUIRE(door.order("/api/staff", {{"email", "ines@example.org"}, {"staff", false}}).status == 200);
  CHECK(flags(ines) == world::kBlocked);
}
