// Every door's actions stand in the one chain, with who did them; a reader checks it with nothing but SHA-256.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AuditRecord } from '@slipway/kinds';
import {
  type Browser,
  browser,
} from '../../capabilities/identity/technologies/keycloak/testing/browser.fixture.ts';
import { eventually, has, type Platform, startPlatform } from '../platform-process.ts';

const skip = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const RECORDS = '/apis/audit.slipway.dev/v1alpha1/auditrecords';
let platform: Platform;
let token: string;
let person: Browser;

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  const ca = await readFile(platform.report.ca, 'utf8');
  person = browser({ port: Number(new URL(platform.report.portal).port), ca });
  const ann = {
    apiVersion: 'identity.slipway.dev/v1alpha1',
    kind: 'User',
    metadata: { name: 'ann' },
    spec: { groups: ['platform-admins'] },
  };
  await platform.kubectl(['apply', '-f', '-'], JSON.stringify(ann));
  token = (await platform.json<{ token: string }>(['token', 'create', '--user', 'ann'])).token;
});
after(() => platform?.stop());

function at(host: string, path: string): string {
  return `https://${host}.${new URL(platform.report.portal).host}${path}`;
}

async function call(method: string, url: string, body: object, type = 'application/json'): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type };
  return (await person.send(method, url, JSON.stringify(body), headers)).status;
}

async function read(query: string): Promise<AuditRecord[]> {
  const items: AuditRecord[] = [];
  for (let next = ''; ; ) {
    const page = JSON.parse(await platform.kubectl(['get', '--raw', `${RECORDS}?limit=500${query}${next}`]));
    items.push(...page.items);
    if (!page.metadata.continue) return items;
    next = `&continue=${page.metadata.continue}`;
  }
}

async function newest(door: string, verb: string): Promise<AuditRecord['spec']> {
  return eventually(`${verb} in the audit`, 20_000, async () => {
    const [first] = await read(`&fieldSelector=spec.door=${door},spec.verb=${verb}`);
    return first?.spec;
  });
}

test('a push is in the audit', { skip }, async () => {
  assert.equal(await call('POST', at('git', '/api/v1/orgs/default/repos'), { name: 'told' }), 201);
  const folder = join(platform.home, 'told');
  await mkdir(folder);
  await writeFile(join(folder, 'file'), 'content');
  await platform.git(['init', '--quiet', '--initial-branch=main'], folder);
  await platform.git(['add', '.'], folder);
  await platform.git(['commit', '--quiet', '-m', 'first'], folder);
  const id = (await platform.git(['rev-parse', 'HEAD'], folder)).trim();
  const { host } = new URL(at('git', '/'));
  const port = host.split(':')[1];
  const resolve = `http.curloptResolve=${host}:127.0.0.1`;
  const url = `https://x:${token}@${host}/default/told.git`;
  assert.ok(port);
  await platform.git(['-c', resolve, 'push', '--quiet', url, 'main'], folder);
  const { actor, object, outcome, source } = await newest('git', 'push');
  assert.deepEqual([actor, outcome], ['ann', 'allowed']);
  assert.equal(object, `default/told refs/heads/main ${'0'.repeat(40)}..${id}`);
  assert.match(source, /127\.0\.0\.1 via gitea$/);
});

test('an image’s push is in the audit', { skip }, async () => {
  const type = 'application/vnd.oci.image.index.v1+json';
  const image = { schemaVersion: 2, mediaType: type, manifests: [] };
  const status = await call('PUT', at('registry', '/v2/default/told/manifests/v1'), image, type);
  assert.equal(status, 201);
  const { actor, object, outcome } = await newest('registry', 'push');
  assert.deepEqual([actor, outcome], ['ann', 'allowed']);
  assert.match(object, /^default\/told:v1 sha256:[0-9a-f]{64}$/);
});

test('a sign-in is in the audit, and so is who reads what at the API', { skip }, async () => {
  const link = (await readFile(platform.report.signInFile, 'utf8')).trim();
  assert.equal((await person.get(link)).status, 200);
  assert.equal((await person.post(link, {})).status, 303);
  const page = await person.follow(await person.get(platform.report.portal));
  assert.equal(page.status, 200, page.body);
  const { actor, object, outcome } = await newest('sign-in', 'sign-in');
  assert.deepEqual([actor, object, outcome], ['admin', 'slipway-portal by link', 'allowed']);
});

test('what a person does through the portal’s session is theirs in the audit', { skip }, async () => {
  const maps = `${platform.report.portal}/k8s/api/v1/namespaces/default/configmaps`.replace('//k8s', '/k8s');
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'by-session' } });
  const { origin } = new URL(platform.report.portal);
  const headers = { 'content-type': 'application/json', origin };
  assert.equal((await person.send('POST', maps, body, headers)).status, 201);
  const [created] = await read('&fieldSelector=spec.resource=configmaps,spec.object=default/by-session');
  assert.deepEqual([created?.spec.actor, created?.spec.verb], ['admin', 'create']);
});

test('nobody writes into it by hand, not even the administrator', { skip }, async () => {
  const spec = { actor: 'ann', door: 'git', verb: 'push', resource: 'x', object: 'x', outcome: 'allowed' };
  const forged = {
    apiVersion: 'audit.slipway.dev/v1alpha1',
    kind: 'AuditRecord',
    metadata: {},
    spec: { ...spec, source: '127.0.0.1' },
  };
  const create = (args: string[]) =>
    platform.kubectl(['create', '--raw', RECORDS, '-f', '-', ...args], JSON.stringify(forged));
  await assert.rejects(create([]), /may append to the audit/);
  const engine = 'system:serviceaccount:slipway-system:gitea';
  await assert.rejects(create(['--as', engine]), /may append to the audit/);
});

test('the whole chain holds, from the first record to the last', { skip }, async () => {
  const records = (await read('')).reverse();
  assert.ok(records.length > 100);
  let previous = '0'.repeat(64);
  for (const [index, { spec, status }] of records.entries()) {
    assert.equal(status?.sequence, index + 1, 'none is missing');
    const { sequence, time, generation = null, resourceVersion = null } = status;
    const { actor, door, verb, resource, object, source, outcome } = spec;
    const who = [sequence, time, actor, door, verb, resource, object];
    const fields = [...who, generation, resourceVersion, source, outcome, previous];
    previous = createHash('sha256').update(JSON.stringify(fields)).digest('hex');
    assert.equal(status.hash, previous, `record ${sequence}`);
  }
});

test('tokens that are made and deleted are in the audit, with who did it, and nothing of the token', {
  skip,
}, async () => {
  const made = await platform.json<{ token: string }>(['token', 'create', '--user', 'ann']);
  const [created] = await read('&fieldSelector=spec.resource=tokens.identity.slipway.dev,spec.verb=create');
  assert.equal(created?.spec.actor, 'local-admin');
  const name = created?.spec.object ?? '';
  await platform.kubectl(['delete', 'tokens.identity.slipway.dev', name]);
  const [deleted] = await read('&fieldSelector=spec.resource=tokens.identity.slipway.dev,spec.verb=delete');
  assert.deepEqual([deleted?.spec.object, deleted?.spec.actor], [name, 'local-admin']);
  assert.ok(!JSON.stringify(await read('')).includes(made.token));
});

test('who is refused by a policy is in the audit', { skip }, async () => {
  const api = 'admissionregistration.k8s.io/v1';
  const policy = {
    apiVersion: api,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'no-such-maps' },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
        ],
      },
      validations: [{ expression: "object.metadata.name != 'refused'", message: 'not that name' }],
    },
  };
  const binding = {
    apiVersion: api,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'no-such-maps' },
    spec: { policyName: 'no-such-maps', validationActions: ['Deny'] },
  };
  for (const each of [policy, binding]) await platform.kubectl(['apply', '-f', '-'], JSON.stringify(each));
  await eventually('the policy refuses', 10_000, async () => {
    const create = [
      'create',
      'configmap',
      'refused',
      '-n',
      'default',
      '--as',
      'ann',
      '--as-group',
      'system:masters',
    ];
    const outcome = await platform.kubectl(create).then(
      () => 'made',
      error => String(error),
    );
    if (outcome.includes('not that name')) return true;
    await platform.kubectl(['delete', 'configmap', 'refused', '-n', 'default', '--ignore-not-found']);
    return undefined;
  });
  const [denied] = await read('&fieldSelector=spec.resource=configmaps,spec.outcome=denied');
  assert.deepEqual([denied?.spec.actor, denied?.spec.object], ['ann', 'default/refused']);
  assert.match(denied?.spec.source ?? '', / via local-admin$/);
});

test('slipway audit searches by every field, by parts of names and by times', { skip }, async () => {
  const search = async (...args: string[]) =>
    (await platform.json<{ items: AuditRecord[] }>(['audit', 'search', ...args])).items;
  const [push] = await search('--door', 'git', '--actor', 'a*', '--object', 'TOLD refs');
  assert.match(push?.spec.object ?? '', /^default\/told refs\/heads\/main/);
  const people = await search('--people', '--limit', '500');
  assert.ok(people.length > 3);
  assert.deepEqual(
    people.filter(({ spec }) => spec.actor.startsWith('system:')),
    [],
  );
  const paged = ['--people', '--limit', '1', '--before', String(people[0]?.status?.sequence)];
  assert.deepEqual(await search(...paged), [people[1]]);
  const time = push?.status?.time ?? '';
  assert.deepEqual((await search('--since', time, '--door', 'git', '--verb', 'push')).at(-1), push);
});

test('slipway audit exports and verifies it, from the platform and from a file', { skip }, async () => {
  assert.equal((await platform.json<{ intact: boolean }>(['audit', 'verify'])).intact, true);
  const file = join(platform.home, 'audit.jsonl');
  const { stdout, stderr } = await platform.cli(['audit', 'export']);
  const head = /head elsewhere: (\d+:[0-9a-f]{64})/.exec(stderr)?.[1] ?? '';
  const lines = stdout.trimEnd().split('\n');
  const verify = async (kept: string[], ...args: string[]) => {
    await writeFile(file, `${kept.join('\n')}\n`);
    return platform.cli(['audit', 'verify', file, ...args]).catch(({ stdout }) => ({ stdout }));
  };
  assert.match((await verify(lines, '--head', head)).stdout, /^intact: \d+ records, head /);
  const changed = lines.with(10, (lines[10] ?? '').replace(/"actor":"[^"]*"/, '"actor":"eve"'));
  assert.match((await verify(changed)).stdout, /^broken at record 11: its fields were.*time +20.*eve /s);
  const cut = await verify(lines.slice(0, -3), '--head', head);
  assert.match(cut.stdout, new RegExp(`^broken at record ${lines.length - 2}: .* missing at the end`));
  assert.match((await verify(lines.slice(5), '--partial')).stdout, /^intact: \d+ records \(6 to /);
  const all = await platform.json<{ items: AuditRecord[] }>(['audit', 'list', '--all']);
  assert.match((await verify([JSON.stringify(all)], '--head', head)).stdout, /^intact/);
  await assert.rejects(platform.cli(['audit', 'verify', platform.report.ca]), /is no audit|no record/);
});
