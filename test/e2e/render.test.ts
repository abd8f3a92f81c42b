// `slipway render` is a script by itself; and what any command does when nobody reads it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { command } from '../platform-process.ts';
import { root } from '../source-tree.ts';

const chart = join(root, 'scripts/samples/chart');
const overlay = join(root, 'scripts/samples/kustomization/overlay');

function slipway(program: string[], ...args: string[]) {
  return spawnSync(process.execPath, [...program, ...args], { encoding: 'utf8' });
}

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
  for (const args of [['--help'], ['render', chart], ['man']]) {
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
