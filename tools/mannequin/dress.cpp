#include "tools/mannequin/garment.h"

namespace mannequin {

Dress::Dress(const Body& body) : m_body(body) {
  const Shape shape = body.shape();
  m_girth = shape == Shape::kFull ? 1.22 : shape == Shape::kBroad ? 1.12 : 1;
  const auto row = [&](double y, double ease) {
    const LoftKey torso = body.torso_loft().section(std::clamp(y, .90, 1.1));
    // Towards the hem the skirt becomes rounder than the hips it hangs from.
    const double hanging = smooth_step(1.08, .9, y);
    const double side = torso.u_plus + ease + .002;
    return LoftKey{y,
                   0,
                   torso.w * mix(1, .3, hanging),
                   side,
                   side,
                   torso.w_plus + ease + .004,
                   torso.w_minus + ease + .004 + .028 * hanging * m_girth};
  };
  m_skirt = Loft({},
                 {row(.46, .118), row(.60, .082), row(.75, .046), row(.86, .024), row(.95, .013), row(1.03, .007),
                  row(1.10, .004)},
                 {.04, .03, 2});
}

double Dress::surface(const Vec3& p) const {
  const Vec3 a = left_side(p);
  const double bodice = m_body.torso(p, 2.8) - .0085;
  const double around = std::atan2(p.x, p.z + .01);
  // Two pleat counts, shifted against each other by a slow wave, so that no fold repeats.
  const double depth_m = .0225 * std::pow(smooth_step(1.03, .45, p.y), 1.1);
  const double wander = .5 * std::sin(3 * around + 1) + .35 * std::sin(5 * around + 2.3) +
                        .25 * value_noise({p.x * 3, p.y * 2.2, p.z * 3});
  const double wave = .66 * std::sin(11 * around + 2.4 * wander) + .34 * std::sin(18 * around + 1.7 + 2.4 * wander);
  const double skirt = m_skirt.distance(p) * .93 - depth_m * (wave > 0 ? wave : wave * .7);
  double d = smooth_min(bodice, skirt, .035);
  if (std::fabs(d) > .03) return d;
  d -= .0020 * bell((p.y - 1.10) / .035) * value_noise({p.x * 10, p.y * 55, p.z * 10});
  d -= .0014 * value_noise({p.x * 16, p.y * 9, p.z * 16});
  d += .0018 * bell((p.y - 1.085) / .0055);
  if (p.y > 1.09 && p.z > 0) d += .0011 * bell((a.x - .070 * m_girth) / .0045) * smooth_step(1.30, 1.22, p.y);
  return d;
}

double Dress::region(const Vec3& p) const {
  constexpr double kHem_y = .505;
  const double hem = kHem_y - p.y - .010 * std::sin(5 * std::atan2(p.x, p.z));
  if (p.y <= 1.2) return hem;
  const double armhole = -ellipsoid(left_side(p), m_body.measures().shoulder + Vec3{.022, 0, 0}, {.062, .098, .11});
  const double front = -ellipsoid(p, {0, 1.475, .085}, {.092, .135, .115});
  const double back = -ellipsoid(p, {0, 1.49, -.06}, {.085, .075, .10});
  return std::max({hem, armhole, front, back, p.y - 1.47});
}

Garment Dress::garment() const {
  Garment g;
  g.name = "dress";
  g.title = "Flared dress";
  g.slot = "top";
  g.hides_slots = {"legs"};
  g.description = "A sleeveless dress with a fitted bodice and a skirt that falls in soft folds to the knee.";
  g.care = "Viscose crepe. Wash at 30 degrees on the gentle cycle, iron warm from the inside.";
  g.colours = {{"Garnet", 0x8e2f3c}, {"Ink blue", 0x27395e}, {"Olive", 0x5c6238}, {"Rose", 0xb98080}};
  g.materials = {{"crepe", 0x8e2f3c, .74, .5, Weave::kFelt, true}};
  g.drape = {.90, .13, .99, .60};
  Panel cloth;
  cloth.name = "cloth";
  cloth.surface = [this](const Vec3& p) { return surface(p); };
  cloth.region = [this](const Vec3& p) { return region(p); };
  cloth.bounds = {{-.44, .47, -.44}, {.44, 1.52, .44}};
  cloth.near_max = 6700;
  cloth.far_max = 820;
  cloth.rim = {.003, .02};
  cloth.stitch_m = .020;
  g.panels = {cloth};
  // The seat and the thighs move inside the skirt; the hem's own margin is wider, because one looks under it.
  const Field covered = [this](const Vec3& p) { return std::max(region(p), .60 - p.y); };
  g.covers = {{"dress", cloth.surface, covered, .006}};
  return g;
}

}  // namespace mannequin
