// Bodies and garments as they come from the server, read once and shared. A model is two levels of detail; each is a list of parts, and
// a part knows its material and which of its triangles may be hidden.

import { BufferAttribute, Color, Group, Mesh } from 'three';
import type { BufferGeometry, Material, MeshPhysicalMaterial, Object3D } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js';
import type { GLTF } from 'three/addons/loaders/GLTFLoader.js';
import type { Clip } from './clips.ts';
import type { HiddenRange } from './outfit.ts';
import { jointCount, jointNames } from './skeleton.ts';
import type { RestPositions } from './skeleton.ts';

/** How a part's surface answers light; the shader gets it per vertex. */
export interface Surface {
  readonly colour: Color;
  readonly roughness: number;
  readonly sheen: number;
  /** 0 smooth, 1 twill, 2 knit, 3 felt, 4 rubber. */
  readonly weave: number;
  readonly tintable: boolean;
}

export interface Part {
  readonly surface: Surface;
  readonly vertices: number;
  /** Metres at rest. */
  readonly position: Float32Array;
  readonly normal: Int16Array;
  /** Shade in rgb, distance to the stitching in a. */
  readonly color: Uint8Array;
  readonly joints: Uint8Array;
  readonly weights: Uint8Array;
  readonly indices: ArrayLike<number>;
  readonly hidden: readonly HiddenRange[];
}

export interface Level {
  readonly parts: readonly Part[];
  /** Names of the bits in the parts' masks. */
  readonly covers: readonly string[];
}

export interface Model {
  readonly near: Level;
  readonly far: Level;
}

export interface Body extends Model {
  readonly rest: RestPositions;
  readonly clips: ReadonlyMap<string, Clip>;
}

/** How often a file is asked for again before its garment is left out. */
const triesMax = 3;
const retryAfter_ms = 2_000;

export class ModelStore {
  private readonly loader = new GLTFLoader().setMeshoptDecoder(MeshoptDecoder);
  private readonly bodies = new Map<string, Promise<Body>>();
  private readonly models = new Map<string, Promise<Model>>();

  body(url: string): Promise<Body> {
    return remember(this.bodies, url, async () => readBody(await this.fetch(url)));
  }
  model(url: string): Promise<Model> {
    return remember(this.models, url, async () => readModel(await this.fetch(url)));
  }

  private async fetch(url: string): Promise<GLTF> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.loader.loadAsync(url);
      } catch (error) {
        if (attempt >= triesMax) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryAfter_ms * attempt));
      }
    }
  }
}

/** A failed download is forgotten, so that it may be tried again. */
function remember<T>(known: Map<string, Promise<T>>, url: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(url);
  if (found !== undefined) return found;
  const made = make();
  known.set(url, made);
  made.catch(() => known.delete(url));
  return made;
}

async function readModel(gltf: GLTF): Promise<Model> {
  const origin = originOf(gltf);
  const meshes = gltf.parser.json['meshes'] as { name?: string }[];
  const level = async (name: string): Promise<Level> => {
    const named = meshes.findIndex((mesh) => mesh.name === name);
    // Garments of other makers come with one mesh: it serves at every distance.
    const object = (await gltf.parser.getDependency('mesh', Math.max(0, named))) as Object3D;
    return readLevel(object, origin);
  };
  return { near: await level('near'), far: await level('far') };
}

async function readBody(gltf: GLTF): Promise<Body> {
  const model = await readModel(gltf);
  const rest = new Float32Array(jointCount * 3);
  jointNames.forEach((name, j) => {
    const bone = gltf.scene.getObjectByName(name);
    if (bone === undefined) throw new Error(`the body has no joint ${name}`);
    gltf.scene.updateMatrixWorld(true);
    rest.set([bone.matrixWorld.elements[12]!, bone.matrixWorld.elements[13]!, bone.matrixWorld.elements[14]!], j * 3);
  });
  return { ...model, rest, clips: new Map(gltf.animations.map((clip) => [clip.name, readClip(clip)])) };
}

/** The skin's matrices undo an offset that the stored positions have: the same one for every joint of ours. */
function originOf(gltf: GLTF): readonly [number, number, number] {
  let origin: readonly [number, number, number] = [0, 0, 0];
  gltf.scene.updateMatrixWorld(true);
  gltf.scene.traverse((object) => {
    const skinned = object as Object3D & { isSkinnedMesh?: boolean; skeleton?: { bones: Object3D[]; boneInverses: { elements: number[] }[] } };
    const bone = skinned.skeleton?.bones[0], inverse = skinned.skeleton?.boneInverses[0];
    if (bone === undefined || inverse === undefined) return;
    const at = bone.matrixWorld.elements, back = inverse.elements;
    origin = [at[12]! + back[12]!, at[13]! + back[13]!, at[14]! + back[14]!];
  });
  return origin;
}

function readLevel(object: Object3D, origin: readonly [number, number, number]): Level {
  const meshes: Mesh[] = [];
  object.traverse((child) => {
    if (child instanceof Mesh) meshes.push(child);
  });
  const holder = object instanceof Group ? object : (meshes[0] ?? object);
  const covers = (holder.userData['covers'] ?? meshes[0]?.userData['covers'] ?? []) as string[];
  return { covers, parts: meshes.map((mesh) => readPart(mesh, origin)) };
}

function readPart(mesh: Mesh, origin: readonly [number, number, number]): Part {
  const geometry = mesh.geometry as BufferGeometry;
  const at = geometry.getAttribute('position'), n = geometry.getAttribute('normal'), c = geometry.getAttribute('color');
  const joint = geometry.getAttribute('skinIndex'), weight = geometry.getAttribute('skinWeight');
  if (joint === undefined || weight === undefined) throw new Error('a garment without a skeleton cannot be worn');
  const vertices = at.count;
  const part = {
    position: new Float32Array(vertices * 3), normal: new Int16Array(vertices * 3), color: new Uint8Array(vertices * 4).fill(255),
    joints: new Uint8Array(vertices * 4), weights: new Uint8Array(vertices * 4),
  };
  const byte = (value: number): number => Math.round(value * 255), short = (value: number): number => Math.round(value * 32767);
  for (let i = 0; i < vertices; i++) {
    part.position.set([at.getX(i) + origin[0], at.getY(i) + origin[1], at.getZ(i) + origin[2]], i * 3);
    part.normal.set([short(n.getX(i)), short(n.getY(i)), short(n.getZ(i))], i * 3);
    if (c !== undefined) part.color.set([byte(c.getX(i)), byte(c.getY(i)), byte(c.getZ(i)), byte(c.itemSize > 3 ? c.getW(i) : 1)], i * 4);
    part.joints.set([joint.getX(i), joint.getY(i), joint.getZ(i), joint.getW(i)], i * 4);
    part.weights.set([byte(weight.getX(i)), byte(weight.getY(i)), byte(weight.getZ(i)), byte(weight.getW(i))], i * 4);
  }
  const indices = geometry.index?.array ?? Uint32Array.from({ length: vertices }, (_, i) => i);
  const stored = (geometry.userData['hidden'] ?? []) as [number, number, number][];
  const hidden = stored.length > 0 ? stored.map(([mask, first, count]) => ({ mask, first, count })) : [{ mask: 0, first: 0, count: indices.length }];
  return { surface: readSurface(mesh.material as Material), vertices, ...part, indices, hidden };
}

function readSurface(material: Material): Surface {
  const physical = material as MeshPhysicalMaterial;
  const extras = material.userData as { weave?: number; sheen?: number; tintable?: boolean };
  return {
    colour: physical.color?.clone() ?? new Color(1, 1, 1),
    roughness: physical.roughness ?? 0.8,
    sheen: extras.sheen ?? 0,
    weave: extras.weave ?? 0,
    tintable: extras.tintable ?? false,
  };
}

interface Track {
  readonly name: string;
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Every track of a clip of ours has the same, evenly spaced keys; joints without a track rest. */
function readClip(clip: { name: string; duration: number; tracks: readonly Track[]; userData?: Record<string, unknown> }): Clip {
  const keys = clip.tracks[0]?.times.length ?? 2;
  const hips = new Float32Array(keys * 3), rotations = new Float32Array(keys * jointCount * 4);
  for (let i = 3; i < rotations.length; i += 4) rotations[i] = 1;
  for (const track of clip.tracks) {
    const [joint, property] = track.name.split('.');
    const j = jointNames.indexOf(joint as (typeof jointNames)[number]);
    if (j < 0 || track.times.length !== keys) continue;
    if (property === 'position') hips.set(track.values);
    if (property === 'quaternion') {
      for (let k = 0; k < keys; k++) for (let c = 0; c < 4; c++) rotations[(k * jointCount + j) * 4 + c] = track.values[k * 4 + c]!;
    }
  }
  const speed = clip.userData?.['speed_mps'];
  return { name: clip.name, duration_s: clip.duration, intervals: keys - 1, hips, rotations, speed_mps: typeof speed === 'number' ? speed : 0 };
}

/** For geometries made of parts. */
export function attribute(array: Float32Array | Int16Array | Uint8Array | Uint16Array, size: number, normalized = false): BufferAttribute {
  return new BufferAttribute(array, size, normalized);
}
