// `slipway apply` ended by `kill -9` at several moments, on the real Kubernetes: begun again it comes to what it would have
// come to, nothing is there twice, and nothing is left half made.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Component, Job } from '@slipway/kinds';
import { type CountingProxy, countingProxy } from '../real-cluster/counting-proxy.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { root } from '../source-tree.ts';
import { backToObjects, objectsAtRest } from '../whole-cluster.ts';

const skip = noRealCluster();
const MAIN = join(root, 'apps/cli/src/main.ts');
/** Kills come after so many writes, each time of a run that goes on where the one before was ended. */
const AFTER = [1, 5, 20, 60];
/** Kills at moments that nobody chose, but the same ones each time. */
const SEED = 7;
const RANDOM_KILLS = 3;
const RANDOM_MS = { from: 500, to: 2000 };

let folder: string;
let cluster: RealCluster;
let proxy: CountingProxy;
let empty: string[] = [];
/** All objects that an apply which nobody ended comes to. */
let whole: string[] = [];
let writes = 0;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-killed-'));
  await writeDefinition();
  const started = await realCluster();
  assert.ok(started);
  cluster = started;
  proxy = await countingProxy(cluster);
  await writeFile(join(folder, 'kubeconfig'), proxy.kubeconfig, { mode: 0o600 });
  empty = await objectsAtRest(cluster.client());
});
after(async () => {
  await proxy?.close();
  await cluster?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const GUIDANCE = 'purpose licence cncf maintenance chooseWhen avoidWhen switching homepage asOf'.split(' ');
const head = (kind: string, name: string) =>
  `apiVersion: slipway.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n`;
const technology = (
  name: string,
  capability: string,
  form: string,
) => `${head('Technology', name)}  version: 1.0.0
  title: ${name}
  capabilities: [${capability}]
  guidance: { ${GUIDANCE.map(each => `${each}: none`).join(', ')} }
  upstream:
    namespace: ${name}
    releases: [{ version: 1.0.0, form: ${form}, parts: [{ folder: one }] }]
`;
const pod = `spec:
  template:
    spec:
      restartPolicy: Never
      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
      containers:
        - { name: main, image: registry.example.com/acme/one:1, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } } }
`;
const boats = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: boats.sea.example }
spec:
  group: sea.example
  scope: Namespaced
  names: { kind: Boat, plural: boats }
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }
`;
const hook = (name: string, when: string) =>
  `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${name}\n  annotations: { helm.sh/hook: ${when} }\n${pod}`;
const map = (index: number) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: chart-${index} }\ndata: { index: "${index}" }\n`;

/** Technologies of one's own, so that no network is needed: CRDs with their objects, a chart with hooks, many objects. */
async function writeDefinition(): Promise<void> {
  const files: Record<string, string> = {
    'platform.yaml': `${head('Platform', 'acme')}  blueprint: ./ours\n  technologies: [./sea, ./ports]\n  target: { kubernetes: {} }\n  gitops: false\n  domain: acme.example\n  appsDomain: apps.example\n  environments: [{ name: dev }]\n  teams: [{ name: payments }]\n`,
    'ours/blueprint.yaml': `${head('Blueprint', 'ours')}  version: 1.0.0\n  purpose: boats\n  platform: { capabilities: { data: sea, observability: ports } }\n`,
    'sea/technology.yaml': technology('sea', 'data', 'manifests'),
    'sea/one/crd.yaml': boats,
    'sea/one/boats.yaml': ['one', 'two']
      .map(name => `apiVersion: sea.example/v1\nkind: Boat\nmetadata: { name: ${name} }\n`)
      .join('---\n'),
    'ports/technology.yaml': technology('ports', 'observability', 'chart'),
    'ports/one/Chart.yaml': 'apiVersion: v2\nname: ports\nversion: 1.0.0\n',
    'ports/one/templates/before.yaml': hook('before', 'pre-install'),
    'ports/one/templates/after.yaml': hook('after', 'post-install'),
    'ports/one/templates/maps.yaml': Array.from({ length: 24 }, (_each, index) => map(index)).join('---\n'),
    'ports/one/templates/web.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n${pod
      .replace('spec:\n', 'spec:\n  selector: { matchLabels: { app: web } }\n')
      .replace('    spec:\n', '    metadata: { labels: { app: web } }\n    spec:\n')
      .replace('      restartPolicy: Never\n', '')}`,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

interface Ran {
  code: number | null;
  signal: string | null;
  out: string;
  said: string;
}

/** `begun` gets the process as soon as it runs. */
function slipway(args: string[], begun: (child: ChildProcess) => void = () => {}): Promise<Ran> {
  const home = join(folder, 'home');
  const env = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: join(folder, 'kubeconfig') };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env });
  const [out, said]: [string[], string[]] = [[], []];
  child.stdout.on('data', data => out.push(String(data)));
  child.stderr.on('data', data => said.push(String(data)));
  begun(child);
  return new Promise(resolve =>
    child.once('close', (code, signal) => resolve({ code, signal, out: out.join(''), said: said.join('') })),
  );
}

const apply = (begun?: (child: ChildProcess) => void) =>
  slipway(['apply', '-f', 'platform.yaml', '-o', 'json'], begun);

async function ends(args: string[]): Promise<Ran> {
  const ran = await slipway(args);
  assert.equal(ran.code, 0, `slipway ${args.join(' ')}: ${ran.said}${ran.out}`);
  return ran;
}

/** A ReplicaSet's pods have names that nobody chose. */
function named(objects: string[]): string[] {
  return objects.map(each => (each.startsWith('v1 Pod ') ? each.replace(/-[a-z0-9]{5}$/, '') : each));
}

/** What every run leads to in the end, however often it was ended before. */
async function isWhole(): Promise<void> {
  const client = cluster.client();
  assert.deepEqual(named(await objectsAtRest(client)), whole);
  for (const { metadata, status } of (await client.list(Component)).items) {
    assert.ok(status?.digest, `${metadata.name} counts as half applied`);
    const states = (status.conditions ?? []).map(({ type, status: state }) => `${type}=${state}`);
    assert.deepEqual(states, ['Synced=True', 'Healthy=True', 'Probed=True'], metadata.name);
  }
  assert.deepEqual((await client.list(Job)).items, [], 'a hook that was left');
  const revisions = whole.filter(each => / ControllerRevision slipway-system\//.test(each));
  assert.equal(revisions.length, 1, 'one definition, one revision');
  const again = await ends(['apply', '-f', 'platform.yaml', '-o', 'json']);
  const { components } = JSON.parse(again.out) as { components: { created: number; changed: number }[] };
  assert.deepEqual(
    components.map(({ created, changed }) => [created, changed]),
    components.map(() => [0, 0]),
    'an apply after it changes something',
  );
}

test('an apply that nobody ends, to compare with', { skip }, async () => {
  proxy.after(Number.POSITIVE_INFINITY, () => {});
  await ends(['apply', '-f', 'platform.yaml']);
  writes = proxy.count();
  assert.ok(writes > Math.max(...AFTER), `${writes} writes: too few to be ended after ${AFTER.at(-1)}`);
  whole = named(await objectsAtRest(cluster.client()));
  await isWhole();
  await ends(['destroy', '--yes', 'acme']);
  await backToObjects(cluster.client(), empty);
});

test(`ended after ${AFTER.join(', ')} writes, it comes to the same, and is destroyed as cleanly`, {
  skip,
}, async () => {
  for (const count of AFTER) {
    const ran = await apply(child => proxy.after(count, () => child.kill('SIGKILL')));
    assert.equal(ran.signal, 'SIGKILL', `after ${count} writes it had ended with ${ran.code}: ${ran.said}`);
  }
  await ends(['apply', '-f', 'platform.yaml']);
  await isWhole();
  await ends(['destroy', '--yes', 'acme']);
  await backToObjects(cluster.client(), empty);
});

test('ended at moments that nobody chose, it comes to the same', { skip }, async t => {
  const random = sequence(SEED);
  for (let count = 0; count < RANDOM_KILLS; count++) {
    const ms = Math.round(RANDOM_MS.from + random() * (RANDOM_MS.to - RANDOM_MS.from));
    const ran = await apply(child => {
      setTimeout(() => child.kill('SIGKILL'), ms);
    });
    t.diagnostic(`after ${ms} ms: ${ran.signal ?? `it had ended with ${ran.code}`}`);
  }
  await ends(['apply', '-f', 'platform.yaml']);
  await isWhole();
});

test('a destroy that is ended goes on as well', { skip }, async () => {
  for (const count of [1, 10]) {
    const ran = await slipway(['destroy', '--yes', 'acme'], child =>
      proxy.after(count, () => child.kill('SIGKILL')),
    );
    assert.equal(ran.signal, 'SIGKILL', ran.said);
  }
  await ends(['destroy', '--yes', 'acme']);
  await backToObjects(cluster.client(), empty);
});

/** Numbers from 0 to 1 that a seed determines (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
