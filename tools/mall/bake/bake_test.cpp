// The baker against what is known without it: a brute-force search, an open sky, a closed box, a lamp over a floor.

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>

#include "tools/mall/bake/bvh.h"
#include "tools/mall/bake/scene.h"
#include "tools/mall/bake/tracer.h"

namespace {

using bake::Ray;
using bake::Triangle;
using bake::Vec3;

Triangle triangle(const Vec3& a, const Vec3& b, const Vec3& c, float albedo = 0.5F) {
  Triangle t;
  t.a = a;
  t.edge1 = b - a;
  t.edge2 = c - a;
  t.normal = bake::normalize(bake::cross(t.edge1, t.edge2));
  t.albedo = {albedo, albedo, albedo};
  return t;
}

Vec3 random_point(bake::Random& random, float size) {
  const float x = random.next();
  const float y = random.next();
  const float z = random.next();
  return {(x - 0.5F) * size, (y - 0.5F) * size, (z - 0.5F) * size};
}

/// A floor of 20 by 20 m at height zero, seen from above.
void add_floor(bake::Scene& scene, float albedo) {
  scene.triangles.push_back(triangle({-10, 0, -10}, {-10, 0, 10}, {10, 0, 10}, albedo));
  scene.triangles.push_back(triangle({-10, 0, -10}, {10, 0, 10}, {10, 0, -10}, albedo));
  scene.sun_direction = bake::normalize({0.42F, 1, 0.3F});
}

bake::Irradiance bake_one(const bake::Scene& scene, const bake::Sample& sample) {
  const bake::Bvh bvh(scene.triangles);
  return bake::Tracer(scene, bvh).irradiance(sample, 1, 16);
}

/// A file that is gone when the test is.
class TemporaryFile {
 public:
  TemporaryFile() : m_path("/tmp/galleria-bake-test-" + std::to_string(getpid())) {}
  ~TemporaryFile() { std::remove(m_path.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  void write(const std::string& bytes) const { std::ofstream(m_path, std::ios::binary) << bytes; }
  [[nodiscard]] const std::string& path() const { return m_path; }

 private:
  std::string m_path;
};

std::string words(std::initializer_list<uint32_t> values) {
  std::string bytes;
  for (const uint32_t value : values) bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  return bytes;
}

}  // namespace

TEST_CASE("the tree finds what a search through all triangles finds") {
  bake::Random random(7);
  std::vector<Triangle> triangles;
  for (int i = 0; i < 600; ++i) {
    const Vec3 at = random_point(random, 10);
    triangles.push_back(triangle(at, at + random_point(random, 2), at + random_point(random, 2)));
  }
  const bake::Bvh bvh(triangles);
  int hits = 0;
  for (int i = 0; i < 2000; ++i) {
    const Ray ray{random_point(random, 14), bake::normalize(random_point(random, 1))};
    float distance = 100;
    const int found = bvh.nearest(ray, distance);
    float brute = 100;
    for (const Triangle& t : triangles) {
      const std::vector<Triangle> one{t};
      const bake::Bvh alone(one);
      float d = brute;
      if (alone.nearest(ray, d) == 0) brute = d;
    }
    CHECK(distance == brute);
    CHECK((found >= 0) == (brute < 100));
    CHECK(bvh.blocked(ray, 100) == (found >= 0));
    if (found >= 0) {
      ++hits;
      CHECK_FALSE(bvh.blocked(ray, brute * 0.999F));
    }
  }
  CHECK(hits > 200);
}

TEST_CASE("a floor under the open sky gets the sky's light, equal on every run") {
  bake::Scene scene;
  add_floor(scene, 0.5F);
  const bake::Irradiance first = bake_one(scene, {{0, 0, 0}, {0, 1, 0}});
  const bake::Irradiance second = bake_one(scene, {{0, 0, 0}, {0, 1, 0}});
  CHECK(first.light.y == second.light.y);
  CHECK(first.back_share == 0);
  // The sky's radiance lies between 1.1 and 3.5; over a hemisphere that is pi times as much.
  CHECK(first.light.y > 1.1F * 3.14F);
  CHECK(first.light.y < 3.5F * 3.14F);
  CHECK(first.light.z > first.light.x);
}

TEST_CASE("a roof takes the sky away, and its white underside gives some back") {
  bake::Scene scene;
  add_floor(scene, 0.5F);
  const float open = bake_one(scene, {{0, 0, 0}, {0, 1, 0}}).light.y;
  scene.triangles.push_back(triangle({-4, 2, -4}, {4, 2, 4}, {-4, 2, 4}, 0.8F));
  scene.triangles.push_back(triangle({-4, 2, -4}, {4, 2, -4}, {4, 2, 4}, 0.8F));
  const float covered = bake_one(scene, {{0, 0, 0}, {0, 1, 0}}).light.y;
  CHECK(covered < 0.6F * open);
  CHECK(covered > 0.02F * open);
}

TEST_CASE("a sample inside a closed body is told apart") {
  bake::Scene scene;
  add_floor(scene, 0.5F);
  // A slab whose faces look up and down, away from the sample between them.
  scene.triangles.push_back(triangle({-9, 0.5F, -9}, {-9, 0.5F, 9}, {9, 0.5F, 9}));
  scene.triangles.push_back(triangle({-9, 0.5F, -9}, {9, 0.5F, 9}, {9, 0.5F, -9}));
  CHECK(bake_one(scene, {{0, 0.2F, 0}, {0, 1, 0}}).back_share > 0.5F);
}

TEST_CASE("a lamp lights by the square of its distance, inside its cone and its group only") {
  bake::Scene scene;
  add_floor(scene, 0);
  // Night: a black lid, so that little but the lamp speaks.
  scene.triangles.push_back(triangle({-30, 8, -30}, {30, 8, 30}, {-30, 8, 30}, 0));
  scene.triangles.push_back(triangle({-30, 8, -30}, {30, 8, -30}, {30, 8, 30}, 0));
  const float night = bake_one(scene, {{0, 0, 0}, {0, 1, 0}}).light.y;
  scene.lamps.push_back({{0, 2, 0}, {0, -1, 0}, {8, 8, 8}, 0.9F, 0.7F});
  scene.groups.push_back({{{-5, -1, -5}, {5, 9, 5}}, {{-5, -1, -5}, {5, 9, 5}}, 0, 1});
  const auto at = [&](float x) { return bake_one(scene, {{x, 0, 0}, {0, 1, 0}}).light.y; };
  CHECK(at(0) - night == Approx(8.0F / 4).margin(0.05));
  CHECK(at(3) - night < 0.1F);
  scene.lamps[0].position.y = 4;
  CHECK(at(0) - night == Approx(8.0F / 16).margin(0.05));
  scene.groups[0].inner = scene.groups[0].outer = {{2, -1, 2}, {5, 9, 5}};
  CHECK(at(0) - night < 0.05F);
}

TEST_CASE("a file that is not a scene is refused with a reason") {
  const TemporaryFile file;
  CHECK_THROWS_WITH(bake::read_scene("/nowhere/at/all"), Catch::Contains("cannot open"));
  file.write("not a scene of anything, but long enough to hold a head");
  CHECK_THROWS_WITH(bake::read_scene(file.path()), Catch::Contains("not a scene"));
  const uint32_t magic = 0x4b424c47;
  file.write(words({magic, 1, 5, 0, 0, 0}));
  CHECK_THROWS_WITH(bake::read_scene(file.path()), Catch::Contains("ends early"));
  file.write(words({magic, 1, 0xffffffff, 0, 0, 0}));
  CHECK_THROWS_WITH(bake::read_scene(file.path()), Catch::Contains("too many"));
  file.write(words({magic, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK(bake::read_scene(file.path()).triangles.empty());
  file.write(words({magic, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7}));
  CHECK_THROWS_WITH(bake::read_scene(file.path()), Catch::Contains("goes on"));
}
