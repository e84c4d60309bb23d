#include <catch2/catch.hpp>

#include "tests/unit/api/api_fixture.h"

using world::ApiFixture;
using world::header_of;
using world::json_of;

TEST_CASE("the mall tells its boutiques, displays and where the collision bytes are") {
  ApiFixture fixture;
  fixture.api->set_collision({"bytes", 0x0123456789abcdefULL});
  const auto response = fixture.get("/api/mall");
  CHECK(response.status == 200);
  const auto mall = json_of(response);
  CHECK(mall["name"] == "Test mall");
  CHECK(mall["boutiques"].size() == 2);
  CHECK(mall["displays"].size() == 2);
  CHECK(mall["displays"][0]["product_id"].is_null());
  CHECK(mall["collision"]["hash"] == "0123456789abcdef");
  CHECK(mall["products"].empty());

  const auto again = fixture.get("/api/mall", {{"if-none-match", header_of(response, "ETag")}});
  CHECK(again.status == 304);
  CHECK(again.body.empty());
}

TEST_CASE("collision bytes come as they were handed over, or the caller is told to wait") {
  ApiFixture fixture;
  CHECK(fixture.get("/api/mall/collision").status == 503);
  fixture.api->set_collision({std::string("\0\1\2", 3), 7});
  const auto response = fixture.get("/api/mall/collision");
  CHECK(response.status == 200);
  CHECK(response.body == std::string("\0\1\2", 3));
  CHECK(response.content_type == "application/octet-stream");
}
