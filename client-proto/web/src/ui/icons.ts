// Line icons of 20 px, drawn by hand; they carry no meaning of their own (a label stands beside or on the button).
const paths = {
  close: "M4 4l12 12M16 4L4 16",
  back: "M12.5 4L6.5 10l6 6",
  person: "M10 3.2a2.9 2.9 0 1 1 0 5.8 2.9 2.9 0 0 1 0-5.8M3.8 18c0-4.5 2.3-7.2 6.2-7.2s6.2 2.7 6.2 7.2",
  turnLeft: "M7.5 3.5L4 7l3.5 3.5M4 7h7.5a4.5 4.5 0 0 1 0 9H7",
  turnRight: "M12.5 3.5L16 7l-3.5 3.5M16 7H8.5a4.5 4.5 0 0 0 0 9H13",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  seal: "M10 2.5l2.2 1.6 2.7-.1.8 2.6 2.2 1.6-.9 2.6.9 2.6-2.2 1.6-.8 2.6-2.7-.1L10 19l-2.2-1.5-2.7.1-.8-2.6-2.2-1.6.9-2.6-.9-2.6 2.2-1.6.8-2.6 2.7.1zM6.8 10.6l2.3 2.3 4.2-4.5",
  walk: "M11.2 2.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2M10.6 7.2L8.7 12l2.6 2.2.9 4M8.9 12.6L7 17.8M10.6 7.2L7.4 8.6 6.4 11M10.8 7.4l1.6 2.2 2.2.8",
  check: "M4 10.5l4 4 8-9",
  voice: "M3 8v4h3l4 3.5v-11L6 8zM13 7.2a4 4 0 0 1 0 5.6M15.4 4.8a7.4 7.4 0 0 1 0 10.4",
  microphone: "M10 2.6a2.4 2.4 0 0 1 2.4 2.4v4.4a2.4 2.4 0 0 1-4.8 0V5A2.4 2.4 0 0 1 10 2.6M5 9.4a5 5 0 0 0 10 0M10 14.4v3",
} as const;

export type IconName = keyof typeof paths;

export function icon(name: IconName, size_px = 20): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  for (const [key, value] of Object.entries({
    width: size_px,
    height: size_px,
    viewBox: "0 0 20 20",
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 1.6,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "aria-hidden": "true",
  })) {
    svg.setAttribute(key, String(value));
  }
  path.setAttribute("d", paths[name]);
  svg.appendChild(path);
  return svg;
}
