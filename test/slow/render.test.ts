// `slipway render` with what V8 kept of it; and what becomes of a command, and of a platform, that cannot print.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { command, environment, FREE_PORTS, temporaryHome } from '../platform-process.ts';
import { root } from '../source-tree.ts';

const chart = join(root, 'scripts/samples/chart');
const built = join(root, 'dist/current');
const folder = mkdtempSync(join(tmpdir(), 'slipway-render-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function slipway(program: string[], ...args: string[]) {
  return spawnSync(process.execPath, [...program, ...args], { encoding: 'utf8' });
}

test('the build leaves what V8 made of render for this Node, for charts and for kustomizations', () => {
  // Other versions of Node that ran it have left theirs beside it.
  const node = `${process.version}-${process.arch}`;
  const kept = readdirSync(join(built, 'compiled')).filter(name => name.endsWith(node));
  assert.deepEqual(kept.sort(), [`render-chart-${node}`, `render-kustomization-${node}`]);
});

test('render says the same with what was kept, without it, with another’s, and where nothing can be written', () => {
  for (const name of ['slipway.mjs', 'render.cjs']) cpSync(join(built, name), join(folder, name));
  const kept = join(folder, 'compiled', `render-chart-${process.version}-${process.arch}`);
  const rendered = () => {
    const { status, stdout, stderr } = slipway([join(folder, 'slipway.mjs')], 'render', chart);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    return stdout;
  };
  const expected = slipway(command, 'render', chart).stdout;
  assert.match(expected, /^---\n# Source: sample\/templates\/app\.yaml\n/);
  assert.equal(rendered(), expected, 'without it');
  const size = readFileSync(kept).length;
  assert.equal(rendered(), expected, 'with it');
  for (const other of [Buffer.alloc(size), readFileSync(kept).subarray(0, size / 2), Buffer.from('x')]) {
    writeFileSync(kept, other);
    assert.equal(rendered(), expected, `with ${other.length} other bytes`);
    assert.ok(readFileSync(kept).length > size / 2, 'the next run finds its own again');
  }
  rmSync(join(folder, 'compiled'), { recursive: true });
  // Not even root can make a folder where a file is.
  writeFileSync(join(folder, 'compiled'), '');
  assert.equal(rendered(), expected, 'where nothing can be written');
});

test('render by itself brings what a kustomization names elsewhere, and renders its charts', () => {
  const named = join(folder, 'named');
  cpSync(chart, join(named, 'charts/sample'), { recursive: true });
  cpSync(join(root, 'scripts/samples/kustomization/base'), join(named, 'there'), { recursive: true });
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=ann', '-c', 'user.email=ann@example.com'];
    const { status, stderr } = spawnSync('git', ['-C', join(named, 'there'), ...identity, ...args], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  };
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'base');
  const kustomization = {
    resources: [`git::file://${named}/there?ref=HEAD`],
    helmCharts: [{ name: 'sample', releaseName: 'rel' }],
  };
  writeFileSync(join(named, 'kustomization.yaml'), JSON.stringify(kustomization));
  const { status, stdout, stderr } = slipway(command, 'render', named, '--enable-helm');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /name: rel-sample\n/);
  assert.match(stdout, /kind: NetworkPolicy\n/);
});

test('a platform whose reader is gone stops as if by a signal, with everything closed', async () => {
  const home = await temporaryHome();
  try {
    const up = ['up', '-o', 'json', ...FREE_PORTS];
    const child = spawn(process.execPath, [...command, ...up], {
      env: environment(home),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', text => {
      said += text;
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 141);
    assert.match(said, /\nstopping\nstopped; the same command brings everything back\n$/);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('a command whose output finds no room says so', {
  skip: !existsSync('/dev/full') && 'this system has no /dev/full',
}, () => {
  for (const args of [['--help'], ['render', chart]]) {
    const stdio: ('ignore' | 'pipe' | number)[] = ['ignore', openSync('/dev/full', 'w'), 'pipe'];
    const { status, stderr } = spawnSync(process.execPath, [...command, ...args], {
      stdio,
      encoding: 'utf8',
    });
    assert.equal(status, 1);
    assert.match(stderr, /^slipway: output: ENOSPC: no space left on device/);
  }
});
