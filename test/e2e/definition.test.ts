// One definition makes the platform: written by init, shown by plan and diff, applied, kept, taken back; each blueprint
// starts.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { command, environment, FREE_PORTS, run, slipway, temporaryHome } from '../platform-process.ts';

const UP = ['up', '--detach', '-o', 'json', ...FREE_PORTS];
const HEAD = 'apiVersion: slipway.dev/v1alpha1\nkind: Platform\nmetadata: { name: slipway }\nspec:\n';

interface Applied {
  revision: number;
  healthy: boolean;
  changed: { kind: string; name: string; result: string }[];
  atNextStart: string[];
}
interface Revision {
  revision: number;
  actor: string;
  cause: string;
  time: string;
  document: { spec?: { blueprint?: string } };
}

let home: string;
let file: string;

async function ends(code: number, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const result = await slipway(args, home);
  assert.equal(result.code, code, `${args.join(' ')}: ${result.stdout}${result.stderr}`);
  return result;
}
async function json<T>(code: number, ...args: string[]): Promise<T> {
  return JSON.parse((await ends(code, ...args, '-o', 'json')).stdout);
}
async function technologies(): Promise<string[]> {
  const { components } = await json<{ components: { technology: string }[] }>(0, 'status');
  return [...new Set(components.map(each => each.technology))].toSorted();
}
const history = () => json<Revision[]>(0, 'history');

/** `init` writes where it is run. */
const init = (...args: string[]) =>
  run(process.execPath, [...command, 'init', ...args], { cwd: home, env: environment(home) });

before(async () => {
  home = await temporaryHome();
  file = join(home, 'platform.yaml');
});
after(async () => {
  await slipway(['down'], home);
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

test('init writes a definition that plan takes, and never overwrites one', async () => {
  const unknown = await init('--blueprint', 'big').catch(error => error);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /blueprint "big": not known; there are minimal, golden-path/);
  await init('--blueprint', 'golden-path');
  assert.match(
    await readFile(file, 'utf8'),
    /^# yaml-language-server: \$schema=\.\/platform\.schema\.json\n/,
  );
  const schema = (await ends(0, 'schema')).stdout;
  assert.equal(await readFile(join(home, 'platform.schema.json'), 'utf8'), schema);
  assert.match((await ends(0, 'plan', '-f', file)).stdout, /developer-portal/);
  const text = `${await readFile(file, 'utf8')}# mine\n`;
  await writeFile(file, text);
  const again = await init('--blueprint', 'minimal').catch(error => error);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /platform\.yaml: is there already/);
  assert.equal(await readFile(file, 'utf8'), text);
});

test('blueprint golden-path starts, and runs what the definition of init says', async () => {
  const report = JSON.parse((await ends(0, ...UP, '-f', file)).stdout);
  assert.equal(report.ready, true);
  assert.ok((await technologies()).includes('slipway-portal'));
  assert.equal((await json<{ differences: unknown[] }>(0, 'diff', '-f', file)).differences.length, 0);
  const [first, ...others] = await history();
  assert.equal(others.length, 0);
  assert.deepEqual([first?.revision, first?.actor, first?.cause], [1, 'local-admin', 'slipway up']);
});

test('a definition with an error changes nothing, and says where the error is', async () => {
  const wrong = join(home, 'wrong.yaml');
  await writeFile(wrong, `${HEAD}  teams:\n    - name: payments\n  capabilities:\n    ingress: nginx\n`);
  const { stderr } = await ends(1, 'apply', '-f', wrong);
  assert.match(stderr, /wrong\.yaml:8: spec\.capabilities\.ingress: found "nginx"; allowed: gateway-api/);
  await writeFile(wrong, (await readFile(file, 'utf8')).replace('name: slipway', 'name: other'));
  assert.match((await ends(1, 'apply', '-f', wrong)).stderr, /a running platform keeps its name/);
  await ends(0, 'diff');
  const { stderr: absent } = await ends(1, 'apply', '-f', join(home, 'absent.yaml'));
  assert.match(absent, /absent\.yaml: cannot be read .*\nnext: slipway init/);
  assert.equal((await history()).length, 1);
});

test('diff shows each field, old → new, and ends with 3; nothing changes by looking', async () => {
  await writeFile(
    file,
    `${HEAD}  blueprint: minimal\n  environments: [{ name: dev }, { name: qa }, { name: prod, promotion: { from: qa } }]\n  teams: [{ name: default }, { name: payments }]\n`,
  );
  for (let look = 0; look < 2; look++) {
    const { stdout } = await ends(3, 'diff', '-f', file);
    assert.match(stdout, /^Platform slipway: changed\n {2}spec\.blueprint: golden-path → minimal$/m);
    assert.match(stdout, /^Environment prod: changed\n {2}spec\.order: 2 → 3\n {2}.*from: dev → qa$/m);
    assert.match(stdout, /^Team payments: new$/m);
    assert.match(stdout, /^Component slipway-portal: gone$/m);
  }
});

test('apply changes what can change at once, asks every component, and names what waits for a start', async () => {
  const applied = await json<Applied>(0, 'apply', '-f', file);
  assert.deepEqual([applied.revision, applied.healthy], [2, true]);
  assert.deepEqual(
    applied.changed.map(each => `${each.kind} ${each.name}: ${each.result}`),
    ['Platform slipway: changed', 'Environment prod: changed', 'Team payments: new'],
  );
  assert.deepEqual(applied.atNextStart.toSorted(), [
    'environment qa: added',
    'technology oci-registry: removed',
    'technology sigstore: removed',
    'technology slipway-portal: removed',
    'technology validating-admission-policy: removed',
  ]);
  assert.ok((await technologies()).includes('slipway-portal'), 'it still runs');
  const left = await ends(3, 'diff');
  assert.doesNotMatch(left.stdout, /Team|Platform/, 'only what waits is left');
  assert.equal(
    (await json<Applied>(0, 'apply', '-f', file)).revision,
    2,
    'the same again is no new revision',
  );
});

test('the next start without a file takes it up: blueprint minimal starts', async () => {
  await ends(0, 'down');
  const { stdout: block } = await ends(0, ...UP.filter(word => !['-o', 'json'].includes(word)));
  assert.match(block, /Slipway is ready[\s\S]*^ {2}portal +none in this definition$/m);
  const running = await technologies();
  assert.ok(running.includes('argo-cd'));
  assert.ok(!running.includes('slipway-portal') && !running.includes('oci-registry'));
  await ends(0, 'diff', '-f', file);
  assert.match((await ends(0, 'plan')).stdout, /nothing would change/);
});

test('rollback applies an older definition as a new revision; history says who, when and how', async () => {
  assert.match((await ends(2, 'rollback', '9')).stderr, /revision "9": not known; there are 1, 2/);
  const applied = await json<Applied>(0, 'rollback');
  assert.equal(applied.revision, 3);
  assert.ok(applied.changed.some(each => each.name === 'payments' && each.result === 'gone'));
  assert.ok(applied.atNextStart.includes('technology slipway-portal: added'));
  const revisions = await history();
  assert.deepEqual(
    revisions.map(each => `${each.revision} ${each.actor} ${each.cause} ${each.document.spec?.blueprint}`),
    [
      '3 local-admin rollback to 1 golden-path',
      '2 local-admin slipway apply minimal',
      '1 local-admin slipway up golden-path',
    ],
  );
  assert.ok(revisions.every(each => !Number.isNaN(Date.parse(each.time))));
  await ends(0, 'down');
  await ends(0, ...UP);
  assert.ok((await technologies()).includes('slipway-portal'), 'taken up by the start');
  await ends(0, 'diff');
});
