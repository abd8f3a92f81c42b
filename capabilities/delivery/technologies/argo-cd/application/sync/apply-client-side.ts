import { type AnyObject, hasReason, type Kind, type KubeObject, keyOf, type Stored } from '@slipway/api';
import type { Client, WriteOptions } from '@slipway/client';
import { FIELD_MANAGER, LAST_APPLIED, lastApplied } from '../diff/diff.ts';
import { type Fields, isFields, mergePatchOf, setField } from '../diff/fields.ts';
import { patchMetaOf } from '../diff/patch-meta.ts';
import { applied } from '../diff/three-way.ts';

export interface ClientSideApply {
  kind: Kind;
  target: AnyObject;
  /** As it was read last; undefined when it was not there. */
  live: Stored<AnyObject> | undefined;
  validate: boolean;
}

export interface ClientSideApplied {
  verb: 'created' | 'configured' | 'unchanged';
  live: Stored<AnyObject>;
  /** What kubectl would warn of. */
  warning?: string;
}

const ATTEMPTS = 5;

/**
 * `kubectl apply`: creates what is not there, else sends what turns the live object into the merged one, and notes the
 * configuration in an annotation for the next time. The write names the version it was worked out from; after a conflict
 * it is worked out again.
 * @throws StatusError with the server's reason
 */
export async function applyClientSide(client: Client, apply: ClientSideApply): Promise<ClientSideApplied> {
  const { kind, validate } = apply;
  const target = withLastApplied(apply.target);
  const options: WriteOptions = {
    fieldManager: FIELD_MANAGER,
    fieldValidation: validate ? 'Strict' : 'Ignore',
  };
  let live = apply.live;
  for (let attempt = 1; ; attempt++) {
    try {
      if (!live) return await create(client, kind, target, options);
      return await patch(client, kind, { target, live }, options);
    } catch (error) {
      const moved = hasReason(error, 'Conflict', 'NotFound', 'AlreadyExists');
      if (!moved || attempt >= ATTEMPTS) throw error;
      const before: string | undefined = live?.metadata.resourceVersion;
      live = (await client.find(kind, keyOf(target))) as Stored<AnyObject> | undefined;
      // Nothing moved: the server will not take it, however often it is asked (no such namespace).
      if (live?.metadata.resourceVersion === before) throw error;
    }
  }
}

async function create(
  client: Client,
  kind: Kind,
  target: AnyObject,
  options: WriteOptions,
): Promise<ClientSideApplied> {
  const live = await client.create<KubeObject>(kind, withoutNulls(target) as AnyObject, options);
  return { verb: 'created', live: live as Stored<AnyObject> };
}

async function patch(
  client: Client,
  kind: Kind,
  { target, live }: { target: AnyObject; live: Stored<AnyObject> },
  options: WriteOptions,
): Promise<ClientSideApplied> {
  const meta = await patchMetaOf(target.apiVersion, target.kind);
  const original = (lastApplied(live) ?? {}) as Fields;
  const current = live as unknown as Fields;
  const wanted = target as unknown as Fields;
  const merged = applied({ original: withoutStatus(original), wanted, live: current }, meta);
  const body = mergePatchOf(current, merged);
  const known = live.metadata.annotations?.[LAST_APPLIED] !== undefined;
  const warning = known ? {} : { warning: missingAnnotation(kind, target) };
  if (!body) return { verb: 'unchanged', live, ...warning };
  const { resourceVersion } = live.metadata;
  const metadata = { ...(isFields(body.metadata) ? body.metadata : {}), resourceVersion };
  const answer = await client.patch(
    kind,
    keyOf(live),
    { type: 'merge', body: { ...body, metadata } },
    options,
  );
  return { verb: 'configured', live: answer as Stored<AnyObject>, ...warning };
}

/** What somebody's status said when it was applied is the server's since. */
function withoutStatus({ status: _status, ...rest }: Fields): Fields {
  return rest;
}

function missingAnnotation({ plural }: Kind, { metadata }: AnyObject): string {
  return `Warning: resource ${plural}/${metadata.name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`;
}

/** The target with itself in the annotation, as kubectl writes it: sorted, `<`, `>` and `&` escaped, a line's end. */
export function withLastApplied(target: AnyObject): AnyObject {
  const { [LAST_APPLIED]: _before, ...annotations } = target.metadata.annotations ?? {};
  const bare = { ...target, metadata: { ...target.metadata, annotations } };
  const text = `${goJson(bare)}\n`;
  return { ...bare, metadata: { ...bare.metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } };
}

/** JSON as Go's encoder writes a map. */
export function goJson(value: unknown): string {
  return JSON.stringify(sorted(value)).replace(
    /[<>&\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isFields(value)) return value;
  const result: Fields = {};
  for (const name of Object.keys(value).sort()) setField(result, name, sorted(value[name]));
  return result;
}

function withoutNulls(value: unknown): unknown {
  if (!isFields(value)) return value;
  const kept: Fields = {};
  for (const [name, each] of Object.entries(value))
    if (each !== null) setField(kept, name, withoutNulls(each));
  return kept;
}
