// Faces that look the wrong way vanish on screen and swallow light in the bake; no picture shows which. So every triangle of
// every module is checked: its winding agrees with the normals of its corners.

import { describe, expect, it } from 'vitest';
import { kTwoSidedMaterials } from './geometry/mesh.ts';
import type { Part } from './geometry/mesh.ts';
import type { Vec3 } from './geometry/vector.ts';
import { cross, dot, length, normalize, subtract } from './geometry/vector.ts';
import type { ModuleName } from './layout.ts';
import { makeLayout } from './layout.ts';
import { kRecipes, moduleMesh } from './modules.ts';

const at = (list: readonly number[], i: number): Vec3 => [list[3 * i]!, list[3 * i + 1]!, list[3 * i + 2]!];

/** Triangles whose plane and corner normals disagree; slivers have no plane worth asking. */
function wrongTriangles(part: Part): { wrong: number; total: number } {
  let wrong = 0;
  let total = 0;
  for (let i = 0; i < part.indices.length; i += 3) {
    const [a, b, c] = [part.indices[i]!, part.indices[i + 1]!, part.indices[i + 2]!];
    const plane = cross(subtract(at(part.positions, b), at(part.positions, a)), subtract(at(part.positions, c), at(part.positions, a)));
    if (length(plane) < 1e-9) continue;
    total++;
    const mean = [0, 1, 2].map((k) => at(part.normals, a)[k]! + at(part.normals, b)[k]! + at(part.normals, c)[k]!);
    if (dot(normalize(plane), [mean[0]!, mean[1]!, mean[2]!]) <= 0) wrong++;
  }
  return { wrong, total };
}

describe('modules', () => {
  for (const [name, recipe] of Object.entries(kRecipes) as [ModuleName, (typeof kRecipes)[ModuleName]][]) {
    for (const detail of recipe.details) {
      it(`${name} (${detail}) is wound like its normals`, () => {
        const mesh = moduleMesh(name, detail);
        for (const [material, part] of mesh.parts) {
          const { wrong, total } = wrongTriangles(part);
          if (kTwoSidedMaterials.has(material)) continue;
          expect(wrong / Math.max(1, total), `${material}: ${wrong} of ${total}`).toBe(0);
        }
      });

      it(`${name} (${detail}) has unit normals and finite places`, () => {
        for (const part of moduleMesh(name, detail).parts.values()) {
          expect(part.positions.every(Number.isFinite)).toBe(true);
          for (let i = 0; i < part.vertexCount; i++) expect(Math.abs(length(at(part.normals, i)) - 1)).toBeLessThan(0.01);
          expect(Math.max(...new Set(part.indices))).toBeLessThan(part.vertexCount);
        }
      });
    }
  }

  it('are the same on every run', () => {
    for (const [name, recipe] of Object.entries(kRecipes) as [ModuleName, (typeof kRecipes)[ModuleName]][]) {
      for (const detail of recipe.details) {
        const again = recipe.make(detail);
        for (const [material, part] of moduleMesh(name, detail).parts) expect(again.parts.get(material)!.positions).toEqual(part.positions);
      }
    }
  });

  it('are all used by the plan', () => {
    const used = new Set(makeLayout().instances.map((i) => i.module));
    expect([...used].sort()).toEqual(Object.keys(kRecipes).sort());
  });
});
