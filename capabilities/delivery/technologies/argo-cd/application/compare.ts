import {
  type AnyObject,
  hasReason,
  type Kind,
  keyOf,
  messageOf,
  parseApiVersion,
  type Stored,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Manifest } from '@slipway/render';
import { type Health, healthOf } from '../health/health.ts';
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
  const targets = await Promise.all(input.manifests.map(manifest => prepare(manifest, input, errors)));
  const present = targets.filter(target => target !== undefined);
  const duplicate = firstDuplicate(present);
  if (duplicate) errors.push(`Resource ${duplicate} appeared 2 times among application resources.`);
  const items = await Promise.all(present.map(target => compareTarget(target, input)));
  const extra = await extraItems(input, items);
  errors.push(...items.flatMap(item => (item.error ? [item.error] : [])));
  return { items: [...items, ...extra], errors };
}

interface Target {
  kind: Kind;
  object: AnyObject;
  hook: boolean;
}

/** The object as it is applied: with its namespace and its tracking id. */
async function prepare(
  manifest: Manifest,
  { application, spec, client }: CompareInput,
  errors: string[],
): Promise<Target | undefined> {
  const { object } = manifest;
  const kind = await client.discover(object.apiVersion, object.kind);
  if (!kind) {
    errors.push(
      `${manifest.file}: the cluster has no ${object.kind} in ${object.apiVersion} (resource ${object.metadata.name})`,
    );
    return undefined;
  }
  const namespace = kind.namespaced
    ? (object.metadata.namespace ?? spec.destination.namespace ?? 'default')
    : undefined;
  const hook = isHook(object);
  const annotations = {
    ...object.metadata.annotations,
    [TRACKING_ANNOTATION]: trackingId(application, object, namespace ?? ''),
  };
  const { namespace: _given, ...metadata } = object.metadata;
  return {
    kind,
    hook,
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

async function compareTarget({ kind, object, hook }: Target, { client, spec }: CompareInput): Promise<Item> {
  const item = {
    kind,
    name: object.metadata.name ?? '',
    namespace: object.metadata.namespace,
    target: object,
    hook,
  };
  const live = isNamed(object)
    ? ((await client.find(kind, keyOf(object))) as Stored<AnyObject> | undefined)
    : undefined;
  const health = live ? healthOf(live) : undefined;
  if (hook) return { ...item, live, health, synced: true };
  if (!live) return { ...item, live, health, synced: false };
  try {
    const wanted = await client.apply(kind, object, {
      fieldManager: FIELD_MANAGER,
      force: true,
      dryRun: true,
    });
    return {
      ...item,
      live,
      health,
      synced: same(
        wanted as AnyObject,
        live,
        rulesFor(spec.ignoreDifferences, kind, item.name, item.namespace),
      ),
    };
  } catch (error) {
    if (hasReason(error, 'Invalid', 'BadRequest', 'Forbidden', 'Conflict', 'NotFound')) {
      return {
        ...item,
        live,
        health,
        synced: false,
        error: `${kind.kind}/${item.name}: ${messageOf(error)}`,
      };
    }
    throw error;
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

function content(object: AnyObject, ignored: string[]): unknown {
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

/** Live objects with this Application's tracking id that the source does not have. */
async function extraItems(
  { application, spec, client, known }: CompareInput,
  items: Item[],
): Promise<Item[]> {
  const wanted = new Set(items.map(item => identity(item.kind, item.namespace, item.name)));
  const kinds = new Map(items.map(item => [`${item.kind.group}/${item.kind.kind}`, item.kind]));
  for (const { group = '', version = 'v1', kind } of known) {
    if (kinds.has(`${group}/${kind}`)) continue;
    const found = await client.discover(group === '' ? version : `${group}/${version}`, kind);
    if (found) kinds.set(`${group}/${kind}`, found);
  }
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
  return lists.flat().flatMap(({ kind, live }): Item[] => {
    const owner = trackedBy(live);
    const { name, namespace } = live.metadata;
    if (owner?.name !== application.name || owner.namespace !== application.namespace) return [];
    if (wanted.has(identity(kind, namespace, name))) return [];
    // What an owner made carries copies of its annotations; the owner is what is pruned.
    if (live.metadata.ownerReferences?.some(reference => reference.controller)) return [];
    return [
      {
        kind,
        name,
        namespace,
        target: undefined,
        live,
        hook: isHook(live),
        synced: isHook(live),
        health: healthOf(live),
      },
    ];
  });
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
