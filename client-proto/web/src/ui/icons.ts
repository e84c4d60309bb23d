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
  more: "M8 5l5 5-5 5",
  chat: "M4 4.5h12a1.5 1.5 0 0 1 1.5 1.5v6.5a1.5 1.5 0 0 1-1.5 1.5H9.5L5.5 17.2V14H4a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 4 4.5z",
  send: "M10 16V4.5M5 9.3l5-5 5 5",
  people: "M7.2 4a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2M1.8 16.8c0-3.6 2-5.6 5.4-5.6s5.4 2 5.4 5.6M13 4.2a2.4 2.4 0 0 1 0 4.7M14.8 11.6c2.2.6 3.4 2.3 3.4 5.2",
  party: "M7.2 4a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2M1.8 16.8c0-3.6 2-5.6 5.4-5.6s5.4 2 5.4 5.6M15.5 6v6M12.5 9h6",
  mute: "M3 8v4h3l4 3.5v-11L6 8zM13.5 8l4 4M17.5 8l-4 4",
  block: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M5.2 5.2l9.6 9.6",
  leave: "M8 3.5H4v13h4M12.5 6.5L16 10l-3.5 3.5M16 10H8",
  shut: "M4 17.5V3.5h8v14M2.5 17.5h12M9.5 10.5h.01M14.5 6.5l3.5 3.5M18 6.5L14.5 10",
  wave: "M9 2.6a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6M9 8v5M9 13l-2.5 4.8M9 13l2.5 4.8M9 8.3l-3 3.7M9 8.3l4-3.8M14.8 2.2c.9.8 1.2 1.9.9 3",
  nod: "M10 2.6a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6M10 8v5M10 13l-2.5 4.8M10 13l2.5 4.8M10 8.3l-3 3.7M10 8.3l3 3.7M15.5 2v4.5M14 5l1.5 1.5L17 5",
  shakeHead: "M10 2.6a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6M10 8v5M10 13l-2.5 4.8M10 13l2.5 4.8M10 8.3l-3 3.7M10 8.3l3 3.7M5.8 4.4H2.5M3.9 3L2.5 4.4l1.4 1.4M14.2 4.4h3.3M16.1 3l1.4 1.4-1.4 1.4",
  clap: "M9 2.6a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6M9 8v5M9 13l-2.5 4.8M9 13l2.5 4.8M9 8.3l2 2.7 3-1.5M9 8.3l-1.5 3.5 6.5-2.3M15.5 6.5l.6-1.5M17 9.3l1.5-.3M16.5 7.6l1.3-1",
  laugh: "M8.5 2.6a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6M9 8v5M9 13l-2.5 4.8M9 13l2.5 4.8M9 8.3L6.2 10.2 9 11.5M9 8.3l2.8 1.9L9 11.5M13 3.2l2.5-1M13.3 5.4h2.7M12.8 7.4l2.2 1",
  think: "M9 2.6a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6M9 8v5M9 13l-2.5 4.8M9 13l2.5 4.8M9 8.3l3 2.2-1.6-3.3M9 8.3l-2.5 3.2 4-.6M13.5 4.5h.01M15.5 3.2h.01M17.8 1.9h.01",
  bow: "M14.8 6a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6M12.3 7.8L7.5 11.5M7.5 11.5L6.5 17.8M7.5 11.5l2 6.3M11.5 8.5l-.5 4",
  dance: "M10 2.6a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6M10 8l-.5 4.5M9.5 12.5L6.5 15l.5 3M9.5 12.5l3.5 2.3-.5 3M10 8.2L6.3 9.5 4.5 6.5M10 8.2l3.5 2.3 2.3-2",
  point: "M7.5 2.6a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6M7.5 8v5M7.5 13L5 17.8M7.5 13l2.5 4.8M7.5 8.3H17M15 6.5l2 1.8-2 1.8M7.5 8.3L5 12",
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
