// Makes the mall's content: `make.ts OUTDIR` writes OUTDIR/mall/mall.json.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeMall } from '../../client-proto/web/src/place/mall.ts';

const outDir = process.argv[2];
if (!outDir) {
  console.error('usage: tools/mall/make OUTDIR');
  process.exit(2);
}
const folder = join(outDir, 'mall');
mkdirSync(folder, { recursive: true });
const mall = makeMall();
writeFileSync(join(folder, 'mall.json'), JSON.stringify(mall) + '\n');
console.log(`mall: ${mall.colliders.boxes.length} boxes, ${mall.colliders.hulls.length} hulls, ${mall.displays.length} displays`);
