// The hall's floor: four strips and the octagon of the square. It is drawn last of the opaque things and never into its own mirror.

import { BufferAttribute, BufferGeometry, Mesh } from 'three';
import type { Material } from 'three';
import { kHallHalf, kNaveEnd, kSquareHalf, kTranseptEnd } from '../layout.ts';
import { kFloorOrder } from './instances.ts';

function floorMesh(points: readonly (readonly [number, number])[], uvs: readonly (readonly [number, number])[], indices: readonly number[], material: Material): Mesh {
  const geometry = new BufferGeometry();
  const n = points.length;
  geometry.setAttribute('position', new BufferAttribute(Float32Array.from(points.flatMap(([x, z]) => [x, 0, z])), 3));
  geometry.setAttribute('normal', new BufferAttribute(Float32Array.from(points.flatMap(() => [0, 1, 0])), 3));
  geometry.setAttribute('color', new BufferAttribute(new Float32Array(n * 3).fill(1), 3));
  geometry.setAttribute('uv', new BufferAttribute(Float32Array.from(uvs.flat()), 2));
  geometry.setAttribute('lightUv', new BufferAttribute(new Float32Array(n * 2), 2));
  geometry.setAttribute('baked', new BufferAttribute(new Float32Array(n * 3), 3));
  geometry.setAttribute('fade', new BufferAttribute(new Float32Array(n).fill(1), 1));
  geometry.setIndex([...indices]);
  const mesh = new Mesh(geometry, material);
  mesh.receiveShadow = true;
  mesh.renderOrder = kFloorOrder;
  return mesh;
}

/** How far the strips reach under the walls, into the shop fronts and the portals. */
const kUnderWall = 0.4;
const kUnderPortal = 0.7;

export function makeFloors(nave: Material, square: Material): Mesh[] {
  const w = kHallHalf + kUnderWall;
  const strips: readonly (readonly [number, number, number, number, boolean])[] = [
    [-w, kSquareHalf, w, kNaveEnd + kUnderPortal, false],
    [-w, -kNaveEnd - kUnderPortal, w, -kSquareHalf, false],
    [kSquareHalf, -w, kTranseptEnd + kUnderPortal, w, true],
    [-kTranseptEnd - kUnderPortal, -w, -kSquareHalf, w, true],
  ];
  const points: [number, number][] = [];
  const uvs: [number, number][] = [];
  const indices: number[] = [];
  for (const [x0, z0, x1, z1, turned] of strips) {
    const first = points.length;
    for (const [x, z] of [[x0, z0], [x0, z1], [x1, z1], [x1, z0]] as const) {
      points.push([x, z]);
      const [across, along] = turned ? [z, x] : [x, z];
      uvs.push([across / 12 + 0.5, (Math.abs(along) - kSquareHalf) / 12]);
    }
    indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
  }
  const [a, b] = [kHallHalf, kSquareHalf];
  const corners: [number, number][] = [[0, 0], [a, b], [b, a], [b, -a], [a, -b], [-a, -b], [-b, -a], [-b, a], [-a, b]];
  const fan: number[] = [];
  for (let i = 1; i <= 8; i++) fan.push(0, i, (i % 8) + 1);
  const squareUvs = corners.map(([x, z]): [number, number] => [x / 17 + 0.5, z / 17 + 0.5]);
  return [floorMesh(points, uvs, indices, nave), floorMesh(corners, squareUvs, fan, square)];
}
