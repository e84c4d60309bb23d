// The material of figures: skin and cloth in one, so that a dressed figure is a single draw. What differs comes per vertex from a small
// palette: colour, roughness, sheen and kind of weave. Weave and stitching are a bump of the rest position that fades before it is too
// fine for the screen; the shade in the vertex colours is ambient occlusion.

import { Color, DoubleSide, MeshPhysicalMaterial, Vector4 } from 'three';
import type { Surface } from './models.ts';

export const paletteMax = 16;

export interface Palette {
  readonly colours: { value: Color[] };
  /** Roughness, sheen, weave, strength of reflection. */
  readonly finishes: { value: Vector4[] };
}

export function makePalette(): Palette {
  return {
    colours: { value: Array.from({ length: paletteMax }, () => new Color(1, 1, 1)) },
    finishes: { value: Array.from({ length: paletteMax }, () => new Vector4(0.8, 0, 0, 1)) },
  };
}

const skinReflection = 0.7, clothReflection = 0.45;

export function setSwatch(palette: Palette, index: number, surface: Surface, colour: Color | null): void {
  palette.colours.value[index]?.copy(colour !== null && surface.tintable ? colour : surface.colour);
  palette.finishes.value[index]?.set(
    surface.roughness, surface.sheen, surface.weave, surface.weave > 0 ? clothReflection : skinReflection,
  );
}

const declarations = /* glsl */ `
varying vec3 vRest;
varying vec4 vShade;
varying vec3 vCloth;
varying vec4 vFinish;
float clothHash(vec3 p) { p = fract(p * .3183 + .1); p *= 17.; return fract(p.x * p.y * p.z * (p.x + p.y + p.z)); }
float clothNoise(vec3 x) {
  vec3 i = floor(x), f = fract(x);
  f = f * f * (3. - 2. * f);
  return mix(mix(mix(clothHash(i), clothHash(i + vec3(1, 0, 0)), f.x), mix(clothHash(i + vec3(0, 1, 0)), clothHash(i + vec3(1, 1, 0)), f.x), f.y),
             mix(mix(clothHash(i + vec3(0, 0, 1)), clothHash(i + vec3(1, 0, 1)), f.x), mix(clothHash(i + vec3(0, 1, 1)), clothHash(i + vec3(1, 1, 1)), f.x), f.y), f.z);
}
vec3 clothBump(vec3 position, vec3 n, float height, float side) {
  vec3 sx = dFdx(position), sy = dFdy(position), r1 = cross(sy, n), r2 = cross(n, sx);
  float det = dot(sx, r1) * side;
  return normalize(abs(det) * n - sign(det) * (dFdx(height) * r1 + dFdy(height) * r2));
}
float weaveHeight(vec3 p, float kind) {
  if (kind < .5) return 0.;
  if (kind < 1.5) return .00013 * sin((p.x + p.z * .9 + p.y) * 900.) + .0007 * (clothNoise(p * 420.) - .5) + .0012 * (clothNoise(p * 90.) - .5);
  if (kind < 2.5) return .0002 * sin((p.x + p.z) * 1300.) * sin(p.y * 1300.) + .0006 * (clothNoise(p * 300.) - .5);
  if (kind < 3.5) return .0006 * (clothNoise(p * 500.) - .5) + .0008 * (clothNoise(p * 120.) - .5);
  return p.y > 0. && p.y < .022 ? .0005 * smoothstep(-.2, .2, sin(p.y * 900.)) : 0.;
}
float stitchLine(float width) { float q = (vShade.a - .5) * .064 / width; return exp(-q * q) * step(vShade.a, .99); }`;

const colouring = /* glsl */ `
{
  float open = (vShade.r - .3) / .7, shade = mix(.30, 1., open), kind = vFinish.z;
  vec3 base = vCloth;
  if (kind > .5 && kind < 1.5) base *= .93 + .14 * clothNoise(vRest * vec3(900., 320., 900.));
  else if (kind > 1.5 && kind < 3.5) base *= .94 + .12 * clothNoise(vRest * 500.);
  base *= 1. - .22 * stitchLine(.0012);
  diffuseColor.rgb = base * mix(vec3(1.), vec3(shade) * vec3(1., .985, .97) + (1. - shade) * base * .35, .9);
}`;

const bumping = /* glsl */ `
{
  float fine = length(fwidth(vRest));
  float height = weaveHeight(vRest, vFinish.z) * .55 * (1. - smoothstep(.0005, .0022, fine));
  height -= .0009 * stitchLine(.0011) * (1. - smoothstep(.0008, .0035, fine));
  if (vFinish.z > .5) normal = normalize(mix(normal, clothBump(-vViewPosition, normal, height, faceDirection), .8));
}`;

/** What every vertex shader of figures adds; `part` is the vertex's place in the palette. */
const vertexDeclarations = /* glsl */ `
attribute float part;
uniform vec3 paletteColours[${paletteMax}];
uniform vec4 paletteFinishes[${paletteMax}];
varying vec3 vRest;
varying vec4 vShade;
varying vec3 vCloth;
varying vec4 vFinish;`;

const vertexBody = /* glsl */ `
vRest = position;
vShade = color;
vCloth = paletteColours[int(part + .5)];
vFinish = paletteFinishes[int(part + .5)];`;

type Shader = Parameters<MeshPhysicalMaterial['onBeforeCompile']>[0];

function insert(source: string, chunk: string, text: string, before = false): string {
  const include = `#include <${chunk}>`;
  if (!source.includes(include)) throw new Error(`the shader has no ${chunk}`);
  return source.replace(include, before ? `${text}\n${include}` : `${include}\n${text}`);
}

/** `vertex` may give other declarations and another body to the vertex shader (figures drawn by the hundred). */
export function makeCloth(palette: Palette, vertex?: { declarations: string; body: string; patch: (shader: Shader) => void }): MeshPhysicalMaterial {
  const material = new MeshPhysicalMaterial({
    roughness: 0.8, metalness: 0, side: DoubleSide, sheen: 1, sheenRoughness: 0.5, sheenColor: new Color(1, 1, 1), vertexColors: true,
  });
  material.onBeforeCompile = (shader) => {
    shader.uniforms['paletteColours'] = palette.colours;
    shader.uniforms['paletteFinishes'] = palette.finishes;
    shader.vertexShader = insert(shader.vertexShader, 'common', vertex?.declarations ?? vertexDeclarations);
    shader.vertexShader = insert(shader.vertexShader, 'begin_vertex', vertex?.body ?? vertexBody);
    vertex?.patch(shader);
    let fragment = insert(shader.fragmentShader, 'common', declarations);
    fragment = fragment.replace('#include <color_fragment>', colouring);
    fragment = insert(fragment, 'roughnessmap_fragment', 'roughnessFactor = vFinish.x;');
    fragment = insert(fragment, 'normal_fragment_maps', bumping);
    fragment = insert(
      fragment, 'lights_physical_fragment',
      'material.sheenColor = mix(vCloth, vec3(1.), .35) * vFinish.y;\nmaterial.specularColor *= vFinish.w;',
    );
    fragment = insert(
      fragment, 'aomap_fragment',
      '{ float open = (vShade.r - .3) / .7; reflectedLight.indirectDiffuse *= mix(.45, 1., open); reflectedLight.indirectSpecular *= mix(.3, 1., open); }',
    );
    shader.fragmentShader = fragment;
  };
  material.customProgramCacheKey = () => (vertex === undefined ? 'figure' : 'figures');
  return material;
}
