// `npm start`: installs, builds and runs the command line; `--source FILE` runs a TypeScript file as it is instead,
// `--build` ends there and prints the bundle's folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ensureBuilt, ensureInstalled, handOver, nodeBinary, root } from './toolchain.mjs';

const args = process.argv.slice(2);
ensureInstalled();
const dist = ensureBuilt();
if (args[0] === '--build') {
  process.stdout.write(`${dist}\n`);
  process.exit();
}
const [program, rest] =
  args[0] === '--source' ? [join(root, args[1]), args.slice(2)] : [join(dist, 'slipway.mjs'), args];
// Measured at rest after a first start: 208 MB without these options and this variable, 151 MB with them. A young
// generation of 3 × 8 MB stays small; two malloc arenas (glibc) hold less than eight for each core.
const options = JSON.parse(readFileSync(new URL('node-options.json', import.meta.url), 'utf8'));
process.env.MALLOC_ARENA_MAX ??= '2';
handOver(nodeBinary(), [...options, program, ...rest]);
