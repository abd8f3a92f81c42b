import { type Clock, type KubeObject, keyOf, keyText, parseQuantity, quantityText } from '@slipway/api';
import { add, type Pod, quotaCounts, type ResourceQuota, type Usage, usageOf } from '@slipway/kinds';
import type { AdmissionCall } from '../http/seams.ts';
import type { StoreReader } from '../store/store.ts';
import { type AdmissionPlugin, forbidden } from './plugin.ts';

/** A create that passed and may not be stored yet counts for this long. */
const RESERVED_MS = 2_000;

interface Reservation {
  key: string;
  resource: string;
  object: KubeObject;
  until: number;
}

/** Resources whose objects a quota's short names count; others are counted by `count/…` only. */
const COMPUTE = /^(requests\.|limits\.)?(cpu|memory|ephemeral-storage)$/;

/**
 * Refuses what would exceed a ResourceQuota. Usage is counted from what is stored now, not from the quota's status,
 * so it is never late; creates under way are counted too.
 */
export function resourceQuota(options: { store: StoreReader; clock: Clock }): AdmissionPlugin {
  const { store, clock } = options;
  const reserved = new Map<string, Reservation[]>();
  return {
    name: 'ResourceQuota',
    validate: call => {
      const { namespace, object, operation } = call;
      if (!namespace || !object || call.subresource !== undefined || operation === 'DELETE') return;
      const quotas = quotasIn(store, namespace);
      if (quotas.length === 0) return;
      const waiting = (reserved.get(namespace) ?? []).filter(
        one => one.until > clock.now() && !isStored(store, one),
      );
      reserved.set(namespace, waiting);
      for (const quota of quotas) check(store, quota, call, waiting);
      const { group, plural } = call.info.kind;
      if (call.dryRun || operation !== 'CREATE' || !object.metadata.name) return;
      waiting.push({
        key: keyText(keyOf(object)),
        resource: `${group}/${plural}`,
        object,
        until: clock.now() + RESERVED_MS,
      });
    },
  };
}

function quotasIn(store: StoreReader, namespace: string): ResourceQuota[] {
  const entries = store.snapshot('/resourcequotas').entries({ prefix: `${namespace}/` });
  return Array.from(entries, entry => JSON.parse(entry.text) as ResourceQuota);
}

function isStored(store: StoreReader, { resource, key }: Reservation): boolean {
  return store.get(resource, key) !== undefined;
}

function check(store: StoreReader, quota: ResourceQuota, call: AdmissionCall, waiting: Reservation[]): void {
  const { object, oldObject } = call;
  const { group, plural } = call.info.kind;
  if (!object || !quotaCounts(quota, plural, object)) return;
  const hard = quota.spec?.hard ?? {};
  const name = quota.metadata.name ?? '';
  if (call.operation === 'CREATE') requireAmounts(call, name, hard);
  const before = oldObject ? usageOf(group, plural, oldObject) : {};
  const requested = usageOf(group, plural, object);
  const names = Object.keys(hard).filter(resource => (requested[resource] ?? 0n) > (before[resource] ?? 0n));
  if (names.length === 0) return;
  const used = usedIn(store, quota, call, waiting);
  const exceeded = names.filter(
    resource =>
      (used[resource] ?? 0n) + (requested[resource] ?? 0n) - (before[resource] ?? 0n) >
      parseQuantity(hard[resource] ?? '0'),
  );
  if (exceeded.length === 0) return;
  const wanted: Usage = {};
  for (const resource of exceeded) wanted[resource] = (requested[resource] ?? 0n) - (before[resource] ?? 0n);
  throw forbidden(
    call,
    `exceeded quota: ${name}, requested: ${text(wanted, exceeded, hard)}, used: ${text(used, exceeded, hard)}, limited: ${limits(exceeded, hard)}`,
  );
}

/** A quota on cpu or memory obliges every container to say what it needs. */
function requireAmounts(call: AdmissionCall, quota: string, hard: Record<string, string>): void {
  if (call.info.kind.plural !== 'pods' || call.info.kind.group !== '') return;
  const { containers, initContainers = [] } = (call.object as Pod).spec;
  const missing = Object.keys(hard).flatMap(resource => {
    if (!COMPUTE.test(resource)) return [];
    const which = resource.startsWith('limits.') ? 'limits' : 'requests';
    const plain = resource.replace(/^(requests|limits)\./, '');
    const without = [...initContainers, ...containers].filter(
      one => one.resources?.[which]?.[plain] === undefined,
    );
    return without.length === 0
      ? []
      : [
          `${resource} for: ${without
            .map(one => one.name)
            .sort()
            .join(',')}`,
        ];
  });
  if (missing.length > 0)
    throw forbidden(call, `failed quota: ${quota}: must specify ${missing.sort().join('; ')}`);
}

function usedIn(
  store: StoreReader,
  quota: ResourceQuota,
  call: AdmissionCall,
  waiting: Reservation[],
): Usage {
  const { group, plural } = call.info.kind;
  const resource = `${group}/${plural}`;
  const objects = Array.from(
    store.snapshot(resource).entries({ prefix: `${call.namespace}/` }),
    entry => JSON.parse(entry.text) as KubeObject,
  );
  const underWay = waiting.filter(one => one.resource === resource).map(one => one.object);
  return [...objects, ...underWay]
    .filter(object => quotaCounts(quota, plural, object))
    .reduce<Usage>((sum, object) => add(sum, usageOf(group, plural, object)), {});
}

function text(usage: Usage, names: string[], like: Record<string, string>): string {
  return names.map(name => `${name}=${quantityText(usage[name] ?? 0n, like[name])}`).join(',');
}

function limits(names: string[], hard: Record<string, string>): string {
  return names.map(name => `${name}=${hard[name] ?? ''}`).join(',');
}
