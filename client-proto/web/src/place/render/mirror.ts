// The floor's mirror: the hall seen by a camera below the floor, small, half float, with mips for the blur.

import { HalfFloatType, LinearMipmapLinearFilter, Matrix4, PerspectiveCamera, Vector3, WebGLRenderTarget } from 'three';
import { kMirrorLayer } from './instances.ts';

const kWidthMax_px = 1024;
/** Of the picture's width. */
const kScale = 0.6;
const kToTexture = new Matrix4().set(0.5, 0, 0, 0.5, 0, 0.5, 0, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0, 1);

export class Mirror {
  readonly target = new WebGLRenderTarget(4, 4, { type: HalfFloatType, generateMipmaps: true, minFilter: LinearMipmapLinearFilter });
  readonly camera = new PerspectiveCamera();
  private readonly direction = new Vector3();

  constructor() {
    this.camera.layers.set(kMirrorLayer);
  }

  resize(width: number, height: number): void {
    const w = Math.min(kWidthMax_px, Math.round(width * kScale));
    this.target.setSize(w, Math.max(1, Math.round((w * height) / width)));
  }

  /** Stands below the floor what `eye` is above it; returns where the picture lies for a point of the world. */
  follow(eye: PerspectiveCamera, matrix: Matrix4): void {
    const c = this.camera;
    c.fov = eye.fov;
    c.aspect = eye.aspect;
    c.near = Math.max(0.1, eye.near);
    c.far = eye.far;
    eye.getWorldDirection(this.direction);
    c.position.setFromMatrixPosition(eye.matrixWorld);
    c.position.y *= -1;
    c.up.set(0, -1, 0);
    c.lookAt(c.position.x + this.direction.x, c.position.y - this.direction.y, c.position.z + this.direction.z);
    c.updateMatrixWorld();
    c.updateProjectionMatrix();
    matrix.copy(kToTexture).multiply(c.projectionMatrix).multiply(c.matrixWorldInverse);
  }

  dispose(): void {
    this.target.dispose();
  }
}
