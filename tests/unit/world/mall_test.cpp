#include "world-server/world/mall.h"

#include <catch2/catch.hpp>

#include "tests/unit/world/support.h"

using namespace world;
using world::test::mall_json;
using world::test::mall_json_with;

namespace {

/// The pointer that the refusal names; "accepted" when there is none.
std::string refused_at(const std::string& json_text) {
  const auto mall = parse_mall(json_text);
  return mall.ok() ? "accepted" : mall.error().pointer;
}

}  // namespace

TEST_CASE("a mall document is read with everything that the simulation needs") {
  const auto mall = parse_mall(mall_json());
  REQUIRE(mall.ok());
  CHECK(mall->name == "Test hall");
  CHECK(mall->spawns.size() == 2);
  CHECK(mall->spawns[1].position == Vec3{2, 0, 20});
  CHECK(mall->boxes.size() == 7);
  CHECK(mall->hulls.at(0).size() == 5);
  CHECK(mall->triangles.at(0).c == Vec3{24, 1, 26});
  CHECK(mall->boutiques.at(1).id == "oak-and-linen");
  CHECK(mall->props.at(0).kind == PropKind::kSphere);
  CHECK(mall->staff.at(0).look == Look{1, 3});
  CHECK(mall->visitors_wear == std::vector<std::string>{"tee"});
  CHECK(mall->staff.at(0).path.at(2) == Vec3{-12, 0, -12});
}

TEST_CASE("a mall document with a mistake is refused at the place of the mistake") {
  CHECK(refused_at(mall_json_with("galleria.mall/1", "galleria.mall/2")) == "/format");
  CHECK(refused_at(mall_json_with(R"("name": "Test hall",)", "")).empty());
  CHECK(refused_at(mall_json_with("[2, 0, 20]", "[2, 0]")) == "/spawns/1/position");
  CHECK(refused_at(mall_json_with("[2, 0, 20]", "[2, \"0\", 20]")) == "/spawns/1/position/1");
  CHECK(refused_at(mall_json_with("[2, 0, 20]", "[2, null, 20]")) == "/spawns/1/position/1");
  CHECK(refused_at(mall_json_with("[2, 0, 20]", "[2, 1e30, 20]")) == "/spawns/1/position/1");
  CHECK(refused_at(mall_json_with("[2, 0, 20]", "[2, 0, 200]")) == "/spawns/1/position");
  CHECK(refused_at(mall_json_with("\"half\": [30, 0.5, 30]", "\"half\": [30, -0.5, 30]")) ==
        "/colliders/boxes/0/half/1");
  CHECK(refused_at(mall_json_with("[20, 0, 20], [22, 0, 20], ", "")) == "/colliders/hulls/0");
  CHECK(refused_at(mall_json_with("\"oak-and-linen\"", "\"maison-lune\"")) == "/boutiques/1/id");
  CHECK(refused_at(mall_json_with("\"max\": [20, 5, -10]", "\"max\": [20, 5, -20]")) == "/boutiques/1/zone");
  CHECK(refused_at(mall_json_with("\"sphere\"", "\"cone\"")) == "/props/0/kind");
  CHECK(refused_at(mall_json_with("\"mass_kg\": 0.8", "\"mass_kg\": 0")) == "/props/0/mass_kg");
  CHECK(refused_at(mall_json_with("\"id\": 1,", "\"id\": 1.5,")) == "/props/0/id");
  CHECK(refused_at(mall_json_with("\"id\": 1,", "\"id\": -1,")) == "/props/0/id");
  CHECK(refused_at(mall_json_with("\"boutique\": \"maison-lune\"", "\"boutique\": \"nowhere\"")) ==
        "/staff/0/boutique");
  CHECK(refused_at(mall_json_with("\"shape\": 1", "\"shape\": 3")) == "/staff/0/shape");
}

TEST_CASE("a text that is no mall document is refused with a reason") {
  for (const std::string text : {"", "{", "[]", "null", "7", "\"x\"", "{}", "{\"format\":1e999}", "\xff\xfe",
                                 "{\"format\":NaN}", "{\"format\":\"galleria.mall/1\"}"}) {
    const auto mall = parse_mall(text);
    INFO(text);
    REQUIRE_FALSE(mall.ok());
    CHECK_FALSE(mall.error().reason.empty());
  }
}

TEST_CASE("a mall document that is nested without end or too large is refused before it is parsed") {
  const auto deep = parse_mall(std::string(3'000'000, '['));
  REQUIRE_FALSE(deep.ok());
  CHECK(deep.error().reason.find("nested") != std::string::npos);

  const auto large = parse_mall(mall_json() + std::string(kMallBytesMax, ' '));
  REQUIRE_FALSE(large.ok());
  CHECK(large.error().reason.find("bytes") != std::string::npos);

  // Brackets inside of a string are text.
  CHECK(refused_at(mall_json_with("Test hall", "[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[")) == "accepted");
}

TEST_CASE("a list in a mall document has a limit") {
  std::string spawns;
  for (std::size_t i = 0; i <= kSpawnsMax; ++i) spawns += R"({"position": [0, 0, 0], "yaw_rad": 0},)";
  CHECK(refused_at(mall_json_with("\"spawns\": [", "\"spawns\": [" + spawns)) == "/spawns");
  CHECK(refused_at(mall_json_with(
            R"([{"position": [0, 0, 20], "yaw_rad": 3.14159}, {"position": [2, 0, 20], "yaw_rad": 3.14159}])", "[]")) ==
        "/spawns");
}
