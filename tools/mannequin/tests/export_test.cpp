#include "tools/mannequin/export.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "tools/mannequin/wardrobe.h"

using namespace mannequin;

namespace {

std::uint32_t u32(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

}  // namespace

TEST_CASE("every point of the body follows at most four joints whose weights add up to one") {
  const Body body(Shape::kFull);
  for (int row = 0; row < 35; ++row)
    for (int column = -10; column <= 10; ++column)
      for (const double z : {-.1, 0.0, .1}) {
        const VertexSkin skin = vertex_skin(body.weights({.05 * column, .05 * row, z}));
        int sum = 0;
        for (std::size_t k = 0; k < 4; k++) {
          sum += skin.weights[k];
          REQUIRE(skin.joints[k] < kJoints);
          if (skin.weights[k] == 0) REQUIRE(skin.joints[k] == 0);
        }
        REQUIRE(sum == 255);
      }
}

TEST_CASE("left and right are mirrored: the same weights on the partner joints") {
  const Body body(Shape::kSlim);
  const Vec3 p{.3, 1.2, .01};
  const JointWeights left = body.weights(p), right = body.weights(mirrored(p));
  for (std::size_t j = kLeftShoulder; j < kRightShoulder; j++)
    CHECK(left[j] == Approx(right[j + kRightOffset]).margin(1e-12));
}

TEST_CASE("a file says what it holds, and the same garment gives the same bytes") {
  const Wardrobe wardrobe(Shape::kSlim);
  const TailorOptions coarse{3};
  const auto bytes_of = [&] {
    const Garment& hat = wardrobe.garment("hat");
    const SewnGarment sewn = wardrobe.sew(hat, coarse);
    return to_glb(wardrobe.garment_model(hat, sewn), wardrobe.body());
  };
  const std::vector<std::uint8_t> glb = bytes_of();
  REQUIRE(glb.size() > 1000);
  CHECK(std::memcmp(glb.data(), "glTF", 4) == 0);
  CHECK(u32(glb, 4) == 2);
  CHECK(u32(glb, 8) == glb.size());
  const std::uint32_t json_size = u32(glb, 12);
  const Json json = Json::parse(std::string(glb.begin() + 20, glb.begin() + 20 + json_size));
  CHECK(json["skins"][0]["joints"].size() == kJoints);
  CHECK(json["nodes"][0]["name"] == "hips");
  CHECK(json["meshes"][0]["name"] == "near");
  CHECK(json["meshes"][1]["name"] == "far");
  CHECK(json["materials"].size() == 2);
  std::size_t hidden = 0;
  for (const Json& range : json["meshes"][0]["primitives"][0]["extras"]["hidden"])
    hidden += range[2].get<std::size_t>();
  const std::size_t indices =
      json["accessors"][json["meshes"][0]["primitives"][0]["indices"].get<std::size_t>()]["count"];
  CHECK(hidden == indices);
  CHECK(bytes_of() == glb);
}
