import { type KubeObject, parseQuantity } from '@slipway/api';
import type { Container, Pod } from '@slipway/kinds';
import type { StoreReader } from '../store/store.ts';
import { type AdmissionPlugin, forbidden, isResource, newPod } from './plugin.ts';

type Amounts = Record<string, string | number>;
interface Limit {
  type: string;
  default?: Amounts;
  defaultRequest?: Amounts;
  min?: Amounts;
  max?: Amounts;
  maxLimitRequestRatio?: Amounts;
}
interface LimitRange extends KubeObject {
  spec?: { limits?: Limit[] };
}

/** LimitRanges give containers their defaults and refuse what lies outside their bounds. */
export function limitRanger(store: StoreReader): AdmissionPlugin {
  return {
    name: 'LimitRanger',
    mutate: call => {
      const pod = newPod(call);
      const limits = pod ? limitsOf(store, call.namespace) : [];
      const defaults = limits.filter(limit => limit.type === 'Container');
      if (!pod || defaults.length === 0) return undefined;
      for (const container of containersOf(pod)) for (const limit of defaults) fillIn(container, limit);
      return pod;
    },
    validate: call => {
      if (call.operation !== 'CREATE' || !isResource(call, '', 'pods') || !call.object) return;
      const pod = call.object as Pod;
      const problems = limitsOf(store, call.namespace).flatMap(limit => problemsOf(pod, limit));
      if (problems.length === 0) return;
      throw forbidden(call, problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`);
    },
  };
}

function limitsOf(store: StoreReader, namespace: string | undefined): Limit[] {
  const limits: Limit[] = [];
  for (const entry of store.snapshot('/limitranges').entries({ prefix: `${namespace}/` })) {
    limits.push(...((JSON.parse(entry.text) as LimitRange).spec?.limits ?? []));
  }
  return limits;
}

function containersOf({ spec }: Pod): Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

function fillIn(container: Container, limit: Limit): void {
  const { limits, requests } = container.resources ?? {};
  const filled = { ...limit.default, ...limits };
  // A request that nobody gave is the limit, as the schema's defaulting has it for limits that were given.
  const wanted = { ...limit.defaultRequest, ...pickMissing(limits, requests), ...requests };
  container.resources = {
    ...container.resources,
    ...(Object.keys(filled).length > 0 ? { limits: filled } : {}),
    ...(Object.keys(wanted).length > 0 ? { requests: wanted } : {}),
  };
}

function pickMissing(limits: Amounts = {}, requests: Amounts = {}): Amounts {
  return Object.fromEntries(Object.entries(limits).filter(([name]) => requests[name] === undefined));
}

function problemsOf(pod: Pod, limit: Limit): string[] {
  if (limit.type === 'Container')
    return containersOf(pod).flatMap(({ resources }) => bounds('Container', limit, resources));
  if (limit.type === 'Pod')
    return bounds('Pod', limit, { limits: sum(pod, 'limits'), requests: sum(pod, 'requests') });
  return [];
}

function sum(pod: Pod, which: 'limits' | 'requests'): Amounts {
  const total: Record<string, bigint> = {};
  for (const { resources } of pod.spec.containers) {
    for (const [name, value] of Object.entries(resources?.[which] ?? {})) {
      total[name] = (total[name] ?? 0n) + parseQuantity(value);
    }
  }
  return Object.fromEntries(Object.entries(total).map(([name, value]) => [name, `${value}m`]));
}

/** Upstream's words (plugin/pkg/admission/limitranger). */
function bounds(
  type: string,
  limit: Limit,
  resources: { limits?: Amounts; requests?: Amounts } | undefined,
): string[] {
  const { limits = {}, requests = {} } = resources ?? {};
  const low = Object.entries(limit.min ?? {}).flatMap(([name, least]) => {
    const request = requests[name];
    const must = `minimum ${name} usage per ${type} is ${least}`;
    if (request === undefined) return [`${must}.  No request is specified`];
    const given = limits[name];
    if (parseQuantity(request) < parseQuantity(least)) return [`${must}, but request is ${request}`];
    if (given === undefined || parseQuantity(given) >= parseQuantity(least)) return [];
    return [`${must}, but limit is ${given}`];
  });
  const high = Object.entries(limit.max ?? {}).flatMap(([name, most]) => {
    const given = limits[name];
    const must = `maximum ${name} usage per ${type} is ${most}`;
    if (given === undefined) return [`${must}.  No limit is specified`];
    const request = requests[name];
    if (parseQuantity(given) > parseQuantity(most)) return [`${must}, but limit is ${given}`];
    if (request === undefined || parseQuantity(request) <= parseQuantity(most)) return [];
    return [`${must}, but request is ${request}`];
  });
  const ratio = Object.entries(limit.maxLimitRequestRatio ?? {}).flatMap(([name, most]) => {
    const [request, given] = [requests[name], limits[name]];
    const must = `${name} max limit to request ratio per ${type} is ${most}`;
    if (request === undefined || given === undefined)
      return [`${must}, but no request or limit is specified`];
    const actual = Number(parseQuantity(given)) / Number(parseQuantity(request));
    return actual > Number(parseQuantity(most)) / 1000
      ? [`${must}, but provided ratio is ${actual.toFixed(6)}`]
      : [];
  });
  return [...low, ...high, ...ratio];
}
