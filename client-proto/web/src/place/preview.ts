// A page for looking at the place alone: preview.html?shot=arrival&quality=desktop. Not part of the shipped client. The pictures of
// tools/mall/shots are taken here.

import '@fontsource-variable/fraunces';
import { BoxGeometry, Mesh, MeshStandardMaterial, Vector3 } from 'three';
import { stands } from '../goods/fit.ts';
import { Shutters } from '../world/shutters.ts';
import { makeMall } from './mall.ts';
import { createPlace } from './index.ts';
import type { Quality } from './index.ts';
import type { Mount } from './shops/fit.ts';

interface Shot {
  readonly eye: readonly [number, number, number];
  readonly to: readonly [number, number, number];
  readonly fov: number;
}

export const kShots: Readonly<Record<string, Shot>> = {
  arrival: { eye: [-1.1, 1.72, 41.5], to: [0.35, 4.6, 0], fov: 62 },
  nave: { eye: [2.1, 1.65, 22.5], to: [-2.0, 3.6, -4], fov: 60 },
  front: { eye: [1.6, 1.62, 33.6], to: [-4.9, 2.35, 29.5], fov: 52 },
  fashion: { eye: [-6.5, 1.62, 29.1], to: [-10.4, 1.15, 30.1], fov: 60 },
  furniture: { eye: [6.4, 1.65, 29.5], to: [12.0, 1.0, 29.6], fov: 64 },
  furniture2: { eye: [10.8, 1.65, 30.6], to: [14.5, 0.8, 27.6], fov: 64 },
  portal: { eye: [0.4, 1.7, 33], to: [0, 2.6, 44.5], fov: 55 },
  square: { eye: [1.5, 1.65, 13.5], to: [-1.2, 6.2, -6], fov: 72 },
  shutter: { eye: [-2.5, 1.62, 30.6], to: [-5.74, 1.55, 29.4], fov: 58 },
  closed: { eye: [-1.5, 1.65, 24.5], to: [-5.5, 1.9, 23.4], fov: 60 },
  shoulder: { eye: [0.9, 2.1, 32.6], to: [-6, 1.2, 28.5], fov: 60 },
  phone: { eye: [0.6, 1.65, 35], to: [-0.6, 4.9, 0], fov: 74 },
};

/** Boxes of the size of each display's space show where goods will stand and how they are lit. */
function standIns(): { piece: Mesh; mount: Mount }[] {
  const pieces = [];
  for (const { position, space_m, yaw_rad, mount } of makeMall().displays) {
    const [w, h, d] = mount === 'mannequin' ? [0.4, 1.8, 0.26] : space_m.map((v) => v * 0.7);
    const mesh = new Mesh(new BoxGeometry(w, h, d), new MeshStandardMaterial({ color: 0x9a6a4a, roughness: 0.7 }));
    const forward = mount === 'wall' ? space_m[2] / 2 : 0;
    mesh.position.set(position[0] + forward * Math.sin(yaw_rad), position[1] + (mount === 'hanger' ? -h! / 2 : h! / 2), position[2] + forward * Math.cos(yaw_rad));
    mesh.rotation.y = yaw_rad;
    pieces.push({ piece: mesh, mount });
  }
  return pieces;
}

async function main(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const quality = (query.get('quality') ?? undefined) as Quality | undefined;
  const started = performance.now();
  const place = await createPlace(document.querySelector('canvas')!, makeMall(), quality ? { quality } : {});
  const loaded_ms = Math.round(performance.now() - started);
  if (query.has('goods')) {
    for (const { piece, mount } of standIns()) {
      place.scene.add(piece);
      place.adopt(piece, stands(mount));
    }
  }
  if (query.has('shutters')) {
    const { boutiques } = makeMall();
    new Shutters(place, boutiques, () => 'Closed right now').update(new Set(boutiques.keys()), 0);
  }
  place.resize(innerWidth, innerHeight, Number(query.get('dpr') ?? 1));
  const { camera } = place;
  const gl = place.renderer.getContext();
  const pixel = new Uint8Array(4);
  const frame = (): number => {
    const begin = performance.now();
    place.update(camera, 10);
    place.render();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    return Math.round(performance.now() - begin);
  };
  /** Draws a shot, then `count` times more for the clock; the median counts. */
  const show = (name: string, count: number): object => {
    const { eye, to, fov } = kShots[name]!;
    camera.fov = fov;
    camera.position.set(...eye);
    camera.lookAt(new Vector3(...to));
    camera.updateProjectionMatrix();
    const first_ms = frame();
    const times = Array.from({ length: count }, frame).sort((a, b) => a - b);
    return { loaded_ms, first_ms, frame_ms: times[times.length >> 1], ...place.figures() };
  };
  Object.assign(window, { preview: { show } });
}

main().catch((error: unknown) => Object.assign(window, { preview: { error: String(error) } }));
