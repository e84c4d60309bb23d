// From a module's parts to what the GPU draws: texture coordinates by box projection in metres, baked light per vertex.

import { BufferAttribute, BufferGeometry } from 'three';
import type { MaterialName, Mesh, Part } from '../geometry/mesh.ts';
import { litParts } from '../modules.ts';
import type { SurfaceName } from './surfaces.glsl.ts';
import { kSurfaces } from './surfaces.glsl.ts';

const kSurfaceOf: Readonly<Partial<Record<MaterialName, SurfaceName>>> = {
  stone: 'stone',
  metal: 'metal',
  wood: 'oak',
  travertine: 'travertine',
  cloth: 'linen',
  leather: 'leather',
  shellFloor: 'chevron',
  shellWall: 'plaster',
};

/** Projects along the axis that the normal is closest to; wood follows its grain instead. */
function boxUvs(part: Part, metres: readonly [number, number]): Float32Array {
  const uv = new Float32Array(part.vertexCount * 2);
  for (let i = 0; i < part.vertexCount; i++) {
    const p = [part.positions[3 * i]!, part.positions[3 * i + 1]!, part.positions[3 * i + 2]!];
    const [nx, ny, nz] = [Math.abs(part.normals[3 * i]!), Math.abs(part.normals[3 * i + 1]!), Math.abs(part.normals[3 * i + 2]!)];
    let [u, v] = ny >= nx && ny >= nz ? [p[0]!, p[2]!] : nx >= nz ? [p[2]!, p[1]!] : [p[0]!, p[1]!];
    if (part.grain[i]! > 0) {
      const axis = part.grain[i]! - 1;
      u = p[axis]!;
      v = p.reduce((sum, c, k) => (k === axis ? sum : sum + c), 0);
    }
    uv[2 * i] = u / metres[0];
    uv[2 * i + 1] = v / metres[1];
  }
  return uv;
}

/** `light`: the module's baked bytes, RGB per vertex over its lit parts in order. */
export function partGeometries(mesh: Mesh, light: Uint8Array | undefined): Map<MaterialName, BufferGeometry> {
  const geometries = new Map<MaterialName, BufferGeometry>();
  const lit = new Set(litParts(mesh));
  let at = 0;
  for (const [name, part] of mesh.parts) {
    const geometry = new BufferGeometry();
    const count = part.vertexCount;
    geometry.setAttribute('position', new BufferAttribute(Float32Array.from(part.positions), 3));
    geometry.setAttribute('normal', new BufferAttribute(Int16Array.from(part.normals, (v) => Math.round(v * 32767)), 3, true));
    geometry.setAttribute('color', new BufferAttribute(Float32Array.from(part.colours), 3));
    const surface = kSurfaceOf[name];
    geometry.setAttribute('uv', new BufferAttribute(boxUvs(part, surface ? kSurfaces[surface].metres : [1, 1]), 2));
    geometry.setAttribute('lightUv', new BufferAttribute(Float32Array.from(part.lightUvs), 2));
    const bytes = new Uint8Array(count * 3);
    if (lit.has(name) && light) bytes.set(light.subarray(at, at + count * 3));
    if (lit.has(name)) at += count * 3;
    geometry.setAttribute('baked', new BufferAttribute(bytes, 3, true));
    geometry.setIndex(new BufferAttribute(count > 65535 ? Uint32Array.from(part.indices) : Uint16Array.from(part.indices), 1));
    geometries.set(name, geometry);
  }
  if (light && at !== light.length) throw new Error('the baked light belongs to another geometry');
  return geometries;
}
