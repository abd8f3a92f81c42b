import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KubeObject, systemClock, systemRandom } from '@slipway/api';
import type { Pod, Service } from '@slipway/kinds';
import { memoryStore } from '../authn/memory-store.ts';
import { rbacAuthorizer } from '../authz/authorizer.ts';
import { createRbacIndex } from '../authz/rbac-index.ts';
import type { AdmissionCall } from '../http/seams.ts';
import { builtInAdmission } from './built-in-admission.ts';
import { violations } from './pod-security-checks.ts';

function setup() {
  const store = memoryStore();
  store.put('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } });
  store.put('/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace: 'a', name: 'default' },
  });
  const index = createRbacIndex(store);
  const authorize = rbacAuthorizer(index);
  const { admission } = builtInAdmission({
    store,
    clock: systemClock,
    random: systemRandom,
    index,
    authorize,
  });
  const call = (plural: string, object: KubeObject, more: Partial<AdmissionCall> = {}): AdmissionCall => ({
    operation: 'CREATE',
    info: {
      kind: { group: '', version: 'v1', kind: object.kind, plural, namespaced: true },
    } as AdmissionCall['info'],
    namespace: 'a',
    name: object.metadata.name ?? '',
    object,
    user: { username: 'x', groups: [] },
    dryRun: false,
    warn: () => {},
    ...more,
  });
  const admit = async (plural: string, object: KubeObject, more?: Partial<AdmissionCall>) => {
    const mutated = (await admission.mutate(call(plural, object, more))) ?? object;
    await admission.validate(call(plural, mutated, more));
    return mutated;
  };
  return { store, admit };
}

test('a pod of a RuntimeClass needs it to be there, and takes its overhead', async () => {
  const { store, admit } = setup();
  const classed = pod({ runtimeClassName: 'vm' } as Partial<Pod['spec']>);
  await assert.rejects(admit('pods', classed), {
    reason: 'Forbidden',
    message: /pod rejected: RuntimeClass "vm" not found/,
  });
  const found = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'vm' } };
  store.put('node.k8s.io/runtimeclasses', {
    ...found,
    overhead: { podFixed: { cpu: '100m' } },
  } as KubeObject);
  const admitted = (await admit('pods', classed)) as { spec?: { overhead?: object } };
  assert.deepEqual(admitted.spec?.overhead, { cpu: '100m' });
});

const pod = (spec: Partial<Pod['spec']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'a', name: 'p' },
  spec: { containers: [{ name: 'c', image: 'x' }], ...spec },
});
const service = (spec: Service['spec'] = {}, name = 's'): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'a', name },
  spec,
});

test('a pod gets its account, its token, its priority and its tolerations', async () => {
  const { admit } = setup();
  const { spec } = (await admit('pods', pod())) as Pod;
  assert.equal(spec.serviceAccountName, 'default');
  const [volume] = spec.volumes ?? [];
  assert.match(volume?.name ?? '', /^kube-api-access-[a-z0-9]{5}$/);
  assert.equal(volume?.projected?.sources?.[0]?.serviceAccountToken?.expirationSeconds, 3607);
  assert.deepEqual(spec.containers[0]?.volumeMounts, [
    { name: volume?.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
  ]);
  assert.equal(spec.priority, 0);
  assert.deepEqual(
    spec.tolerations?.map(one => one.key),
    ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'],
  );
});

test('a pod that wants no token gets none', async () => {
  const { admit } = setup();
  const { spec } = (await admit('pods', pod({ automountServiceAccountToken: false }))) as Pod;
  assert.equal(spec.volumes, undefined);
});

const refusals: {
  because: string;
  plural: string;
  object: KubeObject;
  more?: Partial<AdmissionCall>;
  message: RegExp;
}[] = [
  {
    because: 'the account is not there',
    plural: 'pods',
    object: pod({ serviceAccountName: 'ghost' }),
    message: /error looking up service account a\/ghost: serviceaccount "ghost" not found/,
  },
  {
    because: 'the priority class is not there',
    plural: 'pods',
    object: pod({ priorityClassName: 'high' }),
    message: /no PriorityClass with name high was found/,
  },
  {
    because: 'the namespace is not there',
    plural: 'pods',
    object: pod(),
    more: { namespace: 'b' },
    message: /^namespaces "b" not found$/,
  },
  {
    because: 'the namespace may not be deleted',
    plural: 'namespaces',
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: {} },
    more: { operation: 'DELETE', name: 'default' },
    message: /this namespace may not be deleted/,
  },
  {
    because: 'the address is outside the range',
    plural: 'services',
    object: service({ clusterIP: '10.0.0.1' }),
    message: /provided IP is not in the valid range. The range of valid IPs is 10.96.0.0\/16/,
  },
  {
    because: 'the node port is outside the range',
    plural: 'services',
    object: service({ type: 'NodePort', ports: [{ port: 1, nodePort: 80 }] }),
    message: /The range of valid ports is 30000-32767/,
  },
];

for (const { because, plural, object, more, message } of refusals) {
  test(`admission refuses because ${because}`, async () => {
    const { admit } = setup();
    await assert.rejects(admit(plural, object, more), { message });
  });
}

test('Services get addresses that differ, keep them over updates, and headless ones get none', async () => {
  const { store, admit } = setup();
  const first = (await admit('services', service({ ports: [{ port: 80 }] }))) as Service;
  store.put('/services', first);
  const second = (await admit('services', service({}, 't'))) as Service;
  assert.notEqual(first.spec?.clusterIP, second.spec?.clusterIP);
  const updated = (await admit('services', service({ ports: [{ port: 81 }] }), {
    operation: 'UPDATE',
    oldObject: first,
  })) as Service;
  assert.equal(updated.spec?.clusterIP, first.spec?.clusterIP);
  const taken = service({ clusterIP: first.spec?.clusterIP ?? '' }, 'thief');
  await assert.rejects(admit('services', taken), { message: /provided IP is already allocated/ });
  const headless = (await admit('services', service({ clusterIP: 'None' }, 'h'))) as Service;
  assert.deepEqual(headless.spec?.clusterIPs, ['None']);
  const moved = service({ clusterIP: '10.96.7.7' });
  await assert.rejects(admit('services', moved, { operation: 'UPDATE', oldObject: first }), {
    message: /may not change once set/,
  });
});

test('a LimitRange fills in what a container leaves out and refuses what exceeds it', async () => {
  const { store, admit } = setup();
  const limits = [
    {
      type: 'Container',
      default: { memory: '1Gi' },
      defaultRequest: { memory: '256Mi' },
      max: { memory: '2Gi' },
    },
  ];
  store.put('/limitranges', {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { namespace: 'a', name: 'l' },
    spec: { limits },
  } as KubeObject);
  const { spec } = (await admit('pods', pod())) as Pod;
  assert.deepEqual(spec.containers[0]?.resources, {
    limits: { memory: '1Gi' },
    requests: { memory: '256Mi' },
  });
  const greedy = pod({ containers: [{ name: 'c', image: 'x', resources: { limits: { memory: '3Gi' } } }] });
  await assert.rejects(admit('pods', greedy), {
    message: /maximum memory usage per Container is 2Gi, but limit is 3Gi/,
  });
});

test('a ResourceQuota counts creates that are under way, so two at once cannot both pass', async () => {
  const { store, admit } = setup();
  const hard = { pods: '1', 'requests.cpu': '1' };
  store.put('/resourcequotas', {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { namespace: 'a', name: 'q' },
    spec: { hard },
  } as KubeObject);
  await assert.rejects(admit('pods', pod()), {
    message: /failed quota: q: must specify requests.cpu for: c/,
  });
  const containers = [{ name: 'c', image: 'x', resources: { requests: { cpu: '600m' } } }];
  await admit('pods', pod({ containers }));
  const second = { ...pod({ containers }), metadata: { namespace: 'a', name: 'p2' } };
  await assert.rejects(admit('pods', second), {
    message:
      'pods "p2" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=600m, used: pods=1,requests.cpu=600m, limited: pods=1,requests.cpu=1',
  });
});

test('violations() finds what each level of pod security forbids', () => {
  const hostile = pod({
    hostNetwork: true,
    containers: [{ name: 'c', securityContext: { privileged: true, capabilities: { add: ['SYS_ADMIN'] } } }],
  }).spec;
  assert.deepEqual(violations('privileged', hostile), []);
  assert.deepEqual(violations('baseline', hostile), [
    'host namespaces (hostNetwork=true)',
    'privileged (container "c" must not set securityContext.privileged=true)',
    'non-default capabilities (container "c" must not include "SYS_ADMIN" in securityContext.capabilities.add)',
  ]);
  const securityContext = {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  assert.deepEqual(violations('restricted', pod({ containers: [{ name: 'c', securityContext }] }).spec), []);
  assert.equal(violations('restricted', pod().spec).length, 4);
});
