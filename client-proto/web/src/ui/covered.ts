// What lies over the edges of the window, so that the camera can centre what is left. CSS pixels.
export interface Covered {
  readonly top_px: number;
  readonly right_px: number;
  readonly bottom_px: number;
}

export const uncovered: Covered = { top_px: 0, right_px: 0, bottom_px: 0 };

/** What `selector` hides of the window's upper half, measured as it stands there. */
export function coveredAbove(selector: string): number {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  return box !== undefined && box.top < window.innerHeight / 2 ? box.bottom : 0;
}
