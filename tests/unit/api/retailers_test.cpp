/// Retailers: who is one, and who may close and open which boutique.
#include <catch2/catch.hpp>

#include "shop/people_repo.h"
#include "shop/store.h"
#include "tests/unit/api/api_fixture.h"

using nlohmann::json;
using world::ApiFixture;
using world::HttpResponse;
using world::json_of;

namespace {

constexpr const char* kLuneDoors = "/api/boutiques/maison-lune/doors";
constexpr const char* kOakDoors = "/api/boutiques/oak-and-linen/doors";

/// Two brands, each with its boutique.
class Street : public ApiFixture {
 public:
  Street() {
    brand("lune", "maison-lune");
    brand("oak", "oak-and-linen");
  }
  /// Comes in, has logged in with `email`, and is what the operator says of them; answers the cookie.
  std::string enter_as(const std::string& name, const std::string& email, const std::string& brand,
                       const std::string& role) {
    std::string cookie = enter(name);
    const std::string ticket = json_of(call("POST", "/api/world/ticket", {}, as(cookie)))["ticket"];
    shop::people::set_email(api->store().db(), passenger(ticket).account, email);
    REQUIRE(make_member(brand, email, role).status == 200);
    return cookie;
  }
  HttpResponse make_member(const std::string& brand, const std::string& email, const std::string& role) {
    return as_operator("/api/brands/" + brand + "/members", {{"email", email}, {"role", role}}, "key");
  }
  HttpResponse close(const std::string& path, const std::string& cookie, bool closed = true) {
    return post(path, {{"closed", closed}}, as(cookie));
  }
  [[nodiscard]] std::vector<std::string> closed() const { return api->closed_boutiques().ids; }
  bool says_closed(std::size_t boutique) { return json_of(get("/api/mall"))["boutiques"][boutique]["closed"]; }

 private:
  void brand(const std::string& id, const std::string& boutique) {
    REQUIRE(as_operator("/api/brands", {{"id", id}, {"name", id}, {"boutique", boutique}}, "brand " + id).status ==
            201);
  }
};

std::string code(const HttpResponse& response) { return json_of(response)["type"]; }

}  // namespace

TEST_CASE("a boutique is closed and opened by its retailer, and by nobody else") {
  Street street;
  const std::string owner = street.enter_as("Luna", "luna@example.org", "lune", "owner");
  const std::string creator = street.enter_as("Cleo", "cleo@example.org", "lune", "creator");
  const std::string neighbour = street.enter_as("Olaf", "olaf@example.org", "oak", "owner");
  const std::string stranger = street.enter("Eve");

  CHECK(street.post(kLuneDoors, {{"closed", true}}).status == 401);
  for (const std::string& cookie : {stranger, neighbour, creator}) {
    const HttpResponse refused = street.close(kLuneDoors, cookie);
    CHECK(refused.status == 403);
    CHECK(code(refused) == "/problems/not-your-boutique");
  }
  CHECK(street.post(kLuneDoors, {{"closed", true}}, {{"authorization", "Bearer guessed"}}).status == 401);
  CHECK(street.closed().empty());

  const std::uint64_t version = street.api->catalogue_version();
  const HttpResponse closed = street.close(kLuneDoors, owner);
  CHECK(closed.status == 200);
  CHECK(json_of(closed) == json{{"boutique", "maison-lune"}, {"closed", true}});
  CHECK(street.closed() == std::vector<std::string>{"maison-lune"});
  CHECK(street.says_closed(0));
  CHECK_FALSE(street.says_closed(1));
  const std::uint64_t since = street.api->catalogue_version();
  CHECK(since > version);
  CHECK(street.close(kLuneDoors, owner).status == 200);
  CHECK(street.api->catalogue_version() == since);  // nothing has changed

  CHECK(street.close(kLuneDoors, neighbour, false).status == 403);
  CHECK(street.close(kLuneDoors, owner, false).status == 200);
  CHECK(street.closed().empty());
  CHECK_FALSE(street.says_closed(0));
}

TEST_CASE("the operator closes any boutique that has doors, and it stays closed after a restart") {
  Street street;
  CHECK(street.as_operator(kLuneDoors, {{"closed", true}}, "key").status == 200);
  street.open();
  CHECK(street.closed() == std::vector<std::string>{"maison-lune"});
  CHECK(street.says_closed(0));
  const std::string owner = street.enter_as("Luna", "luna@example.org", "lune", "owner");
  const HttpResponse kept = street.close(kLuneDoors, owner, false);
  CHECK(kept.status == 403);
  CHECK(code(kept) == "/problems/closed-by-operator");
  CHECK(street.closed().size() == 1);
  CHECK(street.as_operator(kLuneDoors, {{"closed", false}}, "key").status == 200);
  CHECK(street.close(kLuneDoors, owner).status == 200);
  CHECK(street.as_operator(kLuneDoors, {{"closed", true}}, "key").status == 200);  // now it is the operator's word
  CHECK(street.close(kLuneDoors, owner, false).status == 403);
  const HttpResponse doorless = street.as_operator(kOakDoors, {{"closed", true}}, "key");
  CHECK(doorless.status == 409);
  CHECK(code(doorless) == "/problems/no-doors");
  CHECK(street.as_operator(kOakDoors, {{"closed", false}}, "key").status == 200);
  const HttpResponse unknown = street.as_operator("/api/boutiques/nowhere/doors", {{"closed", true}}, "key");
  CHECK(unknown.status == 404);
  CHECK(code(unknown) == "/problems/unknown-boutique");
  CHECK(street.as_operator(kLuneDoors, {{"closed", "yes"}}, "key").status == 422);
  CHECK(street.as_operator(kLuneDoors, json::object(), "key").status == 422);
}

TEST_CASE("the operator says who belongs to a brand, and takes it back") {
  Street street;
  CHECK(street.make_member("lune", "nobody@example.org", "owner").status == 404);
  const std::string luna = street.enter_as("Luna", "luna@example.org", "lune", "owner");
  CHECK(street.make_member("nowhere", "luna@example.org", "owner").status == 404);
  CHECK(street.make_member("lune", "luna@example.org", "queen").status == 422);
  CHECK(
      street.post("/api/brands/lune/members", {{"email", "luna@example.org"}, {"role", "owner"}}, ApiFixture::as(luna))
          .status == 401);
  CHECK(street.close(kLuneDoors, luna).status == 200);
  const HttpResponse left = street.make_member("lune", "Luna@example.org", "none");
  CHECK(left.status == 200);
  CHECK(json_of(left)["role"] == "none");
  CHECK(street.close(kLuneDoors, luna, false).status == 403);
  CHECK(street.closed().size() == 1);
}
