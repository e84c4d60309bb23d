// What surfaces mirror: the hall, taken once from the middle of the nave. Two rounds, because in the first the metals, which are nothing
// but mirrors, are still black.

import { CubeCamera, HalfFloatType, LinearMipmapLinearFilter, PMREMGenerator, WebGLCubeRenderTarget } from 'three';
import type { Object3D, Scene, Texture, WebGLRenderTarget, WebGLRenderer } from 'three';

const kRounds = 2;
/** Where the glass shader believes the picture was taken (sky.ts). */
const kViewpoint = [0, 2.6, 26.5] as const;

export class Environment {
  readonly cube: WebGLCubeRenderTarget;
  private filtered: WebGLRenderTarget | null = null;

  constructor(size: number) {
    this.cube = new WebGLCubeRenderTarget(size, { type: HalfFloatType, generateMipmaps: true, minFilter: LinearMipmapLinearFilter });
  }

  /** `hidden`: what must not show in its own mirror. `use` is called with each round's map. */
  take(renderer: WebGLRenderer, scene: Scene, hidden: readonly Object3D[], use: (map: Texture) => void): void {
    const camera = new CubeCamera(0.3, 240, this.cube);
    camera.position.set(...kViewpoint);
    camera.updateMatrixWorld();
    const generator = new PMREMGenerator(renderer);
    const wereVisible = hidden.map((object) => object.visible);
    for (const object of hidden) object.visible = false;
    for (let round = 0; round < kRounds; round++) {
      camera.update(renderer, scene);
      const before = this.filtered;
      this.filtered = generator.fromCubemap(this.cube.texture);
      use(this.filtered.texture);
      before?.dispose();
    }
    hidden.forEach((object, i) => (object.visible = wereVisible[i]!));
    generator.dispose();
  }

  dispose(): void {
    this.cube.dispose();
    this.filtered?.dispose();
  }
}
