#include "tools/mannequin/garment.h"

namespace mannequin {

double Tee::surface(const Vec3& p) const {
  const Vec3 a = left_side(p);
  const double looseness = m_body.shape() == Shape::kBroad ? 1.6 : 3.2;
  double d = m_body.torso(p, looseness) - .0080;
  d = smooth_min(d, m_body.neck(p) - .0065, .05);
  const double sleeve = m_body.upper_arms(a) - .0095 - .004 * smooth_step(.05, .18, m_body.along_upper_arm(p));
  d = smooth_min(d, sleeve, .045);
  if (std::fabs(d) > .03) return d;
  d -= .0016 * value_noise({p.x * 18, p.y * 9, p.z * 18});
  return d - .0033 * bell((p.y - 1.06) / .07) * value_noise({p.x * 9, p.y * 38 + p.x * 6, p.z * 9});
}

double Tee::region(const Vec3& p) const {
  constexpr double kHem_y = 1.018, kSleeve_m = .165, kNeckTop_y = 1.50;
  double r = kHem_y - p.y;
  const bool on_arm = std::fabs(p.x) > m_body.measures().shoulder.x && m_body.arms(p) < m_body.torso_core(p) + .01;
  if (on_arm) r = std::max(r, m_body.along_upper_arm(p) - kSleeve_m);
  if (p.y <= 1.3) return r;
  // The collar's opening is tipped: higher at the nape than at the throat.
  const double neck = m_body.measures().neck_radius_m;
  const double opening = ellipsoid({p.x, p.y + .35 * p.z, p.z}, {0, 1.492, -.005}, {neck + .030, .070, neck + .046});
  return std::max({r, -opening, p.y - kNeckTop_y});
}

Garment Tee::garment() const {
  Garment g;
  g.name = "tee";
  g.title = "Cotton tee";
  g.slot = "top";
  g.description = "A plain tee in combed cotton jersey with a narrow rolled collar.";
  g.care = "100 % cotton. Wash at 40 degrees with like colours, dry on the line.";
  g.colours = {{"Chalk", 0xefece6}, {"Ink", 0x24272e}, {"Sea", 0x1f7a72}, {"Clay", 0xb0644a}};
  g.materials = {{"jersey", 0xefece6, .85, .25, Weave::kKnit, true}};
  Panel body;
  body.name = "body";
  body.surface = [this](const Vec3& p) { return surface(p); };
  body.region = [this](const Vec3& p) { return region(p); };
  body.bounds = {{-.45, .95, -.24}, {.45, 1.52, .26}};
  body.near_max = 3650;
  body.far_max = 700;
  body.rim = {.0025, .012};
  body.stitch_m = .014;
  g.panels = {body};
  g.covers = {{"tee", body.surface, body.region, .006}};
  return g;
}

}  // namespace mannequin
