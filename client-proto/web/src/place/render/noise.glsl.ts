// Noise that repeats with a given period, for textures that tile.

export const kNoise = /* glsl */ `
float hash1(vec2 p) {
  vec3 q = fract(vec3(p.xyx) * .1031);
  q += dot(q, q.yzx + 33.33);
  return fract((q.x + q.y) * q.z);
}
vec2 hash2(vec2 p) {
  vec3 q = fract(vec3(p.xyx) * vec3(.1031, .1030, .0973));
  q += dot(q, q.yzx + 33.33);
  return fract((q.xx + q.yz) * q.zy);
}
float valueNoise(vec2 p, vec2 period) {
  vec2 i = floor(p), f = fract(p);
  f = f * f * f * (f * (f * 6. - 15.) + 10.);
  float a = hash1(mod(i, period)), b = hash1(mod(i + vec2(1, 0), period));
  float c = hash1(mod(i + vec2(0, 1), period)), d = hash1(mod(i + vec2(1), period));
  return mix(mix(a, b, f.x), mix(c, d, f.x), f.y);
}
float fbm(vec2 p, vec2 period, int octaves) {
  float sum = 0., gain = .5, total = 0.;
  for (int i = 0; i < 8; i++) {
    if (i >= octaves) break;
    sum += gain * valueNoise(p, period);
    total += gain;
    gain *= .5;
    p *= 2.;
    period *= 2.;
  }
  return sum / total;
}
// Distance to the nearest cell's point, to the border, and the cell's own number.
vec3 voronoi(vec2 p, vec2 period) {
  vec2 i = floor(p), f = fract(p);
  float first = 9., second = 9., id = 0.;
  for (int y = -1; y <= 1; y++) for (int x = -1; x <= 1; x++) {
    vec2 g = vec2(x, y), cell = mod(i + g, period);
    float d = length(g + hash2(cell) - f);
    if (d < first) { second = first; first = d; id = hash1(cell + 7.); }
    else if (d < second) second = d;
  }
  return vec3(first, second - first, id);
}
// A thin line where warped noise crosses its middle.
float vein(vec2 p, vec2 period, float width) {
  vec2 warp = vec2(fbm(p, period, 5), fbm(p + 17., period, 5)) * 2. - 1.;
  return smoothstep(width, 0., abs(fbm(p + warp * 1.4, period, 5) - .5));
}
`;
