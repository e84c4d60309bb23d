// node client-proto/web/src/avatar/preview/shoot.mjs OUTDIR [NAME...]: takes pictures of the avatars made in build/content.
// The studio is served by Vite on a port of its own and closed at the end.
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, '../../..'), content = process.env.CONTENT ?? join(web, '../../build/content');
const suit = ['jacket', 'trousers', 'sneakers', 'tee'];
const three = (wears, more = {}) => [0, 1, 2].map((shape) => ({ shape, wears: wears[shape] ?? wears[0], x: (shape - 1) * 1.05, ...more }));
const walk = (clip, shape = 0) => [0, 1, 2, 3, 4, 5].map((k) => ({ shape, wears: suit, clip, phase: k / 6, x: (k - 2.5) * 0.9, yaw: Math.PI / 2 }));
const gesture = (name) => [0, 1, 2, 3, 4, 5].map((k) => ({ shape: k % 3, wears: k < 3 ? [] : suit, gesture: name, phase: 0.1 + 0.11 * k, x: (k - 2.5) * 1.0, yaw: 0.5 }));
const wide = { width: 1300, height: 620, fov: 24, camera: [0, 1.1, 7.2], target: [0, 0.9, 0], shadow_m: 3.2 };
const group = { width: 1100, height: 900 };

const shots = {
  bodies: { ...group, items: three([[]]) },
  bodies_side: { ...group, items: three([[]], { yaw: Math.PI / 2 }) },
  bodies_back: { ...group, items: three([[]], { yaw: Math.PI }) },
  suits: { ...group, items: three([suit, [...suit, 'hat'], suit]) },
  suits_back: { ...group, items: three([suit, [...suit, 'hat'], suit], { yaw: Math.PI }) },
  suits_side: { ...group, items: three([suit, [...suit, 'hat'], suit], { yaw: Math.PI / 2 }) },
  mixed: { ...group, items: three([['dress', 'sneakers'], ['tee:#1f7a72', 'trousers', 'sneakers'], ['tee:#1f7a72', 'trousers', 'sneakers']]) },
  dresses: { ...group, items: three([['dress', 'sneakers']]) },
  bare_jacket: { ...group, items: three([['jacket'], ['jacket', 'trousers'], ['jacket', 'dress']]) },
  walk: { ...wide, items: walk('walk') },
  walk_fast: { ...wide, items: walk('walk_fast') },
  run: { ...wide, items: walk('run', 1) },
  run_fast: { ...wide, items: walk('run_fast', 1) },
  turn: { ...wide, items: [0, 1, 2, 3, 4, 5].map((k) => ({ shape: 0, wears: suit, clip: 'turn_left', phase: k / 6, x: (k - 2.5) * 0.9, yaw: (k / 6) * (Math.PI / 2) })) },
  wave: { ...wide, items: [0, 1, 2, 3, 4, 5].map((k) => ({ shape: k % 3, wears: k < 3 ? [] : suit, clip: 'wave', phase: 0.1 + 0.07 * k, x: (k - 2.5) * 1.0 })) },
  sitting: { ...group, items: three([suit, [...suit, 'hat'], ['dress', 'sneakers']], { sits: true, yaw: 0.6 }) },
  sitting_side: { ...group, items: three([[], suit, ['dress', 'sneakers']], { sits: true, yaw: Math.PI / 2 }) },
  gestures: { ...wide, items: ['nod', 'shakeHead', 'clap', 'laugh', 'think', 'bow', 'dance', 'point'].map((gesture, k) => ({ shape: k % 3, wears: k % 2 ? suit : [], gesture, phase: 0.46, x: (k - 3.5) * 0.82, yaw: 0.5 })) },
  clap: { ...wide, items: gesture('clap') },
  bow: { ...wide, items: gesture('bow') },
  dance: { ...wide, items: gesture('dance') },
  think: { ...wide, items: gesture('think') },
  dress_walk: { ...wide, items: [0, 1, 2, 3, 4, 5].map((k) => ({ shape: k % 3, wears: ['dress', 'sneakers'], clip: k < 3 ? 'walk' : 'run', phase: k / 6, x: (k - 2.5) * 0.9, yaw: 1.1 })) },
  face: { width: 1000, height: 800, camera: [0.35, 1.62, 1.5], target: [0, 1.6, 0], items: [{ shape: 0 }] },
  collar: { width: 1000, height: 800, camera: [-0.5, 1.75, -1.6], target: [0, 1.38, 0], items: [{ shape: 0, wears: suit }] },
  front: { width: 1000, height: 900, camera: [0.3, 1.3, 2.3], target: [0, 1.2, 0], items: [{ shape: 2, wears: suit }] },
  hand: { width: 900, height: 800, camera: [0.9, 0.95, 0.9], target: [0.3, 0.82, 0.02], items: [{ shape: 0 }] },
  shoes: { width: 1000, height: 700, camera: [0.7, 0.45, 1.1], target: [0, 0.06, 0.03], items: [{ shape: 0, wears: ['trousers', 'sneakers'] }] },
  shoes_bare: { width: 1000, height: 700, camera: [0.7, 0.35, 0.9], target: [0, 0.06, 0.03], items: [{ shape: 1, wears: ['sneakers'] }] },
  hat: { width: 900, height: 700, camera: [0.5, 1.85, 1.3], target: [0, 1.66, 0], items: [{ shape: 1, wears: ['hat', 'tee'] }] },
  far: { ...group, items: three([suit, [...suit, 'hat'], ['dress', 'sneakers']], { far: true }) },
  crowd: { width: 1280, height: 720, fov: 50, camera: [0, 1.7, 6], target: [0, 1.1, -4], crowd: 200 },
};

const [out, ...names] = process.argv.slice(2);
if (!out) {
  console.error('usage: node shoot.mjs OUTDIR [NAME...]');
  process.exit(2);
}
await mkdir(out, { recursive: true });
const serveContent = {
  name: 'content',
  configureServer: (studio) => {
    studio.middlewares.use('/content', (request, response, next) => {
      const path = join(content, decodeURIComponent(request.url.split('?')[0]));
      if (!path.startsWith(content) || !existsSync(path)) return next();
      createReadStream(path).pipe(response);
    });
  },
};
const server = await createServer({
  root: web, configFile: false, logLevel: 'error', plugins: [serveContent], cacheDir: join(web, '../../build/preview'),
  server: { port: Number(process.env.PORT ?? 18500), host: '127.0.0.1' },
});
await server.listen();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let failed = 0;
try {
  const page = await browser.newPage();
  page.on('console', (message) => message.type() === 'error' && console.log(message.text().slice(0, 1500)));
  page.on('pageerror', (error) => console.log(String(error)));
  await page.goto(`http://127.0.0.1:${server.config.server.port}/src/avatar/preview/preview.html`);
  await page.waitForFunction('window.ready', null, { timeout: 120_000 });
  for (const name of names.length > 0 ? names : Object.keys(shots)) {
    const shot = shots[name];
    await page.setViewportSize({ width: shot.width, height: shot.height });
    const told = await page.evaluate((wanted) => window.shoot(wanted), shot);
    await writeFile(join(out, `${name}.png`), await page.locator('canvas').screenshot());
    console.log(name, told);
  }
} catch (error) {
  console.error(error);
  failed = 1;
} finally {
  await browser.close();
  await server.close();
}
process.exit(failed);
