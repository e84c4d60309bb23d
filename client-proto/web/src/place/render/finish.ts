// The last pass: bloom from the picture's own small mips, AgX tone mapping with a little contrast and saturation, vignette, dither.

import { GLSL3, RawShaderMaterial } from 'three';
import type { Texture } from 'three';
import { kFullScreenVertex } from './textures.ts';

// AgX: the polynomial fit of its curve and its two matrices, published by its author's community (Blender 4's view transform).
const kFragment = /* glsl */ `precision highp float;
in vec2 v; out vec4 colour; uniform sampler2D picture; uniform float exposure; uniform float bloom;
vec3 curve(vec3 x) {
  vec3 x2 = x * x, x4 = x2 * x2;
  return 15.5 * x4 * x2 - 40.14 * x4 * x + 31.96 * x4 - 6.868 * x2 * x + .4298 * x2 + .1191 * x - .00232;
}
vec3 agx(vec3 c) {
  const mat3 into = mat3(.842479062253094, .0423282422610123, .0423756549057051, .0784335999999992, .878468636469772, .0784336,
    .0792237451477643, .0791661274605434, .879142973793104);
  const mat3 back = mat3(1.19687900512017, -.0528968517574562, -.0529716355144438, -.0980208811401368, 1.15190312990417,
    -.0980434501171241, -.0990297440797205, -.0989611768448433, 1.15107367264116);
  c = curve(clamp((log2(max(into * c, 1e-10)) + 12.47393) / 16.5, 0., 1.));
  c = pow(max(c, 0.), vec3(1.44));
  c = mix(vec3(dot(c, vec3(.2126, .7152, .0722))), c, 1.24);
  return clamp(back * c, 0., 1.);
}
vec3 glow() {
  vec3 sum = vec3(0.);
  for (int i = 0; i < 4; i++) {
    float level = 3. + float(i);
    vec2 texel = exp2(level) / vec2(textureSize(picture, 0));
    vec3 s = vec3(0.);
    for (int k = 0; k < 4; k++) s += textureLod(picture, v + (vec2(k & 1, k >> 1) - .5) * texel, level).rgb;
    sum += max(s * .25 - .9, 0.) * (i < 2 ? .30 : i == 2 ? .25 : .15);
  }
  return sum;
}
float noise(vec2 p) { return fract(52.9829189 * fract(dot(p, vec2(.06711056, .00583715)))); }
void main() {
  vec3 c = textureLod(picture, v, 0.).rgb;
  if (bloom > 0.) c += glow() * bloom;
  vec2 off = v - .5;
  c = agx(c * (1. - .38 * dot(off, off)) * exposure);
  colour = vec4(c + (noise(gl_FragCoord.xy) - .5) / 255., 1.);
}`;

export function makeFinish(picture: Texture, bloom: number): RawShaderMaterial {
  return new RawShaderMaterial({
    glslVersion: GLSL3,
    depthTest: false,
    uniforms: { picture: { value: picture }, exposure: { value: 0.95 }, bloom: { value: bloom } },
    vertexShader: kFullScreenVertex,
    fragmentShader: kFragment,
  });
}
