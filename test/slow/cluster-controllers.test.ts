// `slipway controller`, twice, on the real Kubernetes with nothing but its ServiceAccount's token: shared work, one leader
// for each unit, a leader that is killed, and one that stops.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Client } from '@slipway/client';
import { besideNames, parseDefinition, SYSTEM_NAMESPACE, select } from '@slipway/definition';
import { GeneratedSecret, Lease, Namespace, Secret, Team } from '@slipway/kinds';
import { catalogue } from '../../apps/platform/src/technologies.ts';
import { ask, freePorts, type PlainProcess, startProcess } from '../plain-process.ts';
import { eventually } from '../platform-process.ts';
import { prepareCluster } from '../real-cluster/prepare-platform.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { root } from '../source-tree.ts';

const skip = noRealCluster();
const LEADS_MS = 60_000;
/** A lease that nobody gave back is free after 15 s. */
const TAKEN_OVER_MS = 45_000;
const DEFINITION = `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: acme }
spec:
  blueprint: minimal
  domain: acme.example
  target: { kubernetes: {} }
  gitops: false
  capabilities:
    identity: keycloak
    code-repositories: gitea
    config-repositories: gitea
    continuous-delivery: argo-cd
    workflow-orchestration: argo-workflows
    validation: validating-admission-policy
`;

interface Controller {
  process: PlainProcess;
  identity: string;
  health: string;
}

let cluster: RealCluster | undefined;
let client: Client;
let folder: string;
let units: string[];
const running: Controller[] = [];

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-controllers-'));
  cluster = await realCluster({ nodes: 0 });
  assert.ok(cluster);
  client = cluster.client();
  const selection = select(parseDefinition(DEFINITION, 'platform.yaml'), catalogue());
  await prepareCluster(cluster, selection, folder);
  units = besideNames(selection).map(name => (name === 'slipway-wiring' ? 'wiring' : name));
});
after(async () => {
  await Promise.all(running.map(({ process }) => process.stop()));
  await cluster?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('two processes share the units, with one leader for each', { skip }, async () => {
  await Promise.all([start('one'), start('two')]);
  await eventually('every unit is led, and each leads its share', LEADS_MS, async () => {
    const found = await leadersOf();
    const parts = ['one', 'two'].map(who => units.filter(unit => found.get(unit) === who).length);
    return (
      (parts.every(part => part <= Math.ceil(units.length / 2)) && sum(parts) === units.length) || undefined
    );
  });
  await eventually('what they say of it', LEADS_MS, async () => {
    const said = await Promise.all(running.map(ledBy));
    const all = said.flat().toSorted();
    return JSON.stringify(all) === JSON.stringify(units.toSorted()) || undefined;
  });
});

test('its rights are enough: objects become what they mean', { skip }, async () => {
  const spec = { keys: { password: { length: 24 } } };
  const about = { apiVersion: 'slipway.dev/v1alpha1', kind: 'GeneratedSecret' };
  const key = { namespace: 'default', name: 'made' };
  await client.create(GeneratedSecret, { ...about, metadata: key, spec });
  await eventually('the secret', LEADS_MS, () => client.find(Secret, key));
  const team = { apiVersion: 'slipway.dev/v1alpha1', kind: 'Team', metadata: { name: 'payments' } };
  await client.create(Team, { ...team, spec: { members: ['user:ann'] } });
  await eventually('the team’s namespace', LEADS_MS, () => client.find(Namespace, { name: 'team-payments' }));
  const forbidden = running.flatMap(({ process }) =>
    process
      .log()
      .split('\n')
      .filter(line => /forbidden|cannot (get|list|watch|create|update|patch|delete)/i.test(line)),
  );
  assert.deepEqual(forbidden, []);
});

test('the token that the pod has can do no more than elect and ask for the others’', { skip }, async () => {
  assert.ok(cluster);
  const config = join(folder, 'kubeconfig');
  const can = (args: string[]) =>
    cluster?.kubectl(['--kubeconfig', config, 'auth', 'can-i', ...args]).catch(error => String(error.stdout));
  const namespace = ['-n', SYSTEM_NAMESPACE];
  assert.match((await can(['get', 'secrets', ...namespace])) ?? '', /^no/);
  assert.match((await can(['create', 'serviceaccounts/token', ...namespace])) ?? '', /^no/);
  assert.match(
    (await can(['create', 'serviceaccounts/keycloak', '--subresource=token', ...namespace])) ?? '',
    /^yes/,
  );
});

test('when a leader is killed, the other one leads everything', { skip }, async () => {
  const [first, second] = running;
  assert.ok(first && second);
  await first.process.kill();
  const led = await eventually('the other leads all', TAKEN_OVER_MS, async () => {
    const found = await leadersOf();
    return units.every(unit => found.get(unit) === second.identity) ? found : undefined;
  });
  assert.equal(led.size, units.length);
  const key = { namespace: 'default', name: 'made' };
  await client.delete(Secret, key);
  await eventually('work goes on', LEADS_MS, () => client.find(Secret, key));
});

test('one that is stopped gives its leases back at once', { skip }, async () => {
  const second = running[1];
  assert.ok(second);
  assert.equal((await ask(`${second.health}/readyz`)).status, 200);
  await second.process.stop();
  const holders = await leadersOf();
  assert.deepEqual([...new Set(holders.values())], [''], 'nobody holds any');
  assert.match(second.process.log(), /leads no longer/);
});

const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);

async function leadersOf(): Promise<Map<string, string>> {
  const { items } = await client.list(Lease, { namespace: SYSTEM_NAMESPACE });
  return new Map(
    items
      .filter(({ metadata }) => !metadata.labels?.['slipway.dev/member'])
      .map(({ metadata, spec }) => [metadata.name.replace(/^slipway-/, ''), spec?.holderIdentity ?? '']),
  );
}

async function ledBy({ health }: Controller): Promise<string[]> {
  const { body } = await ask(`${health}/metrics`);
  return [...body.matchAll(/slipway_leader\{unit="([^"]+)"\} 1/g)].map(([, unit = '']) => unit);
}

async function start(identity: string): Promise<void> {
  const [port = 0] = await freePorts(1);
  const process = startProcess({
    name: `controller-${identity}`,
    command: globalThis.process.execPath,
    args: [
      join(root, 'apps/cli/src/main.ts'),
      'controller',
      ...['--kubeconfig', join(folder, 'kubeconfig'), '--identity', identity],
      ...['--health-port', String(port), '--key', join(folder, 'key')],
      ...['--data', join(folder, identity)],
    ],
    folder,
  });
  running.push({ process, identity, health: `http://127.0.0.1:${port}` });
}
