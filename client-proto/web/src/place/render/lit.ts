// Three's physical material with the place's light: baked irradiance instead of ambient light, the sun only where there is sun, the
// environment's mirror image dimmed where little light arrives (specular occlusion), a little haze far away.

import { Color, DoubleSide, FrontSide, MeshBasicMaterial, MeshStandardMaterial } from 'three';
import type { IUniform, Side, Texture, WebGLProgramParametersWithUniforms } from 'three';
import type { MaterialName } from '../geometry/mesh.ts';
import type { SurfaceTextures, TextureSet } from './textures.ts';

/** Values that all lit materials share; a material keeps the uniform objects, so setting `.value` reaches them all. */
export interface SharedUniforms {
  readonly floorLight: IUniform<Texture | null>;
  readonly shellLight: IUniform<Texture | null>;
  readonly reflection: IUniform<Texture | null>;
  readonly reflectionMatrix: IUniform;
  /** 0 without a planar reflection: the floor mirrors the environment instead. */
  readonly reflectionGain: IUniform<number>;
}

/** Where the light of a surface is kept. */
type LightSource = 'vertex' | 'shell' | 'floor';

/** Outside the shadow map the sun counts as partly hidden, as it is on average under the ribs. */
export const kSunOutsideMap = 0.4;

export const kHaze = /* glsl */ `
  outgoingLight = mix(outgoingLight, vec3(.80, .82, .84), .18 * (1. - exp(-max(0., length(vViewPosition) - 16.) * .012)));
`;

/** The sun never enters the shops: behind the facades its direct light is taken back. */
export const kSunMask = /* glsl */ `
  float sunHere = min(abs(vPlace.x), abs(vPlace.z)) > 6.15 && max(abs(vPlace.x), abs(vPlace.z)) > 8.6 ? 0. : 1.;
  reflectedLight.directDiffuse *= sunHere;
  reflectedLight.directSpecular *= sunHere;
`;

export const kWorldPosition = /* glsl */ `#include <project_vertex>
  vec4 placePosition = vec4(transformed, 1.);
  #ifdef USE_INSTANCING
    placePosition = instanceMatrix * placePosition;
  #endif
  placePosition = modelMatrix * placePosition;
  vPlace = placePosition.xyz;
`;

/** Light falls off smoothly into the dark: what gets little light mirrors little. */
export const mirroredEnvironment = (full: string, strength: number): string => /* glsl */ `
  float openness = clamp(dot(placeLight, vec3(.3, .6, .1)) / ${full}, .12, 1.25);
  #ifdef USE_ENVMAP
    radiance += getIBLRadiance(geometryViewDir, geometryNormal, material.roughness) * openness * ${strength.toFixed(2)};
  #else
    radiance += placeLight * .25;
  #endif
`;

export function softenShadowEdge(fragment: string, shadowChunk: string): string {
  return fragment.replace('#include <shadowmap_pars_fragment>', shadowChunk.replace('float shadow = 1.0;', `float shadow = ${kSunOutsideMap.toFixed(2)};`));
}

export interface LitOptions {
  readonly source?: LightSource;
  readonly metalness?: number;
  readonly roughness?: number;
  readonly normalScale?: number;
  readonly side?: Side;
  readonly specular?: number;
}

const kLightOf: Readonly<Record<LightSource, string>> = {
  vertex: 'vec3 placeLight = vBaked;',
  shell: 'vec3 baked = texture2D(bakedLight, vLightUv).rgb; vec3 placeLight = baked * baked * 16.;',
  floor: 'vec3 baked = texture2D(bakedLight, abs(vPlace.xz) / vec2(28., 46.)).rgb; vec3 placeLight = baked * baked * 16.;',
};

/** The floor mirrors the hall itself, blurred by its roughness. */
const kFloorMirror = /* glsl */ `
  if (reflectionGain > 0.) {
    vec2 at = vMirror.xy / vMirror.w + vec2(texelA.a - .22, texelA.a - .2) * .05;
    float blur = .6 + texelA.a * 5.;
    radiance += (textureLod(reflectionMap, at, blur).rgb * .6 + textureLod(reflectionMap, at, blur + 1.6).rgb * .4) * .95 * reflectionGain;
  } else {
    ${mirroredEnvironment('1.6', 0.8)}
  }
`;

function patch(shader: WebGLProgramParametersWithUniforms, source: LightSource, specular: number, shared: SharedUniforms, shadowChunk: string): void {
  shader.uniforms['bakedLight'] = source === 'shell' ? shared.shellLight : shared.floorLight;
  shader.uniforms['reflectionMap'] = shared.reflection;
  shader.uniforms['reflectionMatrix'] = shared.reflectionMatrix;
  shader.uniforms['reflectionGain'] = shared.reflectionGain;
  shader.vertexShader = shader.vertexShader
    .replace('#include <common>', `#include <common>
      attribute vec3 baked; attribute vec2 lightUv; attribute float fade; uniform mat4 reflectionMatrix;
      varying vec3 vBaked; varying vec2 vLightUv; varying vec3 vPlace; varying vec4 vMirror; varying float vFade;`)
    .replace('#include <project_vertex>', `${kWorldPosition} vBaked = baked * baked * 16.; vLightUv = lightUv; vMirror = reflectionMatrix * placePosition; vFade = fade;`);
  shader.fragmentShader = softenShadowEdge(shader.fragmentShader, shadowChunk)
    .replace('#include <common>', `#include <common>
      varying vec3 vBaked; varying vec2 vLightUv; varying vec3 vPlace; varying vec4 vMirror; varying float vFade;
      uniform sampler2D bakedLight; uniform sampler2D reflectionMap; uniform float reflectionGain;`)
    .replace('#include <map_fragment>', `${source === 'vertex' ? kCrossFade : ''}
      vec4 texelA = vec4(1.);
      #ifdef USE_MAP
        texelA = texture2D(map, vMapUv);
        diffuseColor.rgb *= texelA.rgb * texelA.rgb * 1.25;
      #endif`)
    .replace('#include <roughnessmap_fragment>', 'float roughnessFactor = clamp(roughness * texelA.a, .04, 1.);')
    .replace('#include <lights_fragment_maps>', `${kSunMask} ${kLightOf[source]}
      irradiance += placeLight;
      iblIrradiance += placeLight * .6;
      ${source === 'floor' ? kFloorMirror : mirroredEnvironment('2.2', specular)}`)
    .replace('#include <opaque_fragment>', `${kHaze} #include <opaque_fragment>`);
}

/** Two levels of detail share the pixels of a crossing between them: one keeps those below the threshold, the other the rest. */
const kCrossFade = /* glsl */ `
  if (vFade < 1.) {
    float threshold = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(.06711056, .00583715))));
    if (vFade >= 0. ? threshold >= vFade : threshold < -vFade) discard;
  }
`;

export class LitMaterials {
  readonly byName: Readonly<Partial<Record<MaterialName, MeshStandardMaterial | MeshBasicMaterial>>>;
  readonly nave: MeshStandardMaterial;
  readonly square: MeshStandardMaterial;
  private readonly lit: MeshStandardMaterial[] = [];
  private readonly shared: SharedUniforms;
  private readonly shadowChunk: string;

  constructor(textures: TextureSet, shared: SharedUniforms, shadowChunk: string) {
    this.shared = shared;
    this.shadowChunk = shadowChunk;
    const s = textures.surfaces;
    const emissive = new MeshBasicMaterial({ vertexColors: true, side: DoubleSide });
    // Seen by the shadow map only.
    const roof = new MeshBasicMaterial({ color: new Color(0), side: DoubleSide, colorWrite: false, depthWrite: false });
    this.byName = {
      stone: this.make(s.stone, { normalScale: 0.9 }),
      metal: this.make(s.metal, { metalness: 1, normalScale: 0.6 }),
      travertine: this.make(s.travertine, { normalScale: 0.8 }),
      wood: this.make(s.oak, { normalScale: 0.8 }),
      cloth: this.make(s.linen, { normalScale: 0.7, side: DoubleSide, specular: 0.5 }),
      leather: this.make(s.leather, { normalScale: 0.6 }),
      bark: this.make(null, { roughness: 0.95 }),
      leaf: this.make(null, { roughness: 0.55, side: DoubleSide, specular: 0.6 }),
      shellFloor: this.make(s.chevron, { source: 'shell', normalScale: 0.8 }),
      shellWall: this.make(s.plaster, { source: 'shell', normalScale: 0.8 }),
      emissive,
      roof,
    };
    this.nave = this.make({ map: textures.nave, normals: null, metres: [12, 12] }, { source: 'floor' });
    this.square = this.make({ map: textures.square, normals: null, metres: [17, 17] }, { source: 'floor' });
  }

  setEnvironment(map: Texture): void {
    for (const material of this.lit) {
      material.envMap = map;
      material.needsUpdate = true;
    }
  }

  private make(texture: SurfaceTextures | null, options: LitOptions): MeshStandardMaterial {
    const { source = 'vertex', metalness = 0, roughness = 1, normalScale = 1, side = FrontSide, specular = 1 } = options;
    const material = new MeshStandardMaterial({ metalness, roughness, side, vertexColors: true, map: texture?.map ?? null, normalMap: texture?.normals ?? null });
    material.normalScale.set(normalScale, normalScale);
    material.onBeforeCompile = (shader) => patch(shader, source, specular, this.shared, this.shadowChunk);
    material.customProgramCacheKey = () => `place/${source}/${specular}`;
    this.lit.push(material);
    return material;
  }

  dispose(): void {
    for (const material of this.lit) material.dispose();
  }
}
