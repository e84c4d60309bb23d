#include <catch2/catch.hpp>
#include <string>

#include "shop/order_repo.h"
#include "shop/people_repo.h"
#include "shop/secret.h"
#include "shop/store.h"
#include "tests/unit/api/api_fixture.h"

using nlohmann::json;
using world::ApiFixture;
using world::header_of;
using world::json_of;

namespace {

/// A server whose mails go nowhere; the test knows the code because it knows the random bytes.
class Login : public ApiFixture {
 public:
  Login() {
    config.mail_url = "smtp://127.0.0.1:9";
    open();
    cookie = enter();
  }
  /// Asks for a code and answers it.
  std::string ask(const std::string& email, const std::string& with) {
    const auto response = post("/api/login/email", {{"email", email}}, as(with));
    REQUIRE(response.status == 202);
    return find_code(email, with);
  }
  world::HttpResponse give(const std::string& email, const std::string& code, const std::string& with) {
    return post("/api/login/code", {{"email", email}, {"code", code}}, as(with));
  }

  std::string cookie;

 private:
  /// What an attacker with the database alone cannot do: the hash's key is the operator's.
  std::string find_code(const std::string& email, const std::string& with) {
    const std::string session = shop::sha256_hex(with.substr(with.find('=') + 1));
    const auto stored = shop::people::login_code(api->store().db(), session);
    REQUIRE(stored.has_value());
    const std::string key = operator_secret();
    for (int number = 0; number < 1'000'000; ++number) {
      const std::string digits = std::to_string(number);
      std::string code = std::string(6 - digits.size(), '0') + digits;
      const auto hash = shop::hmac_sha256(key, "login/" + session + "/" + email + "/" + code);
      if (proto::to_hex(hash) == stored->code_hash) return code;
    }
    FAIL("no code has the stored hash");
    return {};
  }
};

std::string other_than(const std::string& code) { return code == "000000" ? "000001" : "000000"; }

}  // namespace

TEST_CASE("a code logs in, and the session goes on under a new cookie") {
  Login fixture;
  const std::string code = fixture.ask("ada@example.org", fixture.cookie);
  const auto response = fixture.give("Ada@Example.ORG", code, fixture.cookie);
  REQUIRE(response.status == 200);
  CHECK(json_of(response)["account"]["email"] == "ada@example.org");
  const std::string fresh = header_of(response, "Set-Cookie");
  const std::string cookie = fresh.substr(0, fresh.find(';'));
  CHECK(cookie != fixture.cookie);
  CHECK(json_of(fixture.get("/api/session", ApiFixture::as(cookie)))["account"]["email"] == "ada@example.org");
  CHECK(json_of(fixture.get("/api/session", ApiFixture::as(fixture.cookie)))["name"].is_null());
  CHECK(fixture.give("ada@example.org", code, cookie).status == 403);  // used up
}

TEST_CASE("guessing stops after five tries, even with the right code at last") {
  Login fixture;
  const std::string code = fixture.ask("ada@example.org", fixture.cookie);
  for (int i = 0; i < 5; ++i) {
    CHECK(json_of(fixture.give("ada@example.org", other_than(code), fixture.cookie))["type"] == "/problems/wrong-code");
  }
  CHECK(json_of(fixture.give("ada@example.org", code, fixture.cookie))["type"] == "/problems/no-tries-left");
}

TEST_CASE("a code is good for ten minutes") {
  Login fixture;
  const std::string code = fixture.ask("ada@example.org", fixture.cookie);
  fixture.now = fixture.now + proto::minutes(10);
  CHECK(json_of(fixture.give("ada@example.org", code, fixture.cookie))["type"] == "/problems/code-expired");
}

TEST_CASE("a code works only in the browser that asked, and only for the address that it was sent to") {
  Login fixture;
  const std::string code = fixture.ask("ada@example.org", fixture.cookie);
  const std::string thief = fixture.enter("Eve");
  CHECK(json_of(fixture.give("ada@example.org", code, thief))["type"] == "/problems/no-code");
  CHECK(json_of(fixture.give("eve@example.org", code, fixture.cookie))["type"] == "/problems/wrong-code");
  CHECK(fixture.give("ada@example.org", code, fixture.cookie).status == 200);
}

TEST_CASE("codes cannot be asked for without end, for one session or one address") {
  Login fixture;
  const auto ask = [&](const std::string& cookie, const std::string& email) {
    return fixture.post("/api/login/email", {{"email", email}}, ApiFixture::as(cookie)).status;
  };
  for (int i = 0; i < 3; ++i) CHECK(ask(fixture.cookie, "ada@example.org") == 202);
  CHECK(ask(fixture.cookie, "bob@example.org") == 429);
  const std::string second = fixture.enter("B");
  for (int i = 0; i < 3; ++i) CHECK(ask(second, "ada@example.org") == 202);
  CHECK(ask(fixture.enter("C"), "ADA@example.org") == 429);
}

TEST_CASE("orders of a guest follow into the account, on every device") {
  Login fixture;
  fixture.config.provider_url = "http://127.0.0.1:9";
  fixture.config.private_addresses_allowed = true;
  fixture.open();
  const json body{
      {"variant_id", fixture.add_jacket()}, {"pay", "card"}, {"email", "ada@example.org"}, {"share", false}};
  REQUIRE(fixture.post("/api/checkout", body, ApiFixture::as(fixture.cookie, "k")).status == 201);
  const auto log_in = [&](const std::string& cookie) {
    const auto response = fixture.give("ada@example.org", fixture.ask("ada@example.org", cookie), cookie);
    REQUIRE(response.status == 200);
    const std::string fresh = header_of(response, "Set-Cookie");
    return fresh.substr(0, fresh.find(';'));
  };
  const std::string laptop = log_in(fixture.cookie);
  const std::string phone = log_in(fixture.enter("Ada's phone"));
  for (const std::string& cookie : {laptop, phone}) {
    CHECK(json_of(fixture.get("/api/things", ApiFixture::as(cookie)))["orders"].size() == 1);
  }
}

namespace {

/// A shop that takes cards, and people who log in.
class LoginShop : public Login {
 public:
  LoginShop() {
    config.provider_url = "http://127.0.0.1:9";
    config.provider_webhook_secret = "s";
    config.private_addresses_allowed = true;
    open();
    variant = add_jacket();
  }
  std::string log_in(const std::string& email, const std::string& with) {
    const auto response = give(email, ask(email, with), with);
    REQUIRE(response.status == 200);
    const std::string fresh = header_of(response, "Set-Cookie");
    return fresh.substr(0, fresh.find(';'));
  }
  /// Buys with the card form's address and pays.
  void buy(const std::string& with, const std::string& email) {
    const json body{{"variant_id", variant}, {"pay", "card"}, {"email", email}, {"share", false}};
    const auto placed = post("/api/checkout", body, as(with, "k"));
    REQUIRE(placed.status == 201);
    const auto id = *proto::OrderId::parse(json_of(placed)["id"].get<std::string>());
    const std::string session = "cs " + id.hex();
    REQUIRE(api->store().execute({{}, now, shop::OpenPayment{id, session, "http://x", now + proto::hours(1)}}).ok());
    REQUIRE(api->store().execute({{}, now, shop::SettlePayment{id, session, {42000, {}}}}).ok());
  }
  std::size_t orders_of(const std::string& with) { return json_of(get("/api/things", as(with)))["orders"].size(); }

  std::uint32_t variant = 0;
};

}  // namespace

TEST_CASE("what somebody bought who was logged in stays theirs, whatever address they typed into the form") {
  LoginShop fixture;
  const std::string bob = fixture.log_in("bob@example.org", fixture.cookie);
  fixture.buy(bob, "ann@example.org");
  REQUIRE(fixture.orders_of(bob) == 1);
  const std::string ann = fixture.log_in("ann@example.org", fixture.enter("Ann"));
  CHECK(fixture.orders_of(bob) == 1);
  CHECK(fixture.orders_of(ann) == 0);
}

TEST_CASE("a guest's paid order is found by its address, however that was capitalised when it was typed") {
  LoginShop fixture;
  const std::string guest = fixture.enter("A passing guest");
  fixture.buy(guest, "Ada@Example.Org");
  const std::string ada = fixture.log_in("ada@example.org", fixture.enter("Ada"));
  CHECK(fixture.orders_of(ada) == 1);
  CHECK(fixture.orders_of(guest) == 0);
}

TEST_CASE("who is stopped at their own network address cannot use up what is left for another's mailbox") {
  Login fixture;
  const auto ask = [&](const std::string& cookie, const std::string& email) {
    return fixture.post("/api/login/email", {{"email", email}}, ApiFixture::as(cookie)).status;
  };
  for (int session = 0; session < 20; ++session) {
    const std::string cookie = fixture.enter("Eve");
    for (int i = 0; i < 3; ++i) REQUIRE(ask(cookie, "eve" + std::to_string(session) + "@example.org") == 202);
  }
  for (int i = 0; i < 10; ++i) CHECK(ask(fixture.enter("Eve"), "ann@example.org") == 429);
  fixture.peer = "10.0.0.2";
  CHECK(ask(fixture.enter("Ann"), "ann@example.org") == 202);
}

TEST_CASE("an address that could smuggle a header or a second recipient is no address") {
  Login fixture;
  for (const char* email :
       {"a@b\r\nBcc: c@d", "a b@c", "<a@b>", "a@b,c@d", "a@@b", "@b", "a@", ".a@b", "a@b..c", "a"}) {
    INFO(email);
    CHECK(fixture.post("/api/login/email", {{"email", email}}, ApiFixture::as(fixture.cookie)).status == 422);
  }
}

TEST_CASE("who logs in while inside as a guest is turned out, to come in again as the account") {
  Login fixture;
  const auto log_in = [&](const std::string& cookie) {
    const auto response = fixture.give("ada@example.org", fixture.ask("ada@example.org", cookie), cookie);
    REQUIRE(response.status == 200);
  };
  log_in(fixture.cookie);
  CHECK(fixture.api->take_door_orders().empty());  // the guest got the address and is who they were
  const std::string guest_cookie = fixture.enter("Ada's phone");
  const auto ticket = fixture.call("POST", "/api/world/ticket", {}, ApiFixture::as(guest_cookie));
  const auto guest = fixture.passenger(json_of(ticket)["ticket"].get<std::string>()).account;
  log_in(guest_cookie);
  const auto orders = fixture.api->take_door_orders();
  REQUIRE(orders.size() == 1);
  const auto* moved = std::get_if<world::MovedOn>(&orders[0]);
  REQUIRE(moved != nullptr);
  CHECK(moved->account == guest);
}
