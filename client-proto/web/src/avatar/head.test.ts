import { describe, expect, it } from 'vitest';
import { extent, mouth_m, overFeet, top_m, underTheHead } from './head.ts';
import { sittingDrop_m } from './sitting.ts';

const stands = { x: 1, y: 0, z: 2, seated: false };
const sits = { x: 1, y: 0.45, z: 2, seated: true };

describe('the head', () => {
  it('is lower of who sits, by less than the seat is high', () => {
    expect(overFeet(stands, mouth_m)).toEqual({ x: 1, y: mouth_m, z: 2 });
    expect(overFeet(sits, mouth_m).y).toBeCloseTo(mouth_m + 0.45 - sittingDrop_m);
    expect(overFeet(sits, mouth_m).y).toBeGreaterThan(1);
    expect(overFeet(sits, mouth_m).y).toBeLessThan(1.4);
  });
  it('goes down with the share of sitting', () => {
    expect(underTheHead(sits, 0).y).toBe(0.45);
    expect(underTheHead(sits, 0.5).y).toBeCloseTo(0.45 - sittingDrop_m / 2);
    expect(underTheHead(sits)).toEqual({ ...sits, y: 0.45 - sittingDrop_m });
  });
  it('ends the figure, which begins at the floor also of who sits', () => {
    expect(extent(stands)).toEqual({ low_m: 0, high_m: top_m });
    expect(extent(sits).low_m).toBeCloseTo(-0.05);
    expect(extent(sits).high_m).toBeCloseTo(top_m + 0.45 - sittingDrop_m);
  });
});
