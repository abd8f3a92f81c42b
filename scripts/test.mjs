// `npm test`: the checks (format and lint, types), then every test but those of test/slow. `npm test -- PATH…` runs only
// those files; `npm run check` only the checks; `npm run test:slow` the slow ones.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { ensureBuilt, ensureInstalled, fail, handOver, nodeBinary, root, sourceFiles } from './toolchain.mjs';

const args = process.argv.slice(2);
ensureInstalled();
const node = nodeBinary();
if (node !== process.execPath) {
  handOver(node, [process.argv[1], ...args]);
} else {
  run();
}

function run() {
  const chosen = args.filter(arg => !arg.startsWith('--'));
  if (chosen.length === 0 && !args.includes('--slow')) {
    check(
      'format and lint',
      ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
      'npm run format',
    );
    check('types', ['typescript/bin/tsc', '-p', '.'], 'mend what it names; npm run check shows it again');
  }
  if (args.includes('--checks')) return;
  ensureBuilt();
  const files = chosen.length > 0 ? chosen : testFiles(args.includes('--slow'));
  const options = [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-concurrency=2',
    '--test-timeout=180000',
  ];
  const done = spawnSync(node, [...options, ...files], { cwd: root, stdio: 'inherit' });
  process.exit(done.status ?? 1);
}

function testFiles(slow) {
  const places = ['packages', 'capabilities', 'apps', 'test'].map(name => join(root, name));
  const others = /\/(testdata|templates)\//;
  const isSlow = path => path.includes('/test/slow/');
  return places
    .filter(place => existsSync(place))
    .flatMap(sourceFiles)
    .filter(path => path.endsWith('.test.ts') && !others.test(path) && isSlow(path) === slow)
    .map(path => relative(root, path))
    .sort();
}

function check(name, [script, ...rest], mend) {
  const done = spawnSync(node, [join(root, 'node_modules', script), ...rest], {
    cwd: root,
    stdio: 'inherit',
  });
  if (done.status !== 0) fail(`${name}: not as it should be (see above); to mend it: ${mend}`);
  process.stdout.write(`ok: ${name}\n`);
}
