// Light for what moves and for goods: a grid of probes, each with the irradiance on six faces (ambient cube), in one 3D texture that is
// asked per pixel by position and normal. Inside a boutique its own finer grid counts.

import { Data3DTexture, LinearFilter, RGBAFormat, ShaderChunk, UnsignedByteType } from 'three';
import type { IUniform, Material, Mesh, MeshStandardMaterial, Object3D, Texture } from 'three';
import type { ProbeAtlas, ProbeVolume } from '../light.ts';
import type { Box3 } from '../mall.ts';
import { kHaze, kSunMask, kWorldPosition, mirroredEnvironment, softenShadowEdge } from './lit.ts';

export function probeTexture(atlas: ProbeAtlas, rgb: Uint8Array): Data3DTexture {
  const [width, height, depth] = atlas.size;
  const rgba = new Uint8Array(width * height * depth * 4).fill(255);
  for (let i = 0; i < width * height * depth; i++) for (let c = 0; c < 3; c++) rgba[4 * i + c] = rgb[3 * i + c]!;
  const texture = new Data3DTexture(rgba, width, height, depth);
  texture.format = RGBAFormat;
  texture.type = UnsignedByteType;
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.unpackAlignment = 1;
  texture.needsUpdate = true;
  return texture;
}

const vec3 = (v: readonly number[]): string => `vec3(${v.map((x) => x.toFixed(4)).join(',')})`;

function lookUp(atlas: ProbeAtlas, zones: readonly Box3[]): string {
  const call = (volume: ProbeVolume, offset: number): string =>
    `at = (p - ${vec3(volume.origin)}) / ${vec3(volume.step)}; count = ${vec3(volume.count)}; offset = ${offset.toFixed(1)};`;
  const cases = zones.map((zone, i) => `if (all(greaterThan(p, ${vec3(zone.min)} - .2)) && all(lessThan(p, ${vec3(zone.max)} + .2))) { ${call(atlas.volumes[i + 1]!, atlas.offsets[i + 1]!)} }`);
  return /* glsl */ `
  uniform highp sampler3D probeMap;
  vec3 probeFace(vec3 at, float face, float count, float offset) {
    vec3 s = texture(probeMap, vec3(at.x + offset + .5, at.y + face * count + .5, at.z + .5) / ${vec3(atlas.size)}).rgb;
    return s * s * 16.;
  }
  vec3 probeLight(vec3 p, vec3 n) {
    vec3 at, count; float offset;
    ${call(atlas.volumes[0]!, 0)}
    ${cases.join('\n    else ')}
    at = clamp(at, vec3(0.), count - 1.);
    vec3 weight = n * n;
    return weight.x * probeFace(at, n.x > 0. ? 0. : 1., count.y, offset)
      + weight.y * probeFace(at, n.y > 0. ? 2. : 3., count.y, offset)
      + weight.z * probeFace(at, n.z > 0. ? 4. : 5., count.y, offset);
  }`;
}

export class Probes {
  private readonly texture: Data3DTexture;
  private readonly uniform: IUniform<Data3DTexture>;
  private readonly source: string;
  private readonly known = new WeakSet<Material>();
  private environment: Texture | null = null;

  constructor(atlas: ProbeAtlas, zones: readonly Box3[], rgb: Uint8Array) {
    this.texture = probeTexture(atlas, rgb);
    this.uniform = { value: this.texture };
    this.source = lookUp(atlas, zones);
  }

  setEnvironment(map: Texture): void {
    this.environment = map;
  }

  /** Every physical material below `object` takes its light from the probes from now on. */
  adopt(object: Object3D): void {
    object.traverse((node) => {
      const mesh = node as Mesh;
      if (!mesh.isMesh) return;
      mesh.receiveShadow = true;
      const materials = Array.isArray(mesh.material) ? mesh.material : [mesh.material];
      for (const material of materials) if ((material as MeshStandardMaterial).isMeshStandardMaterial) this.patch(material as MeshStandardMaterial);
    });
  }

  private patch(material: MeshStandardMaterial): void {
    if (this.known.has(material)) return;
    this.known.add(material);
    material.envMap = this.environment;
    const before = material.onBeforeCompile.bind(material);
    const key = material.customProgramCacheKey.bind(material);
    const named = key();
    material.onBeforeCompile = (shader, renderer) => {
      before(shader, renderer);
      shader.uniforms['probeMap'] = this.uniform;
      shader.vertexShader = shader.vertexShader
        .replace('#include <common>', '#include <common>\nvarying vec3 vPlace;')
        .replace('#include <project_vertex>', kWorldPosition);
      shader.fragmentShader = softenShadowEdge(shader.fragmentShader, ShaderChunk.shadowmap_pars_fragment)
        .replace('#include <common>', `#include <common>\nvarying vec3 vPlace; ${this.source}`)
        .replace('#include <lights_fragment_maps>', `${kSunMask}
          vec3 placeLight = probeLight(vPlace, inverseTransformDirection(normal, viewMatrix));
          irradiance += placeLight;
          iblIrradiance += placeLight * .6;
          ${mirroredEnvironment('2.2', 0.9)}`)
        .replace('#include <opaque_fragment>', `${kHaze} #include <opaque_fragment>`);
    };
    material.customProgramCacheKey = () => `${named}/probes`;
    material.needsUpdate = true;
  }

  dispose(): void {
    this.texture.dispose();
  }
}
