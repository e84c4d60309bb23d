// The mall document against itself: one can walk from the door of the place to every piece, nothing stands in anything else, and
// what is closed stays closed. The walker is an upright cylinder of an avatar's radius on a fine grid.

import { describe, expect, it } from 'vitest';
import type { Vec3 } from './geometry/vector.ts';
import { placePoint } from './geometry/vector.ts';
import { makeLayout } from './layout.ts';
import type { MallDisplay, MallDocument } from './mall.ts';
import { makeMall } from './mall.ts';
import { kRecipes, moduleMesh } from './modules.ts';

const kCell = 0.1;
const kRadius = 0.3;
/** Below this one steps over, above the other one walks under. */
const kStep = 0.3;
const kHead = 1.8;

interface Footprint {
  readonly corners: readonly (readonly [number, number])[];
}

function boxFootprint(center: Vec3, half: Vec3, yaw: number): Footprint {
  const c = Math.cos(yaw);
  const s = Math.sin(yaw);
  const corner = (x: number, z: number): [number, number] => [center[0] + x * c + z * s, center[2] - x * s + z * c];
  return { corners: [corner(-half[0], -half[2]), corner(half[0], -half[2]), corner(half[0], half[2]), corner(-half[0], half[2])] };
}

/** Distance from a point to a convex outline; 0 inside. */
function distanceTo({ corners }: Footprint, x: number, z: number): number {
  let inside = 0;
  let best = Infinity;
  for (let i = 0; i < corners.length; i++) {
    const [ax, az] = corners[i]!;
    const [bx, bz] = corners[(i + 1) % corners.length]!;
    const [ex, ez] = [bx - ax, bz - az];
    inside += Math.sign(ex * (z - az) - ez * (x - ax));
    const t = Math.max(0, Math.min(1, ((x - ax) * ex + (z - az) * ez) / (ex * ex + ez * ez)));
    best = Math.min(best, Math.hypot(x - ax - t * ex, z - az - t * ez));
  }
  return Math.abs(inside) === corners.length ? 0 : best;
}

function obstacles(mall: MallDocument): Footprint[] {
  const list: Footprint[] = [];
  for (const { center, half, yaw_rad } of mall.colliders.boxes) {
    if (center[1] + half[1] > kStep && center[1] - half[1] < kHead) list.push(boxFootprint(center, half, yaw_rad));
  }
  for (const hull of mall.colliders.hulls) list.push({ corners: hull.slice(0, hull.length / 2).map((p) => [p[0], p[2]] as const) });
  return list;
}

function displayFootprint(d: MallDisplay, grow = 0): Footprint {
  // On a wall the position is the back of the space.
  const forward = d.mount === 'wall' ? d.space_m[2] / 2 : 0;
  const middle: Vec3 = [d.position[0] + forward * Math.sin(d.yaw_rad), d.position[1], d.position[2] + forward * Math.cos(d.yaw_rad)];
  return boxFootprint(middle, [d.space_m[0] / 2 + grow, 0, d.space_m[2] / 2 + grow], d.yaw_rad);
}

/** The vertical extent that a display's space takes. */
function displayRange(d: MallDisplay): [number, number] {
  return d.mount === 'hanger' ? [d.position[1] - d.space_m[1], d.position[1]] : [d.position[1], d.position[1] + d.space_m[1]];
}

class Walk {
  readonly free: Uint8Array;
  readonly reached: Uint8Array;
  readonly mall: MallDocument;
  readonly nx: number;
  readonly nz: number;

  constructor(mall: MallDocument, blocked: readonly Footprint[]) {
    this.mall = mall;
    const { min, max } = mall.bounds;
    this.nx = Math.round((max[0] - min[0]) / kCell);
    this.nz = Math.round((max[2] - min[2]) / kCell);
    this.free = new Uint8Array(this.nx * this.nz).fill(1);
    this.reached = new Uint8Array(this.nx * this.nz);
    for (const footprint of blocked) this.block(footprint);
  }

  private block(footprint: Footprint): void {
    const xs = footprint.corners.map((c) => c[0]);
    const zs = footprint.corners.map((c) => c[1]);
    const [i0, k0] = this.cell(Math.min(...xs) - kRadius, Math.min(...zs) - kRadius);
    const [i1, k1] = this.cell(Math.max(...xs) + kRadius, Math.max(...zs) + kRadius);
    for (let k = Math.max(0, k0); k <= Math.min(this.nz - 1, k1); k++) {
      for (let i = Math.max(0, i0); i <= Math.min(this.nx - 1, i1); i++) {
        const [x, z] = this.middle(i, k);
        if (distanceTo(footprint, x, z) < kRadius) this.free[k * this.nx + i] = 0;
      }
    }
  }

  cell(x: number, z: number): [number, number] {
    return [Math.floor((x - this.mall.bounds.min[0]) / kCell), Math.floor((z - this.mall.bounds.min[2]) / kCell)];
  }

  middle(i: number, k: number): [number, number] {
    return [this.mall.bounds.min[0] + (i + 0.5) * kCell, this.mall.bounds.min[2] + (k + 0.5) * kCell];
  }

  from(x: number, z: number): this {
    const [i, k] = this.cell(x, z);
    const open = [k * this.nx + i];
    expect(this.free[open[0]!], 'the spawn is free').toBe(1);
    this.reached[open[0]!] = 1;
    while (open.length > 0) {
      const at = open.pop()!;
      for (const step of [-1, 1, -this.nx, this.nx]) {
        const next = at + step;
        if (next < 0 || next >= this.free.length || this.reached[next] || !this.free[next]) continue;
        if (Math.abs((next % this.nx) - (at % this.nx)) > 1) continue;
        this.reached[next] = 1;
        open.push(next);
      }
    }
    return this;
  }

  /** Is some reached place within `reach` of the outline? */
  comesWithin(footprint: Footprint, reach: number): boolean {
    for (let at = 0; at < this.reached.length; at++) {
      if (!this.reached[at]) continue;
      const [x, z] = this.middle(at % this.nx, Math.floor(at / this.nx));
      if (distanceTo(footprint, x, z) < reach) return true;
    }
    return false;
  }

  /** Is some reached place within `reach` (a few cells) of the point? */
  comesNear(x: number, z: number, reach: number): boolean {
    const [i, k] = this.cell(x, z);
    const cells = Math.ceil(reach / kCell);
    for (let dk = -cells; dk <= cells; dk++) {
      for (let di = -cells; di <= cells; di++) {
        if (i + di < 0 || i + di >= this.nx || k + dk < 0 || k + dk >= this.nz) continue;
        const [mx, mz] = this.middle(i + di, k + dk);
        if (this.reached[(k + dk) * this.nx + i + di] && Math.hypot(mx - x, mz - z) < reach) return true;
      }
    }
    return false;
  }

  isReached(x: number, z: number): boolean {
    const [i, k] = this.cell(x, z);
    return this.reached[k * this.nx + i] === 1;
  }
}

const mall = makeMall();
const spawn = mall.spawns[0]!.position;
/** Furniture on the floor becomes an obstacle once the shop stands there; wall and shelf goods hang above. */
const furnished = [...obstacles(mall), ...mall.displays.filter((d) => d.mount === 'floor').map((d) => displayFootprint(d))];
const walk = new Walk(mall, furnished).from(spawn[0], spawn[2]);

describe('mall document', () => {
  it('is the same on every run', () => {
    expect(JSON.stringify(makeMall())).toBe(JSON.stringify(makeMall()));
  });

  it('holds finite numbers, proper boxes and unique display ids', () => {
    for (const { center, half } of mall.colliders.boxes) {
      for (const v of [...center, ...half]) expect(Number.isFinite(v)).toBe(true);
      expect(Math.min(...half)).toBeGreaterThan(0);
    }
    expect(new Set(mall.displays.map((d) => d.id)).size).toBe(mall.displays.length);
    expect(mall.signs.filter((s) => s.open).map((s) => s.text)).toEqual(['Maison Lune', 'Oak & Linen']);
  });

  it('lets nobody into a boutique whose entrance is shut, and everybody into the other', () => {
    for (const shut of mall.boutiques) {
      const doors = shut.entrances.map(({ position, width_m, yaw_rad }) => boxFootprint(position, [width_m / 2, 0, 0.07], yaw_rad));
      expect(doors.length).toBeGreaterThan(0);
      const around = new Walk(mall, [...furnished, ...doors]).from(spawn[0], spawn[2]);
      for (const { id, zone } of mall.boutiques) {
        const middle = [(zone.min[0] + zone.max[0]) / 2, (zone.min[2] + zone.max[2]) / 2] as const;
        expect(around.comesNear(...middle, 2), `${id} while ${shut.id} is shut`).toBe(id !== shut.id);
      }
    }
  });

  it('offers room for a fashion and a furniture range', () => {
    const count = (boutique: string, mount?: string): number => mall.displays.filter((d) => d.boutique === boutique && (!mount || d.mount === mount)).length;
    expect(count('maison-lune', 'mannequin')).toBeGreaterThanOrEqual(4);
    expect(count('maison-lune')).toBeGreaterThanOrEqual(8);
    expect(count('oak-and-linen')).toBeGreaterThanOrEqual(10);
  });

  it('lets one walk from every spawn to every display with the furniture in place', () => {
    for (const { position } of mall.spawns) expect(walk.isReached(position[0], position[2])).toBe(true);
    for (const display of mall.displays) {
      // What hangs on a wall is looked at over what stands before it.
      const reach = display.mount === 'wall' ? 2.4 : 0.75;
      expect(walk.comesWithin(displayFootprint(display), reach), `display ${display.id}`).toBe(true);
    }
  });

  it('lets nobody out of the hall or into a closed shop', () => {
    const { min, max } = mall.bounds;
    const zones = mall.boutiques.map((b) => b.zone);
    for (let at = 0; at < walk.reached.length; at++) {
      if (!walk.reached[at]) continue;
      const [x, z] = walk.middle(at % walk.nx, Math.floor(at / walk.nx));
      expect(x > min[0] + 0.2 && x < max[0] - 0.2 && z > min[2] + 0.2 && z < max[2] - 0.2).toBe(true);
      const inHall = Math.abs(x) < 5.6 || Math.abs(z) < 5.6 || (Math.abs(x) < 8.5 && Math.abs(z) < 8.5);
      const inBoutique = zones.some((zone) => x > zone.min[0] && x < zone.max[0] && z > zone.min[2] && z < zone.max[2]);
      const inDoorway = mall.boutiques.some((b) => Math.hypot(x - b.door[0], z - b.door[2]) < 1.2);
      expect(inHall || inBoutique || inDoorway, `${x} ${z}`).toBe(true);
    }
  });

  it('keeps displays inside their boutique and out of colliders and of each other', () => {
    for (const display of mall.displays) {
      const { zone } = mall.boutiques.find((b) => b.id === display.boutique)!;
      const [low, high] = displayRange(display);
      const { corners } = displayFootprint(display);
      for (const [x, z] of corners) expect(x > zone.min[0] && x < zone.max[0] && z > zone.min[2] && z < zone.max[2], `display ${display.id}`).toBe(true);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThan(zone.max[1]);
      // Goods on a shelf, a rail or a wall stand within the furniture's own collider.
      if (display.mount === 'shelf' || display.mount === 'hanger' || display.mount === 'wall') continue;
      for (const { center, half, yaw_rad } of mall.colliders.boxes) {
        if (center[1] + half[1] <= low + 1e-6 || center[1] - half[1] >= high - 1e-6) continue;
        expect(overlap(displayFootprint(display, -0.005), boxFootprint(center, half, yaw_rad)), `display ${display.id} and box at ${center}`).toBe(false);
      }
    }
    for (const a of mall.displays) {
      for (const b of mall.displays) {
        if (b.id <= a.id) continue;
        const [[aLow, aHigh], [bLow, bHigh]] = [displayRange(a), displayRange(b)];
        if (aHigh <= bLow + 1e-6 || bHigh <= aLow + 1e-6) continue;
        expect(overlap(displayFootprint(a, -0.005), displayFootprint(b, -0.005)), `displays ${a.id} and ${b.id}`).toBe(false);
      }
    }
  });

  it('stops everybody before what they see: walls, fronts, doors, planters, benches, fixtures', () => {
    const empty = new Walk(mall, obstacles(mall)).from(spawn[0], spawn[2]);
    // Thin bronze and soft leaves may be brushed; stone, wood and plaster may not.
    const solid = ['stone', 'travertine', 'wood'] as const;
    let looked = 0;
    for (const instance of makeLayout().instances) {
      if (instance.module === 'street' || instance.module === 'shop:wardrobe' || instance.module === 'shop:leather') continue;
      const mesh = moduleMesh(instance.module, kRecipes[instance.module].details[0]!);
      for (const name of solid) {
        const { positions } = mesh.parts.get(name) ?? { positions: [] };
        for (let i = 0; i < positions.length; i += 3) {
          const [x, y, z] = placePoint([positions[i]!, positions[i + 1]!, positions[i + 2]!], instance);
          if (y < 0.45 || y > 1.7) continue;
          looked++;
          expect(empty.comesNear(x, z, kRadius - 0.17), `${instance.module}: ${x.toFixed(2)} ${y.toFixed(2)} ${z.toFixed(2)}`).toBe(false);
        }
      }
    }
    expect(looked).toBeGreaterThan(5000);
  });

  it('has seats on the benches and stools, each on something and with free floor before it that one can walk to', () => {
    const benches = makeLayout().instances.filter(({ module }) => module === 'bench').length;
    expect(mall.seats.length).toBeGreaterThanOrEqual(benches * 3 + 8);
    const solid = mall.colliders.boxes.map(({ center, half, yaw_rad }) => ({ footprint: boxFootprint(center, half, yaw_rad), top: center[1] + half[1] }));
    for (const hull of mall.colliders.hulls) solid.push({ footprint: { corners: hull.slice(0, hull.length / 2).map((p) => [p[0], p[2]] as const) }, top: Math.max(...hull.map((p) => p[1])) });
    mall.seats.forEach(({ position: [x, y, z], yaw_rad }, i) => {
      expect(solid.some(({ footprint, top }) => Math.abs(top - y) < 0.02 && distanceTo(footprint, x, z) === 0), `seat ${i} is on something`).toBe(true);
      expect(walk.isReached(x + Math.sin(yaw_rad) * 0.7, z + Math.cos(yaw_rad) * 0.7), `the place before seat ${i}`).toBe(true);
      mall.seats.slice(0, i).forEach((other, k) => {
        expect(Math.hypot(other.position[0] - x, other.position[2] - z), `seats ${k} and ${i}`).toBeGreaterThan(0.45);
      });
    });
  });

  it('leaves the doorways of the open boutiques open, and only those', () => {
    for (const { door, zone } of mall.boutiques) {
      const inward = Math.sign((zone.min[0] + zone.max[0]) / 2 - door[0]);
      for (let t = -1; t <= 1.2; t += 0.1) expect(walk.isReached(door[0] + inward * t, door[2])).toBe(true);
    }
    for (const bay of makeLayout().bays) {
      if (bay.boutique) continue;
      const [x, , z] = placePoint([0, 0, -0.24], bay);
      expect(walk.isReached(x, z), `bay ${bay.index}`).toBe(false);
    }
  });

  it('lets the staff walk their rounds', () => {
    const bare = new Walk(mall, furnished).from(spawn[0], spawn[2]);
    for (const { name, path } of mall.staff) {
      path.forEach(([x, z], i) => {
        const [nx, nz] = path[(i + 1) % path.length]!;
        for (let t = 0; t <= 1; t += 0.02) expect(bare.isReached(x + (nx - x) * t, z + (nz - z) * t), `${name}, leg ${i}`).toBe(true);
      });
    }
  });
});

/** Separating axes of two convex outlines. */
function overlap(a: Footprint, b: Footprint): boolean {
  for (const { corners } of [a, b]) {
    for (let i = 0; i < corners.length; i++) {
      const [ax, az] = corners[i]!;
      const [bx, bz] = corners[(i + 1) % corners.length]!;
      const [nx, nz] = [bz - az, ax - bx];
      const along = (f: Footprint): number[] => f.corners.map(([x, z]) => x * nx + z * nz);
      const [pa, pb] = [along(a), along(b)];
      if (Math.max(...pa) < Math.min(...pb) || Math.max(...pb) < Math.min(...pa)) return false;
    }
  }
  return true;
}
