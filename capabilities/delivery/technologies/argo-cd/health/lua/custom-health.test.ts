import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { poolHere } from '../../../../../../test/engine-bed.ts';
import { readOverrides } from '../../settings/resource-override.ts';
import type { Health } from '../health.ts';
import { healthJudge } from './custom-health.ts';

const widget = (status: Record<string, unknown>, kind = 'Widget'): AnyObject => ({
  apiVersion: 'example.org/v1',
  kind,
  metadata: {
    name: 'w',
    uid: JSON.stringify([status, kind]),
    resourceVersion: '1',
    labels: { 'a.b/c': 'x' },
  },
  status,
});
const KEY = 'resource.customizations.health.example.org_Widget';
const phase = `
local hs = {}
hs.status = "Progressing"
hs.message = "phase " .. obj.status.phase
if obj.status.phase == "Done" then hs.status = "Healthy" end
return hs`;

interface Row {
  script: string;
  openLibs?: boolean;
  object?: AnyObject;
  expected: Health | undefined;
  because: string;
}

const rows: Row[] = [
  {
    script: phase,
    object: widget({ phase: 'Done' }),
    expected: { status: 'Healthy', message: 'phase Done' },
    because: 'the script says so',
  },
  {
    script: phase,
    object: widget({ phase: 'Busy' }),
    expected: { status: 'Progressing', message: 'phase Busy' },
    because: 'of another phase',
  },
  {
    script: `local n = 0 for i, c in ipairs(obj.status.conditions) do n = n + i end
      return { status = "Healthy", message = tostring(n) .. obj.metadata.labels["a.b/c"] .. #obj.status.conditions }`,
    object: widget({ conditions: [{ type: 'A' }, { type: 'B' }] }),
    expected: { status: 'Healthy', message: '3x2' },
    because: 'lists count from one, and whole numbers print as such',
  },
  {
    script: 'return { status = "Healthy", message = tostring(obj.status.gone) .. obj.status.left }',
    object: widget({ gone: null, left: 'x' }),
    expected: { status: 'Healthy', message: 'nilx' },
    because: 'a null is not there',
  },
  { script: 'return nil', expected: undefined, because: 'nothing is no health' },
  { script: 'return {}', expected: undefined, because: 'an empty table says nothing' },
  {
    script: 'return "Healthy"',
    expected: { status: 'Unknown', message: 'expect table output from Lua script, not string' },
    because: 'a table is expected',
  },
  {
    script: 'return { status = "Fine" }',
    expected: { status: 'Unknown', message: 'Lua returned an invalid health status' },
    because: 'there are six words',
  },
  {
    script: 'return { status = "Healthy", message = string.upper("x") }',
    openLibs: true,
    expected: { status: 'Healthy', message: 'X' },
    because: 'open libraries have string',
  },
  {
    script:
      'return { status = "Healthy", message = type(string) .. type(io) .. type(require) .. type(dofile) }',
    expected: { status: 'Healthy', message: 'nilnilnilnil' },
    because: 'without them there is neither string nor anything that reads files',
  },
  {
    script:
      'return { status = "Healthy", message = type(io) .. type(require) .. type(os.execute) .. type(debug) }',
    openLibs: true,
    expected: { status: 'Healthy', message: 'nilnilnilnil' },
    because: 'open libraries have nothing of the machine either',
  },
  {
    script: 'return { status = "Healthy", message = tostring(unpack({1, 2}) + os.time() > 1000) }',
    expected: { status: 'Healthy', message: 'true' },
    because: 'Lua 5.1 has unpack, and the clock may be read',
  },
];
for (const { script, openLibs, object = widget({}), expected, because } of rows) {
  test(`a custom health script gives ${expected?.status ?? 'nothing'}: ${because}`, async () => {
    const data = { [KEY]: script, [KEY.replace('.health.', '.useOpenLibs.')]: String(openLibs ?? false) };
    const judge = healthJudge({ pool: poolHere, overrides: () => readOverrides(data) });
    assert.deepEqual(await judge.judge([object]), [expected]);
  });
}

const hostile = {
  'that never ends': 'while true do end',
  'that calls itself for ever': 'local function f() return 1 + f() end return f()',
  'that eats memory': 'local t = {} while true do t[#t + 1] = ("x"):rep(1000000) .. #t end',
  'that is no Lua': 'return {',
  'that reads what is not there': 'return { status = obj.status.a.b }',
};
for (const [what, script] of Object.entries(hostile)) {
  test(`a custom health script ${what} makes its object Unknown, and says why`, async () => {
    const data = { [KEY]: script, [KEY.replace('.health.', '.useOpenLibs.')]: 'true' };
    const judge = healthJudge({ pool: poolHere, overrides: () => readOverrides(data) });
    const [health] = await judge.judge([widget({})]);
    assert.equal(health?.status, 'Unknown');
    assert.match(health?.message ?? '', /.{5}/);
  });
}

test('a script counts before our rule, for one kind or many by a wildcard; deleted objects ask nobody', async () => {
  const data = {
    'resource.customizations': 'example.org/*:\n  health.lua: return { status = "Suspended" }\n',
    'resource.customizations.health.apps_Deployment': 'return { status = "Healthy", message = "by script" }',
  };
  const judge = healthJudge({ pool: poolHere, overrides: () => readOverrides(data) });
  const deployment: AnyObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', uid: 'd', resourceVersion: '1' },
  };
  const deleted = {
    ...deployment,
    metadata: { ...deployment.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
  };
  assert.deepEqual(await judge.judge([deployment, widget({}, 'Gadget'), deleted]), [
    { status: 'Healthy', message: 'by script' },
    { status: 'Suspended', message: '' },
    { status: 'Progressing', message: 'Pending deletion' },
  ]);
});
