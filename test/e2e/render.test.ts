// `slipway render` is a script by itself, run with what V8 kept of it; and what any command does when nobody reads it.
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
import { command } from '../platform-process.ts';
import { root } from '../source-tree.ts';

const chart = join(root, 'scripts/samples/chart');
const overlay = join(root, 'scripts/samples/kustomization/overlay');
const built = join(root, 'dist/current');
const folder = mkdtempSync(join(tmpdir(), 'slipway-render-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function slipway(program: string[], ...args: string[]) {
  return spawnSync(process.execPath, [...program, ...args], { encoding: 'utf8' });
}

test('the build leaves what V8 made of render for this Node, for charts and for kustomizations', () => {
  const kept = readdirSync(join(built, 'compiled')).filter(name => name.startsWith('render-'));
  const node = `${process.version}-${process.arch}`;
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

test('render by itself has the options, mistakes and exit codes of the whole command line', () => {
  const rows: [string[], number, RegExp][] = [
    [['render', overlay], 0, /^apiVersion: v1\n/],
    [['render', overlay, '-o', 'json'], 0, /^\[\{"apiVersion"/],
    [['render', overlay, '-o', 'yaml'], 0, /^- apiVersion: v1\n/],
    [['render', chart, '--notes'], 0, /^release-name is there\.\n/],
    [['render', '--help'], 0, /^Usage: slipway render \[options\] <path>\n/],
    [['render'], 2, /^error: missing required argument 'path'\n/],
    [['render', '--strange'], 2, /^error: unknown option '--strange'\n/],
    [['render', join(root, 'nowhere')], 2, /^slipway: \S+nowhere: there is no such file or folder\n/],
    [['render', join(root, 'scripts')], 2, /: is neither a chart nor a kustomization: /],
    [['render', chart, '--set', 'image=x'], 1, /^slipway: .*app\.yaml:\d+:\d+/],
    [['render', overlay, '--load-restrictor', 'x'], 2, /^slipway: --load-restrictor x: known are /],
  ];
  for (const [args, code, text] of rows) {
    const { status, stdout, stderr } = slipway(command, ...args);
    assert.equal(status, code, `${args.join(' ')}: ${stderr}`);
    assert.match(code === 0 ? stdout : stderr, text);
  }
});

test('a command whose reader is gone ends as Unix tools end: without a word, as if by SIGPIPE', async () => {
  for (const args of [['--help'], ['render', chart], ['render', '--help'], ['schema'], ['man']]) {
    const child = spawn(process.execPath, [...command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    // Closed before the command has started: what it writes then has no reader.
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', text => {
      said += text;
    });
    const [code] = await once(child, 'close');
    assert.deepEqual({ args, code, said }, { args, code: 141, said: '' });
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
