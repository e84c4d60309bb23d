// The sun and its shadow map. Only the building casts into it, and the building stands still: the map is drawn again only when the
// camera has walked out of its middle.

import { Camera, Color, DirectionalLight, Vector3, WebGLRenderTarget } from 'three';
import type { Scene, WebGLRenderer } from 'three';
import { kSunColour, kSunDirection } from '../layout.ts';
import { kShadowLayer } from './instances.ts';

/** Half the map's extent across and along the nave, and how far the camera may stray from its middle. */
const kHalfAcross_m = 20;
const kHalfAlong_m = 32;
const kStray_m = 9;
const kGrid_m = 3;
const kDistance_m = 60;

export class Sun {
  readonly light = new DirectionalLight(new Color(...kSunColour), 1);
  private readonly middle = new Vector3(1e6, 0, 1e6);
  private readonly towards = new Vector3(...kSunDirection).normalize();
  /** Sees only what casts, and draws it nowhere. */
  private readonly caster = new Camera();
  private readonly nowhere = new WebGLRenderTarget(1, 1);

  constructor(scene: Scene, mapSize: number) {
    this.caster.layers.set(kShadowLayer);
    const { light } = this;
    light.castShadow = true;
    light.layers.enableAll();
    light.shadow.mapSize.set(mapSize, mapSize);
    light.shadow.bias = -0.0006;
    light.shadow.normalBias = 0.025;
    light.shadow.radius = 2.2;
    const c = light.shadow.camera;
    [c.left, c.right, c.top, c.bottom, c.near, c.far] = [-kHalfAcross_m, kHalfAcross_m, kHalfAlong_m, -kHalfAlong_m, 1, 110];
    // The map's long side lies along the nave.
    c.up.set(0, 0, -1);
    scene.add(light, light.target);
  }

  /** Whether the map must be drawn again for a camera at `eye`. */
  isStale(eye: Vector3): boolean {
    return Math.abs(eye.x - this.middle.x) > kStray_m || Math.abs(eye.z - this.middle.z) > kStray_m;
  }

  /** Draws the map about `eye`; everything that casts must be shown. */
  draw(renderer: WebGLRenderer, scene: Scene, eye: Vector3): void {
    this.middle.set(Math.round(eye.x / kGrid_m) * kGrid_m, 0, Math.round(eye.z / kGrid_m) * kGrid_m);
    this.light.target.position.set(this.middle.x, 4, this.middle.z);
    this.light.position.copy(this.light.target.position).addScaledVector(this.towards, kDistance_m);
    this.light.updateMatrixWorld();
    this.light.target.updateMatrixWorld();
    renderer.shadowMap.needsUpdate = true;
    renderer.setRenderTarget(this.nowhere);
    renderer.render(scene, this.caster);
    renderer.setRenderTarget(null);
  }

  dispose(): void {
    this.light.shadow.dispose();
    this.light.dispose();
    this.nowhere.dispose();
  }
}
