/// The list of whom somebody has muted or blocked, as its owner reads it and takes entries back.
#include <catch2/catch.hpp>
#include <set>

#include "shop/people_repo.h"
#include "shop/store.h"
#include "tests/unit/api/api_fixture.h"

using nlohmann::json;
using world::ApiFixture;
using world::json_of;

namespace {

class People : public ApiFixture {
 public:
  struct Somebody {
    std::string cookie;
    proto::AccountId account;
  };
  Somebody come(const std::string& name) {
    const std::string cookie = enter(name);
    return {cookie, passenger(ticket(cookie)).account};
  }
  std::string ticket(const std::string& cookie) {
    return json_of(call("POST", "/api/world/ticket", {}, as(cookie)))["ticket"].get<std::string>();
  }
  json list(const Somebody& who) {
    const auto response = get("/api/relations", as(who.cookie));
    REQUIRE(response.status == 200);
    return json_of(response)["relations"];
  }
  void name_staff(const proto::AccountId& account, const std::string& email) {
    shop::people::set_email(api->store().db(), account, email);
    REQUIRE(as_operator("/api/staff", {{"email", email}, {"staff", true}}, "key").status == 200);
  }
  world::HttpResponse lift(const Somebody& who, const std::string& id) {
    return call("POST", "/api/relations/" + id + "/lift", {}, as(who.cookie));
  }
};

}  // namespace

TEST_CASE("whom somebody has muted or blocked is listed under the name that was seen, newest first, to them alone") {
  People people;
  const auto ada = people.come("Ada");
  const auto bob = people.come("Bob");
  const auto eve = people.come("Eve");
  people.api->note(world::Related{ada.account, bob.account, world::kMuted, "Bob"}, people.now);
  people.now = people.now + proto::seconds(5);
  people.api->note(world::Related{ada.account, eve.account, world::kBlocked, "Eve"}, people.now);
  const json list = people.list(ada);
  REQUIRE(list.size() == 2);
  CHECK(list[0]["name"] == "Eve");
  CHECK(list[0]["blocked"] == true);
  CHECK(list[0]["muted"] == false);
  CHECK(list[1]["name"] == "Bob");
  CHECK(list[1]["muted"] == true);
  const json schema = json_of(people.get("/api/openapi.json"))["components"]["schemas"]["Relation"]["properties"];
  std::set<std::string> members;
  for (const auto& [name, value] : list[0].items()) members.insert(name);
  for (const auto& [name, value] : schema.items()) CHECK(members.erase(name) == 1);
  CHECK(members.empty());
  CHECK(people.list(bob).empty());
  CHECK(people.get("/api/relations").status == 401);
  CHECK(list.dump().find(eve.account.hex().substr(0, 16)) == std::string::npos);
}

TEST_CASE("an entry is taken back also when the other is gone: in the shop, in tickets in hand and in the world") {
  People people;
  const auto ada = people.come("Ada");
  const auto eve = people.come("Eve");
  people.api->note(world::Related{ada.account, eve.account, world::kMuted | world::kBlocked, "Eve"}, people.now);
  const std::string in_hand = people.ticket(ada.cookie);
  const std::string id = people.list(ada)[0]["id"];
  CHECK(people.lift(eve, id).status == 404);  // it is Ada's
  REQUIRE(people.lift(ada, id).status == 200);
  CHECK(people.list(ada).empty());
  CHECK(people.passenger(in_hand).bonds.all().empty());
  const auto orders = people.api->take_door_orders();
  REQUIRE(orders.size() == 1);
  CHECK(std::get<world::Reconciled>(orders[0]).account == ada.account);
  CHECK(std::get<world::Reconciled>(orders[0]).other == eve.account);
  CHECK(people.lift(ada, id).status == 404);
  CHECK(people.lift(ada, "nonsense").status == 404);
  people.open();
  CHECK(people.list(ada).empty());
}

TEST_CASE("a block that is noted while a ticket is in hand is on the ticket") {
  People people;
  const auto ada = people.come("Ada");
  const auto eve = people.come("Eve");
  const std::string in_hand = people.ticket(ada.cookie);
  people.api->note(world::Related{ada.account, eve.account, world::kBlocked, "Eve"}, people.now);
  CHECK(people.passenger(in_hand).bonds.flags(eve.account) == world::kBlocked);
}

TEST_CASE("the list reads the same whether somebody is in the mall or not, and whatever they wish of its owner") {
  People people;
  const auto ada = people.come("Ada");
  const auto bob = people.come("Bob");
  people.api->note(world::Related{ada.account, bob.account, world::kMuted, "Bob"}, people.now);
  const json away = people.list(ada);
  REQUIRE(away.size() == 1);
  people.api->note(world::Came{bob.account, "Bob in a hat", "192.0.2.1"}, people.now);
  CHECK(people.list(ada) == away);
  people.api->note(world::Related{bob.account, ada.account, world::kBlocked, "Ada"}, people.now);
  CHECK(people.list(ada) == away);
}

TEST_CASE("about staff a block reads as the mute that it is, and the calls of one session are counted") {
  People people;
  const auto ada = people.come("Ada");
  const auto ines = people.come("Ines");
  people.api->note(world::Related{ada.account, ines.account, world::kBlocked, "Ines"}, people.now);
  CHECK(people.list(ada)[0]["blocked"] == true);
  people.name_staff(ines.account, "ines@example.org");
  CHECK(people.list(ada)[0]["blocked"] == false);
  CHECK(people.list(ada)[0]["muted"] == true);
  int asked = 3;
  while (people.get("/api/relations", ApiFixture::as(ada.cookie)).status == 200) REQUIRE(++asked < 100);
  CHECK(asked == 60);
  CHECK(people.get("/api/relations", ApiFixture::as(ines.cookie)).status == 200);
}
