import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { ApiRequest, Json } from '@slipway/api';
import { startTestServer, type TestServer } from './server.fixture.ts';

// Whatever a client sends, the answer is a Status or a success: nothing crashes, hangs or is an internal error.

/** Random choices, the same in every run, so that a failure can be repeated. */
class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  below(limit: number): number {
    this.#state = (this.#state * 1103515245 + 12345) % 2147483648;
    return Math.floor((this.#state / 2147483648) * limit);
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const ODD: Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  '',
  'a/b',
  '../..',
  'x'.repeat(300),
  '\u0000',
  [],
  [[]],
  [null],
  [{}],
  {},
  { $patch: 'delete' },
  { $patch: 'nonsense' },
  { $retainKeys: 'x' },
  { '$setElementOrder/containers': [1, null, {}] },
  { '$deleteFromPrimitiveList/finalizers': 7 },
  { constructor: { prototype: 1 }, __proto__x: 1 },
  JSON.parse('{"__proto__": {"polluted": true}}'),
  'k8s',
  '{{',
  '2000-01-01T00:00:00Z',
];

/** The value with one part replaced, removed, doubled or renamed. */
function bent(value: Json, chance: Chance): Json {
  if (Array.isArray(value) && value.length > 0 && chance.below(4) > 0) {
    const at = chance.below(value.length);
    if (chance.below(5) === 0) return [...value, value[at] ?? null];
    return value.map((item, index) => (index === at ? bent(item, chance) : item));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && chance.below(6) > 0) {
    const keys = Object.keys(value);
    const key = chance.of([...keys, 'odd']);
    const { [key]: part = null, ...rest } = value;
    const fate = chance.below(8);
    if (fate === 0) return rest;
    if (fate === 1) return { ...rest, [`${key}x`]: part };
    return { ...value, [key]: bent(part, chance) };
  }
  return chance.of(ODD);
}

/** The text with some characters lost, doubled or replaced. */
function torn(text: string, chance: Chance): string {
  let result = text;
  for (let times = chance.below(3) + 1; times > 0; times--) {
    const at = chance.below(result.length);
    const more = chance.of([
      '',
      '"',
      '{',
      '}',
      ']',
      ',',
      ':',
      '\\',
      '\n',
      '\t- ',
      '&a ',
      '*a',
      '0',
      '\u0000',
      'é',
    ]);
    result = result.slice(0, at) + more + result.slice(at + chance.below(3));
  }
  return result;
}

const labels = { app: 'a' };
const containers = [
  { name: 'c', image: 'i', ports: [{ containerPort: 80 }], env: [{ name: 'A', value: '1' }] },
  { name: 'd', image: 'i', resources: { limits: { cpu: '1', memory: '1Gi' } } },
];
const template = { metadata: { labels }, spec: { containers } };
const named = (name: string) => ({ name, namespace: 'default', labels, finalizers: ['example.com/a'] });
const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  size: { type: 'integer', minimum: 1, default: 3 },
                  items: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
                },
                'x-kubernetes-validations': [{ rule: 'self.size < 10' }],
              },
            },
          },
        },
      },
    ],
  },
};
const APPS = '/apis/apps/v1/namespaces/default/deployments';
const kinds: { path: string; object: Json & { metadata: object } }[] = [
  {
    path: APPS,
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: named('web'),
      spec: { replicas: 2, selector: { matchLabels: labels }, template },
    },
  },
  {
    path: '/api/v1/namespaces/default/pods',
    object: { apiVersion: 'v1', kind: 'Pod', metadata: named('web'), spec: template.spec },
  },
  {
    path: '/api/v1/namespaces/default/services',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: named('web'),
      spec: { selector: labels, ports: [{ port: 80, targetPort: 'http', protocol: 'TCP' }] },
    },
  },
  {
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles',
    object: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: named('web'),
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    },
  },
  { path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', object: crd },
  {
    path: '/apis/example.com/v1/namespaces/default/widgets',
    object: {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: named('web'),
      spec: { size: 2, items: ['a', 'b'] },
    },
  },
];

/** Refusals that upstream too calls internal. */
const UPSTREAMS_OWN =
  /^failed to create typed patch object|^resourceVersion should not be set|^unknown patch type: |^Too large resource version/;

let running: TestServer;
before(async () => {
  running = await startTestServer();
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };
  const body = JSON.stringify(namespace);
  await running.send({ method: 'POST', path: '/api/v1/namespaces', body });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  await running.send({ method: 'POST', path: accounts, body: JSON.stringify(account) });
  for (const { path, object } of [...kinds.slice(4), ...kinds.slice(0, 4)]) {
    const made = await running.send({ method: 'POST', path, body: JSON.stringify(object) });
    assert.equal(made.status, 201, made.body);
  }
});
after(() => running.stop());

/** What was an internal error, one line for each message. */
async function ask(request: Partial<ApiRequest> & { path: string }): Promise<void> {
  const answer = await running.send(request);
  if (answer.status < 300) return;
  const status = JSON.parse(answer.body);
  const fine = status.kind === 'Status' && (answer.status < 500 || UPSTREAMS_OWN.test(status.message));
  if (!fine) internal.set(status.message, `${request.method} ${request.path}: ${request.body}`);
}

const internal = new Map<string, string>();
afterEach(() => {
  const found = Object.fromEntries(internal);
  internal.clear();
  assert.deepEqual(found, {});
});

const dry = { dryRun: 'All', fieldManager: 'm' };
const nameIn = ({ metadata }: { metadata: object }) => (metadata as { name: string }).name;

test('bodies that are no such object are refused: JSON and YAML, whole and torn', async () => {
  const chance = new Chance(1);
  for (let round = 0; round < 250; round++) {
    for (const { path, object } of kinds) {
      const body = JSON.stringify(bent(object, chance));
      const contentType = chance.of(['application/json', 'application/yaml']);
      await ask({ method: 'POST', path, body, contentType, query: dry });
      const put = `${path}/${nameIn(object)}`;
      await ask({ method: 'PUT', path: put, body: torn(body, chance), contentType, query: dry });
      const yaml = JSON.stringify(object, undefined, 1).replaceAll(/["{}]/g, '').replaceAll(/,$/gm, '');
      await ask({
        method: 'POST',
        path,
        body: torn(yaml, chance),
        contentType: 'application/yaml',
        query: dry,
      });
    }
  }
});

test('patches of every kind that make no sense are refused', async () => {
  const chance = new Chance(2);
  const operations = ['add', 'remove', 'replace', 'move', 'copy', 'test', 'odd', ''];
  const pointers = [
    '',
    '/',
    '/spec',
    '/spec/template/spec/containers/0',
    '/metadata/labels/a~1b',
    '/x/~2',
    'spec',
  ];
  for (let round = 0; round < 250; round++) {
    for (const { path, object } of kinds) {
      const patch = bent(bent(object, chance), chance);
      const steps = Array.from({ length: chance.below(4) }, () => ({
        op: chance.of(operations),
        path: `${chance.of(pointers)}${chance.of(['', '/-', '/9', '/-1', '/01', '/__proto__', '/constructor'])}`,
        from: chance.of(pointers),
        value: chance.of(ODD),
      }));
      const [type, body] = chance.of<[string, Json]>([
        ['application/json-patch+json', bent(steps as unknown as Json, chance)],
        ['application/merge-patch+json', patch],
        ['application/strategic-merge-patch+json', patch],
        ['application/apply-patch+yaml', patch],
      ]);
      const text = JSON.stringify(body);
      const place = `${path}/${nameIn(object)}${chance.of(['', '', '/status', '/scale'])}`;
      const sent = chance.below(4) === 0 ? torn(text, chance) : text;
      await ask({
        method: 'PATCH',
        path: place,
        body: sent,
        contentType: type,
        query: { ...dry, force: 'true' },
      });
    }
  }
  assert.equal(({} as { polluted?: true }).polluted, undefined, 'prototypes stay clean');
});

test('protobuf that is cut, wrong or endless is refused', async () => {
  const chance = new Chance(3);
  const whole = Buffer.from(
    'k8s\0\n\x0f\n\x02v1\x12\tConfigMap\x12\x0f\n\x05\n\x01x\x12\0\x12\x06\n\x01k\x12\x01v',
    'latin1',
  );
  for (let round = 0; round < 800; round++) {
    const bytes = Buffer.from(whole.subarray(0, chance.below(whole.length + 1)));
    for (let times = chance.below(4); times > 0; times--) {
      if (bytes.length > 4) bytes[4 + chance.below(bytes.length - 4)] = chance.below(256);
    }
    const body = bytes.toString('latin1');
    const contentType = 'application/vnd.kubernetes.protobuf';
    await ask({
      method: 'POST',
      path: '/api/v1/namespaces/default/configmaps',
      body,
      contentType,
      query: dry,
    });
  }
});

test('selectors, limits and options that say nothing sensible are refused', async () => {
  const chance = new Chance(4);
  const words = [
    'a',
    'a/b',
    '=',
    '==',
    '!=',
    '!',
    ' in ',
    ' notin ',
    '(',
    ')',
    ',',
    '>',
    '1',
    'x.y/',
    '',
    '\u0000',
    'é',
  ];
  const text = () => Array.from({ length: chance.below(7) }, () => chance.of(words)).join('');
  for (let round = 0; round < 1500; round++) {
    const query = {
      labelSelector: text(),
      ...(chance.below(2) ? { fieldSelector: text() } : {}),
      ...(chance.below(3) ? {} : { limit: chance.of(['-1', 'x', '0', '1e9']) }),
      ...(chance.below(3) ? {} : { continue: text() }),
      ...(chance.below(3) ? {} : { resourceVersion: chance.of(['x', '-1', '0', '99999999999']) }),
      ...(chance.below(4) ? {} : { resourceVersionMatch: chance.of(['Exact', 'odd']) }),
    };
    const { path } = chance.of(kinds);
    await ask({ method: 'GET', path, query });
    const body = JSON.stringify(
      bent({ kind: 'DeleteOptions', gracePeriodSeconds: 1, dryRun: ['All'] }, chance),
    );
    await ask({ method: 'DELETE', path: `${path}/none`, body, query });
  }
});

test('subresources and reviews take no nonsense either', async () => {
  const chance = new Chance(5);
  const meta = { name: 'web', namespace: 'default' };
  const rows: { path: string; object: Json }[] = [
    {
      path: `${APPS}/web/scale`,
      object: { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: meta, spec: { replicas: 2 } },
    },
    {
      path: '/api/v1/namespaces/default/pods/web/eviction',
      object: { kind: 'Eviction', apiVersion: 'policy/v1', metadata: meta },
    },
    {
      path: '/api/v1/namespaces/default/pods/web/binding',
      object: { kind: 'Binding', apiVersion: 'v1', metadata: meta, target: { kind: 'Node', name: 'n' } },
    },
    {
      path: '/api/v1/namespaces/default/serviceaccounts/web/token',
      object: {
        kind: 'TokenRequest',
        apiVersion: 'authentication.k8s.io/v1',
        spec: { audiences: ['a'], expirationSeconds: 600 },
      },
    },
    {
      path: '/apis/authentication.k8s.io/v1/tokenreviews',
      object: { kind: 'TokenReview', apiVersion: 'authentication.k8s.io/v1', spec: { token: 'x' } },
    },
    {
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      object: {
        kind: 'SubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        spec: { user: 'a', groups: ['b'], resourceAttributes: { verb: 'get', resource: 'pods' } },
      },
    },
  ];
  for (let round = 0; round < 150; round++) {
    for (const { path, object } of rows) {
      const method = path.endsWith('scale') ? 'PUT' : 'POST';
      await ask({ method, path, body: JSON.stringify(bent(object, chance)), query: dry });
    }
  }
});
