#include "tools/mannequin/measures.h"

namespace mannequin {
namespace {

/// One row of a torso: height, half width, depth to the front and to the back, and where the middle is.
struct TorsoRow {
  double y, half_width, front, back, z;
};

std::vector<LoftKey> torso_keys(const std::vector<TorsoRow>& rows) {
  std::vector<LoftKey> keys;
  for (const TorsoRow& r : rows) keys.push_back({r.y, 0, r.z, r.half_width, r.half_width, r.front, r.back});
  return keys;
}

std::vector<LoftKey> torso_of(Shape shape) {
  switch (shape) {
    case Shape::kBroad:
      return torso_keys({{.80, .060, .035, .045, -.008},
                         {.83, .106, .068, .080, -.008},
                         {.865, .142, .088, .098, -.010},
                         {.905, .157, .094, .106, -.010},
                         {.96, .155, .094, .098, -.006},
                         {1.02, .146, .092, .088, 0},
                         {1.085, .139, .091, .085, .004},
                         {1.14, .142, .093, .088, .006},
                         {1.20, .152, .098, .097, .003},
                         {1.26, .164, .103, .108, -.003},
                         {1.32, .172, .100, .114, -.010},
                         {1.37, .164, .082, .103, -.018},
                         {1.41, .125, .062, .082, -.024},
                         {1.445, .074, .050, .060, -.024}});
    case Shape::kFull:
      return torso_keys({{.79, .075, .040, .050, -.012},
                         {.82, .130, .080, .095, -.012},
                         {.865, .188, .105, .122, -.012},
                         {.905, .208, .114, .132, -.012},
                         {.96, .202, .122, .127, -.008},
                         {1.02, .184, .124, .113, 0},
                         {1.085, .163, .116, .102, .004},
                         {1.14, .160, .112, .100, .006},
                         {1.20, .164, .110, .106, .003},
                         {1.26, .167, .108, .114, -.004},
                         {1.32, .166, .100, .117, -.012},
                         {1.37, .150, .082, .102, -.020},
                         {1.41, .114, .062, .080, -.026},
                         {1.445, .070, .050, .058, -.026}});
    case Shape::kSlim:
      break;
  }
  return torso_keys({{.80, .060, .035, .045, -.010},
                     {.83, .112, .066, .080, -.012},
                     {.865, .150, .084, .098, -.013},
                     {.905, .166, .092, .106, -.013},
                     {.96, .158, .092, .100, -.010},
                     {1.02, .138, .088, .086, -.002},
                     {1.085, .119, .082, .078, .004},
                     {1.14, .121, .082, .080, .006},
                     {1.20, .131, .086, .088, .003},
                     {1.26, .140, .090, .097, -.004},
                     {1.32, .144, .086, .102, -.012},
                     {1.37, .134, .070, .090, -.020},
                     {1.41, .098, .050, .068, -.026},
                     {1.445, .052, .040, .048, -.026}});
}

std::vector<LoftKey> leg_of(Shape shape) {
  // From the ankle up: height, centre, then the radii outwards, inwards, to the front and to the back.
  const std::vector<LoftKey> slim = {
      {.045, .084, -.020, .029, .029, .034, .034},  {.09, .084, -.019, .031, .0305, .031, .034},
      {.14, .084, -.017, .030, .0295, .031, .0345}, {.22, .085, -.012, .0365, .0335, .036, .042},
      {.31, .086, -.006, .0485, .0455, .040, .056}, {.36, .086, -.001, .0505, .0495, .042, .058},
      {.43, .0845, .008, .0455, .0465, .045, .047}, {.475, .0845, .012, .0465, .048, .049, .045},
      {.53, .085, .011, .050, .050, .056, .049},    {.60, .0865, .008, .0575, .059, .066, .058},
      {.70, .089, .002, .067, .071, .075, .070},    {.80, .091, -.006, .076, .080, .081, .080},
      {.88, .091, -.012, .077, .079, .080, .086},   {.935, .090, -.012, .068, .066, .072, .080}};
  std::vector<LoftKey> keys;
  for (LoftKey k : slim) {
    const double y = k.s, thigh = smooth_step(.4, .85, y);
    double scale = 1, inner = 1;
    if (shape == Shape::kBroad) {
      scale = inner = mix(1.09, 1.0, smooth_step(.55, .85, y));
      k.u += .002;
    } else if (shape == Shape::kFull) {
      scale = mix(1.10, 1.26, smooth_step(.2, .8, y));
      inner = mix(scale, 1.16, thigh);
      k.u += .004 + .010 * thigh;
    }
    keys.push_back({y, k.u, k.w, k.u_plus * scale, k.u_minus * inner, k.w_plus * scale, k.w_minus * scale});
  }
  return keys;
}

std::vector<LoftKey> scaled(std::vector<LoftKey> keys, double along, double radius) {
  for (LoftKey& k : keys)
    k = {k.s * along,        k.u * along,       k.w * along,       k.u_plus * radius,
         k.u_minus * radius, k.w_plus * radius, k.w_minus * radius};
  return keys;
}

void measure_limbs(Measures& m) {
  const bool slim = m.shape == Shape::kSlim, broad = m.shape == Shape::kBroad;
  const double upper_scale = slim ? 1 : 1.24, fore_scale = slim ? 1 : broad ? 1.2 : 1.14;
  m.upper_arm_cap_m = .04 * upper_scale;
  m.upper_arm = scaled({{-.005, 0, 0, .041, .043, .047, .046},
                        {.03, .001, 0, .044, .043, .048, .046},
                        {.07, .001, .001, .041, .042, .046, .044},
                        {.13, 0, .002, .0365, .0375, .042, .041},
                        {.20, 0, .001, .0320, .0325, .035, .035},
                        {.26, 0, 0, .0285, .029, .031, .0315},
                        {.30, 0, 0, .026, .027, .028, .028}},
                       1, upper_scale);
  m.forearm = scaled({{-.015, 0, 0, .026, .027, .028, .028},
                      {.02, 0, 0, .029, .029, .031, .031},
                      {.06, .001, .001, .0305, .0295, .0335, .032},
                      {.11, .001, .001, .027, .027, .031, .029},
                      {.17, 0, 0, .0215, .0215, .026, .025},
                      {.22, 0, 0, .0172, .0172, .0215, .0215},
                      {.245, 0, 0, .0162, .0162, .0215, .021}},
                     1, fore_scale);
  m.hand_scale = slim ? 1 : broad ? 1.12 : 1.04;
  m.palm = scaled({{-.01, 0, 0, .017, .017, .024, .023},
                   {.02, .001, .001, .016, .016, .030, .028},
                   {.05, .002, .001, .0145, .0145, .035, .034},
                   {.08, .001, 0, .0125, .0125, .037, .036},
                   {.096, -.001, 0, .0105, .0105, .035, .034}},
                  m.hand_scale, m.hand_scale);
  const double foot_scale = slim ? 1 : broad ? 1.09 : 1.03;
  m.foot = scaled({{-.036, 0, .034, .024, .024, .032, .034},
                   {-.012, 0, .034, .029, .028, .042, .034},
                   {.02, .001, .034, .032, .030, .050, .034},
                   {.055, .002, .030, .034, .031, .043, .030},
                   {.09, .001, .024, .040, .034, .032, .024},
                   {.125, -.001, .019, .045, .037, .023, .019},
                   {.150, -.0035, .0160, .0435, .0365, .018, .016},
                   {.170, -.007, .0140, .0375, .032, .0148, .014}},
                  foot_scale, foot_scale);
}

void place_joints(Measures& m) {
  const bool broad = m.shape == Shape::kBroad, full = m.shape == Shape::kFull;
  m.hip = {full ? .098 : .088, .905, -.005};
  m.knee = {full ? .094 : .085, .478, .008};
  m.ankle = {.084, .082, -.020};
  m.ball = {.098, .018, .105};
  m.shoulder = {broad ? .178 : full ? .164 : .152, 1.395, -.022};

  const double splay = .56, bend = .16, upper_length_m = .283, fore_length_m = .243;
  m.upper_arm_along = normalized(Vec3{std::sin(splay), -std::cos(splay), .02});
  const Vec3 out = normalized(Vec3{std::cos(splay), std::sin(splay), 0});
  m.upper_arm_w = cross(m.upper_arm_along, out);
  if (m.upper_arm_w.z < 0) m.upper_arm_w = m.upper_arm_w * -1;
  m.upper_arm_u = normalized(out - m.upper_arm_along * dot(out, m.upper_arm_along));

  const double fore_splay = splay - .05;
  m.forearm_along = normalized(Vec3{std::sin(fore_splay), -std::cos(fore_splay), 0} * std::cos(bend) +
                               Vec3{0, 0, 1} * std::sin(bend));
  m.forearm_u = normalized(Vec3{std::cos(fore_splay), std::sin(fore_splay), 0});
  m.forearm_w = cross(m.forearm_along, m.forearm_u);
  if (m.forearm_w.z < 0) m.forearm_w = m.forearm_w * -1;
  m.elbow = m.shoulder + m.upper_arm_along * upper_length_m;
  m.wrist = m.elbow + m.forearm_along * fore_length_m;
}

}  // namespace

Measures measures_of(Shape shape) {
  Measures m;
  m.shape = shape;
  m.torso = torso_of(shape);
  m.leg = leg_of(shape);
  place_joints(m);
  measure_limbs(m);
  m.glute = {{.076, .890, -.055}, {.084, .096, .070}};
  m.chest = {{.0650, 1.272, .056}, {.055, .052, .056}};
  if (shape == Shape::kBroad) {
    m.torso_exponent = 2.25;
    m.glute = {{.070, .895, -.052}, {.078, .093, .064}};
    m.chest = {{.078, 1.300, .062}, {.088, .060, .040}};
    m.shoulder_radius_m = .052;
    m.trapezius_start_m = .036;
    m.trapezius_end_m = .030;
    m.neck_radius_m = .055;
    m.head_scale = 1.035;
    m.jaw_scale = 1.08;
    m.arm_clearance_rad = .03;
  } else if (shape == Shape::kFull) {
    m.glute = {{.090, .890, -.066}, {.108, .112, .080}};
    m.chest = {{.080, 1.252, .070}, {.0693, .0655, .0706}};
    m.shoulder_radius_m = .050;
    m.neck_radius_m = .050;
    m.arm_clearance_rad = .11;
  }
  return m;
}

}  // namespace mannequin
