// Khronos' gltf-validator over the files named on the command line; the verdicts go to descriptor 3 as JSON.
import { readFileSync, writeSync } from 'node:fs';
import validator from 'gltf-validator';

const verdicts = [];
for (const file of process.argv.slice(2)) {
  const report = await validator.validateBytes(new Uint8Array(readFileSync(file)), { maxIssues: 50 });
  verdicts.push({
    errors: report.issues.numErrors,
    messages: report.issues.messages.filter((issue) => issue.severity === 0).slice(0, 5),
  });
}
writeSync(3, JSON.stringify(verdicts));
