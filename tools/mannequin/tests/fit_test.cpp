#include <catch2/catch.hpp>
#include <map>

#include "tools/mannequin/poke.h"
#include "tools/mannequin/wardrobe.h"

using namespace mannequin;

namespace {

// Coarser cells than what ships: the same garments in a fraction of the time. The budgets of triangles are the same.
constexpr TailorOptions kCoarse{1.8};

struct Budget {
  std::size_t near_max, far_max;
};
const std::map<std::string, Budget> kBudgets = {{"jacket", {14100, 1260}},  {"trousers", {8000, 1200}},
                                                {"sneakers", {6050, 1200}}, {"hat", {4000, 1200}},
                                                {"tee", {5000, 1200}},      {"dress", {9000, 1260}}};

/// Catch's sections would sew everything anew for each check.
struct Fitting {
  explicit Fitting(Shape shape) : wardrobe(shape), clips(bake_clips(wardrobe.body())) {
    body = wardrobe.sew_body(kCoarse);
    for (const Garment& g : wardrobe.garments()) sewn.emplace(g.name, wardrobe.sew(g, kCoarse));
  }
  double poke(const std::string& outer, const Underneath& underneath, const std::string& clip_name) const {
    for (const Clip& clip : clips)
      if (clip.name == clip_name)
        return poke_through(wardrobe.body(), wardrobe.garment(outer), sewn.at(outer).near, underneath, moments(clip, 4))
            .share();
    FAIL("no clip " << clip_name);
    return 1;
  }
  Wardrobe wardrobe;
  std::vector<Clip> clips;
  SewnGarment body;
  std::map<std::string, SewnGarment> sewn;
};

void check_fit(Shape shape) {
  const Fitting fitting(shape);
  CHECK(EdgeCounts(fitting.body.near.panels[0].mesh).watertight());
  CHECK(EdgeCounts(fitting.body.far.panels[0].mesh).watertight());
  CHECK(fitting.body.near.triangles() <= 16000);
  CHECK(fitting.body.far.triangles() <= 2500);
  for (const auto& [name, budget] : kBudgets) {
    INFO(name);
    CHECK(fitting.sewn.at(name).near.triangles() <= budget.near_max);
    CHECK(fitting.sewn.at(name).far.triangles() <= budget.far_max);
    CHECK(fitting.sewn.at(name).near.triangles() > 1000);
  }
  for (const Garment& g : fitting.wardrobe.garments())
    for (const char* clip : {"idle", "walk", "run"}) {
      const Underneath skin = {&fitting.body.near, {}, fitting.wardrobe.cover_bit("", g.name)};
      const double share = fitting.poke(g.name, skin, clip);
      INFO(g.name << " over skin, " << clip << ": " << share * 100 << " %");
      CHECK(share < .01);
    }
  const Garment& trousers = fitting.wardrobe.garment("trousers");
  const Underneath legs = {&fitting.sewn.at("trousers").near, trousers.drape,
                           fitting.wardrobe.cover_bit("legs", "jacket")};
  CHECK(fitting.poke("jacket", legs, "walk") < .01);
}

}  // namespace

TEST_CASE("slim: bodies are watertight, budgets are kept and hardly any skin pokes through") {
  check_fit(Shape::kSlim);
}
TEST_CASE("broad: bodies are watertight, budgets are kept and hardly any skin pokes through") {
  check_fit(Shape::kBroad);
}
TEST_CASE("full: bodies are watertight, budgets are kept and hardly any skin pokes through") {
  check_fit(Shape::kFull);
}

TEST_CASE("the measure sees a garment that is too tight") {
  const Wardrobe wardrobe(Shape::kSlim);
  Garment tight = wardrobe.garment("tee");
  const Field loose = tight.panels[0].surface;
  tight.panels[0].surface = [loose](const Vec3& p) { return loose(p) + .012; };
  const SewnGarment sewn = wardrobe.sew(tight, kCoarse), body = wardrobe.sew_body({3});
  const std::vector<Clip> clips = bake_clips(wardrobe.body());
  const PokeThrough p = poke_through(wardrobe.body(), tight, sewn.near, {&body.near, {}, 0}, moments(clips[0], 1));
  CHECK(p.share() > .2);
}

TEST_CASE("what a garment hides is the inside of it, never its surroundings") {
  const Wardrobe wardrobe(Shape::kBroad);
  const SewnGarment body = wardrobe.sew_body({3});
  const SewnPanel& skin = body.near.panels[0];
  const std::uint32_t jacket = wardrobe.cover_bit("", "jacket");
  REQUIRE(jacket != 0);
  std::size_t hidden = 0;
  for (std::size_t t = 0; t < skin.mesh.triangles.size(); t++) {
    if ((skin.hidden_by[t] & jacket) == 0) continue;
    hidden++;
    const Vec3& p = skin.mesh.points[skin.mesh.triangles[t][0]];
    REQUIRE(p.y < 1.50);
    REQUIRE(p.y > .79);
  }
  CHECK(hidden > 500);
  CHECK(wardrobe.cover_bit("feet", "jacket") == 0);
  CHECK(wardrobe.cover_bit("top", "jacket") != 0);
}
