#include "world-server/world/staff.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/unit/world/client.h"
#include "tests/unit/world/support.h"

using namespace world;
using world::test::go;
using world::test::Scene;

namespace {

/// The only assistant of the small mall has the first row behind the clients.
constexpr std::uint16_t kShoppersMax = 8;
constexpr std::uint16_t kInes = kShoppersMax;

Scene make_scene(Mall mall = test::small_mall()) { return Scene(std::move(mall), {kShoppersMax, 3}); }

float away_m(Vec3 a, Vec3 b) { return std::hypot(a.x - b.x, a.z - b.z); }

/// How many of the points were come near to within the ticks.
std::size_t points_visited(Scene& scene, const std::vector<Vec3>& points, int ticks) {
  std::vector<bool> visited(points.size());
  for (int i = 0; i < ticks; ++i) {
    scene.step();
    for (std::size_t p = 0; p < points.size(); ++p) {
      if (away_m(scene.position(kInes), points[p]) < 0.5F) visited[p] = true;
    }
  }
  return static_cast<std::size_t>(std::count(visited.begin(), visited.end(), true));
}

}  // namespace

TEST_CASE("a yaw points where the direction points") {
  for (int degrees = 0; degrees < 360; degrees += 7) {
    const double angle = degrees * 3.14159265358979 / 180;
    const double expected = degrees / 360.0 * proto::kYawUnitsPerTurn;
    const auto x = static_cast<float>(std::sin(angle) * 3);
    const auto z = static_cast<float>(std::cos(angle) * 3);
    CHECK(yaw_units_of(x, z) == Approx(expected).margin(5));
  }
  CHECK(yaw_units_of(0, 0) == 0);
}

TEST_CASE("an assistant walks its whole path, up and down, with pauses") {
  Scene scene = make_scene();
  const std::vector<Vec3> path = test::small_mall().staff[0].path;
  CHECK(points_visited(scene, path, 1'600) == path.size());
  int still = 0;
  for (int i = 0; i < 600; ++i) {
    const Vec3 before = scene.position(kInes);
    scene.step();
    if (scene.position(kInes) == before) ++still;
  }
  CHECK(still > 60);
  CHECK(still < 590);
}

TEST_CASE("an assistant walks the same way again from the same seed, and another from another") {
  const auto places_after = [](std::uint64_t seed) {
    Scene scene(test::small_mall(), {kShoppersMax, seed});
    scene.step(700);
    return scene.world->state_hash();
  };
  CHECK(places_after(5) == places_after(5));
  CHECK(places_after(5) != places_after(6));
}

TEST_CASE("a shelf across its path does not hold an assistant up for ever") {
  Scene scene = make_scene();
  const std::vector<Vec3> path = test::small_mall().staff[0].path;
  DisplayBoxes shelf;
  shelf.boxes.push_back({{-12, 1, -15}, {7, 1, 0.3F}, 0});
  scene.say(ShopToWorld{shelf});

  // The third point lies behind the shelf; the other two are still walked to and from.
  CHECK(points_visited(scene, {path[0], path[1]}, 1'600) == 2);
  CHECK(points_visited(scene, {path[0], path[1]}, 3'000) == 2);
}

TEST_CASE("an assistant turns to look at a shopper who stands near, and goes on with its work") {
  Scene scene = make_scene();
  scene.join(0);
  scene.step(2);
  scene.walk_to(0, -7, 12);
  scene.walk_to(0, -14, -14);
  // Beside whichever end of the path the assistant pauses at, until it pauses with the shopper in reach.
  int looked = 0;
  int near = 0;
  for (int i = 0; i < 3'000 && looked < 20; ++i) {
    const Vec3 ines = scene.position(kInes);
    const Vec3 ada = scene.position(0);
    const float dx = ada.x - ines.x;
    const float dz = ada.z - ines.z;
    const float distance = std::hypot(dx, dz);
    scene.wish(0, distance > 1.8F ? go(static_cast<int>(-dx / distance * 120), static_cast<int>(-dz / distance * 120))
                                  : go(0, 0));
    scene.step();
    const proto::MoveState& state = scene.world->people().state[kInes];
    if (distance > 2 || state.velocity != Vec3{}) continue;
    ++near;
    const int off = (state.yaw - yaw_units_of(dx, dz) + proto::kYawUnitsPerTurn) % proto::kYawUnitsPerTurn;
    if (std::min(off, proto::kYawUnitsPerTurn - off) < 60) ++looked;
  }
  CHECK(near > 0);
  CHECK(looked == 20);

  scene.wish(0, go(0, 0));
  CHECK(points_visited(scene, test::small_mall().staff[0].path, 3'000) == 3);
}

TEST_CASE("an assistant waves back once to a shopper near by, and not to one far away") {
  Scene scene = make_scene();
  world::test::TestClient& ada = scene.join(0);
  scene.step(10);
  scene.say(NetToWorld{Wave{ada.id()}});
  scene.step(60);
  const AvatarId ines = scene.world->people().id[kInes];
  const auto waves_of_ines = [&ada, ines] {
    return std::count_if(ada.events.begin(), ada.events.end(),
                         [ines](const proto::Event& event) { return event.avatar == ines; });
  };
  CHECK(waves_of_ines() == 0);

  scene.walk_to(0, -7, 12);
  scene.walk_to(0, -15, -15);
  scene.say(NetToWorld{Wave{ada.id()}});
  scene.step(60);
  CHECK(waves_of_ines() == 1);
}

TEST_CASE("staff are told of as staff, with their names") {
  Scene scene = make_scene();
  world::test::TestClient& ada = scene.join(0);
  scene.step(10);
  scene.wish(0, go(0, 0));
  scene.step(10);
  const AvatarId ines = scene.world->people().id[kInes];
  REQUIRE(ada.others.count(ines) == 1);
  REQUIRE(ada.others.at(ines).appearance);
  CHECK(ada.others.at(ines).appearance->staff);
  CHECK(ada.others.at(ines).appearance->name == "Ines");
  CHECK(ada.others.at(ines).appearance->tint == 3);
}

TEST_CASE("visitors wear the clothes that the mall names, whether they came before or after the shop had them") {
  Scene scene = make_scene();
  const world::ShopToWorld offer{world::Wearables{{{21, world::Slot::kTop, "maison-lune", "tee"}}}};
  const bool is_early = GENERATE(true, false);
  if (!is_early) scene.say(offer);
  scene.step(2);
  world::test::TestClient& ada = scene.join(0);
  scene.join(1);
  if (is_early) scene.say(offer);
  scene.wish(0, go(0, 0));
  scene.step(20);
  const AvatarId ben = scene.world->people().id[1];
  REQUIRE(ada.others.count(ben) == 1);
  REQUIRE(ada.others.at(ben).appearance);
  CHECK(ada.others.at(ben).appearance->outfit[1] == 21);
}

TEST_CASE("staff wear what the mall gives them, as soon as the shop has it") {
  Scene scene = make_scene();
  world::test::TestClient& ada = scene.join(0);
  scene.wish(0, go(0, 0));
  scene.step(10);
  const AvatarId ines = scene.world->people().id[kInes];
  REQUIRE(ada.others.at(ines).appearance);
  CHECK(ada.others.at(ines).appearance->outfit[2] == 0);
  scene.say(world::ShopToWorld{world::Wearables{{{7, world::Slot::kHead, "maison-lune", "hat"},
                                                 {11, world::Slot::kOuter, "maison-lune", "jacket"},
                                                 {12, world::Slot::kOuter, "maison-lune", "jacket"}}}});
  scene.step(20);
  CHECK(ada.others.at(ines).appearance->outfit[2] == 11);
  CHECK(ada.others.at(ines).appearance->outfit[0] == 0);
}
