// The baked light's bytes: what is packed comes back, steps are fine in the dark, and a file that does not fit is refused.

import { describe, expect, it } from 'vitest';
import type { LightIndex } from './light.ts';
import { encodeLight, kLightMax, onHallFloor, packPlanes, probeAtlas, readLight, unpackPlanes } from './light.ts';

const decode = (byte: number): number => (byte / 255) ** 2 * kLightMax;

describe('baked light', () => {
  it('survives packing, with and without row differences', () => {
    const rgb = Uint8Array.from({ length: 3 * 40 }, (_, i) => (i * 89 + (i >> 2) * 31) & 255);
    expect(unpackPlanes(packPlanes(rgb, 0), 0)).toEqual(rgb);
    expect(unpackPlanes(packPlanes(rgb, 8), 8)).toEqual(rgb);
  });

  it('keeps dark light within a few hundredths and never leaves the byte', () => {
    for (const e of [0, 0.01, 0.1, 0.5, 1, 4, 15]) expect(Math.abs(decode(encodeLight(e)) - e)).toBeLessThan(0.004 + 0.03 * Math.sqrt(e));
    expect(encodeLight(1e6)).toBe(255);
    expect(encodeLight(-3)).toBe(0);
  });

  it('is cut into its sections, and refused when its length is wrong', () => {
    const vertices = [{ module: 'bench', detail: 'near', count: 2 }] as const;
    const index: LightIndex = { format: 'galleria.light/1', hash: '', vertices, floor: [2, 1], shell: [1, 1], probes: [1, 1, 1], bytes: 18 };
    const bytes = Uint8Array.from({ length: 18 }, (_, i) => i);
    const sections = readLight(index, bytes);
    expect(sections.vertices.get('bench/near')).toEqual(Uint8Array.of(2, 0, 4, 4, 1, 6));
    expect(sections.floor.length).toBe(6);
    expect(sections.probes.length).toBe(3);
    expect(() => readLight(index, bytes.subarray(1))).toThrow(/does not fit/);
  });

  it('knows the hall from the street', () => {
    for (const [x, z] of [[0, 0], [5, 44], [-5, -44], [26, 5], [8, 5]] as const) expect(onHallFloor(x, z, 0)).toBe(true);
    for (const [x, z] of [[0, 45], [6, 20], [8, 8], [27, 0]] as const) expect(onHallFloor(x, z, 0)).toBe(false);
  });

  it('lays probe volumes side by side', () => {
    const atlas = probeAtlas([{ min: [0, 0, 0], max: [5.8, 5, 6.8] }]);
    expect(atlas.offsets[1]).toBe(atlas.volumes[0]!.count[0]);
    expect(atlas.size[0]).toBe(atlas.offsets[1]! + atlas.volumes[1]!.count[0]);
    const { origin, step, count } = atlas.volumes[1]!;
    expect(origin[0] + step[0] * (count[0] - 1)).toBeCloseTo(5.8 - origin[0]);
  });
});
