#include "tools/mannequin/garment.h"

namespace mannequin {
namespace {
constexpr double kWaist_y = 1.052;
/// The waistband follows the body: higher at the back.
double waist_height(const Vec3& p) { return p.y + .06 * p.z; }
}  // namespace

Trousers::Trousers(const Body& body) : m_body(body) {
  const double q = body.shape() == Shape::kBroad ? 1.06 : body.shape() == Shape::kFull ? 1.16 : 1;
  const double out = body.shape() == Shape::kBroad ? .002 : body.shape() == Shape::kFull ? .012 : 0;
  std::vector<LoftKey> keys = {
      {.0, .088 + out * .3, -.006, .068, .062, .068, .083},   {.10, .088 + out * .3, -.010, .0655, .0595, .064, .076},
      {.30, .0875 + out * .5, -.004, .064, .059, .062, .066}, {.48, .0865 + out * .7, .009, .064, .060, .064, .062},
      {.62, .0875 + out, .008, .069, .0665, .074, .069},      {.74, .090 + out, .002, .076, .0755, .0815, .080},
      {.84, .091 + out, -.005, .083, .083, .087, .090},       {.93, .090 + out, -.012, .076, .07, .080, .090}};
  for (LoftKey& k : keys) {
    const double scale = k.s > .9 ? 1 : q;
    k.u_plus *= scale;
    k.u_minus *= scale;
    k.w_plus *= scale;
    k.w_minus *= scale;
  }
  m_leg = Loft({}, keys, {.03, .05, 2});
}

double Trousers::surface(const Vec3& p) const {
  const Vec3 m = mirrored(p);
  const Shape shape = m_body.shape();
  const double left = smooth_min(m_leg.distance(p), m_body.leg(p) - .007, .02);
  const double right = smooth_min(m_leg.distance(m), m_body.leg(m) - .007, .02);
  double d = smooth_min(left, right, .02);
  if (p.y > .65) {
    double seat = smooth_min(m_body.torso_core(p), m_body.glutes(p), .12);
    const double z = shape == Shape::kFull ? -.076 : shape == Shape::kBroad ? -.050 : -.055;
    const double wide = shape == Shape::kFull ? .12 : .10, deep = shape == Shape::kFull ? .0616 : .055;
    seat = smooth_min(seat, ellipsoid(p, {0, .905, z}, {wide, .075, deep}), .05) - .009;
    d = smooth_min(seat, d, .075);
  }
  return std::fabs(d) > .03 ? d : d - folds(p);
}

/// Creases, the breaks above the shoe and behind the knee, drag lines at the crotch, and the seams.
double Trousers::folds(const Vec3& p) const {
  const Vec3 a = left_side(p);
  const double y = p.y, around = std::atan2(a.x - .088, p.z + .004);
  const double si = std::sin(around), co = std::cos(around);
  double h = 0;
  if (p.z > -.01) h += .0040 * bell((a.x - .088) / .0080) * smooth_step(.86, .75, y);
  if (y < .24) {
    const double wave = std::sin(y * 2 * kPi / .058 + 1.8 * std::sin(around + .6) + 2.2 * value_noise(p * 9));
    h += .0042 * smooth_step(.24, .06, y) * (.5 * wave + value_noise({y / .024 + .9 * si, 1.2 * co, 1.2 * si + 4.4}));
  }
  h += .0045 * bell((y - .49) / .09) * (.45 + .55 * smooth_step(.03, -.02, p.z)) *
       value_noise({y / .026 + 1.1 * co, 1.1 * std::cos(around + 1), 1.1 * std::sin(around + 1) + 7.7});
  h += .0028 * bell((y - .835) / .05) * smooth_step(.13, .03, a.x) * std::sin((y - .55 * a.x) * 2 * kPi / .034) *
       smooth_step(-.02, .03, p.z);
  h += .0020 * value_noise({p.x * 13, p.y * 7, p.z * 13});
  if (p.z > 0) h -= .0014 * bell((p.x - .002) / .0022) * smooth_step(.86, .90, y);
  if (a.x > .09) h -= .0012 * bell((p.z + .004 - .02 * smooth_step(.9, 1, y)) / .0022);
  const double pocket = (a.x - .092) - .55 * (1.03 - y);
  if (p.z > .02) h -= .0019 * bell(pocket / .0045) * smooth_step(.90, .925, y);
  return h;
}

double Trousers::region(const Vec3& p) const {
  const double hem = .028 - p.y + .12 * (p.z + .01) * smooth_step(.2, .05, p.y);
  return std::max(hem, waist_height(p) - kWaist_y);
}

Garment Trousers::garment() const {
  Garment g;
  g.name = "trousers";
  g.title = "Pleated trousers";
  g.slot = "legs";
  g.description = "Straight trousers in brushed wool with a pressed crease and a broad waistband.";
  g.care = "98 % wool, 2 % elastane. Dry clean, or hand wash cold and press with steam.";
  g.colours = {{"Sand", 0x8b8378}, {"Charcoal", 0x3b3d42}, {"Moss", 0x5b6150}, {"Midnight", 0x262d40}};
  g.materials = {{"wool", 0x8b8378, .88, .25, Weave::kTwill, true}};
  Panel legs;
  legs.name = "legs";
  legs.surface = [this](const Vec3& p) { return surface(p); };
  legs.region = [this](const Vec3& p) { return region(p); };
  legs.bounds = {{-.34, 0, -.28}, {.34, 1.10, .26}};
  legs.near_max = 5300;
  legs.far_max = 850;
  legs.rim = {.003, .012};
  Panel band;
  band.name = "waistband";
  band.surface = [this](const Vec3& p) { return surface(p) - .0028; };
  band.region = [](const Vec3& p) {
    const double y = waist_height(p);
    return std::max(y - kWaist_y - .001, kWaist_y - .036 - y);
  };
  band.bounds = {{-.34, .96, -.28}, {.34, 1.12, .26}};
  band.near_max = 600;
  band.rim = {.0035, .004};
  band.stitch_m = .004;
  g.panels = {legs, band};
  g.covers = {{"trousers", legs.surface, legs.region, .025}};
  return g;
}

}  // namespace mannequin
