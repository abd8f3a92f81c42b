import assert from 'node:assert/strict';
import type * as http from 'node:http';
import { after, before, test } from 'node:test';
import { keyOf } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { EndpointSlice, Pod, Secret, Service } from '@slipway/kinds';
import { ingressConformance } from '../../conformance.ts';
import {
  Gateway,
  GatewayClass,
  HttpRoute,
  Ingress,
  ReferenceGrant,
  type RouteRule,
} from './table/upstream.ts';
import { APPS, startPlatform, type TestPlatform, until } from './testing/platform.fixture.ts';

let platform: TestPlatform;
before(async () => {
  platform = await startPlatform();
  await platform.addService('web');
  await platform.addService('api');
});
after(() => platform.stop());

async function addRoute(
  name: string,
  hostnames: string[],
  rules: RouteRule[],
  namespace = 'shop',
): Promise<void> {
  await platform.client.create(HttpRoute, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace },
    spec: { parentRefs: [{ name: 'slipway', namespace: 'slipway-system' }], hostnames, rules },
  });
}

const to = (name: string, extra: object = {}) => ({ name, port: 80, ...extra });

async function conditionOf(name: string, type: string, namespace = 'shop') {
  const route = await platform.client.get(HttpRoute, { namespace, name });
  return route.status?.parents?.[0]?.conditions.find(condition => condition.type === type);
}

async function gives(host: string, path: string, expected: RegExp | number): Promise<void> {
  let seen: unknown;
  await until(async () => {
    const answer = await platform.request(host, { path });
    seen = `${answer.status} ${answer.body}`;
    return typeof expected === 'number' ? answer.status === expected : expected.test(answer.body);
  }, `${host}${path} gives ${expected}`).catch(error => {
    throw new Error(`${error.message}; it gives ${seen}`);
  });
}

ingressConformance(() => ({
  client: platform.client,
  namespace: 'shop',
  services: ['web', 'api'],
  appsDomain: APPS,
  get: (host, path) => platform.request(host, { path }),
}));

test('the class and the gateway are accepted and programmed', async () => {
  await until(async () => {
    const gateway = await platform.client.get(Gateway, { namespace: 'slipway-system', name: 'slipway' });
    return gateway.status?.conditions?.some(each => each.type === 'Programmed' && each.status === 'True');
  }, 'the gateway is programmed');
  const gatewayClass = await platform.client.get(GatewayClass, { name: 'slipway' });
  assert.equal(gatewayClass.status?.conditions?.[0]?.status, 'True');
});

test('a route leads to its service, below the stored name and the public one', async () => {
  await addRoute('shop', ['shop.dev.apps.slipway.internal'], [{ backendRefs: [to('web')] }]);
  await gives(`shop.dev.${APPS}`, '/a?b=c', /^web \/a\?b=c$/);
  await gives('shop.dev.apps.slipway.internal', '/', /^web \/$/);
  await until(async () => (await conditionOf('shop', 'Accepted'))?.status === 'True', 'accepted');
  assert.equal((await conditionOf('shop', 'ResolvedRefs'))?.status, 'True');
  await until(async () => {
    const gateway = await platform.client.get(Gateway, { namespace: 'slipway-system', name: 'slipway' });
    return (gateway.status?.listeners?.[0]?.attachedRoutes ?? 0) > 0;
  }, 'the gateway counts it');
});

test('paths, methods, headers, rewrites, redirects and header filters work together', async () => {
  const echo: http.RequestListener = (request, response) => {
    response.setHeader('x-secret', '1');
    response.end(JSON.stringify({ url: request.url, headers: request.headers }));
  };
  await platform.addService('echo', echo);
  await addRoute(
    'rich',
    ['rich.example'],
    [
      { matches: [{ path: { type: 'Exact', value: '/exact' } }], backendRefs: [to('api')] },
      { matches: [{ path: { type: 'RegularExpression', value: '/v[0-9]+/.*' } }], backendRefs: [to('api')] },
      { matches: [{ method: 'POST' }], backendRefs: [to('api')] },
      {
        matches: [{ path: { value: '/old' } }],
        filters: [
          {
            type: 'RequestRedirect',
            requestRedirect: {
              path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' },
              statusCode: 301,
            },
          },
        ],
      },
      {
        matches: [{ path: { value: '/app' } }],
        filters: [
          {
            type: 'URLRewrite',
            urlRewrite: { hostname: 'inner', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } },
          },
          {
            type: 'RequestHeaderModifier',
            requestHeaderModifier: { set: [{ name: 'X-Set', value: 'yes' }], remove: ['x-drop'] },
          },
          {
            type: 'ResponseHeaderModifier',
            responseHeaderModifier: { remove: ['x-secret'], add: [{ name: 'X-Add', value: 'a' }] },
          },
        ],
        backendRefs: [to('echo')],
      },
      { matches: [{ headers: [{ name: 'X-Canary', value: '1' }] }], backendRefs: [to('api')] },
      { backendRefs: [to('web')] },
    ],
  );
  await gives('rich.example', '/exact', /^api/);
  await gives('rich.example', '/exactly', /^web/);
  await gives('rich.example', '/v2/x', /^api/);
  assert.match((await platform.request('rich.example', { method: 'POST', body: 'x' })).body, /^api/);
  assert.match((await platform.request('rich.example', { headers: { 'x-canary': '1' } })).body, /^api/);
  const redirect = await platform.request('rich.example', { path: '/old/x?y=1' });
  assert.deepEqual([redirect.status, redirect.headers.location], [301, 'https://rich.example/new/x?y=1']);
  const app = await platform.request('rich.example', {
    path: '/app/x?q=1',
    headers: { 'x-drop': 'me', 'x-forwarded-for': '6.6.6.6' },
  });
  const seen = JSON.parse(app.body);
  assert.equal(seen.url, '/x?q=1');
  assert.equal(seen.headers.host, 'inner');
  assert.equal(seen.headers['x-set'], 'yes');
  assert.equal(seen.headers['x-drop'], undefined);
  assert.equal(seen.headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(seen.headers['x-forwarded-host'], 'rich.example');
  assert.deepEqual([app.headers['x-secret'], app.headers['x-add']], [undefined, 'a']);
});

test('weights share requests exactly', async () => {
  await addRoute(
    'split',
    ['split.example'],
    [{ backendRefs: [to('web', { weight: 3 }), to('api', { weight: 1 })] }],
  );
  await gives('split.example', '/', /web|api/);
  const names: string[] = [];
  for (let i = 0; i < 8; i++) names.push((await platform.request('split.example')).body.slice(0, 3));
  assert.equal(names.filter(name => name === 'web').length, 6);
});

test('what is not supported is refused by a condition that names the field', async () => {
  const filter = { type: 'RequestMirror', requestMirror: { backendRef: to('api') } };
  await addRoute(
    'mirror',
    ['mirror.example'],
    [{ filters: [filter], backendRefs: [to('web')] } as RouteRule],
  );
  await until(async () => (await conditionOf('mirror', 'Accepted'))?.status === 'False', 'refused');
  const condition = await conditionOf('mirror', 'Accepted');
  assert.equal(condition?.reason, 'UnsupportedValue');
  assert.match(condition?.message ?? '', /rules\[0\]\.filters\[0\]\.type: "RequestMirror"/);
  await gives('mirror.example', '/', 404);
});

test('a missing service, a missing port and a foreign namespace are conditions, and pages that say so', async () => {
  await addRoute('lost', ['lost.example'], [{ backendRefs: [to('nowhere')] }]);
  await gives('lost.example', '/', /Service .*nowhere.* does not exist/);
  await until(async () => (await conditionOf('lost', 'ResolvedRefs'))?.reason === 'BackendNotFound', 'named');
  await addRoute(
    'foreign',
    ['foreign.example'],
    [{ backendRefs: [to('web', { namespace: 'shop' })] }],
    'other',
  );
  await until(
    async () => (await conditionOf('foreign', 'ResolvedRefs', 'other'))?.reason === 'RefNotPermitted',
    'refused',
  );
  await platform.client.create(ReferenceGrant, {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: 'let-other', namespace: 'shop' },
    spec: {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'other' }],
      to: [{ group: '', kind: 'Service' }],
    },
  });
  await gives('foreign.example', '/', /^web/);
});

test('pages name the cause: no route, no pods, a crash-looping pod, a refused connection', async () => {
  await gives('none.example', '/', /No HTTPRoute or Ingress has the hostname/);
  await platform.client.create(Service, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'crash', namespace: 'shop' },
    spec: { selector: { app: 'crash' }, ports: [{ port: 80 }] },
  });
  await addRoute('crash', ['crash.example'], [{ backendRefs: [to('crash')] }]);
  await gives('crash.example', '/', /has no pods.*app=crash/);
  const pod = await platform.client.create(Pod, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'crash-1', namespace: 'shop', labels: { app: 'crash' } },
    spec: { containers: [{ name: 'main', image: 'x' }] },
  } as Pod);
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 10s' };
  const state = {
    name: 'main',
    ready: false,
    restartCount: 3,
    image: 'x',
    imageID: '',
    state: { waiting },
    lastState: { terminated: { exitCode: 1, reason: 'Error' } },
  };
  // The scheduler writes to it as well.
  await updateStatus(platform.client, Pod, keyOf(pod), draft => {
    draft.status = { phase: 'Running', containerStatuses: [state] } as never;
  });
  await gives('crash.example', '/', /crash-1.*CrashLoopBackOff.*exit code 1/);
  const server = await platform.addService('gone');
  await addRoute('gone', ['gone.example'], [{ backendRefs: [to('gone')] }]);
  await gives('gone.example', '/', /^gone/);
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
  const answer = await platform.request('gone.example');
  assert.equal(answer.status, 502);
  assert.match(answer.body, /shop\/gone.*10\.1\.2\.3:\d+ refused/);
});

test('an endpoint that changes moves new requests at once; those under way finish on the old one', async () => {
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  await platform.addService('slow', async (_request, response) => {
    response.write('old ');
    begun.resolve();
    await finish.promise;
    response.end('done');
  });
  await platform.addService('fresh');
  await addRoute('slow', ['slow.example'], [{ backendRefs: [to('slow')] }]);
  await until(async () => (await conditionOf('slow', 'Accepted'))?.status === 'True');
  const under = platform.request('slow.example');
  await begun.promise;
  const fresh = await platform.client.get(EndpointSlice, { namespace: 'shop', name: 'fresh-1' });
  const slice = await platform.client.get(EndpointSlice, { namespace: 'shop', name: 'slow-1' });
  await platform.client.update(EndpointSlice, { ...slice, ports: fresh.ports ?? [] });
  await gives('slow.example', '/', /^fresh/);
  finish.resolve();
  assert.equal((await under).body, 'old done');
});

test('an Ingress works: hosts, exact paths and prefixes, default backend, status', async () => {
  const backend = (name: string) => ({ service: { name, port: { number: 80 } } });
  await platform.client.create(Ingress, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'classic', namespace: 'shop' },
    spec: {
      defaultBackend: backend('web'),
      rules: [
        {
          host: 'classic.example',
          http: { paths: [{ path: '/api', pathType: 'Prefix', backend: backend('api') }] },
        },
      ],
    },
  } as Ingress);
  await gives('classic.example', '/api/x', /^api/);
  await gives('classic.example', '/apix', /^web/);
  await until(async () => {
    const ingress = await platform.client.get(Ingress, { namespace: 'shop', name: 'classic' });
    return ingress.status?.loadBalancer?.ingress?.[0]?.hostname === 'example';
  }, 'it has an address');
});

test('the oldest of two equal routes wins', async () => {
  await addRoute('first', ['same.example'], [{ backendRefs: [to('web')] }]);
  await gives('same.example', '/', /^web/);
  await addRoute('a-second', ['same.example'], [{ backendRefs: [to('api')] }]);
  await until(async () => (await conditionOf('a-second', 'Accepted'))?.status === 'True');
  // Creation times have whole seconds; within one the name decides, as the specification says.
  const [first, second] = await Promise.all(
    ['first', 'a-second'].map(name => platform.client.get(HttpRoute, { namespace: 'shop', name })),
  );
  const isOlder = String(first?.metadata.creationTimestamp) < String(second?.metadata.creationTimestamp);
  await gives('same.example', '/', isOlder ? /^web/ : /^api/);
});

test('Ingresses and Gateways bring certificates for their hosts; names of nobody get none', async () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const secret = (name: string, namespace: string, data: Record<string, string>) =>
    platform.client.create(Secret, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace },
      type: 'kubernetes.io/tls',
      data,
    });
  const pair = { 'tls.crt': base64(platform.ca), 'tls.key': base64(platform.key) };
  await secret('shop-tls', 'shop', pair);
  await platform.client.create(Ingress, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'tls', namespace: 'shop' },
    spec: {
      tls: [{ hosts: ['shop.acme.example'], secretName: 'shop-tls' }],
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
    },
  } as Ingress);
  const certificateFor = (name: string) => platform.running.certificates?.(name);
  await until(
    async () => (await certificateFor('shop.acme.example'))?.cert === platform.ca,
    'the Ingress brings it',
  );
  assert.equal(await certificateFor('other.acme.example'), undefined);
  const listener = (secretName: string) => ({
    name: 'https',
    hostname: '*.gw.example',
    port: 443,
    protocol: 'HTTPS',
    tls: { certificateRefs: [{ name: secretName }] },
  });
  await platform.client.create(Gateway, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'own', namespace: 'shop' },
    spec: { gatewayClassName: 'slipway', listeners: [listener('missing')] },
  });
  const resolved = async () => {
    const gateway = await platform.client.get(Gateway, { namespace: 'shop', name: 'own' });
    return gateway.status?.listeners?.[0]?.conditions.find(condition => condition.type === 'ResolvedRefs');
  };
  await until(
    async () => (await resolved())?.reason === 'InvalidCertificateRef',
    'the missing Secret is named',
  );
  await secret('missing', 'shop', pair);
  await until(async () => (await resolved())?.status === 'True', 'and found when it comes');
  assert.equal((await certificateFor('a.gw.example'))?.cert, platform.ca);
});

test('a listener on a port or protocol that is not served is refused by its condition', async () => {
  await platform.client.create(Gateway, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'odd', namespace: 'shop' },
    spec: {
      gatewayClassName: 'slipway',
      listeners: [
        { name: 'tcp', port: 5432, protocol: 'TCP' },
        { name: 'far', port: 9999, protocol: 'HTTP' },
      ],
    },
  });
  await until(async () => {
    const gateway = await platform.client.get(Gateway, { namespace: 'shop', name: 'odd' });
    const reasons = gateway.status?.listeners?.map(
      each => each.conditions.find(({ type }) => type === 'Accepted')?.reason,
    );
    return reasons?.join() === 'UnsupportedProtocol,PortUnavailable';
  }, 'both are refused');
});
