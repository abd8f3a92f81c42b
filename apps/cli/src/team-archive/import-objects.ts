import { type AnyObject, hasReason, type Key, type Kind, keyText, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { IMPORTED, type ImportedFrom } from '@slipway/kinds';
import { MOVED_KINDS } from './moved-kinds.ts';
import type { ArchivedObject } from './team-format.ts';

export interface PlannedObject {
  archived: ArchivedObject;
  kind: Kind<AnyObject>;
  history: boolean;
  key: Key;
  /** `Workload team-shop/web` */
  name: string;
  live: Stored<AnyObject> | undefined;
  state: 'create' | 'unchanged' | 'conflict' | 'not served';
}

/** What would become of each object, in the order in which they are made. */
export async function planObjects(
  client: Client,
  objects: ArchivedObject[],
  platform: string,
): Promise<PlannedObject[]> {
  const planned: PlannedObject[] = [];
  for (const { kind: known, history } of MOVED_KINDS) {
    const { group, version } = known;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const kind = (await client.discover(apiVersion, known.kind)) as Kind<AnyObject> | undefined;
    for (const archived of objects.filter(({ object }) => object.kind === known.kind)) {
      const { namespace = '', name = '' } = archived.object.metadata;
      const key = { namespace, name };
      const live = kind && (await client.find(kind, key));
      planned.push({
        ...{ archived, history, key, live, name: `${known.kind} ${keyText(key)}` },
        kind: kind ?? (known as Kind<AnyObject>),
        state: kind ? stateOf(archived, live, { platform, history }) : 'not served',
      });
    }
  }
  return planned;
}

/**
 * What came from the same platform before goes on here by itself; what is the same is no conflict, unless it has a past
 * of its own.
 */
function stateOf(
  { object }: ArchivedObject,
  live: Stored<AnyObject> | undefined,
  { platform, history }: { platform: string; history: boolean },
): PlannedObject['state'] {
  if (!live) return 'create';
  if (importedFrom(live)?.platform === platform) return 'unchanged';
  const same = canonical(contentOf(live)) === canonical(contentOf(object));
  return same && !history ? 'unchanged' : 'conflict';
}

function contentOf({
  apiVersion: _version,
  kind: _kind,
  metadata: _metadata,
  status: _status,
  ...content
}: AnyObject) {
  return content;
}

function importedFrom({ metadata }: AnyObject): ImportedFrom | undefined {
  try {
    return JSON.parse(metadata.annotations?.[IMPORTED] ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** JSON with its fields in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

/**
 * Makes objects with what their status says, then ties them together again: owners and references have new uids here.
 * Started again after it was interrupted, it goes on where it was.
 */
export async function createObjects(
  client: Client,
  planned: PlannedObject[],
  platform: string,
): Promise<void> {
  const uids = new Map<string, string>();
  for (const { live, archived, kind } of planned) {
    // A decision made elsewhere may be about what was decided there, never about what waits here.
    const waitsHere = kind.kind === 'Promotion' && live && importedFrom(live)?.platform !== platform;
    if (live && !waitsHere) uids.set(archived.uid, live.metadata.uid);
  }
  for (const each of planned) {
    if (each.state === 'create')
      uids.set(each.archived.uid, await createOne(client, each, { platform, uids }));
    const { state, history, live, archived } = each;
    if (state === 'unchanged' && history && live)
      await writeStatus(client, each, { archived: archived.object, live });
  }
  for (const each of planned) await tie(client, each, uids);
}

async function createOne(
  client: Client,
  { archived, kind, key, history }: PlannedObject,
  { platform, uids }: { platform: string; uids: Map<string, string> },
): Promise<string> {
  const { object, createdAt, createdBy } = archived;
  const from: ImportedFrom = { platform, createdAt, ...(createdBy ? { createdBy } : {}) };
  const { ownerReferences: _owners, annotations, ...metadata } = object.metadata;
  const wanted = {
    ...renamed(object, uids),
    metadata: { ...metadata, annotations: { ...annotations, [IMPORTED]: JSON.stringify(from) } },
  } as AnyObject;
  const made = await client
    .create(kind, wanted)
    .catch(error => madeMeanwhile(client, { kind, key, wanted }, error));
  if (history) await writeStatus(client, { kind, key }, { archived: object, live: made });
  return made.metadata.uid;
}

/** A controller of the platform made it of what arrived before: the group of a team, the entity of a catalog file. */
async function madeMeanwhile(
  client: Client,
  { kind, key, wanted }: { kind: Kind<AnyObject>; key: Key; wanted: AnyObject },
  error: unknown,
): Promise<Stored<AnyObject>> {
  if (!hasReason(error, 'AlreadyExists')) throw error;
  const live = await client.get(kind, key);
  if (canonical(contentOf(live)) !== canonical(contentOf(wanted))) throw error;
  return live;
}

/** A decision names what it decided on by uid; one on something that did not come along is about nothing. */
function renamed(object: AnyObject, uids: Map<string, string>): AnyObject {
  if (object.kind !== 'Approval') return object;
  const spec = object.spec as { object?: { uid?: string } } | undefined;
  const uid = uids.get(spec?.object?.uid ?? '') ?? 'not-imported';
  return { ...object, spec: { ...spec, object: { ...spec?.object, uid } } } as AnyObject;
}

/**
 * What an object said of itself there. Kinds without the subresource took it with the rest; a controller may have added
 * something of its own meanwhile, and what an interrupted import did not get to is added later.
 */
async function writeStatus(
  client: Client,
  { kind, key }: { kind: Kind<AnyObject>; key: Key },
  { archived, live }: { archived: AnyObject; live: AnyObject },
): Promise<void> {
  const status = (archived.status ?? {}) as Record<string, unknown>;
  const there = (live.status ?? {}) as Record<string, unknown>;
  if (Object.keys(status).every(field => field in there)) return;
  await client.patch(kind, key, { type: 'merge', body: { status } }, { subresource: 'status' });
}

async function tie(
  client: Client,
  { archived, kind, key, state }: PlannedObject,
  uids: Map<string, string>,
): Promise<void> {
  if (state !== 'create' && state !== 'unchanged') return;
  const owners = (archived.object.metadata.ownerReferences ?? []).flatMap(owner => {
    const uid = uids.get(owner.uid);
    return uid ? [{ ...owner, uid }] : [];
  });
  if (owners.length === 0) return;
  const live = await client.find(kind, key);
  if (!live || live.metadata.ownerReferences?.length) return;
  await client.patch(kind, key, { type: 'merge', body: { metadata: { ownerReferences: owners } } });
}
