#include "tools/mannequin/garment.h"

namespace mannequin {
namespace {
constexpr double kHem_y = .792, kHang_y = .935, kNeckTop_y = 1.51;
constexpr std::uint32_t kNavy = 0x3a4358;
}  // namespace

Jacket::Jacket(const Body& body, const Tee& tee, const Trousers& trousers)
    : m_body(body), m_tee(tee), m_trousers(trousers) {
  switch (body.shape()) {
    case Shape::kSlim:
      m_seat_z = -.062;
      break;
    case Shape::kBroad:
      m_girth = 1.12;
      m_closing_m = 1.07;
      m_ease_m = .020;
      m_seat_z = -.055;
      break;
    case Shape::kFull:
      m_girth = 1.22;
      m_ease_m = .026;
      m_seat_z = -.085;
      break;
  }
  place_buttons();
}

/// Half the width of the opening: a V above the top button, closed below it, cut away towards the hem.
double Jacket::front_edge(double y) const {
  const double slope = m_body.shape() == Shape::kBroad ? .165 : .170, top = m_closing_m;
  double x = 0;
  if (y > top) x = (y - top) * slope + .012 * smooth_step(top, top + .06, y);
  if (y < top - .045) x = .9 * (top - .045 - y) * (top - .045 - y);
  return x - .002;
}

double Jacket::neckline(const Vec3& p) const {
  const double neck = m_body.measures().neck_radius_m;
  return ellipsoid(p, {0, 1.530, -.010}, {neck + .0285, .075, neck + .0445});
}

/// The trunk without sleeves and folds. Below the hips it is evaluated at a height that stops falling, so that the
/// cloth hangs straight down instead of following the thighs.
double Jacket::trunk(const Vec3& p) const {
  const Shape shape = m_body.shape();
  Vec3 hung = p;
  if (p.y < kHang_y) hung.y = kHang_y - .03 * (1 - std::exp(-(kHang_y - p.y) / .03));
  double d = m_body.torso(hung, shape == Shape::kBroad ? 1.7 : 3.0);
  const double wide = shape == Shape::kFull ? .13 : .105, deep = shape == Shape::kFull ? .067 : .060;
  d = smooth_min(d, ellipsoid(hung, {0, .90, m_seat_z}, {wide, .09, deep}), .06);
  const Vec3 drape{.128 * m_girth, .26, .112 * m_girth};
  d = smooth_min(d, ellipsoid(left_side(p), {0, 1.12, .012}, drape), .07) - m_ease_m;
  if (p.y < 1.05) {
    const double legs = smooth_min(m_body.leg(p), m_body.leg(mirrored(p)), .09) - .012;
    d = smooth_min(d, legs, .03) - .055 * std::max(0.0, .93 - p.y);
  }
  if (p.y < 1.25) return d;
  const double sx = m_body.measures().shoulder.x;
  const double pad = round_cone(left_side(p), {.055, 1.432, -.030}, {sx + .012, 1.414, -.024}, .024, .030);
  d = smooth_min(d, pad - .004, .03);
  return smooth_min(d, m_body.neck(p) - .013, .035);
}

double Jacket::sleeve_folds(const Vec3& left) const {
  const Measures& m = m_body.measures();
  const double s = m_body.along_upper_arm(left), f = m_body.along_forearm(left);
  const double around = std::atan2(dot(left - m.elbow, m.forearm_w), dot(left - m.elbow, m.forearm_u));
  const double si = std::sin(around), co = std::cos(around);
  double h =
      1.5 * bell((s - .275) / .07) * value_noise({s / .021 + .9 * std::sin(around + .5), 1.3 * co, 1.3 * si + 3.1});
  h += bell((f - .19) / .055) * value_noise({f / .019 + .7 * si, 1.3 * co, 1.3 * si + 9.7});
  h += .9 * bell((s - .09) / .09) * value_noise({s / .040 + 1.2 * si, co, si + 5.3});
  return h;
}

double Jacket::trunk_folds(const Vec3& p) const {
  const Vec3 a = left_side(p);
  double h = .0026 * value_noise({p.x * 11 + 3, p.y * 6, p.z * 11}) + .0012 * value_noise(p * 25);
  if (p.z > 0) {
    // Drag lines run from the closed button.
    const double dy = p.y - (m_closing_m - .03), r = std::sqrt(p.x * p.x + dy * dy), angle = std::atan2(dy, a.x + .005);
    h += .0026 * smooth_step(.015, .05, r) * smooth_step(.18, .08, r) * std::sin(angle * 9 + 1.5 * value_noise(p * 8));
    h -= .0013 * bell((a.x - .072 * m_girth) / .0042) * smooth_step(.95, .99, p.y) * smooth_step(1.24, 1.18, p.y);
  } else {
    h += .0028 * bell((p.y - 1.09) / .05) * std::sin(p.y * 2 * kPi / .05 + 5 * p.x + 1.6 * value_noise(p * 7));
    h -= .0014 * bell(p.x / .0042);
  }
  return h;
}

double Jacket::surface(const Vec3& p) const {
  const Vec3 a = left_side(p);
  const double s = m_body.along_upper_arm(p), f = m_body.along_forearm(p);
  const double body = trunk(p);
  const double sleeve =
      smooth_min(m_body.upper_arms(a), m_body.forearms(a), .05) - .0135 - .008 * smooth_step(.02, .24, f);
  double d = smooth_min(body, sleeve, .05 * smooth_step(.14, .02, s) + .004);
  if (std::fabs(d) < .03) {
    const double on_sleeve = smooth_step(-.02, .06, s) * smooth_step(.03, -.02, sleeve - body);
    if (on_sleeve > 0) d -= on_sleeve * .0036 * sleeve_folds(a);
    if (on_sleeve < 1) d -= (1 - on_sleeve) * trunk_folds(p);
    if (p.y > 1.31 && a.x > m_body.measures().shoulder.x * .8) d += .0020 * bell((s - .005) / .0050);
  }
  // Whatever is worn underneath stays underneath.
  constexpr double kOverTee_m = .0035, kOverTrousers_m = .0045, kBlend_m = .006;
  if (p.y > .98) d = smooth_min(d, m_tee.surface(p) - kOverTee_m, kBlend_m);
  if (p.y < 1.08 && a.x < .28) d = smooth_min(d, m_trousers.surface(p) - kOverTrousers_m, kBlend_m);
  return d;
}

double Jacket::region(const Vec3& p) const {
  constexpr double kCuff_m = .010;
  double r = std::max(kHem_y - p.y, m_body.beyond_wrist(p) + kCuff_m);
  if (p.z > -.005) r = std::max(r, (front_edge(p.y) - std::fabs(p.x)) * .9);
  if (p.y > 1.3) r = std::max({r, -neckline(p), p.y - kNeckTop_y});
  return r;
}

/// Lapel and collar lie on the jacket and roll up a little towards their inner edge.
double Jacket::lapel(const Vec3& p) const {
  const double roll = bell((std::fabs(p.x) - front_edge(p.y) - .015) / .03) * smooth_step(.0, .03, p.z);
  return surface(p) - .0075 - .004 * roll;
}

double Jacket::lapel_region(const Vec3& p) const {
  const double x = std::fabs(p.x), wide = m_body.shape() == Shape::kBroad ? .012 : 0, top = m_closing_m;
  const std::vector<Point2> outline = {{-.004, top - .012},  {.030, top + .05},    {.082 + wide, 1.285},
                                       {.112 + wide, 1.338}, {.076 + wide, 1.352}, {.104 + wide, 1.372},
                                       {.098 + wide, 1.40},  {.09, 1.50},          {0, 1.50}};
  const double edge = front_edge(p.y) - .003 - x, neck = neckline(p);
  double front = std::max({polygon(outline, {x, p.y}), edge * .9, p.z < -.02 ? 1 : -p.z - .02});
  double collar = 1;
  if (p.y > 1.35) {
    // Around the back the collar is a band of even width below the neckline.
    const double width = .034 + .020 * smooth_step(-.03, .03, p.z);
    collar = std::max({neck - width, p.z - .035, p.z > -.005 ? edge : kInside});
  }
  return std::max(std::min(front, collar), -neck);
}

double Jacket::flap_region(const Vec3& p) const {
  const Vec3 a = left_side(p);
  constexpr double kCorner_m = .006;
  const double u = a.x - .115 * m_girth, w = p.y - (.935 + .10 * u);
  const double qu = std::fabs(u) - .056, qw = std::fabs(w) - .015;
  const double outside = length({std::max(qu, 0.0), std::max(qw, 0.0), 0});
  const double flap = outside + std::min(std::max(qu, qw), 0.0) - kCorner_m;
  const double bx = p.x - .088 * m_girth;
  const double breast = std::max(std::fabs(bx) - .045, std::fabs(p.y - 1.262 - .12 * bx) - .010);
  const double both = std::min(flap, breast);
  return p.z < .01 ? std::max(both, .01 - p.z) : both;
}

void Jacket::place_buttons() {
  const Field cloth = [this](const Vec3& p) { return surface(p); };
  for (const double y : {m_closing_m - .028, m_closing_m - .115}) {
    Vec3 p{.012, y, .35};
    for (int step = 0; step < 200 && cloth(p) > .0005; step++) p.z -= cloth(p) * .6;
    m_front_buttons.push_back({p, normalized(gradient(cloth, p, .004)), .0105, .0022});
  }
  const Measures& m = m_body.measures();
  const Vec3 outwards = normalized(m.forearm_u * .55 - m.forearm_w * .85);
  for (int k = 0; k < 3; k++) {
    const Vec3 axis = m.wrist + m.forearm_along * (-.028 - .016 * k);
    double low = 0, high = .08;
    for (int step = 0; step < 30; step++) {
      const double middle = (low + high) / 2;
      (cloth(axis + outwards * middle) < 0 ? low : high) = middle;
    }
    m_cuff_buttons.push_back({axis + outwards * low, outwards, .0062, .0018});
  }
}

double Jacket::buttons(const Vec3& p) const {
  const auto disc = [](const Button& b, const Vec3& q) {
    const double h = dot(q - b.place, b.outwards), r = length(q - b.place - b.outwards * h);
    return smooth_max(r - b.radius_m, std::fabs(h - b.thickness_m * .9) - b.thickness_m, .002);
  };
  double d = 1e3;
  for (const Button& b : m_front_buttons) d = std::min(d, disc(b, p));
  for (const Button& b : m_cuff_buttons) d = std::min(d, disc(b, left_side(p)));
  return d;
}

Garment Jacket::garment() const {
  Garment g;
  g.name = "jacket";
  g.title = "Single-breasted jacket";
  g.slot = "outer";
  g.description = "A soft two-button jacket with notch lapels, flap pockets and working cuffs.";
  g.care = "100 % wool, lining cupro. Brush after wearing, dry clean rarely.";
  g.colours = {{"Navy", kNavy}, {"Forest", 0x33453a}, {"Camel", 0xa07a52}, {"Graphite", 0x37383c}};
  g.materials = {{"wool", kNavy, .86, .35, Weave::kTwill, true}, {"horn", 0x15130f, .35, 0, Weave::kNone, false}};
  g.drape.leg_share = .9;
  const auto panel = [&](const char* name, Field surface, Field region, const Box& bounds, double cell_m) {
    Panel p;
    p.name = name;
    p.surface = std::move(surface);
    p.region = std::move(region);
    p.bounds = bounds;
    p.cell_m = cell_m;
    return p;
  };
  Panel shell = panel(
      "shell", [this](const Vec3& p) { return surface(p); }, [this](const Vec3& p) { return region(p); },
      {{-.62, .76, -.30}, {.62, 1.53, .32}}, .005);
  shell.near_max = 6650;
  shell.far_max = 560;
  shell.rim = {.004, .03};
  shell.stitch_m = .006;
  Panel collar = panel(
      "lapel", [this](const Vec3& p) { return lapel(p); }, [this](const Vec3& p) { return lapel_region(p); },
      {{-.20, 1.02, -.22}, {.20, 1.53, .28}}, .004);
  collar.near_max = 1300;
  collar.far_max = 140;
  collar.rim = {.0065, .003};
  collar.stitch_m = .004;
  Panel flaps = panel(
      "flap", [this](const Vec3& p) { return surface(p) - .0035; }, [this](const Vec3& p) { return flap_region(p); },
      {{-.28, .86, -.02}, {.28, 1.32, .32}}, .004);
  flaps.near_max = 700;
  flaps.rim = {.004, .003};
  flaps.stitch_m = .004;
  Panel horn = panel(
      "button", [this](const Vec3& p) { return buttons(p); }, nullptr, {{-.58, .78, -.20}, {.58, 1.14, .32}}, .0016);
  horn.near_max = 560;
  horn.material = 1;
  g.panels = {shell, collar, flaps, horn};
  g.covers = {{"jacket", shell.surface, shell.region, .020, .006}};
  g.occluders = [this](const Vec3& p) {
    const double cloth = surface(p);
    if (cloth > .03 || p.z < -.2) return cloth;
    return std::min(cloth, smooth_max(cloth - .0075, lapel_region(p), .003));
  };
  return g;
}

}  // namespace mannequin
