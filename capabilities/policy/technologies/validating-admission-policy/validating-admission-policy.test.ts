import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import type { Ports, Running, Settings } from '@slipway/definition';
import {
  Approval,
  ClusterRoleBinding,
  CREATED_BY,
  CustomResourceDefinition,
  Environment,
  Promotion,
  type RoleBinding,
} from '@slipway/kinds';
import { type Kube, recordCreator, startKube } from '@slipway/kube';
import { createRuntime } from '@slipway/runtime';
import { policyConformance } from '../../conformance.ts';
import { validatingAdmissionPolicy } from './index.ts';

const namespace = 'default';
let kube: Kube;
let running: Running;
let stop: () => Promise<void>;

before(async () => {
  kube = await startKube();
  kube.server.addAdmission(recordCreator(CREATED_BY, [Promotion, Approval]));
  const client = kube.client();
  for (const definition of (await validatingAdmissionPolicy.kinds?.()) ?? [])
    await client.create(CustomResourceDefinition, definition as CustomResourceDefinition);
  const account = kube.client({
    username: 'system:serviceaccount:slipway-system:validating-admission-policy',
    groups: ['engine'],
  });
  await bind('engine', 'engine', validatingAdmissionPolicy.rules);
  const rule = { apiGroups: ['slipway.dev'], resources: ['*'], verbs: ['*'] };
  for (const group of ['developers', 'releasers']) await bind(group, group, [rule]);
  const started = await validatingAdmissionPolicy.embedded?.start(
    { client: account } as Ports,
    {} as Settings,
  );
  assert.ok(started);
  running = started;
  const runtime = createRuntime({
    client: account,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  runtime.add(running.controllers);
  await runtime.start();
  stop = () => runtime.stop();
});
after(async () => {
  await stop?.();
  await kube?.stop();
});

/** Gives a group these rights everywhere. */
async function bind(name: string, group: string, rules: object[]): Promise<void> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const apiGroup = 'rbac.authorization.k8s.io';
  const client = kube.client();
  const role = { ...ClusterRoleBinding, kind: 'ClusterRole', plural: 'clusterroles' };
  await client.create(role, { apiVersion, kind: 'ClusterRole', metadata: { name }, rules } as never);
  const binding: RoleBinding = {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    subjects: [{ kind: 'Group', name: group, apiGroup }],
    roleRef: { kind: 'ClusterRole', name, apiGroup },
  };
  await client.create(ClusterRoleBinding, binding);
}

policyConformance('validating-admission-policy, embedded', () => ({
  client: kube.client(),
  as: person => kube.client(person),
  namespace,
}));

test('the probe sees a policy deny', async () => {
  assert.match((await running.probes[0]?.check(new AbortController().signal)) ?? '', /denied/);
});

test('groups that environments name may answer everywhere, and lose it with the rule', async () => {
  const client = kube.client();
  const environment = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name: 'prod' },
    spec: { order: 2, promotion: { from: 'dev', requires: [{ approval: { group: 'managers', count: 1 } }] } },
  };
  await client.create(Environment, environment);
  await subjects(['managers']);
  const body = { spec: { promotion: { requires: null } } };
  await client.patch(Environment, { name: 'prod' }, { type: 'merge', body });
  await subjects([]);
});

async function subjects(wanted: string[]): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const binding = await kube.client().find(ClusterRoleBinding, { name: 'slipway:approvers' });
    const names = (binding?.subjects ?? []).map(({ name }) => name);
    if (binding && JSON.stringify(names) === JSON.stringify(wanted)) return;
    assert.ok(performance.now() < deadline, `never ${wanted}; there are ${names}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
