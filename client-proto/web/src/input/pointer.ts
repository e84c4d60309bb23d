// Mouse and touch on the world: a drag turns, a wheel or two fingers zoom, a short press without movement is a click.
// On touch the left thumb has the stick (an element of its own), so every finger on the canvas turns or pinches.

export interface PointerActions {
  readonly turn: (dx_px: number, dy_px: number) => void;
  /** Positive steps go further away; one step is one notch of a wheel. */
  readonly zoom: (steps: number) => void;
  readonly click: (x_px: number, y_px: number) => void;
  readonly hover: (x_px: number, y_px: number) => void;
  readonly touched: () => void;
}

const clickSlack_px = 6;
const clickTime_ms = 400;
const pinchStep_px = 40;
const pointersMax = 2;

interface Held {
  x: number;
  y: number;
  readonly startX: number;
  readonly startY: number;
  readonly start_ms: number;
  moved: boolean;
}

export class PointerInput {
  private readonly held = new Map<number, Held>();
  private readonly canvas: HTMLElement;
  private readonly actions: PointerActions;

  constructor(canvas: HTMLElement, actions: PointerActions, signal: AbortSignal) {
    this.canvas = canvas;
    this.actions = actions;
    canvas.addEventListener("pointerdown", (event) => this.down(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.move(event), { signal });
    canvas.addEventListener("pointerup", (event) => this.up(event), { signal });
    canvas.addEventListener("pointercancel", (event) => this.held.delete(event.pointerId), { signal });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    canvas.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
  }

  get dragging(): boolean {
    return this.held.size > 0;
  }

  private down(event: PointerEvent): void {
    if (event.pointerType === "touch") this.actions.touched();
    if (this.held.size >= pointersMax) return;
    this.canvas.setPointerCapture(event.pointerId);
    const { clientX: x, clientY: y } = event;
    this.held.set(event.pointerId, { x, y, startX: x, startY: y, start_ms: event.timeStamp, moved: false });
    this.canvas.focus({ preventScroll: true });
  }

  private move(event: PointerEvent): void {
    const held = this.held.get(event.pointerId);
    if (held === undefined) {
      if (event.pointerType === "mouse") this.actions.hover(event.clientX, event.clientY);
      return;
    }
    const before = this.spread();
    const dx = event.clientX - held.x;
    const dy = event.clientY - held.y;
    held.x = event.clientX;
    held.y = event.clientY;
    if (Math.hypot(held.x - held.startX, held.y - held.startY) > clickSlack_px) held.moved = true;
    if (this.held.size === 1) {
      if (held.moved) this.actions.turn(dx, dy);
    } else {
      this.actions.zoom((before - this.spread()) / pinchStep_px);
    }
  }

  private up(event: PointerEvent): void {
    const held = this.held.get(event.pointerId);
    this.held.delete(event.pointerId);
    if (held === undefined || held.moved || this.held.size > 0) return;
    if (event.timeStamp - held.start_ms <= clickTime_ms && event.button === 0) this.actions.click(event.clientX, event.clientY);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 3 : 100;
    this.actions.zoom(Math.min(Math.max(event.deltaY / unit, -3), 3));
  }

  private spread(): number {
    const [a, b] = [...this.held.values()];
    return a === undefined || b === undefined ? 0 : Math.hypot(a.x - b.x, a.y - b.y);
  }
}
