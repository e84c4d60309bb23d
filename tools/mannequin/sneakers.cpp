#include "tools/mannequin/garment.h"

namespace mannequin {

Sneakers::Sneakers(const Body& body) : m_body(body) { lace_up(); }

/// (across, height, along the foot) of a point near the left foot.
Vec3 Sneakers::foot_space(const Vec3& left) const {
  const Loft::Frame& f = m_body.foot_loft().frame();
  const Vec3 q = left - f.origin;
  return {dot(q, f.u), left.y, dot(q, f.along)};
}

double Sneakers::upper(const Vec3& left) const {
  const Vec3 q = foot_space(left);
  double d = smooth_min(m_body.foot(left) - .0065, m_body.leg(left) - .0075, .05);
  d = smooth_min(d, round_cone(left, {.088, .088, .024}, {.087, .128, .006}, .020, .017), .02);
  // Seams of toe cap and heel, and the edge of the lacing.
  if (left.y > .015) d += .0016 * bell((q.z - .085 - .35 * std::fabs(q.x)) / .0025);
  if (left.y > .02) d += .0016 * bell((q.z - .012 + .3 * (left.y - .05)) / .0025);
  if (q.z > .025 && q.z < .085) d += .002 * bell((std::fabs(q.x) - .0145) / .0022);
  return d;
}

double Sneakers::upper_region(const Vec3& left) const {
  const double s = foot_space(left).z;
  const double collar =
      .082 + .028 * smooth_step(-.015, -.05, s) + .045 * smooth_step(.015, .05, s) - .010 * bell((s - .004) / .02);
  return std::max(.006 - left.y, left.y - collar);
}

double Sneakers::sole(const Vec3& left) const {
  // The outline of the foot at several heights, so that the sole is as wide as its widest part.
  double outline = 1e3;
  for (const double y : {.006, .011, .016, .022, .03})
    outline = smooth_min(outline, m_body.foot({left.x, y, left.z}), .004);
  outline -= .0090;
  const double s = foot_space(left).z;
  const double bottom = -.018 + .012 * smooth_step(.10, .20, s);
  const double top = .017 + .006 * smooth_step(-.02, -.06, s) + .006 * smooth_step(.12, .17, s);
  const double d = smooth_max(outline, std::max(left.y - top, bottom - left.y), .007);
  return d + .0009 * bell((left.y - .006) / .0016);
}

void Sneakers::lace_up() {
  const Loft::Frame& f = m_body.foot_loft().frame();
  const auto on_top = [&](double s, double u) {
    Vec3 p = f.origin + f.along * s + f.u * u;
    p.y = .14;
    for (int step = 0; step < 120 && upper(p) > .0003; step++) p.y -= upper(p) * .6;
    p.y += .0006;
    return p;
  };
  constexpr int kRows = 5;
  constexpr std::array<double, 5> kAcross = {-.0175, -.009, 0, .009, .0175};
  for (int row = 0; row < kRows; row++) {
    const double s = .047 + row * .0105;
    for (std::size_t k = 0; k + 1 < kAcross.size(); k++) {
      const double u = kAcross[k], v = kAcross[k + 1];
      m_laces.push_back({on_top(s - .10 * std::fabs(u), u), on_top(s - .10 * std::fabs(v), v), .0026, .0026});
    }
  }
}

double Sneakers::laces(const Vec3& left) const {
  double d = 1e3;
  for (const Bone& b : m_laces) d = smooth_min(d, round_cone(left, b.from, b.to, b.radius_from, b.radius_to), .002);
  return d;
}

Garment Sneakers::garment() const {
  Garment g;
  g.name = "sneakers";
  g.title = "Canvas sneakers";
  g.slot = "feet";
  g.description = "Low sneakers in waxed canvas on a natural rubber sole.";
  g.care = "Wipe with a damp cloth. Do not machine wash.";
  g.colours = {{"White", 0xd9d6d0}, {"Black", 0x2a2a2c}, {"Brick", 0x9a4a38}, {"Sage", 0x8a9680}};
  g.materials = {{"canvas", 0xd9d6d0, .6, 0, Weave::kKnit, true},
                 {"rubber", 0xe6e0d4, .7, 0, Weave::kRubber, false},
                 {"lace", 0xf4f1ea, .8, 0, Weave::kNone, false}};
  Panel cover;
  cover.name = "upper";
  cover.surface = [this](const Vec3& p) { return upper(left_side(p)); };
  cover.region = [this](const Vec3& p) { return upper_region(left_side(p)); };
  cover.bounds = {{-.16, -.02, -.12}, {.16, .17, .22}};
  cover.cell_m = .003;
  cover.near_max = 2000;
  cover.far_max = 460;
  cover.rim = {.004, .015};
  cover.stitch_m = .005;
  Panel bottom;
  bottom.name = "sole";
  bottom.surface = [this](const Vec3& p) { return sole(left_side(p)); };
  bottom.bounds = {{-.17, -.03, -.13}, {.17, .05, .23}};
  bottom.cell_m = .0025;
  bottom.near_max = 1800;
  bottom.far_max = 400;
  bottom.material = 1;
  Panel lace;
  lace.name = "lace";
  lace.surface = [this](const Vec3& p) { return laces(left_side(p)); };
  lace.bounds = {{-.15, .02, -.02}, {.15, .14, .14}};
  lace.cell_m = .0016;
  lace.near_max = 700;
  lace.material = 2;
  g.panels = {cover, bottom, lace};
  // The sole hides the foot's underside too, which lies outside of the upper's region.
  const Field covered = [this](const Vec3& p) { return p.y < .03 ? kInside : upper_region(left_side(p)); };
  const Field inside = [this](const Vec3& p) { return p.y < .03 ? kInside : upper(left_side(p)); };
  g.covers = {{"sneakers", inside, covered, .010}};
  return g;
}

}  // namespace mannequin
