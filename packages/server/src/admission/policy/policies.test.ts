import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { KubeObject, Status } from '@slipway/api';
import { startTestServer, type TestServer } from '../../http/server.fixture.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const MAPS = '/api/v1/namespaces/default/configmaps';
const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }];
let running: TestServer;

before(async () => {
  running = await startTestServer();
  await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
});
after(() => running.stop());

async function post(path: string, body: object): Promise<{ status: number; body: KubeObject & Status }> {
  const answer = await running.send({ method: 'POST', path, body: JSON.stringify(body) });
  return { status: answer.status, body: JSON.parse(answer.body) };
}

function configMap(name: string, data: Record<string, string> = {}) {
  return post(MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
}

async function bind(kind: 'Validating' | 'Mutating', name: string, spec: object, binding: object = {}) {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const plural = `${kind.toLowerCase()}admissionpolic`;
  const policy = await post(`${GROUP}/${plural}ies`, {
    apiVersion,
    kind: `${kind}AdmissionPolicy`,
    metadata: { name },
    spec: { matchConstraints: { resourceRules: rules }, ...spec },
  });
  assert.equal(policy.status, 201, policy.body.message);
  const bound = await post(`${GROUP}/${plural}ybindings`, {
    apiVersion,
    kind: `${kind}AdmissionPolicyBinding`,
    metadata: { name },
    spec: { policyName: name, ...(kind === 'Validating' ? { validationActions: ['Deny'] } : {}), ...binding },
  });
  assert.equal(bound.status, 201, bound.body.message);
  return async () => {
    for (const list of ['ybindings', 'ies']) {
      await running.send({ method: 'DELETE', path: `${GROUP}/${plural}${list}/${name}` });
    }
  };
}

test('a bound ValidatingAdmissionPolicy refuses in its own words, with the reason it names', async () => {
  const unbind = await bind('Validating', 'size', {
    variables: [{ name: 'keys', expression: 'size(object.data)' }],
    matchConditions: [{ name: 'not-free', expression: "!object.metadata.name.startsWith('free')" }],
    validations: [
      { expression: 'variables.keys < 2', messageExpression: "'keys: ' + string(variables.keys)" },
      { expression: "namespaceObject.metadata.name == 'default'" },
      { expression: "request.operation == 'CREATE' && oldObject == null", reason: 'Forbidden' },
    ],
  });
  assert.equal((await configMap('one', { a: '1' })).status, 201);
  assert.equal((await configMap('free', { a: '1', b: '2' })).status, 201, 'conditions let it pass');
  const refused = await configMap('two', { a: '1', b: '2' });
  assert.equal(refused.status, 422);
  assert.equal(refused.body.reason, 'Invalid');
  assert.equal(
    refused.body.message,
    `configmaps "two" is forbidden: ValidatingAdmissionPolicy 'size' with binding 'size' denied request: keys: 2`,
  );
  await unbind();
  assert.equal((await configMap('three', { a: '1', b: '2' })).status, 201);
});

const failing = { validations: [{ expression: "object.data.absent == 'x'" }] };

test('an expression that fails refuses, unless the policy says to ignore that', async () => {
  const strict = await bind('Validating', 'strict', failing);
  const refused = await configMap('four', { a: '1' });
  assert.equal(refused.status, 422);
  assert.match(refused.body.message ?? '', /expression 'object.data.absent == 'x'' resulted in error/);
  await strict();
  const lenient = await bind('Validating', 'lenient', { ...failing, failurePolicy: 'Ignore' });
  assert.equal((await configMap('four', { a: '1' })).status, 201);
  await lenient();
});

test('a binding gives its policy parameters, and says what happens without', async () => {
  await configMap('limits', { most: '1' });
  const binding = { paramRef: { name: 'limits', namespace: 'default', parameterNotFoundAction: 'Deny' } };
  const unbind = await bind(
    'Validating',
    'params',
    {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      validations: [{ expression: 'size(object.data) <= int(params.data.most)', message: 'too many' }],
    },
    binding,
  );
  assert.equal((await configMap('five', { a: '1' })).status, 201);
  assert.match((await configMap('six', { a: '1', b: '2' })).body.message ?? '', /denied request: too many$/);
  await running.send({ method: 'DELETE', path: `${MAPS}/limits` });
  assert.match((await configMap('seven', { a: '1' })).body.message ?? '', /no params found/);
  await unbind();
});

test('MutatingAdmissionPolicies apply configurations and JSON patches, one after the other', async () => {
  const apply = await bind('Mutating', 'a-apply', {
    mutations: [
      {
        patchType: 'ApplyConfiguration',
        applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"team": "a"}}}' },
      },
    ],
    reinvocationPolicy: 'Never',
  });
  const patch = await bind('Mutating', 'b-patch', {
    mutations: [
      {
        patchType: 'JSONPatch',
        jsonPatch: {
          expression: '[JSONPatch{op: "add", path: "/data/team", value: object.metadata.labels["team"]}]',
        },
      },
    ],
    reinvocationPolicy: 'Never',
  });
  const made = (await configMap('eight', { a: '1' })).body as unknown as KubeObject & { data: object };
  assert.deepEqual([made.metadata.labels, made.data], [{ team: 'a' }, { a: '1', team: 'a' }]);
  await patch();
  await apply();
});

test('policies and webhooks whose expressions cannot be evaluated are refused by field', async () => {
  const policy = await post(`${GROUP}/validatingadmissionpolicies`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'wrong' },
    spec: { matchConstraints: { resourceRules: rules }, validations: [{ expression: 'object.' }] },
  });
  assert.equal(policy.status, 422);
  assert.match(policy.body.message ?? '', /spec.validations\[0\].expression: .*compilation failed/);
  const hooks = await post(`${GROUP}/validatingwebhookconfigurations`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'hooks' },
    webhooks: [
      {
        name: 'a.example.com',
        clientConfig: { url: 'https://a.example.com' },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        matchConditions: [{ name: 'c', expression: 'nothing.like.this' }],
      },
    ],
  });
  assert.equal(hooks.status, 422);
  assert.match(
    hooks.body.message ?? '',
    /webhooks\[0\].matchConditions\[0\].expression: .*compilation failed/,
  );
});
