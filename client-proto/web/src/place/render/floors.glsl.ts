// The stone floors: cream slabs with dark insets along the sides, a band of red and dark, a compass rose in the middle of every bay, a
// great star under the dome. Joints are distance fields, so they stay thin lines at any size. Units: metres.

const kMarbles = /* glsl */ `
const vec2 NO_TILE = vec2(9e3);
vec3 cream(vec2 p, float id) {
  float cloud = fbm(p * 1.3 + id * 37., NO_TILE, 6), line = vein(p * .9 + id * 51., NO_TILE, .035);
  vec3 c = mix(vec3(.44, .38, .30), vec3(.56, .505, .425), cloud) * (.93 + .12 * hash1(vec2(id, 3.)));
  return mix(c, c * vec3(.72, .62, .5), line * .5) * (.97 + .06 * valueNoise(p * 160., NO_TILE));
}
vec3 dark(vec2 p, float id) {
  float cloud = fbm(p * 2. + id * 17., NO_TILE, 5), line = vein(p * 1.1 + id * 23., NO_TILE, .018);
  return mix(mix(vec3(.045, .042, .042), vec3(.085, .08, .078), cloud), vec3(.42, .36, .28), line * .55);
}
vec3 rosso(vec2 p, float id) {
  float cloud = fbm(p * 3. + id * 11., NO_TILE, 6);
  vec3 c = mix(vec3(.34, .155, .095), vec3(.46, .25, .17), cloud);
  return mix(c, vec3(.55, .40, .32), smoothstep(.08, .0, voronoi(p * 7. + cloud, NO_TILE).y) * .35) * (.9 + .2 * hash1(vec2(id, 8.)));
}
vec3 verde(vec2 p, float id) {
  float cloud = fbm(p * 2.4 + id * 19., NO_TILE, 6), line = vein(p * 1.6 + id * 3., NO_TILE, .03);
  return mix(mix(vec3(.10, .13, .11), vec3(.17, .20, .17), cloud), vec3(.45, .46, .40), line * .4);
}
// 1 on stone, 0 in the joint nearest so far.
float stoneHere = 1.;
void joint(float d) { stoneHere = min(stoneHere, smoothstep(.0012, .004, abs(d))); }
void jointRect(vec2 f, vec2 size) {
  joint(f.x * size.x); joint((1. - f.x) * size.x);
  joint(f.y * size.y); joint((1. - f.y) * size.y);
}
// A dark diamond where four slabs meet.
bool atInset(vec2 f) {
  vec2 k = abs(f - .5);
  float d = (.5 - k.x) + (.5 - k.y);
  joint((d - .17) * .7);
  return d < .17;
}
`;

/** Across the nave x in [-5.5, 5.5], along it period 12 (two bays). */
const kNave = /* glsl */ `
vec3 medallion(vec2 q) {
  float r = length(q), a = atan(q.y, q.x), seg = 6.28318 / 8.;
  float long_ = mod(a + seg * .5, seg) - seg * .5, short_ = mod(a, seg) - seg * .5;
  float star = r * (cos(long_) + sin(abs(long_)) * 1.35), inner = r * (cos(short_) + sin(abs(short_)) * 1.6);
  vec3 c;
  if (r < .32) c = rosso(q, 9.);
  else if (r < .36) c = cream(q, 2.);
  else if (star < 1.25) c = long_ > 0. ? dark(q, 1.) : cream(q, 12.);
  else if (inner < 1.42) c = short_ > 0. ? rosso(q, 3.) : verde(q, 5.);
  else if (r < 1.98) c = cream(q, floor((a + 3.1416) / .785398) + 20.);
  else if (r < 2.06) c = dark(q, 6.);
  else if (r < 2.12) c = cream(q, 8.);
  else if (r < 2.2) c = rosso(q, 2.);
  else c = cream(q, 30. + floor(mod(q.x + 20., 2.)));
  joint(r - .32); joint(star - 1.25); joint(r - 1.98); joint(r - 2.06); joint(r - 2.2);
  if (star < 1.25) joint(r * sin(long_));
  if (r > 1.5 && r < 1.98) joint(r * sin(mod(a, .785398)));
  return c;
}
vec3 naveFloor(vec2 p) {
  stoneHere = 1.;
  float ax = abs(p.x), z = mod(p.y, 12.), fromBay = abs(mod(z, 6.) - 3.);
  vec3 c;
  if (ax > 5.05) { c = dark(p, mod(floor(z / 1.5), 8.)); joint(fract(z / 1.5) * 1.5); }
  else if (ax > 4.93) c = rosso(p, 1.);
  else if (ax > 2.75) {
    vec2 q = vec2((ax - 2.75) / 1.09, z), g = floor(q), f = fract(q);
    float id = hash1(vec2(g.x + (p.x > 0. ? 5. : 0.), mod(g.y, 12.)));
    c = cream(p, floor(id * 40.));
    jointRect(f, vec2(1.09, 1.));
    if (atInset(f)) c = dark(p, 4.);
  }
  else if (ax > 2.58) c = dark(p, 2.);
  else if (ax > 2.50) c = cream(p, 3.);
  else if (ax > 2.42) c = rosso(p, 6.);
  else {
    if (fromBay > 2.82) { c = verde(p, 2.); joint(fromBay - 2.82); }
    else if (fromBay > 2.74) c = cream(p, 7.);
    else c = medallion(vec2(p.x, mod(z, 6.) - 3.));
    joint(fromBay - 2.74);
  }
  joint(ax - 5.05); joint(ax - 4.93); joint(ax - 2.75); joint(ax - 2.58); joint(ax - 2.50); joint(ax - 2.42);
  return c;
}
`;

const kSquare = /* glsl */ `
vec3 squareFloor(vec2 p) {
  stoneHere = 1.;
  float r = length(p), a = atan(p.y, p.x), seg = 6.28318 / 16., fine = 6.28318 / 48.;
  float ray = mod(a + seg * .5, seg) - seg * .5, id = floor((a + seg * .5) / seg);
  float star = r * (cos(ray) + sin(abs(ray)) * 2.2);
  vec3 c;
  if (r < 2.3) c = dark(p, 1.);
  else if (star < 5.) c = ray > 0. ? rosso(p, mod(id, 5.)) : dark(p, mod(id, 4.));
  else if (r < 5.1) c = cream(p, mod(id, 9.));
  else if (r < 5.22) c = dark(p, 3.);
  else if (r < 5.3) c = cream(p, 1.);
  else if (r < 5.75) {
    float k = floor(a / fine);
    c = mod(k, 2.) < 1. ? verde(p, mod(k, 7.)) : cream(p, mod(k, 5.));
    joint(r * sin(mod(a, fine)));
  }
  else if (r < 5.83) c = cream(p, 2.);
  else if (r < 5.95) c = dark(p, 2.);
  else {
    vec2 q = p / 1.1, f = fract(q);
    c = cream(p, floor(hash1(floor(q) + 40.) * 40.));
    jointRect(f, vec2(1.1));
    if (atInset(f)) c = dark(p, 4.);
  }
  joint(r - 5.1); joint(r - 5.22); joint(r - 5.75); joint(r - 5.95);
  if (star < 5. && r > 2.3) joint(r * sin(ray));
  if (r < 5.1) joint(star - 5.);
  return c;
}
`;

/** Main functions: texture coordinate v to albedo (square root) and roughness. */
export const kNaveFloor = `${kMarbles}${kNave}
vec4 floorTexel(vec2 v) {
  vec3 c = naveFloor(vec2((v.x - .5) * 12., v.y * 12.));
  return vec4(c * mix(.45, 1., stoneHere), .10 + .14 * fbm(v * 40., vec2(40.), 4) + .4 * (1. - stoneHere));
}`;
export const kSquareFloor = `${kMarbles}${kSquare}
vec4 floorTexel(vec2 v) {
  vec3 c = squareFloor((v - .5) * 17.);
  return vec4(c * mix(.45, 1., stoneHere), .10 + .14 * fbm(v * 50., vec2(50.), 4) + .4 * (1. - stoneHere));
}`;
