// Product models: fetched once, counted while they arrive, shared by everybody who shows them. A model that fails may be
// asked for again later; two askers of one model wait for the same download.
import { Group, Mesh, type Object3D, type SkinnedMesh } from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";
import { MeshoptDecoder } from "three/addons/libs/meshopt_decoder.module.js";
import { fetchCounted } from "../app/progress.ts";

export type OnBytes = (fraction: number) => void;

/** A guess until the server says how long a file is: a cooked piece has about this size. */
const expected_bytes = 400_000;

interface Entry {
  readonly model: Promise<Object3D>;
  fraction: number;
  readonly listeners: Set<OnBytes>;
}

export class ModelStore {
  private readonly loader = new GLTFLoader().setMeshoptDecoder(MeshoptDecoder);
  private readonly entries = new Map<string, Entry>();

  /** The shared model: clone it before changing anything. */
  get(url: string, onBytes?: OnBytes): Promise<Object3D> {
    let entry = this.entries.get(url);
    if (entry === undefined) {
      entry = this.fetch(url);
      this.entries.set(url, entry);
    }
    if (onBytes !== undefined) {
      entry.listeners.add(onBytes);
      onBytes(entry.fraction);
    }
    return entry.model;
  }

  private fetch(url: string): Entry {
    const listeners = new Set<OnBytes>();
    const load = async (): Promise<Object3D> => {
      const bytes = await fetchCounted(url, expected_bytes, (loaded, total) => {
        entry.fraction = loaded / total;
        for (const listener of listeners) listener(entry.fraction);
      });
      const gltf = await this.loader.parseAsync(bytes.buffer, url.slice(0, url.lastIndexOf("/") + 1));
      listeners.clear();
      return asStandingPiece(gltf.scene);
    };
    const entry: Entry = { model: load(), fraction: 0, listeners };
    entry.model.catch(() => this.entries.delete(url));
    return entry;
  }
}

/** A garment on a rail or table needs no skeleton: its skinned meshes become plain ones at rest, of which the finest stays. */
export function asStandingPiece(scene: Object3D): Object3D {
  const skinned: SkinnedMesh[] = [];
  scene.traverse((part) => {
    if ((part as SkinnedMesh).isSkinnedMesh) skinned.push(part as SkinnedMesh);
  });
  if (skinned.length === 0) return scene;
  const group = new Group();
  const named = skinned.some((mesh) => nameOf(mesh).startsWith("near"));
  for (const mesh of skinned) {
    if (!named || nameOf(mesh).startsWith("near")) group.add(new Mesh(mesh.geometry, mesh.material));
  }
  return group;
}

/** A mesh of several materials becomes several nodes below one that carries its name. */
function nameOf(mesh: Object3D): string {
  return mesh.name.startsWith("near") || mesh.name.startsWith("far") ? mesh.name : (mesh.parent?.name ?? "");
}
