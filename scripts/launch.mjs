// `npm start`: installs, builds and runs the command line; `--source FILE` runs a TypeScript file as it is instead.
import { join } from 'node:path';
import process from 'node:process';
import { ensureBuilt, ensureInstalled, handOver, nodeBinary, root } from './toolchain.mjs';

const args = process.argv.slice(2);
ensureInstalled();
const dist = ensureBuilt();
const [program, rest] =
  args[0] === '--source' ? [join(root, args[1]), args.slice(2)] : [join(dist, 'slipway.mjs'), args];
handOver(nodeBinary(), ['--disable-warning=ExperimentalWarning', program, ...rest]);
