// Takes pictures of the place from fixed cameras: shots.ts CONTENT OUTDIR [SHOT...] ; SIZE=1280x720 QUALITY=desktop GOODS=1 SHUTTERS=1 FRAMES=5 PORT=18400.
// CONTENT is the folder that tools/mall/make wrote. Prints what each picture cost.

import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

const [content, outDir, ...wanted] = process.argv.slice(2);
if (!content || !outDir) throw new Error('usage: shots.ts CONTENT OUTDIR [SHOT...]');
const [width, height] = (process.env['SIZE'] ?? '1280x720').split('x').map(Number) as [number, number];
const shots = wanted.length > 0 ? wanted : ['arrival', 'nave', 'front', 'fashion', 'furniture'];
mkdirSync(outDir, { recursive: true });

const server = await createServer({
  configFile: false,
  root: fileURLToPath(new URL('../../client-proto/web', import.meta.url)),
  logLevel: 'error',
  server: { port: Number(process.env['PORT'] ?? 18400), host: '127.0.0.1', hmr: false },
  plugins: [
    {
      name: 'content',
      configureServer: (vite) => {
        vite.middlewares.use('/content', (request, response, next) => {
          const path = join(content, decodeURIComponent((request.url ?? '/').split('?')[0]!));
          if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return next();
          createReadStream(path).pipe(response);
        });
      },
    },
  ],
});
await server.listen();
const profile = mkdtempSync(join(tmpdir(), 'galleria-shots-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: '/usr/bin/chromium',
  headless: true,
  viewport: { width, height },
  args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
try {
  const page = await browser.newPage();
  page.on('console', (m) => m.type() !== 'debug' && console.log(`  [${m.type()}] ${m.text().slice(0, 1500)}`));
  page.on('pageerror', (e) => console.log(`  [pageerror] ${e.message}`));
  const query = new URLSearchParams({ quality: process.env['QUALITY'] ?? 'desktop', dpr: process.env['DPR'] ?? '1' });
  if (process.env['GOODS']) query.set('goods', '1');
  if (process.env['SHUTTERS']) query.set('shutters', '1');
  await page.goto(`${server.resolvedUrls!.local[0]}src/place/preview.html?${query}`);
  await page.waitForFunction(() => 'preview' in window, undefined, { timeout: 240_000 });
  for (const shot of shots) {
    const cost = await page.evaluate(
      ([name, frames]) => (window as unknown as { preview: { show(name: string, frames: number): object } }).preview.show(name, frames),
      [shot, Number(process.env['FRAMES'] ?? 0)] as const,
    );
    console.log(shot, JSON.stringify(cost));
    await page.screenshot({ path: join(outDir, `${shot}.png`) });
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(profile, { recursive: true, force: true });
}
