// What lies over the edges of the window, so that the camera can centre what is left. CSS pixels.
export interface Covered {
  readonly top_px: number;
  readonly right_px: number;
  readonly bottom_px: number;
}

export const uncovered: Covered = { top_px: 0, right_px: 0, bottom_px: 0 };

/** What lies over the edges of the window while a sheet from below is open: the menu above, the tools on the right. */
export function coveredBySheet(sheet: HTMLElement): Covered {
  const menu = document.querySelector(".hud-top")?.getBoundingClientRect();
  const tools = document.querySelector(".turn-tools")?.getBoundingClientRect();
  const shown = tools !== undefined && tools.width > 0;
  return {
    top_px: menu?.bottom ?? 0,
    right_px: shown ? window.innerWidth - tools.left : 0,
    bottom_px: window.innerHeight - sheet.getBoundingClientRect().top,
  };
}
