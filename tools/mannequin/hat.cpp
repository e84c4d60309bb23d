#include "tools/mannequin/garment.h"

namespace mannequin {
namespace {
/// The hat sits slightly tipped to the front.
constexpr double kTilt_rad = -.10;
constexpr double kSeat_y = .13;
}  // namespace

Hat::Hat(const Body& body) : m_body(body) {
  m_crown = Loft({},
                 {{-.004, 0, .004, .0835, .0835, .101, .101},
                  {.03, 0, .004, .0815, .0815, .0985, .0985},
                  {.065, 0, .004, .077, .077, .094, .093},
                  {.092, 0, .003, .066, .066, .084, .082},
                  {.104, 0, .002, .052, .052, .070, .068}},
                 {.01, .014, 2.15});
}

/// The hat's own space: the brim lies at y = 0, the head's middle at x = z = 0.
Vec3 Hat::hat_space(const Vec3& p) const {
  const double scale = m_body.shape() == Shape::kBroad ? 1.045 : 1.0;
  const Vec3 q = (p - Vec3{0, 1.54, 0}) * (1 / scale) - Vec3{0, kSeat_y, 0};
  const double c = std::cos(kTilt_rad), s = std::sin(kTilt_rad);
  return {q.x, q.y * c - q.z * s, q.y * s + q.z * c};
}

double Hat::felt(const Vec3& p) const {
  const double scale = m_body.shape() == Shape::kBroad ? 1.045 : 1.0;
  const Vec3 q = hat_space(p);
  // The crown with its crease along the top and a pinch on both sides of the front.
  double d = m_crown.distance(q);
  d = smooth_max(d, -ellipsoid(q, {0, .128, .01}, {.020, .022, .10}), .03);
  d = smooth_max(d, -ellipsoid(left_side(q), {.072, .100, .085}, {.022, .035, .045}), .03);
  // The brim: an oval disc that rises at the sides and the back and dips in front.
  const double z = q.z - .004, r2 = q.x * q.x + q.z * q.z + 1e-6;
  const double r = std::sqrt(q.x * q.x / (.150 * .150) + z * z / (.168 * .168));
  double height = .009 * smooth_step(.55, 1.05, r) * q.x * q.x / r2;
  height += (q.z > 0 ? -.016 * smooth_step(.5, 1.1, r) : .008 * smooth_step(.55, 1.05, r)) * q.z * q.z / r2;
  const double brim = smooth_max((r - 1) * .15, std::fabs(q.y - height) * .93 - .0030, .003);
  return smooth_min(d, brim, .014) * scale;
}

double Hat::band_region(const Vec3& p) const {
  const Vec3 q = hat_space(p);
  const double z = q.z - .004;
  const double out = (std::sqrt(q.x * q.x / (.108 * .108) + z * z / (.126 * .126)) - 1) * .1;
  return std::max({.008 - q.y, q.y - .034, out});
}

Garment Hat::garment() const {
  Garment g;
  g.name = "hat";
  g.title = "Felt hat";
  g.slot = "head";
  g.description = "A soft fedora in rabbit-free wool felt with a grosgrain band.";
  g.care = "100 % wool felt. Brush with the nap, keep dry, rest it on its crown.";
  g.colours = {{"Straw", 0xb39b7c}, {"Stone", 0x8d8a84}, {"Black", 0x2b2a2b}, {"Tobacco", 0x6e4a30}};
  g.materials = {{"felt", 0xb39b7c, .92, .4, Weave::kFelt, true}, {"grosgrain", 0x2a2623, .6, .2, Weave::kKnit, false}};
  Panel felt_panel;
  felt_panel.name = "felt";
  felt_panel.surface = [this](const Vec3& p) { return felt(p); };
  felt_panel.bounds = {{-.20, 1.60, -.24}, {.20, 1.84, .24}};
  felt_panel.cell_m = .0026;
  felt_panel.near_max = 2900;
  felt_panel.far_max = 640;
  Panel band;
  band.name = "band";
  band.surface = [this](const Vec3& p) { return felt(p) - .0022; };
  band.region = [this](const Vec3& p) { return band_region(p); };
  band.bounds = felt_panel.bounds;
  band.cell_m = .003;
  band.near_max = 420;
  band.far_max = 120;
  band.rim = {.0025, .002, true};
  band.material = 1;
  g.panels = {felt_panel, band};
  g.covers = {{"hat", felt_panel.surface, [this](const Vec3& p) { return .030 - hat_space(p).y; }, .004}};
  return g;
}

}  // namespace mannequin
