// Figures seen from afar, drawn by the hundred: one instanced draw per model (three bodies, six garments in three sizes), however many
// wear it. The joints' matrices of all figures lie in one texture, a row per figure; what a cover hides is collapsed to a point.

import {
  Color, DataTexture, FloatType, InstancedBufferAttribute, InstancedBufferGeometry, Mesh, NearestFilter, RGBAFormat, Sphere, Vector3,
} from 'three';
import type { MeshPhysicalMaterial, Object3D } from 'three';
import { makeCloth, makePalette, setSwatch } from './cloth.ts';
import { attribute } from './models.ts';
import type { Level } from './models.ts';
import { jointCount, writeJointMatrices } from './skeleton.ts';
import type { Pose, RestPositions, Root } from './skeleton.ts';

export const figuresMax = 256;
const texelsPerRow = jointCount * 4;

const vertexDeclarations = /* glsl */ `
attribute float part;
attribute vec4 joints;
attribute vec4 jointWeights;
attribute float hidden;
attribute vec4 figureColour;
attribute vec2 figureRow;
uniform sampler2D figureJoints;
uniform vec3 paletteColours[16];
uniform vec4 paletteFinishes[16];
varying vec3 vRest;
varying vec4 vShade;
varying vec3 vCloth;
varying vec4 vFinish;
mat4 figureJoint(float joint) {
  int x = int(joint + .5) * 4, y = int(figureRow.x + .5);
  return mat4(texelFetch(figureJoints, ivec2(x, y), 0), texelFetch(figureJoints, ivec2(x + 1, y), 0),
              texelFetch(figureJoints, ivec2(x + 2, y), 0), texelFetch(figureJoints, ivec2(x + 3, y), 0));
}
mat4 figureSkin() {
  return figureJoint(joints.x) * jointWeights.x + figureJoint(joints.y) * jointWeights.y + figureJoint(joints.z) * jointWeights.z +
         figureJoint(joints.w) * jointWeights.w;
}`;

const vertexBody = /* glsl */ `
vRest = position;
vShade = color;
bool tinted = paletteFinishes[int(part + .5)].w < 0.;
vFinish = vec4(paletteFinishes[int(part + .5)].xyz, abs(paletteFinishes[int(part + .5)].w));
vCloth = tinted ? figureColour.rgb : paletteColours[int(part + .5)];
bool covered = (int(hidden + .5) & int(figureRow.y + .5)) != 0;
transformed = covered ? vec3(0.) : (figureSkin() * vec4(transformed, 1.)).xyz;`;

/** One model worn by any number of figures. */
class Pool {
  readonly mesh: Mesh<InstancedBufferGeometry, MeshPhysicalMaterial>;
  readonly covers: readonly string[];
  private readonly rows = new InstancedBufferAttribute(new Float32Array(figuresMax * 2), 2);
  private readonly colours = new InstancedBufferAttribute(new Float32Array(figuresMax * 4), 4);
  private count = 0;

  constructor(level: Level, joints: DataTexture) {
    this.covers = level.covers;
    const palette = makePalette();
    level.parts.forEach((part, p) => {
      setSwatch(palette, p, part.surface, null);
      // A negative reflection says that the wearer's colour is used; it comes with the instance.
      const finish = palette.finishes.value[p];
      if (part.surface.tintable && finish !== undefined) finish.w = -finish.w;
    });
    const material = makeCloth(palette, {
      declarations: vertexDeclarations,
      body: vertexBody,
      patch: (shader) => {
        shader.uniforms['figureJoints'] = { value: joints };
        shader.vertexShader = shader.vertexShader.replace(
          '#include <beginnormal_vertex>', '#include <beginnormal_vertex>\nobjectNormal = mat3(figureSkin()) * objectNormal;',
        );
      },
    });
    this.mesh = new Mesh(poolGeometry(level), material);
    this.mesh.geometry.setAttribute('figureRow', this.rows);
    this.mesh.geometry.setAttribute('figureColour', this.colours);
    this.mesh.frustumCulled = false;
    this.mesh.receiveShadow = true;
    this.mesh.name = 'figures';
  }

  clear(): void {
    this.count = 0;
  }
  add(row: number, hidden: number, colour: Color): void {
    if (this.count >= figuresMax) return;
    this.rows.setXY(this.count, row, hidden);
    this.colours.setXYZW(this.count, colour.r, colour.g, colour.b, 1);
    this.count++;
  }
  finish(): void {
    this.mesh.visible = this.count > 0;
    this.mesh.geometry.instanceCount = this.count;
    this.rows.needsUpdate = true;
    this.colours.needsUpdate = true;
  }
  dispose(): void {
    this.mesh.removeFromParent();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}

/** Vertices are repeated where triangles of different masks meet, so that hiding never stretches a triangle. */
function poolGeometry(level: Level): InstancedBufferGeometry {
  const position: number[] = [], normal: number[] = [], color: number[] = [], joints: number[] = [], weights: number[] = [];
  const swatch: number[] = [], hidden: number[] = [], index: number[] = [];
  level.parts.forEach((part, p) => {
    for (const range of part.hidden) {
      const renamed = new Map<number, number>();
      for (let n = range.first; n < range.first + range.count; n++) {
        const i = part.indices[n]!;
        let name = renamed.get(i);
        if (name === undefined) {
          name = swatch.length;
          renamed.set(i, name);
          position.push(...part.position.subarray(i * 3, i * 3 + 3));
          normal.push(...part.normal.subarray(i * 3, i * 3 + 3));
          color.push(...part.color.subarray(i * 4, i * 4 + 4));
          joints.push(...part.joints.subarray(i * 4, i * 4 + 4));
          weights.push(...part.weights.subarray(i * 4, i * 4 + 4));
          swatch.push(p);
          hidden.push(range.mask);
        }
        index.push(name);
      }
    }
  });
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute('position', attribute(Float32Array.from(position), 3));
  geometry.setAttribute('normal', attribute(Int16Array.from(normal), 3, true));
  geometry.setAttribute('color', attribute(Uint8Array.from(color), 4, true));
  geometry.setAttribute('joints', attribute(Uint8Array.from(joints), 4));
  geometry.setAttribute('jointWeights', attribute(Uint8Array.from(weights), 4, true));
  geometry.setAttribute('part', attribute(Uint8Array.from(swatch), 1));
  geometry.setAttribute('hidden', attribute(Uint8Array.from(hidden), 1));
  geometry.setIndex(index);
  geometry.boundingSphere = new Sphere(new Vector3(), 1e4);
  return geometry;
}

/** What one figure wears, for this frame. */
export interface FarLayer {
  readonly url: string;
  readonly level: Level;
  /** The covers of this level that are worn. */
  readonly hidden: number;
  readonly colour: Color;
}

export class FarFigures {
  private readonly joints: DataTexture;
  private readonly matrices = new Float32Array(figuresMax * texelsPerRow * 4);
  private readonly pools = new Map<string, Pool>();
  private readonly parent: Object3D;
  private readonly adopt: (object: Object3D) => void;

  constructor(parent: Object3D, adopt: (object: Object3D) => void) {
    this.parent = parent;
    this.adopt = adopt;
    this.joints = new DataTexture(this.matrices, texelsPerRow, figuresMax, RGBAFormat, FloatType);
    this.joints.minFilter = this.joints.magFilter = NearestFilter;
    this.joints.needsUpdate = true;
  }

  /** Rows keep their pose until it is written anew. */
  pose(row: number, pose: Pose, rest: RestPositions, root: Root): void {
    writeJointMatrices(pose, rest, root, this.matrices, row * texelsPerRow * 4);
  }

  begin(): void {
    for (const pool of this.pools.values()) pool.clear();
  }
  draw(row: number, layers: readonly FarLayer[]): void {
    for (const layer of layers) this.pool(layer).add(row, layer.hidden, layer.colour);
  }
  end(): void {
    for (const pool of this.pools.values()) pool.finish();
    this.joints.needsUpdate = true;
  }

  private pool(layer: FarLayer): Pool {
    const found = this.pools.get(layer.url);
    if (found !== undefined) return found;
    const pool = new Pool(layer.level, this.joints);
    this.pools.set(layer.url, pool);
    this.parent.add(pool.mesh);
    this.adopt(pool.mesh);
    return pool;
  }

  dispose(): void {
    for (const pool of this.pools.values()) pool.dispose();
    this.pools.clear();
    this.joints.dispose();
  }
}
