import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { AnyObject, Stored } from '@slipway/api';
import { ConfigMap, Namespace, Pod, Role, RoleBinding, ServiceAccount, Workflow } from '@slipway/kinds';
import { type Stage, stageWorkflows } from './workflows.fixture.ts';

let stage: Stage;
before(async () => {
  stage = await stageWorkflows();
});
after(() => stage.stop());

const namespace = 'default';

function create(name: string, spec: Record<string, unknown>) {
  return stage.client.create(Workflow, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: { name, namespace },
    spec,
  });
}

async function eventually<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await ask();
    if (found) return found;
    assert.ok(Date.now() < deadline, `never: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

const ended = (name: string): Promise<Stored<AnyObject>> =>
  eventually(`${name} ends`, async () => {
    const found = await stage.client.get(Workflow, { namespace, name });
    return /Succeeded|Failed|Error/.test(String(found.status?.phase)) && found;
  });

const podsOf = async (name: string) =>
  (await stage.client.list(Pod, { namespace, labelSelector: `workflows.argoproj.io/workflow=${name}` }))
    .items as unknown as Stored<AnyObject>[];

const step = (name: string) => ({ name, container: { image: 'busybox', command: ['true'] } });

test('a workflow goes on after the engine was stopped in the middle, and no step runs twice', async () => {
  await create('survivor', {
    entrypoint: 'main',
    templates: [
      { name: 'main', steps: [[{ name: 'a', template: 'x' }], [{ name: 'b', template: 'x' }]] },
      step('x'),
    ],
  });
  const [first] = await eventually('the first pod', async () => {
    const pods = await podsOf('survivor');
    return pods.length === 1 && pods;
  });
  assert.ok(first);
  await stage.restart();
  await stage.finishPod(first, { exitCode: 0, log: 'one\n' });
  const second = await eventually('the second pod', async () =>
    (await podsOf('survivor')).find(pod => pod.metadata.name !== first.metadata.name),
  );
  await stage.restart();
  await stage.finishPod(second, { exitCode: 0, log: 'two\n' });
  const end = await ended('survivor');
  assert.equal(end.status?.phase, 'Succeeded');
  assert.equal((await podsOf('survivor')).length, 2);
});

const resource = (action: string, manifest: string, more: object = {}) => ({
  entrypoint: 'main',
  serviceAccountName: 'builder',
  templates: [{ name: 'main', resource: { action, manifest, ...more } }],
});
const manifest = (name: string, data = '{}') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata: ${data}\n`;

test('a resource template has the rights of the workflow’s ServiceAccount, and no others', async () => {
  const { client } = stage;
  await client.create(ServiceAccount, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'builder', namespace },
  });
  await create('denied', resource('create', manifest('made')));
  const denied = await ended('denied');
  assert.match(JSON.stringify(denied.status), /system:serviceaccount:default:builder.*cannot create/);
  await client.create(Role, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'builder', namespace },
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }],
  });
  await client.create(RoleBinding, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'builder', namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'builder' },
    subjects: [{ kind: 'ServiceAccount', name: 'builder', namespace }],
  });
  await create('allowed', resource('create', manifest('made'), { setOwnerReference: true }));
  assert.equal((await ended('allowed')).status?.phase, 'Succeeded');
  const made = await client.get(ConfigMap, { namespace, name: 'made' });
  assert.equal(made.metadata.ownerReferences?.[0]?.name, 'allowed');
});

test('a resource template patches the object that its flags name, in each way', async () => {
  const { client } = stage;
  await client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'patched', namespace },
    data: { kept: '1' },
  });
  const flags = ['configmap', 'patched'];
  const patches = {
    merge: 'data: { merged: "yes" }\n',
    strategic: 'data:\n  strategic: "0755"\n',
    json: '[{ "op": "add", "path": "/data/json", "value": "1" }]\n',
  };
  for (const [mergeStrategy, text] of Object.entries(patches)) {
    await create(`patch-${mergeStrategy}`, resource('patch', text, { mergeStrategy, flags }));
    const end = await ended(`patch-${mergeStrategy}`);
    assert.equal(end.status?.phase, 'Succeeded', JSON.stringify(end.status));
  }
  const { data } = await client.get(ConfigMap, { namespace, name: 'patched' });
  assert.deepEqual(data, { kept: '1', merged: 'yes', strategic: '0755', json: '1' });
});

test('a resource template deletes what a selector names', async () => {
  const { client } = stage;
  for (const [name, labels] of Object.entries({
    'old-1': { cleanup: 'true' },
    'old-2': { cleanup: 'true' },
    kept: {},
  }))
    await client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, labels },
    });
  await create('cleanup', resource('delete', '', { flags: ['configmap', '--selector', 'cleanup=true'] }));
  assert.equal((await ended('cleanup')).status?.phase, 'Succeeded');
  const { items } = await client.list(ConfigMap, { namespace });
  const names = items.map(({ metadata }) => metadata.name);
  assert.ok(names.includes('kept'));
  assert.ok(!names.some(name => name.startsWith('old-')));
});

test('a resource template waits for its conditions, gives parameters, and creates once across a restart', async () => {
  const { client } = stage;
  const spec = resource(
    'create',
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  generateName: watched-\ndata: { phase: Running }\n',
    {
      successCondition: 'data.phase == Succeeded',
      failureCondition: 'data.phase in (Failed)',
    },
  );
  const [template] = spec.templates;
  await create('watching', {
    ...spec,
    templates: [
      { ...template, outputs: { parameters: [{ name: 'p', valueFrom: { jsonPath: '{.data.phase}' } }] } },
    ],
  });
  const watched = async () =>
    (await client.list(ConfigMap, { namespace })).items.filter(({ metadata }) =>
      metadata.name.startsWith('watched-'),
    );
  const [object] = await eventually('the object', async () => {
    const found = await watched();
    return found.length > 0 && found;
  });
  assert.ok(object);
  await stage.restart();
  await new Promise(resolve => setTimeout(resolve, 300));
  assert.equal((await watched()).length, 1, 'the restarted engine knows its own object');
  await client.patch(
    ConfigMap,
    { namespace, name: object.metadata.name },
    { type: 'merge', body: { data: { phase: 'Succeeded' } } },
  );
  const end = await ended('watching');
  const nodes = Object.values(
    end.status?.nodes as Record<string, { outputs?: { parameters?: { value: string }[] } }>,
  );
  assert.equal(nodes[0]?.outputs?.parameters?.[0]?.value, 'Succeeded');
});

const rows: { name: string; spec: object; message: RegExp; because: string }[] = [
  {
    name: 'taken',
    spec: resource('create', manifest('made')),
    message: /already exists/,
    because: 'the object is somebody else’s',
  },
  {
    name: 'no-kind',
    spec: resource('create', 'apiVersion: x.dev/v1\nkind: Nope\nmetadata: {name: a}'),
    message: /no Nope in x\.dev\/v1 is served/,
    because: 'the kind is not served',
  },
  {
    name: 'no-yaml',
    spec: resource('create', 'a: [b'),
    message: /not YAML/,
    because: 'the manifest does not parse',
  },
  {
    name: 'gone',
    spec: resource('delete', manifest('nothing-there')),
    message: /not found/,
    because: 'there is nothing to delete',
  },
  {
    name: 'flagged',
    spec: resource('delete', '', { flags: ['configmap', '--field-selector', 'a=b'] }),
    message: /--field-selector is not supported/,
    because: 'kubectl’s flags are not all known',
  },
];
for (const { name, spec, message, because } of rows) {
  test(`a resource template ends in Error when ${because}, and says so`, async () => {
    await create(name, spec as Record<string, unknown>);
    const end = await ended(name);
    assert.equal(end.status?.phase, 'Error');
    assert.match(JSON.stringify(end.status), message);
  });
}

test('stop, retry and logs work through the REST of Argo server; a stranger is refused', async () => {
  const { client } = stage;
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'elsewhere' } });
  const [route] = stage.running.routes;
  const server = createServer((request, response) => void route?.handler(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/workflows/${namespace}`;
  try {
    const token = await stage.token('rest');
    const ask = (path: string, method = 'GET') =>
      fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
    assert.equal((await fetch(url)).status, 401);
    assert.equal((await ask('')).status, 403, 'no rights yet');
    await stage.grant('rest', [
      { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['*'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    ]);
    await create('again', { entrypoint: 'main', templates: [step('main')] });
    const [pod] = await eventually('its pod', async () => {
      const pods = await podsOf('again');
      return pods.length > 0 && pods;
    });
    assert.ok(pod);
    await stage.finishPod(pod, { exitCode: 1, log: 'first line\nsecond line\n' });
    await ended('again');
    await eventually('the log is kept', async () =>
      (await (await ask('/again/log?logOptions.container=main')).text()).includes('second line'),
    );
    await client.delete(Pod, { namespace, name: 'again' }, { gracePeriodSeconds: 0 });
    const lines = (await (await ask('/again/log')).text())
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    assert.deepEqual(lines, [
      { result: { content: 'first line', podName: 'again' } },
      { result: { content: 'second line', podName: 'again' } },
    ]);
    assert.equal((await ask('/again/retry', 'PUT')).status, 200);
    const [retried] = await eventually('its new pod', async () => {
      const pods = (await podsOf('again')).filter(({ metadata }) => metadata.uid !== pod.metadata.uid);
      return pods.length > 0 && pods;
    });
    assert.ok(retried);
    await stage.finishPod(retried, { exitCode: 0, log: '' });
    assert.equal((await ended('again')).status?.phase, 'Succeeded');
    assert.equal((await ask('/again/retry', 'PUT')).status, 400, 'a success is not retried');
    assert.equal((await ask('/again/unknown', 'PUT')).status, 501);
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});

test('a pod that the API refuses is an error of its step, in the API’s own words', async () => {
  const podSpecPatch = 'containers: [{ name: main, resources: { limits: { memory: a lot } } }]';
  await create('refused', { entrypoint: 'main', podSpecPatch, templates: [step('main')] });
  const end = await ended('refused');
  assert.equal(end.status?.phase, 'Error');
  assert.match(String(end.status?.message), /pod "refused": .*quantit/);
});

test('podSpecPatch and other fields of the workflow may name its parameters', async () => {
  await create('patched-pod', {
    entrypoint: 'main',
    arguments: { parameters: [{ name: 'memory', value: '100Mi' }] },
    podSpecPatch:
      'containers: [{ name: main, resources: { limits: { memory: "{{workflow.parameters.memory}}" } } }]',
    podMetadata: { labels: { of: '{{workflow.name}}' } },
    templates: [step('main')],
  });
  const [pod] = await eventually('the pod', async () => {
    const pods = await podsOf('patched-pod');
    return pods.length > 0 && pods;
  });
  const [main] = (pod?.spec?.containers ?? []) as { resources?: { limits?: object } }[];
  assert.deepEqual(main?.resources?.limits, { memory: '100Mi' });
  assert.equal(pod?.metadata.labels?.of, 'patched-pod');
});
