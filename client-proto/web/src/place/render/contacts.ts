// Contact shadows: a soft dark patch on the ground under everything that stands. It follows its object, stays on the ground and
// shrinks while the object is in the air, and goes when the object leaves the scene.

import {
  Box3,
  CustomBlending,
  InstancedBufferAttribute,
  InstancedMesh,
  Matrix4,
  PlaneGeometry,
  Quaternion,
  ShaderMaterial,
  SrcColorFactor,
  Vector3,
  ZeroFactor,
} from 'three';
import type { InstancedBufferGeometry, Mesh, Object3D, Scene } from 'three';

const kContactsMax = 320;
/** The patch reaches this far beyond the object. */
const kSoft_m = 0.5;
/** A figure's arms and skirts reach far beyond its feet. */
const kFigureHalf_m = 0.2;
/** Above this height over the ground a patch is at its smallest. */
const kAir_m = 0.8;
/** Who has not risen or sunk for so long stands on something. */
const kSettled_s = 0.12;
const kStill_m = 0.002;
/** Higher than this it stands on furniture. */
const kRaised_m = 0.3;
/** Above rugs, which lie 12 mm high. */
const kLift_m = 0.016;

interface Contact {
  readonly object: Object3D;
  readonly half: Vector3;
  /** From the object's origin to the middle of its footprint, in the object's own frame. */
  readonly offset: Vector3;
  /** Height of what it stands on, its own height in the last picture, and since when that has not changed. */
  ground: number;
  height: number;
  still_s: number;
}

const newContact = (object: Object3D, half: Vector3, offset: Vector3): Contact => ({ object, half, offset, ground: Infinity, height: Infinity, still_s: 0 });

/** Lets the ground follow an object down at once, up only once it stands there; returns how far it is in the air. */
function settle(contact: Contact, height: number, dt_s: number): number {
  contact.still_s = Math.abs(height - contact.height) < kStill_m ? contact.still_s + dt_s : 0;
  contact.height = height;
  if (height < contact.ground || contact.still_s > kSettled_s) contact.ground = height;
  return height - contact.ground;
}

export class Contacts {
  readonly mesh: InstancedMesh;
  private readonly scene: Scene;
  private contacts: Contact[] = [];
  private readonly sizes: InstancedBufferAttribute;

  constructor(scene: Scene) {
    this.scene = scene;
    const geometry = new PlaneGeometry(2, 2);
    geometry.rotateX(-Math.PI / 2);
    this.sizes = new InstancedBufferAttribute(new Float32Array(kContactsMax * 2), 2);
    geometry.setAttribute('footprint', this.sizes);
    const material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      // What lies below is multiplied by the patch.
      blending: CustomBlending,
      blendSrc: ZeroFactor,
      blendDst: SrcColorFactor,
      vertexShader: `attribute vec2 footprint; varying vec2 at, size; varying float softness;
      void main() {
        size = footprint; at = position.xz * (footprint + ${kSoft_m.toFixed(2)});
        // On a plinth or a shelf a wide patch would hang over the edge.
        softness = instanceMatrix[3].y > ${kRaised_m.toFixed(2)} ? .09 : ${kSoft_m.toFixed(2)};
        gl_Position = projectionMatrix * viewMatrix * instanceMatrix * vec4(at.x, 0., at.y, 1.);
      }`,
      fragmentShader: `varying vec2 at, size; varying float softness;
      void main() {
        vec2 d = abs(at) - size * .9;
        float reach = min(softness, .1 + .65 * min(size.x, size.y));
        float shade = .78 * pow(1. - clamp(length(max(d, 0.)) / reach, 0., 1.), 1.5);
        gl_FragColor = vec4(vec3(1. - shade), 1.);
      }`,
    });
    this.mesh = new InstancedMesh(geometry, material, kContactsMax);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 1;
    this.mesh.count = 0;
    scene.add(this.mesh);
  }

  /** Starts a patch for this object, sized by its bounds as they are now. */
  add(object: Object3D): void {
    if (this.contacts.length >= kContactsMax || this.contacts.some((c) => c.object === object)) return;
    object.updateWorldMatrix(true, true);
    const inverse = new Matrix4().copy(object.matrixWorld).invert();
    let skinned = false;
    let instanced = false;
    object.traverse((node) => {
      if ((node as { isSkinnedMesh?: boolean }).isSkinnedMesh) skinned = true;
      if (((node as Mesh).geometry as InstancedBufferGeometry | undefined)?.isInstancedBufferGeometry) instanced = true;
    });
    // A pool of instances stands in many places at once. A figure may be adopted before it has anything on: its patch needs no bounds.
    if (instanced) return;
    if (skinned) {
      this.contacts.push(newContact(object, new Vector3(kFigureHalf_m, 0, kFigureHalf_m), new Vector3()));
      return;
    }
    const bounds = new Box3().setFromObject(object);
    if (bounds.isEmpty()) return;
    const local = bounds.clone().applyMatrix4(inverse);
    const size = local.getSize(new Vector3());
    const middle = local.getCenter(new Vector3());
    this.contacts.push(newContact(object, size.multiplyScalar(0.5), new Vector3(middle.x, local.min.y, middle.z)));
  }

  update(dt_s: number): void {
    const at = new Vector3();
    const [turn, upright, origin, size] = [new Quaternion(), new Quaternion(), new Vector3(), new Vector3()];
    const matrix = new Matrix4();
    let count = 0;
    this.contacts = this.contacts.filter(({ object }) => isBelow(object, this.scene));
    for (const contact of this.contacts) {
      const { object, half, offset } = contact;
      if (!object.visible) continue;
      object.matrixWorld.decompose(origin, turn, size);
      // Only the turn about Y: a rolling ball's patch does not roll.
      upright.set(0, turn.y, 0, turn.w).normalize();
      at.copy(offset).multiply(size).applyQuaternion(upright).add(origin);
      const shrink = 1 - 0.7 * Math.min(1, settle(contact, at.y, dt_s) / kAir_m);
      matrix.makeRotationFromQuaternion(upright).setPosition(at.x, contact.ground + kLift_m, at.z);
      this.mesh.setMatrixAt(count, matrix);
      this.sizes.setXY(count, half.x * size.x * shrink, half.z * size.z * shrink);
      count++;
    }
    this.mesh.count = count;
    this.mesh.visible = count > 0;
    this.mesh.instanceMatrix.needsUpdate = true;
    this.sizes.needsUpdate = true;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.dispose();
  }
}

function isBelow(object: Object3D, scene: Scene): boolean {
  let node: Object3D | null = object;
  while (node && node !== scene) node = node.parent;
  return node === scene;
}
