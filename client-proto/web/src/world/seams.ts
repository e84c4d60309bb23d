// What the world needs of its neighbours: the place that is built (src/place) and the people in it (src/avatar).
import type { EmoteKind } from "../net/brain.ts";
import type { Object3D, PerspectiveCamera, Scene, WebGLRenderer } from "three";

export interface Place {
  readonly scene: Scene;
  readonly renderer: WebGLRenderer;
  readonly camera: PerspectiveCamera;
  readonly quality: "desktop" | "phone";
  resize(width_px: number, height_px: number, pixelRatio: number): void;
  update(camera: PerspectiveCamera, dt_s: number): void;
  render(): void;
  /** Gives an object the place's light at its position, and a shadow below it if it stands. */
  adopt(object: Object3D, stands?: boolean): void;
  dispose(): void;
}

export interface Garment {
  readonly slot: number;
  readonly models: readonly [string, string, string];
  readonly colour: string | null;
  readonly hides: readonly string[];
}

export interface Person {
  readonly name: string;
  readonly shape: number;
  readonly tint: number;
  /** A sign by the name: who keeps order. */
  readonly marked?: boolean;
}

export interface FigurePose {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  readonly speed: number;
  readonly grounded: boolean;
  /** Sits here: the place is the middle of the seat's surface. */
  readonly seated: boolean;
}

export interface Crowd {
  add(id: number, person: Person): void;
  remove(id: number): void;
  pose(id: number, pose: FigurePose): void;
  wear(id: number, slot: number, garment: Omit<Garment, "slot"> | null): void;
  wave(id: number): void;
  gesture(id: number, name: EmoteKind): void;
  /** How much of somebody shows, 0 to 1. */
  fade(id: number, opacity: number): void;
  update(dt_s: number, camera: PerspectiveCamera): void;
}

export type StaticFigure = (place: Place, shape: number, outfit: readonly Garment[]) => Promise<Object3D> | Object3D;
