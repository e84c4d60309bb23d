// One dressed figure seen from near: body and garments merged into a single mesh with one skeleton, drawn in one call. Figures with the
// same shape and outfit share their geometry; colours are the figure's own.

import type { MeshPhysicalMaterial } from 'three';
import { Bone, BufferAttribute, BufferGeometry, Color, DetachedBindMode, Matrix4, Skeleton, SkinnedMesh, Sphere, Vector3 } from 'three';
import { makeCloth, makePalette, paletteMax, setSwatch } from './cloth.ts';
import type { Palette } from './cloth.ts';
import { attribute } from './models.ts';
import type { Body, Level, Part } from './models.ts';
import { coversOf, maskOf, visibleIndices } from './outfit.ts';
import type { Outfit } from './outfit.ts';
import { jointCount, writeJointMatrices } from './skeleton.ts';
import type { Pose, RestPositions } from './skeleton.ts';

/** A level of detail with the colour that the wearer chose for it. */
export interface WornLevel {
  readonly level: Level;
  readonly colour: string | null;
}

/** Our matrices are written by the pose, not by a tree of bones. */
class FigureSkeleton extends Skeleton {
  constructor() {
    super(Array.from({ length: jointCount }, () => new Bone()), Array.from({ length: jointCount }, () => new Matrix4()));
    this.computeBoneTexture();
  }
  override update(): void {
    // Nothing: see above.
  }
  write(pose: Pose, rest: RestPositions): void {
    writeJointMatrices(pose, rest, { x: 0, y: 0, z: 0, yaw: 0 }, this.boneMatrices as Float32Array, 0);
    if (this.boneTexture !== null) this.boneTexture.needsUpdate = true;
  }
}

/** A standing or walking figure fits into this, arms out. */
const bounds = new Sphere(new Vector3(0, 0.95, 0), 1.25);

export interface Dressed {
  readonly geometry: BufferGeometry;
  readonly parts: readonly Part[];
  /** Per part, the garment it belongs to: an index into the levels. */
  readonly owners: readonly number[];
}

/** Body first, then the garments. */
export function dress(levels: readonly Level[], outfit: Outfit): Dressed {
  const worn = coversOf(outfit);
  const parts: Part[] = [], owners: number[] = [], indices: Uint32Array[] = [];
  levels.forEach((level, owner) => {
    for (const part of level.parts) {
      if (parts.length >= paletteMax) break;
      parts.push(part);
      owners.push(owner);
      indices.push(visibleIndices(part.indices, part.hidden, maskOf(level.covers, worn)));
    }
  });
  return { geometry: merge(parts, indices), parts, owners };
}

function merge(parts: readonly Part[], indices: readonly Uint32Array[]): BufferGeometry {
  const vertices = parts.reduce((sum, part) => sum + part.vertices, 0);
  const position = new Float32Array(vertices * 3), normal = new Int16Array(vertices * 3), color = new Uint8Array(vertices * 4);
  const joints = new Uint8Array(vertices * 4), weights = new Uint8Array(vertices * 4), swatch = new Uint8Array(vertices);
  const index = new Uint32Array(indices.reduce((sum, list) => sum + list.length, 0));
  let vertex = 0, at = 0;
  parts.forEach((part, p) => {
    position.set(part.position, vertex * 3);
    normal.set(part.normal, vertex * 3);
    color.set(part.color, vertex * 4);
    joints.set(part.joints, vertex * 4);
    weights.set(part.weights, vertex * 4);
    swatch.fill(p, vertex, vertex + part.vertices);
    for (const i of indices[p]!) index[at++] = vertex + i;
    vertex += part.vertices;
  });
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', attribute(position, 3));
  geometry.setAttribute('normal', attribute(normal, 3, true));
  geometry.setAttribute('color', attribute(color, 4, true));
  geometry.setAttribute('skinIndex', attribute(joints, 4));
  geometry.setAttribute('skinWeight', attribute(weights, 4, true));
  geometry.setAttribute('part', attribute(swatch, 1));
  geometry.setIndex(new BufferAttribute(index, 1));
  geometry.boundingSphere = bounds.clone();
  return geometry;
}

export function colourSwatches(palette: Palette, dressed: Dressed, colours: readonly (string | null)[]): void {
  dressed.parts.forEach((part, p) => {
    const colour = colours[dressed.owners[p]!] ?? null;
    setSwatch(palette, p, part.surface, colour === null ? null : new Color(colour));
  });
}

export class Figure {
  readonly mesh: SkinnedMesh<BufferGeometry, MeshPhysicalMaterial>;
  private readonly skeleton = new FigureSkeleton();
  private readonly palette = makePalette();
  private readonly rest: RestPositions;

  constructor(body: Body) {
    this.rest = body.rest;
    this.mesh = new SkinnedMesh(new BufferGeometry(), makeCloth(this.palette));
    this.mesh.bindMode = DetachedBindMode;
    this.mesh.bind(this.skeleton, new Matrix4());
    this.mesh.boundingSphere = bounds.clone();
    this.mesh.castShadow = true;
    this.mesh.receiveShadow = true;
    this.mesh.name = 'figure';
  }

  wear(dressed: Dressed, colours: readonly (string | null)[]): void {
    this.mesh.geometry = dressed.geometry;
    colourSwatches(this.palette, dressed, colours);
  }

  pose(pose: Pose): void {
    this.skeleton.write(pose, this.rest);
  }

  /** Less than whole is drawn as a grain, which needs no order of drawing and hides what lies behind it as before. */
  fade(opacity: number): void {
    const { material } = this.mesh;
    if (material.opacity === opacity) return;
    if ((opacity < 1) !== material.alphaHash) {
      material.alphaHash = opacity < 1;
      material.needsUpdate = true;
    }
    material.opacity = opacity;
  }

  dispose(): void {
    this.mesh.removeFromParent();
    this.skeleton.dispose();
    this.mesh.material.dispose();
  }
}
