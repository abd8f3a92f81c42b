import {
  type AnyObject,
  hasReason,
  type Kind,
  type KubeObject,
  keyOf,
  messageOf,
  parseApiVersion,
  type Stored,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Manifest } from '@slipway/render';
import { type Health, healthOf } from '../health/health.ts';
import type { ComparisonMemo } from './comparison-memo.ts';
import { isHook } from './order.ts';
import type { ApplicationSpec, IgnoreRule } from './spec.ts';
import { type ApplicationName, TRACKING_ANNOTATION, trackedBy, trackingId } from './tracking.ts';

/** Who the fields of a sync belong to. */
export const FIELD_MANAGER = 'argocd-controller';

/** One object of an Application: what Git says, what lives, and whether they agree. */
export interface Item {
  kind: Kind;
  name: string;
  namespace: string | undefined;
  target: AnyObject | undefined;
  live: Stored<AnyObject> | undefined;
  hook: boolean;
  synced: boolean;
  health: Health | undefined;
  /** Why it could not be compared. */
  error?: string;
  /** The server has said that it would take it as it is. */
  accepted?: boolean;
  /** The server has no such kind (yet). */
  kindMissing?: boolean;
}

export interface Comparison {
  items: Item[];
  /** What could not be read or compared, for `status.conditions`. */
  errors: string[];
}

export interface CompareInput {
  application: ApplicationName;
  spec: ApplicationSpec;
  manifests: Manifest[];
  client: Client;
  /** `status.resources` of the last comparison: what may have to be pruned. */
  known: KnownResource[];
  /** Also look for objects with this Application's tracking id that nobody knows of. */
  thorough: boolean;
  memo: ComparisonMemo;
}

export interface KnownResource {
  group?: string;
  version?: string;
  kind: string;
  namespace?: string;
  name: string;
}

/**
 * Compares every object of the source with what lives: the server says what applying it would give, and where that is
 * not what is there, the object is out of sync. Live objects that Git no longer has are found by their tracking id.
 */
export async function compare(input: CompareInput): Promise<Comparison> {
  const errors: string[] = [];
  const targets = await Promise.all(input.manifests.map(manifest => prepare(manifest, input)));
  const duplicate = firstDuplicate(targets);
  if (duplicate) errors.push(`Resource ${duplicate} appeared 2 times among application resources.`);
  const items = await Promise.all(targets.map(target => compareTarget(target, input)));
  const extra = await extraItems(input, items);
  errors.push(...items.flatMap(item => (item.error ? [item.error] : [])));
  return { items: [...items, ...extra], errors };
}

interface Target {
  kind: Kind;
  object: AnyObject;
  hook: boolean;
  kindMissing: boolean;
}

/** The object as it is applied: with its namespace and its tracking id. */
async function prepare(manifest: Manifest, { application, spec, client }: CompareInput): Promise<Target> {
  const { object } = manifest;
  const found = await client.discover(object.apiVersion, object.kind);
  const kind = found ?? {
    ...parseApiVersion(object.apiVersion),
    kind: object.kind,
    plural: '',
    namespaced: true,
  };
  const namespace = kind.namespaced
    ? (object.metadata.namespace ?? spec.destination.namespace ?? 'default')
    : undefined;
  const annotations = {
    ...object.metadata.annotations,
    [TRACKING_ANNOTATION]: trackingId(application, object, namespace ?? ''),
  };
  const { namespace: _given, ...metadata } = object.metadata;
  return {
    kind,
    hook: isHook(object),
    kindMissing: !found,
    object: { ...object, metadata: { ...metadata, ...(namespace ? { namespace } : {}), annotations } },
  };
}

function firstDuplicate(targets: Target[]): string | undefined {
  const seen = new Set<string>();
  for (const { kind, object } of targets.filter(target => isNamed(target.object))) {
    const text = `${kind.group}/${kind.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    if (seen.has(text)) return text;
    seen.add(text);
  }
  return undefined;
}

function isNamed(object: AnyObject): boolean {
  return object.metadata.name !== undefined;
}

async function compareTarget(target: Target, { client, spec, memo }: CompareInput): Promise<Item> {
  const { kind, object, hook, kindMissing } = target;
  const { name = '', namespace } = object.metadata;
  const item = { kind, name, namespace, target: object, hook, ...(kindMissing ? { kindMissing } : {}) };
  const found = isNamed(object) && !kindMissing ? await client.find(kind, keyOf(object)) : undefined;
  const live = found as Stored<AnyObject> | undefined;
  const health = live ? healthOf(live) : undefined;
  if (hook) return { ...item, live, health, synced: true };
  if (!live) return { ...item, live, health, synced: false };
  const rules = rulesFor(spec.ignoreDifferences, kind, name, namespace);
  try {
    const synced = await memo.remember(object, live, rules, async () => {
      const options = { fieldManager: FIELD_MANAGER, force: true, dryRun: true };
      const wanted = await client.apply<KubeObject>(kind, object, options);
      return same(wanted as AnyObject, live, rules);
    });
    return { ...item, live, health, synced, accepted: true };
  } catch (error) {
    if (!hasReason(error, 'Invalid', 'BadRequest', 'Forbidden', 'Conflict', 'NotFound')) throw error;
    return { ...item, live, health, synced: false, error: `${kind.kind}/${name}: ${messageOf(error)}` };
  }
}

function rulesFor(rules: IgnoreRule[], kind: Kind, name: string, namespace: string | undefined): string[] {
  return rules
    .filter(
      rule =>
        (rule.group === '*' || rule.group === kind.group) && (rule.kind === '*' || rule.kind === kind.kind),
    )
    .filter(rule => (!rule.name || rule.name === name) && (!rule.namespace || rule.namespace === namespace))
    .flatMap(rule => rule.jsonPointers);
}

/** Whether applying would change anything that Git can say. */
function same(wanted: AnyObject, live: AnyObject, ignored: string[]): boolean {
  return JSON.stringify(content(wanted, ignored)) === JSON.stringify(content(live, ignored));
}

/** What Git can say of an object, without what is ignored, in a fixed order. */
export function content(object: AnyObject, ignored: string[]): unknown {
  const { status: _status, metadata, ...rest } = object;
  const { name, namespace, labels, annotations, ownerReferences, finalizers } = metadata;
  const copy = structuredClone({
    ...rest,
    metadata: { name, namespace, labels, annotations, ownerReferences, finalizers },
  });
  for (const pointer of ignored) remove(copy, pointer.split('/').slice(1).map(unescaped));
  return sorted(copy);
}

/** RFC 6901, section 4. */
function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function remove(value: unknown, [head, ...rest]: string[]): void {
  if (typeof value !== 'object' || value === null || head === undefined) return;
  const record = value as Record<string, unknown>;
  if (rest.length === 0) delete record[head];
  if (rest.length > 0) remove(record[head], rest);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

/** Live objects of this Application that the source does not have. */
async function extraItems(input: CompareInput, items: Item[]): Promise<Item[]> {
  const wanted = new Set(items.map(item => identity(item.kind, item.namespace, item.name)));
  const found = new Map<string, Item>();
  for (const { kind, live } of await candidates(input, items)) {
    const owner = trackedBy(live);
    const { name, namespace, ownerReferences, annotations } = live.metadata;
    const id = identity(kind, namespace, name);
    if (owner?.name !== input.application.name || owner.namespace !== input.application.namespace) continue;
    // What an owner made carries copies of its annotations; the owner is what is pruned.
    if (wanted.has(id) || ownerReferences?.some(reference => reference.controller)) continue;
    const options = annotations?.['argocd.argoproj.io/compare-options'] ?? '';
    const hook = isHook(live);
    const synced = hook || options.includes('IgnoreExtraneous');
    found.set(id, { kind, name, namespace, target: undefined, live, hook, synced, health: healthOf(live) });
  }
  return [...found.values()];
}

/** What the last comparisons knew of, one by one; when it is to be thorough, all there is of their kinds. */
async function candidates(
  { client, known, spec, thorough }: CompareInput,
  items: Item[],
): Promise<{ kind: Kind; live: Stored<AnyObject> }[]> {
  const present = new Set(items.map(item => identity(item.kind, item.namespace, item.name)));
  const kinds = new Map(items.flatMap(item => (item.kindMissing ? [] : [[kindText(item.kind), item.kind]])));
  const lives: { kind: Kind; live: Stored<AnyObject> }[] = [];
  for (const { group = '', version = 'v1', kind: name, namespace, name: objectName } of known) {
    const kind =
      kinds.get(`${group}/${name}`) ??
      (await client.discover(group === '' ? version : `${group}/${version}`, name));
    if (!kind) continue;
    kinds.set(kindText(kind), kind);
    if (present.has(identity(kind, namespace || undefined, objectName))) continue;
    const live = await client.find(kind, namespace ? { namespace, name: objectName } : { name: objectName });
    if (live) lives.push({ kind, live: live as Stored<AnyObject> });
  }
  if (!thorough) return lives;
  const namespaces = new Set([
    spec.destination.namespace,
    ...[...items, ...known].map(each => each.namespace),
  ]);
  const lists = await Promise.all(
    [...kinds.values()].flatMap(kind =>
      kind.namespaced
        ? [...namespaces].flatMap(namespace => (namespace ? [liveOf(client, kind, namespace)] : []))
        : [liveOf(client, kind)],
    ),
  );
  return [...lives, ...lists.flat()];
}

function kindText({ group, kind }: Kind): string {
  return `${group}/${kind}`;
}

async function liveOf(
  client: Client,
  kind: Kind,
  namespace?: string,
): Promise<{ kind: Kind; live: Stored<AnyObject> }[]> {
  const list = await client.list(kind, namespace ? { namespace } : {});
  return list.items.map(live => ({ kind, live: live as Stored<AnyObject> }));
}

export function identity(kind: Kind, namespace: string | undefined, name: string): string {
  return `${kind.group}/${kind.kind}/${namespace ?? ''}/${name}`;
}

/** One line of `status.resources`. */
export interface ResourceStatus extends KnownResource {
  status: 'Synced' | 'OutOfSync';
  health?: Health;
  requiresPruning?: boolean;
}

/** `status.resources` of a comparison. */
export function resourcesOf(items: Item[]): ResourceStatus[] {
  return items
    .filter(item => !item.hook)
    .map(({ kind, name, namespace, target, live, synced, health }) => {
      const { group, version } = parseApiVersion((target ?? live)?.apiVersion ?? kind.version);
      const missing = live ? health : { status: 'Missing' as const };
      return {
        ...(group ? { group } : {}),
        version,
        kind: kind.kind,
        ...(namespace ? { namespace } : {}),
        name,
        status: synced ? 'Synced' : 'OutOfSync',
        ...(missing ? { health: missing } : {}),
        ...(target ? {} : { requiresPruning: true }),
      };
    });
}
