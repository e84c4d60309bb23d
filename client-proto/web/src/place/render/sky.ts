// Sky, sun glow and clouds, and the two kinds of glass, which mirror the hall from a cube that was taken in its middle.

import { BackSide, CustomBlending, DoubleSide, Mesh, OneFactor, OneMinusSrcAlphaFactor, ShaderMaterial, SphereGeometry, Vector3 } from 'three';
import type { Texture } from 'three';
import { kSunDirection } from '../layout.ts';
import { kSkyOrder } from './instances.ts';
import { kNoise } from './noise.glsl.ts';

export function makeSky(): Mesh {
  const material = new ShaderMaterial({
    side: BackSide,
    depthWrite: false,
    uniforms: { sun: { value: new Vector3(...kSunDirection).normalize() } },
    vertexShader: 'varying vec3 d; void main() { d = position; gl_Position = projectionMatrix * viewMatrix * vec4(position + cameraPosition, 1.); }',
    fragmentShader: `${kNoise} varying vec3 d; uniform vec3 sun;
    void main() {
      vec3 n = normalize(d);
      float up = max(n.y, 0.), glow = max(dot(n, sun), 0.);
      vec3 c = mix(vec3(1.5, 1.5, 1.45), vec3(.40, .78, 1.45), pow(up, .5)) + vec3(1., .85, .6) * (.5 * pow(glow, 8.) + 3. * pow(glow, 200.));
      vec2 q = n.xz / (n.y + .12) * 1.6;
      float cloud = fbm(q + fbm(q * 2., vec2(999.), 4) * .6, vec2(999.), 6);
      c = mix(c, vec3(2.1, 2.05, 2.0), smoothstep(.45, .78, cloud) * smoothstep(0., .25, n.y) * .85);
      c = mix(c, vec3(1.35, 1.28, 1.15), smoothstep(.03, -.01, n.y));
      c = mix(c, vec3(.75, .70, .62), smoothstep(0., -.12, n.y));
      gl_FragColor = vec4(c, 1.);
    }`,
  });
  const sky = new Mesh(new SphereGeometry(200, 32, 16), material);
  sky.frustumCulled = false;
  sky.renderOrder = kSkyOrder;
  sky.layers.enable(1);
  return sky;
}

export interface GlassLook {
  /** Light that the pane itself sends to the eye. */
  readonly haze: string;
  /** Share of what is behind that the pane swallows. */
  readonly tint: number;
  /** Reflectance seen straight on. */
  readonly f0: number;
}

export const kShopGlass: GlassLook = { haze: '.02, .022, .02', tint: 0.05, f0: 0.055 };
export const kRoofGlass: GlassLook = { haze: '.55, .75, .9', tint: 0.1, f0: 0.04 };

/** Premultiplied: Schlick's mirror image over a faint tint. The cube's picture is projected onto the walls of the nave. */
export function makeGlass(cube: Texture, look: GlassLook): ShaderMaterial {
  return new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    side: DoubleSide,
    blending: CustomBlending,
    blendSrc: OneFactor,
    blendDst: OneMinusSrcAlphaFactor,
    uniforms: { cube: { value: cube } },
    vertexShader: `varying vec3 at, facing;
    void main() {
      vec4 p = vec4(position, 1.); vec3 n = normal;
      #ifdef USE_INSTANCING
        p = instanceMatrix * p; n = mat3(instanceMatrix) * n;
      #endif
      p = modelMatrix * p; at = p.xyz; facing = n;
      gl_Position = projectionMatrix * viewMatrix * p;
    }`,
    fragmentShader: `varying vec3 at, facing; uniform samplerCube cube;
    void main() {
      vec3 view = normalize(at - cameraPosition), n = normalize(facing);
      if (dot(view, n) > 0.) n = -n;
      float fresnel = ${look.f0} + (1. - ${look.f0}) * pow(1. - abs(dot(view, n)), 5.);
      vec3 ray = reflect(view, n), lo = vec3(-6., 0., 8.), hi = vec3(6., 17., 44.);
      vec3 from = vec3(at.x, at.y, clamp(abs(at.z), 9., 43.));
      ray.z *= at.z < 0. ? -1. : 1.;
      vec3 t = max((hi - from) / ray, (lo - from) / ray);
      vec3 to = from + ray * min(min(t.x, t.y), t.z) - vec3(0., 2.6, 26.5);
      vec3 mirrored = textureLod(cube, vec3(-to.x, to.yz), .5).rgb;
      gl_FragColor = vec4(mirrored * fresnel + vec3(${look.haze}) * ${look.tint.toFixed(2)}, fresnel + ${look.tint.toFixed(2)} * (1. - fresnel));
    }`,
  });
}
