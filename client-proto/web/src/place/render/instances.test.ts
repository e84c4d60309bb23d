// The switch between levels of detail: slow while watched, at once when not, and calm at its threshold.

import { describe, expect, it } from 'vitest';
import { Crossing } from './instances.ts';

describe('crossing', () => {
  it('starts where it belongs and then takes a moment', () => {
    const crossing = new Crossing();
    expect(crossing.step(20, 14, 0.016)).toBe(1);
    const next = crossing.step(5, 14, 0.05);
    expect(next).toBeGreaterThan(0.8);
    expect(next).toBeLessThan(1);
    for (let i = 0; i < 20; i++) crossing.step(5, 14, 0.05);
    expect(crossing.value).toBe(0);
  });

  it('jumps when it was out of view', () => {
    const crossing = new Crossing();
    crossing.step(20, 14, 0.016);
    crossing.forget();
    expect(crossing.step(5, 14, 0.016)).toBe(0);
  });

  it('does not flutter at the threshold', () => {
    const crossing = new Crossing();
    crossing.step(20, 14, 0.016);
    for (let i = 0; i < 50; i++) crossing.step(14 + 0.3 * Math.sin(i), 14, 0.5);
    expect(crossing.value).toBe(1);
  });
});
