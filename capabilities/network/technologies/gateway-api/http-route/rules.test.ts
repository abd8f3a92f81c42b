import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import type { Service } from '@slipway/kinds';
import { planIngress } from '../ingress/plan.ts';
import type { Action } from '../table/entry.ts';
import type { HttpRoute, Ingress, RouteRule } from '../table/upstream.ts';
import type { World } from '../table/world.ts';
import { compileRules } from './rules.ts';

const meta = { namespace: 'team', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
const ports = [
  { name: 'web', port: 80 },
  { name: 'h2c', port: 81, appProtocol: 'kubernetes.io/h2c' },
  { name: 'tls', port: 82, appProtocol: 'https' },
  { name: 'ws', port: 83, appProtocol: 'kubernetes.io/ws' },
];
const service = { apiVersion: 'v1', kind: 'Service', metadata: { ...meta, name: 'shop' }, spec: { ports } };
const world: World = {
  ports: new Set([443]),
  appsDomain: 'apps.test',
  gateway: () => undefined,
  service: ({ name }) => (name === 'shop' ? (service as Stored<Service>) : undefined),
  namespaceLabels: () => ({}),
  isGranted: () => false,
  ingressClass: () => undefined,
};

function compile(rule: RouteRule) {
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { ...meta, name: 'route' },
    spec: { rules: [rule] },
  } as Stored<HttpRoute>;
  return compileRules(route, world);
}

const backend = (port: number, more: object = {}) => ({ backendRefs: [{ name: 'shop', port, ...more }] });

const refused: { rule: RouteRule; says: RegExp; because: string }[] = [
  { rule: { retry: {} }, says: /^rules\[0\]\.retry: not supported/, because: 'an experimental field' },
  {
    rule: { sessionPersistence: {} },
    says: /^rules\[0\]\.sessionPersistence: not supported/,
    because: 'another',
  },
  {
    rule: { filters: [{ type: 'RequestMirror' }] },
    says: /^rules\[0\]\.filters\[0\]\.type: "RequestMirror" is not supported/,
    because: 'a filter of the extended set',
  },
  {
    rule: { filters: [{ type: 'ExtensionRef' }] },
    says: /"ExtensionRef" is not supported/,
    because: 'a filter of somebody else',
  },
  {
    rule: backend(80, { filters: [{ type: 'URLRewrite' }] }),
    says: /^rules\[0\]\.backendRefs\[0\]\.filters\[0\]\.type: "URLRewrite" is not supported/,
    because: 'a filter that is supported elsewhere',
  },
  {
    rule: { matches: [{ path: { type: 'RegularExpression', value: '(' } }] },
    says: /path: "\(" is no RE2 expression/,
    because: 'an expression that does not parse',
  },
  {
    rule: { matches: [{ headers: [{ name: 'X', type: 'RegularExpression', value: '(?=x)' }] }] },
    says: /"\(\?=x\)" is no RE2 expression/,
    because: 'what could take for ever',
  },
];
for (const { rule, says, because } of refused) {
  test(`compileRules() refuses ${JSON.stringify(rule)}: ${because}`, () => {
    const { templates, unsupported } = compile(rule);
    assert.match(unsupported ?? '', says);
    assert.deepEqual(templates, [], 'half a route would be another route');
  });
}

const unresolved: { rule: RouteRule; reason: string; because: string }[] = [
  {
    rule: { backendRefs: [{ name: 'none', port: 80 }] },
    reason: 'BackendNotFound',
    because: 'no such service',
  },
  { rule: backend(9), reason: 'BackendNotFound', because: 'no such port' },
  {
    rule: { backendRefs: [{ name: 'shop' }] },
    reason: 'UnsupportedValue',
    because: 'a service needs a port',
  },
  { rule: backend(80, { namespace: 'other' }), reason: 'RefNotPermitted', because: 'nobody granted it' },
  {
    rule: backend(80, { group: 'x.io', kind: 'Bucket' }),
    reason: 'InvalidKind',
    because: 'only services take requests',
  },
  { rule: backend(81), reason: 'UnsupportedProtocol', because: 'HTTP/2 without TLS (gRPC) is not spoken' },
  { rule: backend(82), reason: 'UnsupportedProtocol', because: 'nor is TLS' },
];
for (const { rule, reason, because } of unresolved) {
  test(`compileRules() says ${reason} of ${JSON.stringify(rule)}: ${because}`, () => {
    const { templates, unresolved: found } = compile(rule);
    assert.equal(found?.reason, reason);
    assert.equal(templates[0]?.action.backends[0]?.problem, found?.message, 'requests get the same words');
  });
}

const taken: { rule: RouteRule; action: Partial<Action>; because: string }[] = [
  {
    rule: { timeouts: { request: '2s' } },
    action: { totalTimeoutMs: 2000 },
    because: 'a limit for all of it',
  },
  {
    rule: { timeouts: { request: '1m', backendRequest: '500ms' } },
    action: { totalTimeoutMs: 60_000, responseTimeoutMs: 500 },
    because: 'and one for the backend',
  },
  {
    rule: { timeouts: { request: '0s' } },
    action: { responseTimeoutMs: 0 },
    because: 'zero is no limit, not even the usual one',
  },
  {
    rule: { timeouts: { request: '1m', backendRequest: '0s' } },
    action: { totalTimeoutMs: 60_000, responseTimeoutMs: 0 },
    because: 'each for itself',
  },
  { rule: {}, action: {}, because: 'nothing is said' },
];
for (const { rule, action, because } of taken) {
  test(`compileRules() makes ${JSON.stringify(rule)} ${JSON.stringify(action)}: ${because}`, () => {
    const { totalTimeoutMs, responseTimeoutMs } = compile(rule).templates[0]?.action ?? { backends: [] };
    assert.deepEqual(
      { totalTimeoutMs, responseTimeoutMs },
      { totalTimeoutMs: action.totalTimeoutMs, responseTimeoutMs: action.responseTimeoutMs },
    );
  });
}

test('a WebSocket backend is one of HTTP/1.1', () => {
  assert.equal(compile(backend(83)).unresolved, undefined);
});

test('an Ingress says what is wrong with its backend, too', () => {
  const spec = { defaultBackend: { service: { name: 'shop', port: { name: 'h2c' } } } };
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...meta, name: 'i' },
    spec,
  };
  const { problems } = planIngress(ingress as Stored<Ingress>, world);
  assert.match(problems[0] ?? '', /appProtocol "kubernetes\.io\/h2c" is not supported/);
});
