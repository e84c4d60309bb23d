// node tools/mannequin/validate.mjs OUTDIR: runs Khronos' validator over every GLB below OUTDIR and checks the budgets of
// size. Exits with 1 when one has an error or is too large.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import validator from 'gltf-validator';

const BODY_BYTES_MAX = 450 * 1024;
const GARMENT_BYTES_MAX = 300 * 1024;

const out = process.argv[2];
if (!out) {
  console.error('usage: node tools/mannequin/validate.mjs OUTDIR');
  process.exit(2);
}
const files = ['avatar', 'garments'].flatMap((folder) =>
  readdirSync(join(out, folder))
    .filter((name) => name.endsWith('.glb'))
    .sort()
    .map((name) => ({ path: join(out, folder, name), limit: folder === 'avatar' ? BODY_BYTES_MAX : GARMENT_BYTES_MAX })),
);
let failed = files.length === 0 ? 1 : 0;
for (const { path, limit } of files) {
  const bytes = readFileSync(path);
  const report = await validator.validateBytes(new Uint8Array(bytes), { maxIssues: 50 });
  const { numErrors, numWarnings, numInfos } = report.issues;
  const tooLarge = bytes.length > limit;
  if (numErrors > 0 || tooLarge) failed++;
  console.log(`${path}: ${bytes.length} bytes${tooLarge ? ` (over ${limit})` : ''}, ${numErrors} errors, ${numWarnings} warnings, ${numInfos} infos`);
  for (const issue of report.issues.messages.filter((m) => m.severity < 2).slice(0, 5))
    console.log(`  ${issue.code} ${issue.pointer ?? ''} ${issue.message}`);
}
console.log(`${files.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
