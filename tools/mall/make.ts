// Makes the mall's content: `make.ts OUTDIR [BAKER]` writes OUTDIR/mall/mall.json, light.json and light.bin, the last two with a
// .br beside them. The light is baked only when the baker's input is not the one that the light on disk was made from.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { makeLayout } from '../../client-proto/web/src/place/layout.ts';
import type { LightIndex } from '../../client-proto/web/src/place/light.ts';
import { kFloorTexels, probeAtlas } from '../../client-proto/web/src/place/light.ts';
import type { MallDocument } from '../../client-proto/web/src/place/mall.ts';
import { makeMall } from '../../client-proto/web/src/place/mall.ts';
import { kShellAtlas } from '../../client-proto/web/src/place/shops/shell.ts';
import { packLight } from './light/pack.ts';
import type { SamplePlan } from './light/samples.ts';
import { planSamples } from './light/samples.ts';
import { buildScene, coarsest, finest, sceneBytes } from './light/scene.ts';

/** Rays per sample are this squared. */
const kRaysRoot = 6;
/** Raise when the way from samples to bytes changes. */
const kPackVersion = 1;

function writeCompressed(path: string, bytes: Buffer | string): void {
  writeFileSync(path, bytes);
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } }));
}

function bake(baker: string, input: Buffer): Float32Array {
  const folder = mkdtempSync(join(tmpdir(), 'galleria-bake-'));
  try {
    const [scene, out] = [join(folder, 'scene'), join(folder, 'light')];
    writeFileSync(scene, input);
    const run = spawnSync(baker, [scene, out, String(kRaysRoot)], { stdio: 'inherit' });
    if (run.error) throw run.error;
    if (run.status !== 0) throw new Error(`the baker ended with ${run.status ?? run.signal}`);
    const bytes = readFileSync(out);
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function knownHash(indexPath: string, binPath: string): string {
  if (!existsSync(indexPath) || !existsSync(binPath)) return '';
  try {
    return (JSON.parse(readFileSync(indexPath, 'utf8')) as LightIndex).hash;
  } catch {
    return '';
  }
}

function makeLight(mall: MallDocument, folder: string, baker: string): void {
  const layout = makeLayout();
  const zones = mall.boutiques.map((b) => b.zone);
  const plan: SamplePlan = planSamples(layout, zones);
  const scene = buildScene(layout, (instance) => (plan.fine.has(instance) ? finest(instance) : coarsest(instance)));
  const input = sceneBytes(scene, plan.samples, plan.count);
  const hash = createHash('sha256').update(`${kRaysRoot} ${kPackVersion} `).update(input).digest('hex');
  const [indexPath, binPath] = [join(folder, 'light.json'), join(folder, 'light.bin')];
  if (knownHash(indexPath, binPath) === hash) {
    console.log('mall: the light is up to date');
    return;
  }
  const started = process.hrtime.bigint();
  const probes = probeAtlas(zones).size;
  const bytes = packLight(plan, probes, bake(baker, input));
  const vertices = plan.vertices.map(({ module, detail, sampleOf }) => ({ module, detail, count: sampleOf.length }));
  const index: LightIndex = { format: 'galleria.light/1', hash, vertices, floor: kFloorTexels, shell: [kShellAtlas.width, kShellAtlas.height], probes, bytes: bytes.length };
  writeCompressed(binPath, bytes);
  writeCompressed(indexPath, JSON.stringify(index));
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  console.log(`mall: light baked in ${seconds.toFixed(1)} s, ${bytes.length} bytes, ${readFileSync(`${binPath}.br`).length} compressed`);
}

const [outDir, baker] = process.argv.slice(2);
if (!outDir || !baker) {
  console.error('usage: make.ts OUTDIR BAKER');
  process.exit(2);
}
const folder = join(outDir, 'mall');
mkdirSync(folder, { recursive: true });
const mall = makeMall();
writeCompressed(join(folder, 'mall.json'), JSON.stringify(mall) + '\n');
console.log(`mall: ${mall.colliders.boxes.length} boxes, ${mall.colliders.hulls.length} hulls, ${mall.displays.length} displays`);
makeLight(mall, folder, baker);
