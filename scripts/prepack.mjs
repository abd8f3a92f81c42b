// What `npm pack` puts into the package beside the launcher: the bundle with the portal, the manual, completions.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, fail, nodeBinary, PACKAGED, root } from './toolchain.mjs';

ensureInstalled();
rmSync(PACKAGED, { recursive: true, force: true });
run(join(root, 'scripts', 'build.mjs'), PACKAGED);
const slipway = join(PACKAGED, 'slipway.mjs');
write('man/slipway.1', run(slipway, 'man'));
for (const shell of ['bash', 'zsh', 'fish']) {
  write(`completions/slipway.${shell}`, run(slipway, 'completion', shell));
}

function run(...args) {
  const done = spawnSync(nodeBinary(), args, { cwd: root, stdio: ['ignore', 'pipe', 2], encoding: 'utf8' });
  if (done.status !== 0) fail(`${args.join(' ')} failed (its reason is above)`);
  return done.stdout;
}

function write(name, text) {
  const path = join(PACKAGED, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}
