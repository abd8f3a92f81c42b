import { type KubeObject, parseQuantity } from '@slipway/api';
import type { ResourceQuota, Service } from './core.ts';
import type { Pod } from './pod.ts';

/** Amounts in thousandths by the name a ResourceQuota has for them. */
export type Usage = Record<string, bigint>;

/** What one object counts for, by quota name (upstream's evaluators: pods, services, claims, object counts). */
export function usageOf(group: string, plural: string, object: KubeObject): Usage {
  const counted = { [`count/${plural}${group === '' ? '' : `.${group}`}`]: 1000n };
  if (group !== '') return counted;
  if (plural === 'pods') return { ...counted, ...podUsage(object as Pod) };
  if (plural === 'services') return { ...counted, services: 1000n, ...serviceUsage(object as Service) };
  return SIMPLE.has(plural) ? { ...counted, [plural]: 1000n } : counted;
}

const SIMPLE = new Set([
  'configmaps',
  'secrets',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'resourcequotas',
]);

/** Finished pods hold nothing any more, except their own count as objects. */
function podUsage(pod: Pod): Usage {
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') return {};
  const usage: Usage = { pods: 1000n };
  for (const [name, amount] of Object.entries(podAmounts(pod, 'requests'))) {
    usage[`requests.${name}`] = amount;
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage') usage[name] = amount;
  }
  for (const [name, amount] of Object.entries(podAmounts(pod, 'limits'))) usage[`limits.${name}`] = amount;
  return usage;
}

/** What a pod needs at its highest: all containers together, or the largest init container (KEP-753 for sidecars). */
export function podAmounts({ spec }: Pod, which: 'requests' | 'limits'): Usage {
  const running = total(spec.containers.map(container => container.resources?.[which]));
  const needed = { ...running };
  let sidecars: Usage = {};
  for (const { restartPolicy, resources } of spec.initContainers ?? []) {
    const own = total([resources?.[which]]);
    if (restartPolicy === 'Always') sidecars = add(sidecars, own);
    const now = restartPolicy === 'Always' ? sidecars : add(sidecars, own);
    for (const [name, amount] of Object.entries(now)) needed[name] = larger(needed[name], amount);
  }
  const steady = add(running, sidecars);
  for (const [name, amount] of Object.entries(steady)) needed[name] = larger(needed[name], amount);
  return needed;
}

function total(amounts: (Record<string, string | number> | undefined)[]): Usage {
  const sum: Usage = {};
  for (const one of amounts) {
    for (const [name, value] of Object.entries(one ?? {}))
      sum[name] = (sum[name] ?? 0n) + parseQuantity(value);
  }
  return sum;
}

/** Both together. */
export function add(a: Usage, b: Usage): Usage {
  const sum = { ...a };
  for (const [name, amount] of Object.entries(b)) sum[name] = (sum[name] ?? 0n) + amount;
  return sum;
}

function larger(a: bigint | undefined, b: bigint): bigint {
  return a !== undefined && a > b ? a : b;
}

/**
 * Whether a quota counts an object. Scopes are about pods only: a quota with scopes counts nothing else.
 * A scope that is not known matches nothing.
 */
export function quotaCounts(quota: ResourceQuota, plural: string, object: KubeObject): boolean {
  const scopes = quota.spec?.scopes ?? [];
  if (scopes.length === 0) return true;
  return plural === 'pods' && scopes.every(scope => inScope(scope, object as Pod));
}

function inScope(scope: string, pod: Pod): boolean {
  const limited = pod.spec.activeDeadlineSeconds !== undefined;
  if (scope === 'Terminating') return limited;
  if (scope === 'NotTerminating') return !limited;
  const bestEffort = qosClass(pod) === 'BestEffort';
  if (scope === 'BestEffort') return bestEffort;
  return scope === 'NotBestEffort' && !bestEffort;
}

/** Guaranteed, Burstable or BestEffort (upstream's `ComputePodQOS`). */
export function qosClass({ spec }: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const given = containers.flatMap(({ resources }) => [
    ...amounts(resources?.requests),
    ...amounts(resources?.limits),
  ]);
  if (given.every(amount => amount === 0n)) return 'BestEffort';
  const guaranteed = containers.every(({ resources }) =>
    ['cpu', 'memory'].every(name => {
      const limit = resources?.limits?.[name];
      if (limit === undefined) return false;
      return parseQuantity(resources?.requests?.[name] ?? limit) === parseQuantity(limit);
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function amounts(of: Record<string, string | number> | undefined): bigint[] {
  return ['cpu', 'memory'].flatMap(name => (of?.[name] === undefined ? [] : [parseQuantity(of[name])]));
}

function serviceUsage({ spec }: Service): Usage {
  const ports = BigInt(spec?.ports?.length ?? 0) * 1000n;
  if (spec?.type === 'NodePort') return { 'services.nodeports': ports };
  return spec?.type === 'LoadBalancer'
    ? { 'services.loadbalancers': 1000n, 'services.nodeports': ports }
    : {};
}
