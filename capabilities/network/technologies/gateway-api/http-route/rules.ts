import type { Stored } from '@slipway/api';
import type { HeaderEdit } from '@slipway/gateway';
import type { Action, Backend, Entry, ValueTest } from '../table/entry.ts';
import { compileExpression } from '../table/expression.ts';
import {
  type BackendReference,
  GROUP,
  type HeaderFilter,
  type HttpRoute,
  type RouteFilter,
  type RouteMatch,
  type RouteRule,
  type StringMatch,
} from '../table/upstream.ts';
import type { World } from '../table/world.ts';
import { unsupportedProtocol } from './app-protocol.ts';
import { durationMs } from './duration.ts';

export interface CompiledRules {
  /** Entries without their hostname. */
  templates: Omit<Entry, 'hostname'>[];
  /** Names the field that is not supported. */
  unsupported?: string;
  unresolved?: { reason: string; message: string };
}

type Problem = { reason: string; message: string };

/** Turns the rules of a route into entries. */
export function compileRules(route: Stored<HttpRoute>, world: World): CompiledRules {
  const { namespace = '', name, creationTimestamp } = route.metadata;
  const source = `HTTPRoute ${namespace}/${name}`;
  const rules = route.spec.rules ?? [{}];
  const unsupported = rules.map(unsupportedIn).find(found => found !== undefined);
  if (unsupported) return { templates: [], unsupported };
  const problems: Problem[] = [];
  const templates: Omit<Entry, 'hostname'>[] = [];
  try {
    rules.forEach((rule, ruleIndex) => {
      const action = actionOf(rule, namespace, world, problems);
      (rule.matches?.length ? rule.matches : [{}]).forEach((match, matchIndex) => {
        const order = {
          created: creationTimestamp,
          name: `${namespace}/${name}`,
          rule: ruleIndex,
          match: matchIndex,
        };
        templates.push({ ...matchOf(match), order, source, action });
      });
    });
  } catch (error) {
    return { templates: [], unsupported: (error as Error).message };
  }
  return { templates, ...(problems[0] ? { unresolved: problems[0] } : {}) };
}

const FILTERS = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite'];
const BACKEND_FILTERS = ['RequestHeaderModifier', 'ResponseHeaderModifier'];

function unsupportedIn(rule: RouteRule, index: number): string | undefined {
  const path = `rules[${index}]`;
  if (rule.retry !== undefined) return `${path}.retry: not supported`;
  if (rule.sessionPersistence !== undefined) return `${path}.sessionPersistence: not supported`;
  for (const [i, filter] of (rule.filters ?? []).entries()) {
    if (!FILTERS.includes(filter.type))
      return `${path}.filters[${i}].type: "${filter.type}" is not supported`;
  }
  for (const [i, backend] of (rule.backendRefs ?? []).entries()) {
    for (const [j, filter] of (backend.filters ?? []).entries()) {
      const at = `${path}.backendRefs[${i}].filters[${j}]`;
      if (!BACKEND_FILTERS.includes(filter.type)) return `${at}.type: "${filter.type}" is not supported`;
    }
  }
  return undefined;
}

function matchOf(match: RouteMatch): Pick<Entry, 'path' | 'method' | 'headers' | 'query'> {
  const { type = 'PathPrefix', value = '/' } = match.path ?? {};
  return {
    path: {
      type,
      value,
      ...(type === 'RegularExpression' ? { test: compileExpression(value, 'path') } : {}),
    },
    ...(match.method ? { method: match.method } : {}),
    headers: testsOf(match.headers, name => name.toLowerCase()),
    query: testsOf(match.queryParams, name => name),
  };
}

/** Of equal names only the first counts (HTTPRouteMatch, "headers"). */
function testsOf(matches: StringMatch[] = [], nameOf: (name: string) => string): ValueTest[] {
  const tests = new Map<string, ValueTest>();
  for (const { type = 'Exact', name, value } of matches) {
    const key = nameOf(name);
    const test = type === 'Exact' ? (given: string) => given === value : compileExpression(value, name);
    if (!tests.has(key)) tests.set(key, { name: key, test });
  }
  return [...tests.values()];
}

function actionOf(rule: RouteRule, namespace: string, world: World, problems: Problem[]): Action {
  const filters = rule.filters ?? [];
  const redirect = filters.find(filter => filter.type === 'RequestRedirect')?.requestRedirect;
  const rewrite = filters.find(filter => filter.type === 'URLRewrite')?.urlRewrite;
  return {
    ...(redirect ? { redirect: { ...redirect, status: redirect.statusCode ?? 302 } } : {}),
    ...(rewrite ? { rewrite } : {}),
    ...editsOf(filters),
    ...timeoutsOf(rule),
    backends: (rule.backendRefs ?? []).map(reference => backendOf(reference, namespace, world, problems)),
  };
}

/** Zero is no limit (HTTPRouteTimeouts): then not even the usual one until the response begins. */
function timeoutsOf({ timeouts }: RouteRule): Pick<Action, 'totalTimeoutMs' | 'responseTimeoutMs'> {
  const total = durationMs(timeouts?.request);
  const response = durationMs(timeouts?.backendRequest) ?? (total === 0 ? 0 : undefined);
  return {
    ...(total ? { totalTimeoutMs: total } : {}),
    ...(response === undefined ? {} : { responseTimeoutMs: response }),
  };
}

function backendOf(
  reference: BackendReference,
  namespace: string,
  world: World,
  problems: Problem[],
): Backend {
  const target = { namespace: reference.namespace ?? namespace, name: reference.name };
  const problem = problemOf(reference, namespace, target, world);
  if (problem) problems.push(problem);
  return {
    namespace: target.namespace,
    service: target.name,
    port: reference.port,
    weight: reference.weight ?? 1,
    ...(problem ? { problem: problem.message } : {}),
    ...editsOf(reference.filters ?? []),
  };
}

function problemOf(
  reference: BackendReference,
  from: string,
  target: { namespace: string; name: string },
  world: World,
): Problem | undefined {
  const { group = '', kind = 'Service' } = reference;
  const name = `Service "${target.namespace}/${target.name}"`;
  if (group !== '' || kind !== 'Service') {
    return {
      reason: 'InvalidKind',
      message: `backendRefs: kind "${group === '' ? kind : `${group}/${kind}`}" is not supported; only Service is`,
    };
  }
  const isForeign = target.namespace !== from;
  const grant = { group: GROUP, kind: 'HTTPRoute', namespace: from };
  if (isForeign && !world.isGranted(grant, { group: '', kind: 'Service', ...target })) {
    return {
      reason: 'RefNotPermitted',
      message: `backendRefs: ${name} is in another namespace, and no ReferenceGrant there allows it`,
    };
  }
  const service = world.service(target);
  if (!service) return { reason: 'BackendNotFound', message: `backendRefs: ${name} does not exist` };
  if (reference.port === undefined)
    return { reason: 'UnsupportedValue', message: `backendRefs: ${name}: port is required` };
  const port = service.spec?.ports?.find(each => each.port === reference.port);
  if (!port)
    return { reason: 'BackendNotFound', message: `backendRefs: ${name} has no port ${reference.port}` };
  const unsupported = unsupportedProtocol(port);
  return unsupported
    ? { reason: 'UnsupportedProtocol', message: `backendRefs: ${name}: ${unsupported}` }
    : undefined;
}

function editsOf(filters: RouteFilter[]): { requestHeaders?: HeaderEdit; responseHeaders?: HeaderEdit } {
  const request = filters.find(filter => filter.type === 'RequestHeaderModifier')?.requestHeaderModifier;
  const response = filters.find(filter => filter.type === 'ResponseHeaderModifier')?.responseHeaderModifier;
  return {
    ...(request ? { requestHeaders: editOf(request) } : {}),
    ...(response ? { responseHeaders: editOf(response) } : {}),
  };
}

function editOf({ set = [], add = [], remove = [] }: HeaderFilter): HeaderEdit {
  const pairs = (values: { name: string; value: string }[]): [string, string][] =>
    values.map(({ name, value }) => [name.toLowerCase(), value]);
  return { set: pairs(set), add: pairs(add), remove: remove.map(name => name.toLowerCase()) };
}
