#include <fcntl.h>
#include <soci/soci.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "shop/order_repo.h"
#include "shop/people_repo.h"
#include "shop/secret.h"
#include "shop/store.h"
#include "tests/unit/api/sharing_fixture.h"

using nlohmann::json;
using world::ApiFixture;
using world::header_of;
using world::json_of;
using world::SharingFixture;

namespace {

/// Logs the browser in and answers its new cookie. The code's hash is put into the database beside the API, for a code
/// that the test chose; the key of the hash is the operator's.
std::string log_in(SharingFixture& fixture, const std::string& email, const std::string& with) {
  const std::string session = shop::sha256_hex(with.substr(with.find('=') + 1));
  const std::string code = "123456";
  const std::string hash =
      proto::to_hex(shop::hmac_sha256(fixture.operator_secret(), "login/" + session + "/" + email + "/" + code));
  shop::people::put_login_code(fixture.api->store().db(), {session, email, hash, fixture.now + proto::minutes(5), 5});
  const auto response = fixture.post("/api/login/code", {{"email", email}, {"code", code}}, ApiFixture::as(with));
  REQUIRE(response.status == 200);
  const std::string fresh = header_of(response, "Set-Cookie");
  return fresh.substr(0, fresh.find(';'));
}

/// Writes standard error, where the log goes, into a file while it lives.
class StandardError {
 public:
  explicit StandardError(std::string path) : m_path(std::move(path)), m_kept(::dup(STDERR_FILENO)) {
    const int file = ::open(m_path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(file >= 0);
    ::dup2(file, STDERR_FILENO);
    ::close(file);
  }
  ~StandardError() {
    ::dup2(m_kept, STDERR_FILENO);
    ::close(m_kept);
  }
  StandardError(const StandardError&) = delete;
  StandardError& operator=(const StandardError&) = delete;

  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out << std::ifstream(m_path).rdbuf();
    return out.str();
  }

 private:
  std::string m_path;
  int m_kept;
};

}  // namespace

TEST_CASE("sharing without an agreement is refused before anything is held or charged") {
  SharingFixture fixture;
  const auto refused = fixture.checkout(fixture.jacket, true, fixture.cookie);
  CHECK(refused.status == 409);
  CHECK(json_of(refused)["type"] == "/problems/consent-missing");
  CHECK(json_of(fixture.get("/api/products/1"))["variants"][0]["stock"] == 20);
  CHECK(json_of(fixture.get("/api/things", ApiFixture::as(fixture.cookie)))["orders"].empty());
  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  CHECK(fixture.checkout(fixture.chair, true, fixture.cookie).status == 409);  // agreed with the other brand only
  CHECK(fixture.checkout(fixture.jacket, true, fixture.cookie).status == 201);
}

TEST_CASE("a purchase that is sent again after the agreement ended is still the same purchase") {
  SharingFixture fixture;
  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  const auto first = fixture.checkout(fixture.jacket, true, fixture.cookie);
  REQUIRE(first.status == 201);
  REQUIRE(fixture.withdraw(fixture.draw(1), fixture.cookie).status == 200);
  const auto again = fixture.checkout(fixture.jacket, true, fixture.cookie);
  CHECK(again.status == 200);
  CHECK(json_of(again)["id"] == json_of(first)["id"]);
}

TEST_CASE("an agreement that ends before the certificate is respected: nothing is noted, and the row is done") {
  SharingFixture fixture;
  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  (void)fixture.buy(fixture.jacket, true, fixture.cookie);
  REQUIRE(fixture.withdraw(fixture.draw(1), fixture.cookie).status == 200);
  fixture.tick();
  CHECK(fixture.rows_waiting() == 0);
  CHECK(fixture.consents(fixture.cookie)[0]["entries"] == 0);
}

TEST_CASE("a purchase whose sharing was stopped on its way is not noted under an agreement that came later") {
  SharingFixture fixture;
  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  const auto placed = fixture.checkout(fixture.jacket, true, fixture.cookie);
  REQUIRE(placed.status == 201);
  fixture.now = fixture.now + proto::seconds(1);
  REQUIRE(fixture.withdraw(fixture.draw(1), fixture.cookie).status == 200);
  REQUIRE(fixture.agree(fixture.draw(2), fixture.cookie).status == 201);
  fixture.finish(*proto::OrderId::parse(json_of(placed)["id"].get<std::string>()));
  REQUIRE(fixture.rows_waiting() == 1);
  {
    const StandardError log(fixture.config.data_dir + "/log");
    fixture.tick();
    CHECK(log.text().find("a purchase was not noted, as nothing allows it any more: ended") != std::string::npos);
  }
  CHECK(fixture.rows_waiting() == 0);
  for (const json& consent : fixture.consents(fixture.cookie)) CHECK(consent["entries"] == 0);
  // What is bought under the new one is noted under it.
  fixture.now = fixture.now + proto::seconds(1);
  (void)fixture.buy(fixture.hat, true, fixture.cookie, "k2");
  fixture.tick();
  CHECK(fixture.consents(fixture.cookie)[0]["id"] == fixture.draw(2).id.hex());
  CHECK(fixture.consents(fixture.cookie)[0]["entries"] == 1);
}

TEST_CASE("a purchase that was not shared is not noted") {
  SharingFixture fixture;
  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  (void)fixture.buy(fixture.jacket, false, fixture.cookie);
  fixture.tick();
  CHECK(fixture.consents(fixture.cookie)[0]["entries"] == 0);
  CHECK(fixture.for_you(fixture.cookie)["basis"] == "newcomer");
}

TEST_CASE("a vault that cannot write is tried again until the purchase is noted, once") {
  SharingFixture fixture;
  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  (void)fixture.buy(fixture.jacket, true, fixture.cookie);
  fixture.in_vault("ALTER TABLE entry RENAME TO entry_away");
  fixture.tick();
  CHECK(fixture.rows_waiting() == 1);
  CHECK(fixture.get("/api/consents", ApiFixture::as(fixture.cookie)).status == 503);
  fixture.in_vault("ALTER TABLE entry_away RENAME TO entry");
  fixture.now = fixture.now + proto::seconds(5);
  fixture.tick();
  CHECK(fixture.rows_waiting() == 0);
  CHECK(fixture.consents(fixture.cookie)[0]["entries"] == 1);
}

TEST_CASE("a kill between noting and acknowledging notes nothing twice") {
  SharingFixture fixture;
  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  (void)fixture.buy(fixture.jacket, true, fixture.cookie);
  fixture.tick();
  fixture.api->store().db() << "UPDATE outbox SET acknowledged_us = NULL WHERE kind = 'share'";
  fixture.restart();
  fixture.tick();
  CHECK(fixture.rows_waiting() == 0);
  CHECK(fixture.consents(fixture.cookie)[0]["entries"] == 1);
}

TEST_CASE("what a guest agreed to follows into the account, purchases that are on their way included") {
  SharingFixture fixture;
  (void)log_in(fixture, "ada@example.org", fixture.enter("Ada's phone"));  // the account is there already
  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  (void)fixture.buy(fixture.jacket, true, fixture.cookie);
  const std::string laptop = log_in(fixture, "ada@example.org", fixture.cookie);
  fixture.tick();
  CHECK(fixture.consents(laptop)[0]["entries"] == 1);
  CHECK(fixture.for_you(laptop)["basis"] == "purchases");
  CHECK(fixture.checkout(fixture.hat, true, laptop, "k2").status == 201);
}

TEST_CASE("a login that was killed before the vault heard of it is carried there afterwards") {
  SharingFixture fixture;
  (void)log_in(fixture, "ada@example.org", fixture.enter("Ada's phone"));
  REQUIRE(fixture.agree(fixture.draw(1), fixture.cookie).status == 201);
  (void)fixture.buy(fixture.jacket, true, fixture.cookie);
  fixture.in_vault("ALTER TABLE consent RENAME TO consent_away");
  const std::string laptop = log_in(fixture, "ada@example.org", fixture.cookie);
  fixture.tick();
  CHECK(fixture.rows_waiting() == 1);  // waits: the vault does not know the account yet
  fixture.in_vault("ALTER TABLE consent_away RENAME TO consent");
  fixture.restart();
  fixture.tick();
  CHECK(fixture.rows_waiting() == 0);
  CHECK(fixture.consents(laptop)[0]["entries"] == 1);
  CHECK(shop::people::account_moves(fixture.api->store().db(), 10).empty());
}

TEST_CASE("two agreements that a login has joined end together") {
  SharingFixture fixture;
  const std::string phone = log_in(fixture, "ada@example.org", fixture.enter("Ada's phone"));
  REQUIRE(fixture.agree(fixture.draw(1), phone).status == 201);
  REQUIRE(fixture.agree(fixture.draw(2), fixture.cookie).status == 201);
  (void)fixture.buy(fixture.jacket, true, fixture.cookie);
  fixture.tick();
  const std::string laptop = log_in(fixture, "ada@example.org", fixture.cookie);
  REQUIRE(fixture.consents(laptop).size() == 2);
  CHECK(fixture.for_you(laptop)["basis"] == "purchases");
  if (GENERATE(true, false)) {
    REQUIRE(fixture.withdraw(fixture.draw(1), laptop).status == 200);
  } else {
    REQUIRE(fixture.erase(fixture.draw(1), laptop).status == 200);
  }
  for (const json& consent : fixture.consents(laptop)) CHECK(consent["state"] != "active");
  CHECK(fixture.for_you(laptop)["basis"] == "newcomer");
  CHECK(fixture.checkout(fixture.hat, true, laptop, "k2").status == 409);

  // What is agreed to anew is not ended by stopping the old one once more.
  REQUIRE(fixture.agree(fixture.draw(3), laptop).status == 201);
  REQUIRE(fixture.withdraw(fixture.draw(1), laptop).status == 200);
  REQUIRE(fixture.erase(fixture.draw(2), laptop).status == 200);
  CHECK(fixture.checkout(fixture.hat, true, laptop, "k2").status == 201);
}

TEST_CASE("nothing is ended while the vault has not heard of a login that may join more to it") {
  SharingFixture fixture;
  const std::string phone = log_in(fixture, "ada@example.org", fixture.enter("Ada's phone"));
  REQUIRE(fixture.agree(fixture.draw(1), phone).status == 201);
  fixture.in_vault("CREATE TRIGGER no_move BEFORE UPDATE OF account ON consent BEGIN SELECT RAISE(ABORT, 'busy'); END");
  REQUIRE(fixture.agree(fixture.draw(2), fixture.cookie).status == 201);
  const std::string laptop = log_in(fixture, "ada@example.org", fixture.cookie);
  const auto refused = fixture.withdraw(fixture.draw(1), laptop);
  CHECK(refused.status == 503);
  CHECK(json_of(refused)["type"] == "/problems/vault-busy");
  CHECK(fixture.consents(phone)[0]["state"] == "active");
  fixture.in_vault("DROP TRIGGER no_move");
  REQUIRE(fixture.withdraw(fixture.draw(1), laptop).status == 200);
  REQUIRE(fixture.consents(laptop).size() == 2);
  for (const json& consent : fixture.consents(laptop)) CHECK(consent["state"] == "withdrawn");
}

TEST_CASE("a purchase whose sharing was stopped on its way is not noted under one that a login has joined") {
  SharingFixture fixture;
  const std::string phone = log_in(fixture, "ada@example.org", fixture.enter("Ada's phone"));
  REQUIRE(fixture.agree(fixture.draw(1), phone).status == 201);
  REQUIRE(fixture.agree(fixture.draw(2), fixture.cookie).status == 201);
  const auto placed = fixture.checkout(fixture.jacket, true, fixture.cookie);
  REQUIRE(placed.status == 201);
  fixture.now = fixture.now + proto::seconds(1);
  REQUIRE(fixture.withdraw(fixture.draw(2), fixture.cookie).status == 200);
  const std::string laptop = log_in(fixture, "ada@example.org", fixture.cookie);
  fixture.finish(*proto::OrderId::parse(json_of(placed)["id"].get<std::string>()));
  fixture.tick();
  CHECK(fixture.rows_waiting() == 0);
  REQUIRE(fixture.consents(laptop).size() == 2);
  for (const json& consent : fixture.consents(laptop)) CHECK(consent["entries"] == 0);
  // The phone's agreement still stands.
  fixture.now = fixture.now + proto::seconds(1);
  (void)fixture.buy(fixture.hat, true, phone, "k2");
  fixture.tick();
  CHECK(fixture.for_you(laptop)["basis"] == "purchases");
}

TEST_CASE("a present for somebody's address is noted for who gave it, not for who got it") {
  SharingFixture fixture;
  const std::string giver = fixture.cookie;
  REQUIRE(fixture.agree(fixture.draw(1), giver).status == 201);
  const auto order = fixture.buy(fixture.jacket, true, giver, "k", "bob@example.org");
  const std::string bob = log_in(fixture, "bob@example.org", fixture.enter("Bob"));
  CHECK(json_of(fixture.get("/api/orders/" + order.hex(), ApiFixture::as(bob))).value("id", "") == order.hex());
  fixture.tick();
  CHECK(fixture.consents(giver)[0]["entries"] == 1);
  CHECK(fixture.consents(bob).empty());
}
