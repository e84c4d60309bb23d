// Draws the procedural surfaces into textures on the GPU, once, at load: nothing to download. RGB holds the square root of 0.8 x
// albedo (dark stone needs the steps), A the roughness; a second texture holds the normals by finite differences of the height.

import {
  GLSL3,
  LinearFilter,
  LinearMipmapLinearFilter,
  Mesh,
  OrthographicCamera,
  PlaneGeometry,
  RawShaderMaterial,
  RepeatWrapping,
  WebGLRenderTarget,
} from 'three';
import type { Texture, WebGLRenderer } from 'three';
import { kNaveFloor, kSquareFloor } from './floors.glsl.ts';
import { kNoise } from './noise.glsl.ts';
import type { Surface, SurfaceName } from './surfaces.glsl.ts';
import { kSurfaces } from './surfaces.glsl.ts';

export const kFullScreenVertex = 'in vec3 position; in vec2 uv; out vec2 v; void main() { v = uv; gl_Position = vec4(position.xy, 0., 1.); }';

/** Draws one material over a whole target. */
export class FullScreen {
  private readonly mesh = new Mesh(new PlaneGeometry(2, 2));
  private readonly camera = new OrthographicCamera(-1, 1, 1, -1, 0, 1);

  draw(renderer: WebGLRenderer, material: RawShaderMaterial, target: WebGLRenderTarget | null): void {
    this.mesh.material = material;
    renderer.setRenderTarget(target);
    renderer.render(this.mesh, this.camera);
    renderer.setRenderTarget(null);
  }

  dispose(): void {
    this.mesh.geometry.dispose();
  }
}

export interface SurfaceTextures {
  readonly map: Texture;
  readonly normals: Texture | null;
  readonly metres: readonly [number, number];
}

export interface TextureSet {
  readonly surfaces: Readonly<Record<SurfaceName, SurfaceTextures>>;
  readonly nave: Texture;
  readonly square: Texture;
  readonly bytes: number;
  dispose(): void;
}

const kEncode = 'vec3 encoded(vec3 a) { return sqrt(clamp(a * .8, 0., 1.)); }';

const albedoShader = (surface: Surface): string =>
  `${surface.source}${kEncode} void main() { vec3 a; float r, h; surface(v, a, r, h); colour = vec4(encoded(a), clamp(r, 0., 1.)); }`;

const normalShader = ({ source, metres }: Surface, size: number): string => `${source}
float heightAt(vec2 u) { vec3 a; float r, h; surface(fract(u), a, r, h); return h; }
void main() {
  float e = 1. / ${size}.;
  vec2 slope = vec2(heightAt(v + vec2(e, 0)) - heightAt(v - vec2(e, 0)), heightAt(v + vec2(0, e)) - heightAt(v - vec2(0, e)));
  vec3 n = normalize(vec3(-slope / (2. * e * vec2(${metres[0].toFixed(3)}, ${metres[1].toFixed(3)})), 1.));
  colour = vec4(n * .5 + .5, 1.);
}`;

const floorShader = (source: string): string =>
  `${source}${kEncode} void main() { vec4 t = floorTexel(v); colour = vec4(encoded(t.rgb), clamp(t.a, 0., 1.)); }`;

/** `scale` shrinks all textures; normals are left out where there is no budget for them. */
export function drawTextures(renderer: WebGLRenderer, screen: FullScreen, scale: number, withNormals: boolean, floorSize: number): TextureSet {
  const targets: WebGLRenderTarget[] = [];
  const anisotropy = Math.min(8, renderer.capabilities.getMaxAnisotropy());
  let bytes = 0;
  const draw = (size: number, fragment: string): Texture => {
    const target = new WebGLRenderTarget(size, size, {
      generateMipmaps: true,
      minFilter: LinearMipmapLinearFilter,
      magFilter: LinearFilter,
      wrapS: RepeatWrapping,
      wrapT: RepeatWrapping,
      anisotropy,
      depthBuffer: false,
    });
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      depthTest: false,
      vertexShader: kFullScreenVertex,
      fragmentShader: `precision highp float;${kNoise} in vec2 v; out vec4 colour;${fragment}`,
    });
    screen.draw(renderer, material, target);
    material.dispose();
    targets.push(target);
    bytes += (size * size * 4 * 4) / 3;
    return target.texture;
  };
  const surfaces = {} as Record<SurfaceName, SurfaceTextures>;
  for (const [name, surface] of Object.entries(kSurfaces) as [SurfaceName, Surface][]) {
    const size = Math.max(128, surface.size * scale);
    surfaces[name] = { map: draw(size, albedoShader(surface)), normals: withNormals ? draw(size, normalShader(surface, size)) : null, metres: surface.metres };
  }
  const nave = draw(floorSize, floorShader(kNaveFloor));
  const square = draw(floorSize, floorShader(kSquareFloor));
  return { surfaces, nave, square, bytes, dispose: () => targets.forEach((target) => target.dispose()) };
}
