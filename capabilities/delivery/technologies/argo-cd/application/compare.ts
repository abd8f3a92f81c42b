import { type AnyObject, type Kind, keyOf, messageOf, parseApiVersion, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Manifest } from '@slipway/render';
import type { HealthJudge } from '../health/lua/custom-health.ts';
import type { Health } from '../health/types.ts';
import type { ClusterCache } from './cluster-cache.ts';
import { type DiffOptions, type DiffResult, diffObject } from './diff/diff.ts';
import type { Jq } from './diff/jq.ts';
import type { DiffMemo } from './diff-memo.ts';
import type { ApplicationCondition, ApplicationSpec } from './spec.ts';
import { COMPARE_OPTIONS, hasOption, ownOption } from './sync/annotations.ts';
import { isHook, isIgnored, isOnlyDeleteHook, isSkipped } from './sync/hook-types.ts';
import { isNamespace, namespaceObject } from './sync/sync-tasks.ts';
import { prepareTargets, type Target } from './targets.ts';
import {
  type ApplicationName,
  applicationNamed,
  instanceName,
  instanceOf,
  isOwnId,
  type Tracking,
  withTrackingOf,
} from './tracking.ts';

export type SyncCode = 'Synced' | 'OutOfSync' | 'Unknown';

/** One object of an Application: what Git says, what lives, and whether they agree. */
export interface Item {
  kind: Kind;
  name: string;
  namespace: string | undefined;
  target: AnyObject | undefined;
  live: Stored<AnyObject> | undefined;
  /** A hook, or what nobody compares: it has no status of its own. */
  hook: boolean;
  synced: boolean;
  health: Health | undefined;
  /** The live object only carries a copy of another one's tracking id. */
  foreign: boolean;
  status?: SyncCode;
  diff?: DiffResult;
  /** The server has no such kind (yet). */
  kindMissing?: boolean;
}

export interface Comparison {
  items: Item[];
  status: SyncCode;
  conditions: ApplicationCondition[];
  /** Hooks that wait for the Application's end are among the targets. */
  hasPreDeleteHooks: boolean;
  hasPostDeleteHooks: boolean;
}

export interface CompareInput {
  application: ApplicationName;
  spec: ApplicationSpec;
  manifests: Manifest[];
  client: Client;
  cache: ClusterCache;
  /** `status.resources` of the last comparison: kinds that may have to be pruned. */
  known: KnownResource[];
  tracking: Tracking;
  diff: DiffOptions;
  /** Another text when anything changes of what decides over differences. */
  rules: string;
  memo: DiffMemo;
  /** Whatever the memo knows. */
  anew?: boolean;
  jq: Jq;
  health: HealthJudge;
  isExcluded(kind: Kind): boolean;
  /** Why the project does not allow an object. */
  refusal(object: ObjectName): string | undefined;
  /** Why the destination's Secret keeps us from an object. */
  unmanaged(object: ObjectName): string | undefined;
}

export interface ObjectName {
  kind: Kind;
  namespace: string | undefined;
  name: string;
}

export interface KnownResource {
  group?: string;
  version?: string;
  kind: string;
  namespace?: string;
  name: string;
}

/** Compares every object of the sources with what lives (controller, CompareAppState). */
export async function compare(input: CompareInput): Promise<Comparison> {
  const { spec, application, refusal } = input;
  const prepared = await prepareTargets(input);
  const conditions = [...prepared.conditions];
  const targets = prepared.targets.filter(({ object }) => !isOnlyDeleteHook(object) && !isIgnored(object));
  await followKinds(input, targets);
  const items: Item[] = [];
  let failed = false;
  const fail = (message: string) => {
    failed = true;
    conditions.push({ type: 'ComparisonError', message });
  };
  const apart = firstUnmanaged(targets, input);
  if (apart) fail(`Failed to load live state: ${apart}`);
  const compared = await Promise.all(targets.map(target => itemOf(target, input)));
  for (const { item, problem } of compared) {
    items.push(item);
    if (problem) fail(problem);
  }
  const extra = (await extraItems(input, items)).filter(item => !refusal(item));
  const managed = extra.filter(item => isManagedNamespace(item, spec));
  for (const item of managed) items.push(await managedNamespaceItem(item, input));
  items.push(...extra.filter(item => !managed.includes(item)));
  conditions.push(...sharedProblems(items, application, input.tracking));
  await judge(items, input.health);
  for (const item of items) setStatus(item, { failed, spec, input });
  return {
    items,
    status: failed ? 'Unknown' : statusOfAll(items),
    conditions,
    hasPreDeleteHooks: prepared.hasPreDeleteHooks,
    hasPostDeleteHooks: prepared.hasPostDeleteHooks,
  };
}

function firstUnmanaged(targets: Target[], { unmanaged }: CompareInput): string | undefined {
  for (const { kind, object } of targets) {
    const { name = '', namespace } = object.metadata;
    const problem = unmanaged({ kind, namespace, name });
    if (problem) return problem;
  }
  return undefined;
}

/** Kinds of the targets and of what was there before, so that what is extra is known. */
async function followKinds({ client, cache, known }: CompareInput, targets: Target[]): Promise<void> {
  const kinds = new Map<string, Kind>();
  for (const { kind, kindMissing } of targets)
    if (!kindMissing) kinds.set(`${kind.group}/${kind.kind}`, kind);
  for (const { group = '', version = 'v1', kind: name } of known) {
    if (kinds.has(`${group}/${name}`)) continue;
    const kind = await client.discover(group === '' ? version : `${group}/${version}`, name);
    if (kind) kinds.set(`${group}/${name}`, kind);
  }
  await cache.follow([...kinds.values()]);
}

interface Compared {
  item: Item;
  problem?: string;
}

async function itemOf(target: Target, input: CompareInput): Promise<Compared> {
  const { kind, object, kindMissing } = target;
  const { name = '', namespace } = object.metadata;
  const base = { kind, name, namespace, target: object, foreign: false, health: undefined };
  const missing = kindMissing ? { kindMissing } : {};
  if (isHook(object) || isSkipped(object))
    return { item: { ...base, ...missing, live: await liveOf(input, target), hook: true, synced: true } };
  const live = await liveOf(input, target);
  if (!live) return { item: { ...base, ...missing, live, hook: false, synced: false } };
  // Desired state decides here: an API group may have changed since the id was written.
  const foreign = namespace !== undefined && live.metadata.namespace !== namespace;
  try {
    const diff = await diffOf(input, target, live);
    return { item: { ...base, live, foreign, hook: false, synced: !diff.modified, diff } };
  } catch (error) {
    const problem = `Failed to compare desired state to live state: failed to calculate diff: ${messageOf(error)}`;
    return { item: { ...base, live, foreign, hook: false, synced: false }, problem };
  }
}

async function liveOf(
  { client, cache, refusal }: CompareInput,
  { kind, object, kindMissing }: Target,
): Promise<Stored<AnyObject> | undefined> {
  const { name, namespace } = object.metadata;
  if (kindMissing || !name || refusal({ kind, namespace, name })) return undefined;
  const live = (await client.find(kind, keyOf(object))) as Stored<AnyObject> | undefined;
  if (live) cache.seen(live);
  return live;
}

function diffOf(input: CompareInput, { kind, object }: Target, live: Stored<AnyObject>): Promise<DiffResult> {
  const { client, diff, jq, memo, rules, tracking, anew = false } = input;
  const seen = withTrackingOf(object, live, tracking) as Stored<AnyObject>;
  return memo.remember({ target: object, live, rules, anew }, () =>
    diffObject({ kind, target: object, live: seen, options: diff, client, jq }),
  );
}

/** Live objects of this Application that the sources do not have. */
async function extraItems(input: CompareInput, items: Item[]): Promise<Item[]> {
  const { client, cache, application, tracking, isExcluded } = input;
  const wanted = new Set(items.map(({ kind, namespace, name }) => identity(kind, namespace, name)));
  const extra: Item[] = [];
  for (const { kind, namespace, name } of cache.managed(instanceName(application))) {
    if (wanted.has(identity(kind, namespace, name)) || isExcluded(kind)) continue;
    const key = namespace ? { namespace, name } : { name };
    const live = (await client.find(kind, key)) as Stored<AnyObject> | undefined;
    if (!live || instanceOf(live, tracking) !== instanceName(application)) continue;
    cache.seen(live);
    const foreign = !isOwnId(live, tracking);
    const hook = isHook(live) || isOnlyDeleteHook(live);
    extra.push({
      kind,
      name,
      namespace,
      target: undefined,
      live,
      hook,
      synced: hook,
      foreign,
      health: undefined,
    });
  }
  return extra;
}

export function identity(kind: Kind, namespace: string | undefined, name: string): string {
  return `${kind.group}/${kind.kind}/${namespace ?? ''}/${name}`;
}

/** A namespace that this Application makes and whose metadata it manages: it stands in no source, and stays. */
function isManagedNamespace(
  { live }: Item,
  { destination, managedNamespaceMetadata }: ApplicationSpec,
): boolean {
  return (
    live !== undefined && managedNamespaceMetadata !== undefined && isNamespace(live, destination.namespace)
  );
}

async function managedNamespaceItem(item: Item, input: CompareInput): Promise<Item> {
  const { live } = item;
  if (!live) return item;
  const target = namespaceObject(item.name, input.spec.managedNamespaceMetadata);
  const diff = await diffOf(input, { kind: item.kind, object: target, kindMissing: false }, live);
  return { ...item, target, diff, synced: !diff.modified };
}

/** What lives already belongs to another Application. */
function sharedProblems(items: Item[], own: ApplicationName, tracking: Tracking): ApplicationCondition[] {
  const mine = instanceName(own);
  return items.flatMap(({ target, live }) => {
    const instance = target && live ? instanceOf(live, tracking) : undefined;
    if (!live || instance === undefined || instance === mine) return [];
    const other = instance.includes('_') ? instance.replaceAll('_', '/') : applicationNamed(instance).name;
    const message = `${live.kind}/${live.metadata.name} is part of applications ${own.namespace}/${own.name} and ${other}`;
    return [{ type: 'SharedResourceWarning', message }];
  });
}

async function judge(items: Item[], health: HealthJudge): Promise<void> {
  const alive = items.filter(({ live }) => live);
  const judged = await health.judge(alive.flatMap(({ live }) => (live ? [live] : [])));
  for (const [index, item] of alive.entries()) item.health = judged[index];
}

function setStatus(
  item: Item,
  { failed, spec, input }: { failed: boolean; spec: ApplicationSpec; input: CompareInput },
): void {
  const { target, live } = item;
  const isManagedMissing =
    !live &&
    target !== undefined &&
    spec.managedNamespaceMetadata !== undefined &&
    isNamespace(target, spec.destination.namespace);
  const isCompared = !item.hook && !item.foreign;
  if (isCompared) item.status = item.synced || isManagedMissing ? 'Synced' : 'OutOfSync';
  if (!isKindAllowed(item, input) || failed) item.status = 'Unknown';
}

/** A kind that the project does not permit at all: nobody says anything of it. */
function isKindAllowed(item: Item, { refusal }: CompareInput): boolean {
  const problem = item.target && refusal({ kind: item.kind, namespace: item.namespace, name: item.name });
  return !problem?.startsWith('resource ');
}

function statusOfAll(items: Item[]): SyncCode {
  const counts = items.some(
    ({ status, target, live }) =>
      status === 'OutOfSync' &&
      !(target === undefined && hasOption(live, COMPARE_OPTIONS, 'IgnoreExtraneous')),
  );
  return counts ? 'OutOfSync' : 'Synced';
}

/** Whether somebody has to approve before it is deleted or pruned. */
export function requiresConfirmation({ target, live }: Item, syncOptions: string[]): boolean {
  return [target, live].some(
    object =>
      object !== undefined &&
      ['Delete', 'Prune'].some(key => ownOption(object, key, syncOptions) === 'confirm'),
  );
}

/** `group/version` of an item, as its target or else its live object has it. */
export function versionOf({ kind, target, live }: Item): { group: string; version: string } {
  const apiVersion = (live ?? target)?.apiVersion;
  return apiVersion === undefined
    ? { group: kind.group, version: kind.version }
    : parseApiVersion(apiVersion);
}
